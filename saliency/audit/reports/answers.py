"""How good, why wrong, what to add: an audit in three answers, for whoever reads nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.true_classes import TrueClassRecord
from saliency.audit.evidence.wrong_photos import SharedProperty
from saliency.audit.reports.property_words import property_figure
from saliency.audit.reports.sentences import FEW, claim, counted
from saliency.audit.reports.shared_words import COMPARED
from saliency.audit.reports.shopping.amounts import missed_at_most
from saliency.audit.reports.shopping.item import ShoppingItem
from saliency.audit.reports.shopping.label_words import taken_for, unjudged_reason
from saliency.audit.reports.surroundings_sentences import surroundings_figure
from saliency.classifier import YesNoQuestion

HOW_GOOD, WHY_WRONG, WHAT_TO_ADD = "How good is it?", "Why is it wrong?", "Which photos to add?"
_SAID = 2  # sentences of an answer
_RARELY = 0.05  # share of photos in which chance alone may change an answer


@dataclass(frozen=True, slots=True)
class Answers:
    """The three answers; the fields are keys of ``findings.json``."""

    how_good: str
    why_wrong: str
    what_to_add: str

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each answer with its question."""
        return (HOW_GOOD, self.how_good), (WHY_WRONG, self.why_wrong), (WHAT_TO_ADD, self.what_to_add)


def how_good(
    true_classes: Sequence[TrueClassRecord],
    unjudged: int,
    audited: int,
    question: YesNoQuestion | None = None,
) -> str:
    """How many guesses are right, and what is not recognised most often."""
    judged = sum(record.photos for record in true_classes)
    right = sum(record.right for record in true_classes)
    rest = f" {unjudged_reason(unjudged, question)}"
    if not judged:
        return rest.strip() if unjudged else "That cannot be told: it is not known what the photos show."
    sentences = [f"{right} of {counted(judged, 'answer is', 'answers are')} right."]
    if right == judged:
        sentences.append(
            f"Of photos like these, up to {missed_at_most(judged)} % may still get a wrong answer."
        )
    else:
        worst = true_classes[0]
        wrong, instead = ("not recognised", "taken for") if question is None else ("wrong", "answered")
        sentences.append(
            f"Most often {wrong}: “{worst.label}”, {worst.missed} of its {counted(worst.photos, 'photo')}, "
            f"{instead} {taken_for(worst)}."
        )
    if audited > judged + unjudged:
        sentences.append(
            f"For {counted(audited - judged - unjudged, 'more photo')}, it is not known what is shown."
        )
    return " ".join(sentences) + (rest if unjudged else "")


def why_wrong(
    wrong: int,
    judged: int,
    shared: Sequence[SharedProperty],
    compared: int,
    findings: Sequence[AuditFinding],
    question: YesNoQuestion | None = None,
    confusion: str = "",
) -> str:
    """What the wrong ones share, and what guesses depend on; else what is confused most.

    Args:
        wrong: How many photos got a wrong answer.
        judged: Of how many that is known.
        shared: What wrong photos share.
        compared: How many comparisons were made for that.
        findings: What was tested.
        question: What a model of tags or of a number is asked.
        confusion: The pair confused most, a sentence; empty where there is none.
    """
    sentences = [prop.sentence for prop in shared[:_SAID]]
    said = {(prop.guess, prop.name) for prop in shared[:_SAID] if prop.kind == "place"}
    for finding in findings:
        if finding.to_look_into and len(sentences) < _SAID and (finding.guess, finding.place) not in said:
            sentences.append(_dependence(finding, question))
    if judged and not wrong:
        return " ".join(["No answer is wrong.", *sentences])
    if sentences or not judged:
        return " ".join(sentences) or "That cannot be told without knowing what the photos show."
    most = f" {confusion}" if confusion else ""
    if not compared:
        return (
            f"Look at the {counted(wrong, 'wrong photo')} first; there are too few of one class to compare."
            f"{most}"
        )
    return (
        f"Nothing that was compared ({COMPARED}) tells the {counted(wrong, 'wrong photo')} from the right "
        f"ones. Look at {'it' if wrong == 1 else 'them'} first.{most}"
    )


def unused_areas(findings: Sequence[AuditFinding], photos: Mapping[str, int]) -> str:
    """Which named areas most photos have that make no difference to the answer; empty if there are none.

    Such a mark is what people suspect first. The thing itself should make a difference, and of an area that
    counts for another answer this is no reassurance.

    Args:
        findings: What was asked of each area and answer.
        photos: How many photos each answer has.
    """
    said = {finding.place for finding in findings if finding.telling}
    sentences = []
    for finding in sorted(findings, key=lambda finding: finding.guess is not None):  # of all photos first
        summary = finding.summary
        total = sum(photos.values()) if finding.guess is None else photos.get(finding.guess, 0)
        counted_in = max(summary.changed, summary.depends, summary.enough_alone)
        if not finding.named or finding.expected or finding.place in said:
            continue
        if 2 * finding.pictures > total and summary.tested >= FEW and counted_in <= _RARELY * summary.tested:
            said |= {finding.place} if finding.guess is None else set()
            whose = f" with the answer “{finding.guess}”" if finding.guess else ""
            sentences.append(
                f"“{finding.place}” is on {finding.pictures} of {counted(total, 'photo')}{whose}; covering "
                f"it changed {summary.changed} of {counted(summary.tested, 'answer')}."
            )
    return " ".join(sentences[:_SAID])


def what_to_add(items: Sequence[ShoppingItem]) -> str:
    """The first photos of the list, a numbered line each, and what is to be mended in the set before.

    A question that has to be answered first stands before the photos that depend on it.
    """
    lines: list[str] = []
    add = [item for item in items if item.to != "the set"]
    for item in add[:_SAID]:
        lines += [item.unless, f"If not: {_lower(item.what)}"] if item.unless else [item.what]
    mend = next((item for item in items if item.to == "the set"), None)
    if mend is not None:
        lines.append(f"Before that: {_lower(mend.what)}" if add else mend.what)
    if len(lines) == 1:
        return lines[0]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _lower(sentence: str) -> str:
    return f"{sentence[0].lower()}{sentence[1:]}"


def _dependence(finding: AuditFinding, question: YesNoQuestion | None) -> str:
    summary, start = finding.summary, f"{claim(finding.guess, question)} on {finding.where}:"
    if finding.kind == "property":
        return f"{start} {property_figure(finding)}."
    if finding.kind == "surroundings":
        return f"{start} {surroundings_figure(finding)}."
    return f"{start} covering it changed {summary.changed} of {counted(summary.tested, 'answer')}."
