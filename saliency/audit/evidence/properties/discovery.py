"""Properties of the whole picture that go with a guess, and where to test whether the guess depends on them.

On one half of the photos, those with a guess are compared with those of all other guesses: how often does one
of the first have more of a property than one of the others (the area under the curve; Mann and Whitney 1947)?
That it goes with the guess says nothing of a cause, so it is tried on the other half: taken from the photos
that have it, and given to photos with other guesses that lack it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import mannwhitneyu

from saliency.audit.evidence.candidates import CandidateKind
from saliency.audit.evidence.guess_groups import SEARCHED, GuessGroup
from saliency.audit.evidence.hot_spots import LEAST, Discovery
from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.properties.catalogue import PROPERTIES, Property
from saliency.audit.evidence.properties.changes import Setting
from saliency.audit.evidence.properties.trial import PropertyTrial
from saliency.audit.evidence.rows import PhotoRow
from saliency.audit.evidence.verdicts import CoverSummary
from saliency.photo.area import Box

AUC = 0.65
"""Area under the curve from which a property goes with a guess so much that it may matter."""

CHANCE = 0.01
"""P-value from which it is tried. Nothing is said because of it: what is said is counted on other photos."""

BEYOND = 0.1
"""How far the lower end of the share of photos in which giving it makes the guess has to be above that of
equal changes, for it to be no property of the thing itself (``docs/audits.md``)."""

MOST = 3  # properties of a guess
TESTED = 40
"""Photos at most from which a property is taken, and to which it is given."""


@dataclass(frozen=True, eq=False)
class PropertyPlan:
    """A property that goes with a guess, and the photos of the other half to try it on; a candidate.

    Attributes:
        prop: The property.
        high: Whether photos with the guess have more of it than others; else less.
        discovery: How it was found.
        pictures: Photos with the guess that the testing half has.
        gathered: Those of them that have it.
        numbers: Those from which it is taken, at most as many as are needed.
        others: Photos with other guesses that lack it, to which it is given; likewise.
        usual: What it is changed to where it is taken away.
        typical: What it is changed to where it is given.
    """

    guess: str
    prop: Property
    high: bool
    discovery: Discovery
    pictures: int
    gathered: int
    numbers: tuple[int, ...]
    others: tuple[int, ...]
    usual: Setting
    typical: Setting
    kind: CandidateKind = "property"
    box: Box | None = None

    @property
    def key(self) -> str:
        """What its outcomes are kept under."""
        return f"property {self.prop.key} {json.dumps(self.guess)}"

    @property
    def name(self) -> str:
        """What it is, in words."""
        return self.prop.much if self.high else self.prop.little

    def trial(self, number: int) -> PropertyTrial:
        """Take it from a photo with the guess, or give it to another one."""
        if number in self.numbers:
            return PropertyTrial(self.prop.change, self.usual)
        return PropertyTrial(self.prop.change, self.typical, self.guess)

    def expected(self, summary: CoverSummary) -> bool:
        """What makes the guess of no other thing is the thing's own: a lemon's colour makes no lemons.

        Equal changes may make it too, as any change makes a weak model say what it says most, so the lower
        end of the share has to be beyond what these make.
        """
        if summary.given is None:
            return False
        elsewhere = summary.enough_alone_elsewhere / max(1, summary.given)
        return not summary.is_enough or summary.share_enough_alone.low - elsewhere < BEYOND


def property_plans(groups: Sequence[GuessGroup], *, seed: int = 0) -> list[PropertyPlan]:
    """Properties that go with a guess on one half of the photos, and where to try them on the other."""
    halves = {
        group.guess: [
            [group.rows[number] for number in group.half(discover=discover, seed=seed, every=True)]
            for discover in (True, False)
        ]
        for group in groups
    }
    numbers = {row.file: number for group in groups for number, row in group.rows.items()}
    plans = []
    for guess, (own, _) in halves.items():
        if len(own) < LEAST:
            continue
        others = [
            _shuffled((row for other, parts in halves.items() if other != guess for row in parts[half]), seed)
            for half in (0, 1)
        ]
        found = [
            association
            for prop in PROPERTIES
            if (association := _association(prop, own, others[0][:SEARCHED])) is not None
        ]
        found.sort(key=lambda association: -association.auc)
        seen: set[str] = set()
        for association in found:
            family = association.prop.family
            if len(seen) < MOST and family not in seen:
                seen.add(family)
                plans.append(association.plan(guess, halves[guess][1], others[1], numbers))
    return plans


@dataclass(frozen=True, eq=False)
class _Association:
    """How a property goes with a guess.

    Attributes:
        auc: How often a photo with the guess has more of it than another one, or less; at least 0.5.
        cut: Value from which a photo has it.
    """

    prop: Property
    high: bool
    auc: float
    p_value: float
    cut: float
    own: Sequence[PhotoLook]
    others: Sequence[PhotoLook]

    def has(self, look: PhotoLook | None) -> bool | None:
        """Whether a photo has it; ``None`` where that is not known."""
        value = None if look is None else self.prop.value(look)
        return None if value is None else (value >= self.cut if self.high else value <= self.cut)

    def plan(
        self,
        guess: str,
        own: Sequence[PhotoRow],
        others: Sequence[PhotoRow],
        numbers: dict[str, int],
    ) -> PropertyPlan:
        """Where to try it."""
        having = [numbers[row.file] for row in own if self.has(row.look)]
        lacking = [numbers[row.file] for row in others if self.has(row.look) is False]
        with_it = [look for look in self.own if self.has(look)]
        without = [look for look in self.others if not self.has(look)]
        share = 1 - len(without) / len(self.others)
        discovery = Discovery(
            len(with_it), len(self.own), share * len(self.own), self.p_value, round(self.auc, 4)
        )
        return PropertyPlan(
            guess,
            self.prop,
            self.high,
            discovery,
            len(own),
            len(having),
            tuple(sorted(having[:TESTED])),
            tuple(sorted(lacking[:TESTED])),
            _median(map(self.prop.setting, without)),
            _median(map(self.prop.setting, with_it)),
        )


def _association(prop: Property, own: Sequence[PhotoRow], others: Sequence[PhotoRow]) -> _Association | None:
    """How a property goes with a guess; ``None`` where it hardly does, or is not known of enough photos."""
    looks = [
        [row.look for row in rows if row.look is not None and prop.value(row.look) is not None]
        for rows in (own, others)
    ]
    if min(map(len, looks)) < LEAST:
        return None
    first, second = (np.array([prop.value(look) for look in part], float) for part in looks)
    if np.ptp(np.concatenate([first, second])) == 0:
        return None
    test = mannwhitneyu(first, second, method="asymptotic")
    auc = float(test.statistic) / (len(first) * len(second))
    high = auc > 0.5
    if max(auc, 1 - auc) < AUC or float(test.pvalue) > CHANCE:
        return None
    cut = _cut(first, second) if high else -_cut(-first, -second)
    return _Association(prop, high, max(auc, 1 - auc), float(test.pvalue), cut, *looks)


def _cut(own: np.ndarray, others: np.ndarray) -> float:
    """The value from which most of the first have it and fewest of the others (Youden 1950)."""
    values = np.unique(own)
    gain = [float((own >= value).mean() - (others >= value).mean()) for value in values]
    return float(values[int(np.argmax(gain))])


def _median(settings: Iterable[Setting]) -> Setting:
    return tuple(round(float(value), 5) for value in np.median(list(settings), axis=0))


def _shuffled(rows: Iterable[PhotoRow], seed: int) -> list[PhotoRow]:
    """Photos in an order that their bytes and a seed say."""
    return sorted(rows, key=lambda row: hashlib.sha256(f"{seed} {row.photo_sha256}".encode()).hexdigest())
