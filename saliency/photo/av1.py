"""How large the pictures in AV1 data are, whatever the file around them says (AV1 specification, 5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_SEQUENCE, _FRAME_HEADER, _FRAME = 1, 3, 6


class _Bits:
    """Bits of a block, from the first one on; past its end, zeros."""

    def __init__(self, data: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in data)
        self._at = 0

    def take(self, count: int) -> int:
        self._at += count
        return int(self._bits[self._at - count : self._at] or "0", 2)

    def skip_unary(self) -> None:
        """Pass a number of variable length (4.10.3)."""
        zeros = 0
        while zeros < 32 and self._at < len(self._bits) and not self.take(1):
            zeros += 1
        self.take(zeros)


def coded_pixels(parts: Iterable[bytes]) -> int:
    """Pixels of all frames in some AV1 data, each taken to be as large as the largest may be.

    Args:
        parts: Data of one picture each.
    """
    largest = frames = 0
    for part in parts:
        for kind, content in _units(part):
            if kind == _SEQUENCE:
                largest = max(largest, _largest_frame(content[:128]))
            frames += kind in (_FRAME_HEADER, _FRAME)
    return largest * frames


def _units(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Units of AV1 data: their kind and content."""
    at = 0
    while at < len(data):
        head = data[at]
        at += 2 if head & 4 else 1
        size = len(data) - at
        if head & 2:
            size = shift = 0
            while at < len(data) and shift < 56:
                size |= (data[at] & 127) << shift
                at, shift = at + 1, shift + 7
                if data[at - 1] < 128:
                    break
        yield head >> 3 & 15, data[at : at + size]
        at += size


def _largest_frame(header: bytes) -> int:
    """Pixels of the largest frame that a sequence header allows."""
    bits = _Bits(header)
    bits.take(4)
    if bits.take(1):  # a still picture with a short header
        bits.take(5)
    else:
        model = _skip_timing(bits)
        delay = bits.take(1)
        for _ in range(bits.take(5) + 1):
            bits.take(12)
            if bits.take(5) > 7:
                bits.take(1)
            if model is not None and bits.take(1):
                bits.take(2 * model + 1)
            if delay and bits.take(1):
                bits.take(4)
    widths = bits.take(4) + 1, bits.take(4) + 1
    return (bits.take(widths[0]) + 1) * (bits.take(widths[1]) + 1)


def _skip_timing(bits: _Bits) -> int | None:
    """Pass what is said about time; bits of a delay, where a model of the decoder is given."""
    if not bits.take(1):
        return None
    bits.take(64)
    if bits.take(1):
        bits.skip_unary()
    if not bits.take(1):
        return None
    length = bits.take(5) + 1
    bits.take(42)
    return length
