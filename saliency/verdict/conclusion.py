"""One verdict of all that was tried of an area.

Covering decides, as it is the only test that asks the question itself: what is the answer without the area,
and without equal areas elsewhere? What else was tried supports that, speaks against it, or had nothing to
measure. One contradiction is a verdict of its own: where covering the area changes little and the area alone
is enough, either of the two is enough for the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from saliency.agreement import Agreement, AgreementLevel
from saliency.checks.check import Check
from saliency.checks.cover import FEW, MATERIAL, SMALL, Cover, Finding, Keep, Reason
from saliency.checks.hiding import HideCurve
from saliency.checks.influence import Influence
from saliency.checks.paste import Paste
from saliency.checks.probe import AreaProbe
from saliency.familiarity import Familiarity
from saliency.verdict import words
from saliency.verdict.evidence import AreaTests, Bearing, Evidence, Trial, Verdict, evidence
from saliency.verdict.kinds import said
from saliency.verdict.sentences import because

_HALF = 0.5  # of the score: a fall to less is more than a part of it
_ELSEWHERE = {
    Trial.KEEP: words.NOT_ALONE,
    Trial.PASTE: words.ONLY_HERE,
    Trial.MAP: words.MAP_DIFFERS,
    Trial.HIDE: words.HIDDEN_ELSEWHERE,
    Trial.SECOND_VIEW: words.VIEWS_ELSEWHERE,
}
"""What a test that speaks against the area says, where the answer hangs on it."""
_THERE = {
    Trial.KEEP: words.ENOUGH_ANYWAY,
    Trial.PASTE: words.CARRIES_ANYWAY,
    Trial.MAP: words.MAP_BRIGHT,
    Trial.HIDE: words.HIDDEN_THERE,
    Trial.SECOND_VIEW: words.VIEWS_THERE,
}
"""What a test that speaks for the area says, where the answer does not hang on it."""


@dataclass(frozen=True)
class Conclusion:
    """What all that was tried of an area of a photo comes to.

    Attributes:
        verdict: Whether the answer hangs on the area.
        headline: The verdict in one sentence.
        because: Why it is that verdict.
        doubt: What speaks against relying on it; never empty, as it is of one photo.
        advice: What to do next.
        evidence: What each test showed, and whether that supports the verdict.
    """

    verdict: Verdict
    headline: str
    because: str
    doubt: str
    advice: str
    evidence: tuple[Evidence, ...]

    @property
    def own_doubt(self) -> str:
        """The doubt without :data:`words.ONE_PHOTO`, for where the limits beside it say the same."""
        return self.doubt.removesuffix(words.ONE_PHOTO).rstrip()

    def record(self) -> dict[str, Any]:
        """All of it as JSON types."""
        return {
            "verdict": str(self.verdict),
            "headline": self.headline,
            "because": self.because,
            "doubt": self.doubt,
            "advice": self.advice,
            "evidence": [entry.record() for entry in self.evidence],
        }


def conclude(
    probe: AreaProbe,
    *,
    cover: Cover | None = None,
    keep: Keep | None = None,
    paste: Paste | None = None,
    influence: Influence | None = None,
    map_empty: bool = False,
    hide: HideCurve | None = None,
    agreement: Agreement | None = None,
    product: bool | None = None,
    familiarity: Familiarity | None = None,
) -> Conclusion:
    """One verdict of all that was tried of an area, with its reason and its doubt; computes nothing anew.

    Args:
        probe: The area, and what was asked of it.
        cover: What covering it does, beside equal areas elsewhere; without it nothing can be concluded.
        keep: What the model says to it alone.
        paste: What pasting it into other photos does.
        influence: How much of a map's influence lies in it.
        map_empty: Whether there was a map, and it shows nothing.
        hide: The score as the map's strongest places are hidden.
        agreement: Whether a second view points to the same places as the map.
        product: Whether the area is the product itself, which pasting it proves nothing against; ``None``
            where that is not known.
        familiarity: Whether the model knows what the photo shows.
    """
    tests = AreaTests(probe, cover, keep, paste, influence, map_empty, hide, agreement, product)
    verdict, headline, advice = _judged(tests)
    entries = tuple(evidence(tests, verdict))
    question = probe.question
    doubts = (said(question, doubt) for doubt in _doubts(tests, verdict, entries))
    strange = [familiarity.sentence] if familiarity is not None and familiarity.strange else []
    return Conclusion(
        verdict=verdict,
        headline=said(question, words.HEADLINES[headline]),
        because=_because(tests, verdict),
        doubt=words.joined([*strange, *doubts]),
        advice=said(question, words.ADVICE[_fitting(advice, product, familiarity)]),
        evidence=entries,
    )


def conclusion_of(
    check: Check,
    *,
    agreement: Agreement | None = None,
    product: bool | None = None,
    familiarity: Familiarity | None = None,
) -> Conclusion:
    """What a whole check comes to, as :func:`conclude` says it.

    Args:
        check: As :func:`saliency.check` gives it.
        agreement: Whether a second view points to the same places as the check's map.
        product: Whether the area is the product itself.
        familiarity: Whether the model knows what the photo shows.
    """
    return conclude(
        check.test.probe,
        cover=check.test.cover,
        keep=check.test.keep,
        paste=check.paste,
        influence=check.influence,
        map_empty=check.explanation.empty,
        hide=check.hide,
        agreement=agreement,
        product=product,
        familiarity=familiarity,
    )


def _judged(tests: AreaTests) -> tuple[Verdict, str, str]:
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
        return Verdict.DEPENDS, "depends", "depends"
    match cover.reason:
        case Reason.AS_MUCH_ELSEWHERE:
            return Verdict.PARTLY, "shared", "shared"
        case Reason.IN_BETWEEN:
            return Verdict.PARTLY, "partly", "partly"
        case Reason.TOO_LARGE:
            return Verdict.UNKNOWN, "unknown", "too large"
        case Reason.LOW_SCORE:
            return Verdict.UNKNOWN, "unknown", "low"
        case _:
            return Verdict.UNKNOWN, "unknown", "unknown"


def _stays(cover: Cover) -> bool:
    """Whether the answer and its score stay however the area is covered, which needs no comparison."""
    before = cover.before
    return all(
        outcome.after.ahead == before.ahead
        and abs(cover.outputs.fall(before.score, outcome.after.score)) < SMALL
        for outcome in cover.fills.values()
    )


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


def _because(tests: AreaTests, verdict: Verdict) -> str:
    question = tests.probe.question
    if tests.cover is None:
        return said(question, words.BECAUSE_UNCOVERED)
    if verdict is Verdict.EITHER:
        return said(question, words.BECAUSE_EITHER[tests.enough])
    if verdict is Verdict.DOES_NOT and tests.cover.reason is Reason.TOO_LARGE:
        return said(question, words.BECAUSE[Reason.SMALL_CHANGE])
    if verdict is Verdict.DOES_NOT and tests.cover.reason is Reason.LOW_SCORE:
        return said(question, words.BECAUSE[Reason.SCORE_RISES])
    return because(question, tests.cover)


def _doubts(tests: AreaTests, verdict: Verdict, entries: tuple[Evidence, ...]) -> Iterator[str]:
    """What speaks against relying on the verdict, the weightiest first: every contradiction is named."""
    sentences = dict(_THERE if verdict is Verdict.DOES_NOT else _ELSEWHERE)
    if verdict is Verdict.DEPENDS:
        sentences[Trial.KEEP] = words.NEEDS_BOTH
    for entry in entries:
        if entry.bearing is Bearing.AGAINST:
            yield sentences[entry.kind]
    if verdict in (Verdict.PARTLY, Verdict.UNKNOWN):
        if tests.enough:
            yield words.ENOUGH_ANYWAY
        if tests.carries and not tests.product:
            yield words.CARRIES_ANYWAY
    if tests.keep is not None and not tests.keep.measured:
        yield words.NOT_MEASURED_ALONE
    if tests.agreement is not None and tests.agreement.verdict is AgreementLevel.DISAGREE:
        yield words.VIEWS[AgreementLevel.DISAGREE]
    yield words.ONE_PHOTO


def _fitting(advice: str, product: bool | None, familiarity: Familiarity | None) -> str:
    """The advice for an area that is the product, or for a thing unknown to the model, where there is one."""
    if familiarity is not None and familiarity.strange and advice in ("shared", "not", "partly", "unknown"):
        return "stranger"
    own = {"depends": "depends on product", "either": "either product", "not": "not product"}
    return own.get(advice, advice) if product else advice
