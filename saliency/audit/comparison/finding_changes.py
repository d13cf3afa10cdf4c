"""Every finding before and after: the same place, property or thing, in the same photos, with both models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from saliency.audit.comparison.cross_trials import cross_outcomes
from saliency.audit.comparison.finding_states import OF_BOTH, UNMOVED, FindingState, told
from saliency.audit.comparison.paired import Paired, paired
from saliency.audit.comparison.photos import PhotoPair, adjusted
from saliency.audit.comparison.side import AuditSide
from saliency.audit.evidence.candidates import CandidateKind
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.rows import AreaRow, CoverOutcome
from saliency.audit.evidence.verdicts import TAKEN
from saliency.audit.job import Job
from saliency.audit.json_types import OPTIONAL, significant
from saliency.checks.cover import Finding
from saliency.names import folded
from saliency.photo.area import Box, box_overlap
from saliency.verdict.advice import AreaRole

_SAME_PLACE = 0.5  # overlap, as a share of the smaller box, from which two places are one

Measure = Literal["covered", "alone", "given"]
"""What is counted: photos whose answer depends on it, for which it alone is enough, or that it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingChange:
    """One finding with both models; the fields are keys of ``comparison.json``.

    Attributes:
        state: What became of it; ``no such answer`` where the other model has no class for what it is about,
            ``answer not given`` where it gives that answer to none of the photos tested.
        found_in: Which audit found it.
        kind: A place or area, a property of the whole picture, or a thing.
        guess: The answer that it was found with; ``None``: all answers.
        place: What or where it is, in words.
        named: Whether people named it before.
        box: Where it is in every photo, where that is one place.
        name: What people call it, as they judged it; empty where nobody did.
        role: What they say that it is.
        alarming: Whether it is something that answers should not depend on, as far as is known.
        measure: What is counted.
        answers: Photos that depend on it with each model: all of them were tested with both.
        q_value: Adjusted for all findings.
        key: Of the finding, in the audit that found it.
        old_files: Photos in which it counts with the old model, by their names in the new set.
        new_files: Those in which it does with the new one.
    """

    state: FindingState
    found_in: Literal["old", "new", "both"]
    kind: CandidateKind
    guess: str | None
    place: str
    named: bool
    box: Box | None = field(default=None, metadata=OPTIONAL)
    name: str = ""
    role: AreaRole | None = field(default=None, metadata=OPTIONAL)
    alarming: bool
    measure: Measure
    answers: Paired
    q_value: float = significant(3)
    key: str
    old_files: tuple[str, ...]
    new_files: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether the new model depends on what it should not, and the old one did not, or did less."""
        return self.alarming and self.state in (FindingState.NEW, FindingState.MORE)

    @property
    def comparable(self) -> bool:
        """Whether both models give the answer that it is about."""
        return self.state not in (FindingState.NO_ANSWER, FindingState.NOT_GIVEN)

    @property
    def better(self) -> bool:
        """Whether the new one does not depend any more, or less, on what it should not."""
        return self.alarming and self.state in (FindingState.GONE, FindingState.LESS)


@dataclass(frozen=True, slots=True)
class _Counts:
    """A finding with, for each photo tested with both, its file and whether it counts with old and new."""

    finding: AuditFinding
    found_in: Literal["old", "new", "both"]
    measure: Measure
    photos: tuple[tuple[str, bool, bool], ...]

    @property
    def answers(self) -> Paired:
        return paired((old, new) for _, old, new in self.photos)

    def without_answer(self, pairs: Sequence[PhotoPair]) -> FindingState | None:
        """Whether the other model has no such answer, or gives it in none of the photos; ``None`` if neither.

        What answers depend on with that model is then what other answers do, so that nothing is still there,
        or gone. A finding of one model only is one all the same.
        """
        guess = folded(self.finding.guess or "")
        if not guess or self.found_in == "both":
            return None
        of_label = [pair for pair in pairs if pair.label is not None and folded(pair.label) == guess]
        if any(pair.new_lacks if self.found_in == "old" else pair.old_lacks for pair in of_label):
            return FindingState.NO_ANSWER
        files = {file for file, _, _ in self.photos}
        tested = [pair for pair in pairs if pair.new.file in files]
        if self.measure == "given" or not tested or any(pair.same for pair in tested):
            return None
        return FindingState.NOT_GIVEN


def finding_changes(
    job: Job, old: AuditSide, new: AuditSide, pairs: Sequence[PhotoPair]
) -> tuple[FindingChange, ...]:
    """All telling findings of both audits: what matters most first; one that both have is there once.

    Args:
        job: Of the new audit, in which trials with the other model are kept.
        old: The old audit.
        new: The new one.
        pairs: The photos that both have.
    """
    counts = [_counts(job, old, new, pairs, finding, "old") for finding in old.findings if finding.telling]
    for finding in new.findings:
        if not finding.telling:
            continue
        twin = next((n for n, c in enumerate(counts) if _alike(c.finding, finding)), None)
        if twin is None:
            counts.append(_counts(job, old, new, pairs, finding, "new"))
        elif counts[twin].found_in == "old":
            before = counts[twin]
            said = before.finding if before.finding.judgement else finding
            both = replace(before.finding, judgement=said.judgement)
            counts[twin] = replace(before, finding=both, found_in="both")
    q_values = dict(adjusted({str(n): c.answers.p_value for n, c in enumerate(counts) if c.photos}))
    changes = [_change(c, q_values.get(str(number), 1.0), pairs) for number, c in enumerate(counts)]
    return tuple(sorted(changes, key=_rank))


def _rank(change: FindingChange) -> tuple[object, ...]:
    """What changed comes before what did not, what is alarming before what is as it should be."""
    moved = change.state not in UNMOVED
    order = list(FindingState).index(change.state)
    effect = abs(change.answers.new - change.answers.old) / max(1, change.answers.photos)
    return not change.alarming, not moved, order, -effect, change.guess or "", change.place


def _change(counts: _Counts, q_value: float, pairs: Sequence[PhotoPair]) -> FindingChange:
    finding, answers = counts.finding, counts.answers
    said = finding.judgement
    return FindingChange(
        state=_state(counts, q_value, counts.without_answer(pairs)),
        found_in=counts.found_in,
        kind=finding.kind,
        guess=finding.guess,
        place=finding.place,
        named=finding.named,
        box=finding.box,
        name=said.name if said else "",
        role=finding.role,
        alarming=not finding.as_hoped and not finding.asks,
        measure=counts.measure,
        answers=answers,
        q_value=q_value,
        key=finding.key,
        old_files=tuple(file for file, before, _ in counts.photos if before),
        new_files=tuple(file for file, _, after in counts.photos if after),
    )


def _state(counts: _Counts, q_value: float, without: FindingState | None) -> FindingState:
    """What became of it: said only where photos tested with both models tell, and both have the answer."""
    state = told(counts.answers, q_value)
    if without is None or (state is FindingState.NEW and counts.found_in == "new"):
        return state
    if without is FindingState.NOT_GIVEN and state not in OF_BOTH:
        return state
    return without


def _counts(
    job: Job,
    old: AuditSide,
    new: AuditSide,
    pairs: Sequence[PhotoPair],
    finding: AuditFinding,
    found_in: Literal["old", "new"],
) -> _Counts:
    """In which photos a finding counts with either model."""
    own, other = (old, new) if found_in == "old" else (new, old)
    measure = _measure(finding)
    if finding.named:
        tested = list(_of_area(finding, pairs, found_in))
    else:
        files = {digest: photo.row.file for digest, photo in new.photos.items()}
        tested = [
            (files[cross.digest], before, after)
            for cross, before, after in cross_outcomes(job, own, other, new, finding)
            if cross.given is (measure == "given")
        ]
        if found_in == "new":
            tested = [(file, after, before) for file, before, after in tested]
    photos = tuple((file, _counts_in(o, measure), _counts_in(n, measure)) for file, o, n in tested)
    return _Counts(finding, found_in, measure, photos)


def _measure(finding: AuditFinding) -> Measure:
    """What a finding rests on; of a place or a thing, whichever of both shares is larger."""
    summary = finding.summary
    if summary.given is not None:
        return "covered" if summary.tested >= TAKEN else "given"
    return "covered" if summary.depends >= summary.enough_alone else "alone"


def _counts_in(outcome: CoverOutcome, measure: Measure) -> bool:
    return outcome.finding is Finding.DEPENDS if measure == "covered" else outcome.enough_alone


def _of_area(
    finding: AuditFinding, pairs: Iterable[PhotoPair], found_in: Literal["old", "new"]
) -> Iterator[tuple[str, CoverOutcome, CoverOutcome]]:
    """What covering an area that people named did, of the photos where it is one area in both audits."""
    for pair in pairs:
        guess = pair.old.guess if found_in == "old" else pair.new.guess
        if finding.guess is not None and guess != finding.guess:
            continue
        old, new = (
            next((a for a in row.areas if isinstance(a, AreaRow) and a.name == finding.place), None)
            for row in (pair.old, pair.new)
        )
        if old and new and old.box == new.box and old.cover.controls and new.cover.controls:
            yield pair.new.file, old.cover, new.cover


def _alike(one: AuditFinding, other: AuditFinding) -> bool:
    """Whether two findings are the same: of one answer, of one kind, and at one place or of one name."""
    if one.kind != other.kind or one.named != other.named:
        return False
    if folded(one.guess or "") != folded(other.guess or ""):
        return False
    if one.kind == "thing":
        boxes = {crop.file: crop.box for crop in other.crops or ()}
        shared = [crop for crop in one.crops or () if crop.file in boxes]
        return any(box_overlap(crop.box, boxes[crop.file]) >= _SAME_PLACE for crop in shared)
    if one.box is not None and other.box is not None:
        return box_overlap(one.box, other.box) >= _SAME_PLACE
    return folded(one.place) == folded(other.place)
