"""The boxes of AVIF and HEIC files: properties of the picture, and its items (ISO/IEC 14496-12, 23008-12)."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

Box = tuple[bytes, int, int]
"""Kind of a box, and where its content begins and ends."""

MOST = 4096  # items and samples looked at


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Boxes that follow each other in a part of a file, up to the first one that is broken."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1 and start + 16 <= end:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        size = size or end - start
        if size < head or start + size > end:
            return
        yield kind, start + head, start + size
        start += size


def primary_properties(data: bytes) -> list[Box]:
    """Properties of the primary picture; none where the file is broken."""
    inside = _meta(data)
    try:
        primary, (first, last) = inside[b"pitm"][0], inside[b"iprp"]
        (item,) = struct.unpack_from(">I" if data[primary] else ">H", data, primary + 4)
        parts = {kind: (start, end) for kind, start, end in boxes(data, first, last)}
        properties = list(boxes(data, *parts[b"ipco"]))
        numbers = _associations(data, parts[b"ipma"][0], item)
    except (KeyError, IndexError, struct.error):
        return []
    return [properties[number - 1] for number in numbers if 0 < number <= len(properties)]


def coded_parts(data: bytes, kind: bytes) -> Iterator[bytes]:
    """The coded bytes of all items of a kind, and of the first sample of every track.

    Raises:
        ValueError: There are more than :data:`MOST`.
        struct.error, IndexError: The file is broken.
    """
    inside = _meta(data)
    if b"iinf" in inside and b"iloc" in inside:
        items = set(_items(data, *inside[b"iinf"], kind))
        for item, parts in _locations(data, inside[b"iloc"][0], inside.get(b"idat", (0, 0))):
            if item in items:
                yield b"".join(data[start : start + size] for start, size in parts)
    for track, start, end in _nested(data, 0, len(data), (b"moov",)):
        if track == b"trak":
            yield from _first_sample(data, start, end)


def claimed_bytes(data: bytes) -> int:
    """Bytes of all items and of the properties that each may have, however often they lie at the same place.

    Raises:
        struct.error, IndexError, ValueError: The file is broken.
    """
    inside = _meta(data)
    locations = _locations(data, inside[b"iloc"][0], inside.get(b"idat", (0, 0))) if b"iloc" in inside else ()
    total = sum(size for _, parts in locations for _, size in parts)
    if b"iinf" in inside and b"iprp" in inside:
        properties = _nested(data, *inside[b"iprp"], (b"ipco",))
        largest = max((end - start for _, start, end in properties), default=0)
        total += largest * sum(1 for _ in _items(data, *inside[b"iinf"]))
    return total


def largest_area(data: bytes) -> int:
    """Pixels of the largest picture that a file says it holds, whichever of its pictures that is."""
    inside = _meta(data)
    if b"iprp" not in inside:
        return 0
    properties = _nested(data, *inside[b"iprp"], (b"ipco",))
    sizes = (struct.unpack_from(">II", data, start + 4) for kind, start, _ in properties if kind == b"ispe")
    return max(map(math.prod, sizes), default=0)


def overlaid_pixels(data: bytes) -> int:
    """Pixels of all pictures of a file that lays some over others, each as large as the largest may be.

    Returns:
        0 where none is laid over others.
    """
    inside = _meta(data)
    if b"iinf" not in inside or next(_items(data, *inside[b"iinf"], b"iovl"), None) is None:
        return 0
    return largest_area(data) * sum(1 for _ in _items(data, *inside[b"iinf"]))


def _meta(data: bytes) -> dict[bytes, tuple[int, int]]:
    meta = next((box for box in boxes(data, 0, len(data)) if box[0] == b"meta"), None)
    return {kind: (start, end) for kind, start, end in boxes(data, meta[1] + 4, meta[2])} if meta else {}


def _nested(data: bytes, start: int, end: int, path: tuple[bytes, ...]) -> Iterator[Box]:
    """Boxes inside the boxes of a path."""
    for kind, first, last in boxes(data, start, end):
        if not path:
            yield kind, first, last
        elif kind == path[0]:
            yield from _nested(data, first, last, path[1:])


def _associations(data: bytes, at: int, item: int) -> list[int]:
    """Numbers of the properties of an item, from 1, in an ``ipma`` box."""
    layout, wide = (">IB" if data[at] else ">HB"), bool(data[at + 3] & 1)
    (entries,) = struct.unpack_from(">I", data, at + 4)
    at += 8
    for _ in range(min(entries, MOST)):
        number, count = struct.unpack_from(layout, data, at)
        at += struct.calcsize(layout)
        if number == item:
            values = struct.unpack_from(f">{count}{'H' if wide else 'B'}", data, at)
            return [value & (0x7FFF if wide else 0x7F) for value in values]
        at += count * (2 if wide else 1)
    return []


def _items(data: bytes, start: int, end: int, wanted: bytes | None = None) -> Iterator[int]:
    """Numbers of the items in an ``iinf`` box, of a kind or of all."""
    for number, (kind, at, _) in enumerate(boxes(data, start + (8 if data[start] else 6), end)):
        if number > MOST:
            raise ValueError("too many items")
        if kind == b"infe" and data[at] >= 2:
            layout = ">IH4s" if data[at] > 2 else ">HH4s"
            item, _, item_kind = struct.unpack_from(layout, data, at + 4)
            if wanted in (None, item_kind):
                yield item


def _locations(data: bytes, at: int, idat: tuple[int, int]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Items, and where the parts of each begin and how long they are, as an ``iloc`` box says."""
    version, sizes = data[at], struct.unpack_from(">H", data, at + 4)[0]
    widths = [sizes >> shift & 15 for shift in (12, 8, 4)] + [sizes & 15 if version else 0]
    at += 6

    def number(width: int) -> int:
        nonlocal at
        at += width
        if at > len(data):
            raise IndexError
        return int.from_bytes(data[at - width : at], "big")

    for _ in range(number(4 if version > 1 else 2)):
        item = number(4 if version > 1 else 2)
        method = number(2) & 15 if version else 0
        number(2)
        base, parts = number(widths[2]) + (idat[0] if method == 1 else 0), []
        for _ in range(number(2)):
            number(widths[3])
            start = base + number(widths[0])
            parts.append((start, number(widths[1]) or max(0, len(data) - start)))
            if len(parts) > MOST:
                raise ValueError("too many parts")
        yield item, parts


def _first_sample(data: bytes, start: int, end: int) -> Iterator[bytes]:
    tables = {kind: first for kind, first, _ in _nested(data, start, end, (b"mdia", b"minf", b"stbl"))}
    at = tables.get(b"stco", tables.get(b"co64"))
    if at is None or b"stsz" not in tables:
        return
    (offset,) = struct.unpack_from(">I" if b"stco" in tables else ">Q", data, at + 8)
    same, _, first = struct.unpack_from(">III", data, tables[b"stsz"] + 4)
    yield data[offset : offset + (same or first)]
