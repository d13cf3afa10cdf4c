"""Small pictures are made once, kept in the audit's folder, and no part of it is made for them."""

from __future__ import annotations

import io

import pytest
from fake_audit import fake
from PIL import Image

from saliency.audit.job import PHOTOS
from saliency.audit.sheet import thumbnails
from saliency.audit.sheet.thumbnails import THUMBNAILS, make_all, thumbnail
from saliency.errors import SaliencyError


@pytest.fixture
def audited(tmp_path):
    job, _ = fake(tmp_path, tmp_path / PHOTOS, 3, size=(960, 720))
    job.close()
    return tmp_path


def opened(packed):
    return Image.open(io.BytesIO(packed), formats=("JPEG",))


def test_it_is_made_once_and_kept(audited, monkeypatch):
    first = thumbnail(audited, "0001.png", 1)
    assert opened(first).size == (400, 300)
    plain = thumbnail(audited, "0001.png")
    assert plain != first, "without its map"
    assert len(list((audited / THUMBNAILS).iterdir())) == 2
    monkeypatch.setattr(thumbnails, "read_photo", None)
    assert thumbnail(audited, "0001.png", 1) == first
    assert thumbnail(audited, "0001.png") == plain
    boxed = thumbnail(audited, "0001.png", 1, ((0.6, 0.6, 0.3, 0.3),))
    assert boxed != first
    assert opened(boxed).size == (400, 300)


def test_without_room_on_the_disk_it_is_there_all_the_same(audited):
    (audited / THUMBNAILS).write_text("no folder")
    assert opened(thumbnail(audited, "0001.png", 1)).size == (400, 300)


def test_a_photo_that_is_gone_is_said_to_be(audited):
    (audited / PHOTOS / "0001.png").unlink()
    with pytest.raises(SaliencyError, match="0001"):
        thumbnail(audited, "0001.png", 1)


def test_nothing_is_written_for_an_audit_that_is_gone(audited):
    gone = audited.with_name("gone")
    thumbnails._keep(gone / THUMBNAILS / "a.jpg", b"x")
    assert not gone.exists()


def test_a_page_is_made_at_once_as_one_by_one(audited, monkeypatch):
    photos = [("0000.png", 0), ("0001.png", 1), ("0001.png", None), ("gone.png", 2)]
    make_all(audited, photos)
    kept = {path.name: path.read_bytes() for path in (audited / THUMBNAILS).iterdir()}
    assert len(kept) == 3, "what cannot be read is passed over"
    for path in (audited / THUMBNAILS).iterdir():
        path.unlink()
    for file, number in photos[:3]:
        thumbnail(audited, file, number)
    assert {path.name: path.read_bytes() for path in (audited / THUMBNAILS).iterdir()} == kept
    monkeypatch.setattr(thumbnails, "Job", None)
    make_all(audited, photos[:3])  # nothing is opened where all are there


def test_making_a_page_of_an_audit_that_is_gone_is_no_fault(audited):
    gone = audited.with_name("gone")
    make_all(gone, [("0000.png", 0)])
    assert not gone.exists()
