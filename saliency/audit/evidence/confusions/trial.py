"""Why one answer rather than another, asked of one photo: the map of the lead, and its strongest place.

The map explains the difference of two logits (the lead), which every method can. Its strongest place is then
covered, and the model is asked which of the two is ahead, beside equal places elsewhere
(:mod:`saliency.checks.cover`); so a map that shows nothing real is not taken for a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from saliency.audit.evidence.contrast import ContrastOutcome
from saliency.audit.evidence.cover_outcomes import cover_outcome
from saliency.audit.evidence.probe import PhotoProbe, coarse_map
from saliency.checks.cover import cover
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.checks.suggestions import suggestions
from saliency.errors import Cancelled, SaliencyError, UnansweredError
from saliency.explanation import Explanation, explain
from saliency.heat.scale import MapKind
from saliency.names import positions

CONTROLS = 9
"""Equal places elsewhere: few, as a confusion is counted over several photos."""

PASSES = 2 * (CONTROLS + 1) + 3
"""Rough cost of one photo in forward passes, with a quick view."""


@dataclass(frozen=True, slots=True)
class ContrastTrial:
    """Why a photo's answer rather than another class."""

    rather_than: str

    def outcome(self, probe: PhotoProbe) -> ContrastOutcome:
        """What the map of the lead shows, and what covering its strongest place does.

        Raises:
            SaliencyError: The model has no such class, or it is the answer itself.
        """
        meant = positions(self.rather_than, probe.classifier.labels)
        if not meant:
            raise SaliencyError(f"The model has no class “{self.rather_than}” to compare its answer with.")
        view = explain(
            probe.classifier,
            probe.photo,
            method=probe.settings.method,
            rather_than=meant[0],
            seed=probe.seed,
            prepared=probe.prepared,
            on_progress=probe.on_progress,
        )
        if view.stopped:
            raise UnansweredError(view.stopped)
        question = ScoreQuestion.of(probe.prepared, rather_than=meant[0])
        return ContrastOutcome(
            guess=view.target.label,
            rather_than=self.rather_than,
            lead=round(question.before.log_odds, 4),
            map=view.kind,
            cells=_cells(view),
            **_covered(probe, view, question),
        )


def _cells(view: Explanation) -> tuple[tuple[float, ...], ...] | None:
    cells = coarse_map(view) if view.kind is MapKind.SPOTS else None
    if cells is None or not float(cells.max()) > 0:
        return None
    shares = np.round(cells / cells.max(), 3)
    return tuple(tuple(float(value) for value in row) for row in shares)


def _covered(probe: PhotoProbe, view: Explanation, question: ScoreQuestion) -> dict[str, Any]:
    """What covering the strongest place of a map does; nothing where there is no such place."""
    area = next(iter(suggestions(view, 1)), None)
    if area is None:
        return {}
    count = min(CONTROLS, probe.settings.controls)
    try:
        tested = AreaProbe.of(question, area, count=count, seed=probe.seed)
        outcome = cover_outcome(cover(tested, probe.on_progress), None)
    except (Cancelled, UnansweredError):
        raise
    except SaliencyError:  # the model received too little of it
        return {}
    left, top, width, height = area.boxes[0]
    return {
        "box": (round(left, 4), round(top, 4), round(width, 4), round(height, 4)),
        "overtaken": outcome.changed,
        "overtaken_elsewhere": outcome.changed_elsewhere,
        "controls": outcome.controls,
    }
