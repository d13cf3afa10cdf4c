"""All jobs in a folder: a list, which of them have expired, and how to delete one with all its data."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from saliency.audit.inputs.files import FileError, disk_remedy
from saliency.audit.inputs.settings import Settings
from saliency.audit.job import Job
from saliency.audit.job_files import BUSY, DATABASE, locked
from saliency.errors import SaliencyError

GONE = ".deleted-"
"""What the name of a folder begins with while it is deleted."""


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
    """The jobs in the folders of a folder, in order of their names; what is none, or damaged, is left out."""
    summaries = []
    for folder in filter(_has_database, _inside(parent)):
        with contextlib.suppress(SaliencyError), Job(folder, alone=False) as job:
            if job.has_begun:
                summaries.append(JobSummary(folder, job.settings, *job.counts(), job.expires))
    return summaries


def damage(folder: Path) -> str:
    """What is wrong with the job in a folder, in a sentence; empty if nothing is, or there is none."""
    if not _has_database(folder):
        return ""
    try:
        with Job(folder, alone=False) as job:
            if job.has_begun:
                JobSummary(folder, job.settings, *job.counts(), job.expires)
    except SaliencyError as error:
        return error.message
    return ""


def damaged_jobs(parent: Path) -> dict[Path, str]:
    """The jobs in the folders of a folder that cannot be read, each with what is wrong with it."""
    sentences = {folder: damage(folder) for folder in _inside(parent)}
    return {folder: sentence for folder, sentence in sentences.items() if sentence}


def _inside(parent: Path) -> list[Path]:
    return sorted(parent.iterdir()) if parent.is_dir() else []


def _has_database(folder: Path) -> bool:
    return (folder / DATABASE).is_file()


def expired(parent: Path, today: datetime.date) -> list[Path]:
    """The folders of jobs whose time is over.

    A clock may be wrong: whoever deletes them had better see them expired twice, some time apart.
    """
    return [job.folder for job in jobs(parent) if job.expires and job.expires < today.isoformat()]


def begun(folder: Path) -> bool:
    """Whether a job has begun in a folder; one that was stopped before it began has not."""
    if not _has_database(folder):
        return False
    try:
        with Job(folder, alone=False) as job:
            return job.has_begun
    except SaliencyError:
        return False


def delete(folder: Path) -> None:
    """Delete a job with all its data: photos, results and reports.

    Raises:
        SaliencyError: It is no job, or one at work.
    """
    if not (folder / DATABASE).is_file():
        raise SaliencyError(f"“{folder}” is no audit, so nothing was deleted.")
    try:
        with locked(folder):
            pass
    except FileError as error:
        if error.code == BUSY:
            raise
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
        raise FileError("“", str(folder), f"” could not be deleted: {disk_remedy(error)}") from error


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
