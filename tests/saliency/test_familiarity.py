"""Does a model know what a photo shows?"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from corner import (
    SIDE,
    Corner,
    CornerNumber,
    Deaf,
    Everywhere,
    bright_corner,
    classifier,
    counted,
    dark,
    photo_of,
    scale,
    tags,
)
from torch import Tensor, nn

import models
import saliency
from models.showroom.samples import FOLDER
from saliency.classifier import Classifier
from saliency.familiarity import Footing, changed_copies, strange
from saliency.photo.reading import read_photo
from saliency.prepared_photo import PreparedPhoto


class YesOrNo(nn.Module):
    """One logit: a clear no."""

    def forward(self, x: Tensor) -> Tensor:
        return (x.mean((1, 2, 3)) * 0 - 6)[:, None]


def test_what_stays_the_same_in_changed_copies_is_sure() -> None:
    white = photo_of(np.full((SIDE, SIDE, 3), 255, np.uint8))
    known = PreparedPhoto(classifier(Everywhere()), white).familiarity
    assert (known.footing, known.label, known.same, known.changes) == (Footing.SURE, "bright", 2, 2)
    assert known.steady == pytest.approx(known.score, abs=1e-4)
    assert not known.strange


def test_what_hangs_on_one_corner_only_is_not() -> None:
    prepared = PreparedPhoto(classifier(Corner()), bright_corner())
    assert prepared.scores[0].score > 0.98
    found = prepared.familiarity
    assert found.footing is Footing.UNKNOWN
    assert found.same == 0
    assert "is not sure of “bright” when the photo is mirrored" in found.sentence
    assert found.steady == pytest.approx(found.score / 3, abs=0.02)


def test_the_limit_is_the_models_own() -> None:
    prepared = PreparedPhoto(classifier(Deaf()), dark())
    steady = prepared.scores[0].score
    assert 0.7 < steady < 0.8
    for limit, footing in ((0.7, Footing.SURE), (0.8, Footing.LEANS), (1.0, Footing.LEANS)):
        one = replace(prepared.classifier, sure_from=limit)
        assert PreparedPhoto(one, prepared.photo).familiarity.footing is footing


def test_what_the_model_calls_none_of_these_or_is_unsure_of_it_does_not_know() -> None:
    for change in ({"none_label": "bright"}, {"unsure_below": 0.9}):
        one = replace(classifier(Deaf()), sure_from=0.5, **change)
        found = PreparedPhoto(one, dark()).familiarity
        assert found.footing is Footing.UNKNOWN
        assert "does not seem to know what this photo shows" in found.sentence


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (("tiger cat (striped)", "tabby cat", "Egyptian cat"), "cat"),
        (("velvet", "jeans", "sweatshirt"), ""),
        (("tiger cat (striped)", "tabby cat", "lynx"), ""),
    ],
)
def test_what_the_best_answers_have_in_common_is_said_and_makes_the_model_no_surer(labels, kind) -> None:
    one = replace(classifier(Deaf()), labels=labels, unsure_below=0.9)
    found = PreparedPhoto(one, dark()).familiarity
    assert found.footing is Footing.UNKNOWN
    assert found.kind == kind
    assert found.record().get("kind_of_best_answers", "") == kind
    said = "Its three best answers are all kinds of “cat” (above 0.99 of 1 together)"
    assert (said in found.sentence) is bool(kind)
    assert ("does not seem to know" in found.sentence) is not bool(kind)


def test_a_sure_no_is_sure() -> None:
    recipe = classifier(Deaf()).preprocessing
    one = Classifier.build(YesOrNo(), recipe, ("defect",), "Test", "tests")
    assert PreparedPhoto(one, dark()).familiarity.footing is Footing.SURE


def test_it_takes_two_passes_once() -> None:
    one = classifier(Deaf())
    prepared = PreparedPhoto(one, dark())
    assert prepared.known_familiarity is None
    _ = prepared.scores
    pictures = counted(one)
    first = prepared.familiarity
    assert prepared.familiarity is first
    assert prepared.known_familiarity is first
    assert sum(pictures) == 2


def test_the_copies_are_mirrored_and_enlarged() -> None:
    x = torch.arange(3 * 20 * 30, dtype=torch.float32).view(1, 3, 20, 30)
    mirrored, middle = changed_copies(x)
    assert torch.equal(mirrored, x[0].flip(2))
    assert middle.shape == (3, 20, 30)
    assert float(middle.min()) >= float(x[:, :, 3:-3, 4:-4].min())
    assert changed_copies(x[:, :, :1, :1]).shape == (2, 3, 1, 1)


def test_an_explanation_and_its_record_have_it_once_asked_for() -> None:
    one, photo = classifier(Corner()), bright_corner()
    explanation = saliency.explain(one, photo, method="gradient")
    assert explanation.record()["familiarity"] is None
    assert explanation.familiarity is explanation.prepared.familiarity
    record = json.loads(json.dumps(explanation.record()))["familiarity"]
    assert record["footing"] == "does not know this"
    assert record["changed_copies"] == 2
    assert replace(explanation, prepared=None).familiarity is None


@pytest.mark.parametrize("file", ["plant.jpg", "red-teapot.jpg", "alarm-clock.jpg"])
def test_showroom_knows_its_products(file) -> None:
    prepared = PreparedPhoto(models.load(models.SHOWROOM), read_photo(FOLDER / file))
    assert prepared.familiarity.footing is Footing.SURE


def test_showroom_does_not_know_what_is_none_of_them() -> None:
    prepared = PreparedPhoto(models.load(models.SHOWROOM), read_photo(FOLDER / "nothing-known.jpg"))
    assert prepared.familiarity.strange


@pytest.mark.parametrize("limit", [0.05, 0.5, 0.7, 0.95, 1.0])
@pytest.mark.parametrize("model", [Everywhere, Corner, Deaf, YesOrNo])
def test_strange_is_the_same_with_fewer_passes(model: type[nn.Module], limit: float) -> None:
    one = classifier(Deaf())
    if model is YesOrNo:
        one = Classifier.build(YesOrNo(), one.preprocessing, ("defect",), "Test", "tests")
    else:
        one = classifier(model())
    one = replace(one, sure_from=limit)
    for photo in (bright_corner(), dark(), photo_of(np.full((SIDE, SIDE, 3), 255, np.uint8))):
        prepared = PreparedPhoto(one, photo)
        assert strange(one, prepared.x, prepared.scores) is prepared.familiarity.strange


def test_tags_are_steady_where_the_same_ones_are_given() -> None:
    white = photo_of(np.full((SIDE, SIDE, 3), 255, np.uint8))
    steady = PreparedPhoto(tags(Corner()), white).familiarity
    assert (steady.footing, steady.same, steady.strange) == (Footing.SURE, 2, False)
    assert steady.sentence == "The same tags are given when the photo is changed a little."
    lost = PreparedPhoto(tags(Corner()), bright_corner()).familiarity
    assert (lost.footing, lost.wavering, lost.strange) == (Footing.LEANS, ("bright",), False)
    assert lost.sentence == (
        "Whether the tag “bright” is given changes when the photo is mirrored or cut closer."
    )
    none = PreparedPhoto(tags(Corner(), threshold=0.999), dark()).familiarity
    assert (none.footing, none.strange) == (Footing.SURE, False), "it does not have to name anything"


def test_many_tags_that_waver_are_counted() -> None:
    known = PreparedPhoto(tags(Corner()), bright_corner()).familiarity
    many = replace(known, wavering=("a", "b", "c", "d", "e")).sentence
    assert many.startswith("Whether the tags “a”, “b”, “c” and 2 more are given changes")


def test_a_number_is_steady_within_a_tenth_of_its_range() -> None:
    found = PreparedPhoto(scale(CornerNumber()), bright_corner()).familiarity
    assert (found.footing, found.strange) == (Footing.LEANS, False)
    assert found.sentence.startswith("The ad score goes from 10.0 to ")
    wide = PreparedPhoto(scale(CornerNumber(), 0, 200), bright_corner()).familiarity
    assert (wide.footing, wide.same) == (Footing.SURE, 2)
    assert wide.sentence == "The ad score stays about the same when the photo is changed a little."
    record = json.loads(json.dumps(wide.record()))
    assert record["same_answer"] == 2


def test_a_number_outside_its_usual_range_is_said() -> None:
    far = PreparedPhoto(scale(CornerNumber(10, -13.0), -1, 9), bright_corner()).familiarity
    assert far.sentence == "The ad score of -3.0 lies outside its usual range, -1 to 9."
    assert far.footing is Footing.LEANS
    near = PreparedPhoto(scale(CornerNumber(10, -13.0), -2.5, 197.5), bright_corner()).familiarity
    assert near.footing is Footing.SURE, "beside it by less than a tenth"
