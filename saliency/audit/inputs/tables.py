"""Labels and areas from CSV files as spreadsheet programs write them; faults are said with their line."""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from saliency.audit.inputs.areas import UNNAMED, NamedArea, NamedBox
from saliency.audit.inputs.encoding import decoded
from saliency.audit.inputs.files import FileError
from saliency.audit.inputs.names import Find
from saliency.errors import SaliencyError
from saliency.names import readable
from saliency.photo.area import Area

_MOST = 64 * 2**20  # bytes

_SEPARATORS = ",;\t|"
_BETWEEN_TAGS = ";|"  # which may separate columns too
_TOLD = re.compile('"?sep=(\t|[^\\s\\w"])"?[,;\t]*', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # of Excel, new and old
_OPEN = (
    "it cannot be read: a quotation mark opens a cell here and does not close it. Please add or remove it."
)


@dataclass(frozen=True)
class Line:
    """A line of a table, its values by column, whose names are folded."""

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
    for line in lines(path, ("file", "label")):
        photo = line.photo(find)
        label = readable(line.values["label"])
        if not label:
            raise line.error("the label is missing.")
        if photo in labels:
            raise line.error(f"“{line.values['file']}” has a label already. Keep one line a photo.")
        labels[photo] = label
    return labels


def read_boxes(path: Path, find: Find) -> dict[str, tuple[NamedArea, ...]]:
    """Areas by photo from a CSV with the columns ``file,x,y,w,h`` and, if there are names, ``name``.

    Raises:
        FileError: With the number of the line that is wrong.
    """
    boxes: dict[str, tuple[NamedArea, ...]] = {}
    for line in lines(path, ("file", "x", "y", "w", "h")):
        photo, name = line.photo(find), readable(line.values.get("name", "")) or UNNAMED
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


def lines(path: Path, needed: Sequence[str]) -> Iterator[Line]:
    """The lines below the first one, which names the columns; empty ones are passed over."""
    text, separator, above = _table(path, needed)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: list[str] = []
    number = 1 + above
    try:
        for row in reader:
            line, number = Line(path.name, number, {}), reader.line_num + 1 + above
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if any("\n" in cell and separator in cell for cell in cells):  # it took in the lines below
                raise line.error(_OPEN)
            if not columns:
                columns = [cell.casefold() for cell in cells]
                if missing := [name for name in needed if name not in columns]:
                    raise line.error(
                        f"the column “{missing[0]}” is missing. The first line has to be {','.join(needed)}."
                    )
                continue
            if columns[-1] == "label" and separator in _BETWEEN_TAGS and len(cells) > len(columns):
                cells[len(columns) - 1 :] = [separator.join(filter(None, cells[len(columns) - 1 :]))]
            # of several columns with one name, the first one
            line.values.update(reversed([*zip(columns, cells, strict=False)]))
            if not line.values.keys() >= set(needed):
                least = 1 + max(map(columns.index, needed))
                raise line.error(f"it has {len(cells)} columns instead of {least}.")
            yield line
    except csv.Error:
        raise Line(path.name, _open_quote(text, separator) + above, {}).error(_OPEN) from None
    if not columns:
        raise FileError("", path.name, f" is empty. Its first line has to be {','.join(needed)}.")


def _table(path: Path, needed: Sequence[str]) -> tuple[str, str, int]:
    """The table's text with plain line ends, what separates its cells, and how many lines were above it."""
    text = _text(path).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = Line(path.name, 1 + text.count("\n", 0, text.index("\0")), {})
        raise line.error("it holds a NUL character, so it is not plain text. Please save it as CSV again.")
    first, _, rest = text.partition("\n")
    told = _TOLD.fullmatch(first)
    if told:  # a line for Excel alone
        return rest, told[1], 1
    head = next((line for line in text.split("\n", 20) if line.strip()), "").casefold()

    def fits(separator: str) -> tuple[int, int]:
        cells = {cell.strip().strip('"').strip() for cell in head.split(separator)}
        return len(cells.intersection(needed)), head.count(separator)

    return text, max(_SEPARATORS, key=fits), 0


def _open_quote(text: str, separator: str) -> int:
    """The line in which the quotation mark is opened that makes a table unreadable."""
    place, line, ends = 0, 1, f"{separator}\n"
    unquoted = re.compile(f"[^{re.escape(ends)}]*")
    while place < len(text):
        quoted = text[place] == '"'
        end = (_QUOTED if quoted else unquoted).match(text, place)
        stop = len(text) if end is None else end.end()
        if end is None or text[stop : stop + 1] not in ("", *ends):
            break
        line += text.count("\n", place, stop + 1)
        place = stop + 1
    return line


def _text(path: Path) -> str:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileError("", path.name, " is not an ordinary file. Please choose a table.")
        if status.st_size > _MOST:
            raise FileError("", path.name, f" is larger than {_MOST // 2**20} MB. Please split the set.")
        data = path.read_bytes()
    except OSError as error:
        raise FileError(
            "", path.name, f" could not be read ({error.strerror}). Please check its name and folder."
        ) from None
    if data.startswith(_WORKBOOKS):
        raise FileError("", path.name, " is a workbook, not a table in text. Please save it as CSV.")
    try:
        return decoded(data)
    except UnicodeError:
        raise FileError(
            "",
            path.name,
            " is not plain text, or in an encoding that cannot be told. Please save it as “CSV UTF-8”.",
        ) from None
