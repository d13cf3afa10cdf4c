"""Photos of one kind to take or to collect, of what is to be added: how many, of what, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from saliency.audit.evidence.true_classes import TrueClassRecord

CLASSES = 5
"""Classes among which photos of other things are shared out, at most."""

_FEWEST = 5  # photos of a class that are worth asking for

LEFT_OUT = "As usual, but leave it out, or cover it with something plain."
PUT_IN = "As usual, but with it in the picture, where it usually is."
OTHER_LIGHT = "In other light and with other cameras; change only that, not the thing."
THIS_LIGHT = "As the photos that have it: the same light, the same camera, saved in the same way."
OTHER_PLACES = "In other rooms, on other tables, in front of other backgrounds."
THESE_PLACES = "In the places in which the first ones are usually photographed."
LIKE_THESE = "Look at the wrong photos first, and take more in which the same is difficult."
AS_USUAL = "As usual."
VARIED = "In other places, in other light, in front of other backgrounds."


@dataclass(frozen=True, slots=True)
class PhotoBatch:
    """Photos of one kind to take or to collect; the fields are keys of ``findings.json``.

    Attributes:
        photos: About how many.
        label: What they show, as the model names it; ``None``: any of several things.
        which: What they show and what is special about them, without their number.
        how: How to take them, a sentence.
    """

    photos: int
    label: str | None
    which: str
    how: str


def other_labels(
    guess: str | None, true_classes: Sequence[TrueClassRecord], guesses: Sequence[str]
) -> tuple[str, ...]:
    """Other classes than one in the set: those that are taken for it most often first.

    Args:
        guess: The class.
        true_classes: The photos by what they show; where that is not known, the answers are taken instead.
        guesses: The answers of the model in this set.
    """
    photos = {record.label: record.photos for record in true_classes} or dict.fromkeys(sorted(guesses), 0)
    taken = {
        record.label: sum(other.photos for other in record.taken_for if other.guess == guess)
        for record in true_classes
    }
    labels = sorted(photos, key=lambda label: (-taken.get(label, 0), -photos[label], label))
    return tuple(label for label in labels if label != guess)


def shared_out(number: int, labels: Sequence[str]) -> list[tuple[str, int]]:
    """Some photos shared out among the first of some classes, which get those left over; of none, nothing."""
    count = min(len(labels), CLASSES, max(1, number // _FEWEST))
    first = labels[:count]
    return [(label, number // count + (place < number % count)) for place, label in enumerate(first)]


def with_and_without(
    number: int,
    guess: str | None,
    without: Callable[[str], str],
    having: Callable[[str], str],
    others: Sequence[str],
    how: tuple[str, str],
) -> tuple[PhotoBatch, ...]:
    """Photos of a class that lack something, and as many of others that have it, shared out among these.

    Args:
        number: About how many of each.
        guess: The class; ``None``: any.
        without: The first ones in words, from what they show in words.
        having: The others in words, likewise.
        others: Other classes, those that come first in the first place.
        how: How to take the first ones, and the others.
    """
    own = f"“{guess}”" if guess is not None else "each thing"
    first = PhotoBatch(number, guess, without(own), how[0])
    shares = shared_out(number, others) if guess is not None else []
    rest = [PhotoBatch(share, label, having(f"“{label}”"), how[1]) for label, share in shares]
    return (first, *(rest or [PhotoBatch(number, None, having("other things"), how[1])]))
