"""What each test of an area shows beside the verdict: does it support it, speak against it, or neither?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from saliency.agreement import Agreement, AgreementLevel
from saliency.checks.cover import MATERIAL, Cover, Keep, Reason
from saliency.checks.hiding import HideCurve
from saliency.checks.influence import Influence
from saliency.checks.paste import Paste, PasteFinding
from saliency.checks.probe import AreaProbe
from saliency.verdict import sentences
from saliency.verdict.words import percent

STRONGEST = 0.1
"""Share of the picture that counts as its strongest places."""

_STANDS_OUT = 0.05  # p-value up to which a map's influence gathers in the area


class Verdict(StrEnum):
    """Whether an answer hangs on an area."""

    DEPENDS = "depends"
    EITHER = "either is enough"
    PARTLY = "partly"
    DOES_NOT = "does not depend"
    UNKNOWN = "cannot be told"


class Trial(StrEnum):
    """What can be tried of an area."""

    COVER = "cover"
    KEEP = "keep"
    PASTE = "paste"
    MAP = "map"
    HIDE = "hide"
    SECOND_VIEW = "second view"


class Bearing(StrEnum):
    """What a test says about the verdict."""

    SUPPORTS = "supports"
    AGAINST = "against"
    UNCLEAR = "unclear"
    NOTHING = "nothing to measure"


@dataclass(frozen=True)
class Evidence:
    """One test of the area.

    Attributes:
        kind: The test.
        bearing: What it says about the verdict.
        sentence: What it showed.
    """

    kind: Trial
    bearing: Bearing
    sentence: str

    def record(self) -> dict[str, Any]:
        """As JSON types."""
        return {"test": str(self.kind), "bearing": str(self.bearing), "sentence": self.sentence}


@dataclass(frozen=True, eq=False)
class AreaTests:
    """All that was tried of one area; what was not is ``None``.

    Attributes:
        probe: The area, and what was asked.
        cover: What covering it does.
        keep: What the model says to it alone.
        paste: What pasting it into other photos does.
        influence: How much of the map's influence lies in it; ``None`` too where the map shows nothing.
        map_empty: Whether there was a map that shows nothing.
        hide: The score as the map's strongest places are hidden.
        agreement: Whether a second view points to the same places as the map.
        product: Whether the area is the product itself; ``None`` where nobody said.
    """

    probe: AreaProbe
    cover: Cover | None = None
    keep: Keep | None = None
    paste: Paste | None = None
    influence: Influence | None = None
    map_empty: bool = False
    hide: HideCurve | None = None
    agreement: Agreement | None = None
    product: bool | None = None

    @property
    def enough(self) -> bool:
        """Whether the area alone is enough for the answer."""
        return self.keep is not None and self.keep.measured and self.keep.enough

    @property
    def carries(self) -> bool:
        """Whether it takes the answer along into other photos."""
        return self.paste is not None and self.paste.finding is PasteFinding.CARRIES

    @property
    def in_map(self) -> bool | None:
        """Whether the map's influence gathers in it, or rather elsewhere.

        ``None`` without a map that shows something, and where about as much lies in it as chance would put
        there, or more, and chance could still have done so: that is for neither.
        """
        if self.influence is None:
            return None
        share = self.influence.share
        if share.p_value <= _STANDS_OUT:
            return True
        below = share.value < share.chance and percent(share.value) != percent(share.chance)
        return False if below else None


def evidence(tests: AreaTests, verdict: Verdict) -> Iterator[Evidence]:
    """Each test that was made, in the order of its weight."""
    counts = {Verdict.DEPENDS: True, Verdict.EITHER: True, Verdict.DOES_NOT: False}.get(verdict)
    if tests.cover is not None:
        unknown = verdict is Verdict.UNKNOWN
        low = unknown and tests.cover.reason is Reason.LOW_SCORE
        bearing = Bearing.NOTHING if low else Bearing.UNCLEAR if unknown else Bearing.SUPPORTS
        yield Evidence(Trial.COVER, bearing, sentences.covered(tests.probe.question, tests.cover, low=low))
    if tests.keep is not None:
        given = tests.probe.question.before.ahead
        bearing = _bearing(_kept(tests.keep, given=given), counts) if tests.keep.measured else Bearing.NOTHING
        yield Evidence(Trial.KEEP, bearing, sentences.kept(tests.probe.question, tests.keep))
    if tests.paste is not None:
        sentence = sentences.pasted(tests.probe.question, tests.paste, product=tests.product)
        yield Evidence(Trial.PASTE, _pasted(tests, counts), sentence)
    if tests.influence is not None or tests.map_empty:
        bearing = Bearing.NOTHING if tests.influence is None else _bearing(tests.in_map, counts)
        yield Evidence(Trial.MAP, bearing, sentences.in_map(tests.influence))
    if tests.hide is not None:
        flat, inside = flat_curve(tests.hide), strongest_inside(tests)
        bearing = _bearing(2 * inside >= 1 if tests.hide.sooner else None, counts)
        small = float(tests.probe.mask.float().mean()) < STRONGEST
        sentence = sentences.hidden(tests.hide, flat=flat, inside=inside, small=small)
        yield Evidence(Trial.HIDE, Bearing.NOTHING if flat else bearing, sentence)
    if tests.agreement is not None:
        sentence = sentences.second_view(tests.probe.question, tests.agreement)
        yield Evidence(Trial.SECOND_VIEW, _second_view(tests, counts), sentence)


def flat_curve(curve: HideCurve) -> bool:
    """Whether the score hardly falls, or the number hardly moves, before half of the picture is hidden."""
    before, outputs = curve.answers[0].score, curve.question.outputs
    levels = zip(curve.levels, curve.scores, curve.scores_elsewhere, strict=True)
    falls = [outputs.fall(before, value) for level, *values in levels if level <= 0.5 for value in values]
    return all((abs(fall) if outputs.is_score else fall) < MATERIAL for fall in falls)


def strongest_inside(tests: AreaTests) -> float:
    """How far area and strongest places of the map overlap, as a share of the smaller; 0 without a curve."""
    if tests.hide is None:
        return 0.0
    strongest = tests.hide.order <= STRONGEST
    smaller = min(int(strongest.sum()), int(tests.probe.mask.sum()))
    return int((strongest & tests.probe.mask).sum()) / max(1, smaller)


def _kept(keep: Keep, *, given: bool) -> bool | None:
    """Whether the area alone is enough; ``None`` where that hangs on how the rest is covered.

    Of a class that the whole photo does not have for an answer, it says nothing that its parts do not either.
    A number is made of all parts of a photo, so that it is another one with less of them.
    """
    stays = set(keep.stays)
    if stays == {False} and (not given or keep.outputs.is_score):
        return None
    return stays.pop() if len(stays) == 1 else None


def _pasted(tests: AreaTests, counts: bool | None) -> Bearing:
    assert tests.paste is not None
    match tests.paste.finding:
        case PasteFinding.NO_PHOTO:
            return Bearing.NOTHING
        case PasteFinding.CARRIES | PasteFinding.CARRIES_NOT as finding:
            if finding is PasteFinding.CARRIES and _opposed(tests):
                return Bearing.UNCLEAR
            bearing = _bearing(finding is PasteFinding.CARRIES, counts)
            # A product is recognised anywhere, or the other photo's own thing still is: nothing against it.
            return Bearing.UNCLEAR if tests.product and bearing is Bearing.AGAINST else bearing
        case _:
            return Bearing.UNCLEAR


def _opposed(tests: AreaTests) -> bool:
    """Whether the area moves the number of other photos the other way than that of its own."""
    if tests.paste is None or tests.cover is None or not tests.cover.outputs.is_score:
        return False
    return tests.paste.moved * (tests.cover.before.score - tests.cover.after) < 0


def _second_view(tests: AreaTests, counts: bool | None) -> Bearing:
    """A second view speaks for or against the map, and by way of the map."""
    assert tests.agreement is not None
    match tests.agreement.verdict:
        case AgreementLevel.EMPTY | AgreementLevel.UNMOVED:
            return Bearing.NOTHING
        case AgreementLevel.AGREE:
            return _bearing(tests.in_map, counts)
        case _:
            return Bearing.UNCLEAR


def _bearing(says: bool | None, counts: bool | None) -> Bearing:
    """What a test says about the verdict: each says that the area counts, or that it does not, or neither."""
    if says is None or counts is None:
        return Bearing.UNCLEAR
    return Bearing.SUPPORTS if says is counts else Bearing.AGAINST
