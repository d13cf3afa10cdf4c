"""Poolings."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, operator, rank
from models.sources.onnx.operators.convolution import is_even, padded, paddings

_MODULES: tuple[Any, ...] = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
_AVERAGE = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)


@operator("MaxPool")
def _maximum(call: Call, x: Value) -> Value:
    if call.outputs > 1 or call.setting("storage_order", 0):
        raise call.refuse("with the places of its maxima")
    kernel, stride, dilation, rounded_up = _window(call)
    reach = [(length - 1) * step + 1 for length, step in zip(kernel, dilation, strict=True)]
    pairs = paddings(call, x, reach, stride)
    narrow = is_even(pairs) and all(p[0] <= k // 2 for p, k in zip(pairs, kernel, strict=True))
    if not narrow:
        x = padded(call, x, pairs, -math.inf)
    padding = [before if narrow else 0 for before, _ in pairs]
    module = _MODULES[len(kernel) - 1](kernel, stride, padding, dilation, ceil_mode=rounded_up)
    return call.module(module, x)


@operator("AveragePool")
def average(call: Call, x: Value) -> Value:
    """Averages of a window that moves."""
    kernel, stride, dilation, rounded_up = _window(call)
    if any(step != 1 for step in dilation):
        raise call.refuse("with gaps between its cells")
    pairs, counted = paddings(call, x, kernel, stride), bool(call.setting("count_include_pad", 0))
    function: Any = _AVERAGE[len(kernel) - 1]
    narrow = is_even(pairs) and all(p[0] <= k // 2 for p, k in zip(pairs, kernel, strict=True))
    if counted and rounded_up and any(pair != (0, 0) for pair in pairs):
        raise call.refuse("with its margin counted and its size rounded up")
    if narrow:
        padding = [before for before, _ in pairs]
        return function(x, kernel, stride, padding, rounded_up, counted)
    if counted:
        return function(padded(call, x, pairs), kernel, stride, 0, rounded_up)
    cells = torch.ones_like(x[:1, :1])
    total = function(padded(call, x, pairs), kernel, stride, 0, rounded_up)
    return total / function(padded(call, cells, pairs), kernel, stride, 0, rounded_up)


@operator("GlobalAveragePool")
def global_average(call: Call, x: Value) -> Value:
    """The average of each channel."""
    if rank(x) == 4:
        return call.module(nn.AdaptiveAvgPool2d(1), x)
    return torch.mean(x, list(range(2, rank(x))), keepdim=True)


@operator("GlobalMaxPool")
def _global_maximum(call: Call, x: Value) -> Value:
    if rank(x) == 4:
        return call.module(nn.AdaptiveMaxPool2d(1), x)
    return torch.amax(x, list(range(2, rank(x))), keepdim=True)


def _window(call: Call) -> tuple[list[int], list[int], list[int], bool]:
    """Kernel, stride and dilation, and whether sizes are rounded up."""
    kernel = call.setting("kernel_shape")
    one = [1] * len(kernel)
    rounded_up = bool(call.setting("ceil_mode", 0))
    return kernel, call.setting("strides", one), call.setting("dilations", one), rounded_up


@operator("LpPool")
def _power_mean(call: Call, x: Value) -> Value:
    kernel, stride, dilation, rounded_up = _window(call)
    if any(step != 1 for step in dilation) or rounded_up:
        raise call.refuse("with gaps between its cells, or its size rounded up")
    power, pairs = call.setting("p", 2), paddings(call, x, kernel, stride)
    function: Any = _AVERAGE[len(kernel) - 1]
    powers = torch.abs(padded(call, x, pairs)) ** power
    return (function(powers, kernel, stride) * math.prod(kernel)) ** (1 / power)
