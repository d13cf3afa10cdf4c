r"""Methods for transformers that read the attention between patches.

Transformer attribution: with ``A`` the attention of a block, ``(heads, N, N)``, and ``∇A = ∂S/∂A``,
``Ā = mean over heads of ReLU(∇A ⊙ A)`` and ``R ← R + Ā · R`` from the first block to the last, ``R = I`` at
the start; the class token's row of ``R`` is the map (Chefer 2021, Generic Attention-model Explainability,
eq. 5 and 6). The ReLU comes before the mean over heads.

Attention rollout: the product of ``½ (mean over heads of A + I)``, rows adding up to 1 (Abnar 2020, eq. 1).
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn.functional import linear

from saliency.graph import ATTENTION, Graph, Score
from saliency.registry import method


class _Attending(fx.Interpreter):
    """Runs the graph with every self-attention written out, and keeps the attention of each block.

    The fused kernel in the module gives no attention that a gradient could be taken of.
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.module)
        self._blocks = set(graph.blocks)
        self.attention: list[Tensor] = []

    def run_node(self, n: fx.Node) -> Any:
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


def attention_gradients(graph: Graph, x: Tensor, score: Score) -> list[tuple[Tensor, Tensor]]:
    """Attention and ``∂S/∂attention`` of every block, each ``(B, heads, N, N)``, first block first."""
    run = _Attending(graph)
    with torch.enable_grad():
        logits = run.run(x)
        slopes = torch.autograd.grad(score(logits).sum(), run.attention)
    return [(a.detach(), slope) for a, slope in zip(run.attention, slopes, strict=True)]


@method(
    key="transformer-attribution",
    name="Transformer attribution",
    sentence="Follows what the model passes on between patches, and marks those that raised the score.",
    paper="Chefer et al. 2021, Generic Attention-model Explainability, eq. 5 and 6",
    passes=4,
    needs={ATTENTION},
)
def transformer_attribution(graph: Graph, x: Tensor, score: Score) -> Tensor:
    """The class token's row of ``R``, laid out on the patch grid ``(B, h, w)``, at least 0."""
    relevance: Tensor | None = None
    for attention, slope in attention_gradients(graph, x, score):
        update = (slope * attention).relu().mean(1)
        if relevance is None:
            relevance = torch.eye(update.shape[-1]).to(update).expand_as(update)
        relevance = relevance + update @ relevance
    assert relevance is not None, "the registry asks for attention, so there is a block"
    return on_grid(graph, relevance[:, 0])


@method(
    key="rollout",
    name="Attention rollout",
    sentence="Follows which patches the model passes on, whatever the guess.",
    paper="Abnar and Zuidema 2020, Quantifying Attention Flow in Transformers, eq. 1",
    passes=1.5,
    needs={ATTENTION},
    class_specific=False,
)
def rollout(graph: Graph, x: Tensor, score: Score) -> Tensor:
    """The class token's row of the product of ``½ (A + I)``, on the patch grid ``(B, h, w)``, at least 0."""
    run = _Attending(graph)
    with torch.no_grad():
        run.run(x)
        flow = torch.eye(run.attention[0].shape[-1]).to(x).expand(len(x), -1, -1)
        for attention in run.attention:
            mixed = attention.mean(1) + torch.eye(attention.shape[-1]).to(x)
            flow = mixed / mixed.sum(-1, keepdim=True) @ flow
    return on_grid(graph, flow[:, 0])


def on_grid(graph: Graph, row: Tensor) -> Tensor:
    """A value a token, ``(B, N)``, laid out on the patch grid ``(B, h, w)``; class tokens are dropped."""
    layer = graph.layer()
    return row[:, -layer.height * layer.width :].reshape(len(row), layer.height, layer.width)
