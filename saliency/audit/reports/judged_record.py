"""An audit's record with what people said of its findings: all that follows from that, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.judgement import Judgement
from saliency.audit.judgements import with_judgements
from saliency.audit.reports.answers import unused_areas, what_to_add, why_wrong
from saliency.audit.reports.confusion_words import worst
from saliency.audit.reports.record import AuditRecord, dependences
from saliency.audit.reports.sentences import next_step
from saliency.audit.reports.shopping.shopping_list import with_shortcuts
from saliency.classifier import YesNoQuestion


def judged_record(record: AuditRecord, said: Mapping[str, Judgement]) -> AuditRecord:
    """A record with just these judgements, whatever was said when it was made.

    Figures, verdicts and what wrong photos share stay as they are; so does ``review``, of which
    :func:`saliency.audit.reports.review.left_to_review` says what is left.

    Args:
        record: The record.
        said: The last word on each finding, by its key.
    """
    question = record.settings.question
    findings = tuple(
        _with_step(before, finding, question)
        for before, finding in zip(record.findings, with_judgements(record.findings, said), strict=True)
    )
    judged = replace(record, findings=findings, to_be_judged=sum(f.to_be_judged for f in findings))
    if findings == record.findings:
        return judged
    guesses = [group.guess for group in record.classes]
    items = with_shortcuts(
        record.shopping_list, findings, record.shared, record.true_classes, question, guesses
    )
    most = worst(record.confusions, question)
    why = why_wrong(record.wrong, record.judged, record.shared, record.compared, findings, question, most)
    unused = unused_areas(findings, {group.guess: group.pictures for group in record.classes})
    answers = record.answers and replace(
        record.answers,
        why_wrong=" ".join(filter(None, (why, unused))),
        what_to_add=what_to_add(items),
    )
    return replace(judged, depends_on=dependences(findings, question), shopping_list=items, answers=answers)


def _with_step(before: AuditFinding, finding: AuditFinding, question: YesNoQuestion | None) -> AuditFinding:
    """What to do next follows what was said; where that is as before, the sentence stays."""
    if finding.judgement == before.judgement:
        return before
    return replace(finding, next=next_step(finding, question))
