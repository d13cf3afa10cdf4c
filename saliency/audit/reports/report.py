"""What the reports of an audit say, in texts ready to be set; every format sets the same.

All of it comes from the record of the audit (:mod:`saliency.audit.reports.record`): here figures are put into
words, and none is computed.
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports import (
    blocks,
    judgement_words,
    key_figures,
    method,
    summary_words,
    unjudged_words,
    words,
)
from saliency.audit.reports.blocks import ClassAverage, FindingText, Gallery, Section, Shot, Text
from saliency.audit.reports.brief_names import NAME, named
from saliency.audit.reports.class_sections import (
    average_sections,
    class_averages,
    guess_sections,
    truth_sections,
)
from saliency.audit.reports.confusion_section import confusion_sections
from saliency.audit.reports.finding_sections import finding_sections, summary_findings
from saliency.audit.reports.photo_sections import (
    left_out_photos,
    review_gallery,
    review_section,
    wrong_photos,
)
from saliency.audit.reports.plan_section import plan_sections
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.remedy.examples import TwinExample
from saliency.audit.reports.remedy.judged_words import estimates, on_slide
from saliency.audit.reports.remedy.section import remedy_sections
from saliency.audit.reports.set_section import set_sections
from saliency.audit.reports.surroundings_section import surroundings_sections
from saliency.audit.reports.verdict import audit_verdict
from saliency.audit.reports.words import Pair
from saliency.verdict.advice import Merit

LEADING = 3  # findings in the summary


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
        rehearsed: What a rehearsal showed, in a sentence or two; empty without one.
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
    rehearsed: str
    sections: tuple[Section, ...]
    eyes: Gallery
    averages: tuple[ClassAverage, ...]
    limits: str

    def first_picture(self, pictures: Container[tuple[str, int]]) -> Shot | None:
        """The first picture of the first finding that has one; else the first that is worth a look."""
        shots = blocks.parts((self.leading, self.eyes), Shot)
        return next((shot for shot in shots if (shot.file, shot.finding) in pictures), None)

    def looked_at(self, pictures: Container[tuple[str, int]], most: int) -> list[Shot]:
        """The first so many pictures that are worth a look, where no finding stands before them."""
        there = (shot for shot in self.eyes.shots if (shot.file, shot.finding) in pictures)
        return list(islice(there, most))

    def wrong_picture(self, pictures: Container[tuple[str, int]]) -> Shot | None:
        """The first picture of a wrong guess that is not the one above."""
        first = self.first_picture(pictures)
        wrong = (shot for shot in self.eyes.shots if shot.wrong and shot != first)
        return next((shot for shot in wrong if (shot.file, shot.finding) in pictures), None)


def report(
    record: AuditRecord,
    *,
    name: str = "",
    date: datetime.date,
    versions: Mapping[str, str],
    view: str = "",
    examples: Sequence[TwinExample] = (),
) -> Report:
    """What a report says.

    Args:
        record: All that was found.
        name: What people call the audit; empty: the model's name is used.
        date: When the report is made.
        versions: Those of the programs, by their names.
        view: What people know the view by; empty: the method's name.
        examples: A few twins of a rehearsal.
    """
    telling = [number for number, finding in enumerate(record.findings) if _leads(finding)]
    leading = sorted(telling, key=lambda number: (record.findings[number].as_hoped, number))[:LEADING]
    eyes = review_gallery(record)
    averages = class_averages(record)
    main, remedy = audit_verdict(record), record.judged_remedy
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
        leading=summary_findings(record.findings, leading),
        more=named(summary_words.more(record, leading)),
        judgements=judgement_words.judgements(record),
        rehearsed=named(on_slide(remedy)),
        judged=any(finding.judgement for finding in record.findings),
        sections=(
            *truth_sections(record),
            *plan_sections(record, estimates(remedy)),
            *remedy_sections(remedy, examples),
            *guess_sections(record),
            review_section(eyes),
            *confusion_sections(record),
            *wrong_photos(record),
            *finding_sections(record.findings),
            *surroundings_sections(record, lambda text: named(text, NAME)),
            *average_sections(record, averages),
            *set_sections(record.hygiene),
            Section("Photos left out", (left_out_photos(record),)),
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


def _leads(finding: AuditFinding) -> bool:
    """Whether a summary tells it: not what may depend on what probably is the thing itself."""
    return finding.telling and not (finding.verdict is Verdict.SUGGESTIVE and finding.as_hoped)


def _answers(record: AuditRecord) -> tuple[Pair, ...]:
    return record.answers.pairs if record.answers is not None and record.audited else ()
