"""Reading photos: every kind of bad input has its sentence, every kind of photo its right colours."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import struct
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_files import bitmap, bitmap_v5, with_chunks
from PIL import Image, ImageCms, ImageFile

from saliency.photo.formats import PhotoError
from saliency.photo.reading import MAX_BYTES, MAX_PIXELS, read_photo

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 40), (30, 40, 200), (255, 255, 255)
UNREADABLE = "We could not open this file. Please save it as JPG or PNG and try again."
pillow_heif.register_heif_opener()  # to write HEIC here; reading must not depend on it
quick = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def corners(width: int = 64, height: int = 48) -> np.ndarray:
    """A picture that is red, green, blue and white in its four corners, clockwise from the top left."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = RED
    pixels[: height // 2, width // 2 :] = GREEN
    pixels[height // 2 :, width // 2 :] = BLUE
    pixels[height // 2 :, : width // 2] = WHITE
    return pixels


def noise(width: int = 60, height: int = 40, channels: int = 3) -> np.ndarray:
    shape = (height, width, channels) if channels > 1 else (height, width)
    return np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8)


def saved(picture: Image.Image | np.ndarray, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    picture.save(file, kind, **options)
    return file.getvalue()


def png(width: int, height: int, bits: int, colour: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG file made by hand, for what Pillow cannot write."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def icc(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A colour profile made by hand (ICC.1:2001, version 2)."""
    tags = {b"wtpt": xyz(0.9642, 1.0, 0.8249), b"cprt": b"text\0\0\0\0none\0", **tags}
    tags[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(4 + 4 + 2 + 1 + 67)
    offset, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, value in tags.items():
        table += name + struct.pack(">II", offset + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    connection = b"Lab " if b"A2B0" in tags else b"XYZ "
    kind = b"prtr" if connection == b"Lab " else b"mntr"
    head = struct.pack(">I4sI4s4s4s", offset + len(body), bytes(4), 0x02400000, kind, space, connection)
    head += struct.pack(">6H4s", 2020, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    head += struct.pack(">iii", *(round(value * 65536) for value in (0.9642, 1.0, 0.8249)))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">iii", *(round(value * 65536) for value in values))


def gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


SRGB_PRIMARIES = [(0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)]
ADOBE_PRIMARIES = [(0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)]


def rgb_profile(primaries: list[tuple[float, ...]]) -> bytes:
    letters = (b"r", b"g", b"b")
    points = {letter + b"XYZ": xyz(*point) for letter, point in zip(letters, primaries, strict=True)}
    return icc(b"RGB ", points | {letter + b"TRC": gamma(2.2) for letter in letters})


def cmyk_profile() -> bytes:
    """A printer whose magenta and yellow inks together are green, and whose paper is white."""
    ramp = bytes(range(256))
    corner = {(0, 0, 0, 0): (255, 128, 128), (0, 1, 1, 0): (128, 60, 180)}
    grid = b"".join(
        bytes(corner.get((c, m, y, k), (20, 128, 128)))
        for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)
    )  # fmt: skip
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + matrix + ramp * 4 + grid + ramp * 3
    return icc(b"CMYK", {b"A2B0": table})


def centre(data: bytes) -> tuple[int, ...]:
    pixels = read_photo(data).pixels
    return tuple(int(value) for value in pixels[pixels.shape[0] // 2, pixels.shape[1] // 2])


def near(found: object, wanted: object, within: int = 12) -> bool:
    return bool(np.abs(np.asarray(found, int) - np.asarray(wanted, int)).max() <= within)


def has_corners(pixels: np.ndarray, wanted: tuple[object, ...] = (RED, GREEN, BLUE, WHITE)) -> bool:
    height, width = pixels.shape[:2]
    top, bottom, left, right = height // 4, height * 3 // 4, width // 4, width * 3 // 4
    found = (pixels[top, left], pixels[top, right], pixels[bottom, right], pixels[bottom, left])
    return all(near(a, b, 14) for a, b in zip(found, wanted, strict=True))


def refusal(data: object, **options: str) -> str:
    with pytest.raises(PhotoError) as caught:
        read_photo(data, **options)
    message = caught.value.message
    assert message[0].isupper() or message[0] == "“"
    assert message.endswith(".")
    return message


# What is refused, each in words of its own


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    return file.getvalue()


SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"></svg>'
NO_PHOTOS = {
    "empty": (b"", "This file is empty."),
    "text": (b"Dear all, please find attached the photo.\n", "holds text"),
    "text-utf-16": ("Grüße aus Köln, siehe Anhang".encode("utf-16"), "holds text"),
    "svg": (SVG, "SVG drawing"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF document"),
    "zip": (zipped(), "ZIP archive"),
    "empty-zip": (b"PK\x05\x06" + bytes(18), "ZIP archive"),
    "html": (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "mp4": (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(99), "video"),
    "avi": (b"RIFF\x00\x01\x00\x00AVI LIST" + bytes(99), "video"),
    "webm": (b"\x1aE\xdf\xa3" + bytes(99), "video"),
    "canon-raw": (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom" + bytes(99), "raw file"),
    "unknown": (bytes(range(256)) * 4, UNREADABLE),
    "zeros": (bytes(2000), UNREADABLE),
    "one-byte": (b"\xff", UNREADABLE),
}


@pytest.mark.parametrize("key", NO_PHOTOS)
def test_says_what_a_file_is_that_is_no_photo(key: str) -> None:
    data, words = NO_PHOTOS[key]
    assert words in refusal(data, name="photo.jpg")


def test_every_kind_of_bad_input_has_a_sentence_of_its_own() -> None:
    kinds = ("empty", "text", "svg", "pdf", "zip", "html", "mp4", "canon-raw", "unknown")
    inputs = [NO_PHOTOS[kind][0] for kind in kinds]
    inputs += [saved(noise(1, 1), "PNG"), saved(noise(1, 5000), "PNG"), png(30_000, 30_000, 8, 2, b"")]
    inputs += [saved(noise(), "JPEG")[:-300], bytes(MAX_BYTES + 1)]
    assert len({refusal(data) for data in inputs}) == len(inputs)


def test_a_camera_raw_file_that_resembles_tiff_is_refused_by_its_name() -> None:
    assert "raw file" in refusal(saved(noise(), "TIFF"), name="DSC_0001.NEF")


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_truncated_jpeg_is_incomplete(share: float, progressive: bool) -> None:
    data = saved(noise(200, 150), "JPEG", progressive=progressive)
    assert "incomplete" in refusal(data[: int(len(data) * share)])


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP"])
def test_other_truncated_photos_are_incomplete(kind: str) -> None:
    data = saved(noise(200, 150), kind)
    assert "incomplete" in refusal(data[: len(data) // 2])


def test_a_giant_png_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ImageFile.ImageFile, "load")
    monkeypatch.delattr(Image.Image, "load")
    message = refusal(png(30_000, 30_000, 8, 2, bytes(1000)))
    assert "30,000 × 30,000" in message
    assert "50 megapixels" in message


def header_of(kind: str, width: int, height: int) -> bytes:
    """A valid file of that format whose header is made to claim another size."""
    data = bytearray(saved(noise(), kind))
    if kind == "GIF":
        data[6:10] = struct.pack("<HH", width, height)
    elif kind == "BMP":
        data[18:26] = struct.pack("<ii", width, height)
    elif kind == "JPEG":
        at = data.index(b"\xff\xc0") + 5
        data[at : at + 4] = struct.pack(">HH", height, width)
    elif kind == "WEBP":
        at = data.index(b"\x9d\x01\x2a") + 3
        data[at : at + 4] = struct.pack("<HH", width & 0x3FFF, height & 0x3FFF)
    return bytes(data)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "JPEG", "WEBP"])
@pytest.mark.parametrize("side", [8_000, 10_000, 16_000])  # below and above Pillow's own two limits
def test_giants_of_other_formats_are_refused_by_their_headers(kind: str, side: int) -> None:
    assert "50 megapixels" in refusal(header_of(kind, side, side))


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_giant_heic_and_avif_are_refused_by_their_headers(kind: str) -> None:
    data = bytearray(saved(noise(), kind))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 12_000, 12_000)
    message = refusal(bytes(data))
    assert "50 megapixels" in message or message == UNREADABLE  # some decoders refuse it before we can


def test_the_limit_on_pixels_is_met_exactly() -> None:
    width, height = 10_000, MAX_PIXELS // 10_000
    photo = read_photo(saved(Image.new("L", (width, height), 90), "PNG", compress_level=1))
    assert (photo.width, photo.height) == (width, height)
    assert "50 megapixels" in refusal(png(width, height + 1, 8, 0, b""))


def test_over_twenty_megabytes_is_refused_and_its_size_said(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(35 * 2**20)
    assert "35.0 MB" in refusal(path)
    with path.open("rb") as file:
        assert "35.0 MB" in refusal(file)
    assert "20.0 MB" in refusal(bytes(MAX_BYTES + 1))
    assert "limit is 20 MB" in refusal(bytes(MAX_BYTES + 1))


def test_too_small_and_too_narrow() -> None:
    assert "only 1 × 1 pixels" in refusal(saved(noise(1, 1), "PNG"))
    assert "1 × 5,000 pixels, too narrow" in refusal(saved(noise(1, 5000), "PNG"))
    assert "too narrow" in refusal(saved(noise(482, 32), "PNG"))
    for width, height in ((480, 32), (970, 90), (970, 66), (728, 90), (120, 600), (384, 32)):  # banners
        assert read_photo(saved(noise(width, height), "PNG")).width == width
    assert read_photo(saved(noise(16, 16), "PNG")).width == 16


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no file named “gone.jpg”" in refusal(tmp_path / "gone.jpg")
    assert "no file named" in refusal(str(tmp_path / "a\0b.jpg"))
    assert "is a folder" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "not an ordinary file" in refusal(tmp_path / "pipe.jpg")
    closed = io.BytesIO(b"x")
    closed.close()
    assert "choose it again" in refusal(closed)

    def forbid(*_: object, **__: object) -> None:
        raise PermissionError

    (tmp_path / "secret.jpg").write_bytes(saved(noise(), "JPEG"))
    monkeypatch.setattr(Path, "open", forbid)
    assert "not allowed to read “secret.jpg”" in refusal(tmp_path / "secret.jpg")


def test_no_sentence_gives_away_a_folder(tmp_path: Path) -> None:
    assert str(tmp_path) not in refusal(tmp_path / "gone.jpg")
    (tmp_path / "empty.jpg").touch()
    assert str(tmp_path) not in refusal(tmp_path / "empty.jpg")


def test_a_png_with_an_exploding_text_chunk_is_refused() -> None:
    bomb = b"note\0\0" + zlib.compress(bytes(80 * 2**20))
    assert refusal(png(20, 20, 8, 0, bytes(21 * 20), (b"zTXt", bomb))) == UNREADABLE


# What is accepted, and its colours


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_formats_give_the_very_pixels(kind: str) -> None:
    photo = read_photo(saved(noise(), kind))
    assert np.array_equal(photo.pixels, noise())
    assert photo.notes == ()


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_compressed_tiff(compression: str) -> None:
    assert np.array_equal(read_photo(saved(noise(), "TIFF", compression=compression)).pixels, noise())


def test_lossless_webp_gives_the_very_pixels() -> None:
    assert np.array_equal(read_photo(saved(noise(), "WEBP", lossless=True)).pixels, noise())


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "HEIF", "GIF", "MPO"])
def test_formats_show_their_colours(kind: str) -> None:
    photo = read_photo(saved(corners(), kind))
    assert has_corners(photo.pixels)
    assert photo.notes == ()


def test_jpeg_equals_pillows_full_decoding() -> None:
    data = saved(noise(321, 243), "JPEG", quality=90)
    assert np.array_equal(read_photo(data).pixels, np.asarray(Image.open(io.BytesIO(data))))


@pytest.mark.parametrize(
    ("width", "height", "turned"), [(1600, 1200, False), (1200, 1600, True), (90, 60, False)]
)
def test_a_coarse_reading_is_the_same_photo_in_fewer_points(width: int, height: int, turned: bool) -> None:
    picture = Image.fromarray(
        np.linspace(0, 255, 3 * width * height).reshape(height, width, 3).astype(np.uint8)
    )
    exif = Image.Exif()
    if turned:
        exif[274] = 6
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    whole, coarse = read_photo(file.getvalue()), read_photo(file.getvalue(), long_side=300)
    assert coarse.digest == whole.digest
    assert min(300, max(whole.width, whole.height)) <= max(coarse.width, coarse.height) < 600
    assert coarse.width / coarse.height == pytest.approx(whole.width / whole.height, rel=0.01)
    alike = whole.image.resize((coarse.width, coarse.height), Image.Resampling.BOX)
    assert np.abs(np.asarray(alike, float) - coarse.pixels).mean() < 3


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "really-a-png.jpg"
    path.write_bytes(saved(corners(), "PNG"))
    assert np.array_equal(read_photo(path).pixels, corners())


# Corners, clockwise from the top left, as they are seen where the stored ones are red, green, blue and white.
SEEN = {
    1: (RED, GREEN, BLUE, WHITE),
    2: (GREEN, RED, WHITE, BLUE),
    3: (BLUE, WHITE, RED, GREEN),
    4: (WHITE, BLUE, GREEN, RED),
    5: (RED, WHITE, BLUE, GREEN),
    6: (WHITE, RED, GREEN, BLUE),
    7: (BLUE, GREEN, RED, WHITE),
    8: (GREEN, BLUE, WHITE, RED),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF"])
@pytest.mark.parametrize("orientation", SEEN)
def test_orientation_is_applied_once(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    photo = read_photo(saved(corners(), kind, exif=exif.tobytes()))
    assert (photo.width, photo.height) == ((48, 64) if orientation > 4 else (64, 48))
    assert has_corners(photo.pixels, SEEN[orientation])


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_broken_exif_block_costs_nothing() -> None:
    data = saved(corners(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff garbage")
    assert has_corners(read_photo(data).pixels)


def test_strips_join_without_a_seam() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (1300, 1700, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[274] = 6
    photo = read_photo(saved(pixels, "PNG", exif=exif, compress_level=1))
    assert np.array_equal(photo.pixels, np.rot90(pixels, -1))


def test_cmyk_jpeg() -> None:
    assert has_corners(read_photo(saved(Image.fromarray(corners()).convert("CMYK"), "JPEG")).pixels)
    assert has_corners(read_photo(saved(Image.fromarray(corners()).convert("CMYK"), "TIFF")).pixels)


def test_ycck_jpeg() -> None:
    inks = np.asarray(Image.fromarray(corners()).convert("CMYK"))
    stored = np.asarray(Image.fromarray(np.ascontiguousarray(inks[..., :3])).convert("YCbCr"))
    stored = np.dstack([stored, 255 - inks[..., 3]])
    data = bytearray(saved(Image.fromarray(255 - stored, "CMYK"), "JPEG", quality=95))
    marker = data.index(b"Adobe")
    assert data[marker + 11] == 0
    data[marker + 11] = 2  # the colour transform: YCCK
    assert has_corners(read_photo(bytes(data)).pixels)


def test_sixteen_bit_grey() -> None:
    ramp = np.linspace(0, 65535, 64).astype(np.uint16)
    wanted = np.rint(ramp / 257).astype(np.uint8)
    for kind in ("PNG", "TIFF"):
        pixels = read_photo(saved(np.tile(ramp, (32, 1)), kind)).pixels
        assert np.array_equal(pixels[5], np.repeat(wanted[:, None], 3, axis=1))


def test_sixteen_bit_grey_with_a_transparent_value() -> None:
    row = b"\0" + struct.pack(">20H", *([1000] * 10 + [30000] * 10))
    pixels = read_photo(png(20, 20, 16, 0, row * 20, (b"tRNS", struct.pack(">H", 1000)))).pixels
    assert tuple(pixels[3, 2]) == WHITE
    assert tuple(pixels[3, 15]) == (117, 117, 117)


def test_sixteen_bit_colour() -> None:
    row = b"\0" + struct.pack(">3H", 51400, 25700, 5140) * 20
    assert centre(png(20, 20, 16, 2, row * 20)) == (200, 100, 20)
    row = b"\0" + struct.pack(">4H", 51400, 25700, 5140, 0) * 20
    assert centre(png(20, 20, 16, 6, row * 20)) == WHITE


def test_float_and_integer_tiff() -> None:
    ramp = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (32, 1))
    wanted = np.rint(ramp[0] * 255).astype(np.uint8)
    for scale in (1, 255, 65535):
        photo = read_photo(saved(ramp * np.float32(scale), "TIFF"))
        assert near(photo.pixels[3, :, 0], wanted, 1)
        assert photo.notes == ()
    photo = read_photo(saved(ramp * 20 - 10, "TIFF"))
    assert near(photo.pixels[3, :, 0], wanted, 1)
    assert "scaled" in photo.notes[0]
    broken = ramp.copy()
    broken[0, 0], broken[0, 1] = np.nan, np.inf
    assert near(read_photo(saved(broken, "TIFF")).pixels[3, :, 0], wanted, 1)
    assert centre(saved(np.full((20, 20), 99, np.int32), "TIFF")) == (99, 99, 99)


def test_twelve_bit_tiff() -> None:
    packed = bytes.fromhex("7ff7ff") * (20 * 20 // 2)  # two samples of 2047
    tags = {256: 20, 257: 20, 258: 12, 259: 1, 262: 1, 273: 8, 277: 1, 278: 20, 279: len(packed)}
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    data = b"II*\0" + struct.pack("<I", 8 + len(packed)) + packed
    data += struct.pack("<H", len(tags)) + table + bytes(4)
    assert near(centre(data), (127, 127, 127), 1)


def test_grey_and_one_bit() -> None:
    grey = noise(channels=1)
    for kind in ("PNG", "BMP", "TIFF"):
        assert np.array_equal(read_photo(saved(grey, kind)).pixels, np.repeat(grey[..., None], 3, axis=2))
    assert near(centre(saved(Image.new("L", (32, 32), 77), "JPEG")), (77, 77, 77), 2)
    pixels = read_photo(saved(Image.fromarray(grey > 127), "PNG")).pixels
    assert np.array_equal(pixels[..., 0], np.where(grey > 127, 255, 0))


def test_a_bitmap_whose_opacity_nobody_filled_in() -> None:
    rows = bytes((60, 100, 200, 0)) * 32 * 32
    assert centre(bitmap_v5(32, 32, rows, b"BGRs")) == (200, 100, 60)
    half = bytes((60, 100, 200, 128)) * 32 * 32
    assert near(centre(bitmap_v5(32, 32, half, b"BGRs")), (227, 177, 157), 1)
    one_clear = bytes((60, 100, 200, 0)) + bytes((60, 100, 200, 255)) * (32 * 32 - 1)
    assert tuple(read_photo(bitmap_v5(32, 32, one_clear, b"BGRs")).pixels[-1, 0]) == WHITE
    header = struct.pack("<IiiHHIIiiII", 40, 32, 32, 1, 32, 0, 0, 0, 0, 0, 0)
    assert centre(bitmap(header, rows)) == (200, 100, 60)


@pytest.mark.parametrize("bitmap_format", ["png", "bmp"])
def test_the_largest_picture_of_an_icon(bitmap_format: str) -> None:
    sizes = [(16, 16), (64, 64), (32, 32)]
    data = saved(corners(64, 64), "ICO", sizes=sizes, bitmap_format=bitmap_format)
    photo = read_photo(data, name="logo.ico")
    assert photo.pixels.shape == (64, 64, 3)
    assert has_corners(photo.pixels)
    assert photo.notes == ()
    clear = saved(Image.new("RGBA", (32, 32), (200, 0, 0, 128)), "ICO", sizes=[(32, 32)])
    assert near(centre(clear), (227, 127, 127), 1)
    photo_or_sentence(data[:900])


def test_an_icon_of_another_size_than_it_says() -> None:
    inside = png(30_000, 30_000, 8, 2, b"")
    entry = bytes((32, 32, 0, 0, 1, 0, 32, 0)) + struct.pack("<II", len(inside), 22)
    assert "50 megapixels" in refusal(b"\0\0\1\0\1\0" + entry + inside)


def test_lab_tiff() -> None:
    lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    picture = ImageCms.applyTransform(Image.fromarray(corners()), lab)
    assert has_corners(read_photo(saved(picture, "TIFF")).pixels)


def test_transparency_is_laid_on_white() -> None:
    assert centre(saved(Image.new("RGBA", (32, 32), (200, 0, 0, 0)), "PNG")) == WHITE
    assert centre(saved(Image.new("RGBA", (32, 32), (200, 0, 0, 128)), "PNG")) == (227, 127, 127)
    assert centre(saved(Image.new("RGBA", (32, 32), (200, 10, 0, 255)), "PNG")) == (200, 10, 0)
    assert centre(saved(Image.new("LA", (32, 32), (0, 51)), "PNG")) == (204, 204, 204)
    for kind in ("WEBP", "AVIF", "HEIF"):
        assert near(centre(saved(Image.new("RGBA", (32, 32), (200, 0, 0, 128)), kind)), (227, 127, 127), 6)


def test_palette_with_transparency() -> None:
    picture = Image.fromarray(corners()).quantize(4)
    clear = picture.getpixel((2, 2))
    for kind in ("PNG", "GIF"):
        pixels = read_photo(saved(picture, kind, transparency=clear)).pixels
        assert has_corners(pixels, (WHITE, GREEN, BLUE, WHITE))
    opacities = bytes(128 if index == clear else 255 for index in range(4))
    pixels = read_photo(saved(picture, "PNG", transparency=opacities)).pixels
    assert near(pixels[2, 2], (237, 142, 142), 4)
    assert has_corners(read_photo(saved(picture, "PNG")).pixels)


def test_a_transparent_colour_of_a_plain_picture() -> None:
    pixels = read_photo(saved(corners(), "PNG", transparency=RED)).pixels
    assert has_corners(pixels, (WHITE, GREEN, BLUE, WHITE))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_animations_show_their_first_frame_and_say_so(kind: str) -> None:
    others = [Image.new("RGB", (64, 48), (0, 0, 0)), Image.new("RGB", (64, 48), (9, 9, 9))]
    photo = read_photo(saved(corners(), kind, save_all=True, append_images=others))
    assert has_corners(photo.pixels)
    assert photo.notes == ("This picture is animated; only its first frame is used.",)


def test_tiff_of_several_pages_shows_the_first_and_says_so() -> None:
    others = [Image.new("RGB", (64, 48))]
    photo = read_photo(saved(corners(), "TIFF", save_all=True, append_images=others))
    assert np.array_equal(photo.pixels, corners())
    assert "several pictures" in photo.notes[0]


def test_heic_of_several_pictures_shows_the_primary_one() -> None:
    images = pillow_heif.from_pillow(Image.new("RGB", (64, 48)))
    images.add_from_pillow(Image.fromarray(corners()))
    file = io.BytesIO()
    images.save(file, primary_index=1)
    photo = read_photo(file.getvalue())
    assert has_corners(photo.pixels)
    assert "several pictures" in photo.notes[0]


def test_colour_profiles_are_converted() -> None:
    swapped = rgb_profile([SRGB_PRIMARIES[1], SRGB_PRIMARIES[0], SRGB_PRIMARIES[2]])
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"):
        pixels = read_photo(
            saved(Image.new("RGB", (32, 32), (220, 20, 20)), kind, icc_profile=swapped)
        ).pixels
        assert near(pixels[9, 9], (20, 220, 20)), kind
    adobe = rgb_profile(ADOBE_PRIMARIES)
    found = centre(saved(Image.new("RGB", (32, 32), (200, 100, 100)), "PNG", icc_profile=adobe))
    assert near(found, (228, 99, 99), 3)  # Adobe RGB is wider: the same numbers are a stronger red
    transparent = Image.new("RGBA", (32, 32), (220, 20, 20, 0))
    assert centre(saved(transparent, "PNG", icc_profile=swapped)) == WHITE
    palette = Image.fromarray(corners()).quantize(4)
    pixels = read_photo(saved(palette, "PNG", icc_profile=swapped)).pixels
    assert near(pixels[2, 2], (30, 220, 30))


def test_grey_and_cmyk_profiles_are_converted() -> None:
    linear = icc(b"GRAY", {b"kTRC": gamma(1.0)})
    assert near(centre(saved(Image.new("L", (32, 32), 128), "PNG", icc_profile=linear)), (188, 188, 188), 2)
    deep = np.full((32, 32), 128 * 257, np.uint16)
    assert near(centre(saved(deep, "PNG", icc_profile=linear)), (188, 188, 188), 2)
    printed = saved(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG", icc_profile=cmyk_profile())
    red, green, blue = centre(printed)
    assert green > red + 40 > blue
    paper = saved(Image.new("CMYK", (32, 32)), "JPEG", icc_profile=cmyk_profile())
    assert near(centre(paper), WHITE, 3)


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = read_photo(saved(noise(), "PNG", icc_profile=profile))
    assert np.array_equal(photo.pixels, noise())
    assert photo.notes == ()


@pytest.mark.parametrize(
    "profile", [b"no profile at all", icc(b"GRAY", {b"kTRC": gamma(1.0)}), icc(b"RGB ", {})]
)
def test_a_profile_that_cannot_be_used_is_left_out_and_said(profile: bytes) -> None:
    photo = read_photo(saved(corners(), "PNG", icc_profile=profile))
    assert np.array_equal(photo.pixels, corners())
    assert "colour profile" in photo.notes[0]


# What comes with the pixels


def test_what_a_photo_carries(tmp_path: Path) -> None:
    data = saved(noise(), "PNG")
    path = tmp_path / "noise.png"
    path.write_bytes(data)
    for source in (path, str(path), data, io.BytesIO(data)):
        photo = read_photo(source)
        assert photo.digest == hashlib.sha256(data).hexdigest()
        assert (photo.width, photo.height) == (60, 40)
        assert photo.pixels.dtype == np.uint8
        assert photo.pixels.flags.c_contiguous
        assert not photo.pixels.flags.writeable
        assert photo.image.mode == "RGB"
        assert np.array_equal(np.asarray(photo.image), noise())
        assert photo.name == ("noise.png" if source in (path, str(path)) else "photo")


def test_bytes_of_every_kind() -> None:
    data = saved(noise(), "PNG")
    for source in (bytearray(data), memoryview(data), memoryview(bytearray(data))):
        photo = read_photo(source)
        assert np.array_equal(photo.pixels, noise())
        assert photo.digest == hashlib.sha256(data).hexdigest()


def test_pictures_in_memory(tmp_path: Path) -> None:
    assert np.array_equal(read_photo(noise()).pixels, noise())
    assert np.array_equal(read_photo(noise(channels=1)).pixels[..., 2], noise(channels=1))
    assert np.array_equal(read_photo(Image.fromarray(noise())).pixels, noise())
    assert read_photo(noise()).digest == read_photo(Image.fromarray(noise())).digest
    assert read_photo(noise()).digest != read_photo(noise()[::-1]).digest
    assert read_photo(noise(), name="a/b.png").name == "b.png"
    assert tuple(read_photo(np.full((32, 32, 4), (200, 0, 0, 0), np.uint8)).pixels[3, 3]) == WHITE
    exif = Image.Exif()
    exif[274] = 6
    path = tmp_path / "turned.png"
    path.write_bytes(saved(corners(), "PNG", exif=exif))
    with Image.open(path) as picture:
        photo = read_photo(picture)
    assert photo.name == "turned.png"
    assert has_corners(photo.pixels, SEEN[6])
    for mode in ("1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F", "RGBX", "La", "RGBa", "LAB"):
        assert read_photo(Image.new(mode, (32, 32))).width == 32
    for deep in (np.uint16, np.float32, np.int32):
        assert read_photo(Image.fromarray(noise(channels=1).astype(deep))).width == 60


@pytest.mark.parametrize(
    "source",
    [
        None, 5, 0.5, object(), ["a.jpg"], {}, io.StringIO("text"), np.zeros((32, 32, 3)),
        np.zeros((32, 32), bool), np.zeros((3, 32, 32), np.uint8), np.zeros(9, np.uint8), np.zeros(()),
        np.zeros((0, 0, 3), np.uint8), np.zeros((32, 32, 2), np.uint8), Image.new("RGB", (4, 4)),
    ],
)  # fmt: skip
def test_what_is_no_photo_has_a_sentence(source: object) -> None:
    refusal(source)


def test_a_picture_whose_file_is_broken_has_a_sentence() -> None:
    refusal(Image.open(io.BytesIO(saved(noise(200, 150), "JPEG")[:900])))


def test_an_open_file_is_read_from_its_beginning_and_left_open(tmp_path: Path) -> None:
    path = tmp_path / "noise.png"
    path.write_bytes(saved(noise(), "PNG"))
    with path.open("rb") as file:
        file.read()
        assert read_photo(file).name == "noise.png"
        assert np.array_equal(read_photo(file).pixels, noise())


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("<b>mug</b>.jpg", "b>.jpg"),
        ("<b>mug.jpg", "<b>mug.jpg"),
        ("**mug** :red[x] 🧑‍🍳☕.jpg", "**mug** :red[x] 🧑‍🍳☕.jpg"),
        ("/home/someone/mug.jpg", "mug.jpg"),
        ("C:\\Users\\someone\\mug.jpg", "mug.jpg"),
        ("mug\n\x00\x1b[31m.jpg", "mug[31m.jpg"),
        ("mug\u202egpj.exe", "muggpj.exe"),
        ("mug\udcff.jpg", "mug.jpg"),
        ("", "photo"),
        ("..\\", "photo"),
    ],
)
def test_names_are_bare_and_shown_as_text(given_name: str, shown: str) -> None:
    assert read_photo(saved(noise(), "PNG"), name=given_name).name == shown


def test_eight_threads_read_at_once() -> None:
    files = [saved(corners(), kind) for kind in ("JPEG", "PNG", "WEBP", "HEIF", "GIF", "TIFF", "BMP", "AVIF")]
    files.append(saved(Image.fromarray(corners()).convert("CMYK"), "JPEG"))

    def read(number: int) -> bool:
        if number % 3 == 0:
            refusal(files[number % len(files)][: 40 + number])
        return has_corners(read_photo(files[number % len(files)]).pixels)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(120)))


# Whatever the bytes: a photo or a sentence


def photo_or_sentence(data: bytes) -> None:
    with contextlib.suppress(PhotoError):
        photo = read_photo(data)
        assert photo.pixels.shape == (photo.height, photo.width, 3)


VALID = {kind: saved(corners(), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF", "HEIF")}
VALID["progressive"] = saved(noise(), "JPEG", progressive=True)
VALID["animation"] = saved(corners(), "GIF", save_all=True, append_images=[Image.new("RGB", (64, 48))])
VALID["ICO"] = saved(corners(), "ICO", sizes=[(48, 36)])
VALID["bitmap-icon"] = saved(corners(), "ICO", sizes=[(48, 36)], bitmap_format="bmp")
VALID["TIFF"] = saved(corners(), "TIFF")
VALID["deep-TIFF"] = saved(noise(channels=1).astype(np.uint16), "TIFF", compression="tiff_adobe_deflate")
VALID["coded-PNG"] = with_chunks(saved(corners(), "PNG"), (b"cICP", bytes((12, 16, 0, 1))))
VALID["profile"] = saved(corners(), "PNG", icc_profile=rgb_profile(ADOBE_PRIMARIES))


@quick
@given(st.binary(max_size=300), st.sampled_from([b"", *(data[:12] for data in VALID.values())]))
def test_random_bytes_never_surprise(data: bytes, start: bytes) -> None:
    photo_or_sentence(start + data)


@pytest.mark.parametrize("kind", VALID)
@quick
@given(share=st.floats(0, 1))
def test_truncation_anywhere_gives_a_photo_or_a_sentence(kind: str, share: float) -> None:
    photo_or_sentence(VALID[kind][: int(len(VALID[kind]) * share)])


@pytest.mark.parametrize("kind", VALID)
@quick
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_give_a_photo_or_a_sentence(kind: str, flips: list[tuple[float, int]]) -> None:
    data = bytearray(VALID[kind])
    for where, value in flips:
        data[min(int(where * len(data)), len(data) - 1)] = value
    photo_or_sentence(bytes(data))


@quick
@given(
    kind=st.sampled_from(["PNG", "BMP", "TIFF"]),
    width=st.integers(16, 90),
    height=st.integers(16, 90),
    seed=st.integers(0, 99),
)
def test_lossless_round_trip(kind: str, width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    assert np.array_equal(read_photo(saved(pixels, kind)).pixels, pixels)
