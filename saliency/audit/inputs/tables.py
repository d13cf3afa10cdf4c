"""Labels and areas from CSV files; what is wrong in one is said with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from saliency.audit.inputs.areas import UNNAMED, NamedArea, NamedBox
from saliency.audit.inputs.files import FileError
from saliency.errors import SaliencyError
from saliency.photo.area import Area

_MOST = 64 * 2**20  # bytes

Find = Callable[[str], str | None]
"""The photo that a table's file name means; ``None`` if there is none, or more than one."""


@dataclass(frozen=True)
class _Line:
    """A line of a table, its values by column."""

    table: str
    number: int
    values: dict[str, str]

    def error(self, what: str) -> FileError:
        """What is wrong with the line, as an error to be raised."""
        return FileError("", self.table, f", line {self.number}: {what}")

    def photo(self, find: Find) -> str:
        """The photo that the line is about."""
        name = self.values["file"]
        photo = find(name)
        if photo is None:
            raise self.error(f"there is no photo “{name}” in the set, or more than one of that name.")
        return photo


def read_labels(path: Path, find: Find) -> dict[str, str]:
    """Labels by photo from a CSV with the columns ``file,label``.

    Raises:
        FileError: With the number of the line that is wrong.
    """
    labels: dict[str, str] = {}
    for line in _lines(path, ("file", "label")):
        photo = line.photo(find)
        if not line.values["label"]:
            raise line.error("the label is missing.")
        if photo in labels:
            raise line.error(f"“{line.values['file']}” has a label already. Keep one line a photo.")
        labels[photo] = line.values["label"]
    return labels


def read_boxes(path: Path, find: Find) -> dict[str, tuple[NamedArea, ...]]:
    """Areas by photo from a CSV with the columns ``file,x,y,w,h`` and, if there are names, ``name``.

    Raises:
        FileError: With the number of the line that is wrong.
    """
    boxes: dict[str, tuple[NamedArea, ...]] = {}
    for line in _lines(path, ("file", "x", "y", "w", "h")):
        photo, name = line.photo(find), line.values.get("name") or UNNAMED
        numbers = [line.values[column] for column in "xywh"]
        try:
            x, y, width, height = (float(number.replace(",", ".")) for number in numbers)
        except ValueError:
            raise line.error(f"x, y, w and h have to be numbers, not “{', '.join(numbers)}”.") from None
        try:
            (box,) = Area.box(x, y, width, height).boxes
        except SaliencyError as error:
            raise line.error(error.message) from None
        before = boxes.get(photo, ())
        if name in {area.name for area in before}:
            raise line.error(
                f"“{line.values['file']}” has an area called “{name}” already. Give each its own name."
            )
        boxes[photo] = (*before, NamedBox(name, box))
    return boxes


def _lines(path: Path, needed: Sequence[str]) -> Iterator[_Line]:
    """The lines below the first one, which names the columns; empty ones are passed over."""
    text = _text(path)
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: list[str] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not columns:
                columns = [cell.casefold() for cell in cells]
                line = _Line(path.name, reader.line_num, {})
                if missing := [name for name in needed if name not in columns]:
                    raise line.error(
                        f"the column “{missing[0]}” is missing. The first line has to be {','.join(needed)}."
                    )
                continue
            # of several columns with one name, the first one
            line = _Line(path.name, reader.line_num, dict(reversed([*zip(columns, cells, strict=False)])))
            if not line.values.keys() >= set(needed):
                least = 1 + max(map(columns.index, needed))
                raise line.error(f"it has {len(cells)} columns instead of {least}.")
            yield line
    except csv.Error as error:
        raise _Line(path.name, reader.line_num, {}).error(f"it cannot be read ({error}).") from None
    if not columns:
        raise FileError("", path.name, f" is empty. Its first line has to be {','.join(needed)}.")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST:
            raise FileError("", path.name, f" is larger than {_MOST // 2**20} MB. Please split the set.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileError("", path.name, " is not plain text. Please save it as CSV in UTF-8.") from None
    except OSError as error:
        raise FileError(
            "", path.name, f" could not be read ({error.strerror}). Please check its name and folder."
        ) from None
