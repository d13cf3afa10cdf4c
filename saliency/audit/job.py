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
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from saliency.audit.evidence.contrast import CONTRAST, ContrastOutcome
from saliency.audit.evidence.origin import PhotoOrigin
from saliency.audit.evidence.rows import (
    CoarseMap,
    CoverOutcome,
    FinishedPhoto,
    LeftOut,
    LeftOutRow,
    LeftOutTest,
    PhotoRow,
    Result,
    SpotsResult,
    SurroundingsResult,
    TrialOutcome,
    TrialResult,
)
from saliency.audit.evidence.surround import SURROUNDINGS, SurroundingsAnswers
from saliency.audit.evidence.things.spots import PhotoSpots
from saliency.audit.evidence.traces import PhotoTrace
from saliency.audit.inputs.files import FileError, disk_remedy
from saliency.audit.inputs.settings import Settings
from saliency.audit.inputs.source import Item, Source
from saliency.audit.job_files import BUSY, DATABASE, damaged, locked, opened, told
from saliency.audit.json_types import as_json, from_json
from saliency.errors import SaliencyError

__all__ = ["BUSY", "DATABASE", "MASKS", "PHOTOS", "Job", "locked"]
PHOTOS, MASKS = "photos", "masks"
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
            SaliencyError: Another process is at work on it, its folder cannot be used, or it is damaged; so
                does everything else of a job.
        """
        self.folder, self._closed = folder, False
        self._held = contextlib.ExitStack()
        try:
            if alone:
                folder.mkdir(parents=True, exist_ok=True)
                self._held.enter_context(locked(folder))
            with told(folder):
                self._base = opened(folder, alone=alone, held=self._held)
        except OSError as error:
            self._held.close()
            raise FileError("The folder “", str(folder), f"” cannot be used: {disk_remedy(error)}") from error
        except BaseException:
            self._held.close()
            raise

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
        return not self._is_empty and self._meta("settings") is not None

    @property
    def _is_empty(self) -> bool:
        """Whether its database was only just made."""
        with told(self.folder):
            return not self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]

    @property
    def settings(self) -> Settings:
        """What it was asked; only of one that has begun."""
        with told(self.folder):
            settings: Settings = from_json(Settings, json.loads(self._meta("settings") or "{}"))
        return settings

    @property
    def expires(self) -> str | None:
        """ISO date after which it may be deleted; ``None``: never."""
        return self._meta("expires") or None

    @property
    def begun_at(self) -> str:
        """When it was begun, in ISO format, as whoever began it said; empty where nobody did."""
        return self._meta("begun") or ""

    @property
    def warning(self) -> str:
        """What has to be said with every result of the model; empty in jobs of earlier programs."""
        return self._meta("warning") or ""

    @property
    def photos(self) -> Path | None:
        """Where its photos were when it was begun; ``None`` in jobs of earlier programs."""
        path = self._meta("where")
        return self.folder / path if path else None

    @property
    def refused(self) -> list[LeftOut]:
        """Photos left out while unpacking and masks that are no photo's, each with its sentence."""
        with told(self.folder):
            return [LeftOut(*pair) for pair in json.loads(self._meta("refused") or "[]")]

    @property
    def masks(self) -> Path | None:
        """Where the masks are, if there are any; those in the job's folder move along with it."""
        path = self._meta("masks")
        return self.folder / path if path else None  # an absolute path stays what it is

    def begin(
        self,
        settings: Settings,
        source: Source,
        *,
        expires: datetime.date | None = None,
        begun: str = "",
        warning: str = "",
    ) -> None:
        """Note what is asked, of which photos: all at once."""
        items = ((number, json.dumps(as_json(item))) for number, item in enumerate(source.items))
        facts = {
            "settings": json.dumps(as_json(settings)),
            "refused": json.dumps(source.refused),
            "expires": expires.isoformat() if expires else "",
            "masks": self._inside(source.masks, MASKS),
            "where": self._inside(source.folder, PHOTOS),
            "begun": begun,
            "warning": warning,
        }
        with told(self.folder, reading=False):
            self._base.executemany("INSERT INTO photos (at, item) VALUES (?, ?)", items)
            self._base.executemany(
                "INSERT INTO meta VALUES (?, ?)", [(key, _kept(value)) for key, value in facts.items()]
            )
            self.commit()

    def check(self, settings: Settings, source: Source) -> None:
        """Make sure that the job was asked just this; of the masks, note where they are now.

        Raises:
            SaliencyError: It was asked something else.
        """
        before = self.settings
        names = [field.name for field in fields(Settings)]
        for name in sorted(names, key=lambda name: name != "question"):  # which the model's name says too
            old, new = getattr(before, name), getattr(settings, name)
            if old != new:
                raise SaliencyError(_difference(name, old, new))
        if self.counts()[1] != len(source.items):
            raise damaged(self.folder)
        path = self._inside(source.masks, MASKS)
        if self._meta("masks") != path:
            with told(self.folder, reading=False):
                self._base.execute("INSERT OR REPLACE INTO meta VALUES ('masks', ?)", [_kept(path)])
                self.commit()

    def commit(self) -> None:
        """Make what was written last."""
        self._base.commit()

    def waiting(self) -> list[int]:
        """Numbers of the photos that are not finished, in order."""
        with told(self.folder):
            rows = self._base.execute("SELECT at FROM photos WHERE row IS NULL ORDER BY at")
            return [int(number) for (number,) in rows]

    def item(self, number: int) -> Item:
        """A photo by its number."""
        with told(self.folder):
            (record,) = self._base.execute("SELECT item FROM photos WHERE at = ?", (number,)).fetchone()
            item: Item = from_json(Item, json.loads(record))
        return item

    def keep(self, result: Result) -> None:
        """Keep a finished photo, its row and its map; or what came of a test of one.

        A photo's trace and its spots, which come before its row, are made lasting together with it.
        """
        with told(self.folder, reading=False):
            if isinstance(result, SpotsResult):
                self._base.execute("INSERT OR REPLACE INTO spots VALUES (?, ?)", result)
                return
            if isinstance(result, PhotoTrace):
                origin, vector = json.dumps(as_json(result.origin)), result.vector
                cells = None if vector is None else vector.astype("<f2").tobytes()
                query = "INSERT OR REPLACE INTO traces VALUES (?, ?, ?)"
                self._base.execute(query, (result.number, origin, cells))
                return
            if isinstance(result, TrialResult | SurroundingsResult):
                row = json.dumps(as_json(result.outcome))
                self._base.execute(
                    "INSERT OR REPLACE INTO tests VALUES (?, ?, ?)", (result.number, result.key, row)
                )
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
        query = "SELECT at FROM photos WHERE digest = ? AND at < ? ORDER BY at LIMIT 1"
        with told(self.folder):
            earlier = self._base.execute(query, (digest, number)).fetchone()
        return None if earlier is None else self.item(earlier[0]).file

    def finished(self) -> Iterator[FinishedPhoto]:
        """Finished photos in order, one at a time."""
        query = "SELECT at, digest, row, height, width, cells FROM photos WHERE row IS NOT NULL ORDER BY at"
        with told(self.folder):
            for number, digest, row, *cells in self._base.execute(query):
                coarse_map = None if cells[-1] is None else _coarse_map(*cells)
                photo_row = from_json(PhotoRow | LeftOutRow, json.loads(row))
                if photo_row is None:
                    raise ValueError("no row")
                yield FinishedPhoto(number, digest, photo_row, coarse_map)

    def traces(self) -> Iterator[PhotoTrace]:
        """Traces of the photos in order, one at a time; none of photos that earlier programs finished."""
        with told(self.folder):
            for number, origin, cells in self._base.execute(
                "SELECT at, origin, vector FROM traces ORDER BY at"
            ):
                vector = None if cells is None else np.frombuffer(cells, "<f2")
                yield PhotoTrace(number, from_json(PhotoOrigin, json.loads(origin)), vector)

    def coarse_map(self, number: int) -> CoarseMap:
        """The map of a finished photo that has one, by its number; also once the job is closed."""
        query = "SELECT height, width, cells FROM photos WHERE at = ?"
        if self._closed:
            with Job(self.folder, alone=False) as again:
                return again.coarse_map(number)
        with told(self.folder):
            return _coarse_map(*self._base.execute(query, (number,)).fetchone())

    def spots(self, number: int) -> PhotoSpots | None:
        """What the strongest spots of a photo look like; ``None`` without a map, or from earlier programs."""
        with told(self.folder):
            row = self._base.execute("SELECT spots FROM spots WHERE at = ?", (number,)).fetchone()
            return None if row is None else PhotoSpots.from_bytes(row[0])

    def counts(self) -> tuple[int, int]:
        """Photos finished, and all."""
        if self._is_empty:
            return 0, 0
        with told(self.folder):
            finished, total = self._base.execute("SELECT count(row), count(*) FROM photos").fetchone()
            return int(finished), int(total)

    def digests(self) -> frozenset[str]:
        """The SHA-256 of the photos that were read."""
        with told(self.folder):
            rows = self._base.execute("SELECT DISTINCT digest FROM photos WHERE digest IS NOT NULL")
            return frozenset(str(digest) for (digest,) in rows)

    def outcomes(self, key: str) -> dict[int, TrialOutcome]:
        """What trying a candidate did, by the photo's number."""
        return self._tests(key, CoverOutcome | LeftOutTest)

    def surroundings(self) -> dict[int, SurroundingsAnswers | LeftOutTest]:
        """What the model says to products with other surroundings, by the photo's number."""
        return self._tests(SURROUNDINGS, SurroundingsAnswers | LeftOutTest)

    def contrasts(self) -> dict[int, ContrastOutcome | LeftOutTest]:
        """Why photos got their answer rather than what they show, where that was asked, by their numbers."""
        return self._tests(CONTRAST, ContrastOutcome | LeftOutTest)

    def _tests(self, key: str, kind: Any) -> dict[int, Any]:
        query = "SELECT at, row FROM tests WHERE spot = ? ORDER BY at"
        with told(self.folder):
            rows = self._base.execute(query, (key,))
            return {number: from_json(kind, json.loads(row)) for number, row in rows}

    def _inside(self, folder: Path | None, name: str) -> str:
        """Where the photos or the masks are, as it is kept: those in the job's own folder move along."""
        if folder is None:
            return ""
        return name if folder.resolve() == (self.folder / name).resolve() else str(folder.resolve())

    def _meta(self, key: str) -> str | None:
        with told(self.folder):
            row = self._base.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        return os.fsdecode(row[0]) if isinstance(row[0], bytes) else str(row[0])


def _kept(text: str) -> str | bytes:
    """A text as SQLite takes it: a path that is not UTF-8 as bytes."""
    return text if text.isprintable() else os.fsencode(text)


def _coarse_map(height: int, width: int, cells: bytes) -> CoarseMap:
    return np.frombuffer(cells, "<f4").reshape(height, width)


def _difference(name: str, old: object, new: object) -> str:
    start = f"This audit was begun with another {_SETTING_NAMES.get(name, name)}"
    values = "" if name in _SETTING_NAMES else f" ({old or 'none'}, now {new or 'none'})"
    return f"{start}{values}. Resume it with the same, or begin a new one in another folder."
