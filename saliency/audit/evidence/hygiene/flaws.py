"""Single photos that little can be seen in, or that are unlike all others of the set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from saliency.audit.evidence.hygiene.neighbours import Neighbours
from saliency.audit.evidence.hygiene.set_photos import SetPhoto
from saliency.audit.json_types import significant

Flaw = Literal["dark", "flat", "blurred", "tiny", "odd"]

DARK = 0.1
"""Mean luma below which a photo is too dark."""

FLAT = 0.04
"""Standard deviation of the luma below which there is hardly anything to be seen."""

BLURRED, BLURRED_SHARE = 0.03, 0.12
"""Sharpness below which a photo is blurred, if it is also below such a share of the set's median."""

TINY, TINY_SHARE = 96, 0.5
"""Short side in pixels below which a photo is tiny, if it is also below such a share of the set's median."""

ODD, ODD_LEAST = 2.0, 0.2
"""By how many usual deviations, and by how much cosine, a photo is less like its nearest than usual."""

_FEWEST = 20  # photos from which what is usual can be told
_NEAREST = 3  # others that a photo is held against
_SCALE = 1.4826  # standard deviations in a median absolute deviation of normal numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class FlawedPhoto:
    """A photo to look at; the fields are keys of ``findings.json``.

    Attributes:
        flaw: ``dark``, ``flat`` (hardly any contrast), ``blurred``, ``tiny``, or ``odd``: unlike all others.
        value: How bright, contrasty, sharp it is, its short side in pixels, or the mean cosine to those
            nearest to it.
        usual: The set's median of that.
        sentence: The same, where a report has put it into words.
    """

    file: str
    label: str | None
    flaw: Flaw
    value: float = significant(3)
    usual: float = significant(3)
    sentence: str = ""


def flawed_photos(photos: Sequence[SetPhoto]) -> Iterator[FlawedPhoto]:
    """The dark, flat, blurred and tiny ones, each kind from the worst on; a photo is named once."""
    named: set[str] = set()
    measures: dict[Flaw, Callable[[SetPhoto], float]] = {
        "dark": lambda photo: photo.look.brightness if photo.look else np.inf,
        "flat": lambda photo: photo.look.contrast if photo.look else np.inf,
        "blurred": lambda photo: photo.look.sharpness if photo.look else np.inf,
        "tiny": lambda photo: min(photo.size),
    }
    for flaw, measure in measures.items():
        values = [measure(photo) for photo in photos]
        finite = [value for value in values if np.isfinite(value)]
        if not finite:
            continue
        usual = float(np.median(finite))
        limit = {
            "dark": DARK,
            "flat": FLAT,
            "blurred": min(BLURRED, BLURRED_SHARE * usual),
            "tiny": min(TINY, TINY_SHARE * usual),
        }[flaw]
        for value, photo in sorted(
            zip(values, photos, strict=True), key=lambda pair: (pair[0], pair[1].file)
        ):
            if value < limit and photo.file not in named:
                named.add(photo.file)
                yield FlawedPhoto(file=photo.file, label=photo.label, flaw=flaw, value=value, usual=usual)


def odd_photos(photos: Sequence[SetPhoto], near: Neighbours) -> Iterator[FlawedPhoto]:
    """Photos unlike all others, the oddest first.

    Args:
        photos: Those whose vectors are known.
        near: Their nearest others.
    """
    if len(photos) < _FEWEST:
        return
    likeness: NDArray[np.float32] = near.likeness[:, :_NEAREST].mean(1)
    usual = float(np.median(likeness))
    deviation = _SCALE * float(np.median(np.abs(likeness - usual)))
    limit = usual - max(ODD * deviation, ODD_LEAST)
    for place in np.argsort(likeness, kind="stable").tolist():
        value = float(likeness[place])
        if value >= limit or (near.places[place] < 0).all():
            break
        photo = photos[place]
        yield FlawedPhoto(file=photo.file, label=photo.label, flaw="odd", value=value, usual=usual)
