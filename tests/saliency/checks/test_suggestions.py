"""The whole thing that a map points to, as bands that are one area."""

from __future__ import annotations

import numpy as np
import pytest

from saliency.checks.suggestions import BANDS, WHOLE, bands
from saliency.grids.cells import CellGrid
from saliency.photo.area import Area
from saliency.photo.framing import Placement

SQUARE = Placement((200, 200), (0.0, 0.0, 200.0, 200.0), (224, 224))
CELLS = CellGrid.even((14, 14), (224, 224))


def spot(row, column, width):
    rows, columns = np.mgrid[:14, :14]
    return np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * width**2))


def found(field):
    return bands(field, SQUARE, CELLS)


@pytest.mark.parametrize("width", [1.0, 2.0, 3.0])
def test_all_of_one_spot_is_one_shape_around_its_peak(width):
    boxes = found(spot(6, 7, width))
    inside = Area(tuple(boxes)).on_photo((140, 140))
    assert 2 <= len(boxes) <= BANDS
    assert Area(tuple(boxes)).joined
    assert inside[65, 75]
    assert inside.mean() <= WHOLE + 0.02
    share = (spot(6, 7, width).repeat(10, 0).repeat(10, 1) * inside).sum() / spot(6, 7, width).sum() / 100
    assert share > 0.6


def test_of_two_things_the_one_with_more_influence_is_all_of_it():
    inside = Area(tuple(found(1.2 * spot(2, 2, 0.7) + spot(9, 9, 1.8)))).on_photo((140, 140))
    assert inside[95, 95]
    assert not inside[25, 25]


def test_an_even_map_gives_no_larger_area_than_can_be_compared():
    boxes = found(np.ones((14, 14)) + 0.01 * spot(7, 7, 3))
    assert sum(width * height for _, _, width, height in boxes) <= 1.0


def test_nothing_is_the_whole_of_nothing():
    assert found(np.zeros((14, 14))) == []


def test_boxes_that_do_not_touch_are_no_one_shape():
    assert not Area(((0.0, 0.0, 0.2, 0.2), (0.5, 0.5, 0.2, 0.2))).joined
    assert Area(((0.0, 0.0, 0.2, 0.2), (0.1, 0.2, 0.2, 0.2))).joined
    assert not Area(((0.0, 0.0, 0.2, 0.2),)).joined
