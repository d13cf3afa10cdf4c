"""Does a view depend on what the model learned? Its map with weights shuffled, beside its map as it is.

Adebayo 2018, Sanity Checks for Saliency Maps, section 3: a map that stays the same when the model forgets
what it learned cannot tell what the model learned. Weights are shuffled within each tensor, which keeps how
large they are, so that activations neither vanish nor explode.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from saliency.errors import SaliencyError
from saliency.explanation import Explanation
from saliency.grids.likeness import likeness
from saliency.methods.attribution import attribute
from saliency.methods.registry import LearningDependence
from saliency.network.graph import GRADIENT, Graph
from saliency.network.structure import last_linear
from saliency.prepared_photo import PreparedPhoto
from saliency.progress import Progress

LIKE = 0.5
"""Rank correlation above which two maps are called alike."""


@dataclass(frozen=True)
class RandomisationTest:
    """How alike a map stays when the model forgets what it learned.

    Attributes:
        head: Rank correlation with the map once the last layer is shuffled, in [-1, 1].
        everything: Rank correlation with the map once all weights are.
    """

    head: float
    everything: float

    @property
    def verdict(self) -> LearningDependence:
        """What this shows."""
        if self.everything > LIKE:
            return LearningDependence.DOES_NOT
        return LearningDependence.HARDLY_ON_THE_GUESS if self.head > LIKE else LearningDependence.DEPENDS

    def record(self) -> dict[str, Any]:
        """All of it as JSON types."""
        return {
            "depends_on_what_was_learned": str(self.verdict),
            "likeness_with_last_layer_shuffled": round(self.head, 4),
            "likeness_with_all_shuffled": round(self.everything, 4),
        }


def randomisation_test(
    prepared: PreparedPhoto, explanation: Explanation, on_progress: Progress | None = None
) -> RandomisationTest:
    """How alike an explanation's map stays when the model forgets what it learned.

    Costs the method three times, each time anew.

    Args:
        prepared: The photo as the model receives it.
        explanation: The explanation.
        on_progress: Told how much is done; what it raises stops the work.

    Raises:
        SaliencyError: The explanation is of another photo, or the model's weights are out of reach.
    """
    if prepared.photo.digest != explanation.photo.digest:
        raise SaliencyError("What is known is of another photo. Ask about that one, or start anew.")
    return likeness_when_shuffled(
        prepared.classifier.graph,
        prepared.x,
        explanation.target.index,
        explanation.method,
        size=prepared.classifier.preprocessing.size,
        seed=explanation.seed,
        on_progress=on_progress,
        rather_than=explanation.rather_than.index if explanation.rather_than else None,
        **explanation.settings,
    )


def likeness_when_shuffled(
    graph: Graph,
    x: Tensor,
    target: int,
    method: str,
    *,
    size: int | tuple[int, int],
    seed: int = 0,
    on_progress: Progress | None = None,
    **settings: Any,
) -> RandomisationTest:
    """How alike a method's map of a picture ``(1, 3, H, W)`` stays when the model's weights are shuffled.

    Three maps are made; ``on_progress`` is told how far they are, and what it raises stops the work.
    """

    def attribution(model: Graph, number: int) -> Tensor:
        def progress(done: int, total: int) -> None:
            if on_progress is not None:
                on_progress(number * total + done, 3 * total)

        values = attribute(model, x, target, method=method, seed=seed, on_progress=progress, **settings)
        progress(1, 1)
        return values[0]

    _check_in_reach(graph)
    before = attribution(graph, 0)
    head, everything = (
        likeness(before, attribution(shuffled_copy(graph, head_only=head_only, size=size, seed=seed), number))
        for number, head_only in enumerate((True, False), 1)
    )
    return RandomisationTest(head, everything)


def can_forget(graph: Graph) -> bool:
    """Whether a model's weights can be shuffled: those of one that is asked from outside are out of reach."""
    return GRADIENT in graph.offers


def shuffled_copy(graph: Graph, *, head_only: bool, size: int | tuple[int, int], seed: int = 0) -> Graph:
    """A copy of a model whose weights are shuffled within each tensor.

    Args:
        graph: The model; it is left as it is.
        head_only: Shuffle the weights of the last linear layer only, or of the last convolution.
        size: Side in pixels of the square input it was trained for, or height and width of another.
        seed: Where the shuffle starts.

    Raises:
        SaliencyError: Its weights are out of reach.
    """
    _check_in_reach(graph)
    generator = torch.Generator().manual_seed(seed)
    module = copy.deepcopy(graph.module)
    with torch.no_grad():
        for weights in (_head(module) if head_only else module).parameters():
            order = torch.randperm(weights.numel(), generator=generator).to(weights.device)
            weights.copy_(weights.flatten()[order].view_as(weights))
    red, green, blue = graph.black.tolist()
    return Graph(
        module,
        size=size,
        black=(red, green, blue),
        compared=False,
        single="score" if graph.classes == 1 else None,
        exclusive=graph.exclusive,
    )


def _check_in_reach(graph: Graph) -> None:
    if not can_forget(graph):
        raise SaliencyError(
            "This model is asked from outside, so its weights cannot be shuffled. Compare two views instead."
        )


def _head(module: nn.Module) -> nn.Module:
    """The layer that gives the classes their scores."""
    linear = last_linear(module)  # type: ignore[arg-type]
    if linear is not None:
        return linear
    return [part for part in module.modules() if isinstance(part, nn.Conv2d | nn.Linear)][-1]
