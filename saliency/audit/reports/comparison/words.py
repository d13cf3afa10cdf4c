"""The words of a comparison of two audits; every sentence says on how many photos it rests."""

from __future__ import annotations

from collections.abc import Iterable

from saliency.audit.comparison.comparison import AuditComparison
from saliency.audit.comparison.finding_changes import FindingChange
from saliency.audit.comparison.finding_states import FindingState
from saliency.audit.comparison.paired import CHANCE, Paired
from saliency.audit.comparison.photos import Change, ClassChange
from saliency.audit.evidence.statistics import LEVEL, Interval
from saliency.audit.reports.figures import of
from saliency.audit.reports.sentences import counted, with_article
from saliency.audit.reports.words import Pair

OLD, NEW = "the old model", "the new model"
IS_BETTER, WHERE_WORSE, LOOK_FIRST = "Is the new one better?", "Where is it worse?", "What to look at first?"
FINDINGS = "Findings, before and after"
FINDING_COLUMNS = ("What answers depend on", "Old model", "New model", "What became of it")
CHANGED = "Answers that changed"
CHANGED_COLUMNS = ("Photo", "Label", "Old answer (score)", "New answer (score)", "What changed")
CLASSES = "Right answers by what the photos show"
CLASS_COLUMNS = ("Label", "Photos", "Right, old", "Right, new", "Shown?")
HOW, ASKED, LEFT_OUT = "How this was compared", "What was asked", "What cannot be compared"
SIDE_BY_SIDE = "Left: old model, right: new model"
LIMITS = (
    "This holds for these two models and photos like these. A difference that is not shown may still be "
    "there. Better does not mean good: read the new audit too."
)
LEARNED = (
    "The {which} model comes from a rehearsal that learned from {count} of these photos: on other photos it "
    "may do worse."
)
COMPARE_ON_OTHERS = (
    "Compare them on photos that the new model did not learn from: the pack of the rehearsal lists some in "
    "keep-apart.csv."
)
NO_ANSWER = "Cannot be compared: the other model has no such answer"
NOT_GIVEN = "Cannot be compared: the other model gives this answer to none of the photos tested"
CHANGES = {
    Change.LOST: "Right before, wrong now",
    Change.UNKNOWN: "Right before; the new model has no such class",
    Change.OTHER: "Another answer; nobody said which is right",
    Change.STILL_WRONG: "Wrong before, wrong in another way now",
    Change.WON: "Wrong before, right now",
    Change.KNOWN: "Right now; the old model has no such class",
}
STATES = {
    FindingState.NEW: "● New: only the new model depends on it",
    FindingState.MORE: "● The new model depends on it more often",
    FindingState.STILL: "● Still there, with both models",
    FindingState.LESS: "◐ The new model depends on it less often",
    FindingState.GONE: "○ Gone: the new model does not depend on it",
    FindingState.UNCLEAR: "◐ Cannot be told: too little differs",
    FindingState.NOT_TESTED: "– Not tested with the other model",
    FindingState.NO_ANSWER: f"– {NO_ANSWER}",
    FindingState.NOT_GIVEN: f"– {NOT_GIVEN}",
}
AS_HOPED = {
    FindingState.NEW: "– With the new model only; as it should be, as far as is known: the thing itself",
    FindingState.MORE: "– More often; as it should be, as far as is known: the thing itself",
    FindingState.STILL: "– With both; as it should be, as far as is known: the thing itself",
    FindingState.LESS: "◐ Less often, though it is the thing itself, as far as is known: look at it",
    FindingState.GONE: "◐ Gone, though it is the thing itself, as far as is known: look at it",
}
ASKS = "Only a person can tell whether it is the thing itself: judge it in its audit"
METHOD: tuple[Pair, ...] = (
    (
        "Which photos",
        "Photos are matched by their bytes, whatever they are called. Only photos that both audits have read "
        "are compared.",
    ),
    (
        "Right answers",
        "Each photo is answered by both models, so only photos on which one is right and the other one wrong "
        "can show a difference (McNemar's test, exact, two-sided). Labels are compared each for itself too, "
        "adjusted for all of them. The interval of the difference is Newcombe's (1998, method 10). Scores of "
        "two models are no common measure; they say how sure each one is of itself.",
    ),
    (
        "Findings",
        "What one audit found was tried with the other model in the same photos and in the same way: the "
        "same place covered, the same property changed. It is called gone or new only where the same photos "
        f"show the difference (the same test, adjusted for all findings, up to {CHANCE:g}). What was not "
        "tried with both is called not tested. A finding was chosen on other photos than those counted here, "
        "yet by one model's heat maps; the other model may depend on something at another place.",
    ),
)


def became(finding: FindingChange) -> str:
    """What became of a finding, with a sign and with what it is as far as is known."""
    if finding.alarming:
        return STATES[finding.state]
    if finding.kind == "thing" and finding.role is None:
        return f"{STATES[finding.state]}. {ASKS}"
    return AS_HOPED.get(finding.state, STATES[finding.state])


def where(finding: FindingChange) -> str:
    """What answers depend on, with the name that people gave it."""
    if finding.named:
        return f"“{finding.place}”"
    place = with_article(finding.place, finding.kind)
    return f"{place} (“{finding.name}”)" if finding.name else place


def whose(finding: FindingChange) -> str:
    """Which answers it is about, as a sentence goes on with."""
    return f"answers “{finding.guess}”" if finding.guess else "answers"


def heading(finding: FindingChange) -> str:
    """A finding in a table."""
    start = f"Answers “{finding.guess}”" if finding.guess else "All answers"
    seen = " (see its pictures)" if finding.kind == "thing" and not finding.name else ""
    return f"{start}: {where(finding)}{seen}"


def reason(finding: FindingChange) -> str:
    """What became of a finding, as part of a sentence."""
    answers = finding.answers
    in_photos = f"{answers.new} of {answers.photos} photos instead of {answers.old}"
    match finding.state:
        case FindingState.GONE:
            return f"{whose(finding)} no longer depend on {where(finding)}"
        case FindingState.LESS:
            return f"{whose(finding)} depend less often on {where(finding)} ({in_photos})"
        case FindingState.NEW:
            return f"{whose(finding)} now depend on {where(finding)}"
        case FindingState.MORE:
            return f"{whose(finding)} depend more often on {where(finding)} ({in_photos})"
        case FindingState.STILL:
            return f"{whose(finding)} still depend on {where(finding)}"
    return f"it cannot be told whether {whose(finding)} depend on {where(finding)} with both models"


def warnings(comparison: AuditComparison) -> tuple[str, ...]:
    """What has to be said with every result of the two models, what bears on the comparison first."""
    sides = (
        ("new", comparison.new_learned, comparison.new_warning),
        ("old", comparison.old_learned, comparison.old_warning),
    )
    learned = (LEARNED.format(which=which, count=count) for which, count, _ in sides if count)
    said = (f"{which.capitalize()} model: {text}" for which, _, text in sides if text)
    return (*learned, *said)


def finding_sentence(finding: FindingChange) -> str:
    """What was counted of a finding with both models."""
    found, other = ("new", "old") if finding.found_in == "new" else ("old", "new")
    if finding.state is FindingState.NOT_TESTED:
        return f"Found with the {found} model; not tested with the other one."
    if finding.state is FindingState.NO_ANSWER:
        return f"Found with the {found} model; the {other} one has no answer “{finding.guess}”."
    answers = finding.answers
    what = {
        "covered": "the answer depends on it",
        "alone": "it alone is enough for the answer",
        "given": "given to photos with other answers, it makes the answer",
    }[finding.measure]
    counts = (
        f"Of {counted(answers.photos, 'photo')} tested with both models, {what} in {answers.old} with the "
        f"old model and in {answers.new} with the new one."
    )
    if finding.state is FindingState.NOT_GIVEN:
        return f"{counts} The {other} one gives other answers to them."
    return counts


def depends_with(*, old: bool, new: bool) -> str:
    """With which models the answer to a photo depends on something; with one of them at least."""
    if old and new:
        return "Depends on it with both models"
    return f"Depends on it with {OLD if old else NEW} only"


def count(finding: FindingChange, which: str) -> str:
    """How many photos of a finding count with one model."""
    answers = finding.answers
    if finding.state is FindingState.NO_ANSWER and finding.found_in != which:
        return "no such answer"
    if not answers.photos:
        return "not tested"
    return of(answers.old if which == "old" else answers.new, answers.photos)


def points(figure: Interval) -> str:
    """A difference of two shares in points of a hundred, with its interval."""
    low, high = (
        f"{100 * end:+.0f}".replace("-", "−").replace("+0", "0") for end in (figure.low, figure.high)
    )
    return f"{low} to {high} points"


def right_sentence(comparison: AuditComparison) -> str:
    """Right answers of both, and whether they differ."""
    right = comparison.right
    if not comparison.same_question:
        return (
            "The two audits asked different questions, so answers cannot be compared: "
            f"{_question(comparison.old.question)} before, {_question(comparison.new.question)} now."
        )
    if not right.photos or right.difference is None:
        return "Whether answers are right cannot be compared: no photo has a label that both models know."
    start = (
        f"Of {counted(right.photos, 'photo')}, the old model answers {right.old} right and the new one "
        f"{right.new}"
    )
    if not right.lost and not right.won:
        return f"{start}: the same ones."
    parts = [
        f"{counted(right.won, 'wrong answer')} became right",
        f"{counted(right.lost, 'right answer')} wrong",
    ]
    chance = (
        "That is more than chance explains"
        if right.p_value <= CHANCE
        else "Chance alone could bring that about, so no difference is shown"
    )
    interval = f"in more photos like these, the difference lies at {points(right.difference)}"
    return f"{start}: {' and '.join(parts)}. {chance} ({interval}; {100 * LEVEL:.0f} % interval)."


def _question(question: object) -> str:
    text = getattr(question, "sentence", "")
    return f"“{text}”" if text else "what a photo shows"


def class_reason(change: ClassChange) -> str:
    """What became of the photos of a label, as part of a sentence."""
    answers = change.answers
    return (
        f"“{change.label}” is recognised in {answers.new} of {answers.photos} photos instead of {answers.old}"
    )


def class_shown(change: ClassChange) -> str:
    """Whether a difference is shown for a label."""
    if change.worse:
        return "● Worse"
    return "○ Better" if change.better else "No difference shown"


def right_reason(right: Paired) -> str:
    """Right answers, as part of a sentence."""
    return f"{right.new} of {right.photos} answers are right instead of {right.old}"


def listed(phrases: Iterable[str], most: int = 2) -> str:
    """Phrases one after the other, those beyond the first few as a count."""
    phrases = list(phrases)
    rest = len(phrases) - most
    shown = [*phrases[:most], *([f"{counted(rest, 'more difference')}"] if rest > 0 else [])]
    return "; ".join(shown)
