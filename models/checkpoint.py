"""Read a weights file: tensors by name and nothing else, so that a file can never run code."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from models.errors import ModelError

_WRAPPERS = ("state_dict", "model_state_dict", "model")
# In torch's message, when a file asks for functions or classes instead of plain values.
_MORE_THAN_WEIGHTS = ("GLOBAL", "add_safe_globals", "Trying to call reduce", "TorchScript")
_UNREADABLE = (OSError, RuntimeError, ValueError, TypeError, LookupError, EOFError, pickle.UnpicklingError)
_SAVE = "Save only the weights, with torch.save(model.state_dict(), …)"


def read_weights(path: Path) -> dict[str, Tensor]:
    """The entries of a ``.safetensors``, ``.pth`` or ``.pt`` file, on the CPU.

    A checkpoint that holds its weights under ``state_dict``, ``model_state_dict`` or ``model`` is looked
    into.

    Raises:
        ModelError: The file cannot be read, is damaged, or holds more than plain weights.
    """
    content = _safetensors(path) if path.suffix == ".safetensors" else _pickled(path)
    for key in _WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if not isinstance(content, Mapping) or not content:
        raise ModelError(f"{path.name} holds no weights. Save them with torch.save(model.state_dict(), …).")
    foreign = [str(name) for name, value in content.items() if not isinstance(value, Tensor)]
    if foreign:
        raise ModelError(f"{path.name} holds more than weights ({', '.join(foreign[:3])}). {_SAVE}.")
    return {str(name): value for name, value in content.items()}


def digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits; remembered until the file changes."""
    status = path.stat()
    return _digest(path, status.st_mtime_ns, status.st_size)


def _safetensors(path: Path) -> object:
    try:  # copied, so that the file can be replaced while the model is in use
        return {name: value.clone() for name, value in safetensors.torch.load_file(path).items()}
    except (safetensors.SafetensorError, OSError, ValueError, KeyError) as error:
        raise _unreadable(path, "safetensors") from error


def _pickled(path: Path) -> object:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except _UNREADABLE as error:
        if any(sign in str(error) for sign in _MORE_THAN_WEIGHTS):
            raise ModelError(
                f"{path.name} holds more than plain weights and was not opened, as it could run code. "
                f"{_SAVE}, or as safetensors."
            ) from error
        raise _unreadable(path, "PyTorch weights") from error


def _unreadable(path: Path, kind: str) -> ModelError:
    return ModelError(
        f"{path.name} could not be read as {kind}. It may be damaged or cut off: copy it again."
    )


@lru_cache(maxsize=256)
def _digest(path: Path, modified: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
