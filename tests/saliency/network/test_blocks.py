"""Self-attention is found by what it computes: as a module, a fused function, or written out."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from small_models import pictures, small_module
from sweeps import sweep
from torch import Tensor, nn
from torch.nn import functional

from saliency.methods.attention import Attending, attention_gradients, row_read
from saliency.methods.attribution import attribute
from saliency.network.exported import exported
from saliency.network.graph import ATTENTION, BIASES, Graph

METHODS = ("transformer-attribution", "rollout", "le-grad")


class Transformer(nn.Module):
    """Two blocks on 4 × 4 patches.

    Args:
        how: ``fused``, ``written``, ``masked`` (as torch writes out a mask) or ``joined`` (heads and pictures
            in one axis).
        extra: Tokens before the patches.
        pooled: Whether the mean of the patches is classified, or the first token.
        norm_after: Whether what is added up is normed, and not what is read.
        kind: ``all``, or what is no attention between all tokens.
    """

    def __init__(
        self,
        *,
        how: str = "fused",
        extra: int = 0,
        pooled: bool = True,
        norm_after: bool = False,
        kind: str = "all",
        places: bool = True,
    ) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.how, self.pooled, self.norm_after, self.kind, self.extra = how, pooled, norm_after, kind, extra
        self.patches, self.first = nn.Conv2d(3, 8, 4, stride=4), nn.Parameter(torch.randn(1, extra, 8))
        self.places = nn.Parameter(torch.randn(1, 16 + extra, 8)) if places else None
        self.norms = nn.ModuleList(nn.LayerNorm(8) for _ in range(4))
        self.qkv, self.out = (nn.ModuleList(nn.Linear(8, n) for _ in range(2)) for n in (24, 8))
        self.mlp = nn.ModuleList(nn.Linear(8, 8) for _ in range(2))
        self.query, self.head = nn.Parameter(torch.randn(1, 1, 8)), nn.Linear(8, 4)

    def attention(self, number: int, tokens: Tensor) -> Tensor:
        count = tokens.shape[0]
        q, k, v = self.qkv[number](tokens).reshape(count, -1, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        if self.kind == "channels":
            q, k, v = (part.transpose(2, 3) for part in (q, k, v))
        if self.kind == "windows":
            q, k, v = (part.reshape(count, 2, 4, 4, 4).transpose(1, 2).flatten(0, 1) for part in (q, k, v))
        if self.how == "fused":
            seen = functional.scaled_dot_product_attention(q, k, v, is_causal=self.kind == "causal")
        elif self.how == "written":
            seen = (q / 2 @ k.transpose(-2, -1)).softmax(-1) @ v
        elif self.how == "masked":
            shares = (q / 2 @ k.transpose(-2, -1) + torch.zeros(1, 1, 1, 1)).softmax(-1)
            seen = torch.where(shares.isnan(), torch.zeros(()), shares) @ v
        else:
            q, k, v = (part.flatten(0, 1) for part in (q, k, v))
            seen = torch.bmm(functional.softmax(torch.bmm(q, k.transpose(1, 2)) / 2, dim=2), v)
            seen = seen.unflatten(0, (count, 2))
        if self.kind == "windows":
            seen = seen.reshape(count, 4, 2, 4, 4).transpose(1, 2).reshape(count, 2, 16, 4)
        if self.kind == "channels":
            seen = seen.transpose(2, 3)
        result: Tensor = self.out[number](seen.transpose(1, 2).reshape(count, -1, 8))
        return result

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        if self.extra:
            tokens = torch.cat((self.first.expand(x.shape[0], -1, -1), tokens), 1)
        if self.places is not None:
            tokens = tokens + self.places
        for number in range(2):
            read = tokens if self.norm_after else self.norms[number](tokens)
            tokens = tokens + self.attention(number, read)
            tokens = tokens + self.mlp[number](tokens).tanh()
            if self.norm_after:
                tokens = self.norms[number](tokens)
        if self.kind == "pooled by attention":
            query = self.query.expand(x.shape[0], -1, -1)
            return self.head(functional.scaled_dot_product_attention(query, tokens, tokens)[:, 0])
        tokens = self.norms[2](tokens)
        return self.head(tokens[:, self.extra :].mean(1) if self.pooled else tokens[:, 0])


def second(logits: Tensor) -> Tensor:
    return logits[:, 1]


WAYS = product(["traced", "exported"], ["fused", "written", "masked", "joined"], [False, True])


@pytest.mark.parametrize(("through", "how", "norm_after"), sweep(WAYS, every=3))
def test_attention_is_the_same_however_it_is_written(through: str, how: str, norm_after: bool) -> None:
    module = Transformer(how=how, extra=1, pooled=False, norm_after=norm_after).eval()
    expected = Graph(Transformer(extra=1, pooled=False, norm_after=norm_after), size=16)
    graph = Graph(module if through == "traced" else exported(module, (3, 16, 16)), size=16)
    x = torch.randn(2, 3, 16, 16)
    pairs = zip(attention_gradients(graph, x, second), attention_gradients(expected, x, second), strict=True)
    assert len(graph.blocks) == 2
    for got, wanted in pairs:
        for part, other in zip(got, wanted, strict=True):
            torch.testing.assert_close(part, other, rtol=1e-4, atol=1e-6)
    for method in METHODS:
        given = attribute(graph, x, 1, method=method)
        torch.testing.assert_close(given, attribute(expected, x, 1, method=method), rtol=1e-3, atol=1e-6)
        alone = torch.cat([attribute(graph, each[None], 1, method=method) for each in x])
        torch.testing.assert_close(given, alone, rtol=1e-3, atol=1e-6)


def test_a_module_exported_has_the_attention_of_the_module() -> None:
    module, x = small_module("vit"), pictures("vit", 2)
    graph, expected = Graph(exported(module, (3, 32, 32)), size=32), Graph(module, size=32)
    pairs = zip(attention_gradients(graph, x, second), attention_gradients(expected, x, second), strict=True)
    for got, wanted in pairs:
        for part, other in zip(got, wanted, strict=True):
            torch.testing.assert_close(part, other, rtol=0, atol=5e-6 * float(other.abs().max()))


@pytest.mark.parametrize("kind", ["channels", "windows", "causal", "pooled by attention"])
def test_what_is_no_attention_between_all_tokens_is_none(kind: str) -> None:
    graph = Graph(Transformer(kind=kind), size=16)
    assert graph.blocks == ()
    assert ATTENTION not in graph.offers
    assert attribute(graph, torch.randn(1, 3, 16, 16), 1).isfinite().all()


def test_a_softmax_of_two_that_is_no_attention_is_none() -> None:
    module = nn.Sequential(nn.Conv2d(3, 8, 4, stride=4), nn.Softmax(-1), nn.Flatten(), nn.Linear(128, 4))
    assert Graph(module, size=16).blocks == ()


@pytest.mark.parametrize(("extra", "pooled"), [(0, True), (1, True), (1, False), (3, False)])
def test_the_rows_are_those_of_the_tokens_that_are_read(extra: int, pooled: bool) -> None:
    """Without a class token the mean over all; with one that is not read, over those that are."""
    graph, x = Graph(Transformer(extra=extra, pooled=pooled), size=16), torch.randn(2, 3, 16, 16)
    relevance = torch.eye(16 + extra).expand(2, -1, -1)
    for attention, slope in attention_gradients(graph, x, second):
        relevance = relevance + (attention * slope).relu().mean(1) @ relevance
    rows = relevance[:, extra:].mean(1) if pooled else relevance[:, 0]
    expected = rows[:, extra:].reshape(2, 4, 4)
    torch.testing.assert_close(attribute(graph, x, 1, method="transformer-attribution"), expected)


def test_no_row_is_read_where_no_slope_reaches_the_last_attention() -> None:
    assert not row_read(torch.ones(2, 4, 4), torch.zeros(2, 3, 4, 4)).any()


def test_maps_lie_on_the_grid_of_the_picture() -> None:
    graph = Graph(Transformer(places=False), size=16)
    assert graph.any_size
    for method in METHODS:
        assert attribute(graph, torch.randn(2, 3, 24, 16), 1, method=method).shape == (2, 6, 4)


def test_the_last_map_is_after_the_blocks_where_the_mean_is_classified() -> None:
    graph = Graph(Transformer(), size=16)
    assert [layer.name for layer in graph.layers][:2] == [block.layer.name for block in graph.blocks]
    assert graph.layer().name not in {block.layer.name for block in graph.blocks}
    assert graph.layer().tokens


class NormInSteps(nn.Module):
    """A layer norm as older ONNX files have it."""

    def forward(self, x: Tensor) -> Tensor:
        centred = x - x.mean(-1, keepdim=True)
        return centred / torch.sqrt(centred.pow(2).mean(-1, keepdim=True) + 1e-5)


def test_a_norm_in_single_steps_is_a_norm() -> None:
    written, module = Transformer(), Transformer()
    written.norms = nn.ModuleList(NormInSteps() for _ in range(4))
    graph, expected, x = Graph(written, size=16), Graph(module, size=16), torch.randn(2, 3, 16, 16)
    assert BIASES not in graph.offers
    assert len(graph.blocks) == 2
    for method in METHODS:
        given = attribute(graph, x, 1, method=method)
        torch.testing.assert_close(given, attribute(expected, x, 1, method=method), rtol=1e-3, atol=1e-6)


def test_rollout_keeps_no_way_back_but_through_the_last_attention() -> None:
    graph, x = Graph(Transformer(), size=16), torch.randn(1, 3, 16, 16)
    run = Attending(graph, since=1)
    with torch.enable_grad():
        run.run(x)
    assert [attention.requires_grad for attention in run.attention] == [False, True]
