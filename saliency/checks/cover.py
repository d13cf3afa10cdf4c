"""Cover an area and ask again; keep only it and ask again; and what that shows.

The effect is a fall of the score (Zeiler 2013, section 4.2; Fong 2017). What it is measured against is a
permutation test (``saliency.checks.permutation_test``): the fall of the log-odds among those of equal areas
elsewhere (``saliency.checks.controls``). A number on a scale may go either way, so there it is the distance
that it moves, and a part of its usual range takes the place of a share of the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from saliency.checks.controls import Kind
from saliency.checks.fills import Fill, pixels, soft_masks
from saliency.checks.permutation_test import exceedances, p_value
from saliency.checks.probe import AreaProbe
from saliency.checks.question import Answer, ScoreQuestion
from saliency.classifier import OutputKind, Outputs
from saliency.progress import Progress, part_of

MATERIAL = 0.2
"""A fall by this share of the score, or a guess that changes, is an effect.

A label's guess changes where the label is no longer given. Of a number on a scale, a move by this share of
its usual range is one.
"""

SMALL = 0.1
"""A change by less than this share of the score or of its range, and a guess that stays, is none."""

FEW = 0.05
"""Share of the controls that may do as much as the area."""

LOW = 0.02
"""A score below this has nothing to lose."""


_SHARES = Outputs()


class Finding(StrEnum):
    """What covering an area shows."""

    DEPENDS = "depends"
    LITTLE = "little"
    INCONCLUSIVE = "inconclusive"


class Reason(StrEnum):
    """Why it is that finding."""

    GUESS_CHANGES = "guess changes"
    SCORE_FALLS = "score falls"
    SMALL_CHANGE = "small change"
    TOO_LARGE = "too large to compare"
    LOW_SCORE = "score too low to fall"
    FILLS_DISAGREE = "fills disagree"
    AS_MUCH_ELSEWHERE = "as much elsewhere"
    IN_BETWEEN = "neither large nor small"
    SCORE_RISES = "score rises"


@dataclass(frozen=True, eq=False)
class FillOutcome:
    """What the model says to the photo changed with one fill.

    Attributes:
        after: What it says with the area changed.
        controls: What it says with each of the controls changed instead.
        picture: What it received with the area changed, ``(h, w, 3)`` uint8.
        number: The number that the model gives the photo as it is, where it may go either way; else ``None``.
    """

    after: Answer
    controls: tuple[Answer, ...]
    picture: NDArray[np.uint8]
    number: float | None = None

    @property
    def exceedances(self) -> int:
        """How many controls lower the log-odds, or move the number, at least as much as the area."""
        return exceedances(self._effect(self.after), map(self._effect, self.controls))

    @property
    def as_much(self) -> tuple[int, ...]:
        """The numbers of these controls, the one that does most first."""
        effects = [self._effect(control) for control in self.controls]
        ranked = sorted(range(len(effects)), key=lambda number: -effects[number])
        return tuple(ranked[: self.exceedances])

    def _effect(self, answer: Answer) -> float:
        """How far it lowers the log-odds, up to a constant, or moves the number."""
        return -answer.log_odds if self.number is None else abs(answer.score - self.number)

    @property
    def p_value(self) -> float:
        """The p-value for "the area is like any other of its size"."""
        return p_value(self.exceedances, len(self.controls))


@dataclass(frozen=True, eq=False)
class Cover:
    """What covering an area does.

    Attributes:
        before: What the model says to the photo as it is.
        fills: What it says with the area covered, by fill.
        kind: What the controls are made of.
        finding: What this shows.
        reason: Why.
        outputs: What the scores are.
    """

    before: Answer
    fills: Mapping[Fill, FillOutcome]
    kind: Kind
    finding: Finding
    reason: Reason
    outputs: Outputs = _SHARES

    @property
    def after(self) -> float:
        """The mean score over the fills with the area covered."""
        return float(np.mean([outcome.after.score for outcome in self.fills.values()]))

    @property
    def elsewhere(self) -> float | None:
        """The mean score over the fills with equal areas elsewhere covered; ``None`` without controls."""
        scores = [control.score for outcome in self.fills.values() for control in outcome.controls]
        return float(np.mean(scores)) if scores else None

    @property
    def count(self) -> int:
        """How many controls there are."""
        return len(self.fills[Fill.BLUR].controls)

    @property
    def exceedances(self) -> int:
        """The larger number of the fills', as a finding needs all of them."""
        return max(outcome.exceedances for outcome in self.fills.values())

    @property
    def lost_elsewhere(self) -> int:
        """With how many controls the class asked for is no longer ahead, the larger number of the fills'."""
        if not self.before.ahead:
            return 0
        return max(sum(not one.ahead for one in outcome.controls) for outcome in self.fills.values())

    @property
    def fall_elsewhere(self) -> float:
        """By which share of itself the mean score falls with the controls; 0 without any."""
        return 0.0 if self.elsewhere is None else self.outputs.fall(self.before.score, self.elsewhere)

    @property
    def as_much(self) -> tuple[int, ...]:
        """The numbers of these controls with the fill that has most of them, the strongest first."""
        return max(self.fills.values(), key=lambda outcome: outcome.exceedances).as_much

    @property
    def p_value(self) -> float:
        """The larger p-value of the fills'."""
        return p_value(self.exceedances, self.count)

    def record(self, question: ScoreQuestion) -> dict[str, Any]:
        """All of it as JSON types."""
        return {
            "finding": str(self.finding),
            "reason": str(self.reason),
            "before": question.record(self.before),
            "after": round(self.after, 6),
            "elsewhere": None if self.elsewhere is None else round(self.elsewhere, 6),
            "p_value": round(self.p_value, 4),
            "controls": {"count": self.count, "kind": str(self.kind)},
            "fills": {
                str(fill): {
                    "after": question.record(outcome.after),
                    "p_value": round(outcome.p_value, 4),
                    "controls": [round(control.score, 6) for control in outcome.controls],
                }
                for fill, outcome in self.fills.items()
            },
        }


@dataclass(frozen=True, eq=False)
class Keep:
    """What the model says to the area alone, everything else filled in.

    Attributes:
        fills: What it says, by fill.
        blank: What it says with the whole photo under the blur, the area too.
        before: What it says to the photo as it is, which a number on a scale is compared with.
        outputs: What the scores are.
    """

    fills: Mapping[Fill, FillOutcome]
    blank: Answer
    before: Answer | None = None
    outputs: Outputs = _SHARES

    @property
    def score(self) -> float:
        """The mean score over the fills."""
        return float(np.mean([outcome.after.score for outcome in self.fills.values()]))

    @property
    def stays(self) -> tuple[bool, ...]:
        """With each fill, whether the class asked for is ahead; of a number, whether it is about the same."""
        return tuple(self._as_before(outcome.after, SMALL) for outcome in self.fills.values())

    @property
    def enough(self) -> bool:
        """Whether the class asked for stays ahead with every fill, or the number about the same."""
        return all(self.stays)

    @property
    def measured(self) -> bool:
        """Whether there was something to measure: with nothing left, the answer is another one."""
        return not self._as_before(self.blank, MATERIAL)

    def _as_before(self, answer: Answer, limit: float) -> bool:
        """Whether an answer is that to the whole photo; numbers may differ by a share of their range."""
        if self.before is None or not self.outputs.is_score:
            return answer.ahead
        return abs(self.outputs.fall(self.before.score, answer.score)) < limit

    def record(self, question: ScoreQuestion) -> dict[str, Any]:
        """All of it as JSON types."""
        answers = {str(fill): question.record(outcome.after) for fill, outcome in self.fills.items()}
        return {
            "score": round(self.score, 6),
            "enough": self.enough,
            "fills": answers,
            "blank": question.record(self.blank),
        }


def cover(probe: AreaProbe, on_progress: Progress | None = None) -> Cover:
    """Cover an area with each fill, and equal areas elsewhere, and ask again."""
    before, outputs = probe.question.before, probe.question.outputs
    fills = fill_outcomes(probe, probe.controls.masks, on_progress=on_progress)
    finding, reason = finding_and_reason(before, fills, outputs)
    return Cover(before, fills, probe.controls.kind, finding, reason, outputs)


def keep(probe: AreaProbe, on_progress: Progress | None = None) -> Keep:
    """Fill in everything but an area, with each fill, and then the area too, and ask."""
    none, total = probe.mask.new_zeros((0, *probe.mask.shape)), keep_passes()
    fills = fill_outcomes(probe, none, alone=True, on_progress=part_of(on_progress, 0, total))
    (blank,) = probe.question.ask([probe.filling.blur], 1, part_of(on_progress, total - 1, total))
    return Keep(fills, blank, probe.question.before, probe.question.outputs)


def keep_passes() -> int:
    """How many pictures :func:`keep` asks of."""
    return len(Fill) + 1


def fill_outcomes(
    probe: AreaProbe, controls: Tensor, *, alone: bool = False, on_progress: Progress | None = None
) -> dict[Fill, FillOutcome]:
    """What the model says with an area filled in, and with each of the controls instead, for each fill.

    Args:
        probe: The area, and what is asked.
        controls: Other areas, ``(n, h, w)`` bool.
        alone: Fill in everything but the area instead.
        on_progress: Told how many of ``2 (1 + n)`` pictures are done; what it raises stops the work.
    """
    covered = [
        soft_masks(masks, probe.edge) for masks in (probe.mask[None], *probe.question.chunks(controls))
    ]
    if alone:
        covered = [1 - masks for masks in covered]
    count, classifier = 1 + len(controls), probe.question.prepared.classifier
    number = probe.question.before.score if probe.question.outputs.is_score else None
    outcomes: dict[Fill, FillOutcome] = {}
    for fill in Fill:
        pictures = (probe.filling.pictures(masks, fill) for masks in covered)
        progress = part_of(on_progress, count * len(outcomes), count * len(Fill))
        after, *others = probe.question.ask(pictures, count, progress)
        picture = pixels(classifier, probe.filling.pictures(covered[0], fill))
        outcomes[fill] = FillOutcome(after, tuple(others), picture, number)
    return outcomes


def finding_and_reason(
    before: Answer, fills: Mapping[Fill, FillOutcome], outputs: Outputs = _SHARES
) -> tuple[Finding, Reason]:
    """What covering an area with several fills shows: *depends* and *little* need all of them."""
    outcomes = list(fills.values())
    falls = [outputs.fall(before.score, outcome.after.score) for outcome in outcomes]
    changes = [before.ahead and not outcome.after.ahead for outcome in outcomes]
    material = [fall >= MATERIAL or change for fall, change in zip(falls, changes, strict=True)]
    small = [abs(fall) < SMALL and not change for fall, change in zip(falls, changes, strict=True)]
    if _nothing_to_lose(before, outputs):
        return Finding.INCONCLUSIVE, Reason.LOW_SCORE
    if not all(outcome.controls for outcome in outcomes):
        return Finding.INCONCLUSIVE, Reason.TOO_LARGE
    if all(small):
        return Finding.LITTLE, Reason.SMALL_CHANGE
    rises = [outputs.is_score and fall <= -MATERIAL for fall in falls]
    if all(material) or all(rises):
        if not all(outcome.exceedances <= FEW * len(outcome.controls) + 1e-9 for outcome in outcomes):
            return Finding.INCONCLUSIVE, Reason.AS_MUCH_ELSEWHERE
        down = Reason.GUESS_CHANGES if all(changes) else Reason.SCORE_FALLS
        return Finding.DEPENDS, Reason.SCORE_RISES if all(rises) else down
    if any(material) or any(rises):
        return Finding.INCONCLUSIVE, Reason.FILLS_DISAGREE
    if min(falls) <= -SMALL and not outputs.is_score:
        return Finding.INCONCLUSIVE, Reason.SCORE_RISES
    return Finding.INCONCLUSIVE, Reason.IN_BETWEEN


def _nothing_to_lose(before: Answer, outputs: Outputs) -> bool:
    """Whether a score is too low to fall; a number on a scale, and a label that is given, never is."""
    if outputs.is_score or (outputs.kind is OutputKind.LABELS and before.ahead):
        return False
    return before.score < LOW
