"""Audits on disk: what was asked in the page, the photos that were handed over, and where results lie.

Every audit has a folder of its own with all its data, so that deleting the folder deletes everything.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from saliency.area import Box
from saliency.audit import delete as delete_job
from saliency.audit.job import DATABASE, PHOTOS
from saliency.audit.source import Source, gather
from saliency.audit.tables import Named
from saliency.audit.unpack import Limits, unpack
from saliency.errors import SaliencyError
from saliency.photo import SUFFIXES

PLACE = "SPOTLIGHT_AUDITS"
"""Variable of the environment that says where audits are kept."""

RUNNING, PAUSED, DONE, FAILED = "running", "paused", "done", "failed"
LABELS, BOXES, MASKS, RESULTS = "labels.csv", "areas.csv", "masks", "results"
_ASKED = "asked.json"
_MOST = 10_000  # photos of one audit
_STEP = 2**20  # bytes copied at a time


Upload = Any
"""A file that was handed over, as Streamlit gives it: with name, size, `seek` and `read`."""


@dataclass(frozen=True)
class Asked:
    """What one audit was asked, and how far it is.

    Attributes:
        name: What people call it.
        model: Key of the model.
        method: Key of the view.
        second: Key of the view it is compared with; empty for none.
        framing: "whole" or "crop".
        labels: Where labels come from: nowhere (empty), "folders", or `LABELS`.
        area: One box in all photos.
        area_name: What people call it.
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
    return Path(os.environ.get(PLACE) or Path.home() / ".spotlight" / "audits")


def listed() -> list[tuple[Path, Asked]]:
    """All audits, the newest first."""
    place = home()
    found = [(folder, read(folder)) for folder in sorted(place.iterdir())] if place.is_dir() else []
    known = [(folder, asked) for folder, asked in found if asked is not None]
    return sorted(known, key=lambda pair: pair[1].begun, reverse=True)


def read(folder: Path) -> Asked | None:
    """What the audit in a folder was asked; None where there is none, or none that can be read."""
    try:
        known = json.loads((folder / _ASKED).read_text(encoding="utf-8"))
        values = {field.name: known[field.name] for field in fields(Asked) if field.name in known}
        area = values.get("area")
        refused = tuple((file, sentence) for file, sentence in values.get("refused", ()))
        return Asked(**values | {"area": tuple(area) if area else None, "refused": refused})
    except (OSError, ValueError, TypeError):
        return None


def write(folder: Path, asked: Asked) -> None:
    """Keeps what an audit was asked and how far it is; whole or not at all."""
    part = folder / f"{_ASKED}.{secrets.token_hex(4)}.part"
    part.write_text(json.dumps(asdict(asked), ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(folder / _ASKED)


def change(folder: Path, **values: Any) -> None:
    """Changes something about an audit that is still there."""
    before = read(folder)
    if before is not None:
        write(folder, replace(before, **values))


def with_values(asked: Asked, **values: Any) -> Asked:
    """The same with some things changed."""
    return replace(asked, **values)


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


def keep_photos(folder: Path, uploads: Sequence[Upload]) -> tuple[tuple[str, str], ...]:
    """Writes photos and ZIPs into an audit's folder.

    Args:
        folder: Of the audit.
        uploads: Photos, photos with the folders they were in, or ZIPs.

    Returns:
        Photos that were left out, each with its sentence.

    Raises:
        SaliencyError: There is no photo among them, there are too many, or an archive is not safe.
    """
    photos = folder / PHOTOS
    packed = [upload for upload in uploads if upload.name.lower().endswith(".zip")]
    loose = [upload for upload in uploads if PurePosixPath(upload.name).suffix.lower() in SUFFIXES]
    if len(loose) > _MOST:
        raise SaliencyError(f"These are {len(loose):,} photos; the limit is {_MOST:,}. Please split the set.")
    refused: dict[str, str] = {}
    if len(packed) == 1 and not loose:
        refused = _unpacked(packed[0], photos, folder)
    else:
        photos.mkdir()
        for upload in packed:
            stem = PurePosixPath(_safe(upload.name)).stem or "photos"
            for file, sentence in _unpacked(upload, _free(photos / stem), folder).items():
                refused[f"{stem}/{file}"] = sentence
    shared = _shared([_safe(upload.name) for upload in loose])
    for upload in loose:
        path = _free(photos / _safe(upload.name).removeprefix(shared))
        path.parent.mkdir(parents=True, exist_ok=True)
        keep(upload, path)
    return tuple(sorted(refused.items()))


def keep_masks(folder: Path, upload: Upload) -> None:
    """Unpacks a ZIP of masks into an audit's folder.

    Raises:
        SaliencyError: It is not safe to unpack, or holds no picture.
    """
    _unpacked(upload, folder / MASKS, folder)


def keep(upload: Upload, path: Path) -> None:
    """Writes a file that was handed over.

    Raises:
        SaliencyError: There is no room for it.
    """
    try:
        with path.open("wb") as file:
            _copy(upload, file)
    except OSError as error:
        raise SaliencyError(
            f"“{upload.name}” could not be kept on this computer ({error.strerror}). "
            "Ask your administrator (code A1).",
            code="A1",
        ) from error


def source(folder: Path, asked: Asked) -> Source:
    """The photos of an audit with what is known of them.

    Raises:
        SaliencyError: There is no photo, or a table is wrong.
    """
    labels = folder / LABELS if asked.labels == LABELS else asked.labels or None
    everywhere = [] if asked.area is None else [Named(asked.area_name, asked.area)]
    return gather(
        folder / PHOTOS,
        labels=labels,
        boxes=folder / BOXES if asked.boxes else None,
        everywhere=everywhere,
        refused=dict(asked.refused),
    )


def discard(folder: Path) -> None:
    """Deletes an audit with all its data.

    Raises:
        SaliencyError: Another process is at work on it.
    """
    if (folder / DATABASE).is_file():
        delete_job(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _unpacked(upload: Upload, photos: Path, folder: Path) -> dict[str, str]:
    archive = folder / f"{secrets.token_hex(4)}.zip"
    keep(upload, archive)
    try:
        return unpack(archive, photos, Limits(count=_MOST))
    except SaliencyError as error:
        raise SaliencyError(error.message.replace(archive.name, upload.name)) from error
    finally:
        archive.unlink(missing_ok=True)


def _copy(upload: Upload, file: BinaryIO) -> None:
    upload.seek(0)
    while block := upload.read(_STEP):
        file.write(block)


def _safe(name: str) -> str:
    """A file's name with the folders it was in, that cannot lead outside."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    kept = [part.replace(":", "_").replace("\0", "_") for part in parts if part not in ("..", ".", "/")]
    return "/".join(kept) or "photo"


def _shared(names: Sequence[str]) -> str:
    """The folder all files were in, which says nothing about any of them; with its slash."""
    first = {name.partition("/")[0] for name in names if "/" in name}
    return f"{first.pop()}/" if len(first) == 1 and all("/" in name for name in names) else ""


def _free(path: Path) -> Path:
    """The path, or with a number behind its name if that is taken."""
    number, found = 2, path
    while found.exists():
        number, found = number + 1, path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found
