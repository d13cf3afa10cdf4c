"""Means of cells, strongest cells, ranks, likeness and peaks: closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from saliency.grids.likeness import (
    displacements,
    in_cells,
    likeness,
    overlap,
    persistent_peaks,
    ranks,
    strongest_cells,
)


def test_a_map_has_at_most_sixteen_cells_a_side() -> None:
    values = torch.arange(32.0 * 8).reshape(1, 32, 8)
    cells = in_cells(values)
    assert cells.shape == (1, 16, 8)
    torch.testing.assert_close(cells[0, 0], (values[0, 0] + values[0, 1]) / 2)


def test_the_strongest_fifth_leaves_out_what_is_not_above_nothing() -> None:
    values = torch.arange(25.0).reshape(5, 5)
    assert strongest_cells(values).flatten().nonzero()[:, 0].tolist() == [20, 21, 22, 23, 24]
    assert strongest_cells(values - 23).sum() == 1
    assert not strongest_cells(torch.zeros(5, 5)).any()


def test_overlap() -> None:
    first = torch.tensor([True, True, False])
    assert overlap(first, torch.tensor([False, True, True])) == pytest.approx(1 / 3)
    assert overlap(~first & first, ~first & first) == 0


def test_ranks_share_the_mean_of_theirs() -> None:
    assert ranks(torch.tensor([3.0, 1.0, 3.0])).tolist() == [2.5, 1.0, 2.5]
    assert ranks(torch.tensor([[2.0, 1.0], [4.0, 3.0]])).tolist() == [[2, 1], [4, 3]]


def test_likeness_is_the_correlation_of_ranks() -> None:
    values = torch.randn(6, 7, generator=torch.Generator().manual_seed(0))
    assert likeness(values, values.exp()) == pytest.approx(1)
    assert likeness(values, -values) == pytest.approx(-1)
    assert likeness(values, torch.ones(6, 7)) == 0
    first = torch.tensor([[1.0, 1.0], [2.0, 3.0]])  # ranks 1.5, 1.5, 3, 4
    second = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert likeness(first, second) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)


def test_displacements_begin_with_the_grid_itself() -> None:
    values = torch.arange(16.0 * 8).reshape(16, 8)
    first, *others = displacements(values)
    assert torch.equal(first, values)
    assert len(others) == 255
    assert all(torch.equal(grid.flatten().sort().values, values.flatten()) for grid in others)
    assert not any(torch.equal(grid, values) for grid in others)


def test_peaks_are_ranked_by_how_far_they_stand_out() -> None:
    field = np.array([[0.0, 5.0, 4.0, 4.5, 0.0, 1.0, 0.0]])
    assert persistent_peaks(field) == [((0, 1), 5.0), ((0, 5), 1.0), ((0, 3), 0.5)]
