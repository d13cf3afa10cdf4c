"""Scores are those of the module's own output, whatever it ends in, or a sentence says why there are none."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from corner import RECIPE, SIDE, bright_corner, dark
from small_models import SMALL, pictures, small_module
from torch import Tensor, nn
from torch.nn import functional as F

import saliency
from saliency.checks.question import ScoreQuestion
from saliency.classifier import Classifier, OutputKind, Outputs
from saliency.errors import SaliencyError
from saliency.methods.attribution import attribute
from saliency.methods.registry import METHODS
from saliency.network.graph import Graph
from saliency.prepared_photo import PreparedPhoto


class Scoring(nn.Module):
    """Logits from how bright the corner is, and something made of them."""

    def __init__(self, end: Callable[[Tensor], Tensor], classes: int) -> None:
        super().__init__()
        self.end, self.classes = end, classes

    def forward(self, x: Tensor) -> Tensor:
        bright = 20 * x[:, :, :8, :8].mean((1, 2, 3)) - 15
        return self.end(torch.stack([bright * (1 - 2 * k) - k for k in range(self.classes)], 1))


def built(end: Callable[[Tensor], Tensor] = lambda z: z, classes: int = 3, **about: Any) -> Classifier:
    labels = ["bright", "dark", "none"][:classes]
    return Classifier.build(Scoring(end, classes), RECIPE, labels, "Test", "tests", **about)


ENDS = [
    lambda z: z.softmax(1),
    lambda z: F.log_softmax(z, 1).exp(),
    lambda z: (z.softmax(1) + (z / 2).softmax(1)) / 2,
    nn.Softmax(dim=1),
    nn.Sequential(nn.Softmax(1), nn.Dropout()).eval(),
]


@pytest.mark.parametrize("end", ENDS)
def test_scores_are_the_modules_own_probabilities(end: Callable[[Tensor], Tensor]) -> None:
    one = built(end)
    for photo in (bright_corner(), dark()):
        x, _ = one.prepare(photo)
        expected = Scoring(end, 3)(x)[0].tolist()
        assert {s.index: s.score for s in one.predict(photo)} == pytest.approx(
            dict(enumerate(expected)), abs=1e-5
        )
        explanation = saliency.explain(one, photo, method="input-x-gradient")
        assert not explanation.empty


def test_the_scores_of_a_log_softmax_are_its_probabilities() -> None:
    found = built(lambda z: F.log_softmax(z, 1)).predict(bright_corner())
    assert [s.score for s in found] == pytest.approx([s.score for s in built().predict(bright_corner())])


@pytest.mark.parametrize("end", [lambda z: z, torch.sigmoid, nn.Sigmoid(), lambda z: z[:, 0]])
def test_one_output_is_yes_or_no(end: Callable[[Tensor], Tensor]) -> None:
    """A logit of 0.622 is a score of 0.651, and either answer can be explained."""
    one = built(end, classes=1)
    yes = one.labels[0]
    assert one.labels == (yes, f"not {yes}")
    for photo in (bright_corner(), dark()):
        x, _ = one.prepare(photo)
        share = float(Scoring(torch.sigmoid, 1)(x))
        found = {score.label: score for score in one.predict(photo)}
        assert found[yes].score == pytest.approx(share, abs=1e-5)
        assert found[f"not {yes}"].score == pytest.approx(1 - share, abs=1e-5)
        logit = found[yes].logit - found[f"not {yes}"].logit
        assert logit == pytest.approx(float(Scoring(lambda z: z, 1)(x)), abs=1e-4)
        for label in one.labels:
            question = ScoreQuestion.of(PreparedPhoto(one, photo), label)
            assert question.before.score == pytest.approx(found[label].score, abs=1e-6)
            assert not saliency.explain(one, photo, method="input-x-gradient", target=label).empty
    assert one.scores(torch.tensor([[0.3116, -0.3116]]))[0].score == pytest.approx(0.651, abs=5e-4)


@pytest.mark.parametrize("end", [lambda z: z, torch.sigmoid])
def test_labels_stand_each_for_itself(end: Callable[[Tensor], Tensor]) -> None:
    several = built(end, outputs=Outputs(OutputKind.LABELS, threshold=0.6))
    photo = bright_corner()
    x, _ = several.prepare(photo)
    shares = dict(zip(several.labels, Scoring(torch.sigmoid, 3)(x)[0].tolist(), strict=True))
    found = several.predict(photo)
    assert {s.label: s.score for s in found} == pytest.approx(shares, abs=1e-5)
    assert [score.score for score in found] == sorted(shares.values(), reverse=True)
    for label, share in shares.items():
        before = ScoreQuestion.of(PreparedPhoto(several, photo), label).before
        assert (before.score, before.ahead) == (pytest.approx(share, abs=1e-6), share >= 0.6)
    with pytest.raises(SaliencyError, match="each for itself"):
        ScoreQuestion.of(PreparedPhoto(several, photo), several.labels[0], several.labels[1])


@pytest.mark.parametrize("end", [lambda z: 7 * z, torch.sigmoid, lambda z: (5 * z)[:, 0]])
def test_a_score_is_the_number_that_the_model_gives(end: Callable[[Tensor], Tensor]) -> None:
    scale = built(end, classes=1, outputs=Outputs(OutputKind.SCORE, usual_range=(0, 10)), temperature=2.0)
    photo = bright_corner()
    x, _ = scale.prepare(photo)
    (score,) = scale.predict(photo)
    assert score.score == score.logit == pytest.approx(float(Scoring(end, 1)(x)), rel=1e-5)
    before = ScoreQuestion.of(PreparedPhoto(scale, photo)).before
    assert (before.score, before.log_odds, before.ahead) == (pytest.approx(score.score),) * 2 + (True,)
    assert not saliency.explain(scale, photo, method="input-x-gradient").empty


def test_outputs_that_there_are_not_are_said() -> None:
    with pytest.raises(SaliencyError, match="softmax, probabilities, labels, yes-no, score"):
        built(outputs="boxes")
    with pytest.raises(SaliencyError, match="one number a picture; this model gives 3"):
        built(outputs="score")
    with pytest.raises(SaliencyError, match="shares of one whole"):
        built(lambda z: z.softmax(1), outputs="labels")
    for limits in ({"threshold": 0.0}, {"threshold": 1.0}, {"usual_range": (1.0, 1.0)}):
        with pytest.raises(SaliencyError, match="threshold"):
            Outputs(**limits)


@pytest.mark.parametrize(
    ("end", "classes", "says"),
    [
        (torch.sigmoid, 3, "several may be true"),
        (nn.Sigmoid(), 2, "several may be true"),
        (lambda z: 100 * z.softmax(1), 3, "squashed into a range"),
        (F.hardsigmoid, 3, "squashed into a range"),
        (F.hardsigmoid, 1, "squashed into a range"),
        (lambda z: z.softmax(1), 1, "1 whatever it is shown"),
        (nn.LogSoftmax(1), 1, "1 whatever it is shown"),
    ],
)
def test_what_would_be_misreported_is_refused(
    end: Callable[[Tensor], Tensor], classes: int, says: str
) -> None:
    with pytest.raises(SaliencyError, match=says) as caught:
        built(end, classes)
    assert caught.value.message.endswith(".")


def test_scores_that_are_not_numbers_are_refused() -> None:
    with pytest.raises(SaliencyError, match="gives no numbers"):
        built().scores(torch.tensor([[0.0, float("nan"), 1.0]]))
    assert built().scores(torch.tensor([[0.0, -float("inf"), 1.0]]))[2].score == 0


PRECISIONS = [torch.float16, torch.bfloat16, torch.float64]


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", ["residual", "vit"])
def test_modules_of_any_precision_are_explained(name: str, precision: torch.dtype) -> None:
    module = copy.deepcopy(small_module(name)).to(precision)
    graph, x = Graph(module, size=SMALL[name].size), pictures(name, 1)
    same = Graph(module.float(), size=SMALL[name].size)
    assert graph.dtype is (torch.float64 if precision is torch.float64 else torch.float32)
    torch.testing.assert_close(graph.logits(x).float(), same.logits(x), rtol=1e-3, atol=1e-3)
    for entry in METHODS.values():
        if entry.needs <= graph.offers and entry.passes <= 60:
            found = attribute(graph, x.to(precision), 1, method=entry.key)
            assert found.isfinite().all()
            assert found.dtype is graph.dtype, entry.key


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_classifier_of_any_precision_explains_a_photo(precision: torch.dtype) -> None:

    module = copy.deepcopy(small_module("plain")).to(precision)
    one = Classifier.build(module, RECIPE, list("abcde"), "Test", "tests")
    photo = bright_corner(SIDE)
    explanation = saliency.explain(one, photo, method="grad-cam")
    assert explanation.attribution.dtype == np.float32
    assert np.isfinite(explanation.heat_map).all()
    assert sum(s.score for s in one.predict(photo)) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("kind", [torch.uint8, torch.int64, torch.bool])
def test_pictures_that_are_not_normalised_are_refused_in_a_sentence(kind: torch.dtype) -> None:
    graph = Graph(small_module("plain"), size=32)
    with pytest.raises(SaliencyError, match="floating type"):
        attribute(graph, torch.ones((1, 3, 32, 32), dtype=kind), 1)
