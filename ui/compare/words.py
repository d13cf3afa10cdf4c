"""The words of the Compare page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from saliency.agreement import Agreement, AgreementLevel
from saliency.classifier import OutputKind, Outputs, Score
from saliency.export.words import AGAINST, LOWERS
from saliency.names import folded
from saliency.verdict.words import ONE_SCALE, SHARES, percent, score
from ui.answers.words import enumerated

TITLE = "Two maps of one photo, side by side"
DIFFER = "What differs?"
DIFFER_HELP = (
    "Models: what do two models respond to? Views: do two ways to measure agree? "
    "Answers: which places speak for the one, and which for the other?"
)
MODELS, VIEWS, GUESSES = "models", "views", "guesses"
DIFFERS = {MODELS: "Models", VIEWS: "Views", GUESSES: "Answers"}
LEFT, RIGHT, DIFFERENCE = "Left", "Right", "Difference"
SAME_MODEL, SAME_VIEW, SAME_GUESS = "Model on both sides", "View on both sides", "Answer on both sides"
OWN_GUESS, OWN_TAG = "Each model's own top answer", "Each model's own strongest tag"
TAG_ON_BOTH = "Tag on both sides"
ONLY_HERE = "Only models on this computer are listed. The Explain page downloads others."
ONE_MODEL = "There is only one model on this computer. Download another one on the Explain page to compare."

AGREE = "The two maps mark much the same places."
PARTLY = "The two maps mark partly the same places."
DISAGREE = {
    MODELS: "The two models point to different areas.",
    VIEWS: "Two views point to different areas. Treat this as a question, not a finding.",
    GUESSES: "The two answers point to different areas.",
}
TAGS_DISAGREE = "The two tags point to different areas."
ANSWERS = "{left} answers “{left_label}”, {right} “{right_label}”."
SAME_ANSWER = "Both models answer “{label}”."
TAGS = "{left}: {left_tags} {right}: {right_tags}"
SAME_TAGS = "Both models give the same tags: {tags}."
NUMBERS = "{left} gives {left_value} for “{left_label}”, {right} {right_value}{right_label}{difference}."
FOR_OTHER, HIGHER, LOWER = " for “{label}”", ", which is {by} more", ", which is {by} less"
SAME_NUMBER = ", too"
OTHER_KIND = (
    "“{left}” gives {left_kind}, “{right}” {right_kind}. Only models that answer in the same way can be "
    "compared: choose another one, or compare two views of one model."
)
KINDS = {"labels": "tags of which several may be true", "score": "a number on a scale"}
ONE_ANSWER = "one answer out of several"
ONE_NUMBER = (
    "“{model}” gives one number, so there are no two answers to compare. Compare two views or two models "
    "instead."
)
MARKED = {
    AgreementLevel.AGREE: "Their maps mark much the same places.",
    AgreementLevel.PARTLY: "Their maps mark partly the same places.",
    AgreementLevel.DISAGREE: "Their maps mark different places.",
}
NOTHING = "One of the two maps has nothing to show, so they cannot be compared."
UNMOVED = (
    "One of the two views had nothing to measure: the score hardly falls, whatever is covered. "
    "That its map differs says nothing."
)
TEST_IT, TEST_IT_HELP = "Test this", "On the Explain page: cover a place, and ask the model again."
SHARED = (
    "The strongest fifths of the two maps overlap by {overlap} %; by chance it would be about {chance} %."
)
ORDER = "From weakest to strongest, the two maps put all places in {how} order."
CLOSELY, LOOSELY = "much the same", "a somewhat similar"
HARDLY, OPPOSITE = "a different", "the opposite"

SCALE = "One scale for both: a colour stands for the same amount of influence in the two pictures."
SCALE_DENSITY = (
    "One scale for both: each map shows shares of its own influence, as two {what} measure in different "
    "units. Colours tell where the influence lies, not how much of it there is."
)
SCALE_ON_SLIDE = "One scale for both: the same colour is the same amount of influence."
SCALE_DENSITY_ON_SLIDE = "One scale for both: each map shows shares of its own influence."
FAINT = "No place in this map reaches a quarter of the shared scale."
FOR_ONLY = "Only influence in favour is compared: one of the two views shows no other."
RAISING_ONLY = "Only influence that raises the score is compared: one of the two views shows no other."
TIMES = "In all, the map on the {side} holds about {times} times as much influence."
ABOUT_AS_MUCH = "In all, both maps hold about the same amount of influence."

ENDS = ONE_SCALE
ENDS_SIGNED = (AGAINST, "influence in favour (one scale for both)")
ENDS_OF_NUMBER = (LOWERS, "raises the score (one scale for both)")
MORE_LEFT, MORE_RIGHT = "more on the left", "more on the right"
LEFT_ON_SLIDE, RIGHT_ON_SLIDE = "more left", "more right"
DIFFERENCE_LINE = (
    "The line surrounds the largest differences: dashed where the left has more, solid where the right has "
    "more."
)
NO_DIFFERENCE = "No difference reaches a quarter of the scale."
DASHED_LEFT = "dashed line: more left"
SHARE = (
    "The address of this page leads others to the same sample and the same two sides. "
    "Your own photos are not part of it."
)
SLIDE_TITLES = {
    MODELS: "Two models on one photo",
    VIEWS: "Two views of one photo",
    GUESSES: "Two answers for one photo",
}
TAGS_ON_SLIDE = "Two tags for one photo"
COLUMNS = ("What", "Left", "Right")
ABOUT = "Influence on {topic}, which is {standing}."
ALT = "{side}: the photo '{photo}' under the colours of its heat map for '{label}', {name}"
ALT_DIFFERENCE = (
    "Difference of the two maps of '{photo}': blue where the left has more, orange where the right has more"
)
MODEL_ON_SLIDE, VIEW_ON_SLIDE, GUESS_ON_SLIDE = "Model: {name}", "View: {name}", "Answer: {name}"
SCORE_LINE = "score {score}"

MOST_TAGS = 5  # that are named where two models give the same
_CLOSE, _LOOSE, _NONE = 0.7, 0.35, -0.2  # rank correlations


def answers(names: Sequence[str], labels: Sequence[str], *, same: bool) -> str:
    """What two models answer, in one sentence; the same where their labels mean the same."""
    if same:
        return SAME_ANSWER.format(label=labels[0])
    left, right = names
    return ANSWERS.format(left=left, left_label=labels[0], right=right, right_label=labels[1])


def other_kind(names: Sequence[str], kinds: Sequence[str]) -> str:
    """Why two models cannot be compared; empty where they can. Names are plain text."""
    left, right = map(kind_of_answer, kinds)
    if left == right:
        return ""
    return OTHER_KIND.format(left=names[0], left_kind=left, right=names[1], right_kind=right)


def kind_of_answer(outputs: str) -> str:
    """What a model with such outputs gives; models that give the same can be compared."""
    return KINDS.get(outputs, ONE_ANSWER)


def tags(names: Sequence[str], given: Sequence[Sequence[str]], said: Sequence[str]) -> str:
    """Which tags two models give.

    Args:
        names: The two models.
        given: The tags that each gives.
        said: The same in a sentence each.
    """
    first, second = given
    if 0 < len(first) <= MOST_TAGS and sorted(map(folded, first)) == sorted(map(folded, second)):
        return SAME_TAGS.format(tags=enumerated([f"“{label}”" for label in first]))
    return TAGS.format(left=names[0], left_tags=said[0], right=names[1], right_tags=said[1])


def numbers(names: Sequence[str], scores: Sequence[Score], outputs: Sequence[Outputs], *, same: bool) -> str:
    """Which numbers two models give, and how far apart they are where both are of one scale."""
    left, right = scores
    shown = [score(each.score, kind) for each, kind in zip(scores, outputs, strict=True)]
    by = score(abs(right.score - left.score), outputs[1])
    apart = (HIGHER if right.score > left.score else LOWER).format(by=by)
    return NUMBERS.format(
        left=names[0],
        left_value=shown[0],
        left_label=left.label,
        right=names[1],
        right_value=shown[1],
        right_label="" if same else FOR_OTHER.format(label=right.label),
        difference="" if not same else SAME_NUMBER if shown[0] == shown[1] else apart,
    )


def ends_on_one_scale(outputs: Outputs, *, signed: bool) -> tuple[str, str]:
    """The words at the two ends of the colour bar of both maps."""
    if not signed:
        return ENDS
    return ENDS_OF_NUMBER if outputs.is_score else ENDS_SIGNED


def headline(found: Agreement, differ: str, said: str = "", outputs: Outputs = SHARES) -> str:
    """Whether the two maps agree, after what two models answer each, if that is compared."""
    tags = differ == GUESSES and outputs.kind is OutputKind.LABELS
    words = {
        AgreementLevel.AGREE: AGREE,
        AgreementLevel.PARTLY: PARTLY,
        AgreementLevel.DISAGREE: TAGS_DISAGREE if tags else DISAGREE[differ],
        AgreementLevel.EMPTY: NOTHING,
        AgreementLevel.UNMOVED: UNMOVED,
    }
    return f"{said} {(words | MARKED)[found.verdict]}" if said else words[found.verdict]


def measured(found: Agreement) -> str:
    """How far the maps agree, in figures and in words."""
    how = CLOSELY if found.correlation >= _CLOSE else LOOSELY if found.correlation >= _LOOSE else HARDLY
    how = OPPOSITE if found.correlation < _NONE else how
    shared = SHARED.format(overlap=percent(found.overlap), chance=percent(found.chance))
    return f"{shared} {ORDER.format(how=how)}"


def slide_title(differ: str, outputs: Outputs) -> str:
    """What is compared, over the slide."""
    tags = differ == GUESSES and outputs.kind is OutputKind.LABELS
    return TAGS_ON_SLIDE if tags else SLIDE_TITLES[differ]


def scale(differ: str, *, density: bool, mixed: bool, ratio: float | None, outputs: Outputs = SHARES) -> str:
    """What the shared scale means."""
    words = [SCALE_DENSITY.format(what=differ) if density else SCALE]
    if ratio is not None:
        words.append(times(ratio))
    if mixed:
        words.append(RAISING_ONLY if outputs.is_score else FOR_ONLY)
    return " ".join(words)


def times(ratio: float) -> str:
    """How much more influence one of the maps holds; `ratio` is right over left."""
    larger = max(ratio, 1 / ratio)
    if larger < 1.25:
        return ABOUT_AS_MUCH
    rounded = f"{larger:.1f}" if larger < 3 else "100 and more" if larger >= 99.5 else f"{larger:.0f}"
    return TIMES.format(side=RIGHT.lower() if ratio > 1 else LEFT.lower(), times=rounded)


def slide_details(photo: str, same: Sequence[str], today: date) -> str:
    """One line on the slide: the photo, what is the same on both sides, and when."""
    return " · ".join([f"Photo: {photo}", *same, f"{today.day} {today:%B %Y}"])


def agreement_rows(record: Mapping[str, Any]) -> dict[str, str]:
    """The figures of agreement, for the technical details."""
    return {
        "Overlap of the strongest fifths (shared by both, of all in either)": (
            f"{record['overlap_of_strongest_fifth']:.2f}, by chance {record['overlap_by_chance']:.2f}"
        ),
        "Rank correlation": f"{record['rank_correlation']:.2f}",
    }
