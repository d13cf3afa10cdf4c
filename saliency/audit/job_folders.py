"""All jobs in a folder: a list, which of them have expired, and how to delete one with all its data."""

from __future__ import annotations

import datetime
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from saliency.audit.inputs.files import FileError
from saliency.audit.inputs.settings import Settings
from saliency.audit.job import DATABASE, Job, locked
from saliency.errors import SaliencyError

GONE = ".deleted-"
"""What the name of a folder begins with while it is deleted."""

_WRITABLE = "Please make its folder writable, and try again."


@dataclass(frozen=True)
class JobSummary:
    """A job in a list.

    Attributes:
        done: Photos finished, of so many in total.
        expires: ISO date after which it may be deleted; ``None``: never.
    """

    folder: Path
    settings: Settings
    done: int
    total: int
    expires: str | None


def jobs(parent: Path) -> list[JobSummary]:
    """The jobs in the folders of a folder, in order of their names; what is none is left out."""
    folders = sorted(parent.iterdir()) if parent.is_dir() else []
    summaries = []
    for folder in filter(begun, folders):
        with Job(folder, alone=False) as job:
            summaries.append(JobSummary(folder, job.settings, *job.counts(), job.expires))
    return summaries


def expired(parent: Path, today: datetime.date) -> list[Path]:
    """The folders of jobs whose time is over."""
    return [job.folder for job in jobs(parent) if job.expires and job.expires < today.isoformat()]


def begun(folder: Path) -> bool:
    """Whether a job has begun in a folder; one that was stopped before it began has not."""
    if not (folder / DATABASE).is_file():
        return False
    try:
        with Job(folder, alone=False) as job:
            return job.has_begun
    except sqlite3.Error:
        return False


def delete(folder: Path) -> None:
    """Delete a job with all its data: photos, results and reports.

    Raises:
        SaliencyError: It is no job, or one at work.
    """
    if not (folder / DATABASE).is_file():
        raise SaliencyError(f"“{folder}” is no audit, so nothing was deleted.")
    with locked(folder):
        pass
    remove(folder)


def remove(folder: Path) -> None:
    """Delete a folder, first put out of sight: who looks on cannot write into it meanwhile.

    Raises:
        SaliencyError: It cannot be deleted.
    """
    gone = folder.with_name(f"{GONE}{folder.name.removeprefix(GONE)}")
    try:
        if gone != folder:
            if gone.exists():  # what is left of an earlier try
                _delete(gone)
            folder.rename(gone)
        _delete(gone)
    except OSError as error:
        raise FileError(
            "“", str(folder), f"” could not be deleted ({error.strerror}). {_WRITABLE}"
        ) from error


def _delete(folder: Path) -> None:
    """Delete a folder with all that is in it, however deep; a link is deleted, not what it leads to."""
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink()
        return
    try:
        shutil.rmtree(folder)
    except RecursionError:
        folders = [folder]
        for here in folders:
            with os.scandir(here) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
                    else:
                        Path(entry.path).unlink()
        for here in reversed(folders):
            here.rmdir()
