"""What a set of photos shows: named areas, spots nobody named, classes.

Spots are discovered on one half of the photos and tested on the other, so what is counted for a spot was not
used to choose it. The photos of a class are put into halves by their digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from saliency.area import Box
from saliency.audit import sentences
from saliency.audit.job import Cells
from saliency.audit.spots import LEAST, LIFT, Spot, average, gathers, normal, spots
from saliency.audit.statistics import benjamini_hochberg
from saliency.audit.verdicts import Tally, Verdict, tally, verdict
from saliency.cover import Finding

EXPECTED = ("product", "object", "thing")
"""Names of areas that a guess should depend on."""

_KEPT = ("file", "photo_sha256", "guess", "label", "right", "unknown", "map", "second_view", "areas")

Row = Mapping[str, Any]
Tests = Mapping[str, Mapping[int, Row]]
"""What covering did: by a spot's key, by a photo's number."""


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
        """Numbers of the photos with a map that are used to discover, or to test."""
        order = sorted(self.cells, key=lambda at: _drawn(str(self.rows[at]["photo_sha256"]), seed))
        return sorted(order[0 if discover else 1 :: 2])

    def gathered(self, numbers: Sequence[int], box: Box) -> list[int]:
        """Those of some photos whose influence gathers in a box."""
        if not numbers:
            return []
        inside = gathers(normal([self.cells[at] for at in numbers]), box)
        return [at for at, yes in zip(numbers, inside.tolist(), strict=True) if yes]


@dataclass(frozen=True, eq=False)
class Candidate:
    """A spot of a class, and the photos of the other half to cover it in.

    Attributes:
        guess: The class.
        spot: The spot.
        pictures: How many photos the other half has.
        numbers: Those in which the influence gathers in it.
    """

    guess: str
    spot: Spot
    pictures: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """One finding.

    Attributes:
        guess: Of which pictures, by their guess.
        place: The area's name, or where the spot is, in words.
        named: Whether people named it.
        box: The spot; ``None`` for a named area, which may be another box in each photo.
        pictures: Photos with this guess that were there to be tested.
        gathered: Those of them in which the influence gathers there.
        tally: What covering it did.
        expected: Whether it probably is the thing itself: the middle, or an area that says so by its name.
        files: Photos that depend on it.
        spot: How the spot was found.
        q_value: The p-value, adjusted for all areas and classes asked about.
        verdict: What this shows.
    """

    guess: str
    place: str
    named: bool
    box: Box | None
    pictures: int
    gathered: int
    tally: Tally
    expected: bool
    files: tuple[str, ...]
    spot: Spot | None = None
    q_value: float = 1.0
    verdict: Verdict = Verdict.NO_EVIDENCE

    def record(self) -> dict[str, Any]:
        """As JSON types."""
        spot = self.spot
        return {
            "verdict": str(self.verdict),
            "guess": self.guess,
            "place": self.place,
            "named": self.named,
            "box": None if self.box is None else [round(v, 4) for v in self.box],
            "expected": self.expected,
            "sentence": sentences.counted(self),
            "next": sentences.next_step(self),
            "pictures": self.pictures,
            "gathered": self.gathered,
            **self.tally.record(),
            "q_value": float(f"{self.q_value:.3g}"),
            "discovered": None
            if spot is None
            else {
                "gathered": spot.hits,
                "pictures": spot.count,
                "by_chance": round(spot.by_chance, 2),
                "p_value": float(f"{spot.p_value:.3g}"),
            },
            "files": list(self.files),
        }


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
            found.append(Candidate(group.guess, spot, len(others), tuple(chosen)))
    return found


def findings(
    groups: Sequence[Class], asked: Sequence[Candidate], tests: Tests, *, seed: int = 0
) -> list[Found]:
    """All that was asked about, with verdicts; what matters most first."""
    by_guess = {group.guess: group for group in groups}
    made = [*_of_spots(by_guess, asked, tests, seed), *_of_areas(groups, seed)]
    q_values = benjamini_hochberg([one.tally.p_value for one in made])
    judged = [
        replace(one, q_value=q, verdict=verdict(one.tally, q)) for one, q in zip(made, q_values, strict=True)
    ]
    order = list(Verdict)
    return sorted(
        judged, key=lambda f: (order.index(f.verdict), f.expected, -f.tally.effect.mean, f.guess, f.place)
    )


def class_record(group: Class) -> dict[str, Any]:
    """A class in numbers: photos, right and wrong ones, and its average map beside its null."""
    rights = [row["right"] for row in group.rows.values()]
    record: dict[str, Any] = {
        "guess": group.guess,
        "pictures": len(group.rows),
        "right": sum(one is True for one in rights),
        "wrong": sum(one is False for one in rights),
        "with_map": len(group.cells),
        "searched": len(group.half(discover=True, seed=0)) >= LEAST,
        "average_map": None,
    }
    if group.cells:
        mean = average(normal([group.cells[at] for at in sorted(group.cells)]))
        record["average_map"] = {
            "cells": [[round(v, 6) for v in row] for row in mean.mean.tolist()],
            "by_chance": round(1 / mean.mean.size, 6),
            "standard_error_by_chance": round(mean.error, 6),
            "peak_in_standard_errors": round(mean.peak, 2),
        }
    return record


def _of_spots(
    groups: Mapping[str, Class], asked: Sequence[Candidate], tests: Tests, seed: int
) -> list[Found]:
    found = []
    for one in asked:
        rows = tests.get(one.spot.key, {})
        outcomes = {at: rows[at] for at in one.numbers if "finding" in rows.get(at, {})}
        summed = tally(list(outcomes.values()), seed=seed)
        if summed is None:
            continue
        where, group = sentences.place(one.spot.box), groups[one.guess]
        files = tuple(group.rows[at]["file"] for at in outcomes if _depends(outcomes[at]))
        expected = where == sentences.MIDDLE
        counts = (one.pictures, len(one.numbers))
        found.append(Found(one.guess, where, False, one.spot.box, *counts, summed, expected, files, one.spot))
    return found


def _of_areas(groups: Sequence[Class], seed: int) -> list[Found]:
    found = []
    for group in groups:
        by_name: dict[str, list[tuple[Row, Row]]] = {}
        for at in sorted(group.rows):
            for area in group.rows[at]["areas"]:
                if "cover" in area:
                    by_name.setdefault(area["name"], []).append((group.rows[at], area))
        for name, pairs in sorted(by_name.items()):
            summed = tally([area["cover"] for _, area in pairs], seed=seed)
            if summed is None:
                continue
            lifts = [area["influence"]["lift"] for _, area in pairs if area["influence"]]
            files = tuple(row["file"] for row, area in pairs if _depends(area["cover"]))
            expected = name.casefold() in EXPECTED
            gathered = int(np.sum(np.array(lifts) >= LIFT))
            found.append(Found(group.guess, name, True, None, len(pairs), gathered, summed, expected, files))
    return found


def _depends(outcome: Row) -> bool:
    return bool(outcome["finding"] == Finding.DEPENDS)


def _drawn(digest: str, seed: int) -> str:
    return hashlib.sha256(f"{seed} {digest}".encode()).hexdigest()
