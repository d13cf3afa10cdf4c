"""Audits on disk: what was asked in the page, the photos that were handed over, and where results lie.

Every audit has a folder of its own with all its data, so that deleting the folder deletes everything.
"""

from __future__ import annotations

import json
import re
import secrets
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from saliency.audit import delete as delete_job
from saliency.audit.inputs.areas import NamedBox
from saliency.audit.inputs.files import FileError, disk_remedy
from saliency.audit.inputs.masks import PRODUCT
from saliency.audit.inputs.source import Source, gather
from saliency.audit.job import MASKS, PHOTOS
from saliency.audit.job_files import DATABASE, busy, is_locked, locked
from saliency.audit.job_folders import GONE, remove
from saliency.audit.json_types import conforms, from_json
from saliency.classifier import YesNoQuestion
from saliency.errors import SaliencyError
from saliency.photo.area import Box
from ui.server.places import AUDITS, audits_folder

HOME = AUDITS
"""Variable of the environment that says where audits are kept."""

OPEN, AGAINST = "audit", "against"  # parts of the address that name an audit, and an earlier one beside it
RUNNING, PAUSED, DONE, FAILED = STATES = ("running", "paused", "done", "failed")
LABELS, BOXES, RESULTS = "labels.csv", "areas.csv", "results"
_REQUEST, _EXPIRED = "asked.json", "expired"
_LARGEST = 64 * 2**20  # bytes of what was asked
_NAMED = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")  # what `make` calls a folder
_CUT_SHORT = 24 * 3600.0  # seconds after which a folder without an audit is what is left of one
_CHANGING = threading.Lock()


@dataclass(frozen=True)
class AuditRequest:
    """What one audit was asked, and how far it is.

    Attributes:
        model: Key of the model.
        method: Key of the view.
        view: What people know the view by; empty in audits of earlier programs.
        second: Key of the view it is compared with; empty for none.
        framing: "whole" or "crop".
        labels: Where labels come from: nowhere (empty), "folders", or `LABELS`.
        area: One box in all photos.
        area_name: What people call it, or what the masks mark.
        boxes: Whether there is a table of boxes.
        masks: Whether there are masks.
        days: How long it is kept after it was begun.
        begun: When, in ISO format.
        rendered: Whether the photos are the built-in set, made when it starts.
        refused: Files that were left out while unpacking, each with its sentence.
        state: `RUNNING`, `PAUSED`, `DONE` or `FAILED`.
        problem: Why it failed.
        question: What a model of tags or of a number is asked.
        against: Name of the folder of an older audit that it is compared with; empty for none.
    """

    name: str
    model: str
    method: str
    second: str = ""
    framing: str = "whole"
    labels: str = ""
    area: Box | None = None
    area_name: str = ""
    boxes: bool = False
    masks: bool = False
    days: int = 7
    begun: str = ""
    view: str = ""
    rendered: bool = False
    refused: tuple[tuple[str, str], ...] = ()
    state: str = RUNNING
    problem: str = ""
    question: YesNoQuestion | None = None
    against: str = ""

    @property
    def expires(self) -> date:
        """The last day on which it is kept."""
        return datetime.fromisoformat(self.begun).date() + timedelta(days=self.days)


def home() -> Path:
    """Where audits are kept."""
    return audits_folder()


def listed() -> list[tuple[Path, AuditRequest]]:
    """All audits, the newest first; without those that are damaged."""
    pairs = [(folder, request) for folder in _inside() if (request := read(folder)) is not None]
    return sorted(pairs, key=lambda pair: pair[1].begun, reverse=True)


def damaged() -> list[Path]:
    """The folders of audits whose settings cannot be read."""
    return [path for path in _inside() if _is_audit(path) and read(path) is None]


def strangers() -> list[Path]:
    """What is in the folder of audits and is none: what somebody put there, what is left of an audit."""
    return [path for path in _inside() if not _is_audit(path) and not is_locked(path)]


def _is_audit(path: Path) -> bool:
    """Whether a folder holds an audit, readable or not."""
    here = path.is_dir() and not path.name.startswith(GONE)
    return here and any((path / name).exists() for name in (_REQUEST, DATABASE))


def _inside() -> list[Path]:
    try:
        return sorted(home().iterdir())
    except OSError:
        return []


def read(folder: Path) -> AuditRequest | None:
    """What the audit in a folder was asked; None where there is none, or none that can be read."""
    if folder.name.startswith(GONE):
        return None
    request: AuditRequest | None = read_whole(folder / _REQUEST, AuditRequest)
    try:
        return request if request and request.state in STATES and request.expires else None
    except (ValueError, ArithmeticError):  # no day there is
        return None


def read_whole(path: Path, kind: type) -> Any:
    """What `write_whole` wrote of a kind; None where there is nothing, or nothing that can be read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return None
        record = from_json(kind, json.loads(path.read_text(encoding="utf-8")))
        return record if conforms(kind, record) else None
    except (OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        return None


def write(folder: Path, request: AuditRequest) -> None:
    """Keeps what an audit was asked and how far it is; whole or not at all.

    Raises:
        SaliencyError: There is no room, or nothing can be written.
    """
    write_whole(folder / _REQUEST, asdict(request))


def write_whole(path: Path, record: dict[str, Any]) -> None:
    """Writes a small file of an audit as JSON; whole or not at all.

    Raises:
        SaliencyError: There is no room, or nothing can be written.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise disk_problem(error) from error


def disk_problem(error: OSError) -> SaliencyError:
    """What a person is told of a disk that is full or cannot be written; no path of the server is in it."""
    return SaliencyError(
        f"Audits cannot be kept on this computer: {disk_remedy(error)} Or ask your administrator (code A1).",
        code="A1",
    )


def told(error: SaliencyError, request: AuditRequest | None) -> SaliencyError:
    """An error with the audit's name in place of the server's path to it."""
    if isinstance(error, FileError) and Path(error.file).is_absolute():
        return error.named(request.name if request else Path(error.file).name)
    return error


def change(folder: Path, *, only: str = "", **values: Any) -> None:
    """Changes something about an audit that is still there.

    Args:
        folder: Of the audit.
        only: If not empty, only while it is in this state.
        values: What is changed.

    Raises:
        SaliencyError: There is no room, or nothing can be written.
    """
    with _CHANGING:
        before = read(folder)
        if before is not None and only in ("", before.state):
            write(folder, replace(before, **values))


def make() -> Path:
    """A folder for a new audit; it is in no list until `write` was called."""
    folder = home() / f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise disk_problem(error) from error
    return folder


@contextmanager
def making() -> Iterator[Path]:
    """A folder for a new audit, which nobody else touches while the block fills it; gone if that fails."""
    folder = make()
    try:
        with locked(folder):
            yield folder
    except BaseException:
        with suppress(SaliencyError):
            remove(folder)
        raise


def seen_expired(folder: Path, now: float) -> float:
    """When an audit was first seen to have expired, in seconds since 1970; noted if that is now."""
    mark = folder / _EXPIRED
    with suppress(OSError, ValueError):
        since = float(mark.read_text(encoding="ascii"))
        if since <= now:  # else the clock was wrong then
            return since
    mark.write_text(repr(now), encoding="ascii")
    return now


def unexpire(folder: Path) -> None:
    """Forgets that an audit was seen to have expired: it has not, by the clock as it is now."""
    (folder / _EXPIRED).unlink(missing_ok=True)


def source(folder: Path, request: AuditRequest) -> Source:
    """The photos of an audit with what is known of them.

    Raises:
        SaliencyError: There is no photo, or a table is wrong.
    """
    photos = folder / PHOTOS
    if not photos.is_dir():
        raise SaliencyError("The photos of this audit are not here any more. Delete it, and begin a new one.")
    return gather(
        photos,
        labels=folder / LABELS if request.labels == LABELS else request.labels or None,
        boxes=folder / BOXES if request.boxes else None,
        everywhere=[] if request.area is None else [NamedBox(request.area_name, request.area)],
        masks=folder / MASKS if request.masks else None,
        mask_name=request.area_name or PRODUCT,
        refused=dict(request.refused),
    )


def discard(folder: Path) -> None:
    """Deletes an audit with all its data, or what is left of one.

    Raises:
        SaliencyError: Another process is at work on it, or it cannot be deleted.
    """
    if (folder / DATABASE).is_file():
        delete_job(folder)
    elif is_locked(folder):
        raise busy(folder)
    elif folder.is_dir():
        remove(folder)


def clean(path: Path) -> None:
    """Deletes what is in the folder of audits and is none; of a link, only the link.

    Raises:
        SaliencyError: It is an audit or made into one now, it lies elsewhere, or it cannot be deleted.
    """
    if path not in strangers():
        raise SaliencyError("This is not here any more, or has become an audit. Nothing was deleted.")
    remove(path)


def tidy(now: float) -> None:
    """Deletes what no list shows: half-deleted folders, and those whose making was cut short a day ago.

    Only folders with a name that `make` gives are touched; damaged audits are not, as they may be mended.
    """
    for folder in strangers():
        if not _NAMED.fullmatch(folder.name.removeprefix(GONE)):
            continue
        if folder.name.startswith(GONE) or now - folder.stat().st_mtime > _CUT_SHORT:
            remove(folder)
