"""Where a model computes: the choice, and that everything which is derived from it lies there."""

from __future__ import annotations

import os
from functools import cache
from unittest.mock import patch

import pytest
import torch
from corner import RECIPE, bright_corner, dark
from fake_accelerator import OnDevice, fake_accelerator
from small_models import SMALL, pictures, small_module
from torch import Tensor, nn

import models
import saliency
from saliency.checks.sanity import randomisation_test
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.methods import batching
from saliency.methods.attribution import attribute
from saliency.methods.registry import METHODS
from saliency.network import device as devices
from saliency.network.device import DEVICE, chosen_device, failures_said, in_halves
from saliency.network.fusion import PLAIN
from saliency.network.graph import Graph
from saliency.prepared_photo import PreparedPhoto

QUICK = {"grid": 3, "samples": 9, "steps": 4, "window": 16, "stride": 16, "segments": 6, "squares": 6}
FOR_EACH = {
    key: next(name for name in ("residual", "vit") if entry.needs <= SMALL[name].offers)
    for key, entry in METHODS.items()
}
KINDS = ("plain", "squeeze", "swin")
EVERY_KIND = [(key, name) for key in ("layer-cam", "deep-lift", "rise") for name in KINDS]


def here(monkeypatch: pytest.MonkeyPatch, cuda: int = 0, mps: bool = False) -> None:
    monkeypatch.delenv(DEVICE, raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"), [(0, False, "cpu"), (0, True, "mps"), (2, True, "cuda"), (1, False, "cuda")]
)
def test_auto_takes_the_first_that_is_there(
    monkeypatch: pytest.MonkeyPatch, cuda: int, mps: bool, expected: str
) -> None:
    here(monkeypatch, cuda, mps)
    assert chosen_device() == chosen_device("auto") == chosen_device(" AUTO ") == torch.device(expected)
    assert chosen_device("cpu") == torch.device("cpu")


def test_what_is_asked_for_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    here(monkeypatch, cuda=2)
    monkeypatch.setenv(DEVICE, "cpu")
    assert chosen_device() == torch.device("cpu")
    assert chosen_device("cuda:1") == chosen_device(torch.device("cuda", 1)) == torch.device("cuda", 1)
    monkeypatch.setenv(DEVICE, "")
    assert chosen_device() == torch.device("cuda")


@pytest.mark.parametrize("wish", ["cuda", "mps", "gpu", "cuda:x", "cuda:", "cpu:1", "cuda:0", "auto:0"])
def test_a_device_that_is_not_there_is_said_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    here(monkeypatch)
    for ask in (lambda: chosen_device(wish), lambda: models.load("showroom", device=wish)):
        with pytest.raises(SaliencyError) as caught:
            ask()
        assert wish in caught.value.message or wish.partition(":")[0] in caught.value.message
        assert caught.value.message.endswith(".")
    here(monkeypatch, cuda=2)
    with pytest.raises(SaliencyError, match="cuda:0 to cuda:1"):
        chosen_device("cuda:2")


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processor computes as a graphics card does, with torch's own convolutions."""
    monkeypatch.setenv(PLAIN, "1")


@cache
def graphs(name: str) -> tuple[Graph, Graph]:
    """A small model on the processor, with torch's own convolutions, and on the device."""
    with patch.dict(os.environ, {PLAIN: "1"}):
        graph = Graph(small_module(name), size=SMALL[name].size)
    with fake_accelerator() as device:
        return graph, Graph(small_module(name), size=SMALL[name].size, device=device)


@pytest.mark.parametrize(("key", "name"), [*FOR_EACH.items(), *EVERY_KIND])
def test_every_method_stays_on_the_device(key: str, name: str) -> None:
    entry, x, (graph, there) = METHODS[key], pictures(name, 2), graphs(name)
    few = {k: max(QUICK[k], s.low) for k, s in entry.settings.items() if k in QUICK}
    expected = attribute(graph, x, [1, 3], method=key, **few)
    with fake_accelerator() as device:
        assert there.device == device
        found = attribute(there, x, [1, 3], method=key, **few)
    assert isinstance(found, OnDevice)
    torch.testing.assert_close(found.inner, expected, rtol=1e-4, atol=1e-5)
    assert not any(isinstance(p, OnDevice) for p in small_module(name).parameters())


def test_a_photo_is_explained_checked_and_tested_on_the_device(plain: None) -> None:
    def record(graph: Graph) -> list[object]:
        classifier = Classifier(graph, RECIPE, tuple("abcde"), "Test", "tests")
        photo, area = bright_corner(), saliency.Area.box(0.1, 0.1, 0.4, 0.4)
        prepared = PreparedPhoto(classifier, photo)
        result = saliency.check(classifier, photo, area, others=[dark()], count=3, prepared=prepared)
        whole = result.record()
        whole["explanation"].pop("seconds")
        return [whole, randomisation_test(prepared, result.explanation).record()]

    module = small_module("plain")
    expected = record(Graph(module, size=RECIPE.crop_size))
    with fake_accelerator() as device:
        assert record(Graph(module, size=RECIPE.crop_size, device=device)) == expected


class Scaled(nn.Module):
    """Multiplies by a tensor that is neither a parameter nor a buffer, so that torch does not move it."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution, self.scale = nn.Conv2d(3, 4, 1), torch.arange(4.0)

    def forward(self, x: Tensor) -> Tensor:
        return self.convolution(x).mean((2, 3)) * self.scale


def test_constants_of_a_model_are_moved_too(plain: None) -> None:
    module, x = Scaled(), torch.ones(1, 3, 8, 8)
    expected = Graph(module, size=8).logits(x)
    with fake_accelerator() as device:
        graph = Graph(module, size=8, device=device)
        torch.testing.assert_close(graph.logits(x.to(device)).cpu(), expected)


def test_what_the_device_cannot_do_is_a_sentence() -> None:
    card = torch.device("cuda")
    for error, says in (
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "memory"),
        (NotImplementedError("The operator 'aten::x' is not implemented for MPS"), "lacks an operation"),
        (RuntimeError("cuDNN error: 7"), "cuDNN error"),
    ):
        with pytest.raises(SaliencyError, match=says), failures_said(card):
            raise error
        with pytest.raises(type(error)), failures_said(torch.device("cpu")):
            raise error


def test_a_batch_too_large_for_the_memory_is_taken_in_halves() -> None:
    sizes = []

    def run(x: Tensor) -> Tensor:
        sizes.append(len(x))
        if len(x) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return 2 * x

    x = torch.arange(11.0)
    assert torch.equal(in_halves(run, x), 2 * x)
    assert sizes == [11, 6, 3, 3, 5, 3, 2]
    with pytest.raises(RuntimeError, match="other"):
        in_halves(lambda x: (_ for _ in ()).throw(RuntimeError("other")), x)
    with pytest.raises(torch.OutOfMemoryError):
        in_halves(lambda x: (_ for _ in ()).throw(torch.OutOfMemoryError("full")), x)


@pytest.mark.parametrize("key", [key for key, entry in METHODS.items() if entry.progress])
def test_maps_do_not_depend_on_how_many_pictures_memory_allows_a_pass(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    name, entry = FOR_EACH[key], METHODS[key]
    graph, x = Graph(small_module(name), size=32), pictures(name, 1)
    few = {"samples": 70, "grid": 3, "steps": 9, "channels": 0}
    settings = {k: v for k, v in few.items() if k in entry.settings}
    before = attribute(graph, x, 1, method=key, seed=3, **settings)
    monkeypatch.setattr(batching, "free_memory", lambda _: 2**40)
    after = attribute(graph, x, 1, method=key, seed=3, **settings)
    torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-5)


def test_pictures_a_pass_follow_the_free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, x = Graph(small_module("plain"), size=32), torch.zeros(2, 3, 32, 32)
    one = graph.bytes_of(32, 32)
    assert one >= 3 * 32 * 32 * 4
    assert graph.bytes_of(64, 32) == 2 * one
    for free, expected in ((None, 8), (0, 8), (100 * one, 16), (2**50, 32)):
        monkeypatch.setattr(batching, "free_memory", lambda _, free=free: free)
        assert batching.fitting(graph, x, 8) == expected
    assert devices.free_memory(torch.device("cpu")) is None


def test_scores_in_half_precision_are_near_and_a_search_is_refused(plain: None) -> None:
    """A processor can do it too, only not sooner: what a graph does where it is asked for."""
    module, x = small_module("plain"), pictures("plain", 1)
    full, half = Graph(module, size=32), Graph(module, size=32, half=True)
    exact, near = (attribute(graph, x, 1, method="lime", samples=20) for graph in (full, half))
    assert not torch.equal(near, exact)
    assert (near - exact).abs().max() <= 1e-2 * exact.abs().max()
    assert torch.equal(attribute(half, x, 1, method="gradient"), attribute(full, x, 1, method="gradient"))
    for key in ("extremal", "covered-cam", "occlusion"):
        with pytest.raises(SaliencyError, match="--precision full"):
            attribute(half, x, 1, method=key)
    with pytest.raises(SaliencyError, match="half precision"):
        Graph(nn.Sequential(nn.Conv2d(3, 4, 1), nn.AvgPool2d(32), nn.Flatten(), Large()), size=32, half=True)


class Large(nn.Module):
    """Scores too large for half precision."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(1e6 * x)


def test_half_precision_is_for_graphics_cards() -> None:
    with pytest.raises(SaliencyError, match="graphics card"):
        models.load("showroom", device="cpu", precision="half")
    with pytest.raises(SaliencyError, match="full or half"):
        models.load("showroom", device="cpu", precision="quarter")
