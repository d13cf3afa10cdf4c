"""Photos by their guess, the spots of each class, and in which photos to test them.

Spots are discovered on one half of the photos and tested on the other, so what is counted for a spot was not
used to choose it. The photos of a class are put into halves by their digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saliency.area import Box
from saliency.audit.job import Cells
from saliency.audit.spots import Spot, gathers, normal, spots

SEARCHED = 500
"""More maps of a class are not needed to discover its spots."""

TESTED = 200
"""In more photos a spot is not covered: a share is then known to 7 % or better."""

_TOGETHER = 500  # maps at a time
_KEPT = ("file", "photo_sha256", "guess", "label", "right", "unknown", "map", "second_view", "areas")

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Class:
    """The photos with one guess, each counted once.

    Attributes:
        guess: The guess.
        rows: By number.
        cells: Their maps, by number; only of those with something to show.
    """

    guess: str
    rows: dict[int, Row]
    cells: dict[int, Cells]

    def half(self, *, discover: bool, seed: int) -> list[int]:
        """Numbers of the photos with a map that are for discovering, or for testing, in a random order."""
        order = sorted(self.cells, key=lambda at: _drawn(str(self.rows[at]["photo_sha256"]), seed))
        return order[::2][:SEARCHED] if discover else order[1::2]

    def gathered(self, numbers: Sequence[int], box: Box) -> list[int]:
        """Those of some photos whose influence gathers in a box."""
        found: list[int] = []
        for start in range(0, len(numbers), _TOGETHER):
            part = numbers[start : start + _TOGETHER]
            inside = gathers(normal([self.cells[at] for at in part]), box)
            found += [at for at, yes in zip(part, inside.tolist(), strict=True) if yes]
        return found


@dataclass(frozen=True, eq=False)
class Candidate:
    """A spot of a class, and the photos of the other half to cover it in.

    Attributes:
        guess: The class.
        spot: The spot.
        pictures: How many photos the other half has.
        gathered: In how many of them the influence gathers in it.
        numbers: Those of them in which it is covered, at most as many as are needed.
    """

    guess: str
    spot: Spot
    pictures: int
    gathered: int
    numbers: tuple[int, ...]


def classes(rows: Iterable[tuple[int, Row, Cells | None]]) -> list[Class]:
    """Finished photos by their guess, in the order of the guesses' names."""
    found: dict[str, Class] = {}
    for at, row, cells in rows:
        if row["state"] != "done":
            continue
        one = found.setdefault(row["guess"], Class(row["guess"], {}, {}))
        one.rows[at] = {key: row[key] for key in _KEPT} | {"scores": row["scores"][:1]}
        if cells is not None and float(cells.sum()) > 0:
            one.cells[at] = cells
    return [found[guess] for guess in sorted(found)]


def candidates(groups: Sequence[Class], *, seed: int = 0) -> list[Candidate]:
    """Spots discovered on one half of each class, and where to test them on the other."""
    found = []
    for group in groups:
        numbers = group.half(discover=True, seed=seed)
        others = group.half(discover=False, seed=seed)
        for spot in spots(normal([group.cells[at] for at in numbers])) if numbers else []:
            chosen = group.gathered(others, spot.box)
            counts = (len(others), len(chosen))
            found.append(Candidate(group.guess, spot, *counts, tuple(sorted(chosen[:TESTED]))))
    return found


def _drawn(digest: str, seed: int) -> str:
    return hashlib.sha256(f"{seed} {digest}".encode()).hexdigest()
