"""The comparison of two audits: all its figures, as ``comparison.json`` keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from saliency.audit.comparison.finding_changes import FindingChange, finding_changes
from saliency.audit.comparison.finding_states import FindingState
from saliency.audit.comparison.known_labels import KnownLabels, Unknowing, known_labels, set_labels, unknowing
from saliency.audit.comparison.paired import CHANCE, Paired
from saliency.audit.comparison.photos import (
    Change,
    ChangedPhoto,
    ClassChange,
    PhotoPair,
    changed_photos,
    class_changes,
    only_in,
    photo_pairs,
    right_answers,
)
from saliency.audit.comparison.side import AuditSide, read_side
from saliency.audit.inputs.settings import Settings
from saliency.audit.job import Job
from saliency.audit.json_types import optional
from saliency.errors import SaliencyError


class Outcome(StrEnum):
    """What a comparison comes to."""

    BETTER = "better"
    WORSE = "worse"
    MIXED = "better and worse"
    SAME = "the same"
    OPEN = "no difference shown"


@dataclass(frozen=True, kw_only=True)
class AuditComparison:
    """Two audits on the photos that both have; the fields are keys of ``comparison.json``.

    Attributes:
        outcome: What it comes to.
        old: What the old audit was asked.
        new: What the new one was.
        photos: How many photos both have.
        only_old: Files of photos that only the old one has.
        only_new: Files of those that only the new one has.
        same_model: Whether both asked the same model in the same way.
        same_question: Whether both asked the same question, so that answers can be compared.
        right: Right answers, of the photos where both can be said to be right or wrong by one label.
        not_judged: Photos with a label where that cannot be said of both. Those of a label that a model has
            no class for, so that it is wrong about them, are counted in ``old_known`` and ``new_known`` too.
        classes: Right answers by label, what got worse first.
        changed: Photos with another answer, those to be looked at first at the top.
        findings: Every telling finding of both, what matters most first.
        old_warning: What has to be said with every result of the old model; ``None`` if nothing.
        new_warning: The same of the new one.
        old_learned: From how many of the photos the old model learned in a rehearsal; ``None``: from none, as
            far as is known.
        new_learned: The same of the new one.
        labels: How many labels the photos have on which both audits agree.
        old_known: What the old model knows of the photos.
        new_known: What the new one does.
    """

    outcome: Outcome
    old: Settings
    new: Settings
    photos: int
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    same_model: bool
    same_question: bool
    right: Paired
    not_judged: int
    classes: tuple[ClassChange, ...]
    changed: tuple[ChangedPhoto, ...]
    findings: tuple[FindingChange, ...]
    old_warning: str | None = optional()
    new_warning: str | None = optional()
    old_learned: int | None = optional()
    new_learned: int | None = optional()
    labels: int = 0
    old_known: KnownLabels = field(default_factory=KnownLabels)
    new_known: KnownLabels = field(default_factory=KnownLabels)

    @property
    def unknowing(self) -> Unknowing:
        """Which of both knows less of what the photos show; both, where neither knows it."""
        return unknowing(self.labels, self.photos, self.old_known, self.new_known)

    @property
    def worse(self) -> bool:
        """Whether something is shown to be worse with the new model."""
        return self.outcome in (Outcome.WORSE, Outcome.MIXED)

    @property
    def untested(self) -> int:
        """How many findings were not tested with the other model."""
        return sum(finding.state is FindingState.NOT_TESTED for finding in self.findings)

    def count(self, change: Change) -> int:
        """How many answers changed in one way."""
        return sum(photo.change is change for photo in self.changed)


def compare(old: Path, new: Path) -> AuditComparison:
    """Two audits that are on disk; no model is run.

    What one of them found is compared where it was tried with the other model
    (:func:`~saliency.audit.comparison.cross_trials.run_cross_trials`); else it is called not tested.

    Args:
        old: Folder of the old one's job.
        new: Folder of the new one's.

    Raises:
        SaliencyError: One is missing, damaged or not finished, or they have no photo in common.
    """
    with Job(new, alone=False) as job:
        return comparison(job, read_side(old), read_side(new))


def comparison(job: Job, old: AuditSide, new: AuditSide) -> AuditComparison:
    """The same of two audits that were read already; ``job`` is the new one's."""
    pairs = photo_pairs(old, new)
    if not pairs:
        raise SaliencyError(
            "These two audits have no photo in common, so they cannot be compared: photos are matched by "
            "their bytes, whatever they are called. Audit the same photos with the other model."
        )
    same_question = _answers(old.settings) == _answers(new.settings)
    comparable = pairs if same_question else []
    right, classes = right_answers(comparable), class_changes(comparable)
    changed = changed_photos(comparable)
    findings = finding_changes(job, old, new, pairs)
    labels, (old_known, new_known) = len(set_labels(comparable)), known_labels(comparable)
    less = unknowing(labels, len(comparable), old_known, new_known)
    return AuditComparison(
        outcome=_outcome(right, classes, findings, changed, less),
        old=old.settings,
        new=new.settings,
        photos=len(pairs),
        only_old=only_in(old, new),
        only_new=only_in(new, old),
        same_model=old.asked == new.asked,
        same_question=same_question,
        right=right,
        not_judged=_not_judged(comparable),
        classes=classes,
        changed=changed,
        findings=findings,
        old_warning=old.warning or None,
        new_warning=new.warning or None,
        old_learned=_learned(old.settings, new),
        new_learned=_learned(new.settings, old),
        labels=labels,
        old_known=old_known,
        new_known=new_known,
    )


def _learned(model: Settings, other: AuditSide) -> int | None:
    """From how many photos a model learned, if it is what a rehearsal of the other audit left."""
    rehearsal = other.rehearsal
    return rehearsal.learning if rehearsal and rehearsal.kept_weights == model.weights else None


def _answers(settings: Settings) -> object:
    """What answers there are, as far as the question says; two models of classes are compared by names."""
    question = settings.question
    return None if question is None else (question.kind, question.answers)


def _not_judged(pairs: list[PhotoPair]) -> int:
    labelled = (pair for pair in pairs if pair.old.label is not None or pair.new.label is not None)
    return sum(not pair.judged for pair in labelled)


def _outcome(
    right: Paired,
    classes: tuple[ClassChange, ...],
    findings: tuple[FindingChange, ...],
    changed: tuple[ChangedPhoto, ...],
    less: Unknowing,
) -> Outcome:
    """Better or worse only where that is shown: what is known, right answers, what answers depend on."""
    told = right.p_value <= CHANCE
    better = less == "old" or (
        (told and right.won > right.lost) or any(c.better for c in classes) or any(f.better for f in findings)
    )
    worse = less == "new" or (
        (told and right.lost > right.won) or any(c.worse for c in classes) or any(f.worse for f in findings)
    )
    if better and worse:
        return Outcome.MIXED
    if better or worse:
        return Outcome.BETTER if better else Outcome.WORSE
    moved = changed or any(f.answers.lost or f.answers.won for f in findings)
    untested = any(finding.state is FindingState.NOT_TESTED for finding in findings)
    return Outcome.OPEN if moved or untested else Outcome.SAME
