"""The words of a conclusion: short, for people who decide and do not program.

Labels stand between “ and ”, scores have two decimals and are never quite 0 or 1, and p-values stay in the
details. One function writes a score (:func:`score`), one what becomes of it (:func:`course`), one a share
(:func:`percent`): everything that people read takes its figures from these. What is different where a model
gives labels, yes or no, or a number, is in :mod:`saliency.verdict.kinds`.
"""

from __future__ import annotations

from collections.abc import Iterable

from saliency.agreement import AgreementLevel
from saliency.checks.cover import Reason
from saliency.classifier import Outputs
from saliency.verdict.advice import AreaRole

SHARES = Outputs()
"""Scores from 0 to 1."""

SCORE_MEANS = "Score: how strongly the model answers, from 0 to 1; not how likely it is right."
"""What a score is; said where the first one stands."""

LEANING = 0.40
"""Score from which a model leans towards its answer; below, it is undecided."""

_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

HEADLINES = {
    "depends": "{Claim} depends on the marked area.",
    "surer": "How sure the model is of {claim} depends on the marked area.",
    "either": "Either is enough for {claim}: the marked area, or the rest of the photo.",
    "partly": "{Claim} depends only in part on the marked area.",
    "most": "The marked area matters for {claim}, more than most other places do.",
    "shared": "The marked area matters for {claim}, but so do other places.",
    "not alone": "The marked area matters most for {claim}, but other places matter, too.",
    "not": "{Claim} does not depend on the marked area.",
    "against": "The marked area speaks against {claim}, not for it.",
    "lowers": "The marked area lowers {claim}.",
    "unknown": "Whether {claim} depends on the marked area cannot be told from this photo.",
}

BECAUSE_UNCOVERED = "Nothing was covered yet, and only covering the area shows what the answer is without it."
BECAUSE = {
    Reason.GUESS_CHANGES: "Without the area, the model answers {other}. {others}",
    Reason.SCORE_FALLS: "Without the area, the score {course}{ways}, further than without other places of "
    "the same size{there}. {answers}",
    Reason.SMALL_CHANGE: "Without the area, the score stays about the same.",
    Reason.TOO_LARGE: "The area is so large that nothing of its size is left to compare it with.",
    Reason.LOW_SCORE: "The score is so low to begin with that it cannot fall.",
    Reason.FILLS_DISAGREE: "The area was covered in two ways, and they disagree{how}.",
    Reason.AS_MUCH_ELSEWHERE: "Without the area, the score falls; but it falls as much without {as_much} "
    "other places of the same size.",
    Reason.IN_BETWEEN: "Without the area, the score falls a little{others}.",
    Reason.SCORE_RISES: "Without the area, the score rises.",
}
BECAUSE_UNSURE = "Without the area, its best answer is {other}. {others}"
"""Instead of the first, where the model is not sure of any answer."""
BECAUSE_LEAD = "Without the area, “{rival}” is ahead. {others}"
"""Instead of the first, where two answers are compared."""
OTHERS_STAY = "Covering other places of the same size does not change its answer."
OTHERS_FALL = (
    "Covering other places of the same size does not change its answer, but lowers its score as well: to "
    "{there} on average."
)
OTHERS_CHANGE = "But covering other places of the same size changes its answer, too, at {lost}{falls}."
OTHERS_FALLS = "; over all of them, its score falls to {there} on average"
LEAD_STAYS = "With other places of the same size covered it is not."
LEAD_CHANGES = "With other places of the same size covered it is as well, at {lost}."
OTHERS_IN_BETWEEN = "; it falls as much without {as_much} other places of the same size"
THERE = " ({there} on average)"
DISAGREE = ": {blur} with the area blurred, and {grown} with it filled in from around it"
STAYS = "The answer stays {label}."
ONE_WAY = "With the area blurred, the answer {blur}; with it filled in from around it, the answer {grown}."
BECAUSE_EITHER = {
    True: "The model gives the same answer without the area, and also with nothing but the area.",
    False: "The model gives the same answer without the area; yet pasted into other photos, the area "
    "brings this answer.",
}

ROLES = {
    AreaRole.PRODUCT: "Product, or most of it",
    AreaRole.DETAIL: "Detail of it",
    AreaRole.OTHER: "Something else",
    AreaRole.BOTH: "Product and other things",
}
"""What people call what an area, or the place of an audit's finding, is."""

TO_DO = "What to do:"
"""What stands before an advice."""

TAKEN_AS = {
    AreaRole.PRODUCT: "That the area is the product is what a person said; it was not measured.",
    AreaRole.DETAIL: "That the area is a detail of the product is what a person said; it was not measured.",
    AreaRole.OTHER: "That the area is not the product is what a person said; it was not measured.",
    AreaRole.BOTH: "That the area is the product and more is what a person said; it was not measured.",
}
"""What stands beside a meaning: it rests on what a person said."""

ONE_PHOTO = "This is one photo; in others it may be different."
NEEDS_BOTH = (
    "Alone the area is not enough: the answer needs it together with more of the photo, which may be the "
    "rest of the product."
)
ONLY_HERE = "Pasted into other photos, the area does not bring this answer."
MAP_DIFFERS = "The heat map points elsewhere; the test by covering tells more than a map."
MAP_BRIGHT = "The heat map is bright there, but a bright place need not matter."
NOT_MEASURED_ALONE = (
    "Whether the area alone is enough cannot be told: with all of the photo blurred, the model still gives "
    "this answer."
)
CARRIES_ANYWAY = "Yet pasted into other photos, the area brings this answer."
ENOUGH_ANYWAY = "Yet the area alone is enough for the answer."
HIDDEN_ELSEWHERE = "Hiding the brightest places of the heat map lowers the score, and they lie elsewhere."
HIDDEN_THERE = "Hiding the brightest places of the heat map lowers the score, and they lie there."
VIEWS_ELSEWHERE = "A second view points elsewhere, as the heat map does."
VIEWS_THERE = "A second view is bright there, too."
NOT_ALONE = "With only the area left, the model does not give the answer."

COVERED = "Covered: the score {course}{ways}{elsewhere}."
AVERAGE = " (average of two ways of covering)"
AVERAGE_OF = " (average of two ways of covering: {blur} with the area blurred, {grown} with it filled in)"
COVERED_LOW = "Covered: nothing to measure, as a score of {before} cannot fall."
COVERED_ELSEWHERE = "; with equal areas elsewhere covered, it {elsewhere}"
KEPT = "Only the area left: the score is {score}{average}, and the model {still} gives this answer{ways}."
KEPT_SCORE = "Only the area left: the score is {score}{average}."
KEPT_BLANK = (
    "Only the area left: nothing to measure, as the model gives the answer even with nothing left to see."
)
CARRIED = "Pasted into {others}: {changed} to this answer{control}."
CARRIED_CONTROL = " ({control} with a piece from elsewhere)"
CARRIED_PRODUCT = (
    " As the area is the product, this proves nothing against it: a product should be recognised anywhere."
)
CARRIED_IF_PRODUCT = " If the area is the product itself, this proves nothing against it."
PASTED_NOT_PRODUCT = (
    " As the area is the product, this proves nothing: the other photo still shows its own product."
)
NO_PHOTO = "Pasted elsewhere: nothing to measure, as {why}."
NONE_KNOWN = "the model knows none of the samples; add photos of your own"
NONE_GIVEN = "no other photo was given"
ALL_SAME = "the model gives all of these photos this answer already"
NO_CONTROL = " The area is too large to compare with a piece from elsewhere."

MAP = (
    "Heat map: {heat} % of the influence lies in the area, which is {area} % of the picture; "
    "by chance it would be {chance} %."
)
NO_MAP = "Heat map: nothing to measure, as no part stands out."
HIDDEN_FLAT = "Strongest places hidden: nothing to measure, as the score hardly falls before most is hidden."
HIDDEN = (
    "Strongest places hidden: the score falls {sooner} than with other places hidden. {share} % of {whole}."
)
HIDDEN_AREA = "the area is among them"
HIDDEN_PLACES = "them lie in the area"
VIEWS = {
    AgreementLevel.AGREE: "A second view points to the same places as the heat map.",
    AgreementLevel.PARTLY: "A second view agrees with the heat map in part.",
    AgreementLevel.DISAGREE: "A second view points to other places than the heat map.",
    AgreementLevel.EMPTY: "A second view: nothing to measure, as one of the two views shows nothing.",
    AgreementLevel.UNMOVED: "A second view: nothing to measure; the score hardly falls, whatever is covered.",
}

LEGEND = ("less", "more influence (this picture only)")
"""The words at the two ends of the bar of a map's colours."""

ONE_SCALE = ("less", "more influence (one scale for both)")
"""The same where two maps share a scale."""


def score(value: float, outputs: Outputs = SHARES) -> str:
    """A score in two decimals; never quite 0 or 1. The number on a scale has as many as tell a hundredth."""
    return outputs.shown(value)


def course(before: float, after: float, outputs: Outputs = SHARES) -> str:
    """What becomes of a score, as it reads: "goes from 0.98 to 0.52", "stays at 0.52", "stays above 0.99".

    From 0.99 to above 0.99 nothing went anywhere.
    """
    first, then = score(before, outputs), score(after, outputs)
    at_an_end = first[0].isalpha() or then[0].isalpha()
    same = first == then or (at_an_end and abs(after - before) < 0.01)
    return f"stays {_at(first)}" if same else f"goes from {first} to {then}"


def beside(before: float, after: float, elsewhere: float, outputs: Outputs = SHARES) -> str:
    """What a score that takes such a course is on average with equal areas elsewhere covered."""
    value = score(elsewhere, outputs)
    if value == score(after, outputs):
        return f"is {value} on average, too"
    same = value == score(before, outputs)
    return f"stays {_at(value)} on average" if same else f"is {value} on average"


def percent(share: float) -> str:
    """A share in [0, 1] as a percentage, never more precise than a person needs."""
    if 0 < share < 0.01:
        return "less than 1"
    return "more than 99" if 0.99 < share < 1 else f"{100 * share:.0f}"


def ratio(part: float, whole: float) -> str:
    """How many times one share is another, both as they are written; empty where that cannot be told."""
    first, second = percent(part), percent(whole)
    if not (first.isdigit() and second.isdigit()) or int(first) < 2 * int(second) or second == "0":
        return ""
    exact = int(first) % int(second) == 0
    return f"{'' if exact else 'about '}{int(first) / int(second):.0f} times"


def number(count: int) -> str:
    """A small number as a word, a larger one in figures."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def sentence_start(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other, each once."""
    return " ".join(dict.fromkeys(filter(None, sentences)))


def _at(value: str) -> str:
    """A score that something stays at: "at 0.52", but "above 0.99"."""
    return value if value[0].isalpha() else f"at {value}"
