"""Small classifiers with random weights, one of each kind that methods have to cope with."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.torchvision_guard import import_torchvision
from saliency.network.graph import ATTENTION, BIASES, FEATURE_MAP, GRADIENT, Graph

CLASSES = 5


class Residual(nn.Module):
    """Everything in place that can be: modules, functions, methods, operators; and a value used after it."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.stem_norm = nn.BatchNorm2d(8)
        self.relu = nn.ReLU(inplace=True)
        self.inner = nn.Conv2d(8, 8, 3, padding=1)
        self.inner_norm = nn.BatchNorm2d(8)
        self.wide = nn.Conv2d(8, 12, 3, padding=1)
        self.last = nn.Conv2d(24, 12, 1)
        self.hidden = nn.Linear(12, 10)
        self.out = nn.Linear(10, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem_norm(self.stem(x))
        kept = self.relu(x)  # in place: x is the same values from here on
        branch = self.inner_norm(self.inner(x))
        branch += kept
        F.relu(branch, True)
        both = F.max_pool2d(branch, 2)
        wide = self.wide(both)
        wide.relu_()
        wide *= 1.5
        joined = torch.cat([wide, F.relu(-wide + 0.2, inplace=True)], 1)
        joined = F.hardswish(self.last(joined), inplace=True)
        pooled = F.dropout(joined.mean((2, 3)), 0.5, self.training)
        return self.out(torch.tanh(self.hidden(pooled)))


def plain() -> nn.Module:
    """Convolutions with batch norm, global average pooling, one linear layer."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(inplace=True),
        nn.Conv2d(8, 12, 3, stride=2, padding=1),
        nn.BatchNorm2d(12),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, CLASSES),
    )


def squeeze() -> nn.Module:
    """As SqueezeNet: the classes are a convolution's channels, and a ReLU comes after it."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),
        nn.Conv2d(8, 12, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        nn.Conv2d(12, CLASSES, 1),
        nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )


def vit() -> nn.Module:
    """A vision transformer of three blocks on a grid of 4 × 4 patches."""
    return import_torchvision().models.VisionTransformer(
        image_size=32,
        patch_size=8,
        num_layers=3,
        num_heads=2,
        hidden_dim=12,
        mlp_dim=24,
        num_classes=CLASSES,
    )


def swin() -> nn.Module:
    """A windowed transformer of two stages."""
    return import_torchvision().models.SwinTransformer(
        patch_size=[4, 4],
        embed_dim=12,
        depths=[2, 2],
        num_heads=[2, 2],
        window_size=[4, 4],
        stochastic_depth_prob=0.2,
        num_classes=CLASSES,
    )


@dataclass(frozen=True)
class Small:
    """A small model, the size (height, width) it is tried at, and what it offers to methods."""

    build: Callable[[], nn.Module]
    size: int = 32
    tried_at: tuple[int, int] = (32, 40)
    offers: frozenset[str] = frozenset({GRADIENT, FEATURE_MAP, BIASES})
    cells: tuple[int, int] = (8, 10)  # of the last feature map at that size


SMALL = {
    "plain": Small(plain),
    "residual": Small(Residual),
    "squeeze": Small(squeeze, cells=(7, 9)),
    "vit": Small(
        vit,
        tried_at=(32, 32),
        cells=(4, 4),
        offers=frozenset({GRADIENT, FEATURE_MAP, ATTENTION}),
    ),
    "swin": Small(
        swin,
        size=64,
        tried_at=(48, 64),
        cells=(6, 8),
        offers=frozenset({GRADIENT, FEATURE_MAP}),
    ),
}


def lively(module: nn.Module, seed: int = 0) -> nn.Module:
    """The module with random batch-norm statistics and no parameter left at zero, in eval mode."""
    generator = torch.Generator().manual_seed(seed)

    def noise(like: Tensor) -> Tensor:
        return torch.rand(like.shape, generator=generator) - 0.5

    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, nn.modules.batchnorm._BatchNorm):
                assert part.running_mean is not None
                assert part.running_var is not None
                part.running_mean.copy_(0.4 * noise(part.running_mean))
                part.running_var.copy_(1 + noise(part.running_var))
                part.weight.copy_(1 + noise(part.weight))
                part.bias.copy_(0.4 * noise(part.bias))
            elif isinstance(part, nn.Linear) and not part.weight.any():
                part.weight.copy_(noise(part.weight))
    return module.eval()


@functools.cache
def small_module(name: str) -> nn.Module:
    """One small model, seeded; shared by all tests, which must leave it as it is."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        module = lively(SMALL[name].build())
        with torch.no_grad():
            for weights in module.parameters():
                weights.mul_(1.5)
    return module


@functools.cache
def small_graph(name: str) -> Graph:
    """The graph of a small model; shared by all tests."""
    return Graph(small_module(name), size=SMALL[name].size)


def pictures(name: str, count: int = 3, seed: int = 0) -> Tensor:
    """Random normalised pictures ``(count, 3, h, w)`` for a small model."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((count, 3, *SMALL[name].tried_at), generator=generator)
