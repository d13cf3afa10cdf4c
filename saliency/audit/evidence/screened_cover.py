"""An area covered in one photo, and it alone, beside equal areas elsewhere: a few first, all where it counts.

Most of the time goes into the controls. So only three are asked first; all of them where the area beats
these, as it has to beat all to count. That makes no hit more likely.
"""

from __future__ import annotations

from dataclasses import replace

from saliency.audit.evidence.cover_outcomes import cover_outcome, value_course
from saliency.audit.evidence.rows import CoverOutcome
from saliency.audit.evidence.sufficiency import sufficiency
from saliency.checks.controls import COUNT
from saliency.checks.cover import Finding, cover
from saliency.checks.fills import Fill
from saliency.checks.probe import AreaProbe
from saliency.progress import Progress

SCREENED = 3
"""Controls that are asked first."""

MOST_PASSES = 2 * len(Fill) * (1 + SCREENED + 1 + COUNT)
"""Pictures about which a model is asked at most where an area is covered, and kept alone."""


def screened_cover(area: AreaProbe, on_progress: Progress | None = None) -> CoverOutcome:
    """What covering an area did, and what the model says to it alone."""
    few = replace(area, count=min(SCREENED, area.count))
    covered = cover(few, on_progress)
    if depends := covered.finding is Finding.DEPENDS:
        covered = cover(area, on_progress)
    alone = sufficiency(few) if len(few.controls.masks) else None
    if enough := alone is not None and alone.enough and len(area.controls.masks) > 0:
        alone = sufficiency(area)
    outcome = cover_outcome(covered, alone)
    if not (depends or enough):
        outcome = replace(outcome, screened=True)
    elif outcome.controls:
        outcome = replace(outcome, controls=len(area.controls.masks))
    question = area.question
    asked = question.prepared.classifier.question
    return outcome if asked is None else replace(outcome, values=value_course(covered, asked, question))


def passes(outcome: CoverOutcome, *, places: bool) -> int:
    """About how many pictures the model was asked for an outcome.

    Args:
        outcome: What came of it.
        places: Whether a place was covered and kept alone, with each fill; else a whole picture was changed.
    """
    asked = 1 + (min(SCREENED, outcome.controls) if outcome.screened else outcome.controls)
    if not places:
        return asked
    first = 0 if outcome.screened else 1 + min(SCREENED, outcome.controls)
    return 2 * len(Fill) * (asked + first)
