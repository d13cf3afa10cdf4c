"""A thing covered at its place in one photo, and it alone; beside equal areas elsewhere.

Most of the time goes into the controls. So only three are asked first; all of them where the thing beats
these, as it has to beat all to count. That makes no hit more likely.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from saliency.audit.evidence.probe import PhotoProbe, cover_outcome, value_course
from saliency.audit.evidence.rows import CoverOutcome
from saliency.audit.evidence.sufficiency import sufficiency
from saliency.checks.cover import Finding, cover
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.photo.area import Area, Box

SCREENED = 3
"""Controls that are asked first."""


@dataclass(frozen=True, slots=True)
class ThingTrial:
    """A thing that is covered: the box around it in this photo, in shares of it."""

    box: Box

    def outcome(self, probe: PhotoProbe) -> CoverOutcome:
        """What covering it did, and what the model says to it alone.

        Raises:
            SaliencyError: The model did not receive the place.
        """
        question = ScoreQuestion.of(probe.prepared)
        area = AreaProbe.of(question, Area((self.box,)), count=probe.settings.controls, seed=probe.seed)
        few = replace(area, count=min(SCREENED, area.count))
        covered = cover(few, probe.on_progress)
        if depends := covered.finding is Finding.DEPENDS:
            covered = cover(area, probe.on_progress)
        alone = sufficiency(few) if len(few.controls.masks) else None
        if enough := alone is not None and alone.enough and len(area.controls.masks) > 0:
            alone = sufficiency(area)
        outcome = cover_outcome(covered, alone)
        if not (depends or enough):
            outcome = replace(outcome, screened=True)
        elif outcome.controls:
            outcome = replace(outcome, controls=len(area.controls.masks))
        asked = probe.classifier.question
        return outcome if asked is None else replace(outcome, values=value_course(covered, asked, question))
