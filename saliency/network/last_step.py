"""A model's last step, where it is linear: what goes into it, and the same model with other weights there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, fx, nn

from saliency.errors import SaliencyError
from saliency.network.graph import Graph
from saliency.network.structure import last_linear, output_of
from saliency.network.tracing import frozen_copy


@dataclass(frozen=True, eq=False)
class LastStep:
    """The linear layer that gives a model's logits, ``W · f + b``.

    Attributes:
        graph: The model.
        weight: ``(K, D)``.
        bias: ``(K,)``; zeros where the layer has none.
        before: Gives what goes into it, ``(B, D)``, of pictures ``(B, 3, H, W)`` as the model receives them.
    """

    graph: Graph
    weight: Tensor
    bias: Tensor
    before: Callable[[Tensor], Tensor]

    @classmethod
    def of(cls, graph: Graph) -> LastStep:
        """Find it.

        Raises:
            SaliencyError: The model is asked from outside, its last step is no linear layer, or something
                flows around it.
        """
        linear = None if graph.outside else last_linear(graph.module)
        if linear is None:
            reason = graph.outside or "This model's last step is not a linear layer."
            raise SaliencyError(f"{reason} So it cannot be trained again by itself.")
        node = cast(fx.Node, output_of(graph.module)).args[0]
        before, _ = graph.split(cast(fx.Node, node).name)
        bias = linear.bias if linear.bias is not None else linear.weight.new_zeros(linear.out_features)
        return cls(graph, linear.weight.detach(), bias.detach(), before)

    def features(self, x: Tensor) -> Tensor:
        """What goes into it, ``(B, D)`` float32 on the CPU, without gradients.

        Raises:
            SaliencyError: It is not one row of numbers a picture.
        """
        with torch.no_grad():
            values = self.before(x)
        if values.ndim != 2:
            raise SaliencyError("This model's last step takes more than one row of numbers a picture.")
        return values.detach().to("cpu", torch.float32)

    def graph_with(self, weight: Tensor, bias: Tensor) -> Graph:
        """The same model with another last step; this one is not changed.

        Args:
            weight: ``(K, D)``.
            bias: ``(K,)``.
        """
        graph = self.graph
        module = cast(fx.GraphModule, frozen_copy(graph.module))
        name = str(cast(fx.Node, output_of(module)).target)
        linear = nn.Linear(self.weight.shape[1], self.weight.shape[0]).to(self.weight)
        linear.weight = nn.Parameter(weight.detach().to(self.weight).clone(), requires_grad=False)
        linear.bias = nn.Parameter(bias.detach().to(self.bias).clone(), requires_grad=False)
        parent, _, child = name.rpartition(".")
        setattr(module.get_submodule(parent), child, linear.eval())
        red, green, blue = graph.black.tolist()
        other = Graph(module, size=graph.size, black=(red, green, blue), compared=False, half=graph.half)
        other.any_size, other.ending, other.exclusive = graph.any_size, graph.ending, graph.exclusive
        return other
