"""The words of the further checks: keep only the area, paste it, hide the strongest places, ask again."""

from __future__ import annotations

from saliency.agreement import Agreement, AgreementLevel
from saliency.checks.cover import Keep
from saliency.checks.paste import Paste, PasteFinding
from saliency.methods.registry import LearningDependence
from saliency.verdict.words import percent, score, sentence_start
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

KEPT = "With everything but the marked area covered, the score is {score}."
KEPT_ENOUGH = "On this picture, the marked area alone is enough for the answer '{label}'."
KEPT_NOT = "On this picture, the marked area alone is not enough for the answer '{label}'."
KEPT_SPLIT = "Whether the marked area alone is enough depends on how the rest is covered."
KEPT_ALT = "What the model received with only the marked area kept: {fill}"

PASTE_INTRO = (
    "The marked area is pasted into other photos, at the same place. If the model then gives them the same "
    "name, the area alone brings it: this is the test for a badge, a logo or a watermark."
)
PASTE_SAMPLES = "Samples to paste it into"
PASTE_UPLOAD = "Or your own photos, up to {most}"
PASTE_NONE = "Choose at least one photo."
PASTE_TOO_MANY = "Only the first {most} of your photos are used."
PASTE_TOO_LARGE = "Your photos have more than {most} megapixels together, so none is used. Choose fewer."
PASTED = (
    "Of {others} that the model had called something else, {changed} to '{label}' with the marked area "
    "pasted in."
)
PASTED_CONTROL = "With an equal area from elsewhere in your photo instead, {changed}."
PASTED_ALL = "The model calls all of these photos '{label}' already, so none can change. Choose other photos."
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
PASTED_ALT = "The photo '{photo}' with the marked area pasted in"

HIDE_INTRO = (
    "The strongest places of the heat map are hidden first. If the score falls sooner than with as much "
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


def keep_finding(keep: Keep, label: str) -> str:
    """Whether the area alone is enough for the guess; the label is plain text."""
    ahead = [outcome.after.ahead for outcome in keep.fills.values()]
    sentence = KEPT_ENOUGH if all(ahead) else KEPT_SPLIT if any(ahead) else KEPT_NOT
    return sentence.format(label=label)


def paste_finding(paste: Paste, label: str) -> tuple[str, str]:
    """What pasting shows: the finding, and the counts."""
    others, changed, by_control = paste.others, paste.changed, paste.changed_by_control
    if paste.finding is PasteFinding.NO_PHOTO:
        return (PASTED_ALL if paste.photos else PASTED_NONE_KNOWN).format(label=label), ""
    counts = PASTED.format(
        others=f"{number(others)} photo{'' if others == 1 else 's'}",
        changed=_changing(changed),
        label=label,
    )
    if by_control is not None:
        counts += " " + PASTED_CONTROL.format(changed=_changing(by_control))
    return PASTE_FINDINGS[paste.finding], counts


def _changing(count: int) -> str:
    return f"{number(count) if count else 'none'} change{'' if count > 1 else 's'}"


def paste_left_out(count: int) -> str:
    """How many samples nothing was pasted into."""
    them = "them" if count > 1 else "it"
    samples = f"sample{'s' if count > 1 else ''}"
    return f"{sentence_start(number(count))} {samples} left out: this model does not know {them}."


def hide_sentence(level: float, value: float, elsewhere: float) -> str:
    """The score with so much hidden."""
    first, second = score(value), score(elsewhere)
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
    """A photo before and after pasting, below its picture."""
    return f"{name}: still {after}" if before == after else f"{name}: {before} → **{after}**"
