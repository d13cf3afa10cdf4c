"""The audit in a few large numbers, for the head of a report and for a slide."""

from __future__ import annotations

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.figures import of
from saliency.audit.reports.property_words import property_words
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.sentences import counted, on_average
from saliency.audit.reports.shared_words import shared_figure
from saliency.audit.reports.verdict import audit_verdict, places_to_look_into, unclear
from saliency.audit.reports.words import Pair

_WHERE_TO_ADD = {
    "training data": ": ask whoever trains the model",
    "next audit": ", for the next audit",
    "labels": "",
}


NOT_SEARCHED = "– too few photos of one answer to look for a shortcut"
"""In place of how many places there are to look into, where none could be looked for."""


def figures(record: AuditRecord) -> tuple[Pair, ...]:
    """Large numbers, each with what it counts; what comes first in the headline is called so."""
    first = audit_verdict(record).first
    phrases = [f"{record.audited} of {counted(record.photos, 'photo')} audited"]
    phrases.append(f"{record.left_out_count} left out")
    if record.judged:
        phrases.append(counted(record.right, "right answer"))
        wrong = " to look at" if record.wrong else ""
        phrases.append(
            f"{counted(record.wrong, 'wrong answer')}{wrong}{' first' if first == 'wrong' else ''}"
        )
    if record.unjudged:
        phrases.append(f"{record.unjudged_count} not judged")
    kinds = {dependence.kind for dependence in record.depends_on}
    kinds |= {finding.kind for finding in unclear(record)}
    what = "place" if kinds <= {"place"} else "finding"
    places = counted(places_to_look_into(record), f"{what} to look into", f"{what}s to look into")
    questions = sum(f.verdict is Verdict.SUGGESTIVE and f.as_hoped for f in record.findings)
    if not record.searched and not record.findings:
        places = NOT_SEARCHED
    elif not places_to_look_into(record) and questions:
        places = counted(questions, "place or property that may count", "places or properties that may count")
    if not places_to_look_into(record) and record.to_be_judged:
        places = counted(record.to_be_judged, "finding to be judged", "findings to be judged")
    phrases.append(f"{places}{' first' if first == 'places' else ''}")
    return tuple((number, what) for number, _, what in (phrase.partition(" ") for phrase in phrases))


def on_slide(record: AuditRecord, leading: AuditFinding | None) -> tuple[Pair, ...]:
    """Three or four of them for a slide: how good, why wrong, what to add, as far as each is known."""
    if not record.audited:
        return figures(record)[:4]
    pairs = []
    if record.judged:
        how = "not recognised" if record.settings.question is None else "answered wrong"
        worst = next(
            (f"; “{c.label}” {how}: {of(c.missed, c.photos)}" for c in record.true_classes if c.missed),
            "",
        )
        pairs.append((of(record.right, record.judged), f"answers right{worst}"))
    elif record.unjudged:
        pairs.append(
            (of(record.unjudged_count, record.audited), "answers not judged: the model lacks their labels")
        )
    if record.shared:
        pairs.append(shared_figure(record.shared[0]))
    elif leading is not None:
        summary = leading.summary
        elsewhere = f"with equal areas elsewhere: {on_average(summary.changed_elsewhere)}"
        what = f"answers change with the place covered; {elsewhere}"
        if leading.kind == "property":
            pairs.append(property_pair(leading))
        elif leading.kind == "surroundings":
            pairs.append((of(summary.changed, summary.tested), "photos lose their answer elsewhere"))
        else:
            pairs.append((of(summary.changed, summary.tested), what))
    else:
        pairs.append((of(record.audited, record.photos), "photos audited"))
    first = next((item for item in record.shopping_list if item.to != "the set"), None)
    if first is not None and first.photos:
        pairs.append((f"Add about {first.photos}", f"{first.which}{_WHERE_TO_ADD[first.to]}"))
    return tuple(pairs)


def property_pair(finding: AuditFinding) -> Pair:
    """The main figure of a property of the whole picture, for a slide."""
    summary, said = finding.summary, property_words(finding)
    if summary.given is not None and not finding.expected:
        given = f"{said.given[0].lower()}{said.given[1:]}"
        return of(summary.enough_alone, summary.given), f"pictures with other answers get this one, {given}"
    return of(summary.changed, summary.tested), f"answers change with {said.taken}"
