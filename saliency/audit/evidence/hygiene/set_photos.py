"""Photos of a set as hygiene looks at them: what of a row it needs, one short record a photo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from sys import intern

from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.rows import FinishedPhoto, PhotoRow
from saliency.names import folded, positions


@dataclass(frozen=True, slots=True)
class SetPhoto:
    """One audited photo.

    Attributes:
        label: Its label as it was given.
        shows: What its label says, by the model's name of it where it has one, else in the first
            spelling; ``None`` without a label.
        guess: The model's top guess.
        score: The top guess's score.
        label_score: The score of what it shows, 0 below the best few; ``None`` if that is no class.
    """

    number: int
    file: str
    label: str | None
    shows: str | None
    guess: str
    score: float
    label_score: float | None
    size: tuple[int, int]
    look: PhotoLook | None
    fingerprint: str | None


def set_photos(photos: Iterable[FinishedPhoto], classes: Sequence[str]) -> Iterator[SetPhoto]:
    """The audited ones of some photos.

    Args:
        photos: All that are finished.
        classes: The model's.
    """
    spelled: dict[str, str] = {}

    @cache
    def shown(label: str) -> tuple[str, bool]:
        found = positions(label, classes)
        if len(found) == 1:
            return classes[found[0]], True
        return spelled.setdefault(folded(label), label), False

    for number, _, row, _ in photos:
        if not isinstance(row, PhotoRow):
            continue
        shows, is_class = (None, False) if row.label is None else shown(row.label)
        look = row.look
        scores = {score.label: score.score for score in row.scores}
        yield SetPhoto(
            number,
            row.file,
            None if row.label is None else intern(row.label),
            shows,
            intern(row.guess),
            row.score,
            scores.get(shows or "", 0.0) if is_class else None,
            row.photo_size,
            None if look is None else PhotoLook(look.brightness, look.contrast, look.sharpness),
            row.fingerprint,
        )
