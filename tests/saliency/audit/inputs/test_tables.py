"""Tables that are wrong, said with the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from saliency.audit.inputs.files import FileError
from saliency.audit.inputs.tables import read_boxes, read_labels


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("file,label\na.jpg,mug\nb.jpg,mug\n", "line 3: there is no photo “b.jpg”"),
        ("file,label\na.jpg,\n", "line 2: the label is missing"),
        ("file,label\na.jpg\n", "line 2: it has 1 columns instead of 2"),
        ("file,label\na.jpg,mug\na.jpg,cup\n", "line 3: “a.jpg” has a label already"),
        ("name,label\na.jpg,mug\n", "line 1: the column “file” is missing"),
        ('file,label\n"a.jpg,mug\n', "line 2: it cannot be read"),
        ("", "empty"),
        ("\x00\xff", "cannot|not plain text"),
    ],
)
def test_what_is_wrong_with_labels_is_said_with_the_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(text.encode("latin-1" if "\xff" in text else "utf-8"))
    with pytest.raises(FileError, match=says) as caught:
        read_labels(path, {"a.jpg": "a.jpg"}.get)
    assert caught.value.file == "labels.csv"
    assert caught.value.named("my labels.csv").message == f"my {caught.value.message}"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("a.jpg,0,0,x,1", "line 2: x, y, w and h have to be numbers"),
        ("a.jpg,10,20,30,40", "line 2: The area lies outside the photo"),
        ("a.jpg,0,0,1,1", "line 2: The area is almost the whole photo"),
        ("a.jpg,0,0,nan,1", "line 2: An area needs four numbers"),
        ("a.jpg,0,0,.2", "line 2: it has 4 columns"),
        ("a.jpg,0,0,.2,.2\na.jpg,0,0,.2,.2", "line 3: “a.jpg” has an area called"),
    ],
)
def test_what_is_wrong_with_boxes_is_said_with_the_line(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "boxes.csv"
    path.write_text(f"file,x,y,w,h\n{line}\n")
    with pytest.raises(FileError, match=says) as caught:
        read_boxes(path, {"a.jpg": "a.jpg"}.get)
    assert caught.value.file == "boxes.csv"


def test_decimal_commas_of_a_spreadsheet_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "boxes.csv"
    path.write_text("file;x;y;w;h\na.jpg;0,5;0,5;0,25;0,25\n")
    assert read_boxes(path, {"a.jpg": "a.jpg"}.get)["a.jpg"][0].box == (0.5, 0.5, 0.25, 0.25)
