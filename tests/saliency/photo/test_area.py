"""Areas that a person marks: what they cover, and what is said of those that cannot be tested."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from corner import dark
from hypothesis import given
from hypothesis import strategies as st

from saliency.errors import SaliencyError
from saliency.photo.area import SMALLEST, Area, read_area
from saliency.photo.framing import Framing, Placement, place

SQUARE = Placement((64, 64), (0.0, 0.0, 64.0, 64.0), (32, 32))
WIDE = Placement((128, 64), (0.0, 0.0, 128.0, 64.0), (32, 64))
CROP = place((400, 100), Framing.CROP, crop_size=32, resize_size=32, any_size=True)


def test_a_box_on_what_the_model_received() -> None:
    mask = Area.box(0.25, 0.5, 0.5, 0.25).on_input(SQUARE)
    expected = torch.zeros(32, 32, dtype=torch.bool)
    expected[16:24, 8:24] = True
    assert torch.equal(mask, expected)
    assert Area.box(0.25, 0.5, 0.5, 0.25).on_input(WIDE).sum() == 8 * 32


def test_a_box_that_overhangs_the_edge_is_cut_off_there() -> None:
    assert Area.box(-0.05, 0.9, 0.25, 0.15).bounds == pytest.approx((0.0, 0.9, 0.2, 0.1))


def test_cells_are_numbered_row_by_row() -> None:
    mask = Area.cells([2, 2, 3]).on_photo((30, 30))
    expected = np.zeros((30, 30), bool)
    expected[:10, 20:] = True
    expected[10:20, :10] = True
    np.testing.assert_array_equal(mask, expected)


def test_an_outline_keeps_its_shape() -> None:
    photo = dark(64)
    disc = np.hypot(*(np.mgrid[:64, :64] - 31.5)) < 16
    area = Area.outline(disc, photo)
    np.testing.assert_array_equal(area.on_photo((64, 64)), disc)
    assert float(area.on_input(SQUARE).float().mean()) == pytest.approx(disc.mean(), rel=0.05)
    assert area.bounds == (0.25, 0.25, 0.5, 0.5)
    assert area.record() == {"outline": [0.25, 0.25, 0.5, 0.5], "share_of_photo": round(disc.mean(), 4)}


def test_of_a_crop_only_what_was_received_counts() -> None:
    received = Area.box(0.375, 0.0, 0.25, 0.5).on_input(CROP)
    assert float(received.float().mean()) == pytest.approx(0.5)
    with pytest.raises(SaliencyError, match="cut off"):
        Area.box(0.0, 0.0, 0.2, 0.5).on_input(CROP)
    with pytest.raises(SaliencyError, match="almost the whole"):
        Area.box(0.3, 0.0, 0.4, 1.0).on_input(CROP)
    half = np.zeros((100, 400), bool)
    half[:, 200:] = True
    assert float(Area(mask=half).on_input(CROP).float().mean()) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("box", "says"),
    [
        ((0.5, 0.5, 0.0, 0.2), "no size"),
        ((0.5, 0.5, 0.2, -0.1), "no size"),
        ((math.nan, 0.5, 0.2, 0.2), "four numbers"),
        ((0.5, 0.5, math.inf, 0.2), "four numbers"),
        ((1.2, 0.5, 0.2, 0.2), "outside the photo"),
        ((-0.3, 0.5, 0.3, 0.2), "outside the photo"),
        ((0.9, 0.9, 0.5, 0.5), "Most of the area lies outside"),
        ((120, 40, 60, 60), "from 0 to 1"),
        ((0.0, 0.0, 1.0, 1.0), "almost the whole photo"),
        ((0.01, 0.01, 0.98, 0.98), "almost the whole photo"),
    ],
)
def test_bad_boxes_get_a_clear_sentence(box: tuple[float, ...], says: str) -> None:
    with pytest.raises(SaliencyError, match=says) as caught:
        Area.box(*box)
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Area.cells([]), "No cell"),
        (lambda: Area.cells([9]), "there is no 9"),
        (lambda: Area.cells(range(9)), "almost the whole photo"),
        (lambda: Area.outline(np.ones((5, 7), bool), dark(64)), "7 × 5 points large, but the photo 64 × 64"),
        (lambda: Area.outline(np.zeros((64, 64)), dark(64)), "marks nothing"),
        (lambda: Area.outline(np.ones((64, 64)), dark(64)), "almost the whole photo"),
        (lambda: Area.outline(np.ones((64, 64, 3)), dark(64)), "own size"),
        (lambda: Area.box(0.5, 0.5, 0.01, 0.01).on_input(SQUARE), "too small"),
        (lambda: read_area("0.1,0.2,0.3"), "four numbers"),
        (lambda: read_area("0.1,0.2,0.3,much"), "four numbers"),
        (lambda: read_area("0.1,0.2,0,0.5"), "no size"),
    ],
)
def test_other_bad_areas_get_one_too(make, says: str) -> None:
    with pytest.raises(SaliencyError, match=says):
        make()


def test_an_area_as_text() -> None:
    assert read_area("0.1, 0.2,0.3,0.4").bounds == pytest.approx((0.1, 0.2, 0.3, 0.4))


numbers = st.floats(-2, 3) | st.floats()


@given(numbers, numbers, numbers, numbers)
def test_any_box_is_inside_the_photo_or_an_error(x: float, y: float, width: float, height: float) -> None:
    try:
        area = Area.box(x, y, width, height)
        mask = area.on_input(SQUARE)
    except SaliencyError:
        return
    left, top, wide, high = area.bounds
    assert left >= 0
    assert top >= 0
    assert wide > 0
    assert high > 0
    assert left + wide <= 1 + 1e-9
    assert top + high <= 1 + 1e-9
    assert SMALLEST <= int(mask.sum()) <= 0.9 * mask.numel()
    assert float(mask.float().mean()) == pytest.approx(wide * high, abs=(wide + high) / 32 + 1 / 1024)
