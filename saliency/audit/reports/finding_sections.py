"""The findings of an audit as parts of a report: in the summary, in detail and as a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.reports import blocks, figures, finding_words, words
from saliency.audit.reports.blocks import (
    LISTED,
    FindingText,
    Gallery,
    Section,
    Shot,
    Table,
    Text,
)
from saliency.audit.reports.brief_names import NAME, SHORTER, named
from saliency.audit.reports.judgement_words import judged_sentence
from saliency.audit.reports.sentences import brief, on_average

DETAILED = 12  # findings with all their figures and pictures


PICTURES = 6  # pictures of a finding


def summary_findings(findings: Sequence[AuditFinding], leading: Sequence[int]) -> tuple[FindingText, ...]:
    """The findings of a summary; where a step differs from the one before by names only, it says so."""
    texts, before = [], ""
    for number in leading:
        general = re.sub("“[^”]*”", "the thing", findings[number].next)
        step = words.SAME if general == before else findings[number].next
        texts.append(_finding_text(number, findings[number], step, SHORTER))
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
        shown=words.BOX if finding.kind in ("place", "thing") else words.OF_THIS_KIND,
        crops=words.CROPS if finding.crops else "",
    )


def finding_sections(findings: Sequence[AuditFinding]) -> list[Section]:
    """The first findings in detail, the others as a table."""
    detailed = [
        _finding_text(number, finding, finding.next, NAME)
        for number, finding in enumerate(findings[:DETAILED])
    ]
    others = findings[DETAILED:]
    rows = tuple(
        (
            finding_words.verdict(finding),
            named(finding_words.heading(finding), NAME),
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
