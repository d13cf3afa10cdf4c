"""Files handed over: where they lie, and what is wrong with them."""

from __future__ import annotations

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
