"""Tables that are wrong, said with the file and the line."""

from __future__ import annotations

import codecs
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from saliency.audit.inputs.files import FileError
from saliency.audit.inputs.names import name_finder
from saliency.audit.inputs.tables import read_boxes, read_labels
from saliency.names import readable


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
        ("file,label\na.jpg,mu\0g\n", "line 2: it holds a NUL"),
        ('file,label\nx,"tea\ncup"\ny,"mug\nb.jpg,mug\nc.jpg,mug\n', "line 2: there is no photo “x”"),
        (
            'file,label\na.jpg,"tea\ncup"\nb.jpg,"mug\nb.jpg,mug\nc.jpg,mug\n',
            "line 4: it cannot be read: a quot",
        ),
        ('file,label\na.jpg,"mug\nb.jpg,"mug"\n', "line 2: it cannot be read: a quotation mark opens"),
        ('file,label\na.jpg,"mug\nb.jpg,mug\nc.jpg,mug"\n', "line 2: it cannot be read: a quotation mark"),
        ('sep=;\nfile;label\na.jpg;mug\n"b.jpg;mug\n', "line 4: it cannot be read"),
        ('file,label\r\n\r\n"a.jpg,mug\r\n' + "b.jpg,mug\r\n" * 9999, "line 3: it cannot be read"),
        ("PK\x03\x04", "is a workbook"),
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


WRITTEN = {  # by Excel, in the code page of a country
    "cp1252": ("Größe", "tasse à café", "taça", "blåbær", "montaña", "12 € – blå", "¿Qué?", "iPhone-Hülle"),
    "cp1250": ("kubek z żółtą łyżką", "šálek", "třešně", "tükör és őszibarack"),
    "cp1251": ("кружка", "Ваза", "ЧАЙ", "чашка і пляшка"),
    "cp1253": ("κούπα", "μπουκάλι", "καρέκλα"),
    "cp1254": ("bardağı", "şişe"),
    "cp1255": ("ספל", "מנורה", "כיסא"),
    "cp1256": ("كوب", "مصباح"),
    "cp874": ("แก้ว", "เก้าอี้"),
    "cp932": ("マグカップ", "椅子"),
    "cp949": ("머그컵", "의자와 램프"),
    "gbk": ("咖啡杯", "椅子", "台灯", "瓶子"),
    "big5": ("馬克杯", "椅子"),
    "mac_roman": ("tasse à café", "Schüssel"),
}
MARKED = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE, "utf-8": codecs.BOM_UTF8}


def written(
    path: Path, labels: tuple[str, ...], separator: str, encoding: str, start: bytes = b"", end="\r\n"
):
    lines = [
        separator.join(("file", "label")),
        *(separator.join((f"{n}.jpg", label)) for n, label in enumerate(labels)),
    ]
    path.write_bytes(start + "".join(line + end for line in lines).encode(encoding))
    return read_labels(path, name_finder(f"{number}.jpg" for number in range(len(labels))))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", list(WRITTEN))
def test_what_excel_writes_in_any_country_is_read(tmp_path: Path, encoding: str, separator: str) -> None:
    labels = WRITTEN[encoding]
    assert tuple(written(tmp_path / "t.csv", labels, separator, encoding).values()) == labels


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("encoding", list(MARKED))
def test_unicode_is_read_with_its_mark_and_without(
    tmp_path: Path, encoding: str, mark: bool, end: str
) -> None:
    labels = sum(WRITTEN.values(), ())
    start = MARKED[encoding] if mark else b""
    assert tuple(written(tmp_path / "t.csv", labels, "\t", encoding, start, end).values()) == labels


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
def test_the_line_that_tells_excel_the_separator_is_obeyed(tmp_path: Path, line: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{line}\nfile;label\na.jpg;mug, red\n")
    assert read_labels(path, {"a.jpg": "a.jpg"}.get) == {"a.jpg": "mug, red"}


@pytest.mark.parametrize("line", ["sep=", 'sep="', "sep=a", "sep=;;x"])
def test_a_first_line_that_tells_no_separator_is_a_first_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{line}\nfile;label\na.jpg;mug\n")
    with pytest.raises(FileError, match=r"line 1: the column “file” is missing|cannot be read"):
        read_labels(path, {"a.jpg": "a.jpg"}.get)


def test_text_that_could_be_in_two_encodings_is_refused_and_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("file,label\na.jpg,램프\n".encode("cp949"))
    with pytest.raises(FileError, match="CSV UTF-8"):
        read_labels(path, {"a.jpg": "a.jpg"}.get)


def test_a_pipe_is_no_table(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(FileError, match="not an ordinary file"):
        read_labels(tmp_path / "t.csv", {}.get)


@settings(deadline=None, max_examples=200)
@example("\u0c70".encode(), b"file;label\r\na.jpg;")  # a place that Unicode keeps free: letters come later
@given(some.binary(max_size=80), some.sampled_from([b"", b"file,label\n", b"file;label\r\na.jpg;"]))
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path_factory, data: bytes, start: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(start + data)
    labels, error = {}, None
    try:
        labels = read_labels(path, {"a.jpg": "a.jpg"}.get)
    except FileError as raised:
        error = raised
    assert error is None or error.message.startswith("any.csv")
    assert all(label == readable(label) for label in labels.values())


def test_names_are_found_however_they_are_composed_or_spelt() -> None:
    apart = unicodedata.normalize("NFD", "Küche/Café.JPG")
    find = name_finder([apart, "x/A.jpg", "x/a.jpg", "y/b.jpg", "z/b.jpg", "odd\u202e.jpg"])
    assert find("Küche/Café.JPG") == find("café.jpg") == find("\u202aKüche\\CAFÉ.jpg") == apart
    assert find("x/A.jpg") == "x/A.jpg"
    assert find("X/a.jpg") is None  # one of two
    assert find("b.jpg") is None
    assert find("odd.jpg") == find("odd\u202e.jpg") == "odd\u202e.jpg"


def test_labels_are_composed_and_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    label = unicodedata.normalize("NFD", "café\u202e") + "\nau lait"
    path.write_text(f'file,label\na.jpg,"{label}"\n', encoding="utf-8")
    assert read_labels(path, {"a.jpg": "a.jpg"}.get) == {"a.jpg": "café au lait"}
