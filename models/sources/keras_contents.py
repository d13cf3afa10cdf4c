"""What is in a Keras file, looked at before Keras opens it: its layers, and that none of them carries code.

``safe_mode`` refuses most of it too.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.errors import ModelError, quoted

_LARGEST = 32_000_000  # bytes of a description of layers
_MOST_GROWTH = 50  # times a .keras file, which is a ZIP, may unpack to its own size
_FREE = 50_000_000  # bytes that any may unpack to
_CARRY_CODE = ("Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer")
_READ_FILES = ("StringLookup", "IntegerLookup", "TextVectorization")  # at any path that is named in them


def refuse_code(path: Path, description: Any) -> None:
    """Refuses what is no layer of Keras's own.

    Raises:
        ModelError: A layer holds code, or would read other files.
    """
    for part in _parts(description):
        name, module = part["class_name"], part.get("module")
        if name in ("Lambda", "__lambda__"):
            raise ModelError(
                f"{path.name} has a Lambda layer, which holds Python code, and is not opened. "
                "Replace it by one of Keras's own layers, such as Rescaling, and save the model again."
            )
        known = module is None or (
            isinstance(module, str) and module.partition(".")[0] in ("keras", "builtins")
        )
        if not known or name in (*_CARRY_CODE, *_READ_FILES) or part.get("registered_name") == "function":
            raise ModelError(
                f"{path.name} asks for {quoted(name)}, which can run code or read other files, and is not "
                "opened. Use Keras's own picture layers alone, or export the model as ONNX."
            )


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """All parts of a description that ask for a class; how it was trained is not read."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("class_name"), str):
                yield part
            waiting += (inner for key, inner in part.items() if key != "compile_config")
        elif isinstance(part, list):
            waiting += part


def _refuse_numbers(group: Any, path: Path) -> None:
    """Refuses numbers that HDF5 would take from other files, and more of them than a file can hold."""
    import h5py

    waiting, size = [group], 0
    while waiting:
        part = waiting.pop()
        for name in part:
            link = part.get(name, getlink=True)
            inner = None if isinstance(link, h5py.SoftLink | h5py.ExternalLink) else part[name]
            if inner is None or (isinstance(inner, h5py.Dataset) and (inner.external or inner.is_virtual)):
                raise ModelError(
                    f"{path.name} takes numbers from another file, which is not read. Save the model anew."
                )
            if isinstance(inner, h5py.Group):
                waiting.append(inner)
            elif isinstance(inner, h5py.Dataset) and inner.shape is not None:
                size += inner.nbytes
    _refuse_growth(size, path)


def _refuse_growth(size: int, path: Path) -> None:
    if size > max(_FREE, _MOST_GROWTH * path.stat().st_size):
        raise ModelError(f"{path.name} unpacks to {size / 1e9:.1f} GB, as no model does. It was not opened.")


def description(path: Path) -> Any:
    """What a file says about its layers.

    Raises:
        ModelError: It is damaged, holds no layers, takes numbers from elsewhere, or unpacks to too much.
    """
    damaged = ModelError(f"{path.name} could not be read as a Keras file. It may be damaged: copy it again.")
    try:
        if path.suffix.lower() == ".keras":
            with zipfile.ZipFile(path) as packed:
                _refuse_growth(sum(entry.file_size for entry in packed.infolist()), path)
                import h5py

                for name in (name for name in packed.namelist() if name.endswith(".h5")):
                    with packed.open(name) as inner, h5py.File(inner, "r") as file:
                        _refuse_numbers(file, path)
                entry = packed.getinfo("config.json")
                if entry.file_size > _LARGEST:
                    raise damaged
                return json.loads(packed.read(entry))
        import h5py

        with h5py.File(path, "r") as file:
            _refuse_numbers(file, path)
            text = file.attrs.get("model_config")
    except (OSError, KeyError, ValueError, RecursionError, zipfile.BadZipFile) as error:
        raise damaged from error
    if text is None:
        raise ModelError(f"{quoted(path.name)} holds weights without the model. Save it with model.save(…).")
    return json.loads(text)
