"""One of two audits that are compared, as it is kept on disk: no model is needed to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from saliency.audit.evidence.candidates import Candidate
from saliency.audit.evidence.findings import AuditFinding, TrialOutcomes, findings
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.rows import LeftOutRow, PhotoRow
from saliency.audit.evidence.things.trial import ThingTrial
from saliency.audit.inputs.settings import Settings
from saliency.audit.job import Job
from saliency.audit.judgements import read, with_judgements
from saliency.audit.remedy.record import Rehearsal, read_rehearsal
from saliency.audit.run import candidates_of
from saliency.errors import SaliencyError
from saliency.names import folded, positions


@dataclass(frozen=True, slots=True)
class SidePhoto:
    """A photo of an audit, by its number in the set."""

    number: int
    row: PhotoRow


@dataclass(frozen=True, eq=False)
class AuditSide:
    """One of two audits that are compared.

    Attributes:
        folder: Its job's folder.
        settings: What was asked.
        photos: The photos that were audited, by the SHA-256 of their bytes.
        left_out: Files that were not audited.
        findings: What matters most first, with what people said of them.
        candidates: What each finding was tried as, by its key; those of named areas have none.
        outcomes: What trying each candidate did, by the candidate's key, by the photo's number.
        warning: What has to be said with every result of the model; empty if nothing.
        rehearsal: The rehearsal that was made of the audit; ``None`` without one.
    """

    folder: Path
    settings: Settings
    photos: Mapping[str, SidePhoto]
    left_out: tuple[str, ...]
    findings: tuple[AuditFinding, ...]
    candidates: Mapping[str, Candidate]
    outcomes: TrialOutcomes
    warning: str = ""
    rehearsal: Rehearsal | None = None

    @property
    def digests(self) -> dict[int, str]:
        """The SHA-256 of each audited photo, by its number."""
        return {photo.number: digest for digest, photo in self.photos.items()}

    @property
    def lacking(self) -> frozenset[str]:
        """The labels, folded, that its model has no class for.

        A label that can mean several of its classes is none of them: the model may be right about that. Nor
        is any label of an audit that asks a question, whose answers are no classes.
        """
        if self.settings.question is not None:
            return frozenset()
        rows = [photo.row for photo in self.photos.values()]
        classes = sorted({score.label for row in rows for score in row.scores})
        unjudged = {row.label for row in rows if row.label is not None and row.right is None}
        return frozenset(folded(label) for label in unjudged if not positions(label, classes))

    @property
    def asked(self) -> tuple[object, ...]:
        """All that a model's answers to a photo depend on, besides the photo."""
        settings = self.settings
        return settings.weights, settings.framing, settings.question


def read_side(folder: Path) -> AuditSide:
    """An audit as it is on disk.

    Args:
        folder: Its job's folder; the audit is finished.

    Raises:
        SaliencyError: There is none, it is damaged, or it is not finished.
    """
    with Job(folder, alone=False) as job:
        return side_of(job)


def side_of(job: Job) -> AuditSide:
    """A finished audit; arguments and errors as for :func:`read_side`."""
    done, total = job.counts()
    if not total or done < total or not job.has_begun:
        raise SaliencyError(
            f"This audit is not finished ({done} of {total} photos), so it cannot be compared yet. "
            "Go on with it first."
        )
    settings = job.settings
    rows = [(photo.number, photo.row) for photo in job.finished()]
    groups = guess_groups(job.finished(), job.coarse_map)
    candidates = candidates_of(groups, job.spots, seed=settings.seed)
    outcomes = {candidate.key: job.outcomes(candidate.key) for candidate in candidates}
    said, _ = read(job.folder)
    found = with_judgements(findings(groups, candidates, outcomes, seed=settings.seed), said)
    files = {number: row.file for number, row in rows}
    made = tuple(found)
    return AuditSide(
        folder=job.folder,
        settings=settings,
        photos={
            row.photo_sha256: SidePhoto(number, row) for number, row in rows if isinstance(row, PhotoRow)
        },
        left_out=tuple(row.file for _, row in rows if isinstance(row, LeftOutRow) and row.twin is None),
        findings=made,
        candidates=dict(_tried(made, candidates, files)),
        outcomes=outcomes,
        warning=job.warning,
        rehearsal=read_rehearsal(job.folder),
    )


def _tried(
    made: tuple[AuditFinding, ...], candidates: list[Candidate], files: Mapping[int, str]
) -> Iterator[tuple[str, Candidate]]:
    """Each finding's key with what it was tried as."""
    for finding in made:
        for candidate in () if finding.named else candidates:
            if _is_of(finding, candidate, files):
                yield finding.key, candidate
                break


def _is_of(finding: AuditFinding, candidate: Candidate, files: Mapping[int, str]) -> bool:
    """Whether a finding is what came of trying a candidate."""
    what = candidate.kind, candidate.guess, candidate.name, candidate.box
    if what != (finding.kind, finding.guess, finding.place, finding.box):
        return False
    trials = {number: candidate.trial(number) for number in candidate.numbers}
    crops = [(files[n], trial.box) for n, trial in trials.items() if isinstance(trial, ThingTrial)]
    return finding.crops is None or crops == [(crop.file, crop.box) for crop in finding.crops]
