"""Labels and areas from CSV files; what is wrong in one is said with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from saliency.audit.inputs.masks import Mask
from saliency.errors import SaliencyError
from saliency.photo.area import Area, Box
from saliency.photo.reading import Photo

_MOST = 64 * 2**20  # bytes
SPOT = "your area"
"""What an area without a name is called."""


@dataclass(frozen=True, slots=True)
class NamedArea:
    """A part of a photo, and what people call it.

    Attributes:
        name: What they call it.
        box: The box, in shares of the photo, if it is one.
        mask: The mask, if it is one.
        drawn: The mask's area, once it is read.
    """

    name: str
    box: Box | None = None
    mask: Mask | None = None
    drawn: Area | None = None

    def on(self, photo: Photo) -> NamedArea:
        """The same with its mask read, if it has one.

        Raises:
            SaliencyError: The mask does not fit the photo.
        """
        return self if self.mask is None else replace(self, drawn=self.mask.area(photo))

    @property
    def area(self) -> Area:
        """As the checks take it; of a mask, after :meth:`on`."""
        if self.drawn is not None:
            return self.drawn
        assert self.box is not None
        return Area((self.box,))

    def record(self) -> dict[str, Any]:
        """What it is, as JSON types; not where the masks are, which may be moved."""
        if self.mask is not None:
            return {"name": self.name, "mask": self.mask.file, "sha256": self.mask.sha256}
        assert self.box is not None
        return {"name": self.name, "box": list(self.box)}

    @classmethod
    def of(cls, record: Mapping[str, Any], masks: Path | None = None) -> NamedArea:
        """Back from :meth:`record`.

        Args:
            record: The record.
            masks: Where the masks are.
        """
        if "mask" in record:
            return cls(record["name"], mask=Mask(masks or Path(), record["mask"], record["sha256"]))
        return cls(record["name"], (*record["box"],))


Find = Callable[[str], str | None]
"""The photo that a table's file name means; ``None`` if there is none, or more than one."""


def read_labels(path: Path, find: Find) -> dict[str, str]:
    """Labels by photo from a CSV with the columns ``file,label``.

    Raises:
        SaliencyError: With the number of the line that is wrong.
    """
    found: dict[str, str] = {}
    for line, row in _rows(path, ("file", "label"), ()):
        file = _photo(path, line, row[0], find)
        if not row[1]:
            raise _wrong(path, line, "the label is missing")
        if file in found:
            raise _wrong(path, line, f"“{row[0]}” has a label already. Keep one line a photo")
        found[file] = row[1]
    return found


def read_boxes(path: Path, find: Find) -> dict[str, tuple[NamedArea, ...]]:
    """Areas by photo from a CSV with the columns ``file,x,y,w,h`` and, if there are names, ``name``.

    Raises:
        SaliencyError: With the number of the line that is wrong.
    """
    found: dict[str, tuple[NamedArea, ...]] = {}
    for line, row in _rows(path, ("file", "x", "y", "w", "h"), ("name",)):
        file = _photo(path, line, row[0], find)
        try:
            x, y, width, height = (float(value.replace(",", ".")) for value in row[1:5])
        except ValueError:
            raise _wrong(
                path, line, f"x, y, w and h have to be numbers, not “{', '.join(row[1:5])}”"
            ) from None
        try:
            area = Area.box(x, y, width, height)
        except SaliencyError as error:
            raise SaliencyError(f"{path.name}, line {line}: {error.message}") from None
        name = row[5] or SPOT
        if name in {known.name for known in found.get(file, ())}:
            raise _wrong(
                path, line, f"“{row[0]}” has an area called “{name}” already. Give each its own name"
            )
        found[file] = (*found.get(file, ()), NamedArea(name, area.boxes[0]))
    return found


def _rows(path: Path, needed: Sequence[str], extra: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Line number and the values of the columns needed and then of the extra ones, empty where missing."""
    text = _text(path)
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    places: list[int] | None = None
    try:
        for row in reader:
            values = [value.strip() for value in row]
            if not any(values):
                continue
            if places is None:
                places = _columns(path, reader.line_num, values, needed, extra)
                continue
            least = max(places[: len(needed)]) + 1
            if len(values) < least:
                raise _wrong(path, reader.line_num, f"it has {len(values)} columns instead of {least}")
            yield reader.line_num, [values[at] if 0 <= at < len(values) else "" for at in places]
    except csv.Error as error:
        raise _wrong(path, reader.line_num, f"it cannot be read ({error})") from None
    if places is None:
        raise SaliencyError(f"{path.name} is empty. Its first line has to be {','.join(needed)}.")


def _columns(
    path: Path, line: int, heads: Sequence[str], needed: Sequence[str], extra: Sequence[str]
) -> list[int]:
    names = [head.casefold() for head in heads]
    if missing := [name for name in needed if name not in names]:
        raise _wrong(
            path, line, f"the column “{missing[0]}” is missing. The first line has to be {','.join(needed)}"
        )
    return [names.index(name) if name in names else -1 for name in (*needed, *extra)]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST:
            raise SaliencyError(f"{path.name} is larger than {_MOST // 2**20} MB. Please split the set.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SaliencyError(f"{path.name} is not plain text. Please save it as CSV in UTF-8.") from None
    except OSError as error:
        raise SaliencyError(
            f"{path.name} could not be read ({error.strerror}). Please check its name and folder."
        ) from None


def _photo(path: Path, line: int, name: str, find: Find) -> str:
    found = find(name)
    if found is None:
        raise _wrong(path, line, f"there is no photo “{name}” in the set, or more than one of that name")
    return found


def _wrong(path: Path, line: int, what: str) -> SaliencyError:
    return SaliencyError(f"{path.name}, line {line}: {what}.")
