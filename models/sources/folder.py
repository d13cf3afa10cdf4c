"""A model of one's own: a folder with model.json, a weights file and labels.txt. See models/custom/README.md.

The built-in models are folders of the very same kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from models.architecture import filled
from models.checkpoint import digest, read_weights
from models.errors import ModelError
from models.sources.description import Description, read_description, read_labels, weights_file
from saliency.classifier import Classifier
from saliency.errors import SaliencyError

OWN_FOLDER = Path(__file__).parents[1] / "custom"


@dataclass(frozen=True, eq=False)
class _Parts:
    """A folder that is in order."""

    folder: Path
    description: Description
    labels: tuple[str, ...]
    weights: Path
    module: nn.Module


def load_folder(folder: str | Path) -> Classifier:
    """The classifier in a folder.

    Raises:
        ModelError: Something is wrong with the folder; the first of :func:`check_folder`'s sentences.
    """
    parts, problems = _inspected(Path(folder))
    if parts is None:
        raise ModelError(problems[0])
    return _classifier(parts)


def check_folder(folder: str | Path) -> list[str]:
    """What is wrong with the folder of a model, in sentences; empty if it can be used.

    Reads everything, compares the weights with the architecture, and runs the model on one grey picture.
    """
    parts, problems = _inspected(Path(folder))
    return problems if parts is None else _trial(parts)


def own_folders() -> list[Path]:
    """The folders in models/custom that hold a model.json, by name."""
    return sorted(path.parent for path in OWN_FOLDER.glob("*/model.json"))


def _inspected(folder: Path) -> tuple[_Parts | None, list[str]]:
    if not folder.is_dir():
        return None, [f"There is no folder {folder}."]
    description, problems = read_description(folder)
    labels, label_problems = read_labels(folder)
    problems += label_problems
    if description and labels and description.none_label and description.none_label not in labels:
        problems.append(
            f"labels.txt does not list “{description.none_label}”, which model.json names as none_label."
        )
    try:
        weights = weights_file(folder)
        entries = read_weights(weights) if description and labels else {}
    except ModelError as error:
        return None, [*problems, error.message]
    if description is None or problems:
        return None, problems
    side, options = description.preprocessing.crop_size, description.options
    try:
        module, problems = filled(description.architecture, len(labels), entries, side=side, options=options)
    except ModelError as error:
        return None, [error.message]
    if module is None or problems:
        return None, problems
    return _Parts(folder, description, labels, weights, module), []


def _classifier(parts: _Parts) -> Classifier:
    said = parts.description
    return Classifier.build(
        parts.module,
        said.preprocessing,
        parts.labels,
        said.name or parts.folder.resolve().name,
        said.source or f"the folder {parts.folder.resolve().name}",
        digest=digest(parts.weights),
        temperature=said.temperature,
        none_label=said.none_label,
        unsure_below=said.unsure_below,
        evidence_below=said.evidence_below,
        caution=said.caution,
    )


def _trial(parts: _Parts) -> list[str]:
    side = parts.description.preprocessing.crop_size
    try:
        with torch.inference_mode():
            scores = parts.module(torch.zeros(1, 3, side, side))
        classes = _classifier(parts).graph.classes
    except SaliencyError as error:
        return [error.message]
    except (RuntimeError, ValueError, TypeError, AssertionError) as error:
        return [f"The model could not be run on a picture of {side}×{side} pixels: {error}."]
    if not scores.isfinite().all():
        return [
            "The model ran, but gave scores that are not finite numbers. Check mean and std, and the weights."
        ]
    return (
        []
        if classes == len(parts.labels)
        else [f"The model gives {classes} scores for {len(parts.labels)} labels."]
    )
