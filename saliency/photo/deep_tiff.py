"""TIFF files of 16, 32 and 64 bits a value, of which Pillow reads some wrongly and some not at all.

Read here: whole and decimal values; grey, red-green-blue and CMYK; in strips or tiles, of either byte order,
interleaved or in planes, plain or deflated, with or without a predictor (TIFF 6.0; the predictor of decimal
values: Adobe's TIFF Technical Note 3). What is compressed otherwise is left to Pillow.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from saliency.photo.formats import PhotoError
from saliency.photo.levels import STRETCHED, extremes, scaled, value_range
from saliency.photo.tags import Directory

LARGEST = 200 * 2**20  # bytes of all values
_KINDS = {1: "u", 2: "i", 3: "f"}
_WHITE_IS_ZERO, _GREY, _RGB, _CMYK = 0, 1, 2, 5
_DEFLATED = (8, 32946)
_STEP = 1 << 20


def read_deep_tiff(tags: Directory, check: Callable[[], None]) -> tuple[Image.Image, tuple[str, ...]] | None:
    """The first picture of a TIFF of more than 8 bits a value.

    Args:
        tags: Its first directory.
        check: Called at every strip or tile; what it raises stops the work.

    Returns:
        Grey values as they are, black being the smaller one (mode ``I;16`` or ``F``), colours brought to
        8 bits; and sentences about that. ``None`` where it is a TIFF of another kind.

    Raises:
        PhotoError: It is too large.
        ValueError: It is damaged.
    """
    layout = _Layout.of(tags)
    if layout is None:
        return None
    if layout.size > LARGEST:
        raise PhotoError(
            "This TIFF is too large to open: its values take more than 200 MB. "
            "Please save it with 8 bits a channel, or smaller."
        )
    picture, notes = _picture(layout.values(check), tags)
    picture.info["icc_profile"] = _profile(tags)
    picture.getexif()[ExifTags.Base.Orientation] = tags.whole(274, 1)
    return picture, notes


def _profile(tags: Directory) -> bytes | None:
    tag = tags.tags.get(34675)
    return tags.data[tag.offset : tag.offset + tag.size] if tag is not None else None


@dataclass(frozen=True)
class _Layout:
    """How the values of a TIFF lie in its file.

    Attributes:
        dtype: Type of a value, in the file's byte order.
        block: Rows and columns of a strip or tile.
        tiled: Whether blocks are tiles, which are of full size at the edges too.
    """

    tags: Directory
    height: int
    width: int
    samples: int
    dtype: np.dtype[Any]
    block: tuple[int, int]
    tiled: bool
    planes: bool
    deflated: bool
    predictor: int

    @classmethod
    def of(cls, tags: Directory) -> _Layout | None:
        """The layout; ``None`` where it is none that is read here."""
        bits, kinds = set(tags.values(258)), set(tags.values(339)) or {1}
        samples, compression = tags.whole(277, 1), tags.whole(259, 1)
        colours = {_WHITE_IS_ZERO: 1, _GREY: 1, _RGB: 3, _CMYK: 4}.get(tags.whole(262, -1))
        known = len(bits) == len(kinds) == 1 and kinds <= _KINDS.keys() and tags.whole(266, 1) == 1
        depth = int(bits.pop()) if known else 0
        kind = _KINDS[int(kinds.pop())] if known else ""
        if depth not in ((16, 32, 64) if kind == "f" else (16, 32)) or colours is None:
            return None
        if not colours <= samples <= 8 or not (compression == 1 or compression in _DEFLATED):
            return None
        width, height, tiled = tags.whole(256), tags.whole(257), 324 in tags.tags
        block = (tags.whole(323), tags.whole(322)) if tiled else (tags.whole(278) or height, width)
        block = block if tiled else (min(block[0], height), width)
        if min(*block, width, height) < 1:
            return None
        dtype = np.dtype(f"{tags.order}{kind}{depth // 8}")
        planes = tags.whole(284, 1) == 2
        predictor = tags.whole(317, 1) if compression != 1 else 1
        return cls(tags, height, width, samples, dtype, block, tiled, planes, compression != 1, predictor)

    @property
    def size(self) -> int:
        """Bytes of all values, and of what the largest block adds."""
        sizes = [rows * columns for rows, columns in ((self.height, self.width), self.block)]
        return sum(sizes) * self.samples * self.dtype.itemsize

    def values(self, check: Callable[[], None]) -> NDArray[Any]:
        """All values ``(H, W, samples)``, in this machine's byte order."""
        values = np.zeros((self.height, self.width, self.samples), self.dtype.newbyteorder("="))
        for (first, top, left), block in self._blocks():
            check()
            rows, columns = min(block.shape[0], self.height - top), min(block.shape[1], self.width - left)
            part = np.s_[top : top + rows, left : left + columns, first : first + block.shape[2]]
            values[part] = block[:rows, :columns]
        return values

    def _blocks(self) -> Iterator[tuple[tuple[int, int, int], NDArray[Any]]]:
        """Blocks with their first sample, row and column."""
        numbers = (324, 325) if self.tiled else (273, 279)
        rows, columns = self.block
        places = product(
            range(self.samples if self.planes else 1),
            range(0, self.height, rows),
            range(0, self.width, columns),
        )
        count = self.tags.tags[numbers[0]].count if numbers[0] in self.tags.tags else 0
        starts, sizes = (self.tags.values(number, count) for number in numbers)
        samples = 1 if self.planes else self.samples
        for index, (first, top, left) in enumerate(places):
            tall = rows if self.tiled else min(rows, self.height - top)
            length = tall * columns * samples * self.dtype.itemsize
            if index >= len(starts):
                raise ValueError("truncated")
            start = int(starts[index])
            size = int(sizes[index]) if index < len(sizes) else length
            content = self.tags.data[start : start + size]
            if self.deflated:
                content = zlib.decompressobj().decompress(content, length)
            if len(content) < length:
                raise ValueError("truncated")
            yield (first, top, left), self._restored(content[:length], (tall, columns, samples))

    def _restored(self, content: bytes, shape: tuple[int, int, int]) -> NDArray[Any]:
        """The values of a block, ``shape``, with its predictor undone."""
        if self.predictor == 3:
            rows, columns, samples = shape
            parts = np.frombuffer(content, np.uint8).reshape(rows, -1, samples)
            parts = np.cumsum(parts, axis=1, dtype=np.uint8).reshape(rows, self.dtype.itemsize, -1)
            joined = np.ascontiguousarray(parts.swapaxes(1, 2))
            return joined.view(self.dtype.newbyteorder(">")).reshape(rows, columns, samples)
        if self.predictor != 2:
            return np.frombuffer(content, self.dtype).reshape(shape)
        whole = np.dtype(f"{self.tags.order}u{self.dtype.itemsize}")
        steps = np.frombuffer(content, whole).reshape(shape)
        return np.cumsum(steps, axis=1, dtype=whole.newbyteorder("=")).view(self.dtype.newbyteorder("="))


def _picture(values: NDArray[Any], tags: Directory) -> tuple[Image.Image, tuple[str, ...]]:
    """Values ``(H, W, samples)`` as a picture, and what was done to them."""
    photometric = tags.whole(262)
    if values.dtype == np.uint32:
        values = _narrowed(values)
    if photometric in (_WHITE_IS_ZERO, _GREY) and not _alpha(tags, values, 1):
        grey = np.ascontiguousarray(values[..., 0])
        grey = inverted(grey) if photometric == _WHITE_IS_ZERO else grey
        return Image.fromarray(grey if grey.dtype == np.uint16 else grey.astype(np.float32)), ()
    colours = {_RGB: 3, _CMYK: 4}.get(photometric, 1)
    parts, stretched = _eight_bits(values[..., :colours])
    if photometric == _WHITE_IS_ZERO:
        parts = 255 - parts
    mode = {1: "L", 3: "RGB", 4: "CMYK"}[colours]
    kind = _alpha(tags, values, colours) if colours < 4 else 0
    if kind:
        alpha, _ = _eight_bits(values[..., colours : colours + 1])
        parts = np.concatenate([parts, alpha], axis=2)
        mode += "a" if kind == 1 else "A"
    size = (values.shape[1], values.shape[0])
    return Image.frombytes(mode, size, np.ascontiguousarray(parts)), (STRETCHED,) if stretched else ()


def inverted(grey: NDArray[Any]) -> NDArray[Any]:
    """Grey values whose white is zero, with white as the largest value."""
    if grey.dtype == np.uint16:
        return np.asarray(np.uint16(65535) - grey)
    low, high, _ = value_range(*extremes(grey), whole=grey.dtype.kind != "f")
    return np.asarray(low + high - grey.astype(np.float32))


def _alpha(tags: Directory, values: NDArray[Any], colours: int) -> int:
    """Kind of the sample after the colours: 1 and 2 are opacity, premultiplied or not; 0 is none."""
    if values.shape[2] <= colours:
        return 0
    kinds = tags.values(338)
    return int(kinds[0]) if kinds else 2


def _narrowed(values: NDArray[Any]) -> NDArray[Any]:
    """Whole values of 32 bits as 16 bits, unless they are few."""
    return values.astype(np.int32) if values.max() <= 65535 else (values >> np.uint32(16)).astype(np.uint16)


def _eight_bits(values: NDArray[Any]) -> tuple[NDArray[np.uint8], bool]:
    """Values as 0 to 255, and whether no usual range fits them."""
    if values.dtype == np.uint16:
        low, high, stretched = 0.0, 65535.0, False
    else:
        low, high, stretched = value_range(*extremes(values), whole=values.dtype.kind != "f")
    result = np.empty(values.shape, np.uint8)
    rows = max(1, _STEP // values[0].size)
    for top in range(0, len(values), rows):
        result[top : top + rows] = scaled(values[top : top + rows], low, high)
    return result, stretched
