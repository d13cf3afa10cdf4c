"""What a TFLite file says of itself in its buffer ``TFLITE_METADATA``: scale of pictures, files of labels.

The buffer is a flatbuffer of its own (``metadata_schema.fbs`` of TensorFlow Lite Support); no package that
is needed otherwise has its schema. What is read here are a dozen of its fields, by their numbers.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

_NAME = b"TFLITE_METADATA"
_MOST = 64  # entries of a list that are looked at
_LARGEST = 4_000_000  # bytes
_LEVELS = 255.0  # the metadata's numbers are of values from 0 to 255
_NORMALISATION, _AXIS_LABELS, _VALUE_LABELS = 1, 2, 3


class Metadata(NamedTuple):
    """What is said of one input and one output.

    Attributes:
        mean: Of each channel's values in [0, 1], or one for all; ``None`` where nothing is said.
        std: The same.
        labels: The names of the files of labels, those without a language first.
    """

    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    labels: tuple[str, ...] = ()


def metadata_of(model: Any, output: int) -> Metadata:
    """What a model, as LiteRT's schema gives it, says of its one input and of an output.

    Args:
        model: A ``ModelT``.
        output: Which of its outputs is read.
    """
    stored = next((entry.buffer for entry in model.metadata or () if entry.name == _NAME), None)
    data = None if stored is None or stored >= len(model.buffers) else model.buffers[stored].data
    if data is None or len(data) > _LARGEST:
        return Metadata()
    try:
        return _read(bytes(data), output)
    except (struct.error, IndexError, ValueError, TypeError, OverflowError):  # damaged: then nothing is said
        return Metadata()


def _read(data: bytes, output: int) -> Metadata:
    from flatbuffers.encode import Get
    from flatbuffers.number_types import UOffsetTFlags
    from flatbuffers.packer import uoffset
    from flatbuffers.table import Table

    root = Table(data, Get(uoffset, data, 0))
    graph = _tables(root, 10)[0]
    (given, *_), outputs = _tables(graph, 8), _tables(graph, 10)
    mean = std = None
    for unit in _tables(given, 12):
        if _byte(unit, 4) == _NORMALISATION and (place := unit.Offset(6)):
            options = Table(data, unit.Pos + place + unit.Get(UOffsetTFlags, unit.Pos + place))
            mean, std = _scale(options)
            break
    named = _tables(outputs[output], 16) if output < len(outputs) else []
    files = [file for file in named if _byte(file, 8) in (_AXIS_LABELS, _VALUE_LABELS)]
    files.sort(key=lambda file: bool(_text(file, 10)))
    return Metadata(mean, std, tuple(filter(None, (_text(file, 4) for file in files))))


def _scale(options: Any) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None]:
    """Mean and deviation; of both nothing, where one is none that a picture can have."""
    mean, std = (tuple(value / _LEVELS for value in _numbers(options, slot)) for slot in (4, 6))
    fits = len(mean) in (1, 3) and len(std) in (1, 3)
    if (
        not fits
        or not all(0 <= value <= 1 for value in mean)
        or not all(0.001 <= value <= 1 for value in std)
    ):
        return None, None
    return mean, std


def _tables(table: Any, slot: int) -> list[Any]:
    """The tables in a list."""
    from flatbuffers.table import Table

    place = table.Offset(slot)
    if not place:
        return []
    start, count = table.Vector(place), min(table.VectorLen(place), _MOST)
    return [Table(table.Bytes, table.Indirect(start + 4 * number)) for number in range(count)]


def _numbers(table: Any, slot: int) -> list[float]:
    """The numbers in a list."""
    from flatbuffers.number_types import Float32Flags

    place = table.Offset(slot)
    if not place:
        return []
    start, count = table.Vector(place), min(table.VectorLen(place), _MOST)
    return [float(table.Get(Float32Flags, start + 4 * number)) for number in range(count)]


def _byte(table: Any, slot: int) -> int:
    from flatbuffers.number_types import Int8Flags

    place = table.Offset(slot)
    return int(table.Get(Int8Flags, table.Pos + place)) if place else 0


def _text(table: Any, slot: int) -> str:
    place = table.Offset(slot)
    text: bytes = table.String(table.Pos + place) if place else b""
    return text.decode("utf-8", errors="replace")
