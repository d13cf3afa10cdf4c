"""Archives that are not safe, damaged or too large."""

from __future__ import annotations

import os
import stat
import struct
import tempfile
import time
import unicodedata
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from saliency.audit.inputs.archive import ArchiveLimits, unpack
from saliency.audit.inputs.files import FileError, picture_sizes
from saliency.audit.job_folders import remove
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
        ({f"{n}.bmp": bytes(2**20) for n in range(70)}, ArchiveLimits(), "times their packed size"),
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
    with pytest.raises(FileError, match=r"“set\.zip” is no ZIP archive, or is damaged") as caught:
        unpack(archive, tmp_path / "photos")
    assert caught.value.file == "set.zip"
    assert caught.value.named("my photos.zip").message.startswith("“my photos.zip” is no ZIP archive, or")


def test_damage_inside_a_photo_is_noticed(tmp_path: Path) -> None:
    archive = packed(tmp_path / "set.zip", {"a.jpg": bytes(range(256))})
    data = bytearray(archive.read_bytes())
    data[60] ^= 255
    archive.write_bytes(data)
    with pytest.raises(SaliencyError, match="damaged"):
        unpack(archive, tmp_path / "photos")


@pytest.mark.parametrize(
    ("members", "left_out", "says"),
    [
        (("a.jpg", "A.jpg"), "A.jpg", "twice"),
        (("caf\u00e9.jpg", "cafe\u0301.jpg"), "cafe\u0301.jpg", "twice"),
        (("a.jpg", "a.jpg/b.jpg"), "a.jpg/b.jpg", "file and a folder"),
        (("a.jpg/b.jpg", "a.jpg"), "a.jpg", "file and a folder"),
        (("a.jpg", "n" * 300 + ".jpg"), "n" * 300 + ".jpg", "too long"),
        (("a.jpg", "n" * 300 + "/b.jpg"), "n" * 300 + "/b.jpg", "too long"),
        (("a.jpg", "ü" * 130 + ".jpg"), "ü" * 130 + ".jpg", "too long"),
        (("a.jpg", "d/" * 1500 + "b.jpg"), "d/" * 1500 + "b.jpg", "folders"),
    ],
)
def test_a_name_leaves_out_its_own_photo_and_no_other(
    tmp_path: Path, members, left_out: str, says: str
) -> None:
    archive = packed(tmp_path / "set.zip", dict.fromkeys(("fine.jpg", *members), b"1"))
    refused = unpack(archive, tmp_path / "photos")
    assert list(refused) == [left_out]
    assert says in refused[left_out]
    files = {
        p.relative_to(tmp_path / "photos").as_posix() for p in (tmp_path / "photos").rglob("*") if p.is_file()
    }
    assert files == {"fine.jpg", *members} - {left_out}


@pytest.mark.parametrize(
    "name", ["12:30.jpg", "n" * 249 + ".jpg", "set 1:2/a.jpg", "a\nb.jpg", "?.jpg", "ü" * 120 + ".jpg"]
)
def test_names_that_files_can_have_are_accepted(tmp_path: Path, name: str) -> None:
    assert unpack(packed(tmp_path / "set.zip", {name: b"1"}), tmp_path / "photos") == {}
    assert (tmp_path / "photos" / name).read_bytes() == b"1"


def test_what_may_ask_for_any_memory_is_left_out(tmp_path: Path) -> None:
    for others, path in ((("b.jpg",), tmp_path / "one.zip"), ((), tmp_path / "two.zip")):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.jpg", b"1" * 99, zipfile.ZIP_LZMA)
            for name in others:
                archive.writestr(name, b"1")
    refused = unpack(tmp_path / "one.zip", tmp_path / "photos")
    assert "LZMA" in refused["a.jpg"]
    with pytest.raises(SaliencyError, match=r"No photo of the ZIP can be used\. “a\.jpg”: It is packed"):
        unpack(tmp_path / "two.zip", tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", ["c:a.jpg", "C:/a.jpg", "z:\\a.jpg"])
def test_a_drive_letter_is_not_safe(tmp_path: Path, name: str) -> None:
    with pytest.raises(SaliencyError, match="points outside"):
        unpack(packed(tmp_path / "set.zip", {name: b"1"}), tmp_path / "photos")


def test_names_that_a_mac_wrote_are_read(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "Küche/é.jpg")
    archive = packed(tmp_path / "set.zip", {name: b"1"})
    data = archive.read_bytes()
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the bit that says that it is UTF-8
        start = data.index(signature) + place
        flags = int.from_bytes(data[start : start + 2], "little") & ~0x800
        data = data[:start] + flags.to_bytes(2, "little") + data[start + 2 :]
    archive.write_bytes(data)
    assert unpack(archive, tmp_path / "photos") == {}
    assert (tmp_path / "photos" / name).is_file()


def overlapping(path: Path, count: int, size: int) -> Path:
    """A ZIP of which every entry's data runs over all that follow (Fifield 2019)."""
    headers, directory, offsets = [], [], []
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = bytes(size)
    deflated = kernel.compress(content) + kernel.flush()
    for number in range(count):
        name = f"{number:04}.jpg".encode()
        headers.append(
            struct.pack(
                "<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(content), len(deflated), size, len(name), 0
            )
            + name
        )
    place = 0
    for header in headers:
        offsets.append(place)
        place += len(header)
    for number, offset in enumerate(offsets):
        name = f"{number:04}.jpg".encode()
        directory.append(
            struct.pack(
                "<4s6H3L5H2L",
                b"PK\1\2",
                20,
                20,
                0,
                8,
                0,
                0,
                zlib.crc32(content),
                place - offset + len(deflated),
                size,
                len(name),
                0,
                0,
                0,
                0,
                0,
                offset,
            )
            + name
        )
    body = b"".join(headers) + deflated
    listed = b"".join(directory)
    path.write_bytes(
        body + listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(listed), len(body), 0)
    )
    return path


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    archive = overlapping(tmp_path / "set.zip", 2000, 2**20)
    assert archive.stat().st_size < 250_000
    with pytest.raises(SaliencyError, match="overlap"):
        unpack(archive, tmp_path / "photos")
    assert [p.name for p in tmp_path.iterdir()] == ["set.zip"]


def test_a_directory_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Three million entries took 20 s and 1.1 GB before they were counted."""
    archive, count = tmp_path / "set.zip", 3_000_000
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    size = len(entry) * count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, size, 0, 0)
    archive.write_bytes(entry * count + end)
    began = time.process_time()
    with pytest.raises(SaliencyError, match="entries"):
        unpack(archive, tmp_path / "photos")
    assert time.process_time() - began < 1
    archive.write_bytes(
        entry * 60_000 + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 60_000 * len(entry), 0, 0)
    )
    with pytest.raises(SaliencyError, match="entries"):  # whatever their number is said to be
        unpack(archive, tmp_path / "photos")


def test_a_member_without_a_name_is_damage(tmp_path: Path) -> None:
    archive = packed(tmp_path / "set.zip", {"a.jpg": b"1", "b.jpg": b"2"})
    archive.write_bytes(archive.read_bytes().replace(b"b.jpg", b"\0.jpg"))
    with pytest.raises(SaliencyError, match="is damaged"):
        unpack(archive, tmp_path / "photos")


@settings(deadline=None, max_examples=150)
@given(some.data())
def test_any_damage_ends_in_a_sentence_and_leaves_nothing(tmp_path_factory, data) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))
    content = bytearray(
        packed(folder / "set.zip", {"a.jpg": b"1" * 300, "b/c.jpg": bytes(range(200))}).read_bytes()
    )
    for _ in range(data.draw(some.integers(1, 4))):
        content[data.draw(some.integers(0, len(content) - 1))] = data.draw(some.integers(0, 255))
    (folder / "set.zip").write_bytes(content)
    with suppress(SaliencyError):
        unpack(folder / "set.zip", folder / "photos")
    assert {p.name for p in folder.iterdir()} <= {"set.zip", "photos"}


def test_folders_nested_a_thousand_deep_hold_photos_too(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("a.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    assert list(picture_sizes(tmp_path)) == ["d/" * 1500 + "a.jpg"]
    (tmp_path / "d").rename(tmp_path / "gone")
    remove(tmp_path / "gone")
    assert not list(tmp_path.iterdir())
