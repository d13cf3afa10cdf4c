"""What each test of an area showed, in sentences; see :mod:`saliency.verdict.words`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saliency.agreement import Agreement
from saliency.checks.cover import SMALL, Cover, FillOutcome, Keep, Reason
from saliency.checks.fills import Fill
from saliency.checks.hiding import HideCurve
from saliency.checks.influence import Influence
from saliency.checks.paste import Paste, PasteFinding
from saliency.checks.question import ScoreQuestion
from saliency.classifier import OutputKind, Outputs, Score
from saliency.verdict import words
from saliency.verdict.kinds import claim, said
from saliency.verdict.words import beside, course, number, percent, score, sentence_start

_FIRST = 5  # labels in a sentence


def because(question: ScoreQuestion, cover: Cover, *, unsure: bool = False) -> str:
    """Why covering shows what it shows; unsure: the model is not sure of its answer."""
    fills, outputs = list(cover.fills.values()), question.outputs
    answers = dict.fromkeys(f"“{question.label(outcome.after)}”" for outcome in fills)
    return said(
        question,
        _because(question, cover, unsure=unsure),
        other=" or ".join(answers),
        others=_others(question, cover),
        rival="" if question.rather_than is None else question.rather_than.label,
        how=_ways(question, fills),
        answers=_answers(question, cover),
        course=course(cover.before.score, cover.after, outputs),
        ways=average(cover.fills, outputs),
        there=words.THERE.format(there=_there(cover)) if cover.fall_elsewhere >= SMALL else "",
        elsewhere=_elsewhere(cover),
        as_much=_of(cover.exceedances, cover),
        range=outputs.usual,
    ).rstrip()


def _because(question: ScoreQuestion, cover: Cover, *, unsure: bool) -> str:
    """Which sentence says why."""
    if cover.reason is Reason.GUESS_CHANGES and question.rather_than is not None:
        return words.BECAUSE_LEAD
    if cover.reason is Reason.GUESS_CHANGES and unsure and question.outputs.exclusive:
        return words.BECAUSE_UNSURE
    return words.BECAUSE[cover.reason]


def _others(question: ScoreQuestion, cover: Cover) -> str:
    """What covering equal areas elsewhere does where the answer changes, or the score falls a little."""
    if cover.reason is Reason.IN_BETWEEN:
        as_much = _of(cover.exceedances, cover)
        return words.OTHERS_IN_BETWEEN.format(as_much=as_much) if cover.exceedances else ""
    if question.rather_than is not None:
        given = words.LEAD_CHANGES if cover.lost_elsewhere else words.LEAD_STAYS
        return given.format(lost=_of(cover.lost_elsewhere, cover))
    falls, there = cover.fall_elsewhere >= SMALL, _there(cover)
    if cover.lost_elsewhere:
        average_falls = words.OTHERS_FALLS.format(there=there) if falls else ""
        return said(question, words.OTHERS_CHANGE, lost=_of(cover.lost_elsewhere, cover), falls=average_falls)
    return said(question, words.OTHERS_FALL if falls else words.OTHERS_STAY, there=there)


def _of(count: int, cover: Cover) -> str:
    """How many of the equal areas elsewhere."""
    return f"{number(count)} of {number(cover.count)}"


def _there(cover: Cover) -> str:
    """The mean score with equal areas elsewhere covered; as it is, where there are none."""
    return score(cover.before.score if cover.elsewhere is None else cover.elsewhere, cover.outputs)


def covered(question: ScoreQuestion, cover: Cover, *, low: bool) -> str:
    """The score before and after covering; low: it has nothing to lose, and covering does not raise it."""
    if low:
        return words.COVERED_LOW.format(before=_low(cover.before.score))
    before, after, elsewhere, outputs = cover.before.score, cover.after, "", cover.outputs
    if cover.elsewhere is not None:
        there = beside(before, after, cover.elsewhere, outputs)
        elsewhere = words.COVERED_ELSEWHERE.format(elsewhere=there)
    there, ways = course(before, after, outputs), average(cover.fills, outputs, words.AVERAGE_OF)
    return said(question, words.COVERED, course=there, ways=ways, elsewhere=elsewhere)


def kept(question: ScoreQuestion, keep: Keep) -> str:
    """What the model says to the area alone."""
    shown = score(keep.score, keep.outputs)
    if not keep.measured:
        return said(question, words.KEPT_BLANK)
    if not question.before.ahead and not any(keep.stays):
        return words.KEPT_SCORE.format(score=shown, average=average(keep.fills, keep.outputs))
    before = score(question.before.score, keep.outputs)
    still, near, ways = ("still", "close to", "") if any(keep.stays) else ("no longer", "far from", "")
    if any(keep.stays) and not keep.enough:
        ways = " with one of two ways of covering the rest"
    return said(
        question,
        words.KEPT,
        score=shown,
        average=average(keep.fills, keep.outputs),
        still=still,
        near=near,
        before=before,
        ways=ways,
    )


def average(fills: Mapping[Fill, FillOutcome], outputs: Outputs, sentence: str = words.AVERAGE) -> str:
    """That a score is the average of two, where they differ: below a picture stands one of them."""
    blur, grown = (score(fills[fill].after.score, outputs) for fill in (Fill.BLUR, Fill.GROWN))
    return "" if blur == grown else sentence.format(blur=blur, grown=grown)


def pasted(question: ScoreQuestion, paste: Paste, *, product: bool | None) -> str:
    """What pasting the area into other photos does."""
    if paste.finding is PasteFinding.NO_PHOTO:
        same = said(question, words.ALL_SAME)
        why = same if paste.photos else words.NONE_KNOWN if paste.left_out else words.NONE_GIVEN
        return words.NO_PHOTO.format(why=why)
    others = f"{number(paste.others)} other photo{'' if paste.others == 1 else 's'}"
    changed = f"{number(paste.changed)} change{'s' if paste.changed <= 1 else ''}"
    by_control, control = paste.changed_by_control, ""
    if by_control is not None:
        moved = _signed(paste.moved_by_control, paste.outputs)
        control = said(question, words.CARRIED_CONTROL, control=number(by_control), moved=moved)
    moved = _signed(paste.moved, paste.outputs)
    sentence = said(question, words.CARRIED, others=others, changed=changed, control=control, moved=moved)
    if by_control is None and paste.changed:
        sentence += words.NO_CONTROL
    if paste.changed == 0:
        return sentence + (words.PASTED_NOT_PRODUCT if product else "")
    if product is None:
        return sentence + words.CARRIED_IF_PRODUCT
    return sentence + (words.CARRIED_PRODUCT if product else "")


def in_map(influence: Influence | None) -> str:
    """How much of the influence lies in the area."""
    if influence is None:
        return words.NO_MAP
    share = influence.share
    return words.MAP.format(
        heat=percent(share.value), area=percent(influence.area), chance=percent(share.chance)
    )


def hidden(curve: HideCurve, *, flat: bool, inside: float, small: bool) -> str:
    """What hiding the strongest places does; the share is of these, or of the area where that is smaller."""
    if flat:
        return said(curve.question, words.HIDDEN_FLAT)
    sooner = "sooner" if curve.sooner else "no sooner"
    whole = words.HIDDEN_AREA if small else words.HIDDEN_PLACES
    share = sentence_start(percent(inside))
    return said(curve.question, words.HIDDEN, sooner=sooner, share=share, whole=whole)


def second_view(question: ScoreQuestion, agreement: Agreement) -> str:
    """Whether a second view points to the same places as the map."""
    return said(question, words.VIEWS[agreement.verdict])


def outcome(scores: Sequence[Score], outputs: Outputs) -> str:
    """What a model says to a photo, in a sentence.

    Args:
        scores: All its scores, best first.
        outputs: What they are.
    """
    top, shown = scores[0], outputs.shown
    if outputs.is_score:
        return f"The model gives {shown(top.score)} for “{top.label}” (usually {outputs.usual})."
    if outputs.kind is not OutputKind.LABELS:
        return f"The model answers “{top.label}” ({shown(top.score)})."
    given = [one for one in scores if outputs.given(one.score)]
    rest = [one for one in scores if not outputs.given(one.score)]
    if not given:
        return f"No tag is given; the strongest: {_listed(rest, outputs)}."
    missing = f"; not given: {_listed(rest, outputs)}" if rest else ""
    return f"Tags given: {_listed(given, outputs)}{missing}."


def _listed(scores: Sequence[Score], outputs: Outputs) -> str:
    """The first labels with their scores, and how many more there are."""
    named = [f"“{one.label}” ({outputs.shown(one.score)})" for one in scores[:_FIRST]]
    more = len(scores) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _ways(question: ScoreQuestion, fills: Sequence[FillOutcome]) -> str:
    """How the two ways of covering differ, in the score or else in the answer."""
    subject = claim(question) if question.outputs.is_score else "the score"
    blur, grown = (f"{subject} is {score(one.after.score, question.outputs)}" for one in fills)
    if blur == grown:
        blur, grown = (_answer(question, one) for one in fills)
    return "" if blur == grown else words.DISAGREE.format(blur=blur, grown=grown)


def _answer(question: ScoreQuestion, outcome: FillOutcome) -> str:
    match question.outputs.kind:
        case OutputKind.SCORE:
            return ""
        case OutputKind.LABELS:
            return f"the tag is {'given' if outcome.after.ahead else 'not given'}"
        case _:
            return f"the model answers “{question.label(outcome.after)}”"


def _answers(question: ScoreQuestion, cover: Cover) -> str:
    """What becomes of the answer, or of the tag, where the score falls; empty where there is none."""
    outputs = question.outputs
    if outputs.is_score or not cover.before.ahead or question.rather_than is not None:
        return ""
    after = [outcome.after for outcome in cover.fills.values()]
    if all(one.ahead for one in after):
        return said(question, words.STAYS)
    kept, lost = (
        ("is still", "is no longer") if outputs.kind is OutputKind.LABELS else ("stays {}", "becomes {}")
    )
    blur, grown = ((kept if one.ahead else lost).format(f"“{question.label(one)}”") for one in after)
    return said(question, words.ONE_WAY, blur=blur, grown=grown)


def _elsewhere(cover: Cover) -> str:
    """Where covering equal areas elsewhere takes the score."""
    if cover.elsewhere is None:
        return ""
    there = score(cover.elsewhere, cover.outputs)
    verb = "leaves it at" if there == score(cover.before.score, cover.outputs) else "takes it to"
    return f"covering equal areas elsewhere {verb} {there}"


def _signed(value: float, outputs: Outputs) -> str:
    """By how much a number moves: +2.6."""
    shown = score(value, outputs)
    return f"+{shown}" if value > 0 and shown[0].isdigit() and any(d in "123456789" for d in shown) else shown


def _low(value: float) -> str:
    """A low score behind "of": "of 0.01", but "of less than 0.01"."""
    return score(value).replace("below", "less than")
