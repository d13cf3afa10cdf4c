"""Files handed over: where they lie, and what is wrong with them."""

from __future__ import annotations

import io
import zipfile

import pytest
from handed_over import LABELS, Upload
from stand_in import draw, encoded

from saliency.audit.job import PHOTOS
from saliency.errors import SaliencyError
from ui.audit import store, uploads


def test_photos_keep_their_names_and_lead_nowhere_else(office, home):
    folder = store.make()
    photo = encoded(draw(64, 64))
    names = ["a.jpg", "a.jpg", "../../out.jpg", "/etc/out.jpg", "notes.txt", "C:\\x\\b.png"]
    names += [f"/{home}/far.jpg", "\\\\server\\share\\a.jpg"]
    uploads.keep_photos(folder, [Upload(name, photo) for name in names])
    found = {
        path.relative_to(folder / PHOTOS).as_posix()
        for path in (folder / PHOTOS).rglob("*")
        if path.is_file()
    }
    far = f"{home.as_posix().lstrip('/')}/far.jpg"
    assert found == {"a.jpg", "a-2.jpg", "out.jpg", "etc/out.jpg", "C_/x/b.png", far, "server/share/a.jpg"}
    assert {path.name for path in home.iterdir()} == {folder.name}


def test_a_folder_handed_over_names_the_classes_below_it(office):
    folder = store.make()
    photo = encoded(draw(64, 64))
    uploads.keep_photos(folder, [Upload(f"shop/{label}/1.jpg", photo) for label in LABELS])
    assert {path.name for path in (folder / PHOTOS).iterdir()} == set(LABELS)


def test_what_is_wrong_with_an_archive_is_said_by_its_own_name(home):
    folder = store.make()
    with pytest.raises(SaliencyError, match=r"“set\.zip” is no ZIP archive, or is damaged"):
        uploads.keep_photos(folder, [Upload("set.zip", b"PK no archive")])


@pytest.mark.parametrize(
    "name", ["n" * 300 + ".jpg", "n" * 300 + "/a.jpg", "a.jpg/b.jpg", "ü" * 200 + ".jpg"]
)
def test_a_name_leaves_out_its_own_photo_and_no_other(home, name):
    folder, photo = store.make(), encoded(draw(64, 64))
    refused = uploads.keep_photos(folder, [Upload(each, photo) for each in ("a.jpg", name, "b.jpg")])
    assert [file for file, _ in refused] == [name]
    assert {path.name for path in (folder / PHOTOS).iterdir()} == {"a.jpg", "b.jpg"}


@pytest.mark.parametrize("name", ["12:30.jpg", "a\nb.jpg", "\ud800.jpg", "a\0b.jpg", "c:a.jpg", "…/ü.jpg"])
def test_any_name_a_file_can_have_is_kept(home, name):
    folder, photo = store.make(), encoded(draw(64, 64))
    assert uploads.keep_photos(folder, [Upload(name, photo), Upload("z.jpg", photo)]) == ()
    assert sum(path.is_file() for path in (folder / PHOTOS).rglob("*")) == 2


def test_photos_to_draw_on_are_looked_for_with_the_limits_of_archives(home):
    photo, content = encoded(draw(64, 64)), io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.jpg", photo)
    assert uploads.first_photo([Upload("set.zip", content.getvalue())]).width == 64
    entry = b"PK\1\2" + bytes(24) + (1).to_bytes(2, "little") + bytes(16) + b"a"
    size = len(entry) * 60_000
    end = b"PK\5\6" + bytes(8) + size.to_bytes(4, "little") + bytes(6)
    for data in (entry * 60_000 + end, b"PK", b"", content.getvalue()[:-9]):
        assert uploads.first_photo([Upload("set.zip", data), Upload("b.jpg", photo)]).name == "b.jpg"
