"""Sets of 150 pictures for :mod:`benchmarks.audits`, some of whose products carry a badge, and what is found.

What counts was fixed before the first audit was run:

* the badge is *found* if a place nobody named has the verdict *depends* and covers at least half of the
  badge, on average over the pictures that carry one;
* a thing is the badge if at least half of it is in the crops, on average over all of them, those of pictures
  without one too;
* a place is *a product* if the product covers at least a quarter of it, on average over the pictures of that
  class in which the influence gathers there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from models.showroom.rendering.badge import with_badge
from models.showroom.rendering.products import LABELS, NONE
from models.showroom.training.pictures import PictureStore
from saliency.audit import Audit, audit, gather, start
from saliency.audit.json_types import as_json
from saliency.classifier import Classifier
from saliency.photo.area import Box

PICTURES, OWN = 150, 60
"""Pictures of a set, and those of the class that carries badges."""

SHARES = (0.3, 1.0)
"""From and to which share of that class carries one."""

FOUND, PRODUCT = 0.5, 0.25
_SIDE = 224


@dataclass(frozen=True)
class PictureSet:
    """Pictures to audit.

    Attributes:
        number: Which set it is.
        label: The class that carries badges.
        share: The share of its pictures that do.
        rows: The pictures, by their row in the store.
        carriers: Those with a badge.
    """

    number: int
    label: str
    share: float
    rows: tuple[int, ...]
    carriers: frozenset[int]


def picture_sets(store: PictureStore, count: int, seed: int) -> list[PictureSet]:
    """Sets: each product carries the badge in turn, the shares are spread evenly, the others are mixed anew.

    Args:
        store: The pictures.
        count: How many sets.
        seed: Where random numbers start.
    """
    r = np.random.default_rng(seed)
    labels = np.array(store.labels)
    products = [index for index, label in enumerate(LABELS) if label != NONE]
    shares = r.permutation(np.linspace(*SHARES, count))
    sets = []
    for number in range(count):
        own = products[number % len(products)]
        rows = r.choice(np.flatnonzero(labels == own), OWN, replace=False).tolist()
        others = [index for index in range(len(LABELS)) if index != own]
        mix = r.dirichlet(np.full(len(others), 5.0))
        sizes = r.multinomial(PICTURES - OWN, mix)
        carriers = frozenset(rows[: round(float(shares[number]) * OWN)])
        for index, size in zip(others, sizes, strict=True):
            rows += r.choice(np.flatnonzero(labels == index), size, replace=False).tolist()
        sets.append(PictureSet(number, LABELS[own], float(shares[number]), tuple(sorted(rows)), carriers))
    return sets


Put = Callable[[np.ndarray, int], tuple[np.ndarray, Box]]
"""Puts a badge into a picture, drawn from a seed; gives its box too."""


def audit_record(
    pictures: PictureSet, store: PictureStore, classifier: Classifier, put: Put = with_badge
) -> dict[str, Any]:
    """What an audit of a set finds, as JSON types."""
    with TemporaryDirectory() as folder:
        photos = Path(folder, "photos")
        boxes = write_pictures(store, pictures.rows, photos, carriers=pictures.carriers, put=put)
        start_time = time.process_time()
        with start(Path(folder, "job"), classifier, gather(photos)) as job:
            result = audit(job, classifier, photos)
        seconds = time.process_time() - start_time
        findings = _findings(result, store, boxes)  # reads maps that the job keeps in its folder
    return {
        "number": pictures.number,
        "label": pictures.label,
        "share": round(pictures.share, 4),
        "carrying": len(pictures.carriers),
        "seconds": round(seconds, 2),
        "classes": {group.guess: len(group.rows) for group in result.groups},
        "carrying_guessed": _guesses(result, pictures.carriers),
        "findings": findings,
    }


def write_pictures(
    store: PictureStore,
    rows: Iterable[int],
    folder: Path,
    carriers: Container[int] = (),
    put: Put = with_badge,
) -> dict[int, Box]:
    """Writes pictures as files, those of the carriers with a badge; the boxes of the badges, by row."""
    folder.mkdir()
    boxes = {}
    for row in map(int, rows):
        pixels = np.array(store.pixels[row])
        if row in carriers:
            pixels, boxes[row] = put(pixels, store.first + row)
        Image.fromarray(pixels).save(folder / f"{row:05}.png")
    return boxes


def finds_badge(record: dict[str, Any]) -> bool:
    """Whether an audit found the badge."""
    return any(finding["of_badge"] >= FOUND for finding in dependences(record))


def dependences(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The places that an audit says guesses depend on."""
    return [finding for finding in record["findings"] if finding["verdict"] == "depends"]


def wrong_places(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of them that are no product."""
    return [finding for finding in dependences(record) if finding["product"] < PRODUCT]


def _guesses(result: Audit, carriers: frozenset[int]) -> dict[str, int]:
    """The guesses of the pictures with a badge."""
    counts = {
        group.guess: sum(_row(row.file) in carriers for row in group.rows.values()) for group in result.groups
    }
    return {guess: count for guess, count in counts.items() if count}


def _findings(result: Audit, store: PictureStore, badges: Mapping[int, Box]) -> list[dict[str, Any]]:
    groups = {group.guess: group for group in result.groups}
    keys = ("kind", "verdict", "guess", "place", "box", "expected", "tested", "depends", "enough_alone")
    records = []
    for finding in result.findings:
        assert finding.guess is not None
        of_badge, product = 0.0, float(finding.expected)  # of a property of the whole picture
        if finding.crops is not None:
            places = {_row(crop.file): crop.box for crop in finding.crops}
            carrying = [_inside(badges[row], box) if row in badges else 0.0 for row, box in places.items()]
            of_badge = float(np.mean(carrying))
            product = float(
                np.mean([_cut(store.mask(np.array([row])), box).mean() for row, box in places.items()])
            )
        elif finding.box is not None:
            group = groups[finding.guess]
            gathered = group.gathered(sorted(group.with_map), finding.box)
            rows = np.array([_row(group.rows[number].file) for number in gathered])
            of_badge = float(np.mean([_inside(badge, finding.box) for badge in badges.values()]))
            product = float(_cut(store.mask(rows), finding.box).mean())
        whole = as_json(finding)
        figures = {"of_badge": round(of_badge, 3), "product": round(product, 3)}
        records.append({key: whole[key] for key in keys} | figures)
    return records


def _cut(masks: np.ndarray, box: Box) -> np.ndarray:
    """The part of masks ``(n, h, w)`` in a box."""
    left, top, right, bottom = (round(_SIDE * v) for v in (box[0], box[1], box[0] + box[2], box[1] + box[3]))
    return masks[:, top:bottom, left:right]


def _inside(box: Box, other: Box) -> float:
    """The share of a box that lies in another."""
    across = min(box[0] + box[2], other[0] + other[2]) - max(box[0], other[0])
    down = min(box[1] + box[3], other[1] + other[3]) - max(box[1], other[1])
    return max(0.0, across) * max(0.0, down) / (box[2] * box[3])


def _row(file: str) -> int:
    return int(Path(file).stem)
