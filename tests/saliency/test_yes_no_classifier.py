"""A model of tags or of a number, asked one question, answers as the model's own numbers say."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from corner import RECIPE, Corner, bright_corner, dark
from kinds import TAGS, score, tags
from small_models import SMALL, pictures, small_graph

from saliency.classifier import Classifier, yes_no_classifier, yes_no_question
from saliency.errors import SaliencyError
from saliency.explanation import explain

LABELS, SCORE = tags(0.6), score()


@pytest.mark.parametrize("temperature", [1.0, 2.0])
@pytest.mark.parametrize("photo", [bright_corner(), dark()])
def test_a_tag_is_given_from_its_limit_and_its_share_is_kept(photo, temperature: float) -> None:
    model = replace(LABELS, temperature=9.0, whole_temperature=temperature)
    question = yes_no_question(model, "bright")
    asked = yes_no_classifier(model, question)
    share = next(s.score for s in model.predict(photo) if s.label == "bright")
    scores = asked.predict(photo)
    assert question.value(scores) == pytest.approx(share, abs=1e-6)
    assert scores[0].label == ("bright" if share >= 0.6 else "not bright")
    odds = math.log(share / (1 - share)) - math.log(0.6 / 0.4)
    assert next(s.score for s in scores if s.index == 0) == pytest.approx(1 / (1 + math.exp(-odds)), abs=1e-6)
    assert (asked.digest, asked.preprocessing, asked.name) == (LABELS.digest, RECIPE, "Tags (bright)")
    assert not asked.may_know_nothing(scores)


@pytest.mark.parametrize("photo", [bright_corner(), dark()])
def test_a_number_is_yes_from_its_limit_in_tenths_of_its_range(photo) -> None:
    (number,) = SCORE.predict(photo)
    question = yes_no_question(SCORE, at_least=6)
    scores = yes_no_classifier(SCORE, question).predict(photo)
    assert question.value(scores) == pytest.approx(number.score, abs=1e-5)
    assert scores[0].label == ("ad score 6 or more" if number.score >= 6 else "ad score below 6")
    assert max(s.score for s in scores) == pytest.approx(1 / (1 + math.exp(-abs(number.score - 6))), abs=1e-6)


@pytest.mark.parametrize("name", SMALL)
def test_every_kind_of_network_keeps_what_it_offers(name: str) -> None:
    graph, x = small_graph(name), pictures(name)
    two, logits = graph.yes_or_no(3, 2.0, 0.5), graph.logits(x)
    half = logits[:, 3:4] - 0.25
    assert torch.allclose(two.logits(x), torch.cat([half, -half], 1), atol=1e-5)
    assert (two.offers, two.any_size, two.head is None) == (graph.offers, graph.any_size, graph.head is None)
    assert [layer.name for layer in two.layers] == [layer.name for layer in graph.layers]
    assert torch.equal(graph.logits(x), logits)


def test_the_map_of_an_answer_is_that_of_the_tag() -> None:
    asked = yes_no_classifier(LABELS, yes_no_question(LABELS, "bright"))
    maps = [
        explain(model, bright_corner(), method="input-x-gradient", target="bright").attribution
        for model in (LABELS, asked)
    ]
    assert np.allclose(maps[0], 2 * maps[1], atol=1e-6)


def test_words() -> None:
    tag, number = yes_no_question(LABELS, 0, 0.5), yes_no_question(SCORE)
    assert tag.sentence == "Asked of each photo: is the tag “bright” given (from 0.50)?"
    assert tag.answers == ("bright", "not bright")
    assert number.sentence == "Asked of each photo: is the ad score 5 or more?"
    assert yes_no_question(SCORE, at_least=6.25).answers == ("ad score 6.25 or more", "ad score below 6.25")


@pytest.mark.parametrize(
    ("model", "settings", "says"),
    [
        (LABELS, {}, "Its tags: “bright”, “dark”, “none of both”"),
        (LABELS, {"target": "blue"}, "does not know “blue”"),
        (LABELS, {"target": "dark", "at_least": 1}, "between 0 and 1"),
        (SCORE, {"at_least": 60}, "between 0 and 10"),
        (SCORE, {"at_least": math.nan}, "between 0 and 10"),
        (SCORE, {"target": "beauty"}, "does not know “beauty”"),
        (
            Classifier.build(Corner(), RECIPE, TAGS, "Classes", "tests"),
            {"target": "dark"},
            "exclude each other",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(model: Classifier, settings: dict, says: str) -> None:
    with pytest.raises(SaliencyError, match=says):
        yes_no_question(model, **settings)


def test_classes_that_exclude_each_other_are_asked_as_they_are() -> None:
    model = Classifier.build(Corner(), RECIPE, TAGS, "Classes", "tests")
    assert yes_no_question(model) is None
    assert yes_no_classifier(model, None) is model
