"""The record of an audit: all its figures and sentences, as ``findings.json`` keeps them.

The fields' names are the file's keys. The reports and the page take their figures from here, so that all of
them say the same, rounded in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from saliency.audit.evidence.candidates import CandidateKind
from saliency.audit.evidence.confusions.matrix import Confusions
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.hot_spots import AverageMap, average_map
from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.evidence.judgement import Judgement
from saliency.audit.evidence.rows import LeftOut
from saliency.audit.evidence.surroundings.figures import SurroundingsRecord
from saliency.audit.evidence.true_classes import TrueClassRecord, judged_rows, true_class_records
from saliency.audit.evidence.verdicts import RATE, Verdict
from saliency.audit.evidence.wrong_photos import SharedProperty, shared_properties
from saliency.audit.inputs.settings import Settings
from saliency.audit.json_types import OPTIONAL, as_json, from_json, optional
from saliency.audit.remedy.judged_rehearsal import JudgedRehearsal, judged_rehearsal
from saliency.audit.remedy.record import Rehearsal
from saliency.audit.reports import confusion_words
from saliency.audit.reports.answers import Answers, how_good, unused_areas, what_to_add, why_wrong
from saliency.audit.reports.review import ReviewEntry, review
from saliency.audit.reports.sentences import finding_sentence, next_step
from saliency.audit.reports.set_sentences import with_sentences
from saliency.audit.reports.shared_words import shared_sentence
from saliency.audit.reports.shopping.item import ShoppingItem
from saliency.audit.reports.shopping.shopping_list import shopping_list
from saliency.audit.reports.shopping.shown import Shown
from saliency.audit.reports.surroundings_words import said
from saliency.audit.reports.unjudged_labels import EXAMPLES, UnjudgedLabel, unjudged_labels
from saliency.audit.run import Audit
from saliency.classifier import YesNoQuestion

LIMITS = (
    "What this set shows holds for this model and pictures like these. "
    "It does not tell whether the model is right, fair or safe."
)


@dataclass(frozen=True, slots=True)
class GuessRecord:
    """The pictures with one guess, in numbers.

    Attributes:
        right: How many guesses are right; of some, neither right nor wrong can be told.
        with_map: How many pictures have a heat map.
        searched: Whether these are enough to look for hot spots.
        near_copies: How many pictures are nearly the same as another one with this guess.
    """

    guess: str
    pictures: int
    right: int
    wrong: int
    with_map: int
    searched: bool
    average_map: AverageMap | None
    near_copies: int = 0


@dataclass(frozen=True, slots=True)
class Dependence:
    """A finding that guesses depend on something that is not known to be the thing itself.

    Attributes:
        judgement: What a person says that it is, if anybody has said.
    """

    guess: str | None
    place: str
    sentence: str
    kind: CandidateKind = "place"
    judgement: Judgement | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True)
class AuditSummary:
    """An audit in a few numbers.

    Attributes:
        unfamiliar: How many photos may show something that the model does not know.
        warning: What has to be said with every result of the model, in a sentence; empty if nothing.
        to_be_judged: Of how many findings to look into a person still has to say what they are.
    """

    photos: int
    audited: int
    left_out_count: int
    right: int
    wrong: int
    verdicts: dict[str, int]
    depends_on: tuple[Dependence, ...]
    unfamiliar: int = field(default=0, kw_only=True)
    warning: str = field(default="", kw_only=True)
    to_be_judged: int = field(default=0, kw_only=True)


@dataclass(frozen=True)
class AuditRecord(AuditSummary):
    """All that was found; the same from the same photos, model, settings and judgements.

    Attributes:
        unjudged: Labels that are not the name of one class of the model, those of most photos first.
        classes_known: A few of the model's classes, where there are such labels.
        true_classes: The photos by what they show, those with most missed first.
        shared: What wrong photos share and right ones do not, what is rarest by chance first.
        compared: How many comparisons were made for that.
        shopping_list: What to add, what helps most first.
        asked_from_outside: Why the model was only asked from outside, in a sentence; empty where it was not.
        answers: How good, why wrong, what to add; ``None`` in results of earlier programs.
        hygiene: What is wrong with the set itself; ``None`` in results of earlier programs.
        surroundings: What products with other surroundings show; ``None`` where hardly any is marked.
        confusions: What is taken for what; ``None`` where no answer is wrong, and in earlier results.
        untried: How many candidates were not tried, as that would have cost too much; ``None``: none.
        remedy: What a rehearsal of what to add showed; ``None`` where there was none.
    """

    settings: Settings
    false_discovery_rate: float
    findings: tuple[AuditFinding, ...]
    classes: tuple[GuessRecord, ...]
    review: tuple[ReviewEntry, ...]
    left_out: tuple[LeftOut, ...]
    limits: str
    unjudged: tuple[UnjudgedLabel, ...] = ()
    classes_known: tuple[str, ...] = ()
    true_classes: tuple[TrueClassRecord, ...] = ()
    shared: tuple[SharedProperty, ...] = ()
    compared: int = 0
    shopping_list: tuple[ShoppingItem, ...] = ()
    asked_from_outside: str = field(default="", metadata=OPTIONAL)
    answers: Answers | None = field(default=None, metadata=OPTIONAL)
    hygiene: SetHygiene | None = field(default=None, metadata=OPTIONAL)
    surroundings: SurroundingsRecord | None = field(default=None, metadata=OPTIONAL)
    confusions: Confusions | None = field(default=None, metadata=OPTIONAL)
    untried: int | None = optional()
    remedy: Rehearsal | None = field(default=None, metadata=OPTIONAL)

    @property
    def judged_remedy(self) -> JudgedRehearsal | None:
        """What a rehearsal showed, after what people said since; ``None`` where there was none."""
        return None if self.remedy is None else judged_rehearsal(self.remedy, self.findings)

    @property
    def unjudged_count(self) -> int:
        """How many photos have a label with which right and wrong cannot be told."""
        return sum(label.photos for label in self.unjudged)

    @property
    def judged(self) -> int:
        """How many photos have a guess that is known to be right or wrong."""
        return self.right + self.wrong

    @property
    def searched(self) -> bool:
        """Whether there is a class with enough pictures to look for hot spots."""
        return any(group.searched for group in self.classes)

    @property
    def classes_by_size(self) -> list[GuessRecord]:
        """The classes, those with most pictures first."""
        return sorted(self.classes, key=lambda group: (-group.pictures, group.guess))


def audit_summary(audit: Audit) -> AuditSummary:
    """An audit in a few numbers."""
    rows = [row for group in audit.groups for row in group.rows.values()]
    rights = [row.right for row in rows]
    return AuditSummary(
        photos=audit.total,
        audited=len(rights),
        left_out_count=len(audit.problems),
        right=rights.count(True),
        wrong=rights.count(False),
        verdicts={str(verdict): sum(f.verdict is verdict for f in audit.findings) for verdict in Verdict},
        depends_on=dependences(audit.findings, audit.settings.question),
        unfamiliar=sum(row.strange for row in rows),
        warning=audit.warning,
        to_be_judged=sum(finding.to_be_judged for finding in audit.findings),
    )


def dependences(findings: Iterable[AuditFinding], question: YesNoQuestion | None) -> tuple[Dependence, ...]:
    """The findings to look into, in a few words."""
    return tuple(
        Dependence(f.guess, f.place, f.sentence or finding_sentence(f, question), f.kind, f.judgement)
        for f in findings
        if f.to_look_into
    )


def audit_record(audit: Audit) -> AuditRecord:
    """All that an audit found, with its figures rounded as the file has them; without what people said.

    :func:`saliency.audit.reports.judged_record.judged_record` adds that.
    """
    audit = replace(audit, findings=[replace(finding, judgement=None) for finding in audit.findings])
    question = audit.settings.question
    findings = tuple(
        replace(f, sentence=finding_sentence(f, question), next=next_step(f, question))
        for f in audit.findings
    )
    summary, unjudged = audit_summary(audit), unjudged_labels(audit)
    by_class = judged_rows(audit.groups, audit.classes)
    shared, compared = shared_properties(by_class, audit.groups, findings, seed=audit.settings.seed)
    shared = tuple(replace(prop, sentence=shared_sentence(prop)) for prop in shared)
    true_classes, not_judged = true_class_records(by_class), sum(label.photos for label in unjudged)
    hygiene = None if audit.hygiene is None else with_sentences(audit.hygiene, findings)
    if hygiene is not None and 2 * summary.unfamiliar > summary.audited:
        hygiene = replace(hygiene, unfamiliar=True)
    surroundings = audit.surroundings and said(audit.surroundings, question)
    items = shopping_list(
        Shown(
            true_classes=true_classes,
            shared=shared,
            findings=findings,
            groups=audit.groups,
            unjudged=not_judged,
            classes=audit.classes,
            question=question,
            hygiene=hygiene,
        )
    )
    confusions = audit.confusions and confusion_words.said(audit.confusions, question)
    most = confusion_words.worst(confusions, question)
    why = why_wrong(summary.wrong, summary.right + summary.wrong, shared, compared, findings, question, most)
    exact = AuditRecord(
        **vars(summary),
        settings=audit.settings,
        false_discovery_rate=RATE,
        findings=findings,
        classes=tuple(_guess_record(group, audit.settings.seed) for group in audit.groups),
        review=tuple(review(audit.groups, findings, audit.outcomes, question)),
        left_out=tuple(audit.problems),
        limits=LIMITS,
        unjudged=unjudged,
        classes_known=audit.classes[:EXAMPLES] if unjudged else (),
        true_classes=true_classes,
        shared=shared,
        compared=compared,
        shopping_list=items,
        asked_from_outside=audit.outside,
        answers=Answers(
            how_good(true_classes, not_judged, summary.audited, question),
            " ".join(
                filter(None, (why, unused_areas(findings, {g.guess: len(g.rows) for g in audit.groups})))
            ),
            what_to_add(items),
        ),
        hygiene=hygiene,
        surroundings=surroundings,
        confusions=confusions,
        untried=audit.untried or None,
    )
    record: AuditRecord = from_json(AuditRecord, as_json(exact))
    return record


def _guess_record(group: GuessGroup, seed: int) -> GuessRecord:
    rights = [row.right for row in group.rows.values()]
    maps = (group.coarse_map(number) for number in sorted(group.with_map))
    return GuessRecord(
        guess=group.guess,
        pictures=len(rights),
        right=rights.count(True),
        wrong=rights.count(False),
        with_map=len(group.with_map),
        searched=group.searched(seed),
        average_map=average_map(maps) if group.with_map else None,
        near_copies=group.near_copies,
    )
