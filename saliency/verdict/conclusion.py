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
from saliency.checks.cover import Cover, Keep, Reason
from saliency.checks.hiding import HideCurve
from saliency.checks.influence import Influence
from saliency.checks.paste import Paste
from saliency.checks.probe import AreaProbe
from saliency.checks.question import Answer
from saliency.familiarity import Familiarity
from saliency.verdict import words
from saliency.verdict.advice import SAID, AreaRole, Merit, advice
from saliency.verdict.decision import judged
from saliency.verdict.evidence import AreaTests, Bearing, Evidence, Trial, Verdict, evidence
from saliency.verdict.kinds import said
from saliency.verdict.rightness import correction, rightness, weighed
from saliency.verdict.sentences import because

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
        role: What the area is, as a person says; ``None`` where nobody has said.
        merit: Whether the verdict is what one would hope for; open where nobody has said what the area is.
        meaning: The same in a sentence; empty where it is open.
        asks: Whether it matters what the area is, so that a person should say it.
        shown: What the photo shows, as a person says; empty where nobody has said.
    """

    verdict: Verdict
    headline: str
    because: str
    doubt: str
    advice: str
    evidence: tuple[Evidence, ...]
    role: AreaRole | None = None
    merit: Merit = Merit.OPEN
    meaning: str = ""
    asks: bool = False
    shown: str = ""

    @property
    def title(self) -> str:
        """What stands first: the meaning of the verdict, where it has one, else the verdict."""
        return self.meaning or self.headline

    @property
    def reason(self) -> str:
        """Why: the verdict, where its meaning stands first, and what it rests on."""
        if not self.meaning or self.role is None:
            return self.because
        return f"{self.headline} {self.because} {words.TAKEN_AS[self.role]}"

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
            "area_is": None if self.role is None else str(self.role),
            "merit": str(self.merit),
            "meaning": self.meaning,
            "photo_shows": self.shown or None,
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
    role: AreaRole | str | None = None,
    shown: str = "",
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
        role: What the area is, where a person has said: ``product``, ``detail``, ``other`` or ``both``. What
            the verdict means and what to do follow it; it changes nothing of the verdict itself.
        shown: What the photo shows, where a person has said: the name of an answer, or else one that the
            model does not have. What is good only if the answer is right follows it, and where the model
            answers otherwise, what to do says so first. Of labels of which several may be true, and of
            numbers, it says nothing.

    Raises:
        ValueError: There is no such role.
    """
    role = AreaRole.PRODUCT if role is None and product else role if role is None else AreaRole(role)
    product = product if role is None else role is AreaRole.PRODUCT
    tests = AreaTests(probe, cover, keep, paste, influence, map_empty, hide, agreement, product)
    verdict, headline, to_do = judged(tests)
    entries = tuple(evidence(tests, verdict))
    question, unsure = probe.question, _unsure(tests, familiarity)
    situation = _situation(to_do, tests, familiarity)
    right = rightness(question, shown, ahead=_before(tests).ahead)
    means = weighed(advice(situation, role), right=right)
    doubts = (said(question, doubt) for doubt in _doubts(tests, verdict, entries))
    strange = [familiarity.sentence] if familiarity is not None and familiarity.strange else []
    return Conclusion(
        verdict=verdict,
        headline=said(question, words.HEADLINES[headline], unsure=unsure),
        because=_because(tests, verdict, unsure=unsure),
        doubt=words.joined([*strange, *doubts]),
        advice=correction(question, shown) if right is False else said(question, means.to_do),
        evidence=entries,
        role=role,
        merit=means.merit,
        meaning=means.meaning,
        asks=situation in SAID,
        shown=shown,
    )


def conclusion_of(
    check: Check,
    *,
    agreement: Agreement | None = None,
    product: bool | None = None,
    familiarity: Familiarity | None = None,
    role: AreaRole | str | None = None,
    shown: str = "",
) -> Conclusion:
    """What a whole check comes to, as :func:`conclude` says it.

    Args:
        check: As :func:`saliency.check` gives it.
        agreement: Whether a second view points to the same places as the check's map.
        product: Whether the area is the product itself.
        familiarity: Whether the model knows what the photo shows.
        role: What the area is, where a person has said.
        shown: What the photo shows, where a person has said.
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
        role=role,
        shown=shown,
    )


def _because(tests: AreaTests, verdict: Verdict, *, unsure: bool) -> str:
    question = tests.probe.question
    if tests.cover is None:
        return said(question, words.BECAUSE_UNCOVERED)
    if verdict is Verdict.EITHER:
        return said(question, words.BECAUSE_EITHER[tests.enough])
    if verdict is Verdict.DOES_NOT and tests.cover.reason is Reason.TOO_LARGE:
        return said(question, words.BECAUSE[Reason.SMALL_CHANGE])
    if verdict is Verdict.DOES_NOT and tests.cover.reason is Reason.LOW_SCORE:
        return said(question, words.BECAUSE[Reason.SCORE_RISES])
    return because(question, tests.cover, unsure=unsure)


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


def _unsure(tests: AreaTests, familiarity: Familiarity | None) -> bool:
    """Whether the model's answer is one that it is not sure of, so that the verdict must not sound surer."""
    if familiarity is not None and familiarity.strange:
        return True
    return tests.probe.question.outputs.exclusive and _before(tests).score < words.LEANING


def _before(tests: AreaTests) -> Answer:
    """What the model says to the photo as it is."""
    return tests.probe.question.before if tests.cover is None else tests.cover.before


def _situation(key: str, tests: AreaTests, familiarity: Familiarity | None) -> str:
    """Which advice fits: what the area is only matters for an answer that the model gives and knows."""
    question = tests.probe.question
    if familiarity is not None and familiarity.strange and key != "lowers":
        if familiarity.kind and key in ("depends", "not alone"):
            return "one kind"
        changes = tests.cover is not None and tests.cover.reason is Reason.GUESS_CHANGES
        return "in the way" if changes and key == "depends" else "stranger"
    if key == "low" and question.before.ahead:
        return "stranger"  # the model's best answer has next to no score: it knows nothing in the photo
    if key not in SAID:
        return key
    if question.rather_than is not None:
        return "lead"
    if not question.before.ahead and question.outputs.exclusive:
        return "held down" if key == "against" else "another"
    return key
