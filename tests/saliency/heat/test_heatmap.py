from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from saliency.errors import SaliencyError
from saliency.heat.contour import strongest
from saliency.heat.heatmap import colours, heat_image, heat_map, legend, overlay, received_image
from saliency.heat.palette import colour_table, opacity_table, table_rows
from saliency.heat.scale import MapKind, kind_of_map, robust_maximum
from saliency.photo.framing import Placement
from saliency.photo.reading import Photo

FRAME = (60, 40)
WHOLE = Placement(FRAME, (0.0, 0.0, 60.0, 40.0), (224, 224))
CROPPED = Placement(FRAME, (10.0, 4.0, 46.0, 40.0), (224, 224))
ATTRIBUTIONS = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, max_side=12),
    elements=st.floats(-1e6, 1e6, width=32, allow_nan=False),
)


def bump(height: int = 40, width: int = 60, y: float = 15, x: float = 20, radius: float = 8) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    return np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * radius**2)).astype(np.float32)


def lightness(colour: np.ndarray) -> np.ndarray:
    linear = (colour / 255.0) ** 2.2
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return 116 * np.cbrt(luminance) - 16


@settings(deadline=None)
@given(ATTRIBUTIONS, st.booleans(), st.sampled_from([WHOLE, CROPPED]))
def test_heat_stays_in_range_and_inside_the_part_received(
    attribution: np.ndarray, signed: bool, placement: Placement
) -> None:
    heat = heat_map(attribution, placement, signed=signed)
    assert heat.shape == (40, 60)
    assert heat.dtype == np.float32
    assert np.isfinite(heat).all()
    assert heat.min() >= (-1 if signed else 0)
    assert heat.max() <= 1
    left, top, right, bottom = (round(edge) for edge in placement.box)
    outside = np.ones(heat.shape, bool)
    outside[top:bottom, left:right] = False
    assert not heat[outside].any()
    if kind_of_map(attribution, signed=signed) is not MapKind.SPOTS:
        assert not heat.any()


@settings(deadline=None)
@given(ATTRIBUTIONS, st.booleans(), st.sampled_from([0.25, 3.0, 1e4]))
def test_heat_does_not_depend_on_the_unit(attribution: np.ndarray, signed: bool, factor: float) -> None:
    scaled = attribution.astype(np.float64) * factor
    kinds = {kind_of_map(values, signed=signed) for values in (attribution, scaled)}
    if kinds == {MapKind.SPOTS}:
        heat = heat_map(attribution, WHOLE, signed=signed)
        np.testing.assert_allclose(heat_map(scaled, WHOLE, signed=signed), heat, atol=1e-5)


def test_unsigned_leaves_out_what_is_negative_and_signed_keeps_it() -> None:
    attribution = np.array([[-2.0, 1.0]], np.float32)
    assert heat_map(attribution, WHOLE, signed=False)[:, 0].max() == 0
    assert heat_map(attribution, WHOLE, signed=False)[:, -1].max() == 1
    signed = heat_map(attribution, WHOLE, signed=True)
    assert signed[0, 0] == -1
    assert signed[0, -1] == pytest.approx(0.5)


@pytest.mark.parametrize("signed", [False, True])
def test_the_kinds_of_map(signed: bool) -> None:
    assert kind_of_map(np.zeros((7, 7)), signed=signed) == "empty"
    assert kind_of_map(np.full((7, 7), 1e-7), signed=signed) == "empty"
    assert kind_of_map(bump() * 1e-4, signed=signed) == "spots"
    assert kind_of_map(bump() * 1e-4, signed=signed, reference=-1000) == "empty"
    assert kind_of_map(np.full((7, 7), 3.0), signed=signed) == "even"
    assert kind_of_map(10 + 0.4 * bump(), signed=signed) == "even"
    assert kind_of_map(10 + 0.6 * bump(), signed=signed) == "spots"


def test_a_map_without_positive_influence_is_empty_only_if_unsigned() -> None:
    assert kind_of_map(-bump(), signed=False) == "empty"
    assert kind_of_map(-bump(), signed=True) == "spots"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_a_number_is_refused(bad: float) -> None:
    with pytest.raises(SaliencyError, match="not numbers"):
        heat_map(np.array([[0.0, bad]]), WHOLE, signed=False)


@pytest.mark.parametrize("shape", [(0, 3), (3,), (1, 3, 3)])
def test_what_is_no_map_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(SaliencyError, match="height and a width"):
        heat_map(np.zeros(shape), WHOLE, signed=False)


def test_hot_pixels_do_not_black_out_a_pixel_level_map() -> None:
    attribution = bump(224, 224, 112, 112, 30)
    attribution[::50, ::50] = 100.0
    assert robust_maximum(attribution, signed=False) == pytest.approx(1, rel=0.02)
    sparse = bump(224, 224, 112, 112, 30) * np.random.default_rng(0).random((224, 224)).astype(np.float32)
    sparse[10, 10] = 50.0
    assert robust_maximum(sparse, signed=False) < 1


@pytest.mark.parametrize("ground", [0.0, 1e-9, 1e-3])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("shape", [(14, 19), (28, 38), (56, 56), (224, 299)])
def test_one_hot_cell_is_full_colour(shape: tuple[int, int], signed: bool, ground: float) -> None:
    """14 × 19 is what a real map of another class than the guess was like."""
    attribution = ground * np.random.default_rng(0).random(shape)
    attribution[shape[0] // 2, shape[1] // 3] = 2.5
    heat = heat_map(
        attribution, Placement(shape[::-1], (0.0, 0.0, *map(float, shape[::-1])), shape), signed=signed
    )
    assert heat.max() == heat[shape[0] // 2, shape[1] // 3] == pytest.approx(1)
    assert np.quantile(np.abs(heat), 0.9) < 0.01


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([(1, 40), (14, 19), (33, 33), (56, 75), (120, 90)]),
    st.lists(st.tuples(st.integers(0), st.floats(-(2.0**99), 2.0**99, width=32)), max_size=40),
    st.booleans(),
    st.floats(0, 1e-2),
)
def test_a_sparse_map_is_finite_and_its_hottest_place_full_colour(
    shape: tuple[int, int], hot: list[tuple[int, float]], signed: bool, ground: float
) -> None:
    attribution = ground * np.random.default_rng(1).random(shape).astype(np.float32)
    for place, value in hot:
        attribution.flat[place % attribution.size] = value
    frame = Placement(shape[::-1], (0.0, 0.0, float(shape[1]), float(shape[0])), shape)
    heat = heat_map(attribution, frame, signed=signed)
    assert np.isfinite(heat).all()
    if kind_of_map(attribution, signed=signed) is MapKind.SPOTS:
        assert np.abs(heat).max() == pytest.approx(1, abs=1e-5)
        assert robust_maximum(attribution, signed=signed) > 0
    for size in ((60, 40), (7, 5)):
        assert np.isfinite(heat_map(attribution, frame, signed=signed, size=size)).all()
    overlay(np.zeros((*shape, 3), np.uint8), heat, signed=signed)
    heat_image(heat, frame, signed=signed)


@pytest.mark.parametrize("maximum", [1e-300, 1e-30, 1.0, 1e300])
def test_a_shared_scale_of_any_size_gives_finite_heat(maximum: float) -> None:
    heat = heat_map(np.array([[-1e30, 0.0, 2e30]]), WHOLE, signed=True, maximum=maximum)
    assert np.isfinite(heat).all()
    assert np.abs(heat).max() <= 1


@pytest.mark.parametrize("side", [7, 13, 56, 224])
def test_a_smooth_peak_keeps_its_top(side: int) -> None:
    smooth = bump(side, side, side // 2, side // 2, side / 8)
    assert robust_maximum(smooth, signed=False) == pytest.approx(smooth.max(), rel=0.02)


def test_every_size_shows_the_same_brightness() -> None:
    attribution = bump(13, 13, 6, 6, 3)
    large = heat_map(attribution, WHOLE, signed=False)
    small = heat_map(attribution, WHOLE, signed=False, size=(30, 20))
    assert small.shape == (20, 30)
    np.testing.assert_allclose(small, large.reshape(20, 2, 30, 2).mean(axis=(1, 3)), atol=0.03)


def test_two_maps_can_share_a_scale() -> None:
    heat = heat_map(bump(), WHOLE, signed=False, maximum=2.0)
    assert heat.max() == pytest.approx(0.5, abs=0.01)
    with pytest.raises(SaliencyError, match="positive"):
        heat_map(bump(), WHOLE, signed=False, maximum=0.0)


@settings(deadline=None)
@given(st.floats(0.02, 0.9))
def test_the_strongest_part_has_the_share_asked_for(share: float) -> None:
    heat = np.random.default_rng(1).permutation(np.linspace(0.26, 1, 5000)).reshape(50, 100)
    mask = strongest(heat, share)
    assert mask.mean() == pytest.approx(share, abs=0.001)
    assert heat[mask].min() >= heat[~mask].max()


def test_the_strongest_part_is_never_faint() -> None:
    assert not strongest(np.full((9, 9), 0.04)).any()
    heat = np.zeros((10, 10))
    heat[2, 2:5] = -0.8
    assert strongest(heat).sum() == 3
    background = np.full((10, 10), 0.3)
    background[4, 4] = 1.0
    assert strongest(background).sum() == 1
    with pytest.raises(SaliencyError):
        strongest(heat, 0)


def test_sequential_colours_rise_in_lightness_so_that_grey_prints_read_the_same() -> None:
    steps = np.diff(lightness(colour_table(signed=False)))
    assert (steps > -0.2).all()  # 8-bit rounding
    assert (np.diff(lightness(colour_table(signed=False)[::8])) > 1).all()


def test_diverging_colours_have_two_equal_arms_around_a_light_zero() -> None:
    light = lightness(colour_table(signed=True))
    assert light[128] == light.max() > 95
    np.testing.assert_allclose(light[1:128], light[255:128:-1], atol=3.5)
    assert (np.diff(light[128::8]) < 0).all()
    assert table_rows(np.array([-1.0, 0.0, 1.0]), signed=True).tolist() == [1, 128, 255]


@pytest.mark.parametrize("signed", [False, True])
def test_opacity_rises_with_influence_from_nothing(signed: bool) -> None:
    opacity = opacity_table(signed=signed, strength=0.6).astype(int)
    favour = opacity[128:] if signed else opacity
    assert favour[0] == 0
    assert (np.diff(favour) >= 0).all()
    assert favour[-1] == round(0.6 * 256)
    if signed:
        assert (opacity[1:128] == opacity[255:128:-1]).all()


@pytest.mark.parametrize("signed", [False, True])
def test_without_strength_or_without_heat_the_photo_is_untouched(signed: bool) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    heat = bump()
    np.testing.assert_array_equal(overlay(pixels, heat, signed=signed, strength=0, contour=False), pixels)
    np.testing.assert_array_equal(overlay(pixels, np.zeros_like(heat), signed=signed, strength=1), pixels)


def test_at_full_strength_the_hottest_place_has_the_colour_of_the_map() -> None:
    pixels = np.full((40, 60, 3), 90, np.uint8)
    painted = np.asarray(overlay(pixels, np.ones((40, 60)), signed=False, strength=1, contour=False))
    np.testing.assert_array_equal(painted, colours(np.ones((40, 60)), signed=False))


@pytest.mark.parametrize("pixels", [np.zeros((9, 9, 3), np.uint8), np.full((9, 9, 3), 255, np.uint8)])
def test_overlay_refuses_what_does_not_fit(pixels: np.ndarray) -> None:
    with pytest.raises(SaliencyError, match="one size"):
        overlay(pixels, np.zeros((9, 8)), signed=False)
    with pytest.raises(SaliencyError, match="strength"):
        overlay(pixels, np.zeros((9, 9)), signed=False, strength=1.2)


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_the_contour_runs_along_the_border_of_the_strongest_fifth(shade: int, quick: bool) -> None:
    heat = bump(300, 400, 140, 180, 60)
    pixels = np.full((300, 400, 3), shade, np.uint8)
    line = (np.asarray(overlay(pixels, heat, signed=False, strength=0, quick=quick)) != pixels).any(axis=2)
    inside = strongest(heat)
    border = inside & ~(
        np.roll(inside, 1, 0) & np.roll(inside, -1, 0) & np.roll(inside, 1, 1) & np.roll(inside, -1, 1)
    )
    near = np.asarray(Image.fromarray(line).convert("L").resize((400, 300))) > 0
    for shift in range(1, 4):
        near |= np.roll(line, shift, 0) | np.roll(line, -shift, 0)
        near |= np.roll(line, shift, 1) | np.roll(line, -shift, 1)
    assert near[border].mean() > 0.98
    assert line.mean() < 0.03


def test_a_quick_contour_says_against_as_any_does() -> None:
    pixels, heat = np.full((60, 80, 3), 128, np.uint8), -bump(60, 80, 30, 40, 12)
    quick, slow = (np.asarray(overlay(pixels, heat, signed=True, quick=yes)) for yes in (True, False))
    np.testing.assert_array_equal(quick, slow)


def test_nothing_is_surrounded_where_there_is_no_heat() -> None:
    pixels, heat = np.full((60, 80, 3), 128, np.uint8), np.zeros((60, 80), np.float32)
    np.testing.assert_array_equal(overlay(pixels, heat, signed=False, quick=True), pixels)


def test_the_contour_shows_without_colour_whether_influence_is_for_or_against() -> None:
    pixels = np.full((300, 400, 3), 128, np.uint8)
    heat = bump(300, 400, 140, 180, 60)
    solid, dashed = (
        (np.asarray(overlay(pixels, sign * heat, signed=True, strength=0)) != pixels).any(axis=2).sum()
        for sign in (1, -1)
    )
    assert 0.3 * solid < dashed < 0.7 * solid


@pytest.mark.parametrize("size", [(16, 16), (16, 160), (1500, 31)])
@pytest.mark.parametrize("signed", [False, True])
def test_every_picture_has_the_frame_asked_for(size: tuple[int, int], signed: bool) -> None:
    width, height = size
    placement = Placement(size, (1.5, 2.0, width - 1.5, height - 2.0), (224, 224))
    heat = heat_map(bump(13, 13, 4, 4, 2) - 0.2, placement, signed=signed)
    pixels = np.zeros((height, width, 3), np.uint8)
    photo = Photo(pixels, "a.png", "", ())
    received = np.full((224, 224, 3), 255, np.uint8)
    assert overlay(pixels, heat, signed=signed).size == size
    assert overlay(pixels, heat, signed=signed, quick=True).size == size
    assert heat_image(heat, placement, signed=signed).size == size
    assert received_image(photo, placement, received).size == size
    assert received_image(photo, placement, received, (8, 9)).size == (8, 9)
    assert legend(signed=signed, width=100, height=5).size == (100, 5)


def test_what_the_model_did_not_receive_is_hatched_light_and_grey() -> None:
    picture = np.asarray(heat_image(np.zeros((40, 60)), CROPPED, signed=False)).astype(int)
    edge = picture[:, :10]
    assert edge.min() > 190
    assert np.ptp(edge, axis=2).max() == 0
    assert len(np.unique(edge)) > 1
    assert picture[4:, 10:46].max() < 20


def test_what_was_received_lies_in_its_place_and_the_rest_is_faded() -> None:
    photo = Photo(np.zeros((40, 60, 3), np.uint8), "a.png", "", ())
    picture = np.asarray(received_image(photo, CROPPED, np.full((224, 224, 3), 77, np.uint8)))
    assert (picture[4:40, 10:46] == 77).all()
    assert picture[:, :10].min() > 150
    assert picture[:4].min() > 150
