"""What a comparison comes to, before all figures: is the new model better, and where is it worse?"""

from __future__ import annotations

from dataclasses import dataclass

from saliency.audit.comparison.comparison import AuditComparison, Outcome
from saliency.audit.comparison.finding_changes import FindingChange
from saliency.audit.comparison.finding_states import FindingState
from saliency.audit.comparison.paired import CHANCE
from saliency.audit.comparison.photos import Change
from saliency.audit.reports.comparison import unknown_words, words
from saliency.audit.reports.sentences import counted
from saliency.audit.reports.words import Pair
from saliency.verdict.advice import Merit


@dataclass(frozen=True)
class ComparisonVerdict:
    """The main result, and the answers to what a person asks next.

    Attributes:
        merit: Whether it is what one would hope for.
        sentence: Whether the new one is better, and where it is worse; without a full stop.
        answers: Each question with its answer.
    """

    merit: Merit
    sentence: str
    answers: tuple[Pair, ...]


def comparison_verdict(comparison: AuditComparison) -> ComparisonVerdict:
    """The main result: what a model does not know at all, then what answers depend on, then right answers."""
    better, worse = _reasons(comparison, worse=False), _reasons(comparison, worse=True)
    if start := unknown_words.headline(comparison):
        also = [f"Worse: {words.listed(worse, 1)}"] if worse else []
        also += [f"Better: {words.listed(better, 1)}"] if better else []
        merit = _merit_of_unknowing(comparison, worse)
        return ComparisonVerdict(merit, ". ".join([start, *also]), tuple(_answers(comparison, better, worse)))
    remaining = [f for f in comparison.findings if f.alarming and f.state is FindingState.STILL]
    still = f". But {words.reason(remaining[0])}" if remaining else ""
    merit = Merit.OPEN
    match comparison.outcome:
        case Outcome.BETTER:
            ending = still or ". Nothing is shown to be worse"
            sentence = f"The new model is better: {words.listed(better)}{ending}"
            doubtful = remaining or _doubtful(comparison) or comparison.new_learned
            merit = Merit.MIXED if doubtful else Merit.GOOD
        case Outcome.WORSE:
            sentence = f"The new model is worse: {words.listed(worse)}"
            merit = Merit.BAD
        case Outcome.MIXED:
            things = counted(len(worse), "thing")
            told = f"{words.listed(worse, 1)}. Better: {words.listed(better, 1)}"
            sentence = f"The new model is worse in {things}: {told}"
            merit = Merit.MIXED
        case Outcome.SAME:
            same = "The same model was asked twice: " if comparison.same_model else "The two are equal here: "
            sentence = f"{same}no answer differs in {counted(comparison.photos, 'photo')}{still}"
        case _:
            sentence = f"The new model is not shown to be better or worse: {_open(comparison)}{still}"
    return ComparisonVerdict(merit, sentence, tuple(_answers(comparison, better, worse)))


def _merit_of_unknowing(comparison: AuditComparison, worse: list[str]) -> Merit:
    """Bad, unless it is the old model that does not know the photos."""
    if comparison.unknowing != "old":
        return Merit.BAD
    remaining = any(f.alarming and not f.better for f in comparison.findings)
    known = comparison.old_known
    few = 2 * known.other_right <= known.photos
    return Merit.MIXED if worse or remaining or few or comparison.new_learned else Merit.GOOD


def _doubtful(comparison: AuditComparison) -> bool:
    """Whether something the new model may depend on was not tested with the old one, or cannot be told."""
    return any(
        f.alarming
        and f.found_in == "new"
        and (f.state in (FindingState.UNCLEAR, FindingState.NOT_TESTED) or not f.comparable)
        for f in comparison.findings
    )


def _reasons(comparison: AuditComparison, *, worse: bool) -> list[str]:
    """What is better, or worse, in parts of a sentence: findings first."""
    findings = (f for f in comparison.findings if (f.worse if worse else f.better))
    reasons = [words.reason(finding) for finding in findings]
    right = comparison.right
    if right.p_value <= CHANCE and (right.lost > right.won) is worse:
        reasons.append(words.right_reason(right))
    classes = (c for c in comparison.classes if (c.worse if worse else c.better))
    return [*reasons, *map(words.class_reason, classes)]


def _open(comparison: AuditComparison) -> str:
    """What there is to say where nothing is shown."""
    changed, right = len(comparison.changed), comparison.right
    answers = f"{counted(changed, 'answer')} of {comparison.photos} changed"
    if not comparison.same_question:
        answers = "the two audits asked different questions"
    elif right.photos:
        answers = f"{right.new} of {right.photos} answers are right, {right.old} were before"
    untested = f"; {counted(comparison.untested, 'finding was', 'findings were')} not tested with both"
    return f"{answers}{untested if comparison.untested else ''}"


def _answers(comparison: AuditComparison, better: list[str], worse: list[str]) -> list[Pair]:
    lines = [*unknown_words.sentences(comparison)]
    lines += [
        f"{_sentence(words.reason(finding))} {words.finding_sentence(finding)}"
        for finding in _leading(comparison.findings)
    ]
    lines.append(words.right_sentence(comparison))
    where = [_sentence(reason) for reason in worse]
    if comparison.unknowing in ("new", "both") and (start := unknown_words.headline(comparison)):
        where.insert(0, f"{start}.")
    where = where or ["Nothing is shown to be worse."]
    lost = comparison.count(Change.LOST)
    if comparison.right.photos:
        where.append(
            f"{counted(lost, 'photo')} answered right before {'is' if lost == 1 else 'are'} wrong now."
            if lost
            else "No photo that was answered right is wrong now."
        )
    return [
        (words.IS_BETTER, " ".join(lines)),
        (words.WHERE_WORSE, " ".join(where)),
        (words.LOOK_FIRST, _look_first(comparison, lost)),
    ]


def _leading(findings: tuple[FindingChange, ...]) -> list[FindingChange]:
    """The findings that the answer names: those that changed, or stay."""
    named = [f for f in findings if f.alarming and (f.better or f.worse or f.state is FindingState.STILL)]
    return named[:2]


def _look_first(comparison: AuditComparison, lost: int) -> str:
    untested, changed = comparison.untested, len(comparison.changed)
    parts = [words.COMPARE_ON_OTHERS] if comparison.new_learned else []
    if comparison.old_known.lacking or comparison.new_known.lacking:
        parts.append(unknown_words.WRITE_LABELS)
    if lost:
        which = "the photo that is" if lost == 1 else f"the {lost} photos that are"
        parts.append(f"Look at {which} wrong now: is the label right?")
    elif changed:
        parts.append(f"Look at the {counted(changed, 'answer')} that changed.")
    if untested:
        parts.append(
            f"{counted(untested, 'finding was', 'findings were')} not tested with the other model: have that "
            "done before you rely on this comparison."
        )
    unclear = [f for f in comparison.findings if f.alarming and f.state is FindingState.UNCLEAR]
    if unclear:
        parts.append(f"{_sentence(words.reason(unclear[0]))} More photos would tell.")
    return " ".join(parts) or "There is nothing that differs to look at."


def _sentence(phrase: str) -> str:
    """A part of a sentence as one of its own."""
    return f"{phrase[:1].upper()}{phrase[1:]}."
