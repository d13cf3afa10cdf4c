"""What the model says to a photo's product with other surroundings, as a job keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from saliency.audit.json_types import optional

SURROUNDINGS = "surroundings"
"""By what a job finds these answers among its tests."""


class Surround(StrEnum):
    """What a product is shown with; the parts of Xiao 2020 (Noise or Signal) in brackets."""

    OWN = "own"
    """Cut out and put back, its own surroundings grown over its place: what cutting does (Original)."""
    GREYED = "greyed"
    """Its own surroundings without their colours."""
    BLURRED = "blurred"
    """Its own surroundings under a heavy blur."""
    SAME = "same"
    """Those of another photo of the same class (Mixed-Same)."""
    OTHER = "other"
    """Those of a photo of another class (Mixed-Rand, without the same class)."""
    ALONE = "alone"
    """Even grey (Only-FG)."""
    WITHOUT = "without"
    """No product: only its surroundings, grown over its place (Only-BG)."""


@dataclass(frozen=True, slots=True)
class SurroundingsAnswers:
    """The model's top guesses for one photo's product, by what it is shown with.

    Attributes:
        guesses: By the name of a :class:`Surround`; those with other photos' are there if there was one.
        boxed: Whether the product is marked by a box, in whose corners its surroundings are seen.
        same: The other photo of the same class.
        other: The photo of another class.
    """

    guesses: dict[str, str]
    boxed: bool
    same: str | None = optional()
    other: str | None = optional()
