"""The words of a conclusion: short, for people who decide and do not program.

Labels stand between “ and ”, scores have two decimals and are never quite 0 or 1, and p-values stay in the
details. One function writes a score (:func:`score`), one what becomes of it (:func:`course`), one a share
(:func:`percent`): everything that people read takes its figures from these.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from saliency.agreement import AgreementLevel
from saliency.checks.cover import Cover, Keep, Reason
from saliency.checks.hiding import HideCurve
from saliency.checks.influence import Influence
from saliency.checks.paste import Paste, PasteFinding
from saliency.checks.question import ScoreQuestion
from saliency.classifier import OutputKind, Outputs

SHARES = Outputs()
"""Scores from 0 to 1."""

LEANING = 0.40
"""Score from which a model leans towards its answer; below, it is undecided."""

_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

HEADLINES = {
    "depends": "{Claim} depends on the marked area.",
    "either": "Either is enough for {claim}: the marked area, or the rest of the photo.",
    "partly": "{Claim} depends only in part on the marked area.",
    "shared": "{Claim} depends on the marked area no more than on other places.",
    "not": "{Claim} does not depend on the marked area.",
    "against": "The marked area speaks against {claim}, not for it.",
    "unknown": "Whether {claim} depends on the marked area cannot be told from this photo.",
}

BECAUSE_UNCOVERED = "Nothing was covered yet, and only covering the area shows what the answer is without it."
BECAUSE = {
    Reason.GUESS_CHANGES: "Without it, the model answers {other}. Covering other places of the same size "
    "does not change its answer.",
    Reason.SCORE_FALLS: "Without it, the score falls clearly{how}, further than with other places of the "
    "same size covered.",
    Reason.SMALL_CHANGE: "Without it, the score stays about the same.",
    Reason.TOO_LARGE: "The area is so large that nothing of its size is left to compare it with.",
    Reason.LOW_SCORE: "The score is so low to begin with that it cannot fall.",
    Reason.FILLS_DISAGREE: "It was covered in two ways, and they disagree{how}.",
    Reason.AS_MUCH_ELSEWHERE: "Without it, the score falls; but it falls as much without some other area of "
    "the same size.",
    Reason.IN_BETWEEN: "Without it, the score falls a little.",
    Reason.SCORE_RISES: "Without it, the score rises.",
}
BECAUSE_UNSURE = (
    "Without it, the best answer it has is {other}. Covering other places of the same size does not change "
    "its answer."
)
"""Instead of the first, where the model is not sure of any answer."""
DISAGREE = ": {blur} with the area blurred, and {grown} with it filled in from around it"
ONE_WAY = " (covered in one of two ways, the model answers “{other}”)"
BECAUSE_EITHER = {
    True: "The model gives the same answer without it, and also with nothing but it.",
    False: "The model gives the same answer without it; yet pasted into other photos, it brings this answer.",
}

TO_DO = "What to do:"
"""What stands before an advice."""

ONE_PHOTO = "This is one photo; in others it may be different."
NEEDS_BOTH = "Alone the area is not enough, so the answer needs it together with something else in the photo."
ONLY_HERE = "Pasted into other photos, the area does not bring this answer."
MAP_DIFFERS = "The heat map points elsewhere; the test by covering tells more than a map."
MAP_BRIGHT = "The heat map is bright there, but a bright place need not matter."
NOT_MEASURED_ALONE = "The model gives this answer even with nothing left to see."
CARRIES_ANYWAY = "Yet pasted into other photos, the area brings this answer."
ENOUGH_ANYWAY = "Yet the area alone is enough for the answer."
HIDDEN_ELSEWHERE = "Hiding the brightest places of the heat map lowers the score, and they lie elsewhere."
HIDDEN_THERE = "Hiding the brightest places of the heat map lowers the score, and they lie there."
VIEWS_ELSEWHERE = "A second view points elsewhere, as the heat map does."
VIEWS_THERE = "A second view is bright there, too."
NOT_ALONE = "With only the area left, the model does not give the answer."

COVERED = "Covered: the score {course}{ways}{elsewhere}."
ON_AVERAGE = " (average of two ways)"
COVERED_LOW = "Covered: nothing to measure, as a score of {before} cannot fall."
COVERED_ELSEWHERE = "; with equal areas elsewhere covered, it {elsewhere}"
KEPT = "Only the area left: the score is {score}, and the model {verb} this answer{ways}."
KEPT_SCORE = "Only the area left: the score is {score}."
KEPT_BLANK = (
    "Only the area left: nothing to measure, as the model gives the answer even with nothing left to see."
)
CARRIED = "Pasted into {others}: {changed} to this answer{control}."
CARRIED_CONTROL = " ({control} with a piece from elsewhere)"
CARRIED_PRODUCT = " Of the product itself, this proves nothing against it: it should be recognised anywhere."
CARRIED_IF_PRODUCT = " If the area is the product itself, this proves nothing against it."
PASTED_NOT_PRODUCT = " Of the product itself, this proves nothing: the other photo still shows its own thing."
NO_PHOTO = "Pasted elsewhere: nothing to measure, as {why}."
NONE_KNOWN = "the model knows none of the samples; add photos of your own"
NONE_GIVEN = "no other photo was given"
ALL_SAME = "it answers the same to all of these photos already"
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
    if outputs.kind is OutputKind.SCORE:
        decimals = max(0, 2 - math.floor(math.log10(outputs.width)))
        shown = f"{value:,.{decimals}f}"
        return shown.removeprefix("-") if float(shown.replace(",", "")) == 0 else shown
    if value >= 0.995:
        return "above 0.99"
    return f"{value:.2f}" if value >= 0.005 else "below 0.01"


def course(before: float, after: float, outputs: Outputs = SHARES) -> str:
    """What becomes of a score, as it reads: "goes from 0.98 to 0.52", "stays at 0.52", "stays above 0.99".

    From 0.99 to above 0.99 nothing went anywhere.
    """
    first, then = score(before, outputs), score(after, outputs)
    at_an_end = first[0].isalpha() or then[0].isalpha()
    same = first == then or (at_an_end and abs(after - before) < 0.01)
    return f"stays {_at(first)}" if same else f"goes from {first} to {then}"


def beside(before: float, after: float, elsewhere: float) -> str:
    """What a score that takes such a course is on average with equal areas elsewhere covered."""
    value = score(elsewhere)
    if value == score(after):
        return f"is {value} on average, too"
    return f"stays {_at(value)} on average" if value == score(before) else f"is {value} on average"


def claim(question: ScoreQuestion, *, unsure: bool = False) -> str:
    """What the conclusion is about, in the middle of a sentence.

    Args:
        question: What was asked.
        unsure: Whether the model is not sure of its answer.
    """
    label = f"“{question.target.label}”"
    if question.rather_than is not None:
        return f"the lead of {label} over “{question.rather_than.label}”"
    if not question.before.ahead:
        return f"the score for {label}"
    return f"the {'unsure ' if unsure else ''}answer {label}"


def because(question: ScoreQuestion, cover: Cover, *, unsure: bool = False) -> str:
    """Why covering shows what it shows; unsure: the model is not sure of its answer."""
    fills = list(cover.fills.values())
    others = dict.fromkeys(f"“{question.label(outcome.after)}”" for outcome in fills)
    blur, grown = (f"the score is {score(outcome.after.score)}" for outcome in fills)
    if blur == grown:
        blur, grown = (f"the model answers “{question.label(outcome.after)}”" for outcome in fills)
    if cover.reason is Reason.GUESS_CHANGES and question.rather_than is not None:
        return (
            f"Without it, “{question.rather_than.label}” is ahead; with other places of the same size "
            "covered it is not."
        )
    how = "" if blur == grown else DISAGREE.format(blur=blur, grown=grown)
    if cover.reason is Reason.SCORE_FALLS:
        changed = [
            question.label(outcome.after) for outcome in fills if outcome.after.top != cover.before.top
        ]
        how = ONE_WAY.format(other=changed[0]) if changed and question.rather_than is None else ""
    reason = BECAUSE[cover.reason]
    if cover.reason is Reason.GUESS_CHANGES and unsure:
        reason = BECAUSE_UNSURE
    return reason.format(other=" or ".join(others), how=how)


def covered(cover: Cover, *, low: bool) -> str:
    """The score before and after covering; low: it has nothing to lose, and covering does not raise it."""
    if low:
        return COVERED_LOW.format(before=_low(cover.before.score))
    before, after, elsewhere = cover.before.score, cover.after, ""
    if cover.elsewhere is not None:
        elsewhere = COVERED_ELSEWHERE.format(elsewhere=beside(before, after, cover.elsewhere))
    same = all(score(outcome.after.score) == score(after) for outcome in cover.fills.values())
    ways = "" if same else ON_AVERAGE
    return COVERED.format(course=course(before, after), ways=ways, elsewhere=elsewhere)


def kept(keep: Keep, *, given: bool) -> str:
    """What the model says to the area alone; given: the whole photo has the answer asked for."""
    if not keep.measured:
        return KEPT_BLANK
    ahead = [outcome.after.ahead for outcome in keep.fills.values()]
    if not given and not any(ahead):
        return KEPT_SCORE.format(score=score(keep.score))
    verb, ways = "still gives" if any(ahead) else "no longer gives", ""
    if any(ahead) and not all(ahead):
        ways = " with one of two ways of covering the rest"
    return KEPT.format(score=score(keep.score), verb=verb, ways=ways)


def pasted(paste: Paste, *, product: bool | None) -> str:
    """What pasting the area into other photos does."""
    if paste.finding is PasteFinding.NO_PHOTO:
        why = ALL_SAME if paste.photos else NONE_KNOWN if paste.left_out else NONE_GIVEN
        return NO_PHOTO.format(why=why)
    others = f"{number(paste.others)} other photo{'' if paste.others == 1 else 's'}"
    changed = f"{number(paste.changed)} change{'s' if paste.changed <= 1 else ''}"
    by_control = paste.changed_by_control
    control = "" if by_control is None else CARRIED_CONTROL.format(control=number(by_control))
    sentence = CARRIED.format(others=others, changed=changed, control=control)
    if by_control is None and paste.changed:
        sentence += NO_CONTROL
    if paste.changed == 0:
        return sentence + (PASTED_NOT_PRODUCT if product else "")
    if product is None:
        return sentence + CARRIED_IF_PRODUCT
    return sentence + (CARRIED_PRODUCT if product else "")


def in_map(influence: Influence | None) -> str:
    """How much of the influence lies in the area."""
    if influence is None:
        return NO_MAP
    share = influence.share
    return MAP.format(heat=percent(share.value), area=percent(influence.area), chance=percent(share.chance))


def hidden(curve: HideCurve, *, flat: bool, inside: float, small: bool) -> str:
    """What hiding the strongest places does; the share is of these, or of the area where that is smaller."""
    if flat:
        return HIDDEN_FLAT
    sooner = "sooner" if curve.area < curve.area_elsewhere else "no sooner"
    whole = HIDDEN_AREA if small else HIDDEN_PLACES
    return HIDDEN.format(sooner=sooner, share=sentence_start(percent(inside)), whole=whole)


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


def _low(value: float) -> str:
    """A low score behind "of": "of 0.01", but "of less than 0.01"."""
    return score(value).replace("below", "less than")


def _at(value: str) -> str:
    """A score that something stays at: "at 0.52", but "above 0.99"."""
    return f"at {value}" if value[0].isdigit() else value
