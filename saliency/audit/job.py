"""A job folder: what an audit was asked, and every photo that is finished, on disk at once.

One SQLite file in write-ahead mode. A photo's row and its map are committed together as it is finished, so a
process killed at any moment loses the photo it was at and nothing else. Nothing in a row depends on the order
in which photos are computed, on the clock, or on what else is in the set.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from saliency.audit.inputs.source import Item, Source
from saliency.errors import SaliencyError

DATABASE, LOCK, PHOTOS, MASKS = "job.sqlite", "lock.sqlite", "photos", "masks"
BUSY = "A2"
"""Code of the error that another process is at work on a job."""

VERSION = 2
Cells = NDArray[np.float32]

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS photos (
    at INTEGER PRIMARY KEY, item TEXT NOT NULL, digest TEXT, row TEXT,
    height INTEGER, width INTEGER, cells BLOB
);
CREATE INDEX IF NOT EXISTS digests ON photos (digest);
CREATE TABLE IF NOT EXISTS tests (at INTEGER, spot TEXT, row TEXT NOT NULL, PRIMARY KEY (at, spot));
"""


@dataclass(frozen=True)
class Settings:
    """What a job was asked; it goes on only with the same.

    Attributes:
        model: What people call the model.
        weights: SHA-256 of its weights file.
        method: Key of the view.
        second: Key of a second view that is compared with it; empty for none.
        framing: How photos are handed over.
        seed: Where random numbers start.
        controls: How many equal areas elsewhere an area is compared with.
        photos: Digest of the set: names, sizes, labels and areas.
        version: Of how rows are computed.
    """

    model: str
    weights: str
    method: str
    second: str
    framing: str
    seed: int
    controls: int
    photos: str
    version: int = VERSION


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
        try:
            self._lock = _owned(folder) if alone else None
            place = f"{(folder / DATABASE).resolve().as_uri()}?mode={'rwc' if alone else 'rw'}"
            self._base = sqlite3.connect(place, uri=True, timeout=30, check_same_thread=False)
            self._base.execute("PRAGMA synchronous=NORMAL")
            if alone:
                self._base.execute("PRAGMA journal_mode=WAL")
                self._base.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
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
        if self._lock is not None:
            self._lock.close()

    @property
    def settings(self) -> Settings | None:
        """What it was asked; ``None`` if it never began."""
        found = self._meta("settings")
        if found is None:
            return None
        known = json.loads(found)
        return Settings(**{field.name: known[field.name] for field in fields(Settings)})

    @property
    def expires(self) -> str | None:
        """ISO date after which it may be deleted; ``None``: never."""
        return self._meta("expires") or None

    @property
    def refused(self) -> list[tuple[str, str]]:
        """Photos left out while unpacking and masks that are no photo's, each with its sentence."""
        return [(file, sentence) for file, sentence in json.loads(self._meta("refused") or "[]")]

    @property
    def masks(self) -> Path | None:
        """Where the masks are, if there are any; those in the job's folder move along with it."""
        known = self._meta("masks")
        return self.folder / known if known else None  # an absolute path stays what it is

    def begin(self, settings: Settings, source: Source, *, expires: datetime.date | None = None) -> None:
        """Note what is asked, of which photos: all at once."""
        rows = ((at, json.dumps(item.record())) for at, item in enumerate(source.items))
        facts = {
            "settings": json.dumps(asdict(settings)),
            "refused": json.dumps(source.refused),
            "expires": expires.isoformat() if expires else "",
            "masks": self._place(source.masks),
        }
        self._base.executemany("INSERT INTO photos (at, item) VALUES (?, ?)", rows)
        self._base.executemany("INSERT INTO meta VALUES (?, ?)", list(facts.items()))
        self.commit()

    def check(self, settings: Settings, source: Source) -> None:
        """That the job was asked just this; of the masks, note where they are now.

        Raises:
            SaliencyError: It was asked something else.
        """
        before = self.settings
        assert before is not None
        for field in fields(Settings):
            old, new = getattr(before, field.name), getattr(settings, field.name)
            if old != new:
                raise SaliencyError(_differs(field.name, old, new))
        if self._meta("masks") != self._place(source.masks):
            self._base.execute("INSERT OR REPLACE INTO meta VALUES ('masks', ?)", [self._place(source.masks)])
            self.commit()

    def commit(self) -> None:
        """Make what was written last."""
        self._base.commit()

    def waiting(self) -> list[int]:
        """Numbers of the photos that are not finished, in order."""
        rows = self._base.execute("SELECT at FROM photos WHERE row IS NULL ORDER BY at")
        return [int(at) for (at,) in rows]

    def item(self, at: int) -> Item:
        """A photo by its number."""
        (item,) = self._base.execute("SELECT item FROM photos WHERE at = ?", (at,)).fetchone()
        return Item.of(json.loads(item), self.masks)

    def finish(self, at: int, digest: str | None, row: dict[str, Any], cells: Cells | None) -> None:
        """Keep a finished photo: its row and its map, ``(r, c)`` of at most 16 × 16 cells."""
        height, width = (None, None) if cells is None else cells.shape
        blob = None if cells is None else cells.astype("<f4").tobytes()
        self._base.execute(
            "UPDATE photos SET digest = ?, row = ?, height = ?, width = ?, cells = ? WHERE at = ?",
            (digest, json.dumps(row), height, width, blob, at),
        )
        self.commit()

    def twin(self, at: int, digest: str) -> str | None:
        """The file of an earlier photo with the same bytes."""
        found = self._base.execute(
            "SELECT item FROM photos WHERE digest = ? AND at < ? ORDER BY at LIMIT 1", (digest, at)
        ).fetchone()
        return None if found is None else Item.of(json.loads(found[0])).file

    def rows(self) -> Iterator[tuple[int, dict[str, Any], Cells | None]]:
        """Finished photos in order: number, row, map; one at a time."""
        query = "SELECT at, row, height, width, cells FROM photos WHERE row IS NOT NULL ORDER BY at"
        for at, row, height, width, blob in self._base.execute(query):
            yield at, json.loads(row), None if blob is None else _cells(height, width, blob)

    def cells(self, at: int) -> Cells:
        """The map of a finished photo that has one, by its number; also once the job is closed."""
        query = "SELECT height, width, cells FROM photos WHERE at = ?"
        if not self._closed:
            return _cells(*self._base.execute(query, (at,)).fetchone())
        with contextlib.closing(sqlite3.connect(self.folder / DATABASE)) as base:
            return _cells(*base.execute(query, (at,)).fetchone())

    def counts(self) -> tuple[int, int]:
        """Photos finished, and all."""
        done, total = self._base.execute("SELECT count(row), count(*) FROM photos").fetchone()
        return int(done), int(total)

    def tested(self, spot: str) -> dict[int, dict[str, Any]]:
        """What covering a spot did, by the photo's number."""
        rows = self._base.execute("SELECT at, row FROM tests WHERE spot = ? ORDER BY at", (spot,))
        return {at: json.loads(row) for at, row in rows}

    def keep_test(self, at: int, spot: str, row: dict[str, Any]) -> None:
        """Keep what covering a spot of a photo did."""
        self._base.execute("INSERT INTO tests VALUES (?, ?, ?)", (at, spot, json.dumps(row)))
        self.commit()

    def _place(self, masks: Path | None) -> str:
        if masks is None:
            return ""
        return MASKS if masks.resolve() == (self.folder / MASKS).resolve() else str(masks.resolve())

    def _meta(self, key: str) -> str | None:
        found = self._base.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])


def _cells(height: int, width: int, blob: bytes) -> Cells:
    return np.frombuffer(blob, "<f4").reshape(height, width)


def _owned(folder: Path) -> sqlite3.Connection:
    folder.mkdir(parents=True, exist_ok=True)
    return locked(folder / LOCK)


def locked(path: Path) -> sqlite3.Connection:
    """A lock that the system takes back when its process ends, however it ends.

    Raises:
        SaliencyError: Another process has it.
    """
    lock = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        raise SaliencyError(
            f"Another process is at work on the audit in “{path.parent}”. Wait for it, or stop it first.",
            code=BUSY,
        ) from error
    return lock


_NAMES = {
    "photos": "set of photos, labels and areas",
    "weights": "model's weights",
    "version": "version of the program",
}


def _differs(name: str, old: object, new: object) -> str:
    start = f"This audit was begun with another {_NAMES.get(name, name)}"
    shown = "" if name in _NAMES else f" ({old or 'none'}, now {new or 'none'})"
    return f"{start}{shown}. Resume it with the same, or begin a new one in another folder."
