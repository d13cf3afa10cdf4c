"""What a set of photos shows: named areas, spots nobody named, classes.

Every area and every spot of every class is one question; verdicts are given once all of them are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from saliency.audit.evidence import sentences
from saliency.audit.evidence.guess_groups import Candidate, Class, Row
from saliency.audit.evidence.hot_spots import LEAST, LIFT, Spot, average
from saliency.audit.evidence.statistics import benjamini_hochberg
from saliency.audit.evidence.verdicts import Tally, Verdict, tally, verdict
from saliency.checks.cover import Finding
from saliency.photo.area import Box

EXPECTED = ("product", "object", "thing")
"""Names of areas that a guess should depend on."""

ENOUGH = 5
"""Photos of a class with an area, for the class to be a question of its own: a thousand classes of one photo
each would only make every question weaker."""

ALL = ""
"""In place of a guess: photos of all classes."""


Tests = Mapping[str, Mapping[int, Row]]
"""What covering did: by a spot's key, by a photo's number."""


@dataclass(frozen=True, eq=False)
class AuditFinding:
    """One finding.

    Attributes:
        guess: Of which pictures, by their guess; empty: of all.
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
            "guess": self.guess or None,
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


def findings(
    groups: Sequence[Class], asked: Sequence[Candidate], tests: Tests, *, seed: int = 0
) -> list[AuditFinding]:
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
        mean = average(group.cells[at] for at in sorted(group.cells))
        record["average_map"] = {
            "cells": [[round(v, 6) for v in row] for row in mean.mean.tolist()],
            "by_chance": round(1 / mean.mean.size, 6),
            "standard_error_by_chance": round(mean.error, 6),
            "peak_in_standard_errors": round(mean.peak, 2),
        }
    return record


def _of_spots(
    groups: Mapping[str, Class], asked: Sequence[Candidate], tests: Tests, seed: int
) -> list[AuditFinding]:
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
        counts = (one.pictures, one.gathered)
        found.append(
            AuditFinding(one.guess, where, False, one.spot.box, *counts, summed, expected, files, one.spot)
        )
    return found


def _of_areas(groups: Sequence[Class], seed: int) -> list[AuditFinding]:
    """Named areas, of each class that has enough photos with it and, if there are several, of all photos."""
    by_name: dict[str, dict[str, list[tuple[Row, Row]]]] = {}
    for group in groups:
        for at in sorted(group.rows):
            for area in group.rows[at]["areas"]:
                if "cover" in area:
                    by_guess = by_name.setdefault(area["name"], {})
                    by_guess.setdefault(group.guess, []).append((group.rows[at], area))
    asked = []
    for name, by_guess in sorted(by_name.items()):
        large = [(guess, pairs) for guess, pairs in by_guess.items() if len(pairs) >= ENOUGH]
        if len(by_guess) > 1 or not large:
            large.append((ALL, [pair for pairs in by_guess.values() for pair in pairs]))
        asked += [(name, guess, pairs) for guess, pairs in large]
    return [found for one in asked if (found := _of_area(*one, seed)) is not None]


def _of_area(name: str, guess: str, pairs: Sequence[tuple[Row, Row]], seed: int) -> AuditFinding | None:
    summed = tally([area["cover"] for _, area in pairs], seed=seed)
    if summed is None:
        return None
    lifts = [area["influence"]["lift"] for _, area in pairs if area["influence"]]
    files = tuple(row["file"] for row, area in pairs if _depends(area["cover"]))
    expected = name.casefold() in EXPECTED
    gathered = int(np.sum(np.array(lifts) >= LIFT))
    return AuditFinding(guess, name, True, None, len(pairs), gathered, summed, expected, files)


def _depends(outcome: Row) -> bool:
    return bool(outcome["finding"] == Finding.DEPENDS)
