r"""Methods for transformers that read the attention between patches.

Transformer attribution: with ``A`` the attention of a block, ``(heads, N, N)``, and ``∇A = ∂S/∂A``,
``Ā = mean over heads of ReLU(∇A ⊙ A)`` and ``R ← R + Ā · R`` from the first block to the last, ``R = I`` at
the start; the class token's row of ``R`` is the map (Chefer 2021, Generic Attention-model Explainability,
eq. 5 and 6), or the mean of all rows where the mean of all tokens is classified. The ReLU comes before the
mean over heads.

LeGrad: every block's output is put to the classifier as if it were the last; how much that score would rise
with more attention, ``mean over heads and rows of ReLU(∂S_l/∂A_l)``, is averaged over the blocks (Bousselham
2024, eq. 7 and 8). Nothing is multiplied by the attention there is.

Attention rollout: the product of ``½ (mean over heads of A + I)``, rows adding up to 1 (Abnar 2020, eq. 1).
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn.functional import linear

from saliency.methods.registry import Family, chosen_layer, method
from saliency.network.blocks import FUSED
from saliency.network.graph import ATTENTION, FEATURE_MAP, Graph, Objective
from saliency.network.shapes import operation


class Attending(fx.Interpreter):
    """Runs the graph with every self-attention between all tokens written out, and keeps it.

    Fused kernels give no attention that a gradient could be taken of.

    Attributes:
        attention: Of each block, ``(B, heads, N, N)``.
        outputs: The tokens after each block, ``(B, N, C)``.
        grid: Rows and columns of the map whose cells the last tokens are.
    """

    def __init__(self, graph: Graph, since: int = 0) -> None:
        """Args: graph: A model with blocks, or none; since: The first block that gradients are taken of."""
        super().__init__(graph.module)
        self._since = since
        self._blocks = {block.name for block in graph.blocks}
        self._outputs = {block.output for block in graph.blocks}
        self._cells = graph.blocks[-1].layer.cells if graph.blocks else ""
        self._count = 0
        self.attention: list[Tensor] = []
        self.outputs: list[Tensor] = []
        self.grid = (0, 0)

    def run_node(self, n: fx.Node) -> Any:
        """The node's value; attention is written out, and what is to be kept is kept."""
        if n.op == "placeholder":
            value = super().run_node(n)
            self._count = len(value)
            return value
        value = self._attended(n) if n.name in self._blocks else super().run_node(n)
        if n.name in self._outputs:
            self.outputs.append(value)
        if n.name == self._cells:
            self.grid = value.shape[2], value.shape[3]
        return value

    def _attended(self, n: fx.Node) -> Any:
        args, kwargs = self.fetch_args_kwargs_from_env(n)
        if n.op == "call_module" and isinstance(
            module := self.fetch_attr(str(n.target)), nn.MultiheadAttention
        ):
            return self._by_module(module, args[0]), None
        if operation(n, {}) == FUSED:
            return self._fused(*args, **kwargs)
        shares: Tensor = super().run_node(n)
        return self._kept(shares).reshape(shares.shape)

    def _by_module(self, module: nn.MultiheadAttention, tokens: Tensor) -> Tensor:
        projected = linear(tokens, module.in_proj_weight, module.in_proj_bias)
        q, k, v = (
            part.unflatten(2, (module.num_heads, -1)).transpose(1, 2) for part in projected.chunk(3, dim=2)
        )
        joined = self._fused(q, k, v).transpose(1, 2).flatten(2)
        return linear(joined, module.out_proj.weight, module.out_proj.bias)

    def _fused(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attn_mask: Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> Tensor:
        """``softmax(scale · Q Kᵀ + mask) · V``, as torch defines its fused function."""
        products = (
            query @ key.transpose(-2, -1) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
        )
        if attn_mask is not None and attn_mask.dtype == torch.bool:
            products = products.masked_fill(~attn_mask, -math.inf)
        elif attn_mask is not None:
            products = products + attn_mask
        shares = products.softmax(-1)
        return self._kept(shares).reshape(shares.shape) @ value

    def _kept(self, shares: Tensor) -> Tensor:
        """Attention ``(B, heads, N, N)``; written out, it may come as ``(B · heads, N, N)``."""
        attention = shares.reshape(self._count, -1, *shares.shape[-2:])
        if len(self.attention) >= self._since and not attention.requires_grad:
            attention.requires_grad_(True)
        self.attention.append(attention)
        return attention


def attention_gradients(graph: Graph, x: Tensor, objective: Objective) -> list[tuple[Tensor, Tensor]]:
    """Attention and ``∂S/∂attention`` of every block, each ``(B, heads, N, N)``, first block first."""
    run = Attending(graph)
    slopes = _slopes(run, x, objective)
    return list(zip(run.attention, slopes, strict=True))


def _slopes(run: Attending, x: Tensor, objective: Objective) -> list[Tensor]:
    """``∂S/∂attention`` of the blocks that gradients are taken of; the run's attention is detached."""
    with torch.enable_grad():
        logits = run.run(x)
        leaves = [attention for attention in run.attention if attention.requires_grad]
        slopes = torch.autograd.grad(objective(logits).sum(), leaves)
    run.attention = [attention.detach() for attention in run.attention]
    return list(slopes)


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
    """The row of ``R`` of the tokens that are read, on the patch grid ``(B, h, w)``, at least 0."""
    run = Attending(graph)
    relevance: Tensor | None = None
    slopes = _slopes(run, x, objective)
    for attention, slope in zip(run.attention, slopes, strict=True):
        update = (slope * attention).relu().mean(1)
        if relevance is None:
            relevance = torch.eye(update.shape[-1]).to(update).expand_as(update)
        relevance = relevance + update @ relevance
    assert relevance is not None, "the registry asks for attention, so there is a block"
    return on_grid(row_read(relevance, slopes[-1]), run.grid)


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
    """The row of the product of ``½ (A + I)`` of the tokens read, on the grid ``(B, h, w)``, at least 0."""
    run = Attending(graph, since=len(graph.blocks) - 1)
    slopes = _slopes(run, x, lambda logits: logits.square().sum(1))
    flow = torch.eye(run.attention[0].shape[-1]).to(x).expand(len(x), -1, -1)
    for attention in run.attention:
        mixed = attention.mean(1) + torch.eye(attention.shape[-1]).to(x)
        flow = mixed / mixed.sum(-1, keepdim=True) @ flow
    return on_grid(row_read(flow, slopes[-1]), run.grid)


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
    classify = graph.split(graph.blocks[-1].output)[1]
    with torch.enable_grad():
        run = Attending(graph)
        run.run(x)
        total = torch.zeros_like(run.attention[0][:, 0, 0]).detach()
        for attention, tokens in zip(run.attention, run.outputs, strict=True):
            (slope,) = torch.autograd.grad(objective(classify(tokens)).sum(), attention, retain_graph=True)
            total += slope.relu().mean((1, 2)) / len(run.outputs)
    return on_grid(total, run.grid)


def row_read(flow: Tensor, slope: Tensor) -> Tensor:
    """The mean, ``(B, N)``, of the rows of ``(B, N, N)`` whose tokens the score is read from.

    That is the class token where there is one, all tokens where their mean is classified, both class tokens
    of a distilled model. After the last attention nothing passes from token to token, so that a row of it
    counts for the score only if its token is read.

    Args:
        flow: What each token has of each other, ``(B, N, N)``.
        slope: The slope of a score by the last attention, ``(B, heads, N, N)``.
    """
    read = (slope != 0).any(3).any(1).to(flow)
    return (flow * read[:, :, None]).sum(1) / read.sum(1, keepdim=True).clamp(min=1)


def on_grid(row: Tensor, grid: tuple[int, int]) -> Tensor:
    """A value a token, ``(B, N)``, laid out on the patch grid ``(B, h, w)``; class tokens are dropped."""
    height, width = grid
    return row[:, -height * width :].reshape(len(row), height, width)
