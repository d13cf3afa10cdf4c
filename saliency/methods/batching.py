"""How methods ask a model many times: pictures a pass, variants of pictures, one picture after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from saliency.network.device import free_memory
from saliency.network.graph import Graph, Objective
from saliency.progress import Progress, share_of

CHUNK = 8
"""Pictures a pass: measured fastest on two cores, small enough for a cancel within a fraction of a second."""

BACKWARD_CHUNK = 4
"""Pictures a pass with a way back, for which much is kept: as quick each as eight, in less memory."""


MOST = 64
"""Pictures a pass on a graphics card with memory to spare: more hardly pay, and a cancel has to wait."""

_OF_FREE = 0.4  # share of the free memory that a pass may take: others may take some meanwhile


def at_once(graph: Graph, pictures: Tensor) -> int:
    """How many of pictures ``(…, H, W)`` to take a pass: fewer where they are larger than usual."""
    height, width = pictures.shape[-2:]
    return _fitting(graph, (1, height, width), max(1, min(CHUNK, CHUNK * 224 * 224 // (height * width))))


def fitting(graph: Graph, x: Tensor, usual: int) -> int:
    """How many variants of each of some pictures ``(B, 3, H, W)`` to take a pass.

    The usual number; on a graphics card a multiple of it, as far as memory allows. Results must not depend on
    it: random numbers are drawn for the usual number at a time (:func:`in_units`).
    """
    return _fitting(graph, (len(x), *x.shape[2:]), usual)


def _fitting(graph: Graph, shape: Sequence[int], usual: int) -> int:
    free = free_memory(graph.device)
    if free is None:
        return usual
    batch, height, width = shape
    room = min(_OF_FREE * free / graph.bytes_of(height, width), MOST)
    return usual * max(1, int(room / batch) // usual)


def in_units(draw: Callable[[int], Tensor], count: int, unit: int) -> Tensor:
    """``count`` random samples ``(count, …)``, drawn by at most ``unit`` at a time."""
    return torch.cat([draw(min(unit, count - start)) for start in range(0, count, unit)])


def repeated(objective: Objective, batch: int, count: int) -> Objective:
    """The objective of ``count`` variants of each of ``batch`` pictures, laid out ``(count · batch, K)``."""
    if batch == 1:
        return objective
    return lambda logits: torch.cat([objective(rows) for rows in logits.unflatten(0, (count, batch))])


def singly(
    x: Tensor, objective: Objective, on_progress: Progress | None
) -> Iterator[tuple[Tensor, Objective, Progress | None]]:
    """Each picture ``(1, 3, H, W)`` with its own objective, for any number of its variants, and progress."""
    for number in range(len(x)):

        def own(logits: Tensor, number: int = number) -> Tensor:
            every = repeated(objective, len(x), len(logits))(logits.repeat_interleave(len(x), 0))
            scores: Tensor = every.unflatten(0, (len(logits), len(x)))[:, number]
            return scores

        yield x[number : number + 1], own, share_of(on_progress, number, len(x))
