"""A model of one's own: a folder with model.json, a weights file and labels.txt. See models/custom/README.md.

The built-in models are folders of the very same kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from models import architecture
from models.checkpoint import digest, read_weights
from models.errors import ModelError
from models.sources.description import Description, read_description, read_labels, weights_file
from models.sources.package import packaged_weights
from saliency.classifier import Classifier
from saliency.errors import SaliencyError

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
    module: nn.Module

    def classifier(self) -> Classifier:
        about, name, sha256 = self.description, self.folder.resolve().name, digest(self.weights)
        if packaged := packaged_weights(self.folder):
            packaged.checked(sha256)
        return Classifier.build(
            self.module,
            about.preprocessing,
            self.labels,
            about.name or name,
            about.source or f"the folder {name}",
            digest=sha256,
            **about.reading,
        )


def load_folder(folder: str | Path) -> Classifier:
    """The classifier in a folder.

    Raises:
        ModelError: Something is wrong with the folder; its problems are :func:`check_folder`'s sentences.
    """
    return _content(Path(folder)).classifier()


def check_folder(folder: str | Path) -> list[str]:
    """What is wrong with the folder of a model, in sentences; empty if it can be used.

    Reads everything, compares the weights with the architecture, and runs the model on one grey picture.
    """
    try:
        content = _content(Path(folder))
    except ModelError as error:
        return error.problems
    side = content.description.preprocessing.crop_size
    try:
        with torch.inference_mode():
            scores = content.module(torch.zeros(1, 3, side, side))
        content.classifier()
    except SaliencyError as error:
        return [error.message]
    except (RuntimeError, ValueError, TypeError, AssertionError) as error:
        return [f"The model could not be run on a picture of {side}×{side} pixels: {error}."]
    if not scores.isfinite().all():
        return [_INFINITE_SCORES]
    return []


def own_folders() -> list[Path]:
    """The folders in models/custom that hold a model.json, by name."""
    return sorted(path.parent for path in OWN_FOLDER.glob("*/model.json"))


def _content(folder: Path) -> _FolderContent:
    if not folder.is_dir():
        raise ModelError(f"There is no folder {folder}.")
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
        problems.append(f"labels.txt does not list “{none_label}”, which model.json names as none_label.")
    entries = attempt(lambda folder: read_weights(weights_file(folder)))
    if description is None or labels is None or entries is None or problems:
        raise ModelError(*problems)
    side, options = description.preprocessing.crop_size, description.options
    module = architecture.build(description.architecture, len(labels), entries, side=side, options=options)
    return _FolderContent(folder, description, labels, weights_file(folder), module)
