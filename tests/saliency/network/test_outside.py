"""A model asked from outside: what it offers works as on the graph of the same module, all else refuses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from corner import RECIPE, SIDE, Corner, bright_corner, dark
from photo_set import make_set
from small_models import SMALL, lively, pictures, small_module
from torch import Tensor, nn

from saliency.agreement import AgreementLevel, agreement
from saliency.audit import audit, gather, start
from saliency.checks.check import check
from saliency.checks.sanity import randomisation_test
from saliency.checks.suggestions import suggestions
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.explanation import Explanation, explain
from saliency.methods.attribution import attribute
from saliency.methods.registry import METHODS, compatible
from saliency.network.cached_graph import CachedGraph
from saliency.network.graph import Graph
from saliency.network.outputs import Ending
from saliency.network.outside import OutsideModel
from saliency.photo.area import Area
from saliency.prepared_photo import PreparedPhoto

FEW = {"grid": 4, "samples": 12, "steps": 10, "window": 12, "stride": 8}
OFFERED = [key for key, method in METHODS.items() if not method.needs]


def plain(**options: Any) -> tuple[Graph, OutsideModel, Tensor]:
    """The graph of a small network, the same network asked from outside, and two pictures."""
    module = small_module("plain").eval()
    return Graph(module, size=32), OutsideModel(module, size=32, **options), pictures("plain")[:, :, :, :32]


def of_answers(answers: Callable[[Tensor], Any], **options: Any) -> OutsideModel:
    return OutsideModel(answers, size=SIDE, **options)


def sums(x: Tensor) -> Tensor:
    return x.mean((2, 3))


@pytest.mark.parametrize("key", METHODS)
@pytest.mark.parametrize("cached", [False, True])
def test_every_method_gives_the_same_map_or_is_not_offered(key: str, cached: bool) -> None:
    graph, outside, x = plain()
    x = x[:1] if cached else x
    asked = CachedGraph(outside, x) if cached else outside
    method = METHODS[key]
    settings = {k: max(FEW[k], s.low) for k, s in method.settings.items() if k in FEW}
    if method.needs:
        assert method not in compatible(asked)
        with pytest.raises(SaliencyError, match="such as occlusion"):
            attribute(asked, x, 1, method=key, **settings)
        return
    found = attribute(asked, x, 1, method=key, seed=3, **settings)
    expected = attribute(graph, x, 1, method=key, seed=3, **settings)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4 * float(expected.abs().max()))


def test_six_methods_need_no_more() -> None:
    assert {*OFFERED} == {"occlusion", "rise", "lime", "kernel-shap", "sobol", "hsic"}


def test_what_looks_inside_refuses_in_a_sentence() -> None:
    _, outside, x = plain()
    assert (outside.offers, outside.layers, outside.blocks, outside.head) == (frozenset(), (), (), None)
    assert (outside.classes, outside.any_size, outside.dtype) == (5, False, torch.float32)
    assert outside.cells((8, 8), (32, 32)) is None
    inside: list[Callable[[], object]] = [
        lambda: outside(x.clone().requires_grad_(True)),
        lambda: outside.features(x),
        lambda: outside.layer(),
        lambda: outside.split(),
        lambda: outside.split("conv"),
        lambda: outside.feature_gradient(x, lambda logits: logits[:, 0]),
    ]
    for look in inside:
        with pytest.raises(SaliencyError, match="Choose a view that"):
            look()
    assert outside.logits(x[:0]).shape == (0, 5)
    with pytest.raises(SaliencyError, match="32 × 32 pixels only"):
        outside.logits(x[:, :, :, :30])


@pytest.mark.parametrize("name", SMALL)
def test_logits_are_those_of_the_graph(name: str) -> None:
    module, size = small_module(name).eval(), SMALL[name].size
    x = torch.randn(11, 3, size, size, generator=torch.Generator().manual_seed(1))
    expected = Graph(module, size=size).logits(x)
    for most in (1, 3, 64):
        outside = OutsideModel(module, size=size, most=most)
        torch.testing.assert_close(outside.logits(x), expected, rtol=1e-3, atol=1e-4)


def test_probabilities_become_centred_logarithms_and_keep_every_share() -> None:
    module = lively(nn.Sequential(nn.Conv2d(3, 6, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Softmax(1)))
    inner, x = module[:3], torch.randn(3, 3, SIDE, SIDE)
    for endings in ((Ending.PROBABILITIES,), (Ending.PROBABILITIES, Ending.LOGITS)):
        outside = of_answers(module, endings=endings)
        assert outside.ending is Ending.PROBABILITIES
        with torch.no_grad():
            expected = inner(x) - inner(x).mean(1, keepdim=True)
        torch.testing.assert_close(outside.logits(x), expected, rtol=1e-4, atol=1e-4)
    graph = Graph(module, size=SIDE)
    maps = [attribute(one, x, 1, method="occlusion", rather_than=0) for one in (graph, outside)]
    torch.testing.assert_close(*maps, rtol=1e-3, atol=1e-5)


NUMBERS: dict[str, tuple[Callable[[Tensor], Tensor], list[str], str]] = {
    "logits": (sums, ["a", "b", "c"], "softmax"),
    "probabilities": (lambda x: sums(x).softmax(1), ["a", "b", "c"], "probabilities"),
    "labels": (sums, ["a", "b", "c"], "labels"),
    "shares of labels": (lambda x: sums(x).sigmoid(), ["a", "b", "c"], "labels"),
    "yes": (lambda x: sums(x)[:, :1], ["yes"], "softmax"),
    "a share of yes": (lambda x: sums(x)[:, 0].sigmoid(), ["yes"], "yes-no"),
    "yes and no": (lambda x: sums(x)[:, :2].softmax(1), ["yes", "no"], "yes-no"),
    "a score": (lambda x: 7 + sums(x)[:, 0], ["ad score"], "score"),
}


class Calling(nn.Module):
    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


@pytest.mark.parametrize("name", NUMBERS)
def test_every_kind_of_number_is_read_as_by_the_graph(name: str) -> None:
    function, labels, kind = NUMBERS[name]
    about = (RECIPE, labels, "Test", "tests")
    asked = Classifier.from_outside(function, *about, outputs=kind)
    built = Classifier.build(Calling(function), *about, outputs=kind, device="cpu")
    assert (asked.labels, asked.outputs) == (built.labels, built.outputs)
    found, expected = (one.predict(bright_corner()) for one in (asked, built))
    assert [score.label for score in found] == [score.label for score in expected]
    assert [score.score for score in found] == pytest.approx([score.score for score in expected], abs=1e-4)


def test_what_is_said_of_shares_is_held_to() -> None:
    about = (RECIPE, ["a", "b", "c"], "Test", "tests")
    logits = Classifier.from_outside(lambda x: sums(x).sigmoid(), *about, outputs="labels", shares=False)
    assert logits.graph.ending is Ending.LOGITS
    with pytest.raises(SaliencyError, match="said to give shares"):
        Classifier.from_outside(sums, *about, outputs="labels", shares=True)


@pytest.mark.parametrize(
    ("answers", "options", "sentence"),
    [
        (lambda x: x.mean((1, 2, 3)), {}, "one row of scores"),
        (lambda x: sums(x)[:1].expand(3, 3), {}, "one row of scores"),
        (lambda x: "no numbers", {}, "failed when it was asked"),
        (lambda x: x / 0 * 0, {}, "one row of scores"),
        (lambda x: sums(x) / 0 * 0, {}, "no numbers"),
        (lambda x: sums(x) / 0, {}, "not finite"),
        (lambda x: torch.rand(len(x), 3), {}, "each time it is asked"),
        (lambda x: torch.rand(len(x), 3), {"most": 1}, "each time it is asked"),
        (lambda x: sums(x).softmax(1) * 100, {"endings": [Ending.PROBABILITIES]}, "add up to 100"),
    ],
)
def test_what_is_no_classifier_is_refused(answers: Any, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SaliencyError, match=sentence):
        of_answers(answers, **options)


def test_labels_and_scores_of_another_number_are_refused() -> None:
    with pytest.raises(SaliencyError, match="3 and 2"):
        Classifier.from_outside(sums, RECIPE, ["a", "b"], "Test", "tests")


def test_what_it_raises_is_said_and_its_own_sentences_stay() -> None:
    def failing(x: Tensor) -> Tensor:
        raise ConnectionError("the line is dead\nand more")

    with pytest.raises(SaliencyError, match=r"failed when it was asked: the line is dead\.") as told:
        of_answers(failing)
    assert "and more" not in told.value.message

    def stated(x: Tensor) -> Tensor:
        raise SaliencyError("The budget is used up.")

    with pytest.raises(SaliencyError, match=r"^The budget is used up\.$"):
        of_answers(stated)


def test_it_is_asked_one_by_one_where_two_are_not_what_each_is() -> None:
    def of_the_batch(x: Tensor) -> Tensor:
        return sums(x - x.mean(0, keepdim=True)) + len(x) if len(x) > 1 else sums(x)

    def only_one(x: Tensor) -> Tensor:
        assert len(x) == 1, "one picture at a time"
        return sums(x)

    x = torch.randn(5, 3, SIDE, SIDE)
    for answers in (of_the_batch, only_one):
        torch.testing.assert_close(of_answers(answers).logits(x), sums(x))


def test_numpy_arrays_and_half_precision_are_numbers_too_and_pictures_are_its_own() -> None:
    def spoiling(x: Tensor) -> np.ndarray:
        given = sums(x).numpy().astype(np.float16)
        x.zero_()
        return given

    x = torch.randn(2, 3, SIDE, SIDE)
    before = x.clone()
    found = of_answers(spoiling).logits(x)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, sums(before), atol=1e-2, rtol=1e-2)
    assert torch.equal(x, before)


@pytest.mark.parametrize("threads", [False, True])
def test_threads_wait_for_one_another_unless_they_need_not(threads: bool) -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    def slow(x: Tensor) -> Tensor:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.02)
        with lock:
            at_work -= 1
        return sums(x)

    outside = of_answers(slow, threads=threads)
    x = torch.randn(6, 1, 3, SIDE, SIDE)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(outside.logits, x))
    torch.testing.assert_close(torch.cat(found), sums(x[:, 0]))
    assert (most > 1) is threads


LABELS = ("bright", "dark", "none")
CORNER = Area.box(0.0, 0.0, 0.25, 0.25)


@pytest.fixture(scope="module")
def both() -> list[Classifier]:
    """The corner's classifier by its graph, and asked from outside."""
    return [
        Classifier(Graph(Corner(), size=SIDE), RECIPE, LABELS, "Test", "tests"),
        Classifier.from_outside(Corner(), RECIPE, LABELS, "Test", "tests"),
    ]


def seen(one: Classifier, **more: Any) -> Explanation:
    return explain(one, bright_corner(), method="occlusion", **more)


def rounded(record: Any) -> Any:
    """A record without what differs by rounding, or by the clock."""
    if isinstance(record, dict):
        return {key: rounded(value) for key, value in record.items() if key != "seconds"}
    if isinstance(record, list):
        return [rounded(value) for value in record]
    return pytest.approx(record, abs=2e-3) if isinstance(record, float) else record


def test_every_check_says_the_same(both: list[Classifier]) -> None:
    others = [dark(seed=2), dark(seed=3)]
    graphs, asked = (
        check(one, bright_corner(), CORNER, explanation=seen(one), others=others).record() for one in both
    )
    assert "asked from outside" in asked["explanation"].pop("asked_from_outside")
    del asked["explanation"]["seconds"]
    assert asked == rounded(graphs)
    assert asked["hide"] is not None
    assert asked["paste"] is not None


def test_familiarity_suggestions_and_a_second_view(both: list[Classifier]) -> None:
    graphs, asked = (PreparedPhoto(one, bright_corner()) for one in both)
    assert asked.familiarity.record() == rounded(graphs.familiarity.record())
    first = seen(both[1], prepared=asked)
    second = explain(both[1], bright_corner(), method="kernel-shap", prepared=asked)
    assert agreement(first, second).verdict is not AgreementLevel.DISAGREE
    assert suggestions(first)
    with pytest.raises(SaliencyError, match="weights cannot be shuffled"):
        randomisation_test(asked, first)


def test_two_models_are_compared_and_the_record_says_how_it_was_asked(both: list[Classifier]) -> None:
    graphs, asked = map(seen, both)
    assert agreement(graphs, asked).verdict is AgreementLevel.AGREE
    assert asked.layer == ""
    assert "asked_from_outside" not in graphs.record()
    assert "asked from outside" in asked.record()["asked_from_outside"]


def test_audits_go_through_without_receptive_fields(tmp_path: Path, both: list[Classifier]) -> None:
    photos = make_set(tmp_path / "photos")
    results = []
    for number, one in enumerate(both):
        source, folder = gather(photos), tmp_path / f"job-{number}"
        with start(folder, one, source, method="occlusion", second="kernel-shap", controls=19) as job:
            results.append(audit(job, one, photos))
    said = [
        [(finding.guess, finding.place, finding.verdict) for finding in result.findings] for result in results
    ]
    assert said[0] == said[1]
    assert results[1].findings
    with pytest.raises(
        SaliencyError, match=r"does not work with this model\. Choose another view, such as occl"
    ):
        start(tmp_path / "other", both[1], gather(photos), method="grad-cam")
