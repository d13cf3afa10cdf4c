"""Sets of 150 unseen photos, 60 of one class and half of these with the plant, and what audits find."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.shortcuts.photos import CLASSES, LABELS, TRAINED, files, number
from benchmarks.shortcuts.plants import KINDS, Mask, plain, planted
from benchmarks.shortcuts.scoring import finding_record
from saliency.audit import Audit, audit, gather, start
from saliency.classifier import Classifier

PHOTOS, OWN, CARRYING = 150, 60, 30
"""Photos of a set, those of the class that the plant gives away, and those of them that carry it."""

NATURAL, NATURAL_LABEL = "fish", "fish"
"""Sets without a plant: fish are mostly held by people."""

FIRST, COUNT = 9, 20
"""Number of the first set of a kind that is reported (limits were chosen on earlier ones), and how many."""

TRIALS = 100
"""From this number on sets are to choose on: of photos of ``train`` that no model was trained on."""


@dataclass(frozen=True)
class PhotoSet:
    """Photos to audit.

    Attributes:
        kind: What is planted, a key of ``KINDS``; or ``NATURAL``, and nothing is.
        number: Which of the kind's sets it is.
        label: The class that the plant gives away.
        photos: All photos, by the name that they have in the set.
        carriers: Names of those with the plant.
    """

    kind: str
    number: int
    label: str
    photos: dict[str, Path]
    carriers: frozenset[str]

    @classmethod
    def of(cls, kind: str, place: int) -> PhotoSet:
        """A kind's set of that number."""
        label = label_of(kind, place)
        r = np.random.default_rng(number("set", kind, place))
        part = "val" if place < TRIALS else "train"
        own = _drawn(r, part, CLASSES[LABELS.index(label)], OWN)
        others = [name for name in CLASSES if name != CLASSES[LABELS.index(label)]]
        sizes = r.multinomial(PHOTOS - OWN, r.dirichlet(np.full(len(others), 5.0)))
        shares = zip(others, sizes, strict=True)
        rest = [path for name, size in shares for path in _drawn(r, part, name, size)]
        names = {f"{path.parent.name}-{path.stem}.jpg": path for path in own + rest}
        carriers = list(names)[: CARRYING if kind in KINDS else 0]
        return cls(kind, place, label, dict(sorted(names.items())), frozenset(carriers))

    def write(self, folder: Path) -> dict[str, Mask]:
        """Writes the photos as files; where the plant is in each of those that carry one somewhere."""
        folder.mkdir(parents=True)
        masks = {}
        for name, path in self.photos.items():
            photo = planted(path, self.kind, self.label) if name in self.carriers else plain(path)
            (folder / name).write_bytes(photo.content)
            if photo.mask is not None:
                masks[name] = photo.mask
        return masks


def label_of(kind: str, place: int) -> str:
    """The class that a set's plant gives away: each one in turn, in an order of the kind."""
    if kind == NATURAL:
        return NATURAL_LABEL
    order = np.random.default_rng(number("order", kind)).permutation(len(LABELS))
    return LABELS[int(order[place % len(LABELS)])]


def _drawn(r: np.random.Generator, part: str, name: str, count: int) -> list[Path]:
    """Unseen photos of a class."""
    photos = files("val", name) if part == "val" else files("train", name)[TRAINED : 2 * TRAINED]
    return [photos[index] for index in r.permutation(len(photos))[:count]]


def audit_record(photos: PhotoSet, classifier: Classifier) -> dict[str, Any]:
    """What an audit of a set finds, as JSON types."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "photos")
        masks = photos.write(source)
        begin = time.process_time()
        with start(Path(folder, "job"), classifier, gather(source)) as job:
            result = audit(job, classifier, source)
        seconds = time.process_time() - begin
        findings = [finding_record(f, photos.kind, masks) for f in result.findings if f.telling]
    return {
        "kind": photos.kind,
        "number": photos.number,
        "label": photos.label,
        "seconds": round(seconds, 1),
        "guesses": dict(Counter(_guesses(result).values())),
        "carriers_guessed": dict(
            Counter(guess for name, guess in _guesses(result).items() if name in photos.carriers)
        ),
        "findings": findings,
    }


def _guesses(result: Audit) -> dict[str, str]:
    return {row.file: group.guess for group in result.groups for row in group.rows.values()}
