"""How methods ask a model many times: pictures a pass, variants of pictures, one picture after the other."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from saliency.network.graph import Objective
from saliency.progress import Progress, share_of

CHUNK = 8
"""Pictures a pass: measured fastest on two cores, small enough for a cancel within a fraction of a second."""

BACKWARD_CHUNK = 4
"""Pictures a pass with a way back, for which much is kept: as quick each as eight, in less memory."""


def at_once(pictures: Tensor) -> int:
    """How many of pictures ``(…, H, W)`` to take a pass: fewer where they are larger than usual."""
    return max(1, min(CHUNK, CHUNK * 224 * 224 // (pictures.shape[-2] * pictures.shape[-1])))


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
