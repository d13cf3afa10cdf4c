"""What an audit on the command line says when it is finished: sentences for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from saliency.audit.evidence.rows import LeftOutArea, PhotoRow
from saliency.audit.job import Job
from saliency.audit.json_types import as_json, from_json
from saliency.audit.reports.answers import Answers
from saliency.audit.reports.files import FINDINGS, SET
from saliency.audit.reports.judgement_words import judged_sentence, still_to_be_judged
from saliency.audit.reports.record import audit_summary
from saliency.audit.reports.sentences import counted, finding_sentence
from saliency.audit.reports.set_sentences import set_summary
from saliency.audit.reports.summary_words import unfamiliar
from saliency.audit.reports.surroundings_words import said
from saliency.audit.reports.unjudged_labels import EXAMPLES, unjudged_labels
from saliency.audit.reports.unjudged_words import unjudged
from saliency.audit.reports.words import Pair
from saliency.audit.run import Audit
from saliency.export.web import visible


def print_summary(job: Job, result: Audit, files: list[Path]) -> None:
    """Problems and findings on standard error, a summary as JSON on standard output."""
    summary = audit_summary(result)
    for left_out in result.problems:
        print(visible(f"{left_out.file}: {left_out.problem}"), file=sys.stderr)
    for sentence in _areas_left_out(job):
        print(visible(sentence), file=sys.stderr)
    labels, asked = unjudged_labels(result), result.settings.question
    if sentence := unjudged(labels, result.classes[:EXAMPLES], question=asked):
        print(visible(sentence), file=sys.stderr)
    for finding in result.findings:
        sentences = (finding_sentence(finding, asked), judged_sentence(finding))
        print(visible(f"{finding.verdict}: {' '.join(sentences).strip()}"), file=sys.stderr)
    if summary.to_be_judged:
        print(visible(still_to_be_judged(summary.to_be_judged)), file=sys.stderr)
    for group in said(result.surroundings, asked).untelling if result.surroundings else ():
        print(visible(f"{group.verdict}: {group.sentence}"), file=sys.stderr)
    for sentence in _of_the_set(result, files):
        print(visible(sentence), file=sys.stderr)
    doubt = unfamiliar(summary.unfamiliar, summary.audited)
    for sentence in filter(None, (result.warning, doubt)):
        print(visible(f"Warning: {sentence}"), file=sys.stderr)
    for question, answer in _answers(files):
        for line in f"{question} {answer}".splitlines():
            print(visible(line), file=sys.stderr)
    told = {**as_json(summary), "files": list(map(str, files))}
    print(_json(told), flush=True)


def _of_the_set(result: Audit, files: list[Path]) -> Iterator[str]:
    """What is wrong with the set itself, in a few lines, and where each photo is listed."""
    lines = () if result.hygiene is None else set_summary(result.hygiene)
    yield from (f"The set: {line}" for line in lines)
    if lines:
        table = next(path for path in files if path.name == SET)
        yield f"The set: each of these is a line of “{table}”."


def _answers(files: list[Path]) -> tuple[Pair, ...]:
    """How good, why wrong, what to add, as the file with the findings has it."""
    path = next(path for path in files if path.name == FINDINGS)
    answers: Answers = from_json(Answers, json.loads(path.read_text(encoding="utf-8"))["answers"])
    return answers.pairs


def _json(summary: Any) -> str:
    """A summary in JSON, with escapes if standard output cannot take it without: a name may not be UTF-8."""
    text = json.dumps(summary, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeError:
        return json.dumps(summary)
    return text


def _areas_left_out(job: Job) -> list[str]:
    """A sentence a name of areas some of which could not be used; each is said of its photo in the files."""
    problems: dict[str, list[str]] = {}
    for photo in job.finished():
        if isinstance(photo.row, PhotoRow):
            for area in photo.row.areas:
                if isinstance(area, LeftOutArea):
                    problems.setdefault(area.name, []).append(f"{photo.row.file}: {area.problem}")
    return [
        f"“{name}” is left out of {counted(len(several), 'photo')}: {several[0]}"
        f"{' Of the others see results.csv.' if len(several) > 1 else ''}"
        for name, several in problems.items()
    ]
