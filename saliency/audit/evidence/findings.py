"""What a set of photos shows: named areas, and candidates nobody named.

Every area and every candidate of every guess, of whatever kind, is one question; verdicts are given once all
of them are counted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scipy.stats import false_discovery_control

from saliency.audit.evidence.candidates import Candidate, CandidateKind
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.hot_spots import LIFT, Discovery, box_key
from saliency.audit.evidence.judgement import Judgement
from saliency.audit.evidence.places import EXPECTED
from saliency.audit.evidence.rows import AreaRow, CoverOutcome, PhotoRow, TrialOutcome
from saliency.audit.evidence.things.trial import ThingTrial
from saliency.audit.evidence.verdicts import CoverSummary, Verdict, cover_summary, verdict
from saliency.audit.json_types import INLINE, OPTIONAL, optional, significant
from saliency.checks.cover import Finding
from saliency.photo.area import Box
from saliency.verdict.advice import AreaRole

ENOUGH = 5
"""Photos of a class with an area, for the class to be a question of its own: a thousand classes of one photo
each would only make every question weaker."""

TrialOutcomes = Mapping[str, Mapping[int, TrialOutcome]]
"""What trials did: by a candidate's key, by a photo's number."""


@dataclass(frozen=True, slots=True)
class Crop:
    """Where a thing is in a photo: a box, in shares of it."""

    file: str
    box: Box


@dataclass(frozen=True, kw_only=True)
class AuditFinding:
    """One finding; the fields are keys of ``findings.json``.

    Attributes:
        verdict: What it shows.
        guess: The guess of the pictures that it is about; ``None``: all pictures.
        kind: A place, a property of the whole picture, a thing wherever it is, or a product's surroundings.
        place: The area's name, or where the hot spot or what the property is, in words.
        named: Whether people named it.
        box: The hot spot; ``None`` for a named area, which may be another box in each photo, and for what
            is in no place.
        expected: Whether it probably is the thing itself: the middle, an area that says so by its name, or a
            property that does not make the guess in photos of other things.
        sentence: What was counted, where a report has put it into words.
        next: What to do next, likewise.
        key: What it is known by, however often the audit is gone on with: made of the guess, of its kind and
            whether people named it, and of its name, its box, or its crops.
        pictures: Photos with this guess that were there to be tested.
        gathered: Those of them in which the influence gathers there, or that have the property; of
            surroundings, those that were also shown in those of their own class (0: there was no other).
        summary: What covering it, or taking it away, did; of surroundings, what exchanging them did, with
            those of the same class in place of equal areas elsewhere.
        q_value: The p-value, adjusted for all that was asked about.
        discovered: How it was found.
        files: Photos that depend on it; of what could be taken from none, those that have it.
        crops: Where a thing is in the photos in which it was covered; ``None`` of all else.
        judgement: What a person says that it is; ``None`` where nobody has said.
    """

    verdict: Verdict = Verdict.NO_EVIDENCE
    kind: CandidateKind = "place"
    guess: str | None
    place: str
    named: bool
    box: Box | None
    expected: bool
    sentence: str = ""
    next: str = ""
    key: str = ""
    pictures: int
    gathered: int
    summary: CoverSummary = field(metadata=INLINE)
    q_value: float = significant(3)
    discovered: Discovery | None
    files: tuple[str, ...]
    crops: tuple[Crop, ...] | None = optional()
    judgement: Judgement | None = field(default=None, metadata=OPTIONAL)

    def __post_init__(self) -> None:
        what = self.place if self.box is None else box_key(self.box)
        places = [[crop.file, box_key(crop.box)] for crop in self.crops or ()]
        parts = ["area" if self.named else self.kind, self.guess, what, *([places] if places else [])]
        object.__setattr__(self, "key", f"f{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:11]}")

    @property
    def telling(self) -> bool:
        """Whether it says more than that there is no evidence."""
        return self.verdict is not Verdict.NO_EVIDENCE

    @property
    def where(self) -> str:
        """What guesses depend on, as it stands in a sentence: what people named in quotation marks."""
        if self.kind == "thing":
            return self.place
        return f"“{self.place}”" if self.named else f"the {self.place}"

    def boxes_in(self, row: PhotoRow) -> list[Box]:
        """Where it is in a photo: the hot spot, the thing, or the areas of that name."""
        if self.kind in ("property", "surroundings"):
            return []
        if self.box is not None:
            return [self.box]
        if self.crops is not None:
            return [crop.box for crop in self.crops if crop.file == row.file]
        return [area.box for area in row.areas if area.name == self.place and area.box is not None]

    @property
    def role(self) -> AreaRole | None:
        """What it is, as a person says; ``None`` where nobody has said."""
        return None if self.judgement is None else self.judgement.role

    @property
    def as_hoped(self) -> bool:
        """Whether it is the thing itself: as a person says, or else probably (``expected``)."""
        return self.expected if self.judgement is None else self.role is AreaRole.PRODUCT

    @property
    def to_look_into(self) -> bool:
        """Whether the guess depends on something that is not known to be the thing itself."""
        return self.verdict is Verdict.DEPENDS and not self.as_hoped and not self.asks

    @property
    def asks(self) -> bool:
        """Whether only a person can tell if it is the thing itself, as it is in no place, and none has."""
        unsaid = self.judgement is None and not self.expected
        return self.kind == "thing" and self.verdict is Verdict.DEPENDS and unsaid

    @property
    def to_be_judged(self) -> bool:
        """Whether a person still has to say what it is."""
        return self.judgement is None and (self.to_look_into or self.asks)


def findings(
    groups: Sequence[GuessGroup],
    candidates: Sequence[Candidate],
    outcomes: TrialOutcomes,
    *,
    seed: int = 0,
    others: Sequence[float] = (),
) -> list[AuditFinding]:
    """All that was asked about, with verdicts; what matters most first.

    Args:
        groups: The photos by their guess, with what is known of their named areas.
        candidates: What was tried, and on which photos.
        outcomes: What that did.
        seed: Where the random numbers of the intervals start.
        others: P-values of what else was asked of these photos, which are adjusted together with these.
    """
    unjudged = [*_candidate_findings(groups, candidates, outcomes, seed), *_area_findings(groups, seed)]
    p_values = [finding.summary.p_value for finding in unjudged]
    q_values = false_discovery_control([*p_values, *others]).tolist()[: len(unjudged)]
    return ranked(
        replace(
            finding,
            q_value=q_value,
            verdict=verdict(finding.summary, q_value, of_property=finding.kind == "property"),
        )
        for finding, q_value in zip(unjudged, q_values, strict=True)
    )


def ranked(findings: Iterable[AuditFinding]) -> list[AuditFinding]:
    """Findings, what matters most first."""

    def rank(finding: AuditFinding) -> tuple[object, ...]:
        summary = finding.summary
        effect = summary.changed_more_than_elsewhere.mean
        if summary.given is not None:
            effect = max(effect, summary.share_enough_alone.mean)
        order = list(Verdict).index(finding.verdict)
        return order, finding.expected, finding.asks, -effect, finding.guess or "", finding.place

    return sorted(findings, key=rank)


def _candidate_findings(
    groups: Sequence[GuessGroup], candidates: Sequence[Candidate], outcomes: TrialOutcomes, seed: int
) -> Iterator[AuditFinding]:
    rows = {group.guess: group.rows for group in groups}
    for candidate in candidates:
        by_number = outcomes.get(candidate.key, {})
        own = rows[candidate.guess]
        tested = [
            (own[number], outcome)
            for number in candidate.numbers
            if isinstance(outcome := by_number.get(number), CoverOutcome)
        ]
        given = [
            outcome
            for number in candidate.others
            if isinstance(outcome := by_number.get(number), CoverOutcome)
        ]
        summary = cover_summary((outcome for _, outcome in tested), given or None, seed=seed)
        if summary is None:
            continue
        having = [own[number].file for number in candidate.numbers]
        yield AuditFinding(
            kind=candidate.kind,
            guess=candidate.guess,
            place=candidate.name,
            named=False,
            box=candidate.box,
            expected=candidate.expected(summary),
            pictures=candidate.pictures,
            gathered=candidate.gathered,
            summary=summary,
            q_value=summary.p_value,
            discovered=candidate.discovery,
            files=_that_depend(tested) if summary.tested else tuple(having),
            crops=_crops(candidate, own),
        )


def _crops(candidate: Candidate, rows: Mapping[int, PhotoRow]) -> tuple[Crop, ...] | None:
    trials = {number: candidate.trial(number) for number in candidate.numbers}
    crops = [Crop(rows[n].file, trial.box) for n, trial in trials.items() if isinstance(trial, ThingTrial)]
    return tuple(crops) or None


def _area_findings(groups: Sequence[GuessGroup], seed: int) -> Iterator[AuditFinding]:
    """Named areas, of each class that has enough photos with it and, if there are several, of all photos."""
    by_name: dict[str, dict[str | None, list[tuple[PhotoRow, AreaRow]]]] = {}
    for group in groups:
        for _, row in sorted(group.rows.items()):
            for area in row.areas:
                if isinstance(area, AreaRow):
                    by_guess = by_name.setdefault(area.name, {})
                    by_guess.setdefault(group.guess, []).append((row, area))
    for name, by_guess in sorted(by_name.items()):
        large = {guess: pairs for guess, pairs in by_guess.items() if len(pairs) >= ENOUGH}
        if len(by_guess) > 1 or not large:
            large[None] = [pair for pairs in by_guess.values() for pair in pairs]
        for guess, pairs in large.items():
            summary = cover_summary((area.cover for _, area in pairs), seed=seed)
            if summary is None:  # it has no controls in any of them
                continue
            yield AuditFinding(
                guess=guess,
                place=name,
                named=True,
                box=None,
                expected=name.casefold() in EXPECTED,
                pictures=len(pairs),
                gathered=sum(area.influence is not None and area.influence.lift >= LIFT for _, area in pairs),
                summary=summary,
                q_value=summary.p_value,
                discovered=None,
                files=_that_depend([(row, area.cover) for row, area in pairs]),
            )


def _that_depend(tested: Sequence[tuple[PhotoRow, CoverOutcome]]) -> tuple[str, ...]:
    """The photos whose guess depends on it."""
    return tuple(row.file for row, outcome in tested if outcome.finding is Finding.DEPENDS)
