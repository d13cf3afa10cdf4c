"""Audits on disk: what was asked in the page, the photos that were handed over, and where results lie.

Every audit has a folder of its own with all its data, so that deleting the folder deletes everything.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import threading
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from saliency.audit import delete as delete_job
from saliency.audit.inputs.areas import NamedBox
from saliency.audit.inputs.masks import PRODUCT
from saliency.audit.inputs.source import Source, gather
from saliency.audit.job import DATABASE, MASKS, PHOTOS
from saliency.audit.job_folders import GONE, remove
from saliency.audit.json_types import from_json
from saliency.errors import SaliencyError
from saliency.photo.area import Box

HOME = "SPOTLIGHT_AUDITS"
"""Variable of the environment that says where audits are kept."""

RUNNING, PAUSED, DONE, FAILED = "running", "paused", "done", "failed"
LABELS, BOXES, RESULTS = "labels.csv", "areas.csv", "results"
_REQUEST = "asked.json"
_NAMED = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")  # what `make` calls a folder
_CUT_SHORT = 24 * 3600.0  # seconds after which a folder without an audit is what is left of one
_CHANGING = threading.Lock()


@dataclass(frozen=True)
class AuditRequest:
    """What one audit was asked, and how far it is.

    Attributes:
        model: Key of the model.
        method: Key of the view.
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
    rendered: bool = False
    refused: tuple[tuple[str, str], ...] = ()
    state: str = RUNNING
    problem: str = ""

    @property
    def expires(self) -> date:
        """The last day on which it is kept."""
        return datetime.fromisoformat(self.begun).date() + timedelta(days=self.days)


def home() -> Path:
    """Where audits are kept."""
    return Path(os.environ.get(HOME) or Path.home() / ".spotlight" / "audits")


def listed() -> list[tuple[Path, AuditRequest]]:
    """All audits, the newest first."""
    folders = sorted(home().iterdir()) if home().is_dir() else []
    pairs = [(folder, request) for folder in folders if (request := read(folder)) is not None]
    return sorted(pairs, key=lambda pair: pair[1].begun, reverse=True)


def read(folder: Path) -> AuditRequest | None:
    """What the audit in a folder was asked; None where there is none, or none that can be read."""
    try:
        request: AuditRequest = from_json(
            AuditRequest, json.loads((folder / _REQUEST).read_text(encoding="utf-8"))
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return request


def write(folder: Path, request: AuditRequest) -> None:
    """Keeps what an audit was asked and how far it is; whole or not at all."""
    part = folder / f"{_REQUEST}.{secrets.token_hex(4)}.part"
    part.write_text(json.dumps(asdict(request), ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(folder / _REQUEST)


def change(folder: Path, *, only: str = "", **values: Any) -> None:
    """Changes something about an audit that is still there.

    Args:
        folder: Of the audit.
        only: If not empty, only while it is in this state.
        values: What is changed.
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
        raise SaliencyError(
            f"Audits cannot be kept on this computer ({error.strerror}). Ask your administrator (code A1).",
            code="A1",
        ) from error
    return folder


def source(folder: Path, request: AuditRequest) -> Source:
    """The photos of an audit with what is known of them.

    Raises:
        SaliencyError: There is no photo, or a table is wrong.
    """
    return gather(
        folder / PHOTOS,
        labels=folder / LABELS if request.labels == LABELS else request.labels or None,
        boxes=folder / BOXES if request.boxes else None,
        everywhere=[] if request.area is None else [NamedBox(request.area_name, request.area)],
        masks=folder / MASKS if request.masks else None,
        mask_name=request.area_name or PRODUCT,
        refused=dict(request.refused),
    )


def discard(folder: Path) -> None:
    """Deletes an audit with all its data.

    Raises:
        SaliencyError: Another process is at work on it.
    """
    if (folder / DATABASE).is_file():
        delete_job(folder)
    elif folder.is_dir():
        remove(folder)


def tidy(now: float) -> None:
    """Deletes what no list shows: half-deleted folders, and those whose making was cut short a day ago.

    Only folders with a name that `make` gives are touched.
    """
    for folder in sorted(home().iterdir()) if home().is_dir() else ():
        if not _NAMED.fullmatch(folder.name.removeprefix(GONE)):
            continue
        if folder.name.startswith(GONE):
            shutil.rmtree(folder)
        elif read(folder) is None and now - folder.stat().st_mtime > _CUT_SHORT:
            discard(folder)
