"""What the built-in models' training scripts share: schedule, optimiser, running average, saving."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_RISE = 0.15  # share of the training in which the learning rate rises


def normalised(x: Tensor) -> Tensor:
    """Pictures ``(B, 3, H, W)`` in [0, 1] as the model receives them."""
    return (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def learning_rate(progress: float, peak: float) -> float:
    """One cycle: up over the first 15 %, then down along a cosine."""
    if progress < _RISE:
        return peak * (0.05 + 0.95 * progress / _RISE)
    return peak * (0.001 + 0.999 * 0.5 * (1 + math.cos(math.pi * (progress - _RISE) / (1 - _RISE))))


class Course:
    """A model in training, its optimiser, and the running average that is shipped.

    Args:
        module: The model; it is laid out channels-last.
        peak: Highest learning rate.
        decay: Weight decay, not for biases and norms.
        remember: Share of the running average that a step keeps.
        beside: Other modules that learn along and are not shipped.
    """

    def __init__(
        self,
        module: nn.Module,
        *,
        peak: float,
        decay: float,
        remember: float = 0.995,
        beside: Iterable[nn.Module] = (),
    ) -> None:
        self.module, self.peak = module.train(), peak
        self.module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.parameters = [p for m in (module, *beside) for p in m.parameters()]
        groups: list[dict[str, Any]] = [
            {"params": [p for p in self.parameters if p.ndim > 1]},
            {"params": [p for p in self.parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=decay)
        self.average = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(remember), use_buffers=True)

    def step(self, loss: Tensor, progress: float) -> None:
        """One step of gradient descent, ``progress`` in [0, 1] of the training."""
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(progress, self.peak)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 2.0)
        self.optimiser.step()
        self.average.update_parameters(self.module)

    def settled(self, pictures: Iterable[Tensor]) -> nn.Module:
        """The running average, its batch norms' statistics measured anew on some pictures."""
        update_bn(pictures, self.average)
        module: nn.Module = self.average.module
        return module.eval()


def save(module: nn.Module, path: Path) -> None:
    """Writes weights in half precision (counters as they are)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = {name: value.detach().cpu().contiguous() for name, value in module.state_dict().items()}
    save_file({name: v.half() if v.is_floating_point() else v for name, v in entries.items()}, path)
