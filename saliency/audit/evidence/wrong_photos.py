"""What the wrong photos of a class share that its right ones do not.

Each photo has properties that can be told without the model (a named area is there or not, it is among the
darkest quarter of its class) or from its map (the influence gathers in a place on which guesses were found to
depend). For each class and property, the number of wrong photos with it is compared with what it would be
were the wrong ones drawn at random from the class: Fisher's exact test, two-sided; over all classes, the sum
of these independent numbers, whose distribution is the convolution of theirs.

Only those are said that would still be rare after all that was compared: p-values are multiplied by how many
comparisons could have come out at all (Tarone 1990), so at most one audit in twenty says anything where
nothing is to be said. It is an observation and no cause: whoever lacks the badge may also be darker. So
places come first, as they were tested by covering them, and how photos look is said of a class only where it
still tells the wrong ones from the right ones among photos that are alike in those places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.hot_spots import LIFT
from saliency.audit.evidence.rows import AreaRow, LeftOutArea, PhotoRow
from saliency.audit.evidence.strata import RATE, Stratum, comparisons, exact_test
from saliency.audit.evidence.true_classes import RowsByNumber
from saliency.audit.json_types import significant

FEWEST = 2  # wrong photos of a class, and right ones, to be compared; one photo is an anecdote
MOST = 3  # properties of a class
_QUARTER = 0.25
LOOKS: dict[str, Callable[[PhotoRow], float]] = {
    "darkest": lambda row: row.look.brightness if row.look else 0,
    "brightest": lambda row: -row.look.brightness if row.look else 0,
    "flattest": lambda row: row.look.contrast if row.look else 0,
    "blurriest": lambda row: row.look.sharpness if row.look else 0,
    "smallest": lambda row: row.photo_size[0] * row.photo_size[1],
    "widest": lambda row: -row.photo_size[0] / row.photo_size[1],
    "tallest": lambda row: row.photo_size[0] / row.photo_size[1],
}
"""What the photos are sorted by, the quarter that is meant first."""

Kind = Literal["area", "area size", "area influence", "place", "look"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedProperty:
    """What wrong photos have or lack more often than right ones; the fields are keys of ``findings.json``.

    Attributes:
        label: The class whose photos are compared; ``None``: all classes, each within itself.
        kind: ``area``: a named area is there; ``area size``: it is among the smallest quarter of the class;
            ``area influence``: the influence gathers in it; ``place``: it gathers in a place on which guesses
            depend; ``look``: the photo is among a quarter of its class.
        name: The area, the place, or which quarter.
        guess: The guesses that depend on a place; else ``None``.
        present: Whether the wrong ones have it more often; else less often.
        wrong_with: How many wrong photos have it, of ``wrong``.
        right_with: How many right ones do, of ``right``.
        p_value: Of the exact test; photos in which a place was found are left out of it.
        adjusted_p_value: For all that was compared.
        sentence: What was counted, where a report has put it into words.
    """

    label: str | None
    kind: Kind
    name: str
    guess: str | None
    present: bool
    wrong_with: int
    wrong: int
    right_with: int
    right: int
    p_value: float = significant(3)
    adjusted_p_value: float = significant(3)
    sentence: str = ""

    @property
    def tested(self) -> bool:
        """Whether covering it was found to change guesses."""
        return self.kind == "place" and self.label is not None


@dataclass(frozen=True)
class _Property:
    """One property: of a class's photos by number, whether each has it; and photos that are not tested."""

    kind: Kind
    name: str
    having: Mapping[int, bool]
    guess: str | None = None
    untested: frozenset[int] = field(default_factory=frozenset)


def shared_properties(
    by_class: Mapping[str, RowsByNumber],
    groups: Sequence[GuessGroup],
    findings: Sequence[AuditFinding],
    *,
    seed: int = 0,
) -> tuple[tuple[SharedProperty, ...], int]:
    """What the wrong photos of each class and of all share: places first, then what is rarest by chance.

    Args:
        by_class: The judged rows by the class that they show.
        groups: All photos by their guess, with their maps.
        findings: What was found; places on which guesses depend are looked for in the photos.
        seed: That of the audit, which says in which photos places were found.

    Returns:
        What they share, and how many comparisons were made.
    """
    several = {label: rows for label, rows in by_class.items() if len({*_rights(rows)}) == 2}
    places = list(_places(several, groups, findings, seed))
    compared: list[tuple[SharedProperty, float]] = []
    looked_at: dict[tuple[str | None, Kind, str], _Property] = {}
    pooled: dict[tuple[Kind, str, str | None], list[tuple[Stratum, Stratum]]] = {}
    for label, rows in several.items():
        for prop in (*_properties(rows), *(place for owner, place in places if owner == label)):
            looked_at[label, prop.kind, prop.name] = prop
            counted = _stratum(rows, prop, frozenset()), _stratum(rows, prop, prop.untested)
            if counted[1].tells:
                if min(counted[1].wrong, counted[1].right) >= FEWEST:
                    compared.append(_compared(label, prop.kind, prop.name, prop.guess, [counted]))
                if prop.guess != label:  # those that are missed for lack of it are another matter
                    pooled.setdefault((prop.kind, prop.name, prop.guess), []).append(counted)
    for (kind, name, guess), strata in pooled.items():
        if len(strata) > 1:
            compared.append(_compared(None, kind, name, guess, strata))
    told = _told(compared)
    tested = {prop.label: looked_at[prop.label, prop.kind, prop.name] for prop in told if prop.tested}

    def explained(prop: SharedProperty) -> bool:
        if prop.kind != "look" or prop.label is None or prop.label not in tested:
            return False
        look = looked_at[prop.label, prop.kind, prop.name]
        return _explained(several[prop.label], look, tested[prop.label])

    kept = (prop for prop in told if not explained(prop))
    return tuple(sorted(kept, key=lambda prop: not prop.tested)), len(compared)


def _told(compared: Sequence[tuple[SharedProperty, float]]) -> list[SharedProperty]:
    """Those that are still rare after all that was compared, a few of each class."""
    factor = comparisons([least for _, least in compared])
    rare = [prop for prop, _ in compared if prop.p_value * factor <= RATE and _says_something(prop)]
    by_class: Counter[str | None] = Counter()
    of_class = {(prop.kind, prop.name, prop.present) for prop in rare if prop.label is not None}
    told = []
    for prop in sorted(rare, key=lambda prop: (prop.p_value, prop.label or "", prop.kind, prop.name)):
        by_class[prop.label] += 1
        twice = prop.label is None and (prop.kind, prop.name, prop.present) in of_class
        if by_class[prop.label] <= MOST and not twice:
            told.append(replace(prop, adjusted_p_value=min(1.0, prop.p_value * factor)))
    return told


def _explained(rows: RowsByNumber, look: _Property, place: _Property) -> bool:
    """Whether a look no longer tells wrong from right photos among those that are alike in a place."""
    halves = ({n: row for n, row in rows.items() if place.having[n] is there} for there in (True, False))
    strata = [stratum for half in halves if (stratum := _stratum(half, look, frozenset())).tells]
    return not strata or exact_test(strata)[0] > RATE


def _says_something(prop: SharedProperty) -> bool:
    """Whether it is no mere other side: what is among the darkest is not among the brightest."""
    return prop.present or prop.kind not in ("look", "area size")


def _compared(
    label: str | None, kind: Kind, name: str, guess: str | None, strata: Sequence[tuple[Stratum, Stratum]]
) -> tuple[SharedProperty, float]:
    """A comparison, counted on all photos and tested on those that may be; and its smallest p-value."""
    p_value, least = exact_test([tested for _, tested in strata])
    every = [stratum for stratum, _ in strata]
    wrong_with, wrong = sum(s.wrong_with for s in every), sum(s.wrong for s in every)
    right_with, right = sum(s.right_with for s in every), sum(s.right for s in every)
    # beside what is to be expected in each class, as classes differ in how many are wrong
    expected = sum((s.wrong_with + s.right_with) * s.wrong / (s.wrong + s.right) for s in every)
    return (
        SharedProperty(
            label=label,
            kind=kind,
            name=name,
            guess=guess,
            present=wrong_with > expected,
            wrong_with=wrong_with,
            wrong=wrong,
            right_with=right_with,
            right=right,
            p_value=p_value,
            adjusted_p_value=p_value,
        ),
        least,
    )


def _rights(rows: RowsByNumber) -> Iterator[bool]:
    return (bool(row.right) for row in rows.values())


def _stratum(rows: RowsByNumber, prop: _Property, without: frozenset[int]) -> Stratum:
    counts = Counter(
        (bool(row.right), prop.having[number]) for number, row in rows.items() if number not in without
    )
    wrong_with, right_with = counts[False, True], counts[True, True]
    return Stratum(
        wrong_with, wrong_with + counts[False, False], right_with, right_with + counts[True, False]
    )


def _properties(rows: RowsByNumber) -> Iterator[_Property]:
    """What photos of one class have of themselves, and of the areas that people named."""
    areas = {number: {area.name: area for area in row.areas} for number, row in rows.items()}
    for name in sorted({name for by_name in areas.values() for name in by_name}):
        having = {number: name in by_name for number, by_name in areas.items()}
        yield _Property("area", name, having)
        if all(having.values()):
            own = {number: by_name[name] for number, by_name in areas.items()}
            sizes = {number: area.box[2] * area.box[3] if area.box else 0.0 for number, area in own.items()}
            yield _Property("area size", name, quarter(sizes))
            yield _Property("area influence", name, {number: _gathers(area) for number, area in own.items()})
    looked = all(row.look is not None for row in rows.values())
    for name, key in LOOKS.items():
        if looked or name in ("smallest", "widest", "tallest"):
            yield _Property("look", name, quarter({number: key(row) for number, row in rows.items()}))


def _gathers(area: AreaRow | LeftOutArea) -> bool:
    return isinstance(area, AreaRow) and area.influence is not None and area.influence.lift >= LIFT


def quarter(values: Mapping[int, float]) -> dict[int, bool]:
    """Which are among the quarter with the smallest values; none where as many more are equal to them."""
    ordered: NDArray[np.float64] = np.sort(np.fromiter(values.values(), np.float64))
    edge = ordered[int(np.ceil(_QUARTER * len(ordered))) - 1]
    inside = {number: bool(value <= edge) for number, value in values.items()}
    even = sum(inside.values()) > 2 * _QUARTER * len(ordered)
    return dict.fromkeys(values, False) if even else inside


def _places(
    by_class: Mapping[str, RowsByNumber],
    groups: Sequence[GuessGroup],
    findings: Sequence[AuditFinding],
    seed: int,
) -> Iterator[tuple[str, _Property]]:
    """Places on which guesses depend, for each class that is concerned: whether influence gathers there."""
    by_guess = {group.guess: group for group in groups}
    for finding in findings:
        if not finding.to_look_into or finding.box is None or finding.guess is None:
            continue
        found_in = frozenset(by_guess[finding.guess].half(discover=True, seed=seed))
        gathered = {
            number for group in groups for number in group.gathered(sorted(group.with_map), finding.box)
        }
        for label, rows in by_class.items():
            if label == finding.guess or any(row.guess == finding.guess for row in rows.values()):
                having = {number: number in gathered for number in rows}
                yield label, _Property("place", finding.place, having, finding.guess, found_in)
