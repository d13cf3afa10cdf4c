"""Layers that multiply by a weight: linear layers, products of matrices, attention in one operator."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, operator, rank
from models.sources.onnx.tracer import is_float


def linear(call: Call, x: Value, weight: Tensor, bias: Tensor | None = None) -> Value:
    """A linear layer of a weight ``(K, C)``."""
    module = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, device="meta")
    module.weight = call.parameter(weight)
    if bias is not None:
        module.bias = call.parameter(bias)
    return call.module(module, x)


@operator("Gemm")
def gemm(call: Call, a: Value, b: Value, c: Value = None) -> Value:
    """``alpha · a b + beta · c``; of a constant ``b`` a linear layer."""
    alpha, beta = call.setting("alpha", 1.0), call.setting("beta", 1.0)
    a = a.transpose(0, 1) if call.setting("transA", 0) else a
    kept = isinstance(a, fx.Proxy) and isinstance(b, Tensor) and b.is_floating_point()
    if kept and (c is None or _is_row(c, b.shape[0 if call.setting("transB", 0) else 1])):
        weight = b if call.setting("transB", 0) else call.tracer.transposed(b)
        bias = None if c is None else c.reshape(-1)
        weight = weight if alpha == 1 else weight * alpha
        return linear(call, a, weight, bias if bias is None or beta == 1 else bias * beta)
    b = b.transpose(0, 1) if call.setting("transB", 0) else b
    product = torch.matmul(a, b)
    product = product if alpha == 1 else product * alpha
    return product if c is None else product + (c if beta == 1 else c * beta)


@operator("MatMul")
def product(call: Call, a: Value, b: Value) -> Value:
    """A product of matrices; of a constant one a linear layer."""
    if isinstance(a, fx.Proxy) and isinstance(b, Tensor) and b.ndim == 2 and is_float(b) and rank(a) > 1:
        return linear(call, a, call.tracer.transposed(b))
    return torch.matmul(a, b)


@operator("Einsum")
def _einsum(call: Call, *terms: Value) -> Value:
    return torch.einsum(call.setting("equation"), *terms)


@operator("Attention")
def _attention(call: Call, query: Value, key: Value, value: Value, *others: Any) -> Value:
    mask, *more = (*others, None)
    if call.outputs > 1 or any(other is not None for other in more):
        raise call.refuse("with a cache")
    settings = ("is_causal", "scale", "q_num_heads", "kv_num_heads", "softmax_precision")
    causal, scale = bool(call.setting("is_causal", 0)), call.setting("scale")
    if any(call.setting(name) for name in call.attributes.keys() - set(settings)) or (
        causal and mask is not None
    ):
        raise call.refuse("with a softcap, a window, or a mask of two kinds")
    heads = call.setting("q_num_heads"), call.setting("kv_num_heads")
    return attention(query, key, value, mask, *heads, causal, scale)


def attention(
    query: Value,
    key: Value,
    value: Value,
    mask: Value,
    heads: int | None,
    heads_seen: int | None,
    causal: bool,
    scale: float | None,
) -> Value:
    """What queries see of values, ``(N, heads, L, C)`` or, with joined heads, ``(N, L, heads · C)``."""
    joined = rank(query) == 3
    if joined:
        query = _apart(query, heads)
        key, value = (_apart(each, heads_seen) for each in (key, value))
    if (times := _heads(query) // _heads(key)) > 1:
        key, value = (torch.repeat_interleave(each, times, 1) for each in (key, value))
    seen = F.scaled_dot_product_attention(query, key, value, mask, is_causal=causal, scale=scale)
    return torch.flatten(seen.transpose(1, 2), 2) if joined else seen


def _apart(x: Value, heads: Any) -> Value:
    """``(N, L, heads · C)`` as ``(N, heads, L, C)``."""
    return x.unflatten(2, [heads, -1]).transpose(1, 2)


def _is_row(c: Value, length: int) -> bool:
    return isinstance(c, Tensor) and c.ndim <= 2 and c.numel() == length == (c.shape[-1] if c.ndim else 1)


def _heads(x: Value) -> int:
    return int((x.node.meta["runs"][0] if isinstance(x, fx.Proxy) else x).shape[1])
