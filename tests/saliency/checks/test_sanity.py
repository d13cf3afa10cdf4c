"""Whether a view depends on what the model learned."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest
import torch
from corner import bright_corner, dark
from small_models import SMALL, pictures, small_graph

import models
import saliency
from saliency.checks.sanity import (
    LIKE,
    RandomisationTest,
    likeness_when_shuffled,
    randomisation_test,
    shuffled_copy,
)
from saliency.errors import SaliencyError
from saliency.grids.likeness import likeness
from saliency.methods.attribution import attribute
from saliency.methods.registry import METHODS, LearningDependence
from saliency.network.graph import Graph
from saliency.prepared_photo import PreparedPhoto


@pytest.mark.parametrize("head_only", [True, False])
def test_what_it_forgets_and_that_the_model_itself_does_not(head_only: bool) -> None:
    graph, x = small_graph("plain"), pictures("plain", 1)
    before = graph.logits(x)
    other = shuffled_copy(graph, head_only=head_only, size=SMALL["plain"].size)
    assert torch.equal(graph.logits(x), before)
    assert not torch.allclose(other.logits(x), before)
    same_features = torch.allclose(other.features(x).values, graph.features(x).values, atol=1e-5)
    assert same_features is head_only
    again = shuffled_copy(graph, head_only=head_only, size=SMALL["plain"].size)
    assert torch.equal(again.logits(x), other.logits(x))
    sizes = [p.double().norm() for p in graph.module.parameters()]
    torch.testing.assert_close([p.double().norm() for p in other.module.parameters()], sizes)


def test_a_view_without_a_class_does_not_notice_a_shuffled_head() -> None:
    graph, x = small_graph("plain"), pictures("plain", 1)
    found = likeness_when_shuffled(graph, x, 1, "eigen-cam", size=SMALL["plain"].size)
    assert found.head == pytest.approx(1)
    other = shuffled_copy(graph, head_only=True, size=SMALL["plain"].size)
    maps = [attribute(g, x, 1, method="hires-cam")[0] for g in (graph, other)]
    found = likeness_when_shuffled(graph, x, 1, "hires-cam", size=SMALL["plain"].size)
    assert found.head == pytest.approx(likeness(*maps))
    assert found.head < 1


def _test_on_samples(key: str) -> RandomisationTest:
    """The median over three samples of the built-in model."""
    classifier = models.load(models.SHOWROOM)
    folder = Path(models.__file__).parent / models.SHOWROOM / "samples"
    found = []
    for path in sorted(folder.glob("*.jpg"))[:3]:
        x, _ = classifier.prepare(saliency.read_photo(path))
        top = int(classifier.graph.logits(x)[0].argmax())
        found.append(likeness_when_shuffled(classifier.graph, x, top, key, size=224))
    return RandomisationTest(median(test.head for test in found), median(test.everything for test in found))


@pytest.mark.slow
@pytest.mark.parametrize("key", ["hires-cam", "covered-cam", "occlusion"])
def test_the_views_up_front_depend_on_what_the_model_learned(key: str) -> None:
    found = _test_on_samples(key)
    assert found.head <= LIKE
    assert found.everything <= LIKE


UNMOVED = [key for key, method in METHODS.items() if method.learning is LearningDependence.DOES_NOT]
NEAR_THE_LINE = {"smooth-grad", "grad-cam-plus-plus"}


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in UNMOVED if key not in NEAR_THE_LINE])
def test_views_with_the_badge_do_not(key: str) -> None:
    assert _test_on_samples(key).everything > LIKE


def test_whether_a_view_depends_on_what_was_learned() -> None:
    assert RandomisationTest(0.1, 0.2).verdict is LearningDependence.DEPENDS
    assert RandomisationTest(0.9, 0.2).verdict is LearningDependence.HARDLY_ON_THE_GUESS
    assert RandomisationTest(0.9, 0.8).verdict is LearningDependence.DOES_NOT
    one, photo = models.load("showroom"), dark(96)
    prepared = PreparedPhoto(one, photo)
    explanation = saliency.explain(one, photo, method="eigen-cam", prepared=prepared)
    found = randomisation_test(prepared, explanation)
    assert found.head == pytest.approx(1)
    assert found.record()["depends_on_what_was_learned"] != "depends"
    with pytest.raises(SaliencyError, match="another photo"):
        randomisation_test(PreparedPhoto(one, bright_corner()), explanation)


def test_a_copy_of_a_number_is_one_number() -> None:
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    module.append(torch.nn.Linear(2, 1)).append(torch.nn.Sigmoid())
    graph = Graph(module, size=16, single="score", exclusive=False)
    copy = shuffled_copy(graph, head_only=True, size=16)
    assert (copy.classes, copy.exclusive) == (1, False)
    assert 0 < float(copy.logits(torch.randn(1, 3, 16, 16))[0, 0]) < 1, "its own end is left on it"
