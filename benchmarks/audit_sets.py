"""Sets of 150 pictures for :mod:`benchmarks.audits`, some of whose products carry a badge, and what is found.

What counts was fixed before the first audit was run:

* the badge is *found* if a place nobody named has the verdict *depends* and covers at least half of the
  badge, on average over the pictures that carry one;
* a place is *a product* if the product covers at least a quarter of it, on average over the pictures of that
  class in which the influence gathers there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from models.showroom.products import LABELS, NONE
from models.showroom.rendering.badge import with_badge
from models.showroom.training.pictures import Store
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
class Plan:
    """A set.

    Attributes:
        number: Which one.
        label: The class that carries badges.
        share: The share of its pictures that do.
        rows: The pictures, by their row in the store.
        carrying: Those with a badge.
    """

    number: int
    label: str
    share: float
    rows: tuple[int, ...]
    carrying: frozenset[int]


def plans(store: Store, count: int, seed: int) -> list[Plan]:
    """Sets: each product carries the badge in turn, the shares are spread evenly, the others are mixed anew.

    Args:
        store: The pictures.
        count: How many sets.
        seed: Where random numbers start.
    """
    r = np.random.default_rng(seed)
    labels = np.array(store.labels)
    products = [at for at, label in enumerate(LABELS) if label != NONE]
    shares = r.permutation(np.linspace(*SHARES, count))
    made = []
    for number in range(count):
        own = products[number % len(products)]
        rows = r.choice(np.flatnonzero(labels == own), OWN, replace=False).tolist()
        others = [at for at in range(len(LABELS)) if at != own]
        mix = r.dirichlet(np.full(len(others), 5.0))
        counts = r.multinomial(PICTURES - OWN, mix)
        carrying = frozenset(rows[: round(float(shares[number]) * OWN)])
        for label, wanted in zip(others, counts, strict=True):
            rows += r.choice(np.flatnonzero(labels == label), wanted, replace=False).tolist()
        made.append(Plan(number, LABELS[own], float(shares[number]), tuple(sorted(rows)), carrying))
    return made


def audited(plan: Plan, store: Store, classifier: Classifier) -> dict[str, Any]:
    """What an audit of a set finds, as JSON types."""
    with TemporaryDirectory() as folder:
        photos = Path(folder, "photos")
        photos.mkdir()
        badges = []
        for at in plan.rows:
            pixels = np.array(store.pixels[at])
            if at in plan.carrying:
                pixels, box = with_badge(pixels, store.first + at)
                badges.append(box)
            Image.fromarray(pixels).save(photos / f"{at:05}.png")
        started = time.process_time()
        with start(Path(folder, "job"), classifier, gather(photos)) as job:
            found = audit(job, classifier, photos)
        seconds = time.process_time() - started
    return {
        "number": plan.number,
        "label": plan.label,
        "share": round(plan.share, 4),
        "carrying": len(plan.carrying),
        "seconds": round(seconds, 2),
        "classes": {group.guess: len(group.rows) for group in found.groups},
        "carrying_guessed": _guessed(found, plan.carrying),
        "findings": _findings(found, store, badges),
    }


def badge_found(record: dict[str, Any]) -> bool:
    """Whether an audit found the badge."""
    return any(one["verdict"] == "depends" and one["of_badge"] >= FOUND for one in record["findings"])


def others_found(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The places that an audit says guesses depend on and that are no product."""
    return [one for one in record["findings"] if one["verdict"] == "depends" and one["product"] < PRODUCT]


def _guessed(found: Audit, carrying: frozenset[int]) -> dict[str, int]:
    """The guesses of the pictures with a badge."""
    counts = {
        group.guess: sum(_row(row.file) in carrying for row in group.rows.values()) for group in found.groups
    }
    return {guess: count for guess, count in counts.items() if count}


def _findings(found: Audit, store: Store, badges: Sequence[Box]) -> list[dict[str, Any]]:
    groups = {group.guess: group for group in found.groups}
    listed = []
    for one in found.findings:
        assert one.box is not None
        assert one.guess is not None
        group = groups[one.guess]
        gathered = group.gathered(sorted(group.with_map), one.box)
        rows = np.array([_row(group.rows[number].file) for number in gathered])
        record = as_json(one)
        keys = ("verdict", "guess", "place", "box", "tested", "depends", "enough_alone")
        listed.append(
            {key: record[key] for key in keys}
            | {
                "of_badge": round(float(np.mean([_inside(badge, one.box) for badge in badges])), 3),
                "product": round(float(_cut(store.mask(rows), one.box).mean()), 3),
            }
        )
    return listed


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
