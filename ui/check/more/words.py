"""The words of the further checks: keep only the area, paste it, hide the strongest places, ask again."""

from __future__ import annotations

from saliency.agreement import Agreement, AgreementLevel
from saliency.checks.cover import Keep
from saliency.checks.paste import Paste, PasteFinding
from saliency.checks.question import Answer, ScoreQuestion
from saliency.classifier import OutputKind, Outputs
from saliency.methods.registry import LearningDependence
from saliency.verdict.words import SHARES, percent, score, sentence_start
from ui.answers.words import topic
from ui.words import number, plain

MORE = "More tests"
NAMES = {
    "keep": "Keep only this area",
    "paste": "Paste it into other photos",
    "hide": "Hide the strongest places",
    "agree": "Compare with a second view",
}
MARK_FIRST = "Mark an area on the picture first."
TEST_FIRST = "Run the test of the marked area first; its button stands above the pictures."

KEPT = "With everything but the marked area covered, the score is {score}{average}."
KEPT_ENOUGH = "On this picture, the marked area alone is enough for {answer}."
KEPT_NOT = "On this picture, the marked area alone is not enough for {answer}."
KEPT_SPLIT = "Whether the marked area alone is enough depends on how the rest is covered."
KEPT_ALT = "What the model received with only the marked area kept: {fill}"

PASTE_INTRO = (
    "The marked area is pasted into other photos, at the same place. {if_so}: this is the test for a "
    "badge, a logo or a watermark."
)
IF_NAME = "If the model then gives them the same name, the area alone brings it"
IF_TAG = "If the model then gives them the same tag, the area alone brings it"
IF_NUMBER = "If their scores then move the same way, the area alone moves them"
PASTE_SAMPLES = "Samples to paste it into"
PASTE_UPLOAD = "Or your own photos, up to {most}"
PASTE_NONE = "Choose at least one photo."
PASTE_TOO_MANY = "Only the first {most} of your photos are used."
PASTE_TOO_LARGE = "Your photos have more than {most} megapixels together, so none is used. Choose fewer."
PASTED = (
    "Of {others} that the model had called something else, {changed} to '{label}' with the marked area "
    "pasted in."
)
TAG_PASTED = (
    "Of {others} that the model had not given the tag '{label}', {changed} it with the marked area pasted in."
)
TAG_CONTROL = "With an equal area from elsewhere in your photo instead, {changed} it."
NUMBER_PASTED = (
    "Of {others}, {changed} by at least a fifth of the usual range of {topic}, the same way, with the "
    "marked area pasted in; on average, it {course}."
)
NUMBER_CONTROL = (
    "With an equal area from elsewhere in your photo instead, {changed}; on average, it {course}."
)
RISES, FALLS, STAYS = "rises by {by}", "falls by {by}", "stays about the same"
PASTED_CONTROL = "With an equal area from elsewhere in your photo instead, {changed}."
PASTED_ALL = "The model calls all of these photos '{label}' already, so none can change. Choose other photos."
TAG_PASTED_ALL = (
    "The model gives all of these photos the tag '{label}' already, so none can change. Choose other photos."
)
CARRIES = "In these photos, the marked area alone brings the answer."
CARRIES_NOT = "In these photos, the marked area does not bring the answer."
CARRIES_PARTLY = "This test is inconclusive: pasting something else did as much, or too few photos changed."
CARRIES_UNKNOWN = (
    "This test is inconclusive: the marked area is too large to compare with an equal one. Mark a smaller "
    "part."
)
PASTED_NONE_KNOWN = "This model knows none of these samples. Choose photos of your own."
PASTE_FINDINGS = {
    PasteFinding.CARRIES: CARRIES,
    PasteFinding.CARRIES_NOT: CARRIES_NOT,
    PasteFinding.UNCLEAR: CARRIES_PARTLY,
    PasteFinding.NO_CONTROL: CARRIES_UNKNOWN,
}
OWN_FINDINGS = {
    OutputKind.LABELS: {
        PasteFinding.CARRIES: "In these photos, the marked area alone brings the tag.",
        PasteFinding.CARRIES_NOT: "In these photos, the marked area does not bring the tag.",
    },
    OutputKind.SCORE: {
        PasteFinding.CARRIES: "In these photos, the marked area alone moves the score.",
        PasteFinding.CARRIES_NOT: "In these photos, the marked area does not move the score.",
        PasteFinding.UNCLEAR: "This test is inconclusive: pasting something else did as much, or too few "
        "scores moved.",
    },
}
PASTED_ALT = "The photo '{photo}' with the marked area pasted in"

HIDE_INTRO = (
    "The strongest places of the heat map are hidden first. If the score {falls} sooner than with as much "
    "hidden elsewhere, the view has found places that matter."
)
HIDE_LEVEL = "How much is hidden"
HIDDEN = (
    "With the strongest {level} % hidden, the score is **{score}**. "
    "With as much hidden elsewhere, it is **{elsewhere}**{too}."
)
HIDDEN_ALT = "What the model received with the strongest {level} % hidden"
HIDE_STRONGEST, HIDE_ELSEWHERE = "Strongest first", "As much elsewhere"
HIDE_X, HIDE_Y = "Hidden, in %", "Score"
HIDE_CHART_ALT = (
    "Line chart: the score as more and more is hidden, strongest places first, "
    "and with as much hidden elsewhere"
)
HIDE_EMPTY = "This view found nothing to show, so there are no strongest places to hide."

AGREE_INTRO = "Another way to measure influence, “{view}”, is asked the same question."
AGREE_NONE = "This model offers no second view of another kind."
OVERLAP = (
    "The strongest fifths of the two overlap by {overlap} % (by chance: {chance} %). From weakest to "
    "strongest, their order of all places is {alike}."
)
VERDICTS = {
    AgreementLevel.AGREE: "Two views point to the same areas.",
    AgreementLevel.PARTLY: "Two views agree in part. Rely on what both mark.",
    AgreementLevel.DISAGREE: "Two views point to different areas. Treat this as a question, not a finding.",
    AgreementLevel.EMPTY: "One of the two views found nothing to show, so they cannot be compared.",
    AgreementLevel.UNMOVED: "One of the two views had nothing to measure: the score hardly falls, whatever "
    "is covered. That it points elsewhere says nothing.",
}
FIRST_VIEW, SECOND_VIEW = "This view: {view}", "Second view: {view}"
LEARNED = "Does this view depend on what the model learned?"
LEARNED_HELP = (
    "The same view is drawn for a copy of the model that has forgotten what it learned. "
    "A map that stays the same cannot tell what the model learned."
)
LEARNED_SAID = {
    LearningDependence.DEPENDS: "Yes: when a copy of the model had forgotten what it learned, this view drew "
    "another map.",
    LearningDependence.HARDLY_ON_THE_GUESS: "Partly: the map changed when a copy of the model had forgotten "
    "everything, but hardly when it had only forgotten which name goes with which answer.",
    LearningDependence.DOES_NOT: "No: this view drew much the same map for a copy of the model that had "
    "forgotten everything. Do not rely on it alone.",
}


def keep_finding(keep: Keep, label: str, outputs: Outputs) -> str:
    """Whether the area alone is enough for the answer; the label is plain text."""
    answers = {OutputKind.LABELS: f"the tag '{label}'", OutputKind.SCORE: f"about the same {label}"}
    sentence = KEPT_ENOUGH if keep.enough else KEPT_SPLIT if any(keep.stays) else KEPT_NOT
    return sentence.format(answer=answers.get(outputs.kind, f"the answer '{label}'"))


def paste_intro(outputs: Outputs) -> str:
    """What pasting an area into other photos shows."""
    kinds = {OutputKind.LABELS: IF_TAG, OutputKind.SCORE: IF_NUMBER}
    return PASTE_INTRO.format(if_so=kinds.get(outputs.kind, IF_NAME))


def paste_finding(paste: Paste, label: str) -> tuple[str, str]:
    """What pasting shows: the finding, and the counts."""
    others, by_control, outputs = paste.others, paste.changed_by_control, paste.outputs
    tags = outputs.kind is OutputKind.LABELS
    if paste.finding is PasteFinding.NO_PHOTO:
        nothing = (TAG_PASTED_ALL if tags else PASTED_ALL) if paste.photos else PASTED_NONE_KNOWN
        return nothing.format(label=label), ""
    finding = (PASTE_FINDINGS | OWN_FINDINGS.get(outputs.kind, {}))[paste.finding]
    sentence = NUMBER_PASTED if outputs.is_score else TAG_PASTED if tags else PASTED
    verb = "move" if outputs.is_score else "get" if tags else "change"
    counts = sentence.format(
        others=f"{number(others)} photo{'' if others == 1 else 's'}",
        changed=_changing(paste.changed, verb),
        label=label,
        topic=topic(label, outputs),
        course=_moving(paste.moved, outputs) if outputs.is_score else "",
    )
    if by_control is not None:
        control = NUMBER_CONTROL if outputs.is_score else TAG_CONTROL if tags else PASTED_CONTROL
        course = _moving(paste.moved_by_control, outputs) if outputs.is_score else ""
        counts += " " + control.format(changed=_changing(by_control, verb), course=course)
    return finding, counts


def paste_answer(question: ScoreQuestion, answer: Answer) -> str:
    """What a photo is answered, below its picture: the top guess, whether a tag is given, the number."""
    outputs = question.outputs
    if outputs.is_score:
        return score(answer.score, outputs)
    if outputs.kind is OutputKind.LABELS:
        return f"{'given' if answer.ahead else 'not given'} ({score(answer.score)})"
    return plain(question.label(answer))


def _moving(by: float, outputs: Outputs) -> str:
    """How a score moves on average."""
    shown = score(abs(by), outputs)
    if shown == score(0.0, outputs):
        return STAYS
    return (RISES if by > 0 else FALLS).format(by=shown)


def _changing(count: int, verb: str) -> str:
    return f"{number(count) if count else 'none'} {verb}{'' if count > 1 else 's'}"


def paste_left_out(count: int) -> str:
    """How many samples nothing was pasted into."""
    them = "them" if count > 1 else "it"
    samples = f"sample{'s' if count > 1 else ''}"
    return f"{sentence_start(number(count))} {samples} left out: this model does not know {them}."


def hide_intro(outputs: Outputs) -> str:
    """What hiding the strongest places shows."""
    return HIDE_INTRO.format(falls="moves" if outputs.is_score else "falls")


def hide_sentence(level: float, value: float, elsewhere: float, outputs: Outputs = SHARES) -> str:
    """The score with so much hidden."""
    first, second = score(value, outputs), score(elsewhere, outputs)
    too = ", too" if first == second else ""
    return HIDDEN.format(level=percent(level), score=first, elsewhere=second, too=too)


def overlap(agreement: Agreement) -> str:
    """How alike two maps are, in words and figures."""
    value = agreement.correlation
    alike = "much alike" if value >= 0.6 else "somewhat alike" if value >= 0.3 else "not alike"
    return OVERLAP.format(
        overlap=percent(agreement.overlap),
        chance=percent(agreement.chance),
        alike=alike,
    )


def second_view(view: str) -> str:
    """Which second view is asked."""
    return AGREE_INTRO.format(view=plain(view))


def paste_caption(name: str, before: str, after: str) -> str:
    """A photo before and after pasting, below its picture; the answers are Markdown."""
    return f"{name}: still {after}" if before == after else f"{name}: {before} → **{after}**"
