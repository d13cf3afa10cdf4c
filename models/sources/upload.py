"""The files of a model as somebody hands them over: one file, a folder, or a ZIP, unpacked within bounds."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from models.errors import ModelError, quoted
from saliency.audit.inputs.archive import DAMAGED, opened
from saliency.names import readable

LARGEST = 2_700_000_000  # bytes of a model in all; torchvision's largest has 2.6 · 10^9
_MOST_FILES = 500
_MOST_GROWTH = 50  # times a ZIP may unpack to its own size; weights hardly shrink
_FREE = 50_000_000  # bytes that any ZIP may unpack to
_CARRY_CODE = dict.fromkeys((".pkl", ".pickle", ".joblib", ".dill"), "a pickle") | {
    ".pt2": "a program of PyTorch",
    ".mar": "an archive of TorchServe",
    ".py": "a program",
    ".ipynb": "a notebook",
}
_LEFT_OUT = ("__MACOSX", ".DS_Store", "Thumbs.db", ".git")


@contextmanager
def files_of(path: Path) -> Iterator[list[Path]]:
    """The files of a model: the file itself, those of a folder, or of a ZIP, unpacked for as long as needed.

    Raises:
        ModelError: There is nothing, too much, or a ZIP that is damaged, grows, or leads out of its folder.
    """
    if path.is_dir():
        yield _bounded(path)
    elif not path.exists():
        raise ModelError(f"There is no file {readable(str(path))}.")
    elif not path.is_file():
        raise ModelError(f"{quoted(path.name)} is not a file.")
    elif path.suffix.lower() == ".zip":
        with TemporaryDirectory(prefix="spotlight-model-") as folder:
            _unpack(path, Path(folder))
            yield _bounded(Path(folder))
    else:
        _check_size(path.stat().st_size, path.name)
        yield [path]


def _bounded(folder: Path) -> list[Path]:
    """The regular files of a folder, but for links and what file managers add."""
    files = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not path.is_file() or path.is_symlink() or any(part in _LEFT_OUT for part in parts):
            continue
        files.append(path)
        if len(files) > _MOST_FILES:
            raise ModelError(f"There are more than {_MOST_FILES} files. Give only those of the model.")
    _check_size(sum(path.stat().st_size for path in files), folder.name)
    return files


def _check_size(size: int, name: str) -> None:
    if size > LARGEST:
        raise ModelError(
            f"{quoted(name)} is {size / 1e9:.1f} GB; a model may have {LARGEST / 1e9:.1f} GB. "
            "Save only the weights, in half precision where they are larger."
        )


def _unpack(path: Path, folder: Path) -> None:
    name = quoted(path.name)
    try:
        with path.open("rb") as file, opened(file) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            size = sum(entry.file_size for entry in entries)
            if len(entries) > _MOST_FILES:
                raise ModelError(f"{name} holds more than {_MOST_FILES} files. Pack only those of the model.")
            if size > max(_FREE, _MOST_GROWTH * path.stat().st_size):
                raise ModelError(
                    f"{name} unpacks to {size / 1e9:.1f} GB, as no model does. It was not opened."
                )
            _check_size(size, path.name)
            for entry in entries:
                _write(packed, entry, folder, name)
    except (*DAMAGED, RuntimeError, OSError) as error:
        raise ModelError(
            f"{name} cannot be unpacked. Pack it again, as a plain ZIP without a password."
        ) from error


def _write(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, name: str) -> None:
    inside = PurePosixPath(entry.filename.replace("\\", "/"))
    drive = ":" in inside.parts[0] if inside.parts else True
    if inside.is_absolute() or ".." in inside.parts or drive or stat.S_ISLNK(entry.external_attr >> 16):
        raise ModelError(f"{name} holds {quoted(entry.filename)}, which leads out of it. It was not opened.")
    target = folder.joinpath(*inside.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(entry) as source, target.open("wb") as file:
        left = entry.file_size
        while block := source.read(min(2**20, left + 1)):
            left -= len(block)
            if left < 0:  # more than it stated
                raise ModelError(f"{name} unpacks to more than it says. It was not opened.")
            file.write(block)


def refuse_code(files: list[Path]) -> None:
    """Refuses kinds of files that can carry code.

    Raises:
        ModelError: One of the files is of such a kind.
    """
    for path in files:
        if what := _CARRY_CODE.get(path.suffix.lower()):
            raise ModelError(
                f"{quoted(path.name)} is {what}, which can carry code that runs when it is opened, so it is "
                "not taken. Export the model as ONNX, or save only its weights as safetensors."
            )


def copied(files: list[Path], target: Path) -> None:
    """Copies files of one model into a folder, with the folders that they are in below their common one."""
    root = os.path.commonpath([path.parent for path in files])
    for path in files:
        inside = path.relative_to(root)
        (target / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / inside)


def files_below(files: list[Path], folder: Path) -> list[Path]:
    """Those of the files that are in a folder."""
    return [path for path in files if path.is_relative_to(folder)]
