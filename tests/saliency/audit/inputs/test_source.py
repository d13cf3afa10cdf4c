"""Sets of photos: archives that are not safe, tables that are wrong, folders as they come."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest
from photo_set import make_set

from saliency.audit.inputs.archive import ArchiveLimits, unpack
from saliency.audit.inputs.source import gather
from saliency.audit.inputs.tables import SPOT, NamedArea, read_boxes, read_labels
from saliency.errors import SaliencyError


def packed(path: Path, members: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        for name, target in (links or {}).items():
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, target)
    return path


def test_photos_of_an_archive_come_out_in_their_folders(tmp_path: Path) -> None:
    members = {
        "mug/a.jpg": b"1",
        "mug\\b.png": b"22",
        "readme.txt": b"x",
        "__MACOSX/mug/._a.jpg": b"x",
        "mug/.hidden.jpg": b"x",
    }
    assert unpack(packed(tmp_path / "set.zip", members), tmp_path / "photos") == {}
    found = {p.relative_to(tmp_path / "photos").as_posix() for p in (tmp_path / "photos").rglob("*.*")}
    assert found == {"mug/a.jpg", "mug/b.png"}


@pytest.mark.parametrize("name", ["../out.jpg", "a/../../out.jpg", "/out.jpg", "..\\out.jpg", "C:\\out.jpg"])
def test_no_path_escapes(tmp_path: Path, name: str) -> None:
    archive = packed(tmp_path / "set.zip", {"fine.jpg": b"1", name: b"2"})
    with pytest.raises(SaliencyError, match="points outside"):
        unpack(archive, tmp_path / "in" / "photos")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["set.zip"]


def test_no_links(tmp_path: Path) -> None:
    archive = packed(tmp_path / "set.zip", {"fine.jpg": b"1"}, {"link.jpg": "/etc/passwd"})
    with pytest.raises(SaliencyError, match="link"):
        unpack(archive, tmp_path / "photos")


@pytest.mark.parametrize(
    ("members", "limits", "says"),
    [
        ({"a.jpg": bytes(3 * 2**20)}, ArchiveLimits(ratio=50), "times its packed size"),
        ({"a.jpg": b"1", "b.jpg": b"2"}, ArchiveLimits(count=1), "the limit is 1"),
        ({"a.jpg": b"1" * 70, "b.jpg": b"2" * 70}, ArchiveLimits(total=100), "together"),
        ({"a.jpg": b"1", "b.txt": b"2"}, ArchiveLimits(entries=1), "entries"),
        ({"a.txt": b"1"}, ArchiveLimits(), "no photo"),
        ({"a.jpg": b"1", "A.jpg": b"2"}, ArchiveLimits(), "twice"),
        ({"a.jpg": b"1", "a.jpg/b.jpg": b"2"}, ArchiveLimits(), "could not be unpacked"),
    ],
)
def test_no_bombs(tmp_path: Path, members: dict[str, bytes], limits: ArchiveLimits, says: str) -> None:
    with pytest.raises(SaliencyError, match=says):
        unpack(packed(tmp_path / "set.zip", members), tmp_path / "photos", limits)
    assert [p.name for p in tmp_path.iterdir()] == ["set.zip"]


def test_one_photo_that_is_too_large_is_listed(tmp_path: Path) -> None:
    archive = packed(tmp_path / "set.zip", {"a.jpg": b"1" * 99, "b.jpg": b"2"})
    refused = unpack(archive, tmp_path / "photos", ArchiveLimits(single=50))
    assert list(refused) == ["a.jpg"]
    assert [p.name for p in (tmp_path / "photos").iterdir()] == ["b.jpg"]


@pytest.mark.parametrize("damage", [lambda b: b[:-30], lambda b: b"PK" + b[40:], lambda _: b""])
def test_a_damaged_archive_is_said_to_be(tmp_path: Path, damage) -> None:
    archive = packed(tmp_path / "set.zip", {"a.jpg": b"1" * 999})
    archive.write_bytes(damage(archive.read_bytes()))
    with pytest.raises(SaliencyError, match="no ZIP archive, or is damaged"):
        unpack(archive, tmp_path / "photos")


def test_damage_inside_a_photo_is_noticed(tmp_path: Path) -> None:
    archive = packed(tmp_path / "set.zip", {"a.jpg": bytes(range(256))})
    data = bytearray(archive.read_bytes())
    data[60] ^= 255
    archive.write_bytes(data)
    with pytest.raises(SaliencyError, match="damaged"):
        unpack(archive, tmp_path / "photos")


def test_labels_and_boxes(tmp_path: Path) -> None:
    folder = make_set(tmp_path / "set", bright=2, dark=1)
    labels, boxes = tmp_path / "labels.csv", tmp_path / "boxes.csv"
    labels.write_text("﻿label;file\nbright;bright/00.png\n\n", encoding="utf-8")
    boxes.write_text("file,x,y,w,h,name\n01.png,0,0,.5,.5,badge\n01.png,.5,.5,.25,.25\n", encoding="utf-8")
    source = gather(folder, labels=labels, boxes=boxes, everywhere=[NamedArea("badge", (0.5, 0, 0.25, 0.25))])
    by_file = {item.file: item for item in source.items}
    assert list(by_file) == ["bright/00.png", "bright/01.png", "broken/0.png", "dark/00.png"]
    assert by_file["bright/00.png"].label == "bright"
    assert by_file["bright/01.png"].label is None
    own = by_file["bright/01.png"].areas
    assert own == (NamedArea("badge", (0, 0, 0.5, 0.5)), NamedArea(SPOT, (0.5, 0.5, 0.25, 0.25)))
    assert by_file["dark/00.png"].areas == (NamedArea("badge", (0.5, 0, 0.25, 0.25)),)
    assert gather(folder, labels="folders").items[0].label == "bright"
    assert gather(folder).digest != source.digest


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
    with pytest.raises(SaliencyError, match=says):
        read_labels(path, {"a.jpg": "a.jpg"}.get)


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
    with pytest.raises(SaliencyError, match=says):
        read_boxes(path, {"a.jpg": "a.jpg"}.get)


def test_decimal_commas_of_a_spreadsheet_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "boxes.csv"
    path.write_text("file;x;y;w;h\na.jpg;0,5;0,5;0,25;0,25\n")
    assert read_boxes(path, {"a.jpg": "a.jpg"}.get)["a.jpg"][0].box == (0.5, 0.5, 0.25, 0.25)


def test_a_set_without_photos_or_sub_folders(tmp_path: Path) -> None:
    with pytest.raises(SaliencyError, match="no photo"):
        gather(tmp_path)
    (tmp_path / "a.jpg").write_bytes(b"1")
    with pytest.raises(SaliencyError, match="sub-folders"):
        gather(tmp_path, labels="folders")
    with pytest.raises(SaliencyError, match="no folder"):
        gather(tmp_path / "gone")
