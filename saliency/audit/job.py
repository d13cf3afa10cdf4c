"""A job folder: what an audit was asked, and every photo that is finished, on disk at once.

One SQLite file in write-ahead mode. A photo's row and its map are committed together as it is finished, so a
process killed at any moment loses the photo it was at and nothing else. Nothing in a row depends on the order
in which photos are computed, on the clock, or on what else is in the set.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from saliency.audit.evidence.rows import (
    CoarseMap,
    CoverOutcome,
    FinishedPhoto,
    HotSpotOutcome,
    HotSpotResult,
    LeftOut,
    LeftOutRow,
    LeftOutTest,
    PhotoRow,
    Result,
)
from saliency.audit.inputs.settings import Settings
from saliency.audit.inputs.source import Item, Source
from saliency.audit.json_types import as_json, from_json
from saliency.errors import SaliencyError

DATABASE, PHOTOS, MASKS = "job.sqlite", "photos", "masks"
BUSY = "A2"
"""Code of the error that another process is at work on a job."""

_LOCK = "lock.sqlite"  # empty; its name is from when SQLite did the locking
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS photos (
    at INTEGER PRIMARY KEY, item TEXT NOT NULL, digest TEXT, row TEXT,
    height INTEGER, width INTEGER, cells BLOB
);
CREATE INDEX IF NOT EXISTS digests ON photos (digest);
CREATE TABLE IF NOT EXISTS tests (at INTEGER, spot TEXT, row TEXT NOT NULL, PRIMARY KEY (at, spot));
"""
_SETTING_NAMES = {
    "photos": "set of photos, labels and areas",
    "weights": "model's weights",
    "version": "version of the program",
}


class Job:
    """One audit on disk. Close it, or use it in a ``with`` statement."""

    def __init__(self, folder: Path, *, alone: bool = True) -> None:
        """Open a job's folder.

        Args:
            folder: Where it is; made if missing, unless to look on.
            alone: Keep every other process from computing for it; ``False`` to look on.

        Raises:
            SaliencyError: Another process is at work on it, or its folder cannot be used.
        """
        self.folder, self._closed = folder, False
        self._held = contextlib.ExitStack()
        try:
            if alone:
                folder.mkdir(parents=True, exist_ok=True)
                self._held.enter_context(locked(folder))
            uri = f"{(folder / DATABASE).resolve().as_uri()}?mode={'rwc' if alone else 'rw'}"
            self._base = sqlite3.connect(uri, uri=True, timeout=30, check_same_thread=False)
            self._base.execute("PRAGMA synchronous=NORMAL")
            if alone:
                self._base.execute("PRAGMA journal_mode=WAL")
                self._base.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            self._held.close()
            raise SaliencyError(
                f"The job's folder “{folder}” cannot be used ({error}). Choose another folder."
            ) from error

    def __enter__(self) -> Job:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of its files."""
        self._base.close()
        self._closed = True
        self._held.close()

    @property
    def has_begun(self) -> bool:
        """Whether it was asked anything yet."""
        return self._meta("settings") is not None

    @property
    def settings(self) -> Settings:
        """What it was asked; only of one that has begun."""
        settings: Settings = from_json(Settings, json.loads(self._meta("settings") or "{}"))
        return settings

    @property
    def expires(self) -> str | None:
        """ISO date after which it may be deleted; ``None``: never."""
        return self._meta("expires") or None

    @property
    def refused(self) -> list[LeftOut]:
        """Photos left out while unpacking and masks that are no photo's, each with its sentence."""
        return [LeftOut(*pair) for pair in json.loads(self._meta("refused") or "[]")]

    @property
    def masks(self) -> Path | None:
        """Where the masks are, if there are any; those in the job's folder move along with it."""
        path = self._meta("masks")
        return self.folder / path if path else None  # an absolute path stays what it is

    def begin(self, settings: Settings, source: Source, *, expires: datetime.date | None = None) -> None:
        """Note what is asked, of which photos: all at once."""
        items = ((number, json.dumps(as_json(item))) for number, item in enumerate(source.items))
        facts = {
            "settings": json.dumps(as_json(settings)),
            "refused": json.dumps(source.refused),
            "expires": expires.isoformat() if expires else "",
            "masks": self._masks_path(source.masks),
        }
        self._base.executemany("INSERT INTO photos (at, item) VALUES (?, ?)", items)
        self._base.executemany("INSERT INTO meta VALUES (?, ?)", [(k, _kept(v)) for k, v in facts.items()])
        self.commit()

    def check(self, settings: Settings, source: Source) -> None:
        """Make sure that the job was asked just this; of the masks, note where they are now.

        Raises:
            SaliencyError: It was asked something else.
        """
        before = self.settings
        for field in fields(Settings):
            old, new = getattr(before, field.name), getattr(settings, field.name)
            if old != new:
                raise SaliencyError(_difference(field.name, old, new))
        path = self._masks_path(source.masks)
        if self._meta("masks") != path:
            self._base.execute("INSERT OR REPLACE INTO meta VALUES ('masks', ?)", [_kept(path)])
            self.commit()

    def commit(self) -> None:
        """Make what was written last."""
        self._base.commit()

    def waiting(self) -> list[int]:
        """Numbers of the photos that are not finished, in order."""
        rows = self._base.execute("SELECT at FROM photos WHERE row IS NULL ORDER BY at")
        return [int(number) for (number,) in rows]

    def item(self, number: int) -> Item:
        """A photo by its number."""
        (record,) = self._base.execute("SELECT item FROM photos WHERE at = ?", (number,)).fetchone()
        item: Item = from_json(Item, json.loads(record))
        return item

    def keep(self, result: Result) -> None:
        """Keep a finished photo, its row and its map; or what covering a hot spot of one did."""
        if isinstance(result, HotSpotResult):
            row = json.dumps(as_json(result.outcome))
            self._base.execute("INSERT INTO tests VALUES (?, ?, ?)", (result.number, result.key, row))
        else:
            number, digest, photo_row, coarse_map = result
            height, width = (None, None) if coarse_map is None else coarse_map.shape
            cells = None if coarse_map is None else coarse_map.astype("<f4").tobytes()
            self._base.execute(
                "UPDATE photos SET digest = ?, row = ?, height = ?, width = ?, cells = ? WHERE at = ?",
                (digest, json.dumps(as_json(photo_row)), height, width, cells, number),
            )
        self.commit()

    def twin(self, number: int, digest: str) -> str | None:
        """The file of an earlier photo with the same bytes."""
        earlier = self._base.execute(
            "SELECT at FROM photos WHERE digest = ? AND at < ? ORDER BY at LIMIT 1", (digest, number)
        ).fetchone()
        return None if earlier is None else self.item(earlier[0]).file

    def finished(self) -> Iterator[FinishedPhoto]:
        """Finished photos in order, one at a time."""
        query = "SELECT at, digest, row, height, width, cells FROM photos WHERE row IS NOT NULL ORDER BY at"
        for number, digest, row, *cells in self._base.execute(query):
            coarse_map = None if cells[-1] is None else _coarse_map(*cells)
            yield FinishedPhoto(number, digest, from_json(PhotoRow | LeftOutRow, json.loads(row)), coarse_map)

    def coarse_map(self, number: int) -> CoarseMap:
        """The map of a finished photo that has one, by its number; also once the job is closed."""
        query = "SELECT height, width, cells FROM photos WHERE at = ?"
        if not self._closed:
            return _coarse_map(*self._base.execute(query, (number,)).fetchone())
        with contextlib.closing(sqlite3.connect(self.folder / DATABASE)) as base:
            return _coarse_map(*base.execute(query, (number,)).fetchone())

    def counts(self) -> tuple[int, int]:
        """Photos finished, and all."""
        finished, total = self._base.execute("SELECT count(row), count(*) FROM photos").fetchone()
        return int(finished), int(total)

    def outcomes(self, key: str) -> dict[int, HotSpotOutcome]:
        """What covering a hot spot did, by the photo's number."""
        rows = self._base.execute("SELECT at, row FROM tests WHERE spot = ? ORDER BY at", (key,))
        return {number: from_json(CoverOutcome | LeftOutTest, json.loads(row)) for number, row in rows}

    def _masks_path(self, masks: Path | None) -> str:
        """Where the masks are, as it is kept."""
        if masks is None:
            return ""
        return MASKS if masks.resolve() == (self.folder / MASKS).resolve() else str(masks.resolve())

    def _meta(self, key: str) -> str | None:
        row = self._base.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        return os.fsdecode(row[0]) if isinstance(row[0], bytes) else str(row[0])


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other process from working on a job; the system takes that back when this one ends.

    Raises:
        SaliencyError: Another process is at work on it.
    """
    lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise SaliencyError(
            f"Another process is at work on the audit in “{folder}”. Wait for it, or stop it first.",
            code=BUSY,
        ) from None
    try:
        yield
    finally:
        lock.release()


def _kept(text: str) -> str | bytes:
    """A text as SQLite takes it: a path that is not UTF-8 as bytes."""
    return text if text.isprintable() else os.fsencode(text)


def _coarse_map(height: int, width: int, cells: bytes) -> CoarseMap:
    return np.frombuffer(cells, "<f4").reshape(height, width)


def _difference(name: str, old: object, new: object) -> str:
    start = f"This audit was begun with another {_SETTING_NAMES.get(name, name)}"
    values = "" if name in _SETTING_NAMES else f" ({old or 'none'}, now {new or 'none'})"
    return f"{start}{values}. Resume it with the same, or begin a new one in another folder."
