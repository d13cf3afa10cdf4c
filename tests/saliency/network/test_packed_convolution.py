"""Packed convolutions and fused graphs give what torch's own give, forward and back."""

from __future__ import annotations

import pytest
import torch
from small_models import SMALL, small_module
from torch import Tensor, nn
from torch.nn import functional

from models.torchvision_guard import import_torchvision
from saliency.network import fusion
from saliency.network.fusion import PLAIN, Fused, Fusion, available
from saliency.network.graph import Graph, gradient
from saliency.network.packed_convolution import Packed, packable
from saliency.network.shapes import Shapes

pytestmark = pytest.mark.skipif(not available(), reason="torch has no such kernels on this computer")

CONVOLUTIONS = {
    "one point": {"kernel_size": 1},
    "three": {"kernel_size": 3, "padding": 1},
    "no padding": {"kernel_size": (3, 5), "padding": (0, 2)},
    "wide padding": {"kernel_size": 1, "padding": 1},
    "stride": {"kernel_size": 3, "stride": 2, "padding": 1},
    "uneven stride": {"kernel_size": 3, "stride": (2, 1), "padding": 1},
    "one point at stride 2": {"kernel_size": 1, "stride": 2},
    "as wide as its stride": {"kernel_size": 2, "stride": 2},
    "dilation": {"kernel_size": 3, "dilation": 2, "padding": 2},
    "groups": {"kernel_size": 3, "padding": 1, "groups": 4},
    "depthwise": {"kernel_size": 5, "stride": 2, "padding": 2, "groups": 8},
}
STEMS = [(7, 2, 3), (3, 2, 0), (11, 4, 2), (4, 4, 0), (16, 16, 0), (3, 2, 1)]


def same(found: Tensor, expected: Tensor) -> bool:
    return found.shape == expected.shape and torch.allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("side", [16, 17])
@pytest.mark.parametrize("kind", CONVOLUTIONS)
def test_a_packed_convolution(kind: str, side: int, batch: int) -> None:
    torch.manual_seed(0)
    agrees(nn.Conv2d(8, 8, **CONVOLUTIONS[kind]), torch.randn(batch, 8, side, side + 3))


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("side", [32, 33, 35])
@pytest.mark.parametrize(("kernel", "stride", "padding"), STEMS)
def test_a_packed_stem(kernel: int, stride: int, padding: int, side: int, batch: int) -> None:
    torch.manual_seed(0)
    agrees(nn.Conv2d(3, 8, kernel, stride, padding, bias=False), torch.randn(batch, 3, side, side + 4))


def agrees(convolution: nn.Conv2d, x: Tensor) -> None:
    """Values, and the gradient with respect to the input, with each thing that may follow."""
    convolution.requires_grad_(False)
    packed = Packed.of(convolution, x.shape[2:], convolution(x).shape[2:])
    assert packed.gives(x) == convolution(x).shape
    for then, follows in {"none": lambda t: t, "relu": functional.relu, "hardtanh": functional.relu6}.items():
        fused = Fused(packed, then)
        assert same(fused(x), follows(convolution(x)))
        slope = torch.randn(convolution(x).shape)
        found = gradient(lambda a: fused(a) * slope, x)  # noqa: B023
        assert same(found, gradient(lambda a: follows(convolution(a)) * slope, x))  # noqa: B023


@pytest.mark.parametrize("batch", [1, 2])
def test_an_addition_on_the_way(batch: int) -> None:
    torch.manual_seed(0)
    convolution = nn.Conv2d(4, 6, 3, padding=1).requires_grad_(False)
    fused = Fused(Packed.of(convolution, (9, 9), (9, 9)), "relu")
    x, other = torch.randn(batch, 4, 9, 9), torch.randn(batch, 6, 9, 9)
    assert same(fused(x, other), (convolution(x) + other).relu())
    found = gradient(lambda a: fused(x, a).square(), other)
    assert same(found, gradient(lambda a: (convolution(x) + a).relu().square(), other))
    narrow = torch.randn(1, 6, 1, 1)
    assert same(fused(x, narrow), (convolution(x) + narrow).relu())


@pytest.mark.parametrize("name", [*SMALL, "resnet18"])
def test_the_switch_changes_nothing_but_rounding(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logits, feature maps and gradients, with torch's own convolutions and with packed ones."""
    torch.manual_seed(0)
    small = name in SMALL
    module = small_module(name) if small else import_torchvision().models.get_model(name, weights=None).eval()
    size = SMALL[name].size if small else 64
    quick = Graph(module, size=size)
    monkeypatch.setenv(PLAIN, "1")
    assert not available()
    plain = Graph(module, size=size)
    kinds = [{type(part) for part in graph._quick.modules()} for graph in (quick, plain)]
    assert [Fused in found for found in kinds] == [True, False]
    x = torch.randn(2, 3, size, size)
    assert same(quick(x), plain(x))
    assert [layer.name for layer in quick.layers] == [layer.name for layer in plain.layers]
    for layer in quick.layers:
        assert same(quick.features(x, layer.name).values, plain.features(x, layer.name).values)
    slopes = [gradient(lambda a, graph=graph: graph(a)[:, 0], x) for graph in (quick, plain)]
    assert float((slopes[0] - slopes[1]).abs().max()) <= 1e-4 * float(slopes[1].abs().max())


@pytest.mark.parametrize("fault", ["wrong", "missing"])
def test_kernels_that_do_not_work_are_not_used(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: Packed, *args: object) -> Tensor:
        if fault == "missing":
            raise AttributeError("'_OpNamespace' 'mkldnn' object has no attribute '_convolution_pointwise'")
        return right(self, *args) + 1e-2

    right = Packed.__call__
    fusion._works.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(Packed, "__call__", run)
        assert not available()
        graph = Graph(small_module("plain"), size=32)
    fusion._works.cache_clear()
    assert available()
    assert not any(isinstance(part, Fused) for part in graph._quick.modules())


def test_trying_the_kernels_draws_no_random_numbers() -> None:
    fusion._works.cache_clear()
    before = torch.random.get_rng_state()
    assert available()
    assert torch.equal(torch.random.get_rng_state(), before)


def test_what_cannot_be_packed() -> None:
    assert packable(nn.Conv2d(3, 4, 3))
    assert not packable(nn.Conv2d(3, 4, 3, padding="same"))
    assert not packable(nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect"))
    assert not packable(nn.Conv2d(3, 4, 3).double())
    assert not packable(nn.Linear(3, 4))


@pytest.mark.parametrize("name", [*SMALL, "resnet18", "mobilenet_v2", "squeezenet1_1", "shufflenet_v2_x0_5"])
def test_a_fused_graph(name: str) -> None:
    """The same logits and gradients as the graph it was made of, which is left as it was."""
    torch.manual_seed(0)
    small = name in SMALL
    module = small_module(name) if small else import_torchvision().models.get_model(name, weights=None)
    size = SMALL[name].size if small else 64
    graph = Graph(module, size=size)
    before = graph.module.code
    fused = Fusion(graph.module, Shapes(graph.module, size))(graph.module)
    assert graph.module.code == before
    x = torch.randn(2, 3, size, size)
    assert same(fused(x), graph.module(x))
    scale = gradient(lambda a: graph.module(a)[:, 0], x)
    found = gradient(lambda a: fused(a)[:, 0], x)
    assert float((found - scale).abs().max()) <= 1e-4 * float(scale.abs().max())


def test_one_node_takes_the_place_of_three() -> None:
    graph = Graph(import_torchvision().models.resnet18(weights=None), size=64)
    fused = Fusion(graph.module, Shapes(graph.module, 64))(graph.module)
    left = {type(fused.get_submodule(n.target)) for n in fused.graph.nodes if n.op == "call_module"}
    assert left == {Fused, nn.MaxPool2d, nn.AdaptiveAvgPool2d, nn.Linear}
    kinds = [n.op for n in fused.graph.nodes if n.op == "call_function"]
    assert len(kinds) == 1  # flatten


class Odd(nn.Module):
    """What a graph of one's own may do with a convolution, and torchvision's do not."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.fill = nn.Parameter(torch.rand(1, 3, 8, 8))
        self.linear = nn.Linear(4, 5)
        self.what = what

    def forward(self, x: Tensor) -> Tensor:
        if self.what == "keyword":
            cells = self.conv(input=x)
        elif self.what == "plus a number":
            cells = self.conv(x) + x.shape[0]
        elif self.what == "plus a fraction":
            cells = self.conv(x) + x.shape[2] * 0.01
        else:
            cells = self.conv(x) + self.conv(self.fill).mean()
        return self.linear(cells.relu().mean((2, 3)))


@pytest.mark.parametrize("what", ["keyword", "plus a number", "plus a fraction", "of a parameter"])
def test_what_else_may_stand_around_a_convolution(what: str) -> None:
    torch.manual_seed(0)
    module = Odd(what).eval()
    x = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        assert same(Graph(module, size=32)(x), module(x))
