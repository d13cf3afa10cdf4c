"""Cover an area and ask again; keep only it and ask again; and what that shows.

The effect is a fall of the score (Zeiler 2013, section 4.2; Fong 2017). What it is measured against is a
permutation test: the fall of the log-odds among those of equal areas elsewhere
(``saliency.checks.controls``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from saliency.checks.controls import COUNT, Controls, Kind, controls
from saliency.checks.fills import Fill, Filling, edge_of, pixels, softened
from saliency.checks.question import Answer, ScoreQuestion, chunks
from saliency.progress import Progress, part_of

MATERIAL = 0.2
"""A fall by this share of the score, or a guess that changes, is an effect."""

SMALL = 0.1
"""A change by less than this share of the score, and a guess that stays, is none."""

FEW = 0.05
"""Share of the controls that may do as much as the area."""

LOW = 0.02
"""A score below this has nothing to lose."""


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
    """The area covered with one fill.

    Attributes:
        after: What the model says then.
        controls: What it says with each of the controls covered instead.
        p_value: ``(1 + how many controls lower the log-odds as much) / (1 + how many there are)``.
        picture: What the model received then, ``(h, w, 3)`` uint8.
    """

    after: Answer
    controls: tuple[Answer, ...]
    p_value: float
    picture: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Cover:
    """What covering an area does.

    Attributes:
        before: What the model says to the photo as it is.
        fills: What it says with the area covered, a fill.
        kind: What the controls are made of.
        masks: The controls on what the model received, ``(n, h, w)`` bool.
        finding: What this shows.
        reason: Why.
    """

    before: Answer
    fills: Mapping[Fill, FillOutcome]
    kind: Kind
    masks: NDArray[np.bool_]
    finding: Finding
    reason: Reason

    @property
    def after(self) -> float:
        """The mean score over the fills with the area covered."""
        return float(np.mean([one.after.score for one in self.fills.values()]))

    @property
    def elsewhere(self) -> float | None:
        """The mean score over the fills with equal areas elsewhere covered; ``None`` without controls."""
        scores = [answer.score for one in self.fills.values() for answer in one.controls]
        return float(np.mean(scores)) if scores else None

    @property
    def p_value(self) -> float:
        """The larger one of the fills', as a finding needs all of them."""
        return max(one.p_value for one in self.fills.values())

    def record(self, question: ScoreQuestion) -> dict[str, Any]:
        """All of it as JSON types."""
        return {
            "finding": str(self.finding),
            "reason": str(self.reason),
            "before": question.row(self.before),
            "after": round(self.after, 6),
            "elsewhere": None if self.elsewhere is None else round(self.elsewhere, 6),
            "p_value": round(self.p_value, 4),
            "controls": {"count": len(self.masks), "kind": str(self.kind)},
            "fills": {
                str(fill): {
                    "after": question.row(one.after),
                    "p_value": round(one.p_value, 4),
                    "controls": [round(a.score, 6) for a in one.controls],
                }
                for fill, one in self.fills.items()
            },
        }


@dataclass(frozen=True, eq=False)
class Keep:
    """What the model says to the area alone, everything else filled in.

    Attributes:
        after: What it says, a fill.
        pictures: What it received then, ``(h, w, 3)`` uint8, a fill.
    """

    after: Mapping[Fill, Answer]
    pictures: Mapping[Fill, NDArray[np.uint8]]

    @property
    def score(self) -> float:
        """The mean score over the fills."""
        return float(np.mean([answer.score for answer in self.after.values()]))

    @property
    def enough(self) -> bool:
        """Whether the class asked for stays ahead with every fill."""
        return all(answer.ahead for answer in self.after.values())

    def record(self, question: ScoreQuestion) -> dict[str, Any]:
        """All of it as JSON types."""
        answers = {str(fill): question.row(answer) for fill, answer in self.after.items()}
        return {"score": round(self.score, 6), "enough": self.enough, "fills": answers}


def cover(
    question: ScoreQuestion,
    mask: Tensor,
    *,
    edge: int | None = None,
    count: int = COUNT,
    seed: int = 0,
    elsewhere: Controls | None = None,
    on_progress: Progress | None = None,
) -> Cover:
    """Cover an area with each fill, and equal areas elsewhere, and ask again.

    Args:
        question: What is asked.
        mask: The area on what the model received, ``(h, w)`` bool, as ``Area.on_input`` gives it.
        edge: Width in points of its soft edge; ``None``: as for a box.
        count: How many controls.
        seed: Of where the controls are.
        elsewhere: The controls, if they are known already.
        on_progress: Told how many pictures are done; what it raises stops the work.
    """
    filling, before = Filling(question.prepared.x), question.before
    edge = edge_of(filling.x) if edge is None else edge
    found = elsewhere or controls(mask, edge, count=count, seed=seed)
    others = [softened(part, edge) for part in chunks(found.masks)]
    soft, total, done = softened(mask[None], edge), covering(found), 0
    fills: dict[Fill, FillOutcome] = {}
    for fill in Fill:
        shown = filling.filled(soft, fill)
        (after,) = question.ask([shown], 1, part_of(on_progress, done, total))
        asked = (filling.filled(part, fill) for part in others)
        rest = question.ask(asked, len(found.masks), part_of(on_progress, done + 1, total))
        as_low = sum(answer.log_odds <= after.log_odds for answer in rest)
        picture = pixels(question.prepared.classifier, shown)
        fills[fill] = FillOutcome(after, tuple(rest), (1 + as_low) / (1 + len(rest)), picture)
        done += 1 + len(rest)
    finding, reason = judged(before, fills)
    return Cover(before, fills, found.kind, found.masks.cpu().numpy(), finding, reason)


def covering(elsewhere: Controls) -> int:
    """How many pictures :func:`cover` asks of."""
    return len(Fill) * (1 + len(elsewhere.masks))


def keep(
    question: ScoreQuestion, mask: Tensor, *, edge: int | None = None, on_progress: Progress | None = None
) -> Keep:
    """Fill in everything but an area, with each fill, and ask; the arguments are those of :func:`cover`."""
    filling = Filling(question.prepared.x)
    around = 1 - softened(mask[None], edge_of(filling.x) if edge is None else edge)
    shown = {fill: filling.filled(around, fill) for fill in Fill}
    answers = question.ask(shown.values(), len(shown), on_progress)
    pictures = {fill: pixels(question.prepared.classifier, x) for fill, x in shown.items()}
    return Keep(dict(zip(shown, answers, strict=True)), pictures)


def judged(before: Answer, fills: Mapping[Fill, FillOutcome]) -> tuple[Finding, Reason]:
    """What covering an area with several fills shows: *depends* and *little* need all of them."""
    falls = [1 - one.after.score / before.score if before.score else 0.0 for one in fills.values()]
    changes = [before.ahead and not one.after.ahead for one in fills.values()]
    material = [fall >= MATERIAL or change for fall, change in zip(falls, changes, strict=True)]
    small = [abs(fall) < SMALL and not change for fall, change in zip(falls, changes, strict=True)]
    if before.score < LOW:
        return Finding.INCONCLUSIVE, Reason.LOW_SCORE
    if not all(one.controls for one in fills.values()):
        return Finding.INCONCLUSIVE, Reason.TOO_LARGE
    if all(small):
        return Finding.LITTLE, Reason.SMALL_CHANGE
    if all(material):
        if all(_stands_out(one) for one in fills.values()):
            return Finding.DEPENDS, Reason.GUESS_CHANGES if all(changes) else Reason.SCORE_FALLS
        return Finding.INCONCLUSIVE, Reason.AS_MUCH_ELSEWHERE
    if any(material):
        return Finding.INCONCLUSIVE, Reason.FILLS_DISAGREE
    if min(falls) <= -SMALL:
        return Finding.INCONCLUSIVE, Reason.SCORE_RISES
    return Finding.INCONCLUSIVE, Reason.IN_BETWEEN


def _stands_out(one: FillOutcome) -> bool:
    as_low = one.p_value * (1 + len(one.controls)) - 1
    return as_low <= FEW * len(one.controls) + 1e-9
