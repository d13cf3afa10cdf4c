r"""FullGrad: what the picture and every bias contribute to the score (Srinivas 2019).

For a network of convolutions, linear layers and ReLUs ``S(x) = Σ x · ∂S/∂x + Σ_l Σ b_l · ∂S/∂z_l`` exactly,
where ``z_l`` is what bias ``b_l`` is added to (eq. 4); batch norm is folded. The map is
``ψ(x · ∂S/∂x) + Σ_l Σ_c ψ(b_l · ∂S/∂z_l)`` with ``ψ`` magnitude, scaled to [0, 1] and enlarged (eq. 6).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx, nn

from saliency.grids.cells import laid_out
from saliency.methods.registry import Family, LearningDependence, method
from saliency.network.graph import BIASES, Graph, Objective


class _Listening(fx.Interpreter):
    """Runs the graph and keeps the output of every node that adds a bias; shared modules have several."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.module)
        self.sums: list[tuple[Tensor, Tensor]] = []
        self.names: list[str] = []

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        module = self.fetch_attr(str(n.target)) if n.op == "call_module" else None
        bias = getattr(module, "bias", None)
        if isinstance(module, nn.Conv2d | nn.Linear) and bias is not None:
            self.sums.append((result, bias))
            self.names.append(n.name)
        return result


def bias_gradients(graph: Graph, x: Tensor, objective: Objective) -> tuple[Tensor, list[Tensor]]:
    """``x · ∂S/∂x``, ``(B, 3, H, W)``, and ``b · ∂S/∂z`` of every bias, ``(B, C, h, w)`` or ``(B, C)``."""
    of_picture, of_biases = _by_node(graph, x, objective)
    return of_picture, list(of_biases.values())


def _by_node(graph: Graph, x: Tensor, objective: Objective) -> tuple[Tensor, dict[str, Tensor]]:
    """As :func:`bias_gradients`, by the name of the node that adds the bias."""
    run = _Listening(graph)
    with torch.enable_grad():
        leaf = x.detach().requires_grad_(True)
        total = objective(run.run(leaf)).sum()
        slopes = torch.autograd.grad(total, [leaf, *(z for z, _ in run.sums)], allow_unused=True)
    parts = {}
    for name, (z, bias), slope in zip(run.names, run.sums, slopes[1:], strict=True):
        if slope is not None:
            parts[name] = slope * (bias[:, None, None] if z.ndim == 4 else bias)
    first = slopes[0]
    assert first is not None, "the score depends on the picture"
    return x * first, parts


@method(
    key="full-grad",
    name="FullGrad",
    sentence="Adds up what the picture and every learned constant of the model contributed to the score.",
    paper="Srinivas and Fleuret 2019, Full-Gradient Representation, eq. 4 and 6",
    family=Family.GRADIENTS,
    passes=4,
    needs={BIASES},
    learning=LearningDependence.DOES_NOT,
)
def full_grad(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """``ψ(x · ∂S/∂x) + Σ_l Σ_c ψ(b_l · ∂S/∂z_l)``, ``(B, H, W)``, at least 0."""
    of_picture, of_biases = _by_node(graph, x, objective)
    total = _scaled(of_picture.detach().abs().sum(1, keepdim=True))
    for name, part in of_biases.items():
        if part.ndim == 4:
            cells = graph.cells(part.shape[2:], x.shape[2:], name)
            large = laid_out(part.detach().abs().sum(1, keepdim=True), x.shape[2:], cells)
            total = total + _scaled(large)
    return total[:, 0]


def _scaled(maps: Tensor) -> Tensor:
    """Maps ``(B, 1, H, W)`` scaled to [0, 1], each for itself; constant ones become 0."""
    low, high = maps.amin((1, 2, 3), keepdim=True), maps.amax((1, 2, 3), keepdim=True)
    return torch.where(high > low, (maps - low) / (high - low).clamp(min=1e-30), 0.0)
