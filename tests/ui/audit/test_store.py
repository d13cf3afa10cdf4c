"""Audits on disk."""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

import pytest
from handed_over import kept

from saliency.errors import SaliencyError
from ui.audit import store, words
from ui.audit.store import AuditRequest


def test_what_is_asked_survives_the_disk(office):
    folder = store.make()
    asked = AuditRequest(
        "näme", "m", "v", area=(0.1, 0.2, 0.3, 0.4), refused=(("a", "b"),), begun="2026-11-25T10:00:00"
    )
    store.write(folder, asked)
    assert store.read(folder) == asked
    (folder / "asked.json").write_text("{", encoding="utf-8")
    assert store.read(folder) is None
    assert store.listed() == []
    assert store.damaged() == [folder]


def test_what_no_list_shows_is_deleted_too(office, home):
    cut_short, deleted, other = store.make(), kept(), home / "my own photos"
    (cut_short / "photo.jpg").write_bytes(b"photo")
    deleted.rename(home / f".deleted-{deleted.name}")
    other.mkdir()
    store.tidy(time.time())
    assert {path.name for path in home.iterdir()} == {cut_short.name, other.name}
    store.tidy(time.time() + 2 * 24 * 3600)
    assert {path.name for path in home.iterdir()} == {other.name}


FIELDS = list(AuditRequest.__dataclass_fields__)
ODD = (
    None,
    1,
    -1,
    10**12,
    True,
    1.5,
    float("nan"),
    "",
    "\ud800",
    "x" * 99,
    [],
    [1],
    [[1, 2]],
    [["a", "b"]],
    {},
    {"a": 1},
)


@pytest.mark.parametrize("field", FIELDS)
def test_odd_values_are_read_as_what_they_are_or_damage_that_audit_alone(office, field):
    good, odd = kept(), kept()
    written = json.loads((odd / "asked.json").read_text(encoding="utf-8"))
    for value in ODD:
        (odd / "asked.json").write_text(json.dumps({**written, field: value}), encoding="utf-8")
        listed = dict(store.listed())
        assert good in listed
        assert (odd in listed) != (odd in store.damaged())
        if odd in listed:
            assert words.line(listed[odd], 0, 0)
            assert words.question(listed[odd], "model")
            store.write(odd, listed[odd])
            assert store.read(odd) == listed[odd]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"name model"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"days": ' + b"9" * 5000 + b"}",
        b"\0" * 99,
    ],
)
def test_a_file_of_any_content_damages_that_audit_alone(office, content):
    good, odd = kept(), kept()
    (odd / "asked.json").write_bytes(content)
    assert [folder for folder, _ in store.listed()] == [good]
    assert store.damaged() == [odd]
    store.discard(odd)
    assert not odd.exists()


def test_what_is_no_file_damages_that_audit_alone(office):
    folders = [kept() for _ in range(3)]
    for folder in folders:
        (folder / "asked.json").unlink()
    (folders[0] / "asked.json").mkdir()
    os.mkfifo(folders[1] / "asked.json")
    (folders[2] / "asked.json").symlink_to("/dev/zero")
    assert store.damaged() == sorted(folders)
    for folder in folders:
        store.discard(folder)
    assert not list(store.home().iterdir())


def test_what_is_no_audit_is_named_and_can_be_cleaned(office, home):
    audit, outside = kept(), home.parent / "outside"
    (outside / "photos").mkdir(parents=True)
    (home / "my own photos" / "a" / "b").mkdir(parents=True)
    (home / "notes.txt").write_text("x")
    (home / "link").symlink_to(outside)
    cut_short = store.make()
    (cut_short / "photo.jpg").write_bytes(b"photo")
    with store.making() as made:
        assert {path.name for path in store.strangers()} == {
            "my own photos",
            "notes.txt",
            "link",
            cut_short.name,
        }
        with pytest.raises(SaliencyError, match="Another process"):
            store.discard(made)
        store.write(made, store.read(audit))
    for path in (audit, home / "gone", outside, home.parent):
        with pytest.raises(SaliencyError, match="Nothing was deleted"):
            store.clean(path)
    for path in store.strangers():
        store.clean(path)
    assert set(home.iterdir()) == {audit, made}
    assert (outside / "photos").is_dir()


def test_what_is_made_is_gone_when_that_fails(office, home):
    class Stopped(Exception):
        pass

    def fail():
        with store.making() as folder:
            (folder / "photos").mkdir()
            raise Stopped

    with pytest.raises(Stopped):
        fail()
    assert not list(home.iterdir())


def test_damaged_audits_are_not_tidied_away(office):
    folder = kept()
    (folder / "asked.json").write_text("{")
    store.tidy(time.time() + 10**9)
    assert store.damaged() == [folder]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_what_the_disk_refuses_is_said_without_a_path(office, monkeypatch, home, number):
    folder = kept()

    def refuse(self, *_, **__):
        raise OSError(number, os.strerror(number), str(self))

    before = (folder / "asked.json").read_bytes()
    for name in ("write_text", "mkdir"):
        monkeypatch.setattr(Path, name, refuse)
    for act in (store.make, lambda: store.change(folder, state="paused")):
        with pytest.raises(SaliencyError, match="cannot be kept on this computer") as caught:
            act()
        assert str(home) not in caught.value.message
        assert caught.value.code == "A1"
    assert (folder / "asked.json").read_bytes() == before
