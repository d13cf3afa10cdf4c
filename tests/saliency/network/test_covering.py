"""Logits with patches covered, by windows and by whole passes: the same numbers, of networks of all kinds."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from random_networks import convolution, graph_of, operations
from small_models import SMALL, lively, pictures, small_graph, small_module
from torch import Tensor, nn

from benchmarks.random_models import random_module
from models.efficientnet_lite import EfficientNetLite
from saliency.methods.occlusion import _spans
from saliency.network.covering import Covering, Patch, border, covered
from saliency.network.cut import after
from saliency.network.fusion import PLAIN
from saliency.network.graph import Graph
from saliency.network.windows import windows


def patches_of(size: tuple[int, int], window: int, stride: int) -> list[Patch]:
    return list(product(_spans(size[0], window, stride), _spans(size[1], window, stride)))


def picture(size: tuple[int, int]) -> Tensor:
    return torch.randn((1, 3, *size), generator=torch.Generator().manual_seed(0))


def assert_same(graph: Graph, logits: Any, x: Tensor, patches: list[Patch]) -> None:
    """The first, the last and some patches between, to a hundred-thousandth of the largest logit."""
    some = [*patches[:3], *patches[len(patches) // 2 :][:3], *patches[-3:]]
    found, expected = logits(some), graph.logits(covered(x, some))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5 * float(expected.abs().max() + 1e-3))


def check_all_borders(graph: Graph, x: Tensor, patches: list[Patch]) -> int:
    """Wherever windows may end, the numbers are the same; gives in how many places that is."""
    values = graph._shapes.values_of((x.shape[2], x.shape[3]))
    places = [sorted({(p[side].start, p[side].stop) for p in patches}) for side in (0, 1)]
    local = windows(graph.module, values, [[slice(*place) for place in side] for side in places])
    names = [node.name for node in local if after(graph.module, (node.name,), graph._shapes) is not None]
    for name in names:
        assert_same(graph, Covering(graph._cut((name,)), x, patches), x, patches)
    return len(names)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(operations(), min_size=1, max_size=4),
    st.sampled_from([(48, 48), (61, 40)]),
    st.integers(1, 20),
    st.integers(1, 13),
)
def test_random_networks(parts, size, window, stride):
    check_random(parts, size, window, stride)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(operations(), min_size=2, max_size=6),
    st.sampled_from([(64, 64), (96, 75), (65, 110)]),
    st.integers(1, 40),
    st.integers(1, 60),
)
def test_many_random_networks(parts, size, window, stride):
    check_random(parts, size, window, stride)


def check_random(parts: list[nn.Module], size: tuple[int, int], window: int, stride: int) -> None:
    graph = graph_of(convolution(3, 1, 1), *parts, convolution(1), side=64 if size[0] > 61 else 48)
    x = picture(size)
    try:
        with torch.no_grad():
            graph.module(x)
    except RuntimeError:
        reject()  # of a picture that is smaller than the one that it was built with, nothing is left
    assert check_all_borders(graph, x, patches_of(size, window, stride))


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("name", SMALL)
def test_small_networks_of_each_kind(name, plain, monkeypatch):
    graph = small_graph(name)
    if plain:
        monkeypatch.setenv(PLAIN, "1")
        graph = Graph(small_module(name), size=SMALL[name].size)
    x = pictures(name, 1)
    patches = patches_of((x.shape[2], x.shape[3]), 6, 5)
    assert check_all_borders(graph, x, patches)
    assert_same(graph, graph.covering(x, patches), x, patches)


KNOWN = {"lite": lambda: EfficientNetLite("efficientnet_lite2", 5)}


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("squeezenet1_1", (128, 150)),
        ("resnet18", (128, 128)),
        ("lite", (131, 128)),
        *[
            pytest.param(name, (224, 256), marks=pytest.mark.slow)
            for name in ("resnet50", "googlenet", "mobilenet_v2", "densenet121", "vgg11", "mnasnet0_5")
        ],
        pytest.param("inception_v3", (299, 299), marks=pytest.mark.slow),
    ],
)
def test_known_networks_save_work(name, size):
    graph = known(name)
    x, patches = picture(size), patches_of(size, size[0] // 7, size[0] // 14)
    logits = graph.covering(x, patches)
    assert isinstance(logits, Covering)
    assert_same(graph, logits, x, patches)
    assert (logits(patches[:1]) - graph.logits(x)).abs().max() > 0


def known(name: str) -> Graph:
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    torch.manual_seed(0)
    return Graph(lively(KNOWN[name]() if name in KNOWN else random_module(name, **options)))


def test_large_patches_are_covered_in_whole_passes():
    graph, x = known("resnet18"), picture((128, 128))
    patches = patches_of((128, 128), 120, 8)
    assert border(graph.module, graph._shapes, graph._shapes.values_of((128, 128)), patches) == ""
    assert_same(graph, graph.covering(x, patches), x, patches)


class Squeezed(nn.Module):
    """A map scaled by what is pooled of all of it, between two convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.gate, self.last = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 1), nn.Conv2d(8, 5, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x).relu()
        x = x * self.gate(x.mean((2, 3), keepdim=True)).sigmoid()
        return self.last(x).mean((2, 3))


def test_windows_end_before_what_looks_at_the_whole_picture():
    torch.manual_seed(0)
    graph, x = Graph(Squeezed(), size=64), picture((64, 64))
    patches = patches_of((64, 64), 8, 8)
    local = windows(graph.module, graph._shapes.values, [[slice(0, 8)], [slice(0, 8)]])
    assert [node.name for node in local] == ["x", "first", "relu"]
    assert check_all_borders(graph, x, patches) == 3
    assert isinstance(graph.covering(x, patches), Covering)


def test_only_what_surrounds_windows_is_kept():
    graph, x = known("resnet18"), picture((128, 128))
    logits = graph.covering(x, patches_of((128, 128), 16, 16))
    kept = sum(value.numel() for value in logits.values.values() if isinstance(value, Tensor))
    every = sum(
        value.numel() for value in graph._shapes.values_of((128, 128)).values() if isinstance(value, Tensor)
    )
    assert kept < every / 2
