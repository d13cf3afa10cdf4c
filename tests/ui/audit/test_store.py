"""Audits on disk."""

from __future__ import annotations

import time

from handed_over import kept

from ui.audit import store
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


def test_what_no_list_shows_is_deleted_too(office, home):
    cut_short, deleted, other = store.make(), kept(), home / "my own photos"
    (cut_short / "photo.jpg").write_bytes(b"photo")
    deleted.rename(home / f".deleted-{deleted.name}")
    other.mkdir()
    store.tidy(time.time())
    assert {path.name for path in home.iterdir()} == {cut_short.name, other.name}
    store.tidy(time.time() + 2 * 24 * 3600)
    assert {path.name for path in home.iterdir()} == {other.name}
