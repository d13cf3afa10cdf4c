"""Colours that a file states otherwise than by an ICC profile, against values computed with other means."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_files import bitmap_v5, plain, saved, with_chunks
from PIL import Image, ImageCms

from saliency.photo.colour_space import stated_profile
from saliency.photo.formats import PhotoError
from saliency.photo.profile import D65, SRGB_PRIMARIES, ColourSpace, hlg_curve, pq_curve
from saliency.photo.reading import read_photo

pillow_heif.register_heif_opener()  # to write HEIC here
COLOUR = (200, 100, 60)
P3 = (0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
SRGB_CHUNK = (b"sRGB", b"\0")


def gama(value: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(value * 100_000))


def chrm(primaries: tuple[float, ...], white: tuple[float, ...] = D65) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in (*white, *primaries)))


def cicp(*codes: int) -> tuple[bytes, bytes]:
    return b"cICP", bytes(codes)


def shown(data: bytes) -> tuple[int, ...]:
    return tuple(int(value) for value in read_photo(data).pixels[9, 9])


def near(found: object, expected: object, within: int = 1) -> bool:
    return bool(np.abs(np.subtract(found, expected)).max() <= within)


def light(value: float) -> float:
    """Light of an sRGB value of 0 to 1 (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def srgb_value(share: float) -> float:
    """sRGB value, 0 to 255, of light of 0 to 1."""
    share = min(max(share, 0.0), 1.0)
    return 255 * (12.92 * share if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA", "P"])
def test_png_gamma(mode: str) -> None:
    picture = plain((128, 128, 128))
    picture = picture.quantize(2) if mode == "P" else picture.convert(mode)
    data = with_chunks(saved(picture, "PNG"), gama(1.0))
    assert shown(data) == (188, 188, 188)
    assert read_photo(data).notes == ()


def test_a_picture_that_somebody_has_opened() -> None:
    for data in (
        with_chunks(saved(plain((128,) * 3), "PNG"), gama(1.0)),
        saved(plain((128,) * 3), "PNG", icc_profile=ColourSpace(curve=1.0).profile()),
        avif(plain((128,) * 3, 64), 1, 8, "HEIF"),
        adobe_rgb_file("JPEG", "R03"),
        saved(plain(COLOUR), "BMP"),
        saved(plain(COLOUR), "TIFF"),
    ):
        with Image.open(io.BytesIO(data)) as picture:
            assert np.array_equal(read_photo(picture).pixels, read_photo(data).pixels)


def test_png_gamma_of_sixteen_bits() -> None:
    deep = saved(np.full((32, 32), 128 * 257, np.uint16), "PNG")
    assert near(shown(with_chunks(deep, gama(1.0))), (188, 188, 188))


@pytest.mark.parametrize("gamma", [0.3, 1 / 1.8, 0.7, 1.0, 1.5])
@pytest.mark.parametrize("value", [30, 128, 220])
def test_png_gammas_against_the_formula(gamma: float, value: int) -> None:
    data = with_chunks(saved(plain((value,) * 3), "PNG"), gama(gamma))
    assert near(shown(data), srgb_value((value / 255) ** (1 / round(gamma, 5))))


def test_png_primaries() -> None:
    data = saved(plain(COLOUR), "PNG")
    assert shown(with_chunks(data, chrm(P3))) == (215, 93, 47)
    assert shown(with_chunks(data, chrm(SRGB_PRIMARIES))) == COLOUR


def test_usual_chunks_change_nothing() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (32, 32, 3), np.uint8)
    for chunks in (
        [gama(1 / 2.2)],
        [gama(1 / 2.2), chrm(SRGB_PRIMARIES)],
        [gama(0.45), SRGB_CHUNK],
        [SRGB_CHUNK],
    ):
        assert np.array_equal(read_photo(with_chunks(saved(noise, "PNG"), *chunks)).pixels, noise)


def test_which_chunk_of_a_png_counts() -> None:
    data = saved(plain(COLOUR), "PNG")
    linear, wide = ColourSpace(curve=1.0).profile(), ColourSpace(P3).profile()
    assert shown(with_chunks(data, SRGB_CHUNK, gama(1.0), chrm(P3))) == COLOUR
    with_profile = saved(plain(COLOUR), "PNG", icc_profile=wide)
    assert near(shown(with_chunks(with_profile, gama(1.0))), (215, 93, 47))
    assert near(shown(with_chunks(with_profile, SRGB_CHUNK)), (215, 93, 47))
    with_profile = saved(plain(COLOUR), "PNG", icc_profile=linear)
    assert shown(with_chunks(with_profile, cicp(12, 13, 0, 1), SRGB_CHUNK, gama(1.0))) == (215, 93, 47)


def test_nonsense_in_chunks_is_passed_over() -> None:
    data = saved(plain(COLOUR), "PNG")
    for chunks in (
        [gama(0)],
        [gama(30_000)],
        [chrm((0,) * 6, (0, 0))],
        [chrm((0.3, 0.3) * 3)],
        [chrm(P3, (0.9, 0.05))],
        [cicp(1, 13, 5, 1)],
        [cicp(200, 200, 0, 1)],
    ):
        assert shown(with_chunks(data, *chunks)) == COLOUR


def test_png_code_points() -> None:
    data = saved(plain(COLOUR), "PNG")
    assert shown(with_chunks(data, cicp(12, 13, 0, 1))) == (215, 93, 47)
    assert shown(with_chunks(data, cicp(1, 13, 0, 1))) == COLOUR
    assert shown(with_chunks(data, cicp(1, 1, 0, 1))) == COLOUR
    grey = saved(plain((128, 128, 128)), "PNG")
    assert shown(with_chunks(grey, cicp(1, 8, 0, 1))) == (188, 188, 188)
    assert near(shown(with_chunks(grey, cicp(9, 13, 0, 1))), (128,) * 3)
    narrow = saved(plain((16 + 110, 16, 235)), "PNG")
    assert near(shown(with_chunks(narrow, cicp(1, 13, 0, 0))), (128, 0, 255))


def avif(picture: Image.Image, primaries: int, transfer: int, kind: str = "AVIF") -> bytes:
    """An AVIF or HEIC that states its colours by code points only."""
    data = bytearray(
        saved(picture, kind, quality=100, **({"subsampling": "4:4:4"} if kind == "AVIF" else {}))
    )
    at = data.index(b"nclx") + 4
    data[at : at + 4] = struct.pack(">HH", primaries, transfer)
    return bytes(data)


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_avif_and_heic_code_points(kind: str) -> None:
    assert near(shown(avif(plain(COLOUR, 64), 12, 13, kind)), (215, 93, 47), 4)
    assert near(shown(avif(plain(COLOUR, 64), 1, 13, kind)), COLOUR, 3)
    assert near(shown(avif(plain(COLOUR, 64), 2, 2, kind)), COLOUR, 3)
    assert near(shown(avif(plain((128,) * 3, 64), 1, 8, kind)), (188,) * 3, 3)


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_a_profile_goes_before_code_points(kind: str) -> None:
    data = saved(plain(COLOUR, 64), kind, quality=100, icc_profile=ColourSpace(P3).profile())
    assert near(shown(data), (215, 93, 47), 4)


@pytest.mark.parametrize("kind", ["PNG", "AVIF", "HEIF"])
@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_high_dynamic_range_is_said(kind: str, transfer: int, name: str) -> None:
    picture = plain((128,) * 3, 64)
    if kind == "PNG":
        photo = read_photo(with_chunks(saved(picture, "PNG"), cicp(9, transfer, 0, 1)))
    else:
        photo = read_photo(avif(picture, 9, transfer, kind))
    (note,) = photo.notes
    assert f"high dynamic range ({name})" in note
    assert near(photo.pixels[9, 9], photo.pixels[9, 9, 0], 3)  # grey remains grey


def test_paper_white_is_white_in_high_dynamic_range() -> None:
    # PQ of 203 cd/m² is 0.5807 (BT.2408, table 1), HLG of a screen of 1,000 cd/m² 0.75
    steps = np.linspace(0, 1, 4096)
    assert np.interp(0.5807, steps, pq_curve()) == pytest.approx(1, abs=0.01)
    assert np.interp(0.75, steps, hlg_curve()) == pytest.approx(1, abs=0.01)
    assert np.interp(0.3, steps, pq_curve()) * 203 == pytest.approx(10, rel=0.1)


def test_a_profile_that_names_high_dynamic_range_is_read_so() -> None:
    tagged = ColourSpace(P3).profile() + b"cicp\0\0\0\0" + bytes((9, 16, 0, 1))
    photo = read_photo(saved(plain((90,) * 3), "PNG", icc_profile=tagged))
    assert "PQ" in photo.notes[0]


def test_bitmap_headers() -> None:
    rows = bytes(reversed(COLOUR)) * 32 * 32
    points = [(0.64, 0.33, 0.03), (0.21, 0.71, 0.08), (0.15, 0.06, 0.79)]
    white = np.array([0.9505, 1.0, 1.0891])
    shares = np.linalg.solve(np.array(points).T, white)
    ends = b"".join(
        struct.pack("<3i", *(round(v * s * 2**30) for v in p)) for p, s in zip(points, shares, strict=True)
    )
    gammas = struct.pack("<3I", *[round(563 / 256 * 65536)] * 3)
    adobe = bitmap_v5(32, 24, rows, bytes(4), ends + gammas)
    assert near(shown(adobe), read_photo(adobe_rgb_file("PNG", "profile")).pixels[9, 9])
    assert shown(bitmap_v5(32, 24, rows, bytes(4))) == COLOUR
    for letters in (b"BGRs", b" niW"):
        assert shown(bitmap_v5(32, 24, rows, letters, ends + gammas)) == COLOUR
    profile = ColourSpace(P3).profile()
    place = struct.pack("<II", 124 + len(rows), len(profile))
    inside = bitmap_v5(32, 24, rows, b"DEBM", bytes(48) + struct.pack("<I", 4) + place, profile)
    assert shown(inside) == (215, 93, 47)


def adobe_rgb_file(kind: str, way: str) -> bytes:
    """A file in Adobe RGB that says so by a profile or by EXIF."""
    exif = Image.Exif()
    if way == "R03":
        exif.get_ifd(0x8769)[0xA001] = 65535
        exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    elif way == "number":
        exif.get_ifd(0x8769)[0xA001] = 2
    elif way == "sRGB":
        exif.get_ifd(0x8769)[0xA001] = 1
    space = ColourSpace((0.64, 0.33, 0.21, 0.71, 0.15, 0.06), D65, 563 / 256)
    more = {"icc_profile": space.profile()} if way == "profile" else {"exif": exif}
    more |= {"quality": 100} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    return saved(plain(COLOUR), kind, **more)


def test_adobe_rgb_of_cameras() -> None:
    expected = shown(adobe_rgb_file("PNG", "profile"))
    assert near(expected, (228, 99, 55), 6)
    for kind in ("JPEG", "WEBP"):
        assert near(shown(adobe_rgb_file(kind, "R03")), expected, 3)
        assert near(shown(adobe_rgb_file(kind, "number")), expected, 3)
        assert near(shown(adobe_rgb_file(kind, "sRGB")), COLOUR, 3)


def test_tiff_primaries() -> None:
    picture = plain(COLOUR)
    info = {318: D65, 319: P3}
    wide = saved(picture, "TIFF", tiffinfo=info)
    assert stated_profile(wide, "TIFF", {})[0] == ColourSpace(P3, D65, 2.2).profile()
    assert near(shown(wide), (215, 93, 47), 5)
    assert shown(saved(picture, "TIFF", tiffinfo={318: D65, 319: SRGB_PRIMARIES})) == COLOUR


def test_a_grey_picture_under_a_profile_of_colours() -> None:
    wide = ColourSpace(P3, curve=1.0).profile()
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG", "TIFF"):
        photo = read_photo(saved(plain((128,), mode="L"), kind, icc_profile=wide))
        assert photo.notes == ()
        assert near(photo.pixels[9, 9], (188,) * 3)
        photo = read_photo(saved(plain((128,), mode="L"), kind, icc_profile=usual))
        assert photo.notes == ()
        assert near(photo.pixels[9, 9], (128,) * 3)


def converted(space: ColourSpace, colour: tuple[int, ...]) -> list[float]:
    """A colour of a space as sRGB, by the formulas, with white at D65 as it is."""
    points = [(*space.primaries[i : i + 2], 1 - sum(space.primaries[i : i + 2])) for i in (0, 2, 4)]
    matrix = np.array(points).T
    white = np.array([D65[0] / D65[1], 1, (1 - sum(D65)) / D65[1]])
    xyz = matrix @ (np.linalg.solve(matrix, white) * [light(value / 255) for value in colour])
    srgb = np.array([(*SRGB_PRIMARIES[i : i + 2], 1 - sum(SRGB_PRIMARIES[i : i + 2])) for i in (0, 2, 4)]).T
    return [srgb_value(v) for v in np.linalg.solve(srgb * np.linalg.solve(srgb, white), xyz)]


@settings(deadline=None, max_examples=40)
@given(
    red=st.tuples(st.floats(0.55, 0.72), st.floats(0.27, 0.35)),
    green=st.tuples(st.floats(0.15, 0.35), st.floats(0.55, 0.8)),
    blue=st.tuples(st.floats(0.12, 0.17), st.floats(0.03, 0.09)),
    colour=st.tuples(*[st.integers(0, 255)] * 3),
)
def test_spaces_against_the_formulas(
    red: tuple[float, ...], green: tuple[float, ...], blue: tuple[float, ...], colour: tuple[int, ...]
) -> None:
    space = ColourSpace((*red, *green, *blue))
    data = with_chunks(saved(plain(colour), "PNG"), chrm(space.primaries))
    assert near(shown(data), converted(space, colour), 2)


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt"])
@pytest.mark.parametrize(
    "name",
    ["gamma", "chromaticity", "srgb", "icc_profile", "exif", "transparency", "Raw profile type exif", "xmp",
     "XML:com.adobe.xmp", "dpi", "interlace", "bbox", "default_image", "nclx_profile"],
)  # fmt: skip
def test_texts_that_are_called_as_colours_are(kind: bytes, name: str) -> None:
    text = {b"tEXt": b"\0abc", b"zTXt": b"\0\0" + zlib.compress(b"abc"), b"iTXt": b"\0\0\0\0\0abc"}[kind]
    data = with_chunks(saved(plain(COLOUR), "PNG"), (kind, name.encode() + text))
    with contextlib.suppress(PhotoError):
        assert shown(data) == COLOUR
    if name not in ("transparency", "interlace", "bbox"):
        assert shown(data) == COLOUR


@settings(deadline=None, max_examples=150)
@given(
    name=st.sampled_from([b"gAMA", b"cHRM", b"cICP", b"sRGB", b"iCCP"]),
    body=st.binary(max_size=40),
)
def test_no_chunk_keeps_a_photo_from_being_read(name: bytes, body: bytes) -> None:
    with contextlib.suppress(PhotoError):
        assert read_photo(with_chunks(saved(plain(COLOUR), "PNG"), (name, body))).width == 32
