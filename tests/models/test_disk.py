from __future__ import annotations

import os

import pytest

from models import disk
from models.disk import room


def test_room_is_measured_where_audits_will_be_and_leaves_nothing(tmp_path):
    free, writable = room(tmp_path)
    assert free > 0
    assert writable
    assert list(tmp_path.iterdir()) == []
    assert room(tmp_path / "not" / "there")[1]
    assert not (tmp_path / "not").exists()


def test_a_folder_that_takes_nothing_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    assert not room(tmp_path / "file")[1]

    def refused(*, dir):
        raise OSError(30, os.strerror(30))

    monkeypatch.setattr(disk.tempfile, "TemporaryFile", refused)
    assert room(tmp_path) == (pytest.approx(room(tmp_path)[0], rel=0.2), False)
