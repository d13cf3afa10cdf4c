"""Operators of ``com.microsoft``, as onnxruntime's optimiser and some exporters write them.

What they compute is stated in onnxruntime's ``docs/ContribOperators.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, contributed, lengths, rank
from models.sources.onnx.operators.affine import attention, gemm, product
from models.sources.onnx.operators.convolution import convolution
from models.sources.onnx.operators.normalisation import layer_norm, root_mean_square

_ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "": lambda x: x,
    "Relu": F.relu,
    "Tanh": torch.tanh,
    "Sigmoid": torch.sigmoid,
    "LeakyRelu": F.leaky_relu,
    "Clip": torch.clamp,
    "HardSigmoid": lambda x, slope, middle: torch.clamp(x * slope + middle, 0.0, 1.0),
}


@contributed("Gelu", "BiasGelu")
def _gelu(call: Call, x: Value, bias: Value = None) -> Value:
    return F.gelu(x if bias is None else x + bias)


@contributed("FastGelu")
def _fast_gelu(call: Call, x: Value, bias: Value = None) -> Value:
    return F.gelu(x if bias is None else x + bias, approximate="tanh")


@contributed("QuickGelu")
def _quick_gelu(call: Call, x: Value) -> Value:
    steepness = call.setting("alpha", 1.702)
    return F.silu(x) if steepness == 1 else x * torch.sigmoid(x * steepness)


@contributed("FusedConv")
def _fused_convolution(call: Call, x: Value, weight: Value, bias: Value = None, term: Value = None) -> Value:
    y = convolution(call, x, weight, bias)
    return _activated(call, y if term is None else y + term, call.setting("activation_params", []))


@contributed("FusedGemm")
def _fused_gemm(call: Call, a: Value, b: Value, c: Value = None) -> Value:
    stated = (call.setting(f"activation_{name}") for name in ("alpha", "beta", "gamma"))
    return _activated(call, gemm(call, a, b, c), [number for number in stated if number is not None])


def _activated(call: Call, x: Value, numbers: list[float]) -> Value:
    name = call.setting("activation", "")
    if name not in _ACTIVATIONS:
        raise call.refuse(f"with the activation {name}")
    return _ACTIVATIONS[name](x, *numbers)


@contributed("FusedMatMul", "TransposeMatMul")
def _scaled_product(call: Call, a: Value, b: Value) -> Value:
    if call.setting("transBatchA", 0) or call.setting("transBatchB", 0):
        raise call.refuse("with batches that change places")
    a = a.transpose(-2, -1) if call.setting("transA", 0) and rank(a) > 1 else a
    b = b.transpose(-2, -1) if call.setting("transB", 0) and rank(b) > 1 else b
    factor, y = call.setting("alpha", 1.0), product(call, a, b)
    return y if factor == 1 else y * factor


@contributed("SkipLayerNormalization")
def _skip_layer_norm(
    call: Call, x: Value, skip: Value, scale: Value, shift: Value = None, bias: Value = None
) -> Any:
    total = x + skip if bias is None else x + skip + bias
    return layer_norm(call, total, scale, shift, call.setting("epsilon", 1e-12)), None, None, total


@contributed("SkipSimplifiedLayerNormalization")
def _skip_root_mean_square(call: Call, x: Value, skip: Value, scale: Value, bias: Value = None) -> Any:
    total = x + skip if bias is None else x + skip + bias
    return root_mean_square(call, total, scale), None, None, total


@contributed("Attention")
def _attention_of_one(call: Call, x: Value, weight: Value, bias: Value = None, *others: Value) -> Value:
    """Query, key and value out of one product, and what they see."""
    mask_index, past, mask, *more = (*others, None, None, None)
    _refuse_caches(call, mask_index, past, *more)
    projected = product(call, x, weight)
    projected = projected if bias is None else projected + bias
    third = lengths(projected)[2] // 3
    sizes = call.setting("qkv_hidden_sizes", [third] * 3)
    starts = (0, sizes[0], sizes[0] + sizes[1])
    parts = [projected.narrow(2, start, size) for start, size in zip(starts, sizes, strict=True)]
    return _seen(call, parts, mask)


@contributed("MultiHeadAttention")
def _attention_of_three(call: Call, query: Value, *others: Value) -> Value:
    key, value, bias, padding, mask, *more = (*others, None, None, None, None, None)
    _refuse_caches(call, padding, *more)
    if any(part is None or rank(part) != 3 for part in (query, key, value)):
        raise call.refuse("with query, key and value in one, or heads apart")
    parts = [query, key, value]
    if bias is not None:
        pieces = bias.split([lengths(part)[2] for part in parts])
        parts = [part + piece for part, piece in zip(parts, pieces, strict=True)]
    return _seen(call, parts, mask)


def _refuse_caches(call: Call, *given: Value) -> None:
    if any(value is not None for value in given) or call.outputs > 1 or call.setting("do_rotary", 0):
        raise call.refuse("with padding, a cache, or turned places")


def _seen(call: Call, parts: list[Value], mask: Value) -> Value:
    scale, causal = call.setting("scale", 0.0), bool(call.setting("unidirectional", 0))
    if causal and mask is not None:
        raise call.refuse("with a mask of two kinds")
    heads = call.setting("num_heads")
    query, key, value = parts
    return attention(query, key, value, mask, heads, heads, causal, scale or None)
