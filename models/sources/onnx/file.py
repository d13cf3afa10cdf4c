"""An ONNX file, opened with care: nothing in it is run, and nothing outside its folder is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from models.errors import ModelError, first_three, quoted

_LARGEST = 2**31  # bytes: what a protobuf can hold
_LARGEST_IN_ALL = 8 * 10**9
_OLDEST = 7


def onnx_package() -> ModuleType:
    """The package ``onnx``.

    Raises:
        ModelError: It is not installed.
    """
    try:
        import onnx
        import onnx.inliner
    except ImportError:
        raise ModelError(
            "Reading ONNX files needs the package onnx. Run: pip install -r requirements.txt."
        ) from None
    return onnx


def open_model(path: Path) -> Any:
    """A ``ModelProto`` with its weights, and without functions of its own.

    Raises:
        ModelError: It cannot be read, is damaged, too large, too old, or too new.
    """
    onnx = onnx_package()
    try:
        size = path.stat().st_size
        if size >= _LARGEST:
            raise ModelError(
                f"{quoted(path.name)} is larger than 2 GB, more than an ONNX file can hold. Export it with "
                "its weights in a file beside it (external data)."
            )
        model = onnx.load_model(str(path), format="protobuf", load_external_data=False)
    except OSError as error:
        raise ModelError(f"{quoted(path.name)} could not be read ({error.strerror}).") from error
    except ModelError:
        raise
    except Exception as error:  # protobuf's own kind of error, and what odd bytes make of it
        raise _damaged(path) from error
    if not model.graph.node or not model.graph.output or not model.opset_import:
        raise _damaged(path)
    _load_beside(model, path)
    if model.functions:
        try:
            model = onnx.inliner.inline_local_functions(model)
        except Exception as error:
            raise _damaged(path) from error
    return model


def opset(model: Any) -> int:
    """The version of ONNX's operators that a model is written in.

    Raises:
        ModelError: It is older or newer than what is read.
    """
    newest = onnx_package().defs.onnx_opset_version()
    version = next((int(o.version) for o in model.opset_import if o.domain in ("", "ai.onnx")), newest)
    if version < _OLDEST:
        raise ModelError(
            f"The file is written in opset {version} of ONNX; {_OLDEST} to {newest} can be read. "
            "Export it again with a newer opset."
        )
    if version > newest:
        raise ModelError(
            f"The file is written in opset {version} of ONNX; {_OLDEST} to {newest} can be read. "
            f"Export it with opset {newest}, or install a newer onnx."
        )
    return version


def files_beside(path: Path) -> list[Path]:
    """The files in which an ONNX file keeps its weights.

    Raises:
        ModelError: It cannot be read, or wants to read what is not in its folder.
    """
    onnx = onnx_package()
    try:
        model = onnx.load_model(str(path), format="protobuf", load_external_data=False)
    except Exception:  # whatever it is, reading says it better
        return []
    folder = path.parent.resolve()
    outside = [tensor for tensor in _tensors(model.graph, model.functions) if tensor.data_location == 1]
    names = {entry.value for tensor in outside for entry in tensor.external_data if entry.key == "location"}
    return sorted(file for file in (_beside(folder, name) for name in names) if file.is_file())


def _load_beside(model: Any, path: Path) -> None:
    """Reads the weights that are in files beside the model.

    Raises:
        ModelError: One is missing, is not in the model's folder, or is too short.
    """
    from onnx import numpy_helper
    from onnx.external_data_helper import load_external_data_for_tensor

    folder = path.parent.resolve()
    outside = [tensor for tensor in _tensors(model.graph, model.functions) if tensor.data_location == 1]
    entries = [{entry.key: entry.value for entry in tensor.external_data} for tensor in outside]
    names = list(dict.fromkeys(entry.get("location", "") for entry in entries))
    files = [_beside(folder, name) for name in names]
    missing = [name for name, file in zip(names, files, strict=True) if not file.is_file()]
    if missing:
        raise ModelError(
            f"The weights of {quoted(path.name)} are in {first_three([quoted(name) for name in missing])}, "
            "which is not there. Put it beside the ONNX file, under that name."
        )
    if sum(file.stat().st_size for file in files) > _LARGEST_IN_ALL:
        raise ModelError(f"The weights are larger than {_LARGEST_IN_ALL // 10**9} GB.")
    for tensor, entry in zip(outside, entries, strict=True):
        file = _beside(folder, entry["location"])
        try:
            offset, length = int(entry.get("offset", 0)), int(entry.get("length", 0))
            if offset < 0 or length < 0 or offset + length > file.stat().st_size:
                raise ValueError("the file ends before")
            load_external_data_for_tensor(tensor, str(folder))
            tensor.data_location = 0
            numpy_helper.to_array(tensor)
        except Exception as error:  # a wrong number, and onnx's own kinds of error
            raise ModelError(
                f"The weights in {quoted(entry['location'])} do not fit {quoted(path.name)}. Copy both anew."
            ) from error


def _beside(folder: Path, name: str) -> Path:
    """The file of that name in the folder.

    Raises:
        ModelError: It would be elsewhere.
    """
    file = folder / name
    if not name or "\x00" in name or Path(name).is_absolute() or not file.resolve().is_relative_to(folder):
        raise ModelError(
            f"The file wants to read weights from {quoted(name)}, which is not in its folder. "
            "Export it with its weights beside it."
        )
    return file


def _tensors(graph: Any, functions: Any = ()) -> Iterator[Any]:
    """All tensors that a graph holds, in branches and settings too."""
    yield from getattr(graph, "initializer", ())
    for node in (*graph.node, *(node for function in functions for node in function.node)):
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            if attribute.HasField("g"):
                yield from _tensors(attribute.g)
            for branch in attribute.graphs:
                yield from _tensors(branch)


def _damaged(path: Path) -> ModelError:
    return ModelError(
        f"{quoted(path.name)} is no ONNX file, or is damaged. Copy it anew, or export the model again."
    )
