"""Receptive field arithmetic against what is measured: which points of a picture reach a cell.

A point that is not a number makes every cell that sees it not a number, whatever the weights: so the border
of a view is measured exactly. Where branches look at different places, the middle of the slopes of a network
that only averages is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import Beside, Residual, convolution, graph_of, operations
from small_models import pictures, small_graph
from torch import Tensor, fx, nn
from torch.nn import functional as F

from benchmarks.random_models import random_graph
from saliency.grids.cells import CellAxis
from saliency.network.graph import Graph

_MARGIN = 3  # cells from the border whose view may begin or end in padding


@settings(max_examples=15, deadline=None)
@given(st.lists(operations(), min_size=1, max_size=4), st.sampled_from([(48, 48), (61, 40)]))
def test_cells_of_random_networks_look_where_points_reach_them(parts, size):
    check_all_maps(parts, size)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(operations(), min_size=2, max_size=6), st.sampled_from([(64, 64), (96, 75), (65, 110)]))
def test_cells_of_many_random_networks_look_where_points_reach_them(parts, size):
    check_all_maps(parts, size)


def check_all_maps(parts: list[nn.Module], size: tuple[int, int]) -> None:
    graph = graph_of(convolution(3, 1, 1), *parts, convolution(1), side=64 if size[0] > 61 else 48)
    for axis in (2, 3):
        for name, values in with_a_point_missing(graph, size, axis).items():
            cells = graph.cells(values.shape[2:], size, name)
            if cells is not None:
                side = cells.rows if axis == 2 else cells.columns
                check_borders(side, values.isnan().any(1).any(4 - axis).numpy())


def check_borders(side: CellAxis, reached: np.ndarray) -> None:
    """Every cell whose view lies inside sees from its first point to its last, and none beyond.

    Args:
        side: What is said of the cells.
        reached: Which points reach which cells, ``(points, cells)``.
    """
    for cell, centre in enumerate(side.centres):
        first, last = centre - side.view / 2, centre + side.view / 2
        if first >= _MARGIN * side.step and last <= len(reached) - _MARGIN * side.step:
            points = np.flatnonzero(reached[:, cell])
            assert (points[0], points[-1] + 1) == (pytest.approx(first), pytest.approx(last))


class Keeping(fx.Interpreter):
    """Keeps all maps."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.maps: dict[str, Tensor] = {}

    def run_node(self, n: fx.Node) -> object:
        value = super().run_node(n)
        if isinstance(value, Tensor) and value.ndim == 4:
            self.maps[n.name] = value
        return value


def with_a_point_missing(graph: Graph, size: tuple[int, int], axis: int) -> dict[str, Tensor]:
    """Every map of pictures of which a row, or a column, is no number: one picture for each."""
    x = torch.zeros(size[axis - 2], 3, *size, dtype=torch.double)
    for number in range(len(x)):
        x[number].select(axis - 1, number)[...] = torch.nan
    run = Keeping(copy.deepcopy(graph.module).double())
    with torch.no_grad():
        run.run(x)
    return run.maps


def followed(graph: Graph, size: tuple[int, int], at: str | None = None) -> CellAxis:
    """The rows of the last layer, or of a node's map."""
    run = Keeping(graph.module)
    with torch.no_grad():
        run.run(torch.zeros(1, 3, *size))
    name = at or graph.layer().name
    cells = graph.cells(run.maps[name].shape[2:], size, name)
    assert cells is not None
    return cells.rows


def test_stride_two_and_padding_one_look_at_multiples():
    graph = graph_of(*[convolution(3, 2, 1) for _ in range(5)], side=224)
    assert followed(graph, (224, 224)) == CellAxis(0.5, 32.0, 7, 63.0)
    assert followed(graph, (299, 224)) == CellAxis(0.5, 32.0, 10, 63.0)


@pytest.mark.parametrize("layer", [nn.Upsample(scale_factor=2), nn.ConvTranspose2d(4, 4, 2, 2)])
def test_cells_twice_as_many_lie_on_both_sides(layer):
    graph = graph_of(convolution(4, 4), layer, convolution(1))
    side = followed(graph, (64, 64))
    assert (side.start, side.step, side.count) == (1.0, 2.0, 32)


def test_corners_that_are_kept_when_a_map_grows():
    graph = graph_of(
        convolution(4, 4), nn.Upsample(size=(31, 31), mode="bilinear", align_corners=True), convolution(1)
    )
    side = followed(graph, (64, 64))
    assert (side.start, side.step, side.count) == (2.0, 2.0, 31)


def test_pooling_to_a_number_of_cells_follows_the_size_of_the_picture():
    graph = graph_of(convolution(4, 4), nn.AdaptiveAvgPool2d(8), convolution(1))
    name = "operations_1"
    for size, step in (((64, 64), 8.0), ((128, 96), 16.0)):
        cells = graph.cells((8, 8), size, name)
        assert (cells.rows.start, cells.rows.step) == (step / 2, step)


@pytest.mark.parametrize("kind", ["add", "cat"])
def test_branches_that_look_elsewhere_are_averaged(kind):
    """As in a ResNet-D: the way around is a mean of 2 × 2 cells, which lies half a cell further."""
    branches = convolution(3, 2, 1, into=2), nn.Sequential(nn.AvgPool2d(2, 2), convolution(1, into=2))
    joined = Residual(*branches) if kind == "add" else Beside(*branches)
    graph = graph_of(joined, convolution(3, 2, 1))
    module = copy.deepcopy(graph.module).double()
    with torch.no_grad():
        for weight in module.parameters():
            if weight.ndim == 4:
                weight.fill_(1 / weight[0].numel())
            else:
                weight.zero_()
    x = torch.ones(1, 3, 64, 64, dtype=torch.double, requires_grad=True)
    run = Keeping(module)
    run.run(x)
    side = followed(graph, (64, 64))
    (slope,) = torch.autograd.grad(run.maps[graph.layer().name][0, 0, 7, 7], x)
    weights = slope.sum((0, 1, 3))
    assert float((weights * (torch.arange(64) + 0.5)).sum() / weights.sum()) == pytest.approx(side.centres[7])
    assert side.start == 0.75


def test_what_rolls_is_not_followed_unless_what_stays_is_added():
    class Rolled(nn.Module):
        def __init__(self, stays: bool) -> None:
            super().__init__()
            self.stays = stays

        def forward(self, x: Tensor) -> Tensor:
            rolled = torch.roll(x, (3, 3), (2, 3))
            return x + rolled if self.stays else rolled

    stem, last = convolution(3, 2, 1), convolution(1)
    size = (64, 64)
    lost, kept = graph_of(stem, Rolled(False), last), graph_of(stem, Rolled(True), last)
    assert lost.cells((32, 32), size, lost.layer().name) is None
    assert followed(kept, size).start == 0.5


@pytest.mark.parametrize("name", ["vit", "swin"])
def test_patches_are_spread_evenly(name):
    graph, x = small_graph(name), pictures(name, 1)
    values = graph.features(x).values
    cells = graph.cells(values.shape[2:], x.shape[2:])
    even = CellAxis.even(values.shape[2], x.shape[2])
    assert (cells.rows.start, cells.rows.step) == (even.start, even.step)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("resnet18", (299, 224)),
        ("mobilenet_v2", (224, 224)),
        ("vgg11", (224, 299)),
        ("googlenet", (224, 224)),
        ("inception_v3", (299, 299)),
        ("densenet121", (224, 224)),
        ("convnext_tiny", (224, 224)),
        ("swin_t", (224, 224)),
    ],
)
def test_cells_of_known_networks_look_where_slopes_are_steep(name, size):
    """The middle of the squared slopes of a cell in the middle, with random weights on random pictures."""
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    graph = random_graph(name, size=min(size), **options)
    prefix, _ = graph.split()
    steep = torch.zeros(size)
    for seed in range(3):
        generator = torch.Generator().manual_seed(seed)
        x = torch.randn((1, 3, *size), generator=generator).requires_grad_(True)
        values = prefix(x)
        row, column = (count // 2 for count in values.shape[2:])
        signs = torch.randn(values.shape[1], generator=generator)
        (slope,) = torch.autograd.grad((values[0, :, row, column] * signs).sum(), x)
        steep += slope[0].square().sum(0) / slope.square().sum()
    cells = graph.cells(values.shape[2:], size)
    assert cells is not None
    for side, cell, profile in ((cells.rows, row, steep.sum(1)), (cells.columns, column, steep.sum(0))):
        middle = float((profile * (torch.arange(len(profile)) + 0.5)).sum() / profile.sum())
        assert middle == pytest.approx(side.centres[cell], abs=0.2 * side.step)


def test_networks_of_other_sizes_cost_no_second_pass(monkeypatch):
    """Only what adapts to the size is derived anew."""
    graph = graph_of(convolution(3, 2, 1), convolution(3, 2, 1))
    assert graph.cells((16, 16), (64, 64)) is not None
    monkeypatch.setattr(graph._shapes, "values_of", None)
    assert graph.cells((20, 16), (80, 64)) is not None


class Between(nn.Module):
    """Something between two convolutions of stride 2 and padding 1."""

    def __init__(self, between: Callable[[Tensor], Tensor], channels: int) -> None:
        super().__init__()
        self.first, self.between = nn.Conv2d(3, 4, 3, 2, 1), between
        self.second, self.classes = nn.Conv2d(channels, 4, 3, 2, 1), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.classes(self.second(self.between(self.first(x))).mean((2, 3)))


def padded_to_a_multiple(x: Tensor) -> Tensor:
    return F.pad(x, (0, x.shape[3] % 3, x.shape[2] % 3, 0))


def excited(x: Tensor) -> Tensor:
    return x * torch.sigmoid(F.adaptive_avg_pool2d(x, 1)) * x.mean(3, keepdim=True)


def flattened_and_back(x: Tensor) -> Tensor:
    return torch.softmax(x.flatten(2), 2).unflatten(2, (x.shape[2], x.shape[3]))


OPERATIONS: dict[str, tuple[Callable[[Tensor], Tensor], int, tuple[float, float, int] | None]] = {
    "pooling that tells where": (lambda x: F.max_pool2d(x, 2, return_indices=True)[0], 4, (1.5, 8, 8)),
    "channels in parts": (lambda x: torch.cat(x.chunk(2, 1)[::-1], 1), 4, (0.5, 4, 16)),
    "rows in parts": (lambda x: x.chunk(2, 2)[0], 4, None),
    "rows upside down": (lambda x: x.flip(2), 4, None),
    "channels turned": (lambda x: x.flip(1), 4, (0.5, 4, 16)),
    "some rows": (lambda x: x.narrow(2, 0, 16), 4, None),
    "windows": (lambda x: x.unfold(2, 2, 2).mean(-1), 4, (1.5, 8, 8)),
    "windows as channels": (
        lambda x: F.unfold(x, 3, padding=1, stride=2).unflatten(2, (16, 16)),
        36,
        (0.5, 8, 8),
    ),
    "blocks as channels": (lambda x: F.pixel_unshuffle(x, 2), 16, (1.5, 8, 8)),
    "channels as blocks": (lambda x: F.pixel_shuffle(x, 2), 1, (0.0, 2, 32)),
    "padding to a multiple": (padded_to_a_multiple, 4, (-3.5, 4, 17)),
    "rows from the end": (lambda x: x[:, :, -20:], 4, (24.5, 4, 10)),
    "squeeze and excitation": (excited, 4, (0.5, 4, 16)),
    "flattened and back": (flattened_and_back, 4, (0.5, 4, 16)),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_an_operation_does_to_rows(name):
    between, channels, expected = OPERATIONS[name]
    torch.manual_seed(0)
    graph = Graph(Between(between, channels), size=64)
    layer = graph.layer()
    cells = graph.cells((layer.height, layer.width), (64, 64))
    assert (None if cells is None else (cells.rows.start, cells.rows.step, cells.rows.count)) == expected


def test_what_adapts_to_the_size_of_the_picture_is_derived_anew():
    """Of 80 rows 40 are left, which a row makes a multiple of 3; of the last 20 the first is the 21st."""
    padded, cropped = (
        Graph(Between(OPERATIONS[name][0], 4), size=64)
        for name in ("padding to a multiple", "rows from the end")
    )
    assert padded.cells((21, 16), (80, 64)).rows.start == 0.5 - 2
    assert cropped.cells((10, 16), (80, 64)).rows.start == 0.5 + 2 * 20


def test_tokens_look_where_the_cells_they_are_made_of_look():
    class Hybrid(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.ReLU(), nn.Conv2d(4, 4, 3, 2, 1))
            self.norm, self.attention = nn.LayerNorm(4), nn.MultiheadAttention(4, 1, batch_first=True)
            self.first, self.classes = nn.Parameter(torch.zeros(1, 1, 4)), nn.Linear(4, 3)

        def forward(self, x: Tensor) -> Tensor:
            x = self.stem(x).flatten(2).transpose(1, 2)
            x = torch.cat((self.first.expand(x.shape[0], -1, -1), x), 1)
            y = self.norm(x)
            return self.classes((x + self.attention(y, y, y, need_weights=False)[0])[:, 0])

    graph = Graph(Hybrid(), size=64)
    assert graph.layer().tokens
    assert graph.cells((16, 16), (64, 64)).rows == CellAxis(0.5, 4.0, 16, 7.0)
