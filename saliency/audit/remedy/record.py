"""What a rehearsal shows, as it is kept in ``rehearsal.json``; the fields are its keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from scipy.stats import fisher_exact

from saliency.audit.evidence.candidates import CandidateKind
from saliency.audit.evidence.statistics import Interval, exact_interval
from saliency.audit.json_types import as_json, from_json, optional

REHEARSAL = "rehearsal.json"
"""The file in a job's folder."""

CHANCE = 0.05
"""P-value from which fewer answers depend on a thing by more than chance."""

RehearsalOutcome = Literal["helps", "helps in part", "does not help", "nothing to mend"]
"""Whether answers depend on what was found at most half as often after the rehearsal, by more than chance and
than after the control: for all findings that could be rehearsed, for some, for none; or there is no finding
to be mended."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many photos of how many.

    Attributes:
        photos: Those for which something holds.
        of: All that were asked.
    """

    photos: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, in [0, 1]; ``None`` of no photo."""
        return self.photos / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        """The share with its exact 95 % interval (Clopper, Pearson 1934); ``None`` of no photo."""
        return exact_interval(self.photos, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class DependenceFigures:
    """How far a model's answers depend on one thing, counted on the judging half.

    Attributes:
        depends: Photos with it whose answer changes once it is taken away (with each way of covering).
        right_with: Right answers to the photos that have it.
        right_without: Right answers to the same photos once it is taken away (with each way of covering).
        carried: Photos of other things that get the finding's guess once it is put into them.
    """

    depends: Share
    right_with: Share
    right_without: Share
    carried: Share


@dataclass(frozen=True, slots=True)
class FindingRehearsal:
    """One finding before and after the rehearsal, and after the control rehearsal.

    Attributes:
        finding: The finding's key.
        guess: Its guess; ``None``: any.
        where: What answers depend on, as it stands in a sentence.
        kind: A place, a property or a thing.
        twins: How many counterfactual twins were made for the learning half.
    """

    finding: str
    guess: str | None
    where: str
    kind: CandidateKind
    twins: int
    before: DependenceFigures
    control: DependenceFigures
    after: DependenceFigures

    @property
    def mended(self) -> bool:
        """Whether at most half as many answers depend on it, by more than chance and than after the control.

        Answers that it changes when it is taken away, and those that it brings into other photos, together.
        """
        before, control, after = (
            (part.depends.photos + part.carried.photos, part.depends.of + part.carried.of)
            for part in (self.before, self.control, self.after)
        )
        return 2 * after[0] <= before[0] and _fewer(after, before) and _fewer(after, control)


def _fewer(few: tuple[int, int], many: tuple[int, int]) -> bool:
    """Whether a share is smaller by more than chance: Fisher's exact test, one-sided.

    The photos are the same, so a test on pairs would find more; this one never says too much.
    """
    table = [[few[0], few[1] - few[0]], [many[0], many[1] - many[0]]]
    return few[0] < many[0] and float(fisher_exact(table, alternative="less").pvalue) <= CHANCE


@dataclass(frozen=True, slots=True)
class ClassChange:
    """Right answers to ordinary photos of one class of the judging half, before and after."""

    label: str
    photos: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What training only a model's last step again shows.

    Attributes:
        outcome: Whether it helps.
        model: The model's name.
        digest: SHA-256 of its weights.
        seed: Where random numbers started.
        learning: Photos of the learning half.
        judging: Photos of the judging half.
        strength: How strongly the old weights were held on to; 0 where nothing was trained.
        before: Right answers to ordinary photos of the judging half, by the model as it is.
        control: The same after the control rehearsal, with plain copies in place of twins.
        after: The same after the rehearsal.
        findings: What was rehearsed, what counts most first.
        classes: Classes with more or fewer right answers than before, those that lost most first.
        left_out: Findings and photos that could not be used, a sentence each.
        to_mend: Keys of all findings that were to be mended when it was begun, also those that were left out.
        kept_as: Key of the model of one's own as which the new weights were kept, if they were.
        kept_weights: SHA-256 of that model's weights.
    """

    outcome: RehearsalOutcome
    model: str
    digest: str
    seed: int
    learning: int
    judging: int
    strength: float
    before: Share
    control: Share
    after: Share
    findings: tuple[FindingRehearsal, ...] = ()
    classes: tuple[ClassChange, ...] = ()
    left_out: tuple[str, ...] = ()
    to_mend: tuple[str, ...] = ()
    kept_as: str | None = optional()
    kept_weights: str | None = optional()
    version: int = field(default=1)

    @property
    def twins(self) -> int:
        """How many counterfactual twins were made for the learning half."""
        return sum(finding.twins for finding in self.findings)


def outcome_of(findings: Sequence[FindingRehearsal]) -> RehearsalOutcome:
    """Whether it helps, with one finding or more."""
    mended = [finding.mended for finding in findings]
    if all(mended):
        return "helps"
    return "helps in part" if any(mended) else "does not help"


def read_rehearsal(folder: Path) -> Rehearsal | None:
    """The rehearsal of a job's folder; ``None`` where there is none, or its file is damaged."""
    try:
        text = (folder / REHEARSAL).read_text(encoding="utf-8")
        rehearsal: Rehearsal = from_json(Rehearsal, json.loads(text))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return rehearsal


def write_rehearsal(folder: Path, rehearsal: Rehearsal) -> Path:
    """Keep a rehearsal in a job's folder, whole or not at all."""
    path, part = folder / REHEARSAL, folder / f"{REHEARSAL}.part"
    part.write_text(json.dumps(as_json(rehearsal), ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(path)
    return path
