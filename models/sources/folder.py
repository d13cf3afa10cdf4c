"""A model of one's own: a folder with model.json, a weights file and labels.txt. See models/custom/README.md.

The built-in models are folders of the very same kind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import torch

from models import architecture
from models.architecture import Assembly
from models.checkpoint import digest, read_weights
from models.errors import ModelError, quoted
from models.sources import endpoint, registry
from models.sources.description import (
    ENDPOINT,
    Description,
    check_labels,
    model_files,
    output_count,
    read_description,
    read_labels,
    stated_format_of,
    weights_file,
)
from models.sources.outside import asked_classifier
from models.sources.package import packaged_weights
from models.sources.preparation import taking_rgb
from saliency.classifier import Classifier
from saliency.errors import NoGraphError, SaliencyError
from saliency.names import REPLACEMENT, readable

_LOG = logging.getLogger("spotlight")
_INFINITE_SCORES = (
    "The model ran, but gave scores that are not finite numbers. Check mean and std, and the weights."
)

OWN_FOLDER = Path(__file__).parents[1] / "custom"

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class _FolderContent:
    """A folder that is in order, read."""

    folder: Path
    description: Description
    labels: tuple[str, ...]
    weights: Path
    assembly: Assembly

    def classifier(self, device: str | None = None, precision: str = "full") -> Classifier:
        about, name, sha256 = self.description, readable(self.folder.resolve().name), digest(self.weights)
        if packaged := packaged_weights(self.folder):
            packaged.checked(sha256)
        source = about.source or f"the folder {name}"
        names = (
            self.assembly.module,
            about.preprocessing,
            self.labels,
            about.name or name,
            " ".join([source, *(f"({note.rstrip('.')})" for note in self.assembly.notes)]),
        )
        options: dict[str, Any] = {
            "digest": sha256,
            "device": device,
            "outputs": about.kind,
            **about.reading,
        }
        reason = self.assembly.outside
        if not reason:
            try:
                return Classifier.build(*names, precision=precision, **options)
            except NoGraphError as error:
                reason = error.reason
        return asked_classifier(*names, reason=reason, nbytes=self.weights.stat().st_size, **options)


class FolderReport(NamedTuple):
    """What there is to say about the folder of a model, in sentences.

    Attributes:
        problems: What is wrong with it; empty if it can be used.
        notes: What people should know of the weights that are used.
    """

    problems: list[str]
    notes: tuple[str, ...] = ()


def load_folder(folder: str | Path, device: str | None = None, precision: str = "full") -> Classifier:
    """The classifier in a folder; device and precision are those of :meth:`saliency.Classifier.build`.

    Raises:
        ModelError: Something is wrong with the folder; its problems are :func:`check_folder`'s sentences.
    """
    with any_failure_said(Path(folder)):
        if stated_format_of(Path(folder)) == ENDPOINT:
            return endpoint.classifier(Path(folder))
        return _content(Path(folder)).classifier(device, precision)


def check_folder(folder: str | Path) -> list[str]:
    """What is wrong with the folder of a model, in sentences; empty if it can be used.

    Reads everything, compares the weights with the architecture, and runs the model on one grey picture.
    """
    return folder_report(folder).problems


def folder_report(folder: str | Path) -> FolderReport:
    """What :func:`check_folder` says, and what it found that is no fault."""
    try:
        with any_failure_said(Path(folder)):
            if stated_format_of(Path(folder)) == ENDPOINT:
                return FolderReport([], endpoint.report(Path(folder)))
            return _checked(_content(Path(folder)))
    except ModelError as error:
        return FolderReport(error.problems)


def own_folders() -> dict[str, Path]:
    """The folders in models/custom that hold a model.json, by name; alike ones get a number."""
    folders: dict[str, Path] = {}
    for path in sorted(OWN_FOLDER.glob("*/model.json")):
        name, count = readable(path.parent.name) or REPLACEMENT, 1
        while (unique := name if count == 1 else f"{name}-{count}") in folders:
            count += 1
        folders[unique] = path.parent
    return folders


@contextmanager
def any_failure_said(folder: Path) -> Iterator[None]:
    """Says every failure as a sentence about the folder: what people put into it can be anything.

    Raises:
        ModelError: Something failed.
    """
    try:
        yield
    except ModelError:
        raise
    except SaliencyError as error:
        raise ModelError(error.message, code=error.code) from error
    except OSError as error:
        raise ModelError(
            f"The folder {readable(folder.name)} could not be read ({error.strerror})."
        ) from error
    except MemoryError as error:
        raise ModelError(f"The model in {readable(folder.name)} is too large for this computer.") from error
    except Exception as error:
        _LOG.warning("The folder of a model failed: %s", folder.name, exc_info=error)
        reason = readable(f"{type(error).__name__}: {error}")[:200]
        raise ModelError(f"The model in {readable(folder.name)} cannot be used ({reason}).") from error


def _checked(content: _FolderContent) -> FolderReport:
    height, width = content.description.preprocessing.size
    try:
        with torch.inference_mode():
            scores = content.assembly.module(torch.zeros(1, 3, height, width))
        outside = content.classifier().graph.outside
    except SaliencyError as error:
        return FolderReport([error.message])
    except (RuntimeError, ValueError, TypeError, AssertionError) as error:
        return FolderReport([f"The model could not be run on a picture of {height}×{width} pixels: {error}."])
    if not scores.isfinite().all():
        return FolderReport([_INFINITE_SCORES])
    return FolderReport([], (*content.assembly.notes, *([outside] if outside else [])))


def _content(folder: Path) -> _FolderContent:
    if not folder.is_dir():
        raise ModelError(f"There is no folder {readable(str(folder))}.")
    problems: list[str] = []

    def attempt(read: Callable[[Path], T]) -> T | None:
        try:
            return read(folder)
        except ModelError as error:
            problems.extend(error.problems)
            return None

    description, labels = attempt(read_description), attempt(read_labels)
    none_label = description.reading.get("none_label") if description else ""
    if labels and none_label and none_label not in labels:
        problems.append(
            f"labels.txt does not list {quoted(none_label)}, which model.json names as none_label."
        )
    if description is not None and labels is not None:
        attempt(lambda _: check_labels(labels, description.kind.kind))
    if description is not None and description.format:
        if labels is None or problems:
            raise ModelError(*problems)
        return _in_own_format(folder, description, labels)
    entries = attempt(lambda folder: read_weights(weights_file(folder)))
    if description is None or labels is None or entries is None or problems:
        raise ModelError(*problems)
    side, options = description.preprocessing.crop_size, description.options
    count = output_count(labels, description.kind.kind)
    assembly = architecture.build(description.architecture, count, entries, side=side, options=options)
    return _FolderContent(folder, description, labels, weights_file(folder), assembly)


def _in_own_format(folder: Path, description: Description, labels: tuple[str, ...]) -> _FolderContent:
    files = model_files(folder)
    if not files:
        raise ModelError(f"There are no files in {readable(folder.name)}/model. Put the model's files there.")
    model = registry.read(description.format, files)
    assembly = Assembly(taking_rgb(model.module, description.channels), model.notes, model.outside)
    largest = max(files, key=lambda path: path.stat().st_size)
    return _FolderContent(folder, description, labels, largest, assembly)
