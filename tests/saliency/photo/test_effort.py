"""Files made to be slow, or to take much memory, are read or refused soon."""

from __future__ import annotations

import collections
import contextlib
import struct
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from picture_files import bitmap, chunk, directory, plain, saved, with_chunks
from PIL import Image

from saliency.audit.inputs.masks import read_mask
from saliency.errors import SaliencyError
from saliency.photo.av1 import coded_pixels
from saliency.photo.boxes import claimed_bytes, coded_parts, largest_area, overlaid_pixels
from saliency.photo.effort import COSTLY, Budget
from saliency.photo.formats import PhotoError
from saliency.photo.profile import ColourSpace
from saliency.photo.reading import read_photo

pillow_heif.register_heif_opener()  # to write HEIC here
MILLION = 1_000_000
LIMIT = 3.0  # seconds of computing
JPEG = saved(plain((9, 99, 9), 64), "JPEG")
PNG = saved(plain((9, 99, 9)), "PNG")
GIF = saved(Image.new("P", (64, 64), 1), "GIF")
ZEROS = zlib.compress(bytes(2**20))


def cost(data: bytes) -> tuple[float, str]:
    """Seconds of this thread's computing to read a photo, and why it was refused."""
    start, message = time.thread_time(), ""
    try:
        read_photo(data)
    except PhotoError as error:
        message = error.message
    return time.thread_time() - start, message


def progressive(side: int, scans: int) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    data = saved(plain((200, 10, 10), side), "JPEG", progressive=True, quality=50)
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + scan * (scans - 10) + b"\xff\xd9"


def segments(marker: bytes, count: int = MILLION) -> bytes:
    return JPEG[:2] + marker * count + JPEG[2:]


def tiles(side: int, tile: int, *, count: int | None = None) -> bytes:
    """A TIFF in square tiles that all lie at the same place."""
    count = count or (side // tile) ** 2
    start = 8 + 2 + 12 * 10 + 4
    values = {256: side, 257: side, 258: 8, 259: 1, 262: 1, 277: 1, 322: tile, 323: tile}
    entries = [(number, 4, 1, value) for number, value in values.items()]
    entries += [(324, 4, count, start), (325, 4, count, start + 4 * count)]
    places = struct.pack("<I", start) * count + struct.pack("<I", tile * tile) * count
    return directory(entries) + places + bytes(tile * tile)


def claims(count: int = 1000, size: int = 10 * MILLION) -> bytes:
    """A directory of many tags that are all as large as the whole file."""
    return directory([(1000 + number, 1, size, 8) for number in range(count)], ">") + bytes(size)


def pages(count: int) -> bytes:
    one = [struct.pack("<HHHIII", 1, 256, 4, 1, 64, 8 + 18 * (page + 1)) for page in range(count)]
    return b"II*\0" + struct.pack("<I", 8) + b"".join(one)


def runs(body: bytes, side: int = 7000) -> bytes:
    """A BMP of runs."""
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, len(body), 0, 0, 256, 0)
    return bitmap(header + bytes(range(256)) * 4, body)


def one_tile(side: int) -> bytes:
    """A small TIFF of one large tile, deflated."""
    content = zlib.compress(bytes(side * side // 10))
    values = {
        256: 64,
        257: 64,
        258: 8,
        259: 8,
        262: 1,
        277: 1,
        322: side,
        323: side,
        324: 134,
        325: len(content),
    }
    return directory([(number, 4, 1, value) for number, value in values.items()]) + content


def in_exif_segments(block: bytes) -> bytes:
    parts = [block[at : at + 60_000] for at in range(0, len(block), 60_000)]
    body = b"".join(b"\xff\xe1" + struct.pack(">H", 8 + len(part)) + b"Exif\0\0" + part for part in parts)
    return JPEG[:2] + body + JPEG[2:]


REFUSED: dict[str, Callable[[], bytes]] = {
    "200 scans": lambda: progressive(7000, 200),
    "2,000 scans": lambda: progressive(7000, 2000),
    "a thousand scans and more of a small picture": lambda: progressive(64, 1100),
    "a million segments": lambda: segments(b"\xff\xe5\0\2"),
    "a million comments": lambda: segments(b"\xff\xfe\0\3a"),
    "a million parts of EXIF": lambda: segments(b"\xff\xe1\0\x0eExif\0\0aaaaaa"),
    "a million chunks": lambda: with_chunks(PNG, *[(b"abCd", b"")] * MILLION),
    "a million pieces of a picture": lambda: with_chunks(PNG, *[(b"IDAT", b"")] * MILLION),
    "a million chunks at the end": lambda: PNG[:-12] + chunk(b"abCd", b"") * MILLION + PNG[-12:],
    "packed texts": lambda: with_chunks(PNG, *[(b"zTXt", b"\0\0" + ZEROS)] * 15_000),
    "packed profiles": lambda: with_chunks(PNG, *[(b"iCCP", b"a\0\0" + ZEROS)] * 15_000),
    "tiles of one point": lambda: tiles(1500, 1),
    "more tiles than there is room for": lambda: tiles(64, 64, count=2 * MILLION),
    "one large tile": lambda: one_tile(40_000),
    "a million pages": lambda: pages(MILLION),
    "a directory that claims gigabytes": claims,
    "blocks of one byte": lambda: GIF[:-1] + b"!\xfe" + b"\1a" * 5 * MILLION + b"\0;",
    "pieces of one byte": lambda: GIF[:-2] + b"\1\0" * 5 * MILLION + b"\0;",
    "three million comments": lambda: GIF[:13] + b"!\xfe\1a\0" * 3 * MILLION + GIF[13:],
    "runs of one point": lambda: runs(b"\1\7" * 9 * MILLION),
    "ends of lines": lambda: runs(b"\1\7\0\0" * 7000),
    "jumps": lambda: runs(b"\0\2\1\0" * 4 * MILLION),
}  # fmt: skip
READ: dict[str, Callable[[], bytes]] = {
    "EXIF in a PNG that claims gigabytes": lambda: with_chunks(PNG, (b"eXIf", claims())),
    "EXIF in a JPEG that claims gigabytes": lambda: in_exif_segments(claims(size=8 * MILLION)),
    "EXIF in a WebP that claims gigabytes": lambda: saved(plain((9, 9, 9)), "WEBP", exif=claims()),
    "EXIF in a HEIC that claims gigabytes": lambda: saved(
        plain((9, 9, 9), 64), "HEIF", exif=b"Exif\0\0" + claims()
    ),
    "a profile of 15 MB": lambda: saved(plain((9, 9, 9)), "WEBP", icc_profile=bytes(15 * MILLION)),
    "two thousand frames": lambda: saved(
        plain((9, 9, 9)), "PNG", save_all=True, append_images=[plain((n % 251, 0, 0)) for n in range(2000)]
    ),
    "20 scans": lambda: progressive(2000, 20),
    "small tiles": lambda: tiles(1024, 16),
}


BY_THE_CLOCK = {"packed texts", "packed profiles", "ends of lines", "jumps"}  # which takes its two seconds


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in BY_THE_CLOCK)) for name in REFUSED]
)
def test_a_file_made_to_be_slow_is_refused_soon(name: str) -> None:
    data = REFUSED[name]()
    assert len(data) <= 20 * 2**20
    seconds, message = cost(data)
    assert message == COSTLY
    assert seconds < LIMIT


@pytest.mark.parametrize("name", READ)
def test_an_odd_file_that_can_be_read_is_read_soon(name: str) -> None:
    seconds, message = cost(READ[name]())
    assert message == ""
    assert seconds < LIMIT


@pytest.mark.filterwarnings("ignore:Tag data larger")  # of Pillow's writer
def test_exif_in_an_avif_that_claims_gigabytes() -> None:
    assert cost(saved(plain((9, 9, 9), 64), "AVIF", exif=claims()))[1] == COSTLY


def test_memory_stays_bounded() -> None:
    resource = pytest.importorskip("resource")
    data = segments(b"\xff\xe5\0\2")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cost(data)
    cost(with_chunks(PNG, (b"eXIf", claims())))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024  # kilobytes


def test_a_chain_of_steps_in_a_profile_is_left_out() -> None:
    profile = ColourSpace(curve=1.0).profile() + b"mpet"
    photo = read_photo(saved(plain((9, 9, 9)), "PNG", icc_profile=profile))
    assert "colour profile" in photo.notes[0]


def test_arithmetic_coding_counts_as_slow() -> None:
    data = bytearray(progressive(1600, 22))
    assert cost(bytes(data))[1] == ""
    data[data.index(b"\xff\xc2") + 1] = 0xCA
    assert cost(bytes(data))[1] == COSTLY


def test_scans_are_counted_in_the_picture_only() -> None:
    """A phone's moving photo: what follows the picture, and comments in it, may look like scans."""
    tail = b"\xff\xda" * 500
    assert cost(progressive(2000, 20) + tail)[1] == ""
    assert cost(segments(b"\xff\xfe" + struct.pack(">H", 2 + len(tail)) + tail, 1))[1] == ""


def avif_that_lies(side: int, stated: int) -> bytes:
    data = bytearray(saved(plain((9, 9, 9), side), "AVIF", speed=10))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", stated, stated)
    return bytes(data)


def test_an_avif_is_measured_by_its_codec() -> None:
    for side in (64, 640):
        data = avif_that_lies(side, 32)
        assert coded_pixels(coded_parts(data, b"av01")) == side * side
    data = saved(Image.new("RGBA", (64, 48), (9, 9, 9, 99)), "AVIF")
    assert coded_pixels(coded_parts(data, b"av01")) == 2 * 64 * 48
    with contextlib.suppress(PhotoError):
        read_photo(avif_that_lies(640, 32))


def test_an_avif_larger_than_it_says_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("saliency.photo.effort.MAX_CODED", 100_000)
    assert cost(avif_that_lies(640, 64))[1] == COSTLY
    assert cost(avif_that_lies(300, 300))[1] == ""


def test_every_picture_in_a_heic_is_measured() -> None:
    data = saved(Image.new("RGBA", (64, 48), (9, 9, 9, 99)), "HEIF")
    assert largest_area(data) == 64 * 64  # as it is coded
    assert cost(data)[1] == ""
    at = data.rindex(b"ispe") + 8
    lies = data[:at] + struct.pack(">II", 20_000, 20_000) + data[at + 8 :]
    assert "50 megapixels" in cost(lies)[1]


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_parts_that_lie_at_the_same_place_are_counted(brand: bytes) -> None:
    def made(count: int, size: int, property_size: int) -> bytes:
        entries = [
            box(b"infe", bytes((2, 0, 0, 0)), struct.pack(">HH", n + 1, 0), b"Exif\0") for n in range(count)
        ]
        places = [struct.pack(">HHHII", n + 1, 0, 1, 0, size) for n in range(count)]
        properties = box(b"iprp", box(b"ipco", box(b"colr", bytes(property_size))))
        meta = box(
            b"meta", bytes(4), box(b"iinf", bytes(4), struct.pack(">H", count), *entries), properties,
            box(b"iloc", bytes(4), struct.pack(">HH", 0x4400, count), *places),
        )  # fmt: skip
        return box(b"ftyp", brand, bytes(4), brand) + meta + bytes(MILLION)

    assert claimed_bytes(made(50, 2000, 100)) == 50 * (2000 + 100)
    assert cost(made(50, 2000, 100))[1] != COSTLY
    assert cost(made(900, MILLION, 100))[1] == COSTLY
    assert cost(made(900, 10, MILLION))[1] == COSTLY
    assert cost(made(60_000, 10, MILLION // 20))[1] != ""


def test_overlays_of_a_heic_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(plain((9, 9, 9), 64), "HEIF")
    assert overlaid_pixels(data) == 0
    laid = data.replace(b"hvc1\0", b"iovl\0", 1)
    assert overlaid_pixels(laid) >= 64 * 64
    monkeypatch.setattr("saliency.photo.effort.MAX_CODED", 1000)
    assert cost(laid)[1] == COSTLY
    assert cost(data)[1] == ""


def test_the_clock_counts_this_threads_work_only() -> None:
    """Other threads at work, as in an audit, do not use up the budget of a photo."""
    budget = Budget(0.2)
    time.sleep(0.3)
    budget.check()
    end = threading.Event()
    busy = [threading.Thread(target=lambda: [None for _ in iter(end.is_set, True)]) for _ in range(3)]
    for thread in busy:
        thread.start()
    time.sleep(0.3)
    end.set()
    for thread in busy:
        thread.join()
    budget.check()
    with pytest.raises(PhotoError):
        collections.deque(iter(budget.check, True), maxlen=0)


def test_masks_have_the_same_limits(tmp_path: Path) -> None:
    path = tmp_path / "mask.tif"
    path.write_bytes(tiles(1500, 1))
    with pytest.raises(SaliencyError, match="too long to open"):
        read_mask(path)


@pytest.mark.slow
def test_the_largest_honest_photos_are_read() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (875, 875, 3), np.uint8))
    large = noise.resize((7000, 7000))
    for kind, options in (
        ("JPEG", {"quality": 90}),
        ("JPEG", {"quality": 90, "progressive": True}),
        ("PNG", {"compress_level": 1}),
        ("WEBP", {"method": 0}),
    ):
        data = saved(large if kind != "PNG" else large.quantize(8), kind, **options)
        seconds, message = cost(data)
        assert message == ""
        assert seconds < LIMIT
