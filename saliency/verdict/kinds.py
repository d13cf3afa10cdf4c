"""What is said otherwise where a model gives labels, yes or no, or a number, and not one of many classes.

Each general sentence is the key of the one that takes its place. ``{claim}`` is what the conclusion is about,
``{Claim}`` the same at the start of a sentence, and ``{label}`` the name of the label between “ and ”.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saliency.agreement import AgreementLevel
from saliency.checks.cover import Reason
from saliency.checks.question import ScoreQuestion
from saliency.classifier import OutputKind
from saliency.verdict import words
from saliency.verdict.advice import OPEN

MOVED = "Without the area, {claim} {course}{ways}; {elsewhere}."
"""Why a number depends on an area, whether the area lifts it or lowers it."""

_ADVICE = {key: advice.to_do for key, advice in OPEN.items()}
_OTHERWISE = "keep it out of your photos, and ask whoever trains the model to add photos without it."
_LABELS = {
    words.HEADLINES["against"]: "The marked area speaks against the tag {label}, not for it.",
    words.BECAUSE_UNCOVERED: (
        "Nothing was covered yet, and only covering the area shows whether the tag is given without it."
    ),
    words.BECAUSE[Reason.GUESS_CHANGES]: "Without the area, the tag is no longer given. {others}",
    words.OTHERS_STAY: "Covering other places of the same size does not take it away.",
    words.OTHERS_FALL: (
        "Covering other places of the same size does not take it away, but lowers its score as well: to "
        "{there} on average."
    ),
    words.OTHERS_CHANGE: "But covering other places of the same size takes it away, too, at {lost}{falls}.",
    words.STAYS: "The tag is still given.",
    words.ONE_WAY: (
        "With the area blurred, the tag {blur} given; with it filled in from around it, it {grown} given."
    ),
    words.BECAUSE_EITHER[True]: "The tag is given without the area, and also with nothing but the area.",
    words.BECAUSE_EITHER[False]: (
        "The tag is given without the area; yet pasted into other photos, the area brings this tag."
    ),
    _ADVICE["depends"]: (
        "If the tag is right, and the area shows what it says, this is what you would hope for. If it is "
        f"anything else, such as the background, {_OTHERWISE}"
    ),
    _ADVICE["not"]: (
        "The tag can do without this place. If what it names is larger, mark all of it below and test "
        "that; else mark what you suspect."
    ),
    _ADVICE["against"]: (
        "If the tag should be given, keep this out of your photos, or ask whoever trains the model to add "
        "photos that show both."
    ),
    _ADVICE["low"]: "Choose a tag that is given, and test the area for that one.",
    words.NEEDS_BOTH: (
        "Alone the area is not enough, so the tag needs it together with something else in the photo."
    ),
    words.ONLY_HERE: "Pasted into other photos, the area does not bring this tag.",
    words.NOT_MEASURED_ALONE: (
        "Whether the area alone is enough cannot be told: with all of it blurred, the tag is still given."
    ),
    words.CARRIES_ANYWAY: "Yet pasted into other photos, the area brings this tag.",
    words.ENOUGH_ANYWAY: "Yet the area alone is enough for the tag.",
    words.NOT_ALONE: "With only the area left, the tag is not given.",
    words.KEPT: "Only the area left: the score is {score}{average}, and the tag is {still} given{ways}.",
    words.KEPT_BLANK: (
        "Only the area left: nothing to measure, as the tag is given even with nothing left to see."
    ),
    words.CARRIED: "Pasted into {others} without this tag: {changed} to having it{control}.",
    words.ALL_SAME: "all of these photos have this tag already",
}
_YES_NO = {
    words.BECAUSE[Reason.GUESS_CHANGES]: "Without the area, the answer turns to {other}. {others}",
    words.OTHERS_STAY: "Covering other places of the same size does not turn it.",
    _ADVICE["depends"]: (
        "If the answer is right, and the area shows what it says, this is what you would hope for. If it is "
        f"anything else, such as a badge or the background, {_OTHERWISE}"
    ),
    _ADVICE["against"]: "Choose the other answer, and test the area for that one, which it may speak for.",
    _ADVICE["low"]: "Choose the answer that the model gives, and test the area for that one.",
}
_SCORE = {
    words.BECAUSE_UNCOVERED: (
        "Nothing was covered yet, and only covering the area shows what {claim} is without it."
    ),
    words.BECAUSE[Reason.SCORE_FALLS]: MOVED,
    words.BECAUSE[Reason.SCORE_RISES]: MOVED,
    words.BECAUSE[Reason.SMALL_CHANGE]: "Without the area, {claim} stays about the same.",
    words.BECAUSE[Reason.AS_MUCH_ELSEWHERE]: (
        "Without the area, {claim} {course}{ways}; but covering {as_much} other areas of the same size moves "
        "it as far."
    ),
    words.BECAUSE[Reason.IN_BETWEEN]: (
        "Without the area, {claim} {course}{ways}: a small part of its usual range, {range}."
    ),
    words.BECAUSE_EITHER[
        True
    ]: "{Claim} stays about the same without the area, and also with nothing but the area.",
    _ADVICE["depends"]: (
        "If the number is right, and the area is what it should judge, this is what you would hope for. If "
        f"it is anything else, such as a badge or the background, {_OTHERWISE}"
    ),
    _ADVICE["not"]: (
        "The number can do without this place. If the product is larger, mark all of it below and test "
        "that; else mark what you suspect."
    ),
    words.NEEDS_BOTH: "Alone the area does not bring this number: what else is in the photo counts, too.",
    words.ONLY_HERE: "Pasted into other photos, the area does not move {claim}.",
    words.NOT_MEASURED_ALONE: "{Claim} is much the same with nothing left to see.",
    words.CARRIES_ANYWAY: "Yet pasted into other photos, the area moves {claim}.",
    words.ENOUGH_ANYWAY: "Yet with only the area left, {claim} is about the same.",
    words.HIDDEN_ELSEWHERE: (
        "Hiding the brightest places of the heat map moves {claim}, and they lie elsewhere."
    ),
    words.HIDDEN_THERE: "Hiding the brightest places of the heat map moves {claim}, and they lie there.",
    words.NOT_ALONE: "With only the area left, {claim} is different.",
    words.COVERED: "Covered: {claim} {course}{ways}{elsewhere}.",
    words.KEPT: (
        "Only the area left: {claim} is {score}{average}, {near} the {before} of the whole photo{ways}."
    ),
    words.KEPT_BLANK: (
        "Only the area left: nothing to measure, as {claim} is much the same with nothing left to see."
    ),
    words.CARRIED: "Pasted into {others}: {claim} moves by {moved} on average{control}.",
    words.CARRIED_CONTROL: " ({moved} with a piece from elsewhere)",
    words.HIDDEN_FLAT: (
        "Strongest places hidden: nothing to measure, as {claim} hardly moves before most is hidden."
    ),
    words.HIDDEN: (
        "Strongest places hidden: {claim} moves {sooner} than with other places hidden. {share} % of {whole}."
    ),
    words.VIEWS[AgreementLevel.UNMOVED]: (
        "A second view: nothing to measure; {claim} hardly moves, whatever is covered."
    ),
}
_OWN: Mapping[OutputKind, Mapping[str, str]] = {
    OutputKind.LABELS: _LABELS,
    OutputKind.YES_NO: _YES_NO,
    OutputKind.SCORE: _SCORE,
}


def said(question: ScoreQuestion, sentence: str, *, unsure: bool = False, **fields: Any) -> str:
    """A sentence of :mod:`saliency.verdict.words` as it is said where the model gives such numbers.

    Args:
        question: What was asked.
        sentence: The general one.
        unsure: Whether the model is not sure of its answer.
        fields: What stands in it beside the claim and the label.
    """
    template = _OWN.get(question.outputs.kind, {}).get(sentence, sentence)
    about = claim(question, unsure=unsure)
    named = {"claim": about, "Claim": words.sentence_start(about), "label": f"“{question.target.label}”"}
    return template.format(**named, **fields)


def claim(question: ScoreQuestion, *, unsure: bool = False) -> str:
    """What the conclusion is about, in the middle of a sentence; unsure: of its answer."""
    name = question.target.label
    if question.outputs.is_score:
        return name if name.lower().startswith("the ") else f"the {name}"
    label = f"“{name}”"
    if question.rather_than is not None:
        return f"the lead of {label} over “{question.rather_than.label}”"
    given = question.before.ahead
    if question.outputs.kind is OutputKind.LABELS:
        return f"the tag {label}" if given else f"the score for the tag {label}"
    return f"the {'unsure ' if unsure else ''}answer {label}" if given else f"the score for {label}"
