"""What the reports of an audit say, in texts ready to be set; every format sets the same.

All of it comes from the record of the audit (:mod:`saliency.audit.reports.record`): here figures are put into
words, and none is computed.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from saliency.audit.evidence.findings import ENOUGH, AuditFinding
from saliency.audit.reports import (
    blocks,
    figures,
    finding_words,
    judgement_words,
    key_figures,
    method,
    summary_words,
    unjudged_words,
    words,
)
from saliency.audit.reports.blocks import ClassAverage, FindingText, Gallery, Section, Shot, Table, Text
from saliency.audit.reports.judgement_words import judged_sentence
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.review import ReviewEntry, left_to_review, varied
from saliency.audit.reports.sentences import LONGEST, brief, on_average
from saliency.audit.reports.set_section import set_sections
from saliency.audit.reports.surroundings_section import surroundings_sections
from saliency.audit.reports.verdict import audit_verdict
from saliency.audit.reports.words import Pair
from saliency.classifier import YesNoQuestion
from saliency.verdict.advice import Merit
from saliency.verdict.words import score

DETAILED = 12  # findings with all their figures and pictures
LISTED = 60  # rows of a table
PICTURES = 6  # pictures of a finding
EYES = 12  # pictures worth a person's eyes
SHOPPING = 12  # things to add
AVERAGES = 8  # classes with their average heat map
LEADING = 3  # findings in the summary
_NAME = 80  # characters of a name in a sentence
_SHORTER = 34  # the same in the summary


@dataclass(frozen=True)
class Report:
    """All that a report says.

    Attributes:
        warning: What has to be said with every result of the model; empty if nothing.
        unfamiliar: How many photos show what the model may not know, a sentence; empty if none.
        about: Model, view and date.
        headline: The main finding.
        merit: Whether that is what one would hope for, which gives it its colour.
        figures: The audit in a few large numbers.
        on_slide: Those for a slide.
        answers: How good, why wrong, what to add: each question with its answer.
        unjudged: Which labels could not be judged, and what to do; empty if none.
        leading: Findings for the summary, in fewer words.
        more: What the summary leaves out, a sentence; empty if nothing.
        judgements: How many findings people judged, and how many are still to be judged; empty if none.
        judged: Whether people judged any.
        sections: What follows the summary.
        eyes: Pictures worth a person's eyes.
        averages: The largest classes' average maps.
    """

    title: str
    warning: str
    unfamiliar: str
    about: str
    headline: str
    merit: Merit
    figures: tuple[Pair, ...]
    on_slide: tuple[Pair, ...]
    answers: tuple[Pair, ...]
    unjudged: str
    leading: tuple[FindingText, ...]
    more: str
    judgements: str
    judged: bool
    sections: tuple[Section, ...]
    eyes: Gallery
    averages: tuple[ClassAverage, ...]
    limits: str

    def first_picture(self, pictures: Container[tuple[str, int]]) -> Shot | None:
        """The first picture of the first finding that has one; else the first that is worth a look."""
        shots = blocks.parts((self.leading, self.eyes), Shot)
        return next((shot for shot in shots if (shot.file, shot.finding) in pictures), None)

    def wrong_picture(self, pictures: Container[tuple[str, int]]) -> Shot | None:
        """The first picture of a wrong guess that is not the one above."""
        first = self.first_picture(pictures)
        wrong = (shot for shot in self.eyes.shots if shot.wrong and shot != first)
        return next((shot for shot in wrong if (shot.file, shot.finding) in pictures), None)


def report(
    record: AuditRecord, *, name: str = "", date: datetime.date, versions: Mapping[str, str], view: str = ""
) -> Report:
    """What a report says.

    Args:
        record: All that was found.
        name: What people call the audit; empty: the model's name is used.
        date: When the report is made.
        versions: Those of the programs, by their names.
        view: What people know the view by; empty: the method's name.
    """
    telling = [number for number, finding in enumerate(record.findings) if finding.telling]
    leading = sorted(telling, key=lambda number: (record.findings[number].as_hoped, number))[:LEADING]
    eyes = _eyes(record)
    averages = _averages(record)
    main = audit_verdict(record)
    return Report(
        title=name.strip() or f"Audit of {record.settings.model}",
        warning=record.warning,
        unfamiliar=summary_words.unfamiliar(record.unfamiliar, record.audited),
        about=words.about(record.settings, date, view),
        headline=named(main.sentence),
        merit=main.merit,
        figures=key_figures.figures(record),
        on_slide=key_figures.on_slide(record, record.findings[leading[0]] if leading else None),
        answers=tuple((question, named(answer)) for question, answer in _answers(record)),
        unjudged=named(
            unjudged_words.unjudged(record.unjudged, record.classes_known, question=record.settings.question)
        ),
        leading=_summary_findings(record.findings, leading),
        more=named(summary_words.more(record, leading)),
        judgements=judgement_words.judgements(record),
        judged=any(finding.judgement for finding in record.findings),
        sections=(
            *_truth_sections(record),
            *_class_sections(record),
            _eyes_section(eyes),
            *_wrong_photos(record),
            *_finding_sections(record.findings),
            *surroundings_sections(record, lambda text: named(text, _NAME)),
            *_average_sections(record, averages),
            *set_sections(record.hygiene),
            Section("Photos left out", (_left_out(record),)),
            Section(
                "Method and limits",
                tuple(Text(text, heading=title) for title, text in method.method(record, view)),
            ),
            Section(
                "How this was made", (blocks.Pairs(method.provenance(record.settings, date, versions, view)),)
            ),
        ),
        eyes=eyes,
        averages=averages,
        limits=record.limits,
    )


def named(sentence: str, most: int = _SHORTER) -> str:
    """A sentence in which the names in quotation marks are made brief."""
    return re.sub("“([^“”]*)”", lambda name: f"“{brief(name[1], most)}”", sentence)


def _summary_findings(findings: Sequence[AuditFinding], leading: Sequence[int]) -> tuple[FindingText, ...]:
    """The findings of a summary; where a step differs from the one before by names only, it says so."""
    texts, before = [], ""
    for number in leading:
        general = re.sub("“[^”]*”", "the thing", findings[number].next)
        step = words.SAME if general == before else findings[number].next
        texts.append(_finding_text(number, findings[number], step, _SHORTER))
        before = general
    return tuple(texts)


def _finding_text(number: int, finding: AuditFinding, step: str, most: int) -> FindingText:
    files = finding.files
    shots = tuple(Shot(file, number, (brief(file),)) for file in files[:PICTURES])
    return FindingText(
        number=number,
        verdict=finding_words.verdict_said(finding),
        heading=named(finding_words.heading(finding), most),
        sentence=named(finding.sentence, most),
        step=named(step, most),
        counts=finding_words.counts(finding),
        judged=named(judged_sentence(finding), most),
        gallery=Gallery(shots, len(files)),
        shown=words.OF_THIS_KIND if finding.kind == "property" else words.BOX,
        crops=words.CROPS if finding.crops else "",
    )


def _finding_sections(findings: Sequence[AuditFinding]) -> list[Section]:
    """The first findings in detail, the others as a table."""
    detailed = [
        _finding_text(number, finding, finding.next, _NAME)
        for number, finding in enumerate(findings[:DETAILED])
    ]
    others = findings[DETAILED:]
    rows = tuple(
        (
            finding_words.verdict(finding),
            named(finding_words.heading(finding), _NAME),
            figures.of(finding.summary.changed, finding.summary.tested),
            on_average(finding.summary.changed_elsewhere),
        )
        for finding in others[:LISTED]
    )
    head = ("Verdict", "Pictures, and place or property", "Answer changes", "Elsewhere")
    notes = (blocks.Legend(words.LEGEND), Text(words.MARKS, "small"), Text(words.COUNTED, "small"))
    sections = [Section("Findings in detail", (*notes, *detailed))] if detailed else []
    if rows:
        table = Table(head, rows, len(others), (0.17, 0.45, 0.19, 0.19))
        sections.append(Section("Further findings", (table,)))
    return sections


def _answers(record: AuditRecord) -> tuple[Pair, ...]:
    return record.answers.pairs if record.answers is not None and record.audited else ()


def _truth_sections(record: AuditRecord) -> list[Section]:
    """How good, by what the photos show; why wrong; what to add."""
    sections = []
    if record.true_classes:
        rows = tuple(
            (
                group.label,
                str(group.photos),
                figures.share_of(group.right, group.photos),
                str(group.missed),
                ", ".join(f"{other.guess} ({other.photos})" for other in group.taken_for),
            )
            for group in record.true_classes[:LISTED]
        )
        head = words.TRUTH if record.settings.question is None else words.TRUE_ANSWERS
        table = Table(head, rows, len(record.true_classes), (0.24, 0.1, 0.2, 0.1, 0.36))
        heading = words.BY_TRUTH if record.settings.question is None else words.BY_TRUE_ANSWER
        sections.append(Section(heading, (table,)))
    if record.wrong:
        shared = [Text(named(prop.sentence, _NAME)) for prop in record.shared[:LISTED]]
        note = Text(words.OBSERVED, "quiet") if shared else Text(words.compared(record.compared))
        sections.append(Section(words.WHY, (*shared, note)))
    if record.shopping_list and record.audited:
        items = tuple(
            (named(item.what, _NAME), named(f"{item.reason} {item.unless}".rstrip(), _NAME))
            for item in record.shopping_list[:SHOPPING]
        )
        table = Table(("What", "The number it comes from"), items, len(record.shopping_list), (0.5, 0.5))
        sections.append(Section(words.ADD, (Text(words.BALANCE, "quiet"), table)))
    return sections


def _wrong_photos(record: AuditRecord) -> list[Section]:
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


def _class_sections(record: AuditRecord) -> list[Section]:
    """The classes in numbers, by guess."""
    columns = {"Pictures": "pictures"}
    if record.judged:
        columns |= {"Right": "right", "Wrong": "wrong"}
    columns |= {"With a heat map": "with_map"}
    rows = tuple(
        (group.guess, *(str(getattr(group, field)) for field in columns.values()))
        for group in record.classes_by_size[:LISTED]
    )
    widths = (0.4, *[0.6 / len(columns)] * len(columns))
    table = Table(("Answer", *columns), rows, len(record.classes), widths, numbers=True)
    return [Section(words.BY_GUESS, (table,))] if rows else []


def _average_sections(record: AuditRecord, averages: Sequence[ClassAverage]) -> list[Section]:
    """The largest classes' average maps."""
    if not averages:
        return []
    with_map = sum(group.with_map >= ENOUGH for group in record.classes)
    note = Text(words.classes_shown(len(averages), with_map), "quiet")
    maps = blocks.Averages(tuple(averages))
    return [Section("Average heat maps", (note, blocks.Legend(words.ONE_SCALE), maps))]


def _averages(record: AuditRecord) -> tuple[ClassAverage, ...]:
    return tuple(
        ClassAverage(group.guess, words.peak(group.with_map, average.peak_in_standard_errors), average)
        for group in record.classes_by_size
        if (average := group.average_map) is not None and group.with_map >= ENOUGH
    )[:AVERAGES]


def _eyes(record: AuditRecord) -> Gallery:
    """Each with the place marked that it was found to depend on, where there is one."""
    marked: dict[str, int] = {}
    for number, finding in enumerate(record.findings):
        if finding.to_look_into:
            for file in finding.files:
                marked.setdefault(file, number)
    shots = []
    review = left_to_review(record.review, record.findings)
    for entry in varied(review, EYES):
        guess = words.said(entry, record.settings.question)
        reasons = (named(reason, LONGEST) for reason in entry.reasons)
        lines = (brief(entry.file), guess, *reasons)
        shots.append(Shot(entry.file, marked.get(entry.file, -1), lines, entry.kind == "wrong"))
    return Gallery(tuple(shots), len(review))


def _eyes_section(eyes: Gallery) -> Section:
    if not eyes.shots:
        return Section(words.EYES, (Text(words.NOTHING),))
    marks = Text(words.MARKS, "small")
    return Section(words.EYES, (Text(eyes.note, "quiet"), blocks.Legend(words.LEGEND), marks, eyes))


def _left_out(record: AuditRecord) -> Table | Text:
    rows = tuple((photo.file, photo.problem) for photo in record.left_out[:LISTED])
    if not rows:
        return Text(words.NOTHING)
    return Table(("Photo", "Reason"), rows, len(record.left_out), (0.38, 0.62))
