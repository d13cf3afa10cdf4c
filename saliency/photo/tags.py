"""The directory of a TIFF file or of an EXIF block: which tags it holds, without reading what they hold.

A directory of a few kilobytes may claim gigabytes, since many tags may point to the same bytes. What it
claims is counted here before a decoder believes it. TIFF 6.0, section 2; BigTIFF, Aware Systems; EXIF 2.32,
section 4.5.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MOST = 4096  # tags looked at; cameras write a few dozen, microscopes a few hundred
# Bytes of a value of each type, and the letter of the types that are whole numbers or decimal fractions.
_TYPES = {
    1: (1, "B"), 2: (1, "s"), 3: (2, "H"), 4: (4, "I"), 5: (8, ""), 6: (1, "b"), 7: (1, "s"),
    8: (2, "h"), 9: (4, "i"), 10: (8, ""), 11: (4, "f"), 12: (8, "d"), 13: (4, "I"),
    16: (8, "Q"), 17: (8, "q"), 18: (8, "Q"),
}  # fmt: skip
_RATIONAL = {5: "I", 10: "i"}


@dataclass(frozen=True)
class Tag:
    """Where a tag's values are.

    Attributes:
        kind: Type of its values, as TIFF numbers them.
        count: Number of values.
        offset: Their place in the block.
    """

    kind: int
    count: int
    offset: int

    @property
    def size(self) -> int:
        """Bytes of all values."""
        return self.count * _TYPES[self.kind][0]


@dataclass(frozen=True)
class Directory:
    """The first directory of a block.

    Attributes:
        tags: Its tags by their number; those of unknown types are left out.
        complete: Whether all of its tags are there.
    """

    data: bytes
    order: str
    tags: dict[int, Tag]
    complete: bool

    @property
    def claimed(self) -> int:
        """Bytes of all values together, however often they lie at the same place."""
        return sum(tag.size for tag in self.tags.values())

    def values(self, number: int, most: int = 16) -> tuple[float, ...]:
        """The first values of a tag; none where it is missing, is no number, or lies outside the block."""
        tag = self.tags.get(number)
        if tag is None:
            return ()
        count = min(tag.count, most)
        try:
            if tag.kind in _RATIONAL:
                letters = f"{self.order}{2 * count}{_RATIONAL[tag.kind]}"
                parts = struct.unpack_from(letters, self.data, tag.offset)
                return tuple(a / b if b else 0.0 for a, b in zip(parts[::2], parts[1::2], strict=True))
            letter = _TYPES[tag.kind][1]
            if letter in ("", "s"):
                return ()
            return struct.unpack_from(f"{self.order}{count}{letter}", self.data, tag.offset)
        except struct.error:
            return ()

    def whole(self, number: int, default: int = 0) -> int:
        """The first value of a tag as a whole number."""
        values = self.values(number, 1)
        return int(values[0]) if values else default


def directory(data: bytes, at: int | None = None) -> Directory | None:
    """A directory of a TIFF file or of an EXIF block, with or without the letters before it.

    Args:
        data: The block.
        at: Where the directory lies; ``None``: the first one.

    Returns:
        The directory; ``None`` where there is none.
    """
    data = data.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return None
    big = data[2:4] in (b"+\0", b"\0+")
    try:
        if at is None:
            (at,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
        (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, at)
    except (struct.error, OverflowError):
        return None
    tags: dict[int, Tag] = {}
    step, start, inline = (20, at + 8, 8) if big else (12, at + 2, 4)
    layout = order + ("HHQ" if big else "HHI")
    known = 0
    for place in range(start, min(start + step * min(count, MOST), len(data) - step + 1), step):
        number, kind, values = struct.unpack_from(layout, data, place)
        known += 1
        if kind in _TYPES:
            offset = place + step - inline
            if values * _TYPES[kind][0] > inline:
                (offset,) = struct.unpack_from(order + ("Q" if big else "I"), data, offset)
            tags[number] = Tag(kind, values, offset)
    return Directory(data, order, tags, known == count)
