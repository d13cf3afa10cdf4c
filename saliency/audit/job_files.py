"""The files of a job: its database, opened to work or to look on; its lock; and what is wrong with them."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from saliency.audit.inputs.files import FileError, disk_remedy

DATABASE = "job.sqlite"
BUSY, DAMAGED = "A2", "A3"
"""Codes of the errors that another process is at work on a job, and that a job cannot be read."""

_LOCK = "lock.sqlite"  # empty; its name is from when SQLite did the locking
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS photos (
    at INTEGER PRIMARY KEY, item TEXT NOT NULL, digest TEXT, row TEXT,
    height INTEGER, width INTEGER, cells BLOB
);
CREATE INDEX IF NOT EXISTS digests ON photos (digest);
CREATE TABLE IF NOT EXISTS spots (at INTEGER PRIMARY KEY, spots BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS traces (at INTEGER PRIMARY KEY, origin TEXT NOT NULL, vector BLOB);
CREATE TABLE IF NOT EXISTS tests (at INTEGER, spot TEXT, row TEXT NOT NULL, PRIMARY KEY (at, spot));
"""
_UNWRITABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_KEPT = "What is finished is kept:"
_DISK = {  # what SQLite says, without its finer distinctions
    sqlite3.SQLITE_FULL: f"there is no room left on its disk. {_KEPT} free some room, then go on.",
    sqlite3.SQLITE_IOERR: f"its disk cannot be read or written. {_KEPT} check it and its room, then go on.",
    **dict.fromkeys(_UNWRITABLE, "it cannot be written to. Make it writable, then go on."),
}


def opened(folder: Path, *, alone: bool, held: contextlib.ExitStack) -> sqlite3.Connection:
    """A job's database.

    Args:
        folder: The job's.
        alone: Whether to work on it, so that it is made if missing; else to look on, also where nothing can
            be written.
        held: Closes what is needed for it.

    Raises:
        sqlite3.Error: It cannot be opened.
        OSError: There is none.
    """
    path = (folder / DATABASE).resolve()
    if alone:
        base = _connected(path, "rwc")
        base.execute("PRAGMA journal_mode=WAL")
        base.executescript(_TABLES)
        return base
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, "it holds no audit")
    try:
        return _connected(path, "rw")
    except sqlite3.OperationalError as error:
        if _code(error) not in _UNWRITABLE:
            raise
    log = path.with_name(f"{DATABASE}-wal")
    if not log.is_file() or not log.stat().st_size:
        return _connected(path, "ro&immutable=1")
    copy = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="spotlight-")))
    for file in (path, log):  # the last rows are in the log, which SQLite only reads where it can write
        shutil.copyfile(file, copy / file.name)
    return _connected(copy / DATABASE, "rw")


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.as_uri()}?mode={mode}"
    base = sqlite3.connect(uri, uri=True, timeout=30, check_same_thread=False)
    try:
        base.execute("PRAGMA synchronous=NORMAL")
        base.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        base.close()
        raise
    return base


@contextlib.contextmanager
def told(folder: Path, *, reading: bool = True) -> Iterator[None]:
    """Say in a sentence what is wrong with a job's database.

    Args:
        folder: The job's.
        reading: Whether odd values that come out of it are a sign of damage.

    Raises:
        SaliencyError: There is no room, it cannot be written, another process is at it, or it is damaged.
    """
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # not its fault
    except sqlite3.Error as error:
        start, code = "The audit in “", _code(error)
        if code in _DISK:
            raise FileError(start, str(folder), f"” cannot be used: {_DISK[code]}") from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise busy(folder) from error
        raise damaged(folder) from error
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        if not reading:
            raise
        raise damaged(folder) from error


def busy(folder: Path) -> FileError:
    """Another process works on a job."""
    after = "”. Wait for it, or stop it first."
    return FileError("Another process is at work on the audit in “", str(folder), after, BUSY)


def damaged(folder: Path) -> FileError:
    """A job cannot be read."""
    after = "” is damaged and cannot be read. Delete it, or put a copy of its folder in its place."
    return FileError("The audit in “", str(folder), after, DAMAGED)


@contextlib.contextmanager
def locked(folder: Path, patience: float = 0.2) -> Iterator[None]:
    """Keep every other process from working on a job; the system takes that back when this one ends.

    Args:
        folder: The job's.
        patience: Seconds to wait for one that only looks whether it is locked.

    Raises:
        SaliencyError: Another process is at work on it, or nothing can be written there.
    """
    lock = FileLock(folder / _LOCK, timeout=patience, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise busy(folder) from None
    except OSError as error:
        raise FileError("The folder “", str(folder), f"” cannot be used: {disk_remedy(error)}") from error
    try:
        yield
    finally:
        lock.release()


def is_locked(folder: Path) -> bool:
    """Whether a process works on what is in a folder; nothing is written there."""
    if not (folder / _LOCK).is_file():
        return False
    try:
        with locked(folder, patience=0):
            return False
    except FileError as error:
        return error.code == BUSY


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary code."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF
