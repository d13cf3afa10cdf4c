"""Check it, on models so simple that what must be found can be said beforehand."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from corner import SIDE, Corner, Deaf, Everywhere, bright_corner, classifier, counted, dark, photo_of
from PIL import Image

import models
import saliency
from saliency.checks.check import Check, check
from saliency.checks.cover import FillOutcome, Finding, Reason, cover, finding_and_reason, keep
from saliency.checks.fills import Fill
from saliency.checks.paste import PasteFinding, Sample, paste
from saliency.checks.probe import AreaProbe
from saliency.checks.question import Answer, ScoreQuestion
from saliency.errors import Cancelled, SaliencyError
from saliency.methods.batching import CHUNK
from saliency.photo.area import Area
from saliency.prepared_photo import PreparedPhoto

CORNER = Area.box(0.0, 0.0, 0.25, 0.25)
ELSEWHERE = Area.box(0.6, 0.6, 0.25, 0.25)


def checked(area: Area = CORNER, **more) -> Check:
    one = more.pop("classifier", None) or classifier(Corner())
    return check(one, more.pop("photo", bright_corner()), area, method="input-x-gradient", **more)


def answer(score: float, ahead: bool = True) -> Answer:
    return Answer(score, float(np.log(score / (1 - score))), 0 if ahead else 1, ahead)


def test_what_the_score_rests_on_is_found() -> None:
    found = checked()
    assert found.finding is Finding.DEPENDS
    assert found.test.cover.reason is Reason.GUESS_CHANGES
    assert found.test.cover.before.score > 0.98
    assert found.test.cover.after < 0.2
    assert found.test.cover.elsewhere == pytest.approx(found.test.cover.before.score, abs=0.02)
    assert found.test.cover.p_value == 1 / 20
    assert found.influence is not None
    assert found.influence.share.value > 0.95
    assert found.influence.rank.value > 0.95
    assert found.test.keep.enough
    assert found.test.keep.score > 0.9


def test_what_it_does_not_rest_on_is_not() -> None:
    found = checked(ELSEWHERE)
    assert found.finding is Finding.LITTLE
    assert found.test.cover.reason is Reason.SMALL_CHANGE
    assert not found.test.keep.enough
    assert found.test.keep.score < 0.2
    assert found.influence is not None
    assert found.influence.share.value < 0.05


def test_a_grid_cell_and_an_outline_find_the_same() -> None:
    photo = bright_corner()
    mask = np.zeros((SIDE, SIDE), bool)
    mask[:8, :8] = True
    assert checked(Area.cells([0])).finding is Finding.DEPENDS
    assert checked(Area.outline(mask, photo)).finding is Finding.DEPENDS
    assert checked(Area.outline(mask[::-1, ::-1].copy(), photo)).finding is Finding.LITTLE


@pytest.mark.parametrize("area", [CORNER, ELSEWHERE, Area.cells([4, 5])])
def test_of_a_model_that_ignores_the_picture_nothing_depends_on_anything(area: Area) -> None:
    found = checked(area, classifier=classifier(Deaf()))
    assert found.finding is Finding.LITTLE
    assert found.influence is None
    assert found.hide is None
    assert all(one.p_value == 1 for one in found.test.cover.fills.values())
    json.dumps(found.record())


def test_where_every_place_counts_the_same_one_area_in_twenty_at_most_stands_out() -> None:
    one, r = classifier(Everywhere()), np.random.default_rng(0)
    findings = []
    for _ in range(80):
        coarse = Image.fromarray(r.integers(0, 255, (6, 6, 3), np.uint8))
        pixels = np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC), np.int16)
        pixels = np.clip(pixels + 129 - round(float(pixels.mean())), 0, 255).astype(np.uint8)
        prepared = PreparedPhoto(one, photo_of(pixels))
        area = Area.box(*r.uniform(0, 0.7, 2), 0.3, 0.3)
        findings.append(cover(AreaProbe.of(ScoreQuestion.of(prepared, "bright"), area)).finding)
    assert findings.count(Finding.LITTLE) < 60  # there is something to find
    assert findings.count(Finding.DEPENDS) <= 4


def test_pictures_can_be_shown_in_the_photos_frame() -> None:
    found = checked(photo=bright_corner(64))
    shown = found.test.probe.question.in_photo(found.test.cover.fills[Fill.GROWN].picture, (50, 40))
    assert shown.size == (50, 40)
    assert np.asarray(shown)[:8, :8].max() < 120
    assert found.hide is not None
    assert found.test.probe.question.in_photo(found.hide.picture(0.3)).size == (64, 64)


def test_an_area_too_large_to_compare_is_inconclusive() -> None:
    found = checked(Area.box(0.0, 0.0, 0.8, 0.8))
    assert (found.finding, found.test.cover.reason) == (Finding.INCONCLUSIVE, Reason.TOO_LARGE)
    assert found.test.cover.elsewhere is None
    json.dumps(found.record())


def test_rather_than_another_class() -> None:
    found = checked(target="bright", rather_than="none")
    before = found.test.cover.before
    logits = {s.label: s.logit for s in found.explanation.scores}
    assert before.log_odds == pytest.approx(logits["bright"] - logits["none"], abs=1e-4)
    assert before.score == pytest.approx(1 / (1 + np.exp(-before.log_odds)), abs=1e-6)
    assert found.record()["rather_than"] == "none"
    with pytest.raises(SaliencyError, match="cannot be told from itself"):
        checked(target="bright", rather_than="bright")


def test_scores_are_those_of_the_classifier() -> None:
    prepared = PreparedPhoto(models.load("showroom"), bright_corner(64))
    assert prepared.classifier.temperature != 1
    for score in prepared.scores[:3]:
        asked = ScoreQuestion.of(prepared, score.index)
        assert asked.before.score == pytest.approx(score.score, abs=1e-6)
        assert asked.before.top == prepared.scores[0].index
        assert asked.before.ahead is (score is prepared.scores[0])


def test_pasting_what_the_score_rests_on_takes_the_guess_along() -> None:
    others = [dark(seed=1), dark(seed=2, width=48), dark(side=64, seed=3), bright_corner(seed=9)]
    found = checked(others=others)
    assert found.paste is not None
    assert found.paste.others == 3  # the last one has it already
    assert found.paste.changed == 3
    assert found.paste.changed_by_control == 0
    assert [one.name for one in found.paste.photos] == [photo.name for photo in others]
    wide = found.paste.photos[1].picture
    assert wide.shape == (32, 48, 3)
    assert wide[:8, :8].min() == 255
    nothing = checked(ELSEWHERE, others=others)
    assert nothing.paste is not None
    assert nothing.paste.changed == 0


def test_samples_that_the_model_does_not_know_are_left_out_of_pasting() -> None:
    probe = AreaProbe.of(ScoreQuestion.of(PreparedPhoto(classifier(Corner()), bright_corner())), CORNER)
    half = photo_of(np.full((SIDE, SIDE, 3), 190, np.uint8), "half.png")
    samples = [Sample(dark(seed=1), "dark"), Sample(dark(seed=2), "none"), Sample(half), Sample(dark(seed=3))]
    result = paste(probe, [], samples=samples)
    assert [outcome.name for outcome in result.photos] == ["dark-1.png", "dark-3.png"]
    assert result.left_out == ("dark-2.png", "half.png")  # misread, and hardly told from another
    assert result.finding is PasteFinding.CARRIES
    own = paste(probe, [half], samples=samples[1:2])
    assert [outcome.name for outcome in own.photos] == ["half.png"]
    none = paste(probe, [], samples=samples[1:3])
    assert none.finding is PasteFinding.NO_PHOTO
    assert none.record(probe.question)["left_out"] == ["dark-2.png", "half.png"]


def test_a_pasted_area_keeps_its_place_relative_to_the_edges() -> None:
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    pixels[22:30, 20:28] = 255
    prepared = PreparedPhoto(classifier(Corner()), photo_of(pixels))
    probe = AreaProbe.of(ScoreQuestion.of(prepared), Area.box(20 / 32, 22 / 32, 8 / 32, 8 / 32))
    result = paste(replace(probe, edge=0), [dark(width=80)])
    white = np.flatnonzero((result.photos[0].picture[25] == 255).all(1))
    assert (white[0], white[-1]) == (60, 67)  # 20 of 24 points of room are on the left: 60 of 72


def test_a_whole_check_takes_at_most_sixty_passes_eight_at_once() -> None:
    one = classifier(Corner())
    pictures = counted(one)
    told: list[tuple[int, int]] = []
    found = checked(classifier=one, on_progress=lambda done, total: told.append((done, total)))
    mapped = 1  # the method's own pass, forward and back
    assert sum(pictures) - mapped <= 60
    assert max(pictures) <= CHUNK
    assert len(found.test.cover.fills[Fill.BLUR].controls) >= 16
    assert found.hide is not None
    total = told[-1][1]
    assert told[-1] == (total, total)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert {count for _, count in told} == {total}


def test_it_can_be_stopped_and_leaves_nothing_behind() -> None:
    one = classifier(Corner())
    before = {k: v.clone() for k, v in one.graph.module.state_dict().items()}

    def stop(done: int, total: int) -> None:
        if done > 10:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        checked(classifier=one, on_progress=stop)
    after = one.graph.module.state_dict()
    assert before.keys() == after.keys()
    assert not any(getattr(part, "_forward_hooks", None) for part in one.graph.module.modules())


def test_the_same_seed_gives_the_same_record_from_many_threads_at_once() -> None:
    one = classifier(Corner())

    def record(seed: int) -> str:
        found = checked(classifier=one, seed=seed, others=[dark(seed=5)]).record()
        found["explanation"].pop("seconds")
        return json.dumps(found)

    alone = [record(seed) for seed in (1, 2)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(record, [1, 2] * 4))
    assert together == alone * 4
    assert alone[0] != alone[1]


def test_eight_at_once_are_as_one_by_one() -> None:
    prepared = PreparedPhoto(models.load("showroom"), bright_corner(96))
    question = ScoreQuestion.of(prepared)
    x = torch.cat([prepared.x + 0.1 * i for i in range(CHUNK)])
    together = question.ask([x], CHUNK)
    single = question.ask(list(x.split(1)), CHUNK)
    for one, other in zip(together, single, strict=True):
        assert one.log_odds == pytest.approx(other.log_odds, abs=1e-3)


def test_the_record_holds_plain_types() -> None:
    found = checked(others=[dark()])
    record = json.loads(json.dumps(found.record()))
    assert record["finding"] == "depends"
    assert record["target"] == "bright"
    assert record["area"] == {"boxes": [[0.0, 0.0, 0.25, 0.25]]}
    assert set(record["cover"]["fills"]) == {"blur", "grown"}
    assert len(record["cover"]["fills"]["blur"]["controls"]) == record["cover"]["controls"]["count"] == 19
    assert record["keep"]["enough"] is True
    assert record["hide"]["levels"][0] == 0
    assert record["paste"]["changed"] == 1
    assert record["explanation"]["method"] == "input-x-gradient"


def test_what_belongs_to_another_photo_is_refused() -> None:
    one = classifier(Corner())
    explanation = saliency.explain(one, dark(), method="gradient")
    with pytest.raises(SaliencyError, match="another photo"):
        check(one, bright_corner(), CORNER, explanation=explanation)
    with pytest.raises(SaliencyError, match="another photo"):
        check(one, bright_corner(), CORNER, prepared=PreparedPhoto(one, dark()), explanation=explanation)


def test_an_explanation_made_before_is_kept() -> None:
    one, photo = classifier(Corner()), bright_corner()
    prepared = PreparedPhoto(one, photo)
    explanation = saliency.explain(one, photo, method="gradient", target="dark", prepared=prepared)
    found = check(one, photo, CORNER, explanation=explanation, prepared=prepared)
    assert found.test.probe.question.target.label == "dark"
    assert found.explanation is explanation
    assert (found.finding, found.test.cover.reason) == (Finding.INCONCLUSIVE, Reason.LOW_SCORE)


def test_the_parts_can_be_had_on_their_own() -> None:
    prepared = PreparedPhoto(classifier(Corner()), bright_corner())
    probe = AreaProbe.of(ScoreQuestion.of(prepared, "bright"), CORNER, count=16)
    alone = cover(probe)
    assert alone.finding is Finding.DEPENDS
    assert alone.count == 16
    assert probe.controls.masks.shape == (16, SIDE, SIDE)
    assert alone.fills[Fill.GROWN].picture.shape == (SIDE, SIDE, 3)
    assert alone.fills[Fill.GROWN].picture[:8, :8].max() < 80
    assert keep(probe).fills[Fill.BLUR].picture[:8, :8].min() == 255


def judgement(before: Answer, *after: tuple[Answer, int]) -> tuple[Finding, Reason]:
    """What is found where, with each fill, so many of 19 controls do as much as the area."""
    picture = np.zeros((1, 1, 3), np.uint8)
    untouched = answer(0.999)
    fills = [
        FillOutcome(one, (one,) * as_much + (untouched,) * (19 - as_much), picture) for one, as_much in after
    ]
    assert [fill.p_value for fill in fills] == [(1 + as_much) / 20 for _, as_much in after]
    return finding_and_reason(before, dict(zip(Fill, fills, strict=True)))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (0.9, ((0.1, False, 0), (0.2, False, 0)), (Finding.DEPENDS, Reason.GUESS_CHANGES)),
        (0.9, ((0.6, True, 0), (0.5, True, 0)), (Finding.DEPENDS, Reason.SCORE_FALLS)),
        (0.9, ((0.1, False, 1), (0.2, False, 0)), (Finding.INCONCLUSIVE, Reason.AS_MUCH_ELSEWHERE)),
        (0.9, ((0.1, False, 0), (0.89, True, 0)), (Finding.INCONCLUSIVE, Reason.FILLS_DISAGREE)),
        (0.9, ((0.88, True, 0), (0.89, True, 0)), (Finding.LITTLE, Reason.SMALL_CHANGE)),
        (0.9, ((0.77, True, 0), (0.89, True, 0)), (Finding.INCONCLUSIVE, Reason.IN_BETWEEN)),
        (0.5, ((0.6, True, 9), (0.51, True, 0)), (Finding.INCONCLUSIVE, Reason.SCORE_RISES)),
        (0.01, ((0.001, True, 0), (0.001, True, 0)), (Finding.INCONCLUSIVE, Reason.LOW_SCORE)),
    ],
)
def test_what_each_outcome_is_called(before, after, expected) -> None:
    found = [(answer(score, ahead), as_much) for score, ahead, as_much in after]
    assert judgement(answer(before), *found) == expected
