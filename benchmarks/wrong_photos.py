"""How often an audit says what wrong photos share, where they share nothing and where they share something.

Rows are made up: each photo looks in any way, every second one or so has a named area, and wrong are any of
them, or mostly the darkest quarter. ``python -m benchmarks.wrong_photos`` prints the figures of
``docs/audits.md``.
"""

from __future__ import annotations

import numpy as np

from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.rows import LabelScore, LeftOutArea, PhotoRow
from saliency.audit.evidence.true_classes import RowsByNumber
from saliency.audit.evidence.wrong_photos import shared_properties
from saliency.heat.scale import MapKind

SETS = {"10 × 15": (10, 15, 0.15), "2 × 30": (2, 30, 0.15), "3 × 100": (3, 100, 0.3), "40 × 6": (40, 6, 0.15)}
"""Classes, photos of each, and the share that is wrong."""

SILENT, PLANTED = 200, 60  # sets of each kind
DARK_WRONG, OTHERS_WRONG = 0.6, 0.05  # shares that are wrong where darkness is what they share
_AREA = (LeftOutArea(name="badge", box=(0.1, 0.1, 0.2, 0.2), problem=""),)


def photo(r: np.random.Generator, number: int, label: str, wrong: float, *, dark: bool) -> PhotoRow:
    """A row made up; wrong with a chance, or mostly where it is dark."""
    look = PhotoLook(*r.random(3).tolist())
    chance = wrong
    if dark:
        chance = DARK_WRONG if look.brightness < 0.25 else OTHERS_WRONG
    right = bool(r.random() >= chance)
    guess = label if right else "another"
    return PhotoRow(
        file=f"{number:05}.jpg",
        photo_sha256=f"{number:064x}",
        photo_size=(int(r.integers(100, 200)), int(r.integers(100, 200))),
        label=label,
        guess=guess,
        right=right,
        unknown=False,
        scores=(LabelScore(guess, 0.9),),
        cut_share=0.0,
        map=MapKind.SPOTS,
        areas=_AREA if r.random() < 0.5 else (),
        second_view=None,
        notes=(),
        seed=0,
        look=look,
    )


def said(seed: int, classes: int, photos: int, wrong: float, *, dark: bool) -> set[str]:
    """What is said of a set made up."""
    r = np.random.default_rng(seed)
    by_class: dict[str, RowsByNumber] = {}
    for number in range(classes * photos):
        label = f"class {number % classes}"
        by_class.setdefault(label, {})[number] = photo(r, number, label, wrong, dark=dark)
    return {prop.name for prop in shared_properties(by_class, [], [])[0]}


def main() -> None:
    """Print how often."""
    for name, figures in SETS.items():
        silent = sum(bool(said(seed, *figures, dark=False)) for seed in range(SILENT))
        found = [said(1000 + seed, *figures, dark=True) for seed in range(PLANTED)]
        dark = sum("darkest" in names for names in found)
        others = sum(bool(names - {"darkest"}) for names in found)
        print(
            f"{name}: {silent} of {SILENT}; darkest {dark}, anything else {others} of {PLANTED}", flush=True
        )


if __name__ == "__main__":
    main()
