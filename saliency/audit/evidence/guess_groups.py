"""Photos by their guess, the spots of each class, and in which photos to test them.

Spots are discovered on one half of the photos and tested on the other, so what is counted for a spot was not
used to choose it. The photos of a class are put into halves by their digests.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saliency.audit.evidence.hot_spots import Spot, gathers, normal, spots
from saliency.audit.job import Cells
from saliency.photo.area import Box

SEARCHED = 500
"""More maps of a class are not needed to discover its spots."""

TESTED = 200
"""In more photos a spot is not covered: a share is then known to 7 % or better."""

_TOGETHER = 500  # maps at a time
_KEPT = ("file", "photo_sha256", "right", "unknown")
_WORDS = ("guess", "label", "map")
_OF_COVER = ("finding", "changed", "changed_elsewhere", "controls", "enough_alone", "stays_alone_elsewhere")

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Class:
    """The photos with one guess, each counted once.

    Attributes:
        guess: The guess.
        rows: By number; of each what the findings need, as all photos' rows are in memory at once. The whole
            row is in the job.
        cells: Their maps, by number; only of those with something to show. They may be read as they are asked
            for.
    """

    guess: str
    rows: dict[int, Row]
    cells: Mapping[int, Cells]

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


class Stored(Mapping[int, Cells]):
    """Maps that stay on disk until one is asked for."""

    def __init__(self, numbers: Iterable[int], read: Callable[[int], Cells]) -> None:
        """Of these photos, read like this."""
        self._numbers, self._read = dict.fromkeys(numbers), read

    def __getitem__(self, at: int) -> Cells:
        if at not in self._numbers:
            raise KeyError(at)
        return self._read(at)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def classes(
    rows: Iterable[tuple[int, Row, Cells | None]], read: Callable[[int], Cells] | None = None
) -> list[Class]:
    """Finished photos by their guess, in the order of the guesses' names.

    Args:
        rows: Number, row and map of each.
        read: Gives a map by its number once more; without it all of them are kept in memory.
    """
    kept: dict[str, dict[int, Row]] = {}
    maps: dict[str, dict[int, Cells | None]] = {}
    for at, row, cells in rows:
        if row["state"] != "done":
            continue
        kept.setdefault(row["guess"], {})[at] = _kept(row)
        shown = maps.setdefault(row["guess"], {})
        if cells is not None and float(cells.sum()) > 0:
            shown[at] = cells if read is None else None
    found = []
    for guess in sorted(kept):
        known = {at: cells for at, cells in maps[guess].items() if cells is not None}
        found.append(Class(guess, kept[guess], known if read is None else Stored(maps[guess], read)))
    return found


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


def _kept(row: Row) -> Row:
    """What the findings need of a row; words that many rows share are kept once."""
    second = row["second_view"]
    return {
        **{key: row[key] for key in _KEPT},
        **{key: _once(row[key]) for key in _WORDS},
        "scores": tuple(
            {"label": _once(best["label"]), "score": best["score"]} for best in row["scores"][:1]
        ),
        "second_view": None if second is None else {"verdict": _once(second["verdict"])},
        "areas": tuple(map(_kept_area, row["areas"])),
    }


def _kept_area(area: Row) -> Row:
    kept: dict[str, Any] = {"name": _once(area["name"])}
    if "cover" in area:
        influence, cover = area["influence"], area["cover"]
        kept["influence"] = None if influence is None else {"lift": influence["lift"]}
        kept["cover"] = {key: _once(cover[key]) for key in _OF_COVER if key in cover}
    return kept


def _once(value: Any) -> Any:
    return sys.intern(value) if type(value) is str else value


def _drawn(digest: str, seed: int) -> str:
    return hashlib.sha256(f"{seed} {digest}".encode()).hexdigest()
