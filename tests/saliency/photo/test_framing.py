"""Framing: what the model receives is torchvision's, and maps come back to where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from saliency.errors import SaliencyError
from saliency.grids.cells import CellAxis, CellGrid
from saliency.photo.framing import Framing, Placement, model_pixels, place
from saliency.photo.reading import Photo

SIZES = [
    (1600, 900),
    (900, 1600),
    (224, 224),
    (256, 256),
    (501, 333),
    (333, 501),
    (97, 61),
    (61, 97),
    (1000, 101),
]
RECIPES = [(224, 256), (224, 232), (224, 224), (299, 342), (384, 384), (225, 256)]  # crop and resize


def photo(width: int, height: int, seed: int = 0) -> Photo:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Photo(pixels, "noise", "", ())


def cropped(size: tuple[int, int], crop: int = 224, resize: int = 256) -> Placement:
    return place(size, Framing.CROP, crop_size=crop, resize_size=resize, any_size=True)


def whole(size: tuple[int, int], *, any_size: bool = True) -> Placement:
    return place(size, Framing.WHOLE, crop_size=224, resize_size=256, any_size=any_size)


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("size", SIZES)
def test_the_crop_is_torchvisions_pixel_for_pixel(size: tuple[int, int], recipe: tuple[int, int]) -> None:
    guard = pytest.importorskip("models.torchvision_guard", reason="torchvision's transforms are not here")
    transforms = guard.import_torchvision().transforms
    crop, resize = recipe
    shown = photo(*size)
    for interpolation in ("bilinear", "bicubic"):
        mode = transforms.InterpolationMode(interpolation)
        recipe_of_theirs = transforms.Compose(
            [transforms.Resize(resize, interpolation=mode, antialias=True), transforms.CenterCrop(crop)]
        )
        ours = model_pixels(
            shown, cropped(size, crop, resize), interpolation=interpolation, resize_size=resize
        )
        assert np.array_equal(ours, np.asarray(recipe_of_theirs(shown.image)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("crop", [(96, 160), (160, 96), (224, 225)])
def test_the_crop_of_a_model_that_takes_no_squares(size: tuple[int, int], crop: tuple[int, int]) -> None:
    guard = pytest.importorskip("models.torchvision_guard", reason="torchvision's transforms are not here")
    transforms = guard.import_torchvision().transforms
    shown = photo(*size)
    placement = place(size, Framing.CROP, crop_size=crop, resize_size=240, any_size=True)
    ours = model_pixels(shown, placement, interpolation="bilinear", resize_size=240)
    assert ours.shape[:2] == placement.input_size == crop
    assert not placement.squeezed
    left, top, right, bottom = placement.box
    assert min(left, top) >= -1e-6
    assert max(right - size[0], bottom - size[1]) <= 1e-6
    if crop[0] <= 240 >= crop[1]:  # nothing has to be enlarged for it
        theirs = transforms.Compose([transforms.Resize(240, antialias=True), transforms.CenterCrop(crop)])
        assert np.array_equal(ours, np.asarray(theirs(shown.image)))


def test_whole_photos_are_squeezed_where_the_model_was_trained_so() -> None:
    recipe = {"resize_size": 256, "any_size": True}
    squeezed = place((1600, 900), Framing.WHOLE, crop_size=224, squeezed=True, **recipe)
    assert (squeezed.input_size, squeezed.squeezed, squeezed.cut_share) == ((224, 224), True, 0)
    narrow = place((1600, 900), Framing.WHOLE, crop_size=(96, 64), **recipe)
    assert (narrow.input_size, narrow.squeezed) == ((96, 64), True)


def test_a_wide_photo_loses_more_than_half_to_a_crop() -> None:
    placement = cropped((1600, 900))
    assert 1 - placement.cut_share == pytest.approx(0.4307, abs=5e-4)
    assert placement.box == pytest.approx(
        (116 * 1600 / 455, 56.25, 340 * 1600 / 455, 843.75)
    )  # 1600 × 900 becomes 455 × 256
    assert not placement.squeezed
    assert 1 - cropped((1600, 900), 224, 232).cut_share == pytest.approx(0.525, abs=5e-3)
    assert cropped((300, 300), 224, 224).cut_share == 0


def test_the_whole_photo_at_its_own_aspect_ratio_or_squeezed() -> None:
    assert whole((1600, 900)).input_size == (224, 398)
    assert whole((900, 1600)).input_size == (398, 224)
    assert whole((100, 100)).input_size == (224, 224)
    assert whole((1600, 900)).cut_share == 0
    assert whole((1600, 900)).box == (0, 0, 1600, 900)
    assert not whole((1600, 900)).squeezed
    assert whole((1600, 900), any_size=False).input_size == (224, 224)
    assert whole((1600, 900), any_size=False).squeezed
    assert not whole((226, 224), any_size=False).squeezed


def test_a_resize_below_the_crop_still_fills_the_input() -> None:
    placement = cropped((600, 300), 224, 200)
    left, top, right, bottom = placement.box
    assert (top, bottom) == (0, 300)
    assert 0 <= left < right <= 600
    pixels = model_pixels(photo(600, 300), placement, interpolation="bilinear", resize_size=200)
    assert pixels.shape == (224, 224, 3)


@settings(deadline=None, max_examples=60)
@given(
    width=st.integers(16, 900),
    height=st.integers(16, 900),
    framing=st.sampled_from(Framing),
    any_size=st.booleans(),
)
def test_what_the_model_receives_has_the_size_promised(
    width: int, height: int, framing: Framing, any_size: bool
) -> None:
    placement = place((width, height), framing, crop_size=32, resize_size=36, any_size=any_size)
    pixels = model_pixels(photo(width, height), placement, interpolation="bicubic", resize_size=36)
    assert pixels.shape == (*placement.input_size, 3)
    assert pixels.dtype == np.uint8
    assert min(placement.input_size) == 32
    left, top, right, bottom = placement.box
    assert 0 <= left < right <= width + 1e-6
    assert 0 <= top < bottom <= height + 1e-6
    assert 0 <= placement.cut_share < 1


@pytest.mark.parametrize("framing", list(Framing))
@pytest.mark.parametrize("size", [(1600, 900), (333, 501), (97, 61)])
@pytest.mark.parametrize("any_size", [True, False])
def test_a_blob_comes_back_to_where_it_was(size: tuple[int, int], framing: Framing, any_size: bool) -> None:
    placement = place(size, framing, crop_size=224, resize_size=256, any_size=any_size)
    width, height = size
    left, top, right, bottom = placement.box
    x, y = left + 0.3 * (right - left), top + 0.65 * (bottom - top)
    columns, rows = np.arange(width) + 0.5 - x, np.arange(height) + 0.5 - y
    spread = min(width, height) / 14
    blob = np.exp(-(columns**2 + rows[:, None] ** 2) / (2 * spread**2))
    grey = np.repeat(np.rint(255 * blob).astype(np.uint8)[..., None], 3, axis=2)
    received = model_pixels(Photo(grey, "", ""), placement, interpolation="bilinear", resize_size=256)[..., 0]
    cells = 14
    shrunk = Image.fromarray(received).resize((cells, cells), Image.Resampling.BOX)
    placed = placement.to_photo(np.asarray(shrunk, np.float32))
    assert placed.shape == (height, width)
    weights = np.where(placed > placed.max() / 3, placed, 0)
    weights = weights / weights.sum()
    assert abs((weights.sum(axis=0) * (np.arange(width) + 0.5)).sum() - x) < (right - left) / cells / 4
    assert abs((weights.sum(axis=1) * (np.arange(height) + 0.5)).sum() - y) < (bottom - top) / cells / 4


@pytest.mark.parametrize("size", [None, (400, 225), (80, 45)])
@pytest.mark.parametrize("cells", [(1, 1), (7, 7), (13, 13), (224, 224)])
def test_a_constant_map_is_constant_inside_and_zero_outside(
    size: tuple[int, int] | None, cells: tuple[int, int]
) -> None:
    placement = cropped((1600, 900))
    placed = placement.to_photo(np.full(cells, 0.7), size)
    width, height = size or (1600, 900)
    left, top, right, bottom = placement.box
    columns, rows = (np.arange(width) + 0.5) * 1600 / width, (np.arange(height) + 0.5) * 900 / height
    inside = ((columns >= left) & (columns < right)) & ((rows >= top) & (rows < bottom))[:, None]
    assert placed.dtype == np.float32
    assert np.allclose(placed[inside], 0.7, atol=1e-6)
    assert not placed[~inside].any()


def test_it_is_the_field_s_bilinear_resize() -> None:
    torch = pytest.importorskip("torch")
    values = np.random.default_rng(3).normal(size=(13, 9)).astype(np.float32)
    placed = Placement((300, 200), (0, 0, 300, 200), (224, 336)).to_photo(values)
    wanted = torch.nn.functional.interpolate(
        torch.from_numpy(values)[None, None], size=(200, 300), mode="bilinear", align_corners=False
    )[0, 0].numpy()
    assert np.allclose(placed, wanted, atol=1e-5)


def test_a_lone_peak_is_not_lost_in_a_smaller_frame() -> None:
    placement = whole((64, 64))
    for row in range(100, 110):
        values = np.zeros((224, 224))
        values[row, 150] = 1
        small = placement.to_photo(values, (32, 32))
        assert small.max() > 0.005
        assert small.sum() == pytest.approx((32 / 224) ** 2, rel=0.1)


def test_a_map_keeps_its_sign_and_linearity() -> None:
    placement = cropped((501, 333))
    values = np.random.default_rng(4).normal(size=(7, 7))
    assert np.allclose(placement.to_photo(-2 * values), -2 * placement.to_photo(values), atol=1e-5)


def test_twelve_megapixels_take_no_more_than_the_result_and_a_little(
    recwarn: pytest.WarningsRecorder,
) -> None:
    import tracemalloc

    placement = cropped((4000, 3000))
    tracemalloc.start()
    placed = placement.to_photo(np.ones((224, 224)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.25 * placed.nbytes
    assert not recwarn


def test_mistakes_are_said() -> None:
    placement = whole((64, 64))
    with pytest.raises(SaliencyError, match="bilinear or bicubic"):
        model_pixels(photo(64, 64), placement, interpolation="area", resize_size=256)
    with pytest.raises(SaliencyError, match="another size"):
        model_pixels(photo(64, 63), placement, interpolation="bilinear", resize_size=256)


def test_cells_lie_where_they_look_in_the_part_that_was_received() -> None:
    """With stride 32 and padding 1, cell 3 looks at point 96.5 of the crop, which begins at pixel 112."""
    placement = place((448, 224), Framing.CROP, crop_size=224, resize_size=224, any_size=False)
    values = np.zeros((7, 7))
    values[2, 3] = 1.0
    axis = CellAxis(0.5, 32.0, 7, 63.0)
    placed = placement.to_photo(values, cells=CellGrid(axis, axis))
    assert np.unravel_index(placed.argmax(), placed.shape) == (64, 112 + 96)
    assert not placed[:, :112].any()
    half = placement.to_photo(values, (224, 112), CellGrid(axis, axis))
    assert np.unravel_index(half.argmax(), half.shape) == (32, 56 + 48)
