"""Classes whose photos look alike in where they come from, so that this alone tells them from others.

Each class and each value of what is known of its files is one question: do its photos have it more often than
the others? Fisher's exact test, one-sided; p-values are multiplied by how many questions were asked
(Bonferroni 1936), and only what nearly all photos of the class have and hardly any others is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import Literal

from scipy.stats import hypergeom

from saliency.audit.evidence.hygiene.set_photos import SetPhoto
from saliency.audit.evidence.origin import PhotoOrigin
from saliency.audit.json_types import significant

Trait = Literal["size", "shape", "camera", "compression", "format", "background"]

FEWEST = 5
"""Photos of a class, and others, from which something is said of it."""

HAVING, ELSEWHERE = 0.8, 0.2
"""Share of a class's photos that has something, at least, and of all others, at most."""

RATE = 0.05
_SHAPES = 4  # steps of the aspect ratio in an octave


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOrigin:
    """What nearly all photos of a class have and hardly any others; the fields are keys of ``findings.json``.

    Attributes:
        trait: ``size`` in pixels, ``shape`` (sides to one another), ``camera``, ``compression`` (the tables
            of a JPEG), ``format`` of the file, or ``background``: a plain edge of one colour.
        value: Which.
        having: How many photos of the class have it, of ``photos``.
        others_having: How many of all others, of ``others``.
        p_value: For all that was asked.
        sentence: What was counted, where a report has put it into words.
    """

    label: str
    trait: Trait
    value: str
    having: int
    photos: int
    others_having: int
    others: int
    p_value: float = significant(3)
    sentence: str = ""


def class_origins(photos: Sequence[SetPhoto], origins: Mapping[int, PhotoOrigin]) -> tuple[ClassOrigin, ...]:
    """What is said of the classes, by their names; of what says the same of one, the most exact.

    Args:
        photos: The photos.
        origins: Where they come from, by their numbers.
    """
    by_class: dict[str, list[SetPhoto]] = {}
    for photo in photos:
        if photo.shows is not None:
            by_class.setdefault(photo.shows, []).append(photo)
    if len(by_class) < 2:
        return ()
    asked = [origin for trait in _traits(origins).items() for origin in _of_trait(*trait, by_class)]
    told: dict[str, list[ClassOrigin]] = {}
    for origin in sorted(asked, key=lambda origin: origin.label):
        adjusted = min(1.0, origin.p_value * len(asked))
        enough = min(origin.photos, origin.others) >= FEWEST
        alike = origin.having >= HAVING * origin.photos and origin.others_having <= ELSEWHERE * origin.others
        if enough and alike and adjusted <= RATE:
            told.setdefault(origin.label, []).append(replace(origin, p_value=adjusted))
    return tuple(origin for of_class in told.values() for origin in _exact(of_class))


def _traits(origins: Mapping[int, PhotoOrigin]) -> dict[Trait, Callable[[SetPhoto], str]]:
    """What is known of a photo, empty where nothing is; the most exact of those that go together first."""
    unknown = PhotoOrigin()
    return {
        "size": lambda photo: f"{photo.size[0]} × {photo.size[1]}",
        "shape": lambda photo: _shape(photo.size),
        "camera": lambda photo: origins.get(photo.number, unknown).camera,
        "compression": lambda photo: origins.get(photo.number, unknown).tables,
        "format": lambda photo: origins.get(photo.number, unknown).form,
        "background": lambda photo: origins.get(photo.number, unknown).background,
    }


def _shape(size: tuple[int, int]) -> str:
    """How wide a photo is to its height, in a word; photos of about one shape share it."""
    step = round(_SHAPES * log2(size[0] / size[1]))
    if step == 0:
        return "square"
    return f"about {2 ** (abs(step) / _SHAPES):.2g} : 1, {'wide' if step > 0 else 'tall'}"


def _of_trait(
    trait: Trait, value_of: Callable[[SetPhoto], str], by_class: Mapping[str, Sequence[SetPhoto]]
) -> Iterator[ClassOrigin]:
    """Each class's most frequent value, beside all others."""
    values = {label: Counter(map(value_of, photos)) for label, photos in by_class.items()}
    every = sum(values.values(), Counter[str]())
    total = every.total()
    for label, counts in values.items():
        value, having = max(counts.items(), key=lambda count: (count[1], count[0]))
        if value and every[value] < total:
            photos = counts.total()
            yield ClassOrigin(
                label=label,
                trait=trait,
                value=value,
                having=having,
                photos=photos,
                others_having=every[value] - having,
                others=total - photos,
                p_value=float(hypergeom.sf(having - 1, total, every[value], photos)),
            )


def _exact(origins: Sequence[ClassOrigin]) -> Iterator[ClassOrigin]:
    """Without the shape where the size is said, which says more."""
    sized = any(origin.trait == "size" for origin in origins)
    return (origin for origin in origins if not (sized and origin.trait == "shape"))
