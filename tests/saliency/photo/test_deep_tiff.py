"""TIFF files of more than 8 bits a value, written by another library, in every form that it can write."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from picture_files import saved, tiff
from PIL import Image

from saliency.photo.formats import PhotoError
from saliency.photo.profile import ColourSpace
from saliency.photo.reading import read_photo

SHARE = 0.25  # brightness of the test picture's left half; the right one is 1 - SHARE
TYPES = ("u2", "u4", "f2", "f4", "f8")


def values(dtype: str, channels: int = 1, side: int = 32) -> np.ndarray:
    """A picture whose left and right halves have the test's two brightnesses."""
    peak = 1.0 if dtype[0] == "f" else float(np.iinfo(dtype).max)
    shares = np.where(np.arange(side) < side // 2, SHARE, 1 - SHARE) * peak
    grey = np.tile(shares, (side, 1)).astype(dtype)
    return np.repeat(grey[..., None], channels, axis=2) if channels > 1 else grey


def written(picture: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, picture, metadata=None, **options)
    return file.getvalue()


def halves(data: bytes) -> tuple[list[int], list[int]]:
    photo = read_photo(data)
    assert photo.notes == ()
    return [list(map(int, photo.pixels[9, at])) for at in (2, -3)]


DARK, LIGHT = [64] * 3, [191] * 3


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_grey_of_either_meaning(order: str, dtype: str, compression: str | None) -> None:
    picture = values(dtype)
    options = {"byteorder": order, "compression": compression}
    assert halves(written(picture, photometric="minisblack", **options)) == [DARK, LIGHT]
    assert halves(written(picture, photometric="miniswhite", **options)) == [LIGHT, DARK]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("planes", ["contig", "separate"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_colours(order: str, dtype: str, planes: str, compression: str | None) -> None:
    picture = values(dtype, 3)
    picture[..., 2] = 0
    data = written(
        np.moveaxis(picture, 2, 0) if planes == "separate" else picture,
        photometric="rgb", byteorder=order, planarconfig=planes, compression=compression,
    )  # fmt: skip
    assert halves(data) == [[64, 64, 0], [191, 191, 0]]


@pytest.mark.parametrize("dtype", ["u2", "f4"])
def test_tiles_strips_and_predictors(dtype: str) -> None:
    picture = values(dtype, 3, side=80)
    for options in (
        {"tile": (16, 32)},
        {"tile": (32, 16), "compression": "zlib"},
        {"rowsperstrip": 7},
        {"rowsperstrip": 7, "compression": "zlib"},
        {"bigtiff": True},
    ):
        assert halves(written(picture, photometric="rgb", **options)) == [DARK, LIGHT]
    whole = values("u2", 3, side=80)
    data = written(whole, photometric="rgb", predictor=2, compression="zlib", tile=(32, 32))
    assert halves(data) == [DARK, LIGHT]


def test_the_predictor_of_decimal_values() -> None:
    picture = values("f4")
    parts = picture.astype(">f4").view(np.uint8).reshape(32, 32, 4).swapaxes(1, 2).reshape(32, 128)
    steps = np.diff(parts.astype(np.int16), axis=1, prepend=0).astype(np.uint8)
    data = tiff(32, zlib.compress(steps.tobytes()), t258=32, t259=8, t317=3, t339=3)
    assert halves(data) == [DARK, LIGHT]


def test_opacity() -> None:
    picture = values("u2", 4)
    picture[..., 3] = 65535 // 2
    data = written(picture, photometric="rgb", extrasamples=["unassalpha"])
    assert halves(data) == [[160] * 3, [223] * 3]
    data = written(picture, photometric="rgb", extrasamples=["unspecified"])
    assert halves(data) == [DARK, LIGHT]


def test_signed_values_are_scaled_and_said() -> None:
    picture = np.tile(np.linspace(-1000, 1000, 32), (32, 1))
    for dtype, order in (("i2", "<"), ("i2", ">"), ("i4", ">"), ("f4", ">")):
        for compression in (None, "zlib"):
            photo = read_photo(written(picture.astype(dtype), byteorder=order, compression=compression))
            assert "scaled" in photo.notes[0]
            assert list(photo.pixels[5, [0, -1], 0]) == [0, 255]


def test_sixteen_bit_inks() -> None:
    inks = np.zeros((32, 32, 4), np.uint16)
    inks[..., 1:3] = 65535
    photo = read_photo(written(inks, photometric="separated"))
    assert tuple(photo.pixels[9, 9]) == tuple(
        read_photo(saved(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "TIFF")).pixels[9, 9]
    )


@pytest.mark.parametrize("turn", range(1, 9))
def test_orientation(turn: int) -> None:
    plain = np.random.default_rng(2).integers(0, 256, (24, 32, 3), np.uint8)
    deep = written(plain.astype(np.uint16) * 257, photometric="rgb", extratags=[(274, "H", 1, turn, True)])
    usual = written(plain, photometric="rgb", extratags=[(274, "H", 1, turn, True)])
    assert np.array_equal(read_photo(deep).pixels, read_photo(usual).pixels)


def test_a_profile_is_used() -> None:
    tag = ColourSpace(curve=1.0).profile()
    data = written(np.full((32, 32), 128 * 257, np.uint16), iccprofile=tag)
    assert abs(int(read_photo(data).pixels[5, 5, 0]) - 188) <= 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", ["u2", "f4"])
def test_grey_that_pillow_unpacks(order: str, dtype: str) -> None:
    """Pillow turns the bytes of big-endian values twice."""
    options = {"byteorder": order, "compression": "lzma"}
    assert halves(written(values(dtype), photometric="minisblack", **options)) == [DARK, LIGHT]
    assert halves(written(values(dtype), photometric="miniswhite", **options)) == [LIGHT, DARK]


@pytest.mark.parametrize("dtype", ["i2", "i4", "f4"])
def test_signed_values_that_pillow_unpacks(dtype: str) -> None:
    picture = np.tile(np.linspace(-1000, 1000, 32), (32, 1)).astype(dtype)
    for order in "<>":
        photo = read_photo(written(picture, byteorder=order, compression="lzma"))
        assert "scaled" in photo.notes[0]
        assert np.abs(photo.pixels[5, :, 0] - np.linspace(0, 255, 32)).max() <= 1


def test_grey_of_lzw() -> None:
    for mode in ("I;16", "F"):
        grey = values("u2" if mode == "I;16" else "f4")
        assert halves(saved(Image.fromarray(grey), "TIFF", compression="tiff_lzw")) == [DARK, LIGHT]
    flipped = bytearray(saved(Image.fromarray(values("u2")), "TIFF", compression="tiff_lzw"))
    at = flipped.index(struct.pack("<HHI", 262, 3, 1)) + 8
    flipped[at] = 0
    assert halves(bytes(flipped)) == [LIGHT, DARK]


def test_a_cut_file_is_incomplete() -> None:
    data = written(values("f4", 3), photometric="rgb")
    with pytest.raises(PhotoError, match="incomplete"):
        read_photo(data[:-200])


def test_values_that_are_no_numbers() -> None:
    picture = values("f4", 3)
    picture[0, 0], picture[0, 1] = np.nan, np.inf
    assert halves(written(picture, photometric="rgb")) == [DARK, LIGHT]
    read_photo(written(np.full((32, 32, 3), np.nan, np.float32), photometric="rgb"))
