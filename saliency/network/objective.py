"""What is explained, as a function of the logits, and its gradient."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Objective = Callable[[Tensor], Tensor]
"""What is explained: logits ``(B, K)`` to one number a picture, ``(B,)``."""


def gradient(objective: Objective, point: Tensor) -> Tensor:
    """``∂Σ objective(point) / ∂point``, of the shape of ``point``; nothing is left on anything."""
    with torch.enable_grad():
        leaf = point.detach().requires_grad_(True)
        (slope,) = torch.autograd.grad(objective(leaf).sum(), leaf)
    return slope
