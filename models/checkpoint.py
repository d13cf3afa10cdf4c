"""Read a weights file: tensors by name and nothing else, so that a file can never run code."""

from __future__ import annotations

import hashlib
import pickle
import re
import struct
import threading
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor
from torch.serialization import safe_globals

from models.errors import ModelError
from models.pickled_values import STAND_INS

_lock = threading.Lock()  # what torch allows in a file, it allows to the whole process meanwhile

# In torch's message, when a file asks for functions or classes instead of plain values.
_MORE_THAN_WEIGHTS = ("GLOBAL", "add_safe_globals", "Trying to call reduce", "TorchScript")
_UNREADABLE = (
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    MemoryError,
    pickle.UnpicklingError,
    struct.error,
    zipfile.BadZipFile,
)
_SAVE = "Save only the weights, with torch.save(model.state_dict(), …)"
_SLACK = 2**24  # bytes by which a tensor that was expanded may be larger than its file
_DEEPEST = 8  # mappings inside one another, below which no weights are looked for


def read_weights(path: Path) -> dict[str, Tensor]:
    """All tensors of a ``.safetensors``, ``.pth`` or ``.pt`` file, on the CPU, by where they are in it.

    In a checkpoint that holds its weights under ``model``, each name begins with ``model.``, which
    :func:`models.weight_sets.weight_set` understands. What is no tensor, such as an epoch, is passed over.

    Raises:
        ModelError: The file cannot be read, is damaged, or holds more than plain values.
    """
    content = _safetensors(path) if path.suffix == ".safetensors" else _pickled(path)
    weights = dict(_tensors(content))
    most = path.stat().st_size + _SLACK
    if any(value.layout is torch.strided and value.nbytes > most for value in weights.values()):
        raise _unreadable(path, "weights")  # one number repeated to a size that no computer could hold
    if not weights:
        raise ModelError(f"{path.name} holds no weights. Save them with torch.save(model.state_dict(), …).")
    return weights


def digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits; remembered until the file changes."""
    status = path.stat()
    return _digest(path, status.st_mtime_ns, status.st_size)


def _safetensors(path: Path) -> object:
    try:  # copied, so that the file can be replaced while the model is in use
        if str(path).isprintable():
            return {name: value.clone() for name, value in safetensors.torch.load_file(path).items()}
        return safetensors.torch.load(path.read_bytes())  # a path that is not UTF-8 cannot be handed on
    except (safetensors.SafetensorError, OSError, ValueError, KeyError) as error:
        raise _unreadable(path, "safetensors") from error


def _pickled(path: Path) -> object:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:  # torch packs nothing: what grows is no file of its
                if sum(entry.file_size for entry in packed.infolist()) > path.stat().st_size:
                    raise _unreadable(path, "PyTorch weights")
        with _lock, safe_globals(STAND_INS):
            return torch.load(path, map_location="cpu", weights_only=True)
    except _UNREADABLE as error:
        if any(sign in str(error) for sign in _MORE_THAN_WEIGHTS):
            foreign = re.search(r"GLOBAL ([\w.]+)", str(error))
            what = f" (it asks for {foreign[1][:80]})" if foreign else ""
            raise ModelError(
                f"{path.name} holds more than plain weights and was not opened, as it could run code{what}. "
                f"{_SAVE}, or as safetensors."
            ) from error
        raise _unreadable(path, "PyTorch weights") from error


def _tensors(content: object, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Tensor]]:
    """Tensors by their names, those of mappings and lists inside with what leads to them."""
    if isinstance(content, Mapping):
        items: Iterable[tuple[object, object]] = content.items()
    else:
        items = enumerate(content) if isinstance(content, list | tuple) and depth else ()
    for key, value in items:
        name = f"{prefix}{key}"
        if isinstance(value, Tensor):
            yield name, value.detach()
        elif depth < _DEEPEST:
            yield from _tensors(value, f"{name}.", depth + 1)


def _unreadable(path: Path, kind: str) -> ModelError:
    return ModelError(
        f"{path.name} could not be read as {kind}. It may be damaged or cut off: copy it again."
    )


@lru_cache(maxsize=256)
def _digest(path: Path, modified: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
