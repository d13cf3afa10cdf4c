"""Models of one's own on the disk: kept, renamed and removed, each a folder in models/custom."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from filelock import FileLock

from models.built_in import BUILT_IN
from models.catalogue import CATALOGUE
from models.errors import ModelError, did_you_mean, quoted
from models.sources import folder as folders
from models.sources.description import LONGEST_NAME
from saliency.names import readable

_UNFINISHED, _LOCK = ".adding-", "lock"


@dataclass(frozen=True)
class WorkingFolder:
    """A folder on the disk of people's own models, so that what is finished can be moved in one step.

    Attributes:
        path: Where it is.
        lock: Tells other processes that somebody is at work in it.
    """

    path: Path
    lock: FileLock

    def delete(self) -> None:
        """Deletes it with what is in it."""
        self.lock.release()
        shutil.rmtree(self.path, ignore_errors=True)


def new_working_folder() -> WorkingFolder:
    """A folder that stays until its owner deletes it.

    Raises:
        ModelError: That disk cannot be written.
    """
    try:
        folders.OWN_FOLDER.mkdir(parents=True, exist_ok=True)
        path = Path(mkdtemp(prefix=_UNFINISHED, dir=folders.OWN_FOLDER))
        lock = FileLock(path / _LOCK, timeout=0)
        lock.acquire()
    except OSError as error:
        raise _unwritable(error) from error
    return WorkingFolder(path, lock)


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder for the block, and no longer.

    Raises:
        ModelError: That disk cannot be written.
    """
    folder = new_working_folder()
    try:
        yield folder.path
    finally:
        folder.delete()


def tidy() -> None:
    """Deletes what is left where adding a model was cut short, and its process is no more."""
    for path in folders.OWN_FOLDER.glob(f"{_UNFINISHED}*"):
        with suppress(OSError):  # Timeout, which somebody at work makes of it, is one
            lock = FileLock(path / _LOCK, timeout=0)
            lock.acquire()
            WorkingFolder(path, lock).delete()


def free_key(wish: str, *, numbered: bool = False) -> str:
    """A key like a wish that no model has; where it is taken, with a number behind it if that is wanted.

    Raises:
        ModelError: There is none like it, or it is taken.
    """
    key = re.sub(r"[^\w.-]+", "-", readable(wish)).strip("-.").lower()[:60]
    if not key:
        raise ModelError(
            f"{quoted(wish)} cannot be a model's key. Choose one in letters and digits.", field="key"
        )
    if not _is_taken(key):
        return key
    if not numbered:
        raise ModelError(f"There is a model called {quoted(key)} already. Choose another key.", field="key")
    return next(tried for count in range(2, 10**6) if not _is_taken(tried := f"{key}-{count}"))


def keep(made: Path, key: str, name: str = "") -> Path:
    """Moves the finished folder of a model to where it is found by its key; returns where that is.

    Args:
        made: The folder.
        key: One that no model has.
        name: What people read; empty for what model.json says.

    Raises:
        ModelError: It cannot be written.
    """
    target = folders.OWN_FOLDER / key
    try:
        if name:
            _state_name(made, name)
        return made.rename(target)
    except OSError as error:
        raise _unwritable(error) from error


def rename(key: str, name: str) -> None:
    """Gives a model of one's own another name; its key, by which links and audits know it, stays.

    Raises:
        ModelError: There is none of that key, the name is empty or too long, or it cannot be written.
    """
    if not readable(name):
        raise ModelError("A model needs a name. Type one.", field="name")
    if len(readable(name)) > LONGEST_NAME:
        raise ModelError(f"A name has at most {LONGEST_NAME} characters. Shorten it.", field="name")
    try:
        _state_name(_own_folder(key), name)
    except OSError as error:
        raise _unwritable(error) from error


def remove(key: str) -> Path:
    """Deletes a model of one's own; returns where it was.

    Raises:
        ModelError: There is none of that key, or it cannot be deleted.
    """
    where = _own_folder(key)
    try:
        if where.is_symlink():
            where.unlink()
        else:
            shutil.rmtree(where)
    except OSError as error:
        raise ModelError(f"{readable(str(where))} could not be deleted ({error.strerror}).") from error
    return where


def _own_folder(key: str) -> Path:
    """The folder of a model of one's own, by its name or, where that means another model too, its path."""
    own = folders.own_folders()
    by_path = {str(path): path for path in own.values()}
    if key in own or key in by_path:
        return own.get(key) or by_path[key]
    if key in BUILT_IN or key in CATALOGUE:
        raise ModelError(f"{quoted(key)} is no model of your own, so it stays.")
    remedy = did_you_mean(key, own, "“python -m models list” shows them.")
    raise ModelError(f"There is no model of your own called {quoted(key)}. {remedy}")


def _state_name(folder: Path, name: str) -> None:
    """Writes a name into model.json; whole or not at all."""
    path = folder / "model.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        text = json.dumps(content | {"name": readable(name)}, indent=2, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError) as error:
        raise ModelError("The model's own description is damaged. Remove it, and add it again.") from error
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _is_taken(key: str) -> bool:
    return key in BUILT_IN or key in CATALOGUE or (folders.OWN_FOLDER / key).exists()


def _unwritable(error: OSError) -> ModelError:
    return ModelError(f"models/custom cannot be written ({error.strerror}).")
