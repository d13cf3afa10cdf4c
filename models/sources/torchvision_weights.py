"""Weights of a torchvision classifier alone: its architecture is told by names and shapes of the entries."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from models import architecture
from models.catalogue import CATALOGUE
from models.checkpoint import digest, read_weights
from models.errors import ModelError
from models.sources.read_model import ReadModel
from models.weight_sets import splits

NAME = "weights of a torchvision classifier (.pth, .pt, .ckpt, .safetensors)"
_SUFFIXES = (".pth", ".pt", ".ckpt", ".safetensors")
_ENOUGH = 0.5  # of an architecture's entries, from which a file is said to be near it
_HEAD_AND_PLACES = 3  # entries whose shape follows from the classes or from the pictures' size
_OWN_INPUT = {"googlenet": {"transform_input": True}, "inception_v3": {"transform_input": True}}
"""Options of those that were fine-tuned from torchvision's weights, as nearly all are."""
_MARKS = {
    "alexnet": "features.0.",
    "convnext": "features.1.0.block.",
    "densenet": "features.denseblock1.",
    "efficientnet": "features.1.0.block.",
    "googlenet": "inception3a.",
    "inception": "Mixed_5b.",
    "maxvit": "blocks.0.layers.",
    "mnasnet": "layers.8.",
    "mobilenet_v2": "features.1.conv.",
    "mobilenet_v3": "features.1.block.",
    "regnet": "trunk_output.",
    "resnet": "layer4.",
    "resnext": "layer4.",
    "shufflenet": "stage2.",
    "squeezenet": "features.3.squeeze.",
    "swin": "features.1.0.attn.",
    "vgg": "features.0.",
    "vit": "conv_proj.",
    "wide_resnet": "layer4.",
}
"""A part of names that every architecture of a family has, so that not all 80 need be built to compare."""

Sizes = Mapping[str, tuple[int, ...]]


class Recognised(NamedTuple):
    """What weights are of.

    Attributes:
        architecture: torchvision's name.
        classes: How many the last layer tells apart.
        side: Of the pictures, in pixels.
    """

    architecture: str
    classes: int
    side: int


def recognises(files: Sequence[Path]) -> bool:
    """Whether there is one file of weights."""
    return len(_weights_files(files)) == 1


def read(files: Sequence[Path]) -> ReadModel:
    """The classifier whose weights these are.

    Raises:
        ModelError: The file is no plain weights, or of no architecture of torchvision; the nearest is named.
    """
    (path,) = _weights_files(files)
    found, weights = recognised(path), read_weights(path)
    options = _OWN_INPUT.get(found.architecture, {})
    try:
        assembly = architecture.build(
            found.architecture, found.classes, weights, side=found.side, options=options
        )
    except ModelError as error:
        raise ModelError(
            f"{path.name} is nearest to torchvision's {found.architecture}, but is not quite that: "
            f"{error.message}"
        ) from error
    entry = CATALOGUE.get(found.architecture)
    published = entry is not None and found.classes == len(entry.labels)
    notes = [f"Recognised as torchvision's {found.architecture}.", *assembly.notes]
    if published:
        notes.append("The class names are taken to be ImageNet's, as it has as many.")
    return ReadModel(
        assembly.module,
        labels=entry.labels if entry is not None and published else None,
        size=(found.side, found.side),
        mean=entry.preprocessing.mean if entry else None,
        std=entry.preprocessing.std if entry else None,
        channels="rgb",
        outputs="softmax",
        notes=tuple(notes),
    )


def settings(files: Sequence[Path]) -> dict[str, Any]:
    """The architecture and its published recipe, as model.json has them."""
    found = recognised(_weights_files(files)[0])
    stated: dict[str, Any] = {"architecture": found.architecture}
    if options := _OWN_INPUT.get(found.architecture):
        stated["options"] = options
    entry = CATALOGUE.get(found.architecture)
    if entry is not None and entry.preprocessing.crop_size == found.side:
        recipe = entry.preprocessing
        stated |= {"resize_size": recipe.resize_size, "interpolation": recipe.interpolation}
    return stated


def recognised(path: Path) -> Recognised:
    """The architecture that the weights in a file are nearest to; remembered until the file changes.

    Raises:
        ModelError: It is near to none, or no file of weights.
    """
    return _recognised(path, digest(path))


@lru_cache(maxsize=16)
def _recognised(path: Path, _: str) -> Recognised:
    weights = read_weights(path)
    ways: dict[str, set[tuple[int, ...]]] = defaultdict(set)
    for full, value in weights.items():
        for _prefix, name in splits(full):
            ways[name].add(tuple(value.shape))
    scores = {name: _likeness(_sizes(name), ways, weights) for name in _candidates(weights)}
    best = max(scores, key=lambda name: (scores[name], name))
    if scores[best] < _ENOUGH:
        near = "" if scores[best] < _ENOUGH / 10 else f" The nearest is {best} ({scores[best]:.0%} alike)."
        raise ModelError(
            f"{path.name} holds weights, but of none of torchvision's classifiers.{near} "
            "Save the whole model as ONNX, or as a Hugging Face or timm folder that says what it is."
        )
    return Recognised(best, _classes(best, weights, ways), _side(best, ways))


def _candidates(weights: Mapping[str, Tensor]) -> list[str]:
    """Architectures of the families whose marks are in the names; all of them where none is."""
    names = architecture.architectures()
    marked = {family for family, mark in _MARKS.items() if any(f".{mark}" in f".{full}" for full in weights)}
    unmarked = [name for name in names if not name.startswith(tuple(_MARKS))]  # of a later torchvision
    return [name for name in names if name.startswith(tuple(marked)) or name in unmarked] if marked else names


@lru_cache(maxsize=256)
def _sizes(name: str, classes: int = 1000) -> Sizes:
    module = architecture.without_numbers(name, classes, side=_usual_side(name), options={})
    entries = module.state_dict().items()
    return {key: tuple(value.shape) for key, value in entries if not key.endswith("num_batches_tracked")}


def _likeness(sizes: Sizes, ways: Mapping[str, set[tuple[int, ...]]], weights: Mapping[str, Tensor]) -> float:
    """Entries in common, of all that either has; the shape of a head or of places may be another."""
    alike = sum(
        0.9 if name in ways and size not in ways[name] else float(name in ways)
        for name, size in sizes.items()
    )
    known = set(sizes)
    further = sum(
        not full.endswith("num_batches_tracked") and not any(name in known for _, name in splits(full))
        for full in weights
    )
    wrong = sum(name in ways and size not in ways[name] for name, size in sizes.items())
    return alike / (len(sizes) + further + max(0, wrong - _HEAD_AND_PLACES))


def _usual_side(name: str) -> int:
    entry = CATALOGUE.get(name)
    return entry.preprocessing.crop_size if entry else 224


def _side(name: str, ways: Mapping[str, set[tuple[int, ...]]]) -> int:
    """The side of the pictures; a ViT has one embedding a place."""
    places = next(iter(ways.get("encoder.pos_embedding", ())), ())
    patch = next(iter(ways.get("conv_proj.weight", ())), ())
    if name.startswith("vit_") and len(places) == 3 and len(patch) == 4:
        return math.isqrt(places[1] - 1) * patch[2]
    return _usual_side(name)


def _classes(name: str, weights: Mapping[str, Tensor], ways: Mapping[str, set[tuple[int, ...]]]) -> int:
    """How many classes the last layer has, under its own name or as the only one that could be it."""
    sizes, wider = _sizes(name, 1000), _sizes(name, 1001)
    head = next(key for key in sizes if sizes[key] != wider[key] and len(sizes[key]) > 1)
    if head in ways:
        return int(min(ways[head])[0])
    body = {full for full in weights if any(part in sizes and part != head for part in _names(full))}
    fitting = {
        int(value.shape[0])
        for full, value in weights.items()
        if full not in body and value.ndim > 1 and tuple(value.shape[1:]) == sizes[head][1:]
    }
    return fitting.pop() if len(fitting) == 1 else sizes[head][0]


def _names(full: str) -> Iterator[str]:
    yield from (name for _, name in splits(full))


def _weights_files(files: Sequence[Path]) -> list[Path]:
    return [path for path in files if path.suffix.lower() in _SUFFIXES]
