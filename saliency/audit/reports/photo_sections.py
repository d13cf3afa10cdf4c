"""Photos in a report: those worth a person's eyes, all wrong ones, and those left out."""

from __future__ import annotations

from saliency.audit.reports import blocks, words
from saliency.audit.reports.blocks import (
    LISTED,
    Gallery,
    Section,
    Shot,
    Table,
    Text,
)
from saliency.audit.reports.brief_names import named
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.review import ReviewEntry, left_to_review, of_class_first, varied
from saliency.audit.reports.sentences import LONGEST, brief
from saliency.audit.reports.verdict import audit_verdict
from saliency.classifier import YesNoQuestion
from saliency.verdict.words import score

EYES = 12  # pictures worth a person's eyes


def review_gallery(record: AuditRecord) -> Gallery:
    """Each with the place marked that it was found to depend on, where there is one.

    Photos of the class that the main finding names go first.
    """
    marked: dict[str, int] = {}
    for number, finding in enumerate(record.findings):
        if finding.to_look_into:
            for file in finding.files:
                marked.setdefault(file, number)
    shots = []
    review = left_to_review(record.review, record.findings)
    for entry in varied(of_class_first(review, audit_verdict(record).label), EYES):
        guess = words.said(entry, record.settings.question)
        reasons = (named(reason, LONGEST) for reason in entry.reasons)
        lines = (brief(entry.file), guess, *reasons)
        shots.append(Shot(entry.file, marked.get(entry.file, -1), lines, entry.kind == "wrong"))
    return Gallery(tuple(shots), len(review))


def review_section(eyes: Gallery) -> Section:
    """Pictures worth a person's eyes."""
    if not eyes.shots:
        return Section(words.EYES, (Text(words.NOTHING),))
    marks = Text(words.MARKS, "small")
    return Section(words.EYES, (Text(eyes.note, "quiet"), blocks.Legend(words.LEGEND), marks, eyes))


def wrong_photos(record: AuditRecord) -> list[Section]:
    """All of them, as far as a report goes."""
    wrong = [entry for entry in record.review if entry.kind == "wrong"]
    question = record.settings.question
    rows = tuple(
        (entry.file, entry.label or "", entry.guess, _number(entry, question)) for entry in wrong[:LISTED]
    )
    head = ("Photo", "It shows", "Answer", "Score")
    if question is not None:
        head = ("Photo", "True answer", "Model's answer", words.NUMBERS[question.kind])
    table = Table(head, rows, len(wrong), (0.4, 0.24, 0.24, 0.12))
    return [Section(words.WRONG, (table,))] if wrong else []


def _number(entry: ReviewEntry, question: YesNoQuestion | None) -> str:
    """The guess's score; what a model of tags or of a number gives itself."""
    return (
        score(entry.score)
        if question is None or entry.value is None
        else score(entry.value, question.outputs)
    )


def left_out_photos(record: AuditRecord) -> Table | Text:
    """The photos that could not be audited, each with its reason."""
    rows = tuple((photo.file, photo.problem) for photo in record.left_out[:LISTED])
    if not rows:
        return Text(words.NOTHING)
    return Table(("Photo", "Reason"), rows, len(record.left_out), (0.38, 0.62))
