"""The sources of models of one's own: which formats can be read, and which of them a model's files are in.

A source is a module beside this one with ``NAME``, ``recognises(files)`` and ``read(files)``, and, where it
applies, ``PACKAGES``, which it imports only when it reads, ``CARRIES_CODE``, true where reading a file can
run what is in it, ``settings(files)``: further entries of model.json
that the files state, and ``companions(files)``: files beside a lone one that belong to it. It is found by
being there; the order in which sources are asked is stated below.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

from models.errors import ModelError, counted, first_three, quoted
from models.sources.read_model import ReadModel
from saliency.photo.reading import SUFFIXES

INSTALL = "pip install -r requirements-models.txt"
_ORDER = ("endpoint", "hugging_face", "timm_checkpoint", "onnx", "keras_file")
_LAST = ("torchvision_weights",)  # what no other source knows may be plain weights


class Source(Protocol):
    """A module that reads one format."""

    NAME: str

    def recognises(self, files: Sequence[Path]) -> bool:
        """Whether the files look like a model in this format; nothing is run or unpickled for it."""
        ...

    def read(self, files: Sequence[Path]) -> ReadModel:
        """The model in the files. Raises :class:`ModelError` where they do not hold one."""
        ...


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its format, as model.json names it, in the order in which they are asked."""
    package = import_module("models.sources")
    found: dict[str, Source] = {}
    for module in pkgutil.iter_modules(package.__path__):
        source = import_module(f"models.sources.{module.name}")
        if all(hasattr(source, part) for part in ("NAME", "recognises", "read")):
            found[module.name] = cast(Source, source)
    middle = sorted(found.keys() - {*_ORDER, *_LAST})
    names = [name for name in (*_ORDER, *middle, *_LAST) if name in found]
    return {name.replace("_", "-"): found[name] for name in names}


def format_of(files: Sequence[Path]) -> str:
    """The format that a model's files are in.

    Raises:
        ModelError: None that is known.
    """
    for name, source in sources().items():
        if source.recognises(files):
            return name
    if not files:
        raise ModelError("There is no file in it. Give the model's file, or the folder or ZIP that holds it.")
    shown = first_three([quoted(path.name) for path in files])
    if all(path.suffix.lower() in SUFFIXES for path in files):
        raise ModelError(
            f"Only photos were given ({shown}), and no model. Give the file that training or a service gave "
            "you, such as an ONNX file; photos are explained on the page Explain."
        )
    known = ", ".join(source.NAME for source in sources().values())
    raise ModelError(
        f"No kind of model is recognised in {counted(len(files), 'file', 'files')} ({shown}). What can be "
        f"added: {known}. Most software can save a model as ONNX."
    )


def read(name: str, files: Sequence[Path]) -> ReadModel:
    """The model in files of that format.

    Raises:
        ModelError: There is no such format, a package is not installed that reads it, or it cannot be read.
    """
    source = _source(name)
    for package in getattr(source, "PACKAGES", ()):
        if find_spec(package) is None:
            raise ModelError(
                f"Reading {source.NAME} needs the package {package}, which is not installed. Run: {INSTALL}."
            )
    return source.read(files)


def refuse_code(name: str) -> None:
    """Refuses what somebody handed over through the page, where reading it can run code.

    Raises:
        ModelError: Files of that format can carry code.
    """
    source = _source(name)
    if getattr(source, "CARRIES_CODE", False):
        raise ModelError(
            f"This is {source.NAME}, and such a file can carry code, so it is not opened here. Whoever runs "
            "this server can add it with: python -m models add FILE. Or save the model as ONNX."
        )


def settings(name: str, files: Sequence[Path]) -> dict[str, Any]:
    """Further entries of model.json that files of that format state."""
    state = getattr(_source(name), "settings", None)
    return dict(state(files)) if state else {}


def companions(name: str, files: Sequence[Path]) -> list[Path]:
    """Files beside these that belong to the model too, such as weights that are kept apart."""
    find = getattr(_source(name), "companions", None)
    return [path for path in find(files) if path not in files] if find else []


def _source(name: str) -> Source:
    if name not in sources():
        raise ModelError(f"The format {quoted(name)} is unknown. It can be {', '.join(sources())}.")
    return sources()[name]
