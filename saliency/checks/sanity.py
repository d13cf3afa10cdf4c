"""Does a view depend on what the model learned? Its map with weights shuffled, beside its map as it is.

Adebayo 2018, Sanity Checks for Saliency Maps, section 3: a map that stays the same when the model forgets
what it learned cannot tell what the model learned. Weights are shuffled within each tensor, which keeps how
large they are, so that activations neither vanish nor explode.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from saliency.grids import likeness
from saliency.methods.attribution import attribute
from saliency.network.graph import Graph
from saliency.network.structure import last_linear
from saliency.progress import Progress

LIKE = 0.5
"""Rank correlation above which two maps are called alike."""


def forgetful(graph: Graph, *, head_only: bool, size: int, seed: int = 0) -> Graph:
    """A copy of a model that forgot what it learned.

    Args:
        graph: The model; it is left as it is.
        head_only: Shuffle the weights of the last linear layer only, or of the last convolution.
        size: Side in pixels of the square input it was trained for.
        seed: Of the shuffle.
    """
    generator = torch.Generator().manual_seed(seed)
    module = copy.deepcopy(graph.module)
    parts: list[nn.Module] = [_head(module)] if head_only else [module]
    with torch.no_grad():
        for weights in (p for part in parts for p in part.parameters()):
            order = torch.randperm(weights.numel(), generator=generator).to(weights.device)
            weights.copy_(weights.flatten()[order].view_as(weights))
    red, green, blue = graph.black.tolist()
    return Graph(module, size=size, black=(red, green, blue))


def likeness_when_forgotten(
    graph: Graph,
    x: Tensor,
    target: int,
    method: str,
    *,
    size: int,
    seed: int = 0,
    on_progress: Progress | None = None,
    **settings: Any,
) -> dict[str, float]:
    """How alike a map of a picture ``(1, 3, H, W)`` stays with the ``head`` and with ``all`` shuffled.

    Three maps are made; `on_progress` is told how far they are, and what it raises stops the work.
    """

    def map_of(shown: Graph, number: int) -> Tensor:
        def progress(done: int, total: int) -> None:
            if on_progress is not None:
                on_progress(number * total + done, 3 * total)

        made = attribute(shown, x, target, method=method, seed=seed, on_progress=progress, **settings)
        progress(1, 1)
        return made[0]

    before = map_of(graph, 0)
    found = {}
    for number, name in enumerate(("head", "all"), 1):
        other = forgetful(graph, head_only=name == "head", size=size, seed=seed)
        found[name] = likeness(before, map_of(other, number))
    return found


def _head(module: nn.Module) -> nn.Module:
    """The layer that gives the classes their scores."""
    linear = last_linear(module)  # type: ignore[arg-type]
    if linear is not None:
        return linear
    return [part for part in module.modules() if isinstance(part, nn.Conv2d | nn.Linear)][-1]
