"""Maps lie where their cells look: on the input, on the photo, and wherever a map is read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import red_dot
import torch
from explanations import explanation
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import interpolate

from saliency.agreement import AgreementLevel, agreement
from saliency.audit.evidence.probe import coarse_map
from saliency.checks.hiding import hiding_order
from saliency.checks.influence import influence
from saliency.checks.suggestions import suggestions
from saliency.comparison import compare
from saliency.explanation import explain
from saliency.grids.cells import CellAxis, CellGrid, averaged, laid_out, moved
from saliency.methods.attribution import attribute, cells_of
from saliency.methods.registry import METHODS
from saliency.network.graph import Graph
from saliency.photo.area import Area
from saliency.photo.framing import Framing, place

SHOWN = [key for key, method in METHODS.items() if method.reads and "attention" not in method.needs]
DOTS = [((224, 224), 96, 96), ((224, 299), 256, 160), ((299, 224), 32, 64), ((448, 598), 128, 160)]
"""Width and height of a photo; row and column of its red dot on the model's input."""


@pytest.fixture(scope="module")
def classifier():
    return red_dot.classifier()


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 40), st.integers(1, 40))
def test_cells_spread_evenly_are_what_interpolation_supposes(rows, columns, height, width):
    maps = torch.randn((2, 3, rows, columns), generator=torch.Generator().manual_seed(0), dtype=torch.double)
    expected = interpolate(maps, (height, width), mode="bilinear", align_corners=False)
    torch.testing.assert_close(laid_out(maps, (height, width)), expected)


@settings(deadline=None)
@given(
    st.integers(2, 12), st.floats(-20, 40), st.floats(1, 32), st.integers(1, 90), st.sampled_from([1, 2, 3])
)
def test_a_map_of_where_its_cells_look_gives_that_back(count, start, step, side, larger):
    """Between the first cell and the last; beyond them the nearest cell's value."""
    axis = CellAxis(start, step, count, step)
    cells = CellGrid(axis, CellAxis.even(1, side))
    points = np.arange(side) + 0.5
    expected = points.clip(axis.centres[0], axis.centres[-1])
    large = laid_out(torch.from_numpy(axis.centres)[:, None], (side, side), cells)
    np.testing.assert_allclose(large[:, 0], expected, atol=1e-9)
    frame = place(
        (side * larger, side * larger), Framing.WHOLE, crop_size=side, resize_size=side, any_size=False
    )
    on_photo = frame.to_photo(axis.centres[:, None], cells=cells)[:, 0]
    points = (np.arange(side * larger) + 0.5) / larger
    np.testing.assert_allclose(on_photo, points.clip(axis.centres[0], axis.centres[-1]), atol=1e-4)


@settings(deadline=None)
@given(st.integers(2, 30), st.integers(1, 10), st.floats(-20, 40), st.floats(4, 32))
def test_means_over_coarser_cells_keep_an_even_map_and_the_whole(fine, coarse, start, step):
    onto, side = CellAxis(start, step, coarse, step), 60
    cells, grid = CellGrid.even((fine, 1), (side, side)), CellGrid(onto, CellAxis.even(1, side))
    assert averaged(np.ones((fine, 1)), cells, grid, (side, side)) == pytest.approx(1.0)
    values = np.random.default_rng(0).random((fine, 1))
    parts = np.diff(onto.borders(side))
    means = averaged(values, cells, grid, (side, side))[:, 0]
    assert float(means @ parts) == pytest.approx(float(values.mean() * side))


def test_a_map_moves_from_one_grid_to_another():
    coarse, fine = CellAxis(0.5, 4.0, 3, 4.0), CellAxis(0.5, 2.0, 5, 2.0)
    found = moved(
        torch.tensor([[1.0], [5.0], [9.0]]),
        CellGrid(coarse, CellAxis.even(1, 9)),
        CellGrid(fine, CellAxis.even(1, 9)),
    )
    assert found[:, 0].tolist() == [1, 3, 5, 7, 9]


def test_a_map_spread_evenly_is_placed_as_ever():
    view = explanation()
    cells = CellGrid.even(view.attribution.shape, view.placement.input_size)
    placed = view.placement.to_photo(view.attribution, cells=cells)
    np.testing.assert_array_equal(placed, view.placement.to_photo(view.attribution))


def photo_and_dot(size, row, column):
    """A photo with the dot as large as the model's points, and where its centre is on the photo."""
    scale = min(size) // 224
    small = red_dot.red_dot(row, column, (size[0] // scale, size[1] // scale))
    photo = red_dot.photo_of(small.pixels.repeat(scale, 0).repeat(scale, 1), f"dot-{row}-{column}.png")
    return photo, ((row + 0.5) * scale, (column + 0.5) * scale), scale


def peak(values):
    """Middle of the strongest points, row and column."""
    return tuple(np.argwhere(values >= values.max() - 1e-6).mean(0) + 0.5)


@pytest.mark.parametrize("method", [*SHOWN, "covered-cam"])
@pytest.mark.parametrize(("size", "row", "column"), DOTS)
def test_heat_lies_on_the_red_dot(classifier, method, size, row, column):
    photo, dot, scale = photo_and_dot(size, row, column)
    view = explain(classifier, photo, method=method, target="red")
    assert peak(view.heat_map) == pytest.approx(dot, abs=scale)
    small = view.overlay(size=(112, 112)), view.heat_image((112, 112))
    assert all(picture.size == (112, 112) for picture in small)


@pytest.mark.parametrize(("size", "row", "column"), DOTS)
def test_whatever_reads_a_map_reads_it_where_it_is_drawn(classifier, size, row, column):
    photo, dot, scale = photo_and_dot(size, row, column)
    view, fine = (
        explain(classifier, photo, method=method, target="red") for method in ("grad-cam", "occlusion")
    )
    x = torch.zeros(1, 3, *view.placement.input_size)
    order = hiding_order(torch.from_numpy(view.attribution), x, view.cells)
    assert float(order[row, column]) < 0.0005
    around = Area.box(dot[1] / size[0] - 0.05, dot[0] / size[1] - 0.05, 0.1, 0.1)
    inside = influence(view, around.on_input(view.placement))
    assert inside is not None
    assert inside.lift > 20
    left, top, width, height = suggestions(view)[0].bounds
    assert (top + height / 2, left + width / 2) == pytest.approx(
        (dot[0] / size[1], dot[1] / size[0]),
        abs=0.035,  # at an edge it is moved inside
    )
    cells = coarse_map(view)
    assert peak(cells) == pytest.approx((dot[0] / size[1] * 16, dot[1] / size[0] * 16), abs=0.8)
    assert agreement(view, fine).verdict is AgreementLevel.AGREE
    both = compare(view, fine)
    assert [peak(heat) for heat in both.heat_maps()] == [pytest.approx(dot, abs=scale)] * 2


def test_the_record_says_where_cells_look(classifier):
    view = explain(classifier, red_dot.red_dot(96, 96), target="red")
    assert view.record()["cells"] == {
        "first_centre": [0.5, 0.5],
        "step": [32.0, 32.0],
        "view": [63.0, 63.0],
        "derived_from_network": True,
    }
    assert explain(classifier, red_dot.red_dot(96, 96), method="occlusion").record()["cells"] is None


class Summed(red_dot.RedPoints):
    """What it sees is added up from row to row, which the arithmetic does not follow."""

    def forward(self, x):
        for stage in self.stages:
            x = torch.relu(stage(x))
        return self.classes(torch.cumsum(x, 2).mean((2, 3)))


def test_cells_of_an_unknown_network_are_spread_evenly_and_said_to_be_supposed():
    graph = Graph(Summed(), size=red_dot.SIDE)
    assert graph.cells((7, 7), (224, 224)) is None
    values = torch.zeros(1, 7, 7)
    cells = cells_of(graph, values, (224, 224))
    assert cells == replace(CellGrid.even((7, 7), (224, 224)), derived=False)
    assert cells.record()["derived_from_network"] is False


def test_maps_without_an_explanation_can_be_laid_out_too(classifier):
    x = torch.from_numpy(red_dot.red_dot(96, 160).pixels / 255).permute(2, 0, 1)[None].float()
    values = attribute(classifier.graph, x, 0)
    cells = cells_of(classifier.graph, values, x.shape[2:])
    assert peak(laid_out(values, x.shape[2:], cells)[0].numpy()) == pytest.approx((96.5, 160.5))
    values = attribute(classifier.graph, x, 0, method="layer-cam", depths=3)
    cells = cells_of(classifier.graph, values, x.shape[2:], method="layer-cam", depths=3)
    assert cells is not None
    assert cells.shape == values.shape[1:] == (28, 28)
