"""A classifier as a ``torch.fx`` graph that can be split at a feature map.

Peers attach hooks to a shared module; here a module is traced once and a method *calls functions*:
``logits == suffix(prefix(x))``. Both halves are stateless, so any number of threads may share one graph.

The graph owns a private copy of the module's structure: in eval mode, weights frozen (storage shared with
the original where nothing had to change), batch norm folded into the convolution before it, in-place
operations made out of place, channels-last weights on the CPU. The original module is left as it was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, fx, nn

from saliency.errors import SaliencyError
from saliency.network.fusion import Fusion
from saliency.network.structure import Layer, Structure, cut, last_linear
from saliency.network.tracing import traced

GRADIENT = "gradient"
FEATURE_MAP = "feature map"
ATTENTION = "attention"
BIASES = "biases that account for the score"

Objective = Callable[[Tensor], Tensor]
"""What is explained: logits ``(B, K)`` to one number a picture, ``(B,)``."""

BLACK = (-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225)
"""Black in ImageNet's normalised values."""


class Head(NamedTuple):
    """A linear head after global average pooling: ``logits = weight · mean(A) + bias``.

    Then ``∂logit_c/∂A_k = weight[c, k] / (h·w)``, and no backward pass is needed (Zhou 2016, eq. 2).
    """

    weight: Tensor  # (K, C)
    bias: Tensor  # (K,)


class Features(NamedTuple):
    """What a picture looks like at a layer, and the rest of the model.

    Attributes:
        values: The feature map ``(B, C, h, w)``. Tokens of a transformer are laid out on their grid.
        logits_from: Logits ``(N, K)`` from feature maps ``(N, C, h, w)``; N is B, or any number if B is 1.
            Differentiable, and without state.
    """

    values: Tensor
    logits_from: Callable[[Tensor], Tensor]


class Graph:
    """A frozen classifier: images ``(B, 3, H, W)`` in, logits ``(B, K)`` out.

    Attributes:
        module: The traced, folded module.
        layers: Layers with a spatial feature map, in order; one a resolution, or one a transformer block.
        blocks: Names of the self-attention modules, in order; empty where there are none.
        classes: K, the number of classes.
        offers: What methods may ask of it: ``gradient``, ``feature map``, ``attention``, and
            ``biases that account for the score`` (no norm is computed from the picture itself).
        head: The linear head after global average pooling, where everything after the feature map is one.
        black: The normalised value of black a channel, ``(3,)``; a baseline for methods that need one.
        any_size: Whether pictures of other sizes and aspect ratios than the trained one are accepted.
    """

    def __init__(
        self, module: nn.Module, *, size: int = 224, black: tuple[float, float, float] = BLACK
    ) -> None:
        """Trace a module.

        Args:
            module: Any traceable classifier; it is not changed.
            size: Side in pixels of the square input it was trained for.
            black: What black is in normalised values, ``(0 − mean) / std``; by default ImageNet's.

        Raises:
            SaliencyError: The module cannot be traced, or does not map one picture to one row of logits.
        """
        self.black = torch.tensor(black)
        self.module = traced(module)
        self.module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        structure = Structure(self.module, size)
        self.classes = structure.classes
        self.layers: tuple[Layer, ...] = structure.layers
        self.blocks: tuple[str, ...] = structure.blocks
        self.any_size = structure.any_size
        normed = any(isinstance(part, nn.LayerNorm | nn.GroupNorm) for part in self.module.modules())
        found = {FEATURE_MAP: bool(self.layers), ATTENTION: bool(self.blocks), BIASES: not normed}
        self.offers = frozenset({GRADIENT, *(name for name, there in found.items() if there)})
        self._halves: dict[tuple[str, ...], tuple[fx.GraphModule, fx.GraphModule]] = {}
        self._lock = threading.Lock()
        self._fused = Fusion(self.module, structure.shapes)
        self._quick = self._fused(self.module)
        self.head: Head | None = self._linear_head()

    def __call__(self, x: Tensor) -> Tensor:
        """Logits ``(B, K)`` of normalised pictures ``(B, 3, H, W)``; differentiable in ``x``."""
        logits: Tensor = self._quick(_laid_out(x))
        return logits

    @property
    def device(self) -> torch.device:
        """Where the weights are, and pictures have to be."""
        return next((p.device for p in self.module.parameters()), torch.device("cpu"))

    def layer(self, name: str | None = None) -> Layer:
        """The layer of that name; by default the last one.

        Raises:
            SaliencyError: There is none.
        """
        if not self.layers:
            raise SaliencyError("This model has no feature map. Choose a view that does not need one.")
        found = [layer for layer in self.layers if name in (None, layer.name)]
        if not found:
            names = ", ".join(layer.name for layer in self.layers)
            raise SaliencyError(f"This model has no layer called “{name}”. It has: {names}.")
        return found[-1]

    def split(self, at: str | None = None) -> tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]:
        """Two stateless callables with ``logits == suffix(prefix(x))``.

        Args:
            at: Name of a node of the graph that everything flows through; by default the last feature map.

        Raises:
            SaliencyError: No such node, or something flows around it.
        """
        prefix, suffix = self._cut((at or self.layer().name,))

        def before(x: Tensor) -> Tensor:
            features: Tensor = prefix(_laid_out(x))[0]
            return features

        return before, suffix

    def features(self, x: Tensor, at: str | None = None) -> Features:
        """The feature map of ``x`` at a layer (the last by default), without gradients, and what follows."""
        layer = self.layer(at)
        prefix, suffix = self._cut((layer.name, *layer.beside))
        with torch.no_grad():
            values, *beside = prefix(_laid_out(x))
        if not layer.tokens:
            return Features(values, suffix)
        extra = values.shape[1] - layer.height * layer.width
        front, patches = values[:, :extra], values[:, extra:]

        def logits_from(cells: Tensor) -> Tensor:
            tokens = cells.flatten(2).transpose(1, 2)
            n = len(tokens)
            whole = torch.cat((front.expand(n, -1, -1), tokens), dim=1)
            logits: Tensor = suffix(whole, *(b.expand(n, *b.shape[1:]) for b in beside))
            return logits

        grid = patches.transpose(1, 2).unflatten(2, (layer.height, layer.width))
        return Features(grid, logits_from)

    def logits(self, x: Tensor) -> Tensor:
        """Logits ``(B, K)`` without gradients."""
        with torch.no_grad():
            return self(x)

    def feature_gradient(
        self, x: Tensor, objective: Objective, at: str | None = None
    ) -> tuple[Tensor, Tensor]:
        """A feature map and the gradient of the score with respect to it, both ``(B, C, h, w)``.

        With a linear head the gradient is ``(∂S/∂logits · W) / (h·w)`` in closed form.
        """
        features, logits_from = self.features(x, at)
        if self.head is None or at not in (None, self.layers[-1].name):
            return features, gradient(lambda a: objective(logits_from(a)), features)
        logits = torch.addmm(self.head.bias, features.mean((2, 3)), self.head.weight.T)
        weights = gradient(objective, logits) @ self.head.weight / features[0, 0].numel()
        return features, weights[:, :, None, None].expand_as(features)

    def _cut(self, names: tuple[str, ...]) -> tuple[fx.GraphModule, fx.GraphModule]:
        with self._lock:
            if names not in self._halves:
                first, second = cut(self.module, names)
                self._halves[names] = self._fused(first), self._fused(second)
            return self._halves[names]

    def _linear_head(self) -> Head | None:
        """The linear head, if what follows the last feature map is one: tried on numbers, not on names."""
        linear = last_linear(self.module)
        if linear is None or not self.layers or self.layers[-1].channels != linear.in_features:
            return None
        if self.layers[-1].tokens:
            return None
        bias = linear.bias if linear.bias is not None else linear.weight.new_zeros(linear.out_features)
        probe = torch.randn(2, linear.in_features, 3, 4, generator=torch.Generator().manual_seed(0))
        probe = probe.to(linear.weight)
        expected = torch.addmm(bias, probe.mean((2, 3)), linear.weight.T)
        try:
            with torch.no_grad():
                found = self.split()[1](probe)
        except RuntimeError:  # what follows accepts feature maps of one size only, so it is not a pooling
            return None
        same = found.shape == expected.shape and torch.allclose(found, expected, rtol=1e-4, atol=1e-4)
        return Head(linear.weight, bias) if same else None


def gradient(objective: Objective, at: Tensor) -> Tensor:
    """``∂Σscore(at)/∂at``, of the shape of ``at``; nothing is left on anything."""
    with torch.enable_grad():
        leaf = at.detach().requires_grad_(True)
        (slope,) = torch.autograd.grad(objective(leaf).sum(), leaf)
    return slope


def _laid_out(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)
