"""Archives that are not safe, damaged or too large."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from saliency.audit.inputs.archive import ArchiveLimits, unpack
from saliency.audit.inputs.files import FileError
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
