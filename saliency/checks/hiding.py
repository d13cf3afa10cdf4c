"""Hide the strongest x % of a map, and ask again: the deletion curve (Petsiuk 2018, section 4.3).

Beside it, the same amount hidden elsewhere: the same mask, shifted around and mirrored, so that only its
place differs and not its grain. What is hidden is put under a heavy blur.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from saliency.checks.controls import Move
from saliency.checks.fills import Filling, pixels
from saliency.checks.question import Answer, ScoreQuestion
from saliency.errors import SaliencyError
from saliency.explanation import Explanation
from saliency.grids.cells import CellGrid, laid_out
from saliency.methods.baselines import gaussian_blur
from saliency.progress import Progress

LEVELS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
"""Shares of the picture that are hidden."""

ELSEWHERE = 2
"""How often the same amount is hidden elsewhere."""

_SMOOTH = 0.025  # standard deviation of the blur of the map, as a share of the short side


@dataclass(frozen=True, eq=False)
class HideCurve:
    """The score as more and more of the strongest places is hidden.

    Attributes:
        levels: Shares of the picture hidden, rising from 0 to 1.
        answers: What the model says at each level.
        elsewhere: What it says with as much hidden elsewhere, several answers a level.
        order: ``(h, w)`` in (0, 1]: a point is hidden at this level and above.
        question: What was asked.
    """

    levels: tuple[float, ...]
    answers: tuple[Answer, ...]
    elsewhere: tuple[tuple[Answer, ...], ...]
    order: Tensor
    question: ScoreQuestion

    @property
    def scores(self) -> tuple[float, ...]:
        """The score at each level."""
        return tuple(answer.score for answer in self.answers)

    @property
    def scores_elsewhere(self) -> tuple[float, ...]:
        """The mean score with as much hidden elsewhere, at each level."""
        return tuple(float(np.mean([answer.score for answer in draws])) for draws in self.elsewhere)

    @property
    def area(self) -> float:
        """Mean score over the levels (trapezia), lower if the strongest places count for more.

        In [0, 1]; of a number on a scale, as a share of its usual range.
        """
        return self._area(self.scores)

    @property
    def area_elsewhere(self) -> float:
        """Mean score over the levels with as much hidden elsewhere."""
        return self._area(self.scores_elsewhere)

    def picture(self, level: float) -> NDArray[np.uint8]:
        """What the model receives with a share in [0, 1] hidden, ``(h, w, 3)`` uint8."""
        x = self.question.prepared.x
        (hidden,) = _hidden(x, Filling(x).blur, (self.order <= level)[None])
        return pixels(self.question.prepared.classifier, hidden)

    @property
    def sooner(self) -> bool:
        """Whether the score falls sooner than with as much hidden elsewhere, or the number moves sooner."""
        if not self.question.outputs.is_score:
            return self.area < self.area_elsewhere
        before = self.scores[0]
        here, there = (np.abs(np.subtract(each, before)) for each in (self.scores, self.scores_elsewhere))
        return float(np.trapezoid(here, self.levels)) > float(np.trapezoid(there, self.levels))

    def _area(self, scores: tuple[float, ...]) -> float:
        outputs = self.question.outputs
        least = outputs.usual_range[0] if outputs.is_score else 0.0
        return (float(np.trapezoid(scores, self.levels)) - least) / outputs.width

    def record(self) -> dict[str, Any]:
        """All of it as JSON types."""
        return {
            "levels": list(self.levels),
            "scores": [round(score, 6) for score in self.scores],
            "scores_hidden_elsewhere": [round(score, 6) for score in self.scores_elsewhere],
            "top_guesses": [self.question.label(answer) for answer in self.answers],
            "area": round(self.area, 4),
            "area_hidden_elsewhere": round(self.area_elsewhere, 4),
        }


def hide(
    question: ScoreQuestion,
    explanation: Explanation,
    on_progress: Progress | None = None,
    *,
    levels: tuple[float, ...] = LEVELS,
    elsewhere: int = ELSEWHERE,
    seed: int = 0,
) -> HideCurve | None:
    """Hide the strongest places of an explanation, level by level; ``None`` if its map is empty or even.

    Args:
        question: What is asked.
        explanation: An explanation of the same photo, framed in the same way.
        on_progress: Told how many pictures are done; what it raises stops the work.
        levels: Shares of the picture, rising from 0 to 1.
        elsewhere: How often the same amount is hidden elsewhere.
        seed: Where elsewhere is; the same seed gives the same places.

    Raises:
        SaliencyError: The levels do not rise from 0 to 1.
    """
    if len(levels) < 2 or levels[0] != 0 or levels[-1] != 1 or sorted(set(levels)) != list(levels):
        raise SaliencyError("The levels have to rise from 0 to 1, such as 0, 0.1, 0.5, 1.")
    if explanation.empty:
        return None
    x = question.prepared.x
    order = hiding_order(torch.from_numpy(explanation.counted), x, explanation.cells)
    moves = _moves(x, elsewhere, seed)
    inner = levels[1:-1]
    masks = [order <= level for level in inner]
    masks += [move.there(order <= level) for level in inner for move in moves]
    masks.append(torch.ones_like(masks[0]))
    under = Filling(x).blur
    pictures = (_hidden(x, under, part) for part in question.chunks(torch.stack(masks)))
    *answers, last = question.ask(pictures, len(masks), on_progress)
    before = question.before
    strongest, moved = answers[: len(inner)], answers[len(inner) :]
    draws = [tuple(moved[start : start + elsewhere]) for start in range(0, len(moved), elsewhere)]
    return HideCurve(
        levels=levels,
        answers=(before, *strongest, last),
        elsewhere=((before,) * elsewhere, *draws, (last,) * elsewhere),
        order=order,
        question=question,
    )


def hide_passes(levels: tuple[float, ...] = LEVELS, elsewhere: int = ELSEWHERE) -> int:
    """How many pictures :func:`hide` asks of."""
    return (len(levels) - 2) * (1 + elsewhere) + 1


def hiding_order(attribution: Tensor, x: Tensor, cells: CellGrid | None = None) -> Tensor:
    """At which level each point of ``x (1, 3, h, w)`` is hidden, ``(h, w)`` in (0, 1], strongest first.

    The map is smoothed a little, so that a map of single pixels hides places and not dots. Ties are hidden
    from the middle of the picture outwards. The cells of the map look at ``cells``, or are spread evenly.
    """
    height, width = x.shape[2:]
    large = laid_out(attribution.detach().cpu().double()[None, None], (height, width), cells)
    smooth = gaussian_blur(large, _SMOOTH * min(height, width))[0, 0]
    smooth = (smooth / smooth.abs().max().clamp(min=1e-30)).mul(1e6).round()  # equal up to rounding is equal
    down = torch.linspace(-1, 1, height, dtype=torch.float64)[:, None]
    across = torch.linspace(-1, 1, width, dtype=torch.float64)
    outward = (down.square() + across.square()).flatten().argsort(stable=True)
    ordered = outward[smooth.flatten()[outward].argsort(descending=True, stable=True)]
    rank = torch.empty(height * width, dtype=torch.float64)
    rank[ordered] = torch.arange(1, height * width + 1, dtype=torch.float64) / (height * width)
    return rank.view(height, width).to(x)


def _moves(x: Tensor, count: int, seed: int) -> list[Move]:
    """Ways to shift and mirror a mask, far from where it was."""
    height, width = x.shape[2:]
    r = np.random.default_rng(seed)
    mirrors: list[tuple[int, ...]] = [(), (-1,), (-2,), (-2, -1)]
    shares = r.uniform(0.25, 0.75, (count, 2)).tolist()
    return [
        Move(mirrors[number % 4], int(down * height), int(across * width))
        for number, (down, across) in enumerate(shares)
    ]


def _hidden(x: Tensor, under: Tensor, masks: Tensor) -> Tensor:
    """Copies ``(n, 3, h, w)`` of a picture with masks ``(n, h, w)`` bool hidden."""
    return torch.where(masks[:, None], under, x)
