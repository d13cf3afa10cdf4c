"""Picture files made by hand, for what Pillow cannot or would not write."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image


def saved(picture: Image.Image | np.ndarray, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    picture.save(file, kind, **options)
    return file.getvalue()


def plain(colour: tuple[int, ...], side: int = 32, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (side, side), colour if len(colour) > 1 else colour[0])


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks right behind its header."""
    return data[:33] + b"".join(chunk(*part) for part in chunks) + data[33:]


def directory(entries: list[tuple[int, int, int, int]], order: str = "<") -> bytes:
    """A TIFF's first eight bytes and its one directory: number, kind, count and value of each tag."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    tags = b"".join(struct.pack(order + "HHII", *entry) for entry in sorted(entries))
    return head + struct.pack(order + "H", len(entries)) + tags + bytes(4)


def tiff(side: int, content: bytes, order: str = "<", **tags: int) -> bytes:
    """A square TIFF of one strip with more tags, each of one value, named ``t258`` and so on."""
    numbers = {256: side, 257: side, 262: 1, 277: 1, 278: side, 279: len(content)}
    numbers |= {int(name[1:]): value for name, value in tags.items()}
    start = 8 + 2 + 12 * (len(numbers) + 1) + 4
    entries = [(number, 4, 1, value) for number, value in numbers.items()]
    return directory([*entries, (273, 4, 1, start)], order) + content


def bitmap(header: bytes, rows: bytes) -> bytes:
    """A BMP of a header that begins with its own size."""
    start = 14 + len(header)
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + header + rows


def bitmap_v5(side: int, bits: int, rows: bytes, space: bytes, body: bytes = b"", more: bytes = b"") -> bytes:
    """A BMP of version 5: its colour space's four letters, and what follows them in the header."""
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000) if bits == 32 else (0, 0, 0, 0)
    kind = 3 if bits == 32 else 0
    header = struct.pack("<IiiHHIIiiII4I", 124, side, side, 1, bits, kind, len(rows), 0, 0, 0, 0, *masks)
    return bitmap((header + space + body).ljust(124, b"\0"), rows) + more
