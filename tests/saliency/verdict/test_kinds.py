"""Verdicts on models of tags, of yes and no, and of a number, of which the truth is known."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from corner import (
    RECIPE,
    Corner,
    CornerNumber,
    Deaf,
    bright_corner,
    dark,
    photo_of,
    scale,
    tags,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor, nn

import saliency
from saliency.agreement import Agreement, AgreementLevel
from saliency.checks.check import area_test
from saliency.checks.controls import Kind
from saliency.checks.cover import Cover, FillOutcome, Finding, Keep, Reason, cover, finding_and_reason
from saliency.checks.fills import Fill
from saliency.checks.paste import Paste, PasteFinding, PasteOutcome, knows, paste
from saliency.checks.probe import AreaProbe
from saliency.checks.question import Answer, ScoreQuestion
from saliency.checks.suggestions import suggestions
from saliency.classifier import Classifier, OutputKind, Outputs, Score
from saliency.photo.area import Area
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.conclusion import Conclusion, conclude, conclusion_of
from saliency.verdict.evidence import Bearing, Trial, Verdict
from saliency.verdict.sentences import outcome

CORNER, ELSEWHERE, LARGE = (
    Area.box(0.0, 0.0, 0.25, 0.25),
    Area.box(0.6, 0.6, 0.25, 0.25),
    Area.box(0.0, 0.0, 0.8, 0.8),
)
PIXEL = np.zeros((1, 1, 3), np.uint8)
RANGE = Outputs(OutputKind.SCORE, usual_range=(0.0, 10.0))
LABELS = Outputs(OutputKind.LABELS)


class BrighterCorner(nn.Module):
    """One number: how bright the brighter of two opposite corners is, 0 to 10."""

    def forward(self, x: Tensor) -> Tensor:
        first, second = (10 * part.mean((1, 2, 3))[:, None] for part in (x[:, :, :8, :8], x[:, :, -8:, -8:]))
        return first.maximum(second)


class Mean(nn.Module):
    """One number: how bright the whole picture is, so that every place counts the same."""

    def forward(self, x: Tensor) -> Tensor:
        return 100 * x.mean((1, 2, 3))[:, None]


class TagsOf(nn.Module):
    """A logit, and those of two other tags that are always and never given."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: Tensor) -> Tensor:
        own = self.module(x)
        return torch.cat([own, 0 * own + 3, 0 * own - 9], 1)


def concluded(
    model: Classifier, area: Area, target: str | None = None, photo: Photo | None = None
) -> Conclusion:
    prepared = PreparedPhoto(model, photo or bright_corner())
    probe = AreaProbe.of(ScoreQuestion.of(prepared, target), area)
    test = area_test(probe)
    json.dumps(test.cover.record(probe.question) | test.keep.record(probe.question), allow_nan=False)
    return conclude(probe, cover=test.cover, keep=test.keep)


def test_a_tag_is_lost_without_what_it_rests_on() -> None:
    found = concluded(tags(Corner()), CORNER)
    assert found.verdict is Verdict.DEPENDS
    assert found.headline == "The tag “bright” depends on the marked area."
    assert "the tag is no longer given" in found.because
    keep = found.evidence[1].sentence
    assert "the tag is still given" in keep
    assert concluded(tags(Corner()), ELSEWHERE).verdict is Verdict.DOES_NOT
    assert concluded(tags(Deaf()), CORNER).verdict is Verdict.DOES_NOT


def test_a_tag_that_is_not_given_is_asked_about_as_such() -> None:
    found = concluded(tags(Corner()), CORNER, "none")
    assert found.headline.startswith("Whether the score for the tag “none”")
    assert found.advice == "Choose a tag that is given, and test the area for that one."
    held = concluded(tags(CornerTag()), CORNER, "bright")
    assert held.verdict is Verdict.DOES_NOT
    assert held.headline == "The marked area speaks against the tag “bright”, not for it."


class CornerTag(nn.Module):
    """A tag that a bright corner forbids, and one that is always given."""

    def forward(self, x: Tensor) -> Tensor:
        own = 6 - 10 * x[:, :, :8, :8].mean((1, 2, 3))[:, None]
        return torch.cat([own, 0 * own + 2, 0 * own - 9], 1)


def test_a_tag_with_a_low_threshold_can_be_lost() -> None:
    """Its score of 0.015 would be too low to fall, were it not given."""
    model = tags(TagsOf(CornerNumber(2.0, -6.2)), threshold=0.01)
    found = concluded(model, CORNER, "bright")
    assert found.verdict is Verdict.DEPENDS
    assert "no longer given" in found.because


@settings(max_examples=12, deadline=None)
@given(
    st.integers(-25, 25),
    st.integers(-48, 48).map(lambda quarters: quarters / 4),
    st.sampled_from([CORNER, ELSEWHERE, LARGE, Area.box(0.1, 0.1, 0.3, 0.3)]),
    st.sampled_from([bright_corner(), dark()]),
)
def test_one_tag_is_judged_as_yes_or_no_of_the_same_logit(times, plus, area, photo) -> None:
    number = CornerNumber(times, plus)
    yes_no = Classifier.build(number, RECIPE, ("bright",), "Yes", "tests", outputs="yes-no")
    one, other = (
        concluded(model, area, "bright", photo) for model in (yes_no, tags(TagsOf(CornerNumber(times, plus))))
    )
    assert one.verdict is other.verdict
    assert [e.bearing for e in one.evidence] == [e.bearing for e in other.evidence]


def test_the_answer_turns() -> None:
    model = Classifier.build(CornerNumber(20, -15), RECIPE, ("bright",), "Yes", "tests", outputs="yes-no")
    found = concluded(model, CORNER)
    assert found.verdict is Verdict.DEPENDS
    assert found.because.startswith("Without the area, the answer turns to “not bright”.")


@pytest.mark.parametrize("plus", [0.0, -10.0, -5.0, 1000.0])
@pytest.mark.parametrize("times", [10.0, -10.0])
def test_a_number_goes_either_way_and_may_be_negative_or_0(times, plus) -> None:
    low = plus + min(times, 0)
    model = scale(CornerNumber(times, plus), low, low + 10)
    found = concluded(model, CORNER)
    assert found.verdict is Verdict.DEPENDS
    lowers = "The marked area lowers the ad score."
    assert found.headline == (lowers if times < 0 else "The ad score depends on the marked area.")
    shown = model.outputs.shown
    assert f"Without the area, the ad score goes from {shown(times + plus)} to " in found.because
    assert "covering equal areas elsewhere" in found.because
    assert concluded(model, ELSEWHERE).verdict is Verdict.DOES_NOT


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e4])
def test_the_unit_of_a_number_changes_no_verdict(factor) -> None:
    for width, expected in ((10.0, Verdict.DEPENDS), (60.0, Verdict.PARTLY), (200.0, Verdict.DOES_NOT)):
        model = scale(CornerNumber(10 * factor, -3 * factor), -3 * factor, (width - 3) * factor)
        assert concluded(model, CORNER).verdict is expected, width


def test_a_number_without_a_place_of_its_own() -> None:
    as_much = concluded(scale(Mean(), 0.0, 2.0), CORNER, photo=noise())
    assert as_much.verdict is Verdict.PARTLY
    assert "covering one of 19 other areas of the same size moves it as far" in as_much.because
    assert concluded(scale(CornerNumber()), LARGE).verdict is Verdict.UNKNOWN


def noise(seed: int = 3) -> Photo:
    coarse = Image.fromarray(np.random.default_rng(seed).integers(0, 255, (6, 6, 3), np.uint8))
    return photo_of(np.asarray(coarse.resize((32, 32), Image.Resampling.BICUBIC)))


def test_of_a_number_one_area_in_twenty_at_most_stands_out() -> None:
    """The test counts both directions, so that none is chosen after looking."""
    model, findings = scale(Mean(), 0.0, 2.0), []
    for seed in range(60):
        area = Area.box(*np.random.default_rng(seed).uniform(0, 0.7, 2), 0.3, 0.3)
        question = ScoreQuestion.of(PreparedPhoto(model, noise(seed)))
        findings.append(cover(AreaProbe.of(question, area)).finding)
    assert findings.count(Finding.LITTLE) < 50  # there is something to find
    assert findings.count(Finding.DEPENDS) <= 4


def test_either_of_two_places_gives_the_number() -> None:
    pixels = np.array(bright_corner().pixels)
    pixels[-8:, -8:] = 255
    found = concluded(scale(BrighterCorner()), CORNER, photo=photo_of(pixels))
    assert found.verdict is Verdict.EITHER
    assert found.headline.startswith("Either is enough for the ad score")
    assert concluded(scale(BrighterCorner()), CORNER).verdict is Verdict.DEPENDS


def test_the_name_of_a_scale_may_bring_its_article_and_braces() -> None:
    found = concluded(scale(CornerNumber(), name="The appeal {x}"), CORNER)
    assert found.headline == "The appeal {x} depends on the marked area."


def number(value: float, ahead: bool = True) -> Answer:
    return Answer(value, value, 0, ahead)


def covered(outputs: Outputs, before: Answer, *after: Answer, as_much: int = 0, controls: int = 19) -> Cover:
    fills = {}
    whole = before.score if outputs.is_score else None
    for fill, answer in zip(Fill, after, strict=True):
        others = (answer,) * as_much + (before,) * (controls - as_much)
        fills[fill] = FillOutcome(answer, others, PIXEL, whole)
    kind = Kind.MOVED if controls else Kind.NONE
    return Cover(before, fills, kind, *finding_and_reason(before, fills, outputs), outputs)


@pytest.mark.parametrize(
    ("before", "after", "as_much", "expected"),
    [
        (7.0, (4.0, 4.5), 0, (Finding.DEPENDS, Reason.SCORE_FALLS)),
        (-7.0, (-9.5, -9.0), 0, (Finding.DEPENDS, Reason.SCORE_FALLS)),
        (0.0, (4.0, 4.5), 0, (Finding.DEPENDS, Reason.SCORE_RISES)),
        (7.0, (4.0, 4.5), 1, (Finding.INCONCLUSIVE, Reason.AS_MUCH_ELSEWHERE)),
        (7.0, (4.0, 9.5), 0, (Finding.INCONCLUSIVE, Reason.FILLS_DISAGREE)),
        (7.0, (4.0, 6.9), 0, (Finding.INCONCLUSIVE, Reason.FILLS_DISAGREE)),
        (7.0, (6.1, 7.9), 0, (Finding.LITTLE, Reason.SMALL_CHANGE)),
        (7.0, (5.5, 6.5), 0, (Finding.INCONCLUSIVE, Reason.IN_BETWEEN)),
        (7.0, (8.5, 8.2), 0, (Finding.INCONCLUSIVE, Reason.IN_BETWEEN)),
        (0.001, (0.0, 0.0), 0, (Finding.LITTLE, Reason.SMALL_CHANGE)),
    ],
)
def test_what_each_move_of_a_number_is_called(before, after, as_much, expected) -> None:
    found = covered(RANGE, number(before), *map(number, after), as_much=as_much)
    assert (found.finding, found.reason) == expected


def test_a_control_that_moves_the_other_way_counts() -> None:
    before = number(5.0)
    fills = {fill: FillOutcome(number(2.0), (number(8.0),) * 19, PIXEL, 5.0) for fill in Fill}
    assert finding_and_reason(before, fills, RANGE) == (Finding.INCONCLUSIVE, Reason.AS_MUCH_ELSEWHERE)


def tried(outputs: Outputs) -> Iterator[tuple[Cover, Keep | None, Paste | None]]:
    """All outcomes that a test of a tag, or of a number, may have."""
    score = outputs.is_score
    whole = number(7.0) if score else number(0.9)
    low, same = (number(3.0), number(6.8)) if score else (number(0.1, False), number(0.88))
    high, part = (number(9.5), number(5.5)) if score else (number(0.99), number(0.75))
    keeps = [
        None,
        *(
            Keep({fill: FillOutcome(alone, (), PIXEL) for fill in Fill}, blank, whole, outputs)
            for alone, blank in ((same, low), (low, low), (same, whole))
        ),
    ]
    pastes = [
        None,
        Paste((), 0, (), outputs),
        *(pasted(outputs, *pair) for pair in ((low, whole), (low, low))),
    ]
    pairs = ((low, low), (same, same), (low, same), (part, part), (high, high))
    covers = [covered(outputs, whole, *pair, as_much=count) for pair in pairs for count in (0, 5)]
    covers.append(covered(outputs, whole, low, low, controls=0))
    yield from itertools.product(covers, keeps, pastes)


def pasted(outputs: Outputs, before: Answer, after: Answer) -> Paste:
    photos = tuple(PasteOutcome(f"{n}.png", before, after, before, PIXEL) for n in range(3))
    return Paste(photos, 0, (), outputs)


WRONG = re.compile(r"\banswer|\bguess|\bclass\b|\{|\}")


@pytest.mark.parametrize("outputs", [LABELS, RANGE])
def test_no_sentence_says_of_tags_or_numbers_what_is_true_of_answers(outputs: Outputs) -> None:
    model = scale(CornerNumber()) if outputs.is_score else tags(Corner())
    probe = AreaProbe.of(ScoreQuestion.of(PreparedPhoto(model, bright_corner())), CORNER)
    for tested, keep, put in tried(outputs):
        for level in AgreementLevel:
            found = conclude(
                probe,
                cover=tested,
                keep=keep,
                paste=put,
                agreement=Agreement(0.9, 0.1, 0.9, level),
                map_empty=True,
            )
            said = (found.headline, found.because, found.doubt, found.advice)
            text = " ".join((*said, *(entry.sentence for entry in found.evidence)))
            assert not WRONG.search(text), text
            for entry in found.evidence:
                assert ("nothing to measure" in entry.sentence) == (entry.bearing is Bearing.NOTHING)
    unasked = conclude(probe)
    assert not WRONG.search(unasked.because)


def test_a_tag_is_brought_into_other_photos() -> None:
    probe = AreaProbe.of(ScoreQuestion.of(PreparedPhoto(tags(Corner()), bright_corner())), CORNER)
    put = paste(probe, [dark(seed=1), dark(seed=2), bright_corner(seed=5)])
    assert (put.others, put.changed, put.changed_by_control) == (2, 2, 0)
    assert put.finding is PasteFinding.CARRIES
    dark_tag = ScoreQuestion.of(PreparedPhoto(tags(Corner()), bright_corner()), "dark")
    had = paste(AreaProbe.of(dark_tag, CORNER), [dark(seed=1)])
    assert had.finding is PasteFinding.NO_PHOTO, "it has the tag, though that is not its strongest"


@pytest.mark.parametrize("times", [10.0, -10.0])
def test_pasting_moves_a_number(times) -> None:
    low = 2 + min(times, 0)
    model = scale(CornerNumber(times, 2.0), low, low + 10)
    others = [dark(seed=1), dark(seed=2)]
    found = conclusion_of(saliency.check(model, bright_corner(), CORNER, method="gradient", others=others))
    entry = next(e for e in found.evidence if e.kind is Trial.PASTE)
    assert entry.bearing is Bearing.SUPPORTS
    assert re.search(rf"the ad score moves by {'[+]' if times > 0 else '-'}\d\.\d on average", entry.sentence)
    assert found.verdict is Verdict.DEPENDS
    assert Bearing.AGAINST not in {e.bearing for e in found.evidence}


def test_which_samples_a_model_knows() -> None:
    both = [Score("bright", 0.9, 0), Score("dark", 0.2, 1)]
    assert knows(tags(Corner()), both, "bright")
    assert knows(tags(Corner()), both, "mug")
    assert not knows(tags(Corner()), both, "dark")
    assert knows(scale(CornerNumber()), [Score("ad score", 3.0, 0)], "mug")


def test_what_a_model_says_in_a_sentence() -> None:
    prepared = PreparedPhoto(tags(Corner()), bright_corner())
    assert outcome(prepared.scores, prepared.classifier.outputs) == (
        "Tags given: “bright” (0.99), “dark” (0.50); not given: “none” (below 0.01)."
    )
    strict = Outputs(OutputKind.LABELS, 0.999)
    assert outcome(prepared.scores, strict).startswith("No tag is given; the strongest: “bright”")
    number = [Score("ad score", 7.2, 0)]
    assert outcome(number, RANGE) == "The model gives 7.2 for “ad score” (usually 0 to 10)."
    assert outcome([Score("mug", 0.9, 0)], Outputs()) == "The model answers “mug” (0.90)."
    many = [Score(f"t{n}", 0.9, n) for n in range(40)]
    assert outcome(many, LABELS).endswith("“t4” (0.90) and 35 more.")


def test_what_lowers_a_number_is_suggested_and_counted_too() -> None:
    model, photo = scale(CornerNumber(-10.0), -10.0, 0.0), bright_corner()
    view = saliency.explain(model, photo, method="input-x-gradient")
    assert view.attribution.max() <= 0
    (spot,) = suggestions(view, 1)
    left, top, width, height = spot.bounds
    assert max(left, top) < 0.1
    assert left + width < 0.5 > top + height
    found = saliency.check(model, photo, CORNER, explanation=view, prepared=view.prepared)
    assert found.influence is not None
    assert found.influence.share.value > 0.95
    assert not found.influence.record()["only_influence_for_the_class"]
    conclusion = conclusion_of(found)
    assert "The marked area lowers the ad score." in conclusion.headline
    assert Bearing.AGAINST not in {entry.bearing for entry in conclusion.evidence}


def test_the_legend_of_a_map_says_what_its_colours_do() -> None:
    for model, said in ((tags(Corner()), "for the tag"), (scale(CornerNumber()), "orange: raises the score")):
        view = saliency.explain(model, bright_corner(), method="input-x-gradient")
        assert said in view._legend_in_words()["Description"]
