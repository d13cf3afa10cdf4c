r"""Methods for transformers that read the attention between patches.

Transformer attribution: with ``A`` the attention of a block, ``(heads, N, N)``, and ``∇A = ∂S/∂A``,
``Ā = mean over heads of ReLU(∇A ⊙ A)`` and ``R ← R + Ā · R`` from the first block to the last, ``R = I`` at
the start; the class token's row of ``R`` is the map (Chefer 2021, Generic Attention-model Explainability,
eq. 5 and 6). The ReLU comes before the mean over heads.

LeGrad: every block's output is put to the classifier as if it were the last; how much that score would rise
with more attention, ``mean over heads and rows of ReLU(∂S_l/∂A_l)``, is averaged over the blocks (Bousselham
2024, eq. 7 and 8). Nothing is multiplied by the attention there is.

Attention rollout: the product of ``½ (mean over heads of A + I)``, rows adding up to 1 (Abnar 2020, eq. 1).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn.functional import linear

from saliency.methods.registry import Family, chosen_layer, method
from saliency.network.graph import ATTENTION, FEATURE_MAP, Graph, Objective


class Attending(fx.Interpreter):
    """Runs the graph with every self-attention written out; keeps each block's attention, and named nodes.

    The fused kernel in the module gives no attention that a gradient could be taken of.
    """

    def __init__(self, graph: Graph, keep: Sequence[str] = ()) -> None:
        super().__init__(graph.module)
        self._blocks = set(graph.blocks)
        self._keep = set(keep)
        self.attention: list[Tensor] = []
        self.outputs: list[Tensor] = []

    def run_node(self, n: fx.Node) -> Any:
        """The node's value; attention is written out, and what is to be kept is kept."""
        if n.name in self._keep:
            self.outputs.append(super().run_node(n))
            return self.outputs[-1]
        if n.name not in self._blocks:
            return super().run_node(n)
        tokens = self.fetch_args_kwargs_from_env(n)[0][0]
        return self._attend(self.fetch_attr(str(n.target)), tokens), None

    def _attend(self, module: nn.MultiheadAttention, tokens: Tensor) -> Tensor:
        projected = linear(tokens, module.in_proj_weight, module.in_proj_bias)
        q, k, v = (
            part.unflatten(2, (module.num_heads, -1)).transpose(1, 2) for part in projected.chunk(3, dim=2)
        )
        attention = (q @ k.transpose(2, 3) / math.sqrt(q.shape[3])).softmax(-1)
        if not attention.requires_grad:
            attention.requires_grad_(True)
        self.attention.append(attention)
        joined = (attention @ v).transpose(1, 2).flatten(2)
        return linear(joined, module.out_proj.weight, module.out_proj.bias)


def attention_gradients(graph: Graph, x: Tensor, objective: Objective) -> list[tuple[Tensor, Tensor]]:
    """Attention and ``∂S/∂attention`` of every block, each ``(B, heads, N, N)``, first block first."""
    run = Attending(graph)
    with torch.enable_grad():
        logits = run.run(x)
        slopes = torch.autograd.grad(objective(logits).sum(), run.attention)
    return [(a.detach(), slope) for a, slope in zip(run.attention, slopes, strict=True)]


@method(
    key="transformer-attribution",
    name="Transformer attribution",
    sentence="Follows what the model passes on between patches, and marks those that raised the score.",
    paper="Chefer et al. 2021, Generic Attention-model Explainability, eq. 5 and 6",
    family=Family.ATTENTION,
    passes=2.5,
    needs={ATTENTION},
    reads=chosen_layer,
)
def transformer_attribution(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """The class token's row of ``R``, laid out on the patch grid ``(B, h, w)``, at least 0."""
    relevance: Tensor | None = None
    for attention, slope in attention_gradients(graph, x, objective):
        update = (slope * attention).relu().mean(1)
        if relevance is None:
            relevance = torch.eye(update.shape[-1]).to(update).expand_as(update)
        relevance = relevance + update @ relevance
    assert relevance is not None, "the registry asks for attention, so there is a block"
    return on_grid(graph, relevance[:, 0])


@method(
    key="rollout",
    name="Attention rollout",
    sentence="Follows which patches the model passes on, whatever the answer.",
    paper="Abnar and Zuidema 2020, Quantifying Attention Flow in Transformers, eq. 1",
    family=Family.ATTENTION,
    passes=1.5,
    needs={ATTENTION},
    reads=chosen_layer,
    class_specific=False,
)
def rollout(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """The class token's row of the product of ``½ (A + I)``, on the patch grid ``(B, h, w)``, at least 0."""
    run = Attending(graph)
    with torch.no_grad():
        run.run(x)
        flow = torch.eye(run.attention[0].shape[-1]).to(x).expand(len(x), -1, -1)
        for attention in run.attention:
            mixed = attention.mean(1) + torch.eye(attention.shape[-1]).to(x)
            flow = mixed / mixed.sum(-1, keepdim=True) @ flow
    return on_grid(graph, flow[:, 0])


@method(
    key="le-grad",
    name="LeGrad",
    sentence="Marks the patches that more attention to would have raised the score, block by block.",
    paper="Bousselham et al. 2024, LeGrad: An Explainability Method for Vision Transformers, eq. 7 and 8",
    family=Family.ATTENTION,
    passes=2,
    needs={ATTENTION, FEATURE_MAP},
    reads=chosen_layer,
)
def le_grad(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """``mean_l mean over heads and rows of ReLU(∂S_l/∂A_l)``, on the patch grid ``(B, h, w)``, at least 0.

    ``S_l`` is the score of what block ``l`` gives, put to the final norm and the linear layer.
    """
    outputs = block_outputs(graph)
    classify = graph.split(outputs[-1])[1]
    with torch.enable_grad():
        run = Attending(graph, outputs)
        run.run(x)
        total = torch.zeros_like(run.attention[0][:, 0, 0]).detach()
        for attention, tokens in zip(run.attention, run.outputs, strict=True):
            (slope,) = torch.autograd.grad(objective(classify(tokens)).sum(), attention, retain_graph=True)
            total += slope.relu().mean((1, 2)) / len(outputs)
    return on_grid(graph, total)


def block_outputs(graph: Graph) -> list[str]:
    """The nodes that hold what each block gives: what the next one starts from, and where the last ends."""
    nodes = {node.name: node for node in graph.module.graph.nodes}
    end = nodes[graph.layers[-1].beside[0]]
    while after := [user for user in end.users if user.target in (operator.add, torch.add)]:
        end = after[0]
    return [*(layer.beside[0] for layer in graph.layers[1:]), end.name]


def on_grid(graph: Graph, row: Tensor) -> Tensor:
    """A value a token, ``(B, N)``, laid out on the patch grid ``(B, h, w)``; class tokens are dropped."""
    layer = graph.layer()
    return row[:, -layer.height * layer.width :].reshape(len(row), layer.height, layer.width)
