"""Names and preparation that an ONNX file states beside its graph, or a list of labels beside the file."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.errors import ModelError, quoted
from models.sources.read_model import Channels
from saliency.names import readable

LABEL_FILES = ("labels.txt", "classes.txt")
_NAMES = ("names", "labels", "classes", "class_names", "id2label", "categories")
_LONGEST = 4_000_000  # characters
_ORDERS: Mapping[str, Channels] = {"bgr8": "bgr", "rgb8": "rgb", "gray8": "grey"}
_RANGES: Mapping[str, tuple[float, float]] = {
    "nominalrange_0_255": (0.0, 1 / 255),
    "normalized_0_1": (0.0, 1.0),
    "normalized_1_1": (0.5, 0.5),
}


def stated_labels(properties: Mapping[str, str]) -> tuple[str, ...] | None:
    """Names of classes in a file's metadata: a list, a dictionary by number, or one a line."""
    for key in _NAMES:
        text = properties.get(key, "").strip()
        if text and len(text) <= _LONGEST and (labels := _names(_literal(text))):
            return labels
    return None


def listed_labels(path: Path) -> tuple[str, ...]:
    """Names of classes, one a line; numbers before them (“0 cat”) are dropped.

    Raises:
        ModelError: It cannot be read.
    """
    try:
        if path.stat().st_size > _LONGEST:
            raise ModelError(f"{quoted(path.name)} is too large for a list of labels.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ModelError(f"{quoted(path.name)} could not be read. Save it as text in UTF-8.") from None
    lines = [line.strip() for line in text.strip().splitlines()]
    numbered = [re.fullmatch(r"(\d+)[\s:,]+(.+)", line) for line in lines]
    if lines and all(match and int(match[1]) == at for at, match in enumerate(numbered)):
        lines = [match[2] for match in numbered if match]
    return tuple(map(readable, lines))


def stated_order(properties: Mapping[str, str]) -> Channels | None:
    """The order of colours that Windows ML and Azure Custom Vision write down."""
    return _ORDERS.get(properties.get("Image.BitmapPixelFormat", "").lower())


def stated_range(properties: Mapping[str, str]) -> tuple[float, float] | None:
    """Mean and deviation, of values in [0, 1], that follow from the range of pixels in the file."""
    return _RANGES.get(properties.get("Image.NominalPixelRange", "").lower())


def _literal(text: str) -> Any:
    """A value written in JSON or in Python; nothing is run."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    return text.splitlines() if "\n" in text else [part.strip() for part in text.split(",")]


def _names(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, dict):
        try:
            by_number = {int(key): name for key, name in value.items()}
        except (TypeError, ValueError):
            return None
        if sorted(by_number) != list(range(len(by_number))):
            return None
        value = [by_number[number] for number in range(len(by_number))]
    if not isinstance(value, Sequence) or not all(isinstance(name, str) for name in value):
        return None
    return tuple(map(readable, value)) if len(value) > 1 else None
