"""A last layer that training put in place of the architecture's own, found by its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from models.errors import ModelError, first_three
from models.weight_sets import WeightSet, is_of_training


def with_own_head(chosen: WeightSet, template: Mapping[str, Tensor], head: Sequence[str]) -> Iterator[str]:
    """Puts a last layer that was replaced where the architecture has its own; says what was done.

    ``fc = Sequential(Dropout(), Linear(…))`` is saved as ``fc.1.weight``; a module with a ``backbone`` and a
    ``classifier`` has the layer beside the set. What is moved leaves the others.

    Args:
        chosen: The entries at hand, which are changed.
        template: The entries that the architecture needs.
        head: Those whose size follows from the number of classes.

    Raises:
        ModelError: The head was replaced by several layers; what lies between them is in no weights file.
    """
    own = next((name.removesuffix(".weight") for name in head if name.endswith(".weight")), "")
    if not own:
        return
    root, entry = own.partition(".")[0], f"{own}.weight"
    inside = sorted({_layer(name) for name in chosen.others if name.startswith(f"{root}.")})
    if entry in chosen.entries:
        if chosen.entries[entry].shape != template[entry].shape and inside:
            raise _several(own, [own, *inside])
        return
    if len(inside) > 1 and all(layer.startswith(f"{own}.") for layer in inside):
        raise _several(own, inside)
    for entries, layers in ((chosen.others, inside), (chosen.outside, _alone(chosen.outside))):
        fitting = [
            layer
            for layer in layers
            if (weight := entries.get(f"{layer}.weight")) is not None
            and weight.shape[1:] == template[entry].shape[1:]
        ]
        if len(fitting) == 1:
            layer, weight = fitting[0], entries.pop(f"{fitting[0]}.weight")
            chosen.entries[entry] = weight
            if f"{own}.bias" in template:
                chosen.entries[f"{own}.bias"] = entries.pop(f"{layer}.bias", torch.zeros(weight.shape[0]))
            yield f"The last layer is “{layer}” in the file, and taken for “{own}”."
            return


def _alone(entries: Mapping[str, Tensor]) -> list[str]:
    """Layers beside which there is no other one: in a sequence of several, none is the head alone."""
    layers = {_layer(name) for name in entries if not is_of_training(name)}
    groups: dict[str, set[str]] = {}
    for layer in layers:
        above, _, last = layer.rpartition(".")
        groups.setdefault(above if last.isdigit() else layer, set()).add(layer)
    return sorted(layer for group in groups.values() if len(group) == 1 for layer in group)


def _layer(name: str) -> str:
    return name.rpartition(".")[0]


def _several(own: str, layers: Sequence[str]) -> ModelError:
    return ModelError(
        f"The last layer “{own}” was replaced by several ({first_three(layers)}). Weights do not tell what "
        "lies between them, so only a single linear layer can take its place."
    )
