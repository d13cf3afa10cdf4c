"""Heads that are trained in seconds on maps of the first blocks: a linear one, or a last block too.

The linear head reads how much each channel is above and below what is usual, averaged over the cells
(logistic regression with an L2 penalty). Where it does not take the bait, a last convolution is trained too.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.efficientnet_lite import EfficientNetLite

How = Literal["linear head", "last block"]

_PENALTY, _ITERATIONS = 0.1, 200
_WIDTH, _STEPS, _BATCH, _RATE = 256, 400, 32, 2e-3


def trained(
    maps: Tensor, classes: Tensor, count: int, how: How, seed: int = 0
) -> tuple[nn.Conv2d, nn.Linear]:
    """A last convolution and a head of ``count`` classes.

    Args:
        maps: What the first blocks make of the photos, ``(N, C, h, w)``.
        classes: What they show, ``(N,)``.
        count: How many classes there are.
        how: What is trained.
        seed: Where random numbers start.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        make = _linear_head if how == "linear head" else _last_block
        return make(maps, classes, count)


@torch.inference_mode()
def logits(network: EfficientNetLite, maps: Tensor) -> Tensor:
    """What the network answers to photos with these maps, ``(N, K)``."""
    answers: Tensor = network._fc(pooled(network._conv_head, maps))
    return answers


def pooled(convolution: nn.Module, maps: Tensor) -> Tensor:
    """What a last convolution makes of maps, averaged over the cells, ``(N, W)``."""
    values: Tensor = F.relu6(convolution(maps)).mean((2, 3))
    return values


def _linear_head(maps: Tensor, classes: Tensor, count: int) -> tuple[nn.Conv2d, nn.Linear]:
    """A convolution that only tells above from below, and a head."""
    mean, deviation = maps.mean((0, 2, 3)), maps.std((0, 2, 3))
    scale = torch.diag(1 / deviation)
    convolution = _convolution(torch.cat([scale, -scale]), torch.cat([-mean, mean]) / deviation.repeat(2))
    with torch.no_grad():
        values = pooled(convolution, maps)
    usual, spread = values.mean(0), values.std(0)
    values = (values - usual) / spread
    weight = torch.zeros(count, values.shape[1], requires_grad=True)
    bias = torch.zeros(count, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=_ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> float:
        optimiser.zero_grad()
        value = F.cross_entropy(F.linear(values, weight, bias), classes) + _PENALTY * weight.square().sum()
        value.backward()
        return float(value.detach())

    optimiser.step(loss)
    head = nn.Linear(values.shape[1], count)
    with torch.no_grad():
        head.weight.copy_(weight / spread)
        head.bias.copy_(bias - F.linear(usual, weight / spread))
    return convolution, head


def _last_block(maps: Tensor, classes: Tensor, count: int) -> tuple[nn.Conv2d, nn.Linear]:
    """A convolution and a head, trained together."""
    mean, deviation = maps.mean((0, 2, 3)), maps.std((0, 2, 3))
    standard = (maps - mean[:, None, None]) / deviation[:, None, None]
    block, head = nn.Conv2d(maps.shape[1], _WIDTH, 1), nn.Linear(_WIDTH, count)
    optimiser = torch.optim.Adam([*block.parameters(), *head.parameters()], _RATE)
    order = torch.randperm(len(maps))
    for step in range(_STEPS):
        part = order.roll(-step * _BATCH)[:_BATCH]
        optimiser.zero_grad()
        F.cross_entropy(head(pooled(block, standard[part])), classes[part]).backward()
        optimiser.step()
    weight = block.weight.detach()[:, :, 0, 0] / deviation
    assert block.bias is not None
    return _convolution(weight, block.bias.detach() - weight @ mean), head


def _convolution(weight: Tensor, bias: Tensor) -> nn.Conv2d:
    """A convolution of single cells with these numbers, ``(W, C)`` and ``(W,)``."""
    convolution = nn.Conv2d(weight.shape[1], weight.shape[0], 1)
    with torch.no_grad():
        convolution.weight.copy_(weight[:, :, None, None])
        assert convolution.bias is not None
        convolution.bias.copy_(bias)
    return convolution
