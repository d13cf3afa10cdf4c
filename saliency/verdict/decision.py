"""Which verdict the tests of an area come to, and which words say it."""

from __future__ import annotations

from saliency.checks.cover import FEW, MATERIAL, SMALL, Cover, Finding, Reason
from saliency.checks.fills import Fill
from saliency.verdict.evidence import AreaTests, Verdict

_HALF = 0.5  # of the score: a fall to less is more than a part of it
_OTHERS = 0.25  # of equal areas elsewhere: more that take the answer away matter as well
_A_FEW = 0.25  # of equal areas elsewhere: where no more do as much, the area counts more than most places do


def judged(tests: AreaTests) -> tuple[Verdict, str, str]:
    """The verdict, and which words say it and what to do."""
    cover = tests.cover
    if cover is None:
        return Verdict.UNKNOWN, "unknown", "unknown"
    stays = cover.finding is Finding.LITTLE or (cover.reason is Reason.TOO_LARGE and _stays(cover))
    if cover.finding is Finding.DEPENDS and cover.reason is Reason.SCORE_RISES:
        return Verdict.DEPENDS, "lowers", "lowers"
    rises = cover.reason is Reason.SCORE_RISES and _falls_nowhere(cover)
    instead = tests.enough or (tests.carries and not cover.outputs.is_score)
    if (stays or rises) and cover.before.ahead and instead:
        return Verdict.EITHER, "either", "either"
    if _held_down(cover):
        return Verdict.DOES_NOT, "against", "against"
    if stays or rises:
        return Verdict.DOES_NOT, "not", "not"
    if cover.finding is Finding.DEPENDS:
        less = cover.reason is Reason.SCORE_FALLS and cover.before.ahead and not cover.outputs.is_score
        if less and cover.after >= _HALF * cover.before.score:
            return Verdict.PARTLY, "partly", "partly"
        if _others_matter(cover):
            return Verdict.PARTLY, "not alone", "not alone"
        key = "surer" if less and _answer_stays(tests, cover) else "depends"
        return Verdict.DEPENDS, key, key
    match cover.reason:
        case Reason.AS_MUCH_ELSEWHERE | Reason.IN_BETWEEN:
            key = "most" if cover.exceedances <= _A_FEW * cover.count else "shared"
            if cover.reason is Reason.IN_BETWEEN and (cover.outputs.is_score or not cover.exceedances):
                key = "partly"
            return Verdict.PARTLY, key, key
        case Reason.TOO_LARGE:
            return Verdict.UNKNOWN, "unknown", "too large"
        case Reason.LOW_SCORE:
            return Verdict.UNKNOWN, "unknown", "low"
        case _:
            return Verdict.UNKNOWN, "unknown", "unknown"


def _others_matter(cover: Cover) -> bool:
    """Whether the answer or half of its score goes elsewhere, too, though nowhere as far as in the area."""
    if cover.outputs.is_score:
        return False
    return cover.lost_elsewhere > _OTHERS * cover.count or cover.fall_elsewhere >= _HALF


def _stays(cover: Cover) -> bool:
    """Whether the answer and its score stay however the area is covered, which needs no comparison."""
    before = cover.before
    return all(
        outcome.after.ahead == before.ahead
        and abs(cover.outputs.fall(before.score, outcome.after.score)) < SMALL
        for outcome in cover.fills.values()
    )


def _answer_stays(tests: AreaTests, cover: Cover) -> bool:
    """Whether the answer stays with the area blurred, which is what people are shown."""
    return tests.probe.question.rather_than is None and cover.fills[Fill.BLUR].after.ahead


def _held_down(cover: Cover) -> bool:
    """Whether the score rises, however the area is covered, and further than without others of its size.

    A number on a scale depends on what lowers it, and has a verdict of its own.
    """
    if cover.outputs.is_score:
        return False
    least = max((1 + SMALL) * cover.before.score, MATERIAL if cover.reason is Reason.LOW_SCORE else 0.0)
    return all(
        outcome.controls
        and outcome.after.score >= least
        and sum(control.log_odds >= outcome.after.log_odds for control in outcome.controls)
        <= FEW * len(outcome.controls) + 1e-9
        for outcome in cover.fills.values()
    )


def _falls_nowhere(cover: Cover) -> bool:
    """Whether the score does not fall, however the area is covered."""
    before, outcomes = cover.before.score, cover.fills.values()
    return all(cover.outputs.fall(before, outcome.after.score) < SMALL for outcome in outcomes)
