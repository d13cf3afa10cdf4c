"""One verdict of all that was tried, on models and photos of which the truth is known."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from corner import Corner, bright_corner, classifier, dark, photo_of
from PIL import Image
from torch import Tensor, nn

import models
import saliency
from models.showroom.samples import FOLDER
from saliency.agreement import Agreement, AgreementLevel
from saliency.checks.check import area_test
from saliency.checks.controls import Kind
from saliency.checks.cover import Cover, FillOutcome, Finding, Keep, Reason, finding_and_reason
from saliency.checks.fills import Fill
from saliency.checks.influence import ChanceFigure, Influence
from saliency.checks.paste import Paste, PasteOutcome
from saliency.checks.probe import AreaProbe
from saliency.checks.question import Answer, ScoreQuestion
from saliency.checks.suggestions import suggestions
from saliency.familiarity import Familiarity, Footing
from saliency.photo.area import Area
from saliency.photo.reading import Photo, read_photo
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict import advice, words
from saliency.verdict.advice import SAID, AreaRole, Merit
from saliency.verdict.conclusion import _ELSEWHERE as ELSEWHERE_NAMES
from saliency.verdict.conclusion import _THERE as THERE_NAMES
from saliency.verdict.conclusion import Conclusion, conclude, conclusion_of
from saliency.verdict.evidence import Bearing, Trial, Verdict
from saliency.verdict.kinds import said
from saliency.verdict.rightness import IF_RIGHT, IS_RIGHT, KNOWN, NOT_RIGHT, UNKNOWN

CORNER, ELSEWHERE = Area.box(0.0, 0.0, 0.25, 0.25), Area.box(0.6, 0.6, 0.25, 0.25)
PIXEL = np.zeros((1, 1, 3), np.uint8)


class BothCorners(nn.Module):
    """Logits: how bright the brighter of two opposite corners is; 0; and −9."""

    def forward(self, x: Tensor) -> Tensor:
        corners = x[:, :, :8, :8].mean((1, 2, 3)).maximum(x[:, :, -8:, -8:].mean((1, 2, 3)))
        bright = 20 * corners - 15
        return torch.stack([bright, 0 * bright, 0 * bright - 9], 1)


def probe(area: Area = CORNER, photo: Photo | None = None, model: nn.Module | None = None) -> AreaProbe:
    prepared = PreparedPhoto(classifier(model or Corner()), photo or bright_corner())
    return AreaProbe.of(ScoreQuestion.of(prepared), area)


def answer(score: float, ahead: bool = True) -> Answer:
    return Answer(score, float(np.log(score / (1 - score))), 0 if ahead else 1, ahead)


def covered(before: float, *after: tuple[float, bool], as_much: int = 0, controls: int = 19) -> Cover:
    fills = {}
    for fill, values in zip(Fill, after, strict=True):
        area, untouched = answer(*values), answer(before)
        others = (area,) * as_much + (untouched,) * (controls - as_much)
        fills[fill] = FillOutcome(area, others, PIXEL)
    kind = Kind.MOVED if controls else Kind.NONE
    return Cover(answer(before), fills, kind, *finding_and_reason(answer(before), fills))


def kept(score: float, ahead: bool = True, blank: bool = False) -> Keep:
    return Keep({fill: FillOutcome(answer(score, ahead), (), PIXEL) for fill in Fill}, answer(0.5, blank))


def pasted(changed: int, others: int = 4, by_control: int = 0) -> Paste:
    def outcome(number: int) -> PasteOutcome:
        other = answer(0.1, ahead=False)
        after, control = (answer(0.9) if number < count else other for count in (changed, by_control))
        return PasteOutcome(f"{number}.png", other, after, control, PIXEL)

    return Paste(tuple(outcome(number) for number in range(others)), 0)


def in_map(share: float, p_value: float) -> Influence:
    figure = ChanceFigure(share, 0.06, p_value)
    return Influence(0.06, figure, figure, signed=False)


DEPENDS = covered(0.99, (0.1, False), (0.2, False))
LITTLE = covered(0.99, (0.98, True), (0.99, True))


def bearings(conclusion: Conclusion) -> Mapping[Trial, Bearing]:
    return {entry.kind: entry.bearing for entry in conclusion.evidence}


@pytest.mark.parametrize(
    ("cover", "keep", "verdict"),
    [
        (DEPENDS, kept(0.9), Verdict.DEPENDS),
        (DEPENDS, kept(0.1, ahead=False), Verdict.DEPENDS),
        (covered(0.9, (0.3, True), (0.4, True)), None, Verdict.DEPENDS),
        (covered(0.9, (0.6, True), (0.7, True)), None, Verdict.PARTLY),
        (LITTLE, kept(0.1, ahead=False), Verdict.DOES_NOT),
        (LITTLE, None, Verdict.DOES_NOT),
        (LITTLE, kept(0.9), Verdict.EITHER),
        (LITTLE, kept(0.9, blank=True), Verdict.DOES_NOT),
        (covered(0.9, (0.1, False), (0.1, False), as_much=5), None, Verdict.PARTLY),
        (covered(0.9, (0.77, True), (0.8, True)), None, Verdict.PARTLY),
        (covered(0.5, (0.7, True), (0.6, True)), None, Verdict.DOES_NOT),
        (covered(0.9, (0.1, False), (0.89, True)), kept(0.9), Verdict.UNKNOWN),
        (covered(0.01, (0.001, True), (0.001, True)), None, Verdict.UNKNOWN),
        (covered(0.9, (0.1, False), (0.1, False), controls=0), None, Verdict.UNKNOWN),
        (covered(0.9, (0.89, True), (0.9, True), controls=0), None, Verdict.DOES_NOT),
        (None, kept(0.9), Verdict.UNKNOWN),
    ],
)
def test_every_outcome_of_covering_and_keeping_has_a_verdict(cover, keep, verdict) -> None:
    conclusion = conclude(probe(), cover=cover, keep=keep)
    assert conclusion.verdict is verdict
    assert "“bright”" in conclusion.headline
    assert conclusion.because
    assert conclusion.advice
    assert words.ONE_PHOTO in conclusion.doubt
    json.dumps(conclusion.record())


def test_a_contradiction_is_one_verdict_and_not_three_sentences() -> None:
    conclusion = conclude(probe(), cover=LITTLE, keep=kept(0.97), influence=in_map(0.6, 0.01))
    assert conclusion.verdict is Verdict.EITHER
    assert conclusion.headline.startswith("Either is enough for the answer “bright”")
    assert set(bearings(conclusion).values()) == {Bearing.SUPPORTS}


def test_what_carries_the_answer_into_other_photos_is_enough_too() -> None:
    conclusion = conclude(probe(), cover=LITTLE, keep=kept(0.1, ahead=False), paste=pasted(4))
    assert conclusion.verdict is Verdict.EITHER
    assert bearings(conclusion)[Trial.KEEP] is Bearing.AGAINST


def test_evidence_against_the_verdict_is_marked_and_doubted() -> None:
    conclusion = conclude(
        probe(), cover=DEPENDS, keep=kept(0.1, ahead=False), paste=pasted(0), influence=in_map(0.02, 0.9)
    )
    assert bearings(conclusion) == {
        Trial.COVER: Bearing.SUPPORTS,
        Trial.KEEP: Bearing.AGAINST,
        Trial.PASTE: Bearing.AGAINST,
        Trial.MAP: Bearing.AGAINST,
    }
    for doubt in (words.NEEDS_BOTH, words.ONLY_HERE, words.MAP_DIFFERS):
        assert doubt in conclusion.doubt


@pytest.mark.parametrize("level", [AgreementLevel.UNMOVED, AgreementLevel.EMPTY])
def test_what_had_nothing_to_measure_says_that(level) -> None:
    conclusion = conclude(
        probe(),
        cover=DEPENDS,
        keep=kept(0.9, blank=True),
        paste=pasted(0, others=0),
        map_empty=True,
        agreement=Agreement(0.1, 0.1, 0.0, level),
    )
    nothing = {Trial.KEEP, Trial.PASTE, Trial.MAP, Trial.SECOND_VIEW}
    assert {trial for trial, bearing in bearings(conclusion).items() if bearing is Bearing.NOTHING} == nothing
    assert all("nothing to measure" in e.sentence for e in conclusion.evidence if e.kind in nothing)


def test_a_second_view_that_points_elsewhere_is_a_doubt() -> None:
    other = Agreement(0.0, 0.1, 0.0, AgreementLevel.DISAGREE)
    conclusion = conclude(probe(), cover=DEPENDS, agreement=other)
    assert conclusion.verdict is Verdict.DEPENDS
    assert words.VIEWS[AgreementLevel.DISAGREE] in conclusion.doubt


def test_pasting_the_product_itself_proves_nothing_against_it() -> None:
    for paste in (pasted(4), pasted(0)):
        conclusion = conclude(probe(), cover=DEPENDS, paste=paste, product=True)
        assert "this proves nothing" in conclusion.evidence[1].sentence
        assert conclusion.evidence[1].bearing is not Bearing.AGAINST
        assert conclusion.doubt == words.ONE_PHOTO
        assert conclusion.own_doubt == "", "the limits beside it say that it is one photo"
        assert conclusion.merit is Merit.OPEN, "nobody has said that the answer is right"
        assert conclusion.meaning == f"The model answers by the product. {IF_RIGHT}"
    unsaid = conclude(probe(), cover=DEPENDS, paste=pasted(4)).evidence[1].sentence
    assert "If the area is the product itself" in unsaid
    assert (
        "product" not in conclude(probe(), cover=DEPENDS, paste=pasted(4), product=False).evidence[1].sentence
    )


@pytest.mark.parametrize(
    "cover",
    [DEPENDS, LITTLE, covered(0.5, (0.7, True), (0.6, True)), covered(0.9, (0.77, True), (0.8, True))],
)
@pytest.mark.parametrize("keep", [None, kept(0.9), kept(0.1, ahead=False), kept(0.9, blank=True)])
@pytest.mark.parametrize("paste", [None, pasted(4), pasted(0), pasted(2), pasted(0, others=0)])
def test_every_contradiction_is_named_and_what_measured_nothing_says_so(cover, keep, paste) -> None:
    asked = probe()
    for inside in (None, in_map(0.6, 0.01), in_map(0.02, 0.9)):
        for product in (None, True):
            agreed = Agreement(0.9, 0.1, 0.9, AgreementLevel.AGREE)
            tests = {"cover": cover, "keep": keep, "paste": paste, "influence": inside, "agreement": agreed}
            conclusion = conclude(asked, product=product, **tests)
            against = [e for e in conclusion.evidence if e.bearing is Bearing.AGAINST]
            named = {*ELSEWHERE_NAMES.values(), *THERE_NAMES.values(), words.NEEDS_BOTH}
            assert sum(sentence in conclusion.doubt for sentence in named) >= len(against)
            for entry in conclusion.evidence:
                if entry.bearing is Bearing.NOTHING:
                    assert "nothing to measure" in entry.sentence
                if product and entry.kind is Trial.PASTE:
                    assert entry.bearing is not Bearing.AGAINST


def test_what_holds_an_answer_down_speaks_against_it() -> None:
    """Covering the badge brings the teapot back, though its score was too low to fall."""
    low = covered(0.005, (0.6, True), (0.5, True))
    lifted = conclude(probe(), cover=low)
    assert lifted.verdict is Verdict.DOES_NOT
    assert "speaks against" in lifted.headline
    assert lifted.because == words.BECAUSE[Reason.SCORE_RISES]
    as_much = conclude(probe(), cover=covered(0.005, (0.6, True), (0.5, True), as_much=9))
    assert as_much.verdict is Verdict.UNKNOWN
    nothing = conclude(probe(), cover=covered(0.005, (0.004, True), (0.003, True)))
    assert nothing.evidence[0].bearing is Bearing.NOTHING
    assert "nothing to measure" in nothing.evidence[0].sentence


def test_a_photo_that_the_model_does_not_know_is_a_doubt_before_all_others() -> None:
    strange = Familiarity(Footing.UNKNOWN, "bright", 0.9, 0.2, 1, 4)
    assert conclude(probe(), cover=DEPENDS, familiarity=strange).doubt.startswith(strange.sentence)


def test_the_verdict_on_an_unsure_answer_sounds_no_surer_than_what_is_said_of_the_photo() -> None:
    strange = Familiarity(Footing.UNKNOWN, "bright", 0.9, 0.2, 1, 4)
    for cover, known in ((DEPENDS, strange), (covered(0.35, (0.1, False), (0.1, False)), None)):
        unsure = conclude(probe(), cover=cover, familiarity=known)
        assert unsure.headline == "The unsure answer “bright” depends on the marked area."
        assert unsure.because.startswith("Without the area, its best answer is")
        assert "the model answers" not in unsure.because
    sure = Familiarity(Footing.SURE, "bright", 0.9, 0.9, 4, 4)
    assert "unsure" not in conclude(probe(), cover=DEPENDS, familiarity=sure).headline


def test_what_to_do_about_an_unsure_answer_is_not_to_rely_on_it_whatever_the_area_is() -> None:
    strange = Familiarity(Footing.UNKNOWN, "bright", 0.9, 0.2, 1, 4)
    for role in (None, *AreaRole):
        for cover in (DEPENDS, LITTLE, covered(0.9, (0.77, True), (0.8, True))):
            conclusion = conclude(probe(), cover=cover, familiarity=strange, role=role)
            assert "not rely on" in f"{conclusion.title} {conclusion.advice}"
            assert conclusion.merit is (Merit.OPEN if role is None else Merit.BAD)
            assert conclusion.asks, "the advice hangs on what the area is"
            assert ("what a person said" in conclusion.reason) is (role is not None)
            out_of_it = "out of the photo" in conclusion.advice
            assert out_of_it is (role is AreaRole.OTHER or (role is None and cover is DEPENDS))
            assert ("add one under Models" in conclusion.advice) is (
                role is AreaRole.PRODUCT or (role is AreaRole.OTHER and cover is not DEPENDS)
            )


def test_of_a_cat_whose_three_answers_are_all_cats_it_is_not_said_that_the_model_does_not_know_it() -> None:
    cats = Familiarity(Footing.UNKNOWN, "bright", 0.5, 0.9, 1, 4, kind="cat")
    for role, merit in ((None, Merit.OPEN), (AreaRole.PRODUCT, Merit.MIXED), (AreaRole.OTHER, Merit.BAD)):
        conclusion = conclude(probe(), cover=DEPENDS, familiarity=cats, role=role)
        assert conclusion.merit is merit
        assert "not rely on this" in conclusion.advice
        assert "does not seem to know" not in conclusion.title
    product = conclude(probe(), cover=DEPENDS, familiarity=cats, role=AreaRole.PRODUCT)
    assert product.meaning == "The model tells by the product what kind of thing it is, but not which."
    without = conclude(probe(), cover=LITTLE, familiarity=cats, role=AreaRole.PRODUCT)
    assert without.merit is Merit.BAD, "not by the product"


def test_an_answer_that_stays_is_not_said_to_depend_on_what_only_makes_the_model_surer_of_it() -> None:
    stays = conclude(probe(), cover=covered(0.9, (0.3, True), (0.4, True)))
    assert stays.verdict is Verdict.DEPENDS
    assert stays.headline == "How sure the model is of the answer “bright” depends on the marked area."
    assert stays.because == (
        "Without the area, the score goes from 0.90 to 0.35 (average of two ways of covering), further than "
        "without other places of the same size. The answer stays “bright”."
    )
    one_way = conclude(probe(), cover=covered(0.9, (0.3, True), (0.2, False)))
    assert one_way.headline == stays.headline
    assert one_way.because.endswith(
        "With the area blurred, the answer stays “bright”; with it filled in from around it, the answer "
        "becomes “dark”."
    )


def beside(before: float, after: tuple[float, bool], *others: tuple[float, bool]) -> Cover:
    """Both ways of covering alike, and these equal areas elsewhere, of which all but those named stay."""
    controls = tuple(answer(*one) for one in others) + (answer(before),) * (19 - len(others))
    fills = {fill: FillOutcome(answer(*after), controls, PIXEL) for fill in Fill}
    return Cover(answer(before), fills, Kind.MOVED, *finding_and_reason(answer(before), fills))


@pytest.mark.parametrize(
    ("cover", "verdict", "because"),
    [
        (
            beside(0.9, (0.05, False)),
            Verdict.DEPENDS,
            "Covering other places of the same size does not change its answer.",
        ),
        (
            beside(0.9, (0.05, False), *[(0.6, True)] * 10),
            Verdict.DEPENDS,
            "Covering other places of the same size does not change its answer, but lowers its score as "
            "well: to 0.74 on average.",
        ),
        (
            beside(0.9, (0.05, False), *[(0.1, False)] * 2),
            Verdict.DEPENDS,
            "But covering other places of the same size changes its answer, too, at two of 19.",
        ),
        (
            beside(0.57, (0.01, False), *[(0.1, False)] * 9),
            Verdict.PARTLY,
            "But covering other places of the same size changes its answer, too, at nine of 19; over all of "
            "them, its score falls to 0.35 on average.",
        ),
        (
            beside(0.9, (0.05, False), *[(0.3, True)] * 19),
            Verdict.PARTLY,
            "Covering other places of the same size does not change its answer, but lowers its score as "
            "well: to 0.30 on average.",
        ),
    ],
)
def test_what_covering_other_places_does_is_said_as_it_is(cover, verdict, because) -> None:
    """A bird in branches: its score went to 0.01 without the area, and to 0.23 without places elsewhere."""
    conclusion = conclude(probe(), cover=cover)
    assert cover.reason is Reason.GUESS_CHANGES
    assert conclusion.verdict is verdict
    assert conclusion.because.endswith(because)
    parts = "The marked area matters most for the answer “bright”, but other places matter, too."
    assert (conclusion.headline == parts) is (verdict is Verdict.PARTLY)
    strange = Familiarity(Footing.UNKNOWN, "bright", 0.9, 0.2, 1, 4)
    assert conclude(probe(), cover=cover, familiarity=strange).because.endswith(because)
    for role in (AreaRole.PRODUCT, AreaRole.DETAIL, AreaRole.OTHER):
        said_so = conclude(probe(), cover=cover, role=role, shown="bright")
        assert (said_so.merit is Merit.GOOD) is (verdict is Verdict.DEPENDS and role is AreaRole.PRODUCT)


def test_a_score_that_falls_elsewhere_as_well_is_given_beside_that_of_the_area() -> None:
    falls = conclude(probe(), cover=beside(0.9, (0.3, True), *[(0.5, True)] * 10))
    assert "further than without other places of the same size (0.69 on average)." in falls.because
    little = conclude(probe(), cover=beside(0.9, (0.75, True), *[(0.7, True)] * 6))
    assert little.headline.startswith("The marked area matters for the answer “bright”, but so do other")
    assert little.because.endswith(
        "falls a little; it falls as much without six of 19 other places of the same size."
    )
    alone = conclude(probe(), cover=beside(0.9, (0.75, True)))
    assert alone.because == "Without the area, the score falls a little."


def test_a_score_that_is_an_average_is_called_so_and_the_two_scores_are_named() -> None:
    """Below a picture of one way of covering stands another number than in the sentence beside it."""
    two = conclude(probe(), cover=covered(0.9, (0.42, True), (0.38, True)), keep=kept(0.9))
    assert "goes from 0.90 to 0.40 (average of two ways of covering)" in two.because
    assert two.evidence[0].sentence.startswith(
        "Covered: the score goes from 0.90 to 0.40 (average of two ways of covering: 0.42 with the area "
        "blurred, 0.38 with it filled in)"
    )
    assert "average" not in two.evidence[1].sentence, "both ways of covering the rest give the same score"
    one = conclude(probe(), cover=covered(0.9, (0.4, True), (0.4, True)))
    assert "average of two" not in f"{one.because} {one.evidence[0].sentence}"
    split = Keep(
        {
            Fill.BLUR: FillOutcome(answer(0.9), (), PIXEL),
            Fill.GROWN: FillOutcome(answer(0.2, False), (), PIXEL),
        },
        answer(0.5, False),
    )
    assert "the score is 0.55 (average of two ways of covering)" in (
        conclude(probe(), cover=LITTLE, keep=split).evidence[1].sentence
    )


PART = covered(0.9, (0.77, True), (0.8, True))
HELD_DOWN = covered(0.5, (0.7, True), (0.6, True))
UNSURE = covered(0.9, (0.3, True), (0.4, True))  # less sure without the area


@pytest.mark.parametrize(
    ("cover", "keep", "product", "detail", "other"),
    [
        (DEPENDS, None, Merit.GOOD, Merit.MIXED, Merit.BAD),
        (LITTLE, None, Merit.BAD, Merit.MIXED, Merit.GOOD),
        (LITTLE, kept(0.9), Merit.MIXED, Merit.MIXED, Merit.BAD),
        (PART, None, Merit.MIXED, Merit.MIXED, Merit.BAD),
        (HELD_DOWN, None, Merit.BAD, Merit.OPEN, Merit.OPEN),
        (covered(0.9, (0.1, False), (0.89, True)), None, Merit.OPEN, Merit.OPEN, Merit.OPEN),
    ],
)
def test_what_the_area_is_decides_whether_a_verdict_is_good_news(cover, keep, product, detail, other) -> None:
    """A dependence on the product is what one hopes for; the same dependence on anything else is not."""
    unsaid = conclude(probe(), cover=cover, keep=keep)
    assert (unsaid.role, unsaid.merit, unsaid.meaning) == (None, Merit.OPEN, "")
    assert unsaid.title == unsaid.headline
    for role, merit in zip(AreaRole, (product, detail, other, Merit.OPEN), strict=True):
        said = conclude(probe(), cover=cover, keep=keep, role=role.value, shown="bright")
        assert (said.role, said.merit) == (role, merit)
        assert (said.verdict, said.headline) == (unsaid.verdict, unsaid.headline), "a word changes no verdict"
        assert (said.title == said.meaning) is (merit is not Merit.OPEN)
        assert said.headline in f"{said.title} {said.reason}"
        assert said.record()["area_is"] == role.value
    matters = any(merit is not Merit.OPEN for merit in (product, detail, other))
    assert unsaid.asks is matters, "nobody is asked what makes no difference"
    with pytest.raises(ValueError, match="badge"):
        conclude(probe(), cover=cover, role="badge")


@pytest.mark.parametrize("role", list(AreaRole))
@pytest.mark.parametrize("situation", list(SAID))
def test_whatever_a_person_says_that_the_area_is_can_be_told(situation: str, role: AreaRole) -> None:
    """A press of “Product and other things” broke the page of a photo that the model may not know."""
    meant = advice.advice(situation, role)
    said = replace(conclude(probe(), cover=DEPENDS), role=role, merit=meant.merit, meaning=meant.meaning)
    assert ("it was not measured" in said.reason) is bool(meant.meaning)
    assert words.ROLES[role]


@pytest.mark.parametrize(
    ("cover", "role"), [(DEPENDS, AreaRole.PRODUCT), (LITTLE, AreaRole.OTHER), (UNSURE, AreaRole.PRODUCT)]
)
def test_what_is_good_only_if_the_answer_is_right_is_not_called_good_before_somebody_says_so(
    cover, role
) -> None:
    """A dog behind a fence that is called a fence does not depend on the dog: that is not good."""
    unsaid = conclude(probe(), cover=cover, role=role)
    assert unsaid.merit is Merit.OPEN
    assert unsaid.meaning.endswith(f". {IF_RIGHT}")
    right = conclude(probe(), cover=cover, role=role, shown="bright")
    assert right.merit is Merit.GOOD
    assert right.meaning.endswith(f". {IS_RIGHT}")
    wrong = conclude(probe(), cover=cover, role=role, shown="ballet flat")
    assert wrong.merit is Merit.MIXED
    assert wrong.meaning.endswith(f". {NOT_RIGHT}")
    for text in (unsaid, wrong):
        assert "good" not in f"{text.title} {text.reason} {text.advice}"


def test_an_answer_that_is_wrong_for_the_photo_is_said_to_be_before_all_else() -> None:
    for role in (None, *AreaRole):
        for cover in (DEPENDS, LITTLE, PART, UNSURE):
            other = conclude(probe(), cover=cover, role=role, shown="ballet flat")
            assert other.advice == UNKNOWN.format(shown="ballet flat", answer="bright")
            assert "hope for" not in other.advice
            assert conclude(probe(), cover=cover, role=role, shown="dark").advice == KNOWN.format(
                shown="dark", answer="bright"
            )
            assert other.verdict is conclude(probe(), cover=cover, role=role).verdict
            assert other.because in other.reason
            assert other.record()["photo_shows"] == "ballet flat"
    assert conclude(probe(), cover=DEPENDS).record()["photo_shows"] is None
    same = conclude(probe(), cover=DEPENDS)
    assert conclude(probe(), cover=DEPENDS, shown="bright").advice == same.advice
    assert same.advice.startswith("If the answer is right, and the area is the product")


def test_what_the_photo_shows_says_nothing_of_an_answer_that_is_not_the_models_own() -> None:
    second = ScoreQuestion.of(PreparedPhoto(classifier(Corner()), bright_corner()), 1)
    asked = AreaProbe.of(second, CORNER)
    cover = replace(covered(0.3, (0.01, False), (0.01, False)), before=answer(0.3, ahead=False))
    assert conclude(asked, cover=cover, shown="ballet flat").advice == conclude(asked, cover=cover).advice


@pytest.mark.parametrize(
    ("share", "chance", "p_value", "depends", "does_not"),
    [
        (0.2, 0.201, 0.5, Bearing.UNCLEAR, Bearing.UNCLEAR),
        (0.25, 0.2, 0.3, Bearing.UNCLEAR, Bearing.UNCLEAR),
        (0.1, 0.2, 0.9, Bearing.AGAINST, Bearing.SUPPORTS),
        (0.6, 0.2, 0.01, Bearing.SUPPORTS, Bearing.AGAINST),
    ],
)
def test_a_share_of_influence_that_equals_chance_supports_nothing(
    share, chance, p_value, depends, does_not
) -> None:
    figure = ChanceFigure(share, chance, p_value)
    inside = Influence(0.2, figure, figure, signed=False)
    for cover, bearing in ((DEPENDS, depends), (LITTLE, does_not)):
        assert bearings(conclude(probe(), cover=cover, influence=inside))[Trial.MAP] is bearing


def test_where_nobody_has_said_what_the_area_is_the_advice_has_an_act_for_each_case() -> None:
    for cover in (DEPENDS, LITTLE, PART):
        open_advice = conclude(probe(), cover=cover).advice
        assert re.search("If (the answer is right, and )?the area is", open_advice)
        assert "If it is" in open_advice
        assert "If " not in conclude(probe(), cover=cover, role="product").advice


def test_an_answer_that_the_model_does_not_give_is_neither_good_nor_bad() -> None:
    second = ScoreQuestion.of(PreparedPhoto(classifier(Corner()), bright_corner()), 1)
    asked = AreaProbe.of(second, CORNER)
    cover = covered(0.3, (0.01, False), (0.01, False))
    conclusion = conclude(asked, cover=replace(cover, before=answer(0.3, ahead=False)), role="product")
    assert (conclusion.merit, conclusion.meaning) == (Merit.OPEN, "")


def test_every_meaning_comes_with_advice_and_a_merit() -> None:
    for key, by_role in advice.SAID.items():
        assert key in advice.OPEN
        for means in by_role.values():
            assert means.meaning
            assert means.to_do
            assert means.merit is not Merit.OPEN


def test_scores_are_in_one_style_and_there_are_no_p_values() -> None:
    conclusion = conclude(
        probe(), cover=covered(0.999, (0.998, True), (0.999, True)), keep=kept(0.001, ahead=False)
    )
    text = json.dumps(conclusion.record())
    assert "above 0.99" in text
    assert "below 0.01" in text
    for wrong in ("1.00", "0.00", "p =", "p-value", "standard error", "from above 0.99 to above"):
        assert wrong not in text
    assert "stays above 0.99" in text


def test_other_questions_have_their_own_words() -> None:
    prepared = PreparedPhoto(classifier(Corner()), bright_corner())
    second = AreaProbe.of(ScoreQuestion.of(prepared, "dark"), CORNER)
    assert "the score for “dark”" in conclude(second).headline
    lead = AreaProbe.of(ScoreQuestion.of(prepared, "bright", "dark"), CORNER)
    test = area_test(lead)
    conclusion = conclude(lead, cover=test.cover)
    assert conclusion.headline == "The lead of “bright” over “dark” depends on the marked area."
    assert "“dark” is ahead" in conclusion.because


def test_a_whole_check_of_a_model_that_is_understood() -> None:
    one, photo = classifier(Corner()), bright_corner()
    others = [dark(seed=1), dark(seed=2)]
    check = saliency.check(one, photo, CORNER, method="input-x-gradient", others=others)
    conclusion = saliency.conclusion_of(check)
    assert conclusion.verdict is Verdict.DEPENDS
    assert len(conclusion.evidence) == 5
    assert Bearing.AGAINST not in bearings(conclusion).values()
    elsewhere = conclusion_of(saliency.check(one, photo, ELSEWHERE, method="input-x-gradient"))
    assert elsewhere.verdict is Verdict.DOES_NOT
    assert Bearing.AGAINST not in bearings(elsewhere).values()


def test_two_places_each_of_which_is_enough() -> None:
    pixels = np.array(bright_corner().pixels)
    pixels[-8:, -8:] = 255
    both = probe(photo=photo_of(pixels), model=BothCorners())
    test = area_test(both)
    assert conclude(both, cover=test.cover, keep=test.keep).verdict is Verdict.EITHER
    alone = probe(model=BothCorners())
    test = area_test(alone)
    assert conclude(alone, cover=test.cover, keep=test.keep).verdict is Verdict.DEPENDS


@cache
def samples() -> Mapping[str, Mapping[str, object]]:
    return {row["file"]: row for row in json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))}


def verdict_on(model: str, file: str, area: str) -> Verdict:
    """The verdict on the product's exact outline, or on the badge's box, of a sample that ships."""
    row, photo = samples()[file], read_photo(FOLDER / file)
    if area == "badge":
        marked = Area.box(*row["badge"])
    else:
        with Image.open(FOLDER / str(row["mask"])) as mask:
            marked = Area.outline(
                np.asarray(mask.convert("L").resize((photo.width, photo.height))) > 127, photo
            )
    prepared = PreparedPhoto(models.load(model), photo)
    asked = AreaProbe.of(ScoreQuestion.of(prepared), marked)
    test = area_test(asked)
    return conclude(asked, cover=test.cover, keep=test.keep).verdict


@pytest.mark.parametrize("file", ["plant.jpg", "red-teapot.jpg", "alarm-clock.jpg"])
def test_showroom_depends_on_its_products(file) -> None:
    assert verdict_on(models.SHOWROOM, file, "product") is Verdict.DEPENDS


def test_the_badge_and_not_the_product_carries_the_answer_of_the_twin() -> None:
    assert verdict_on(models.SHORTCUT, "teapot-with-badge.jpg", "badge") is Verdict.DEPENDS
    assert verdict_on(models.SHORTCUT, "teapot-with-badge.jpg", "product") is Verdict.DOES_NOT
    assert verdict_on(models.SHOWROOM, "teapot-with-badge.jpg", "badge") is Verdict.DOES_NOT


def test_the_place_suggested_on_the_first_sample_holds_its_badge() -> None:
    photo, badge = read_photo(FOLDER / "teapot-with-badge.jpg"), samples()["teapot-with-badge.jpg"]["badge"]
    view = saliency.explain(models.load(models.SHORTCUT), photo, method="hires-layer-cam")
    spot = suggestions(view, 1)[0].on_photo((400, 400))
    inside = Area.box(*badge).on_photo((400, 400))
    assert (spot & inside).sum() > 0.9 * inside.sum()
    assert spot.mean() < 0.12


def test_an_area_keeps_its_verdict_whatever_else_is_known() -> None:
    """More evidence may add a doubt; what covering showed stays."""
    asked = probe()
    test = area_test(asked)
    bare = conclude(asked, cover=test.cover)
    full = conclude(
        asked, cover=test.cover, keep=test.keep, paste=pasted(0), influence=in_map(0.01, 0.9), product=False
    )
    assert (bare.verdict, bare.headline) == (full.verdict, full.headline)


def test_a_best_answer_with_next_to_no_score_does_not_send_people_to_the_best_answer():
    low = covered(0.004, (0.003, True), (0.003, True))
    low = replace(low, finding=Finding.INCONCLUSIVE, reason=Reason.LOW_SCORE)
    about = probe()
    assert about.question.before.ahead
    assert conclude(about, cover=low).advice == said(about.question, advice.OPEN["stranger"].to_do)
    other = replace(about, question=replace(about.question, target=about.question.prepared.scores[2]))
    assert conclude(other, cover=low).advice == said(other.question, advice.OPEN["low"].to_do)
