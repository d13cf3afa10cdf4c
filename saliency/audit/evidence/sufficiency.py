"""An area alone, everything else filled in, beside equal areas alone.

Covering shows nothing where the guess rests on two things at once: with a badge covered, the mug beside it is
still a mug. Whether the badge by itself is enough for the guess is another question, and asked here. The area
is *enough* when the guess stays with every fill, and its log-odds are above those of all controls.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from saliency.checks.controls import Controls
from saliency.checks.fills import Fill, Filling, softened
from saliency.checks.question import ScoreQuestion, chunks


@dataclass(frozen=True)
class Sufficiency:
    """What the model says to an area alone.

    Attributes:
        enough: Whether it is enough for the guess, and more so than each equal area elsewhere.
        stays: Whether the guess stays with every fill.
        stays_elsewhere: The share of equal areas elsewhere with which it does.
    """

    enough: bool
    stays: bool
    stays_elsewhere: float


def sufficiency(question: ScoreQuestion, mask: Tensor, edge: int, elsewhere: Controls) -> Sufficiency:
    """Fill in all but an area, and all but each of the controls, and ask.

    Args:
        question: What is asked.
        mask: The area on what the model received, ``(h, w)`` bool.
        edge: Width in points of its soft edge.
        elsewhere: The controls, at least one.
    """
    filling = Filling(question.prepared.x)
    masks = [mask[None], *chunks(elsewhere.masks)]
    total = 1 + len(elsewhere.masks)
    stays, highest = [True] * total, True
    for fill in Fill:
        pictures = (filling.filled(1 - softened(part, edge), fill) for part in masks)
        answers = question.ask(pictures, total)
        stays = [before and answer.ahead for before, answer in zip(stays, answers, strict=True)]
        highest = highest and all(answer.log_odds < answers[0].log_odds for answer in answers[1:])
    return Sufficiency(stays[0] and highest, stays[0], sum(stays[1:]) / max(1, total - 1))
