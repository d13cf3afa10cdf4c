"""The linear head that follows global average pooling, where everything after the feature map is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, fx

from saliency.errors import SaliencyError
from saliency.network.layer import Layer
from saliency.network.structure import last_linear


class Head(NamedTuple):
    """A linear head after global average pooling: ``logits = weight · mean(A) + bias``.

    Then ``∂logit_c/∂A_k = weight[c, k] / (h·w)``, and no backward pass is needed (Zhou 2016, eq. 2).
    """

    weight: Tensor  # (K, C)
    bias: Tensor  # (K,)

    def logits(self, features: Tensor) -> Tensor:
        """Logits ``(B, K)`` of feature maps ``(B, C, h, w)``."""
        return torch.addmm(self.bias, features.mean((2, 3)), self.weight.T)


def linear_head(
    module: fx.GraphModule, layer: Layer, split: Callable[[], Callable[[Tensor], Tensor]]
) -> Head | None:
    """The linear head, if what follows the last feature map is one: tried on numbers, not on names.

    Args:
        module: A traced classifier.
        layer: Its last feature map.
        split: Gives what follows that map, from ``(B, C, h, w)`` to logits.
    """
    linear = last_linear(module)
    if linear is None or layer.tokens or layer.channels_last:
        return None
    bias = linear.bias if linear.bias is not None else linear.weight.new_zeros(linear.out_features)
    head = Head(linear.weight, bias)
    probe = torch.randn(2, layer.channels, 3, 4, generator=torch.Generator().manual_seed(0))
    try:
        with torch.no_grad():
            probe = probe.to(linear.weight)
            logits, expected = split()(probe), head.logits(probe)
    except (RuntimeError, SaliencyError):  # what follows accepts one size only, so it is not a pooling
        return None
    same = logits.shape == expected.shape and torch.allclose(logits, expected, rtol=1e-4, atol=1e-4)
    return head if same else None
