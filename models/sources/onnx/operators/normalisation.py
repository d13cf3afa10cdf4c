"""Normalisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, lengths, operator, rank

_BATCH: Mapping[int, Any] = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}


@operator("BatchNormalization")
def _batch(call: Call, x: Value, scale: Value, bias: Value, mean: Value, variance: Value) -> Value:
    if call.setting("training_mode", 0) or call.outputs > 1:
        raise call.refuse("in training")
    epsilon = call.setting("epsilon", 1e-5)
    if not all(isinstance(value, Tensor) for value in (scale, bias, mean, variance)):
        return F.batch_norm(x, mean, variance, scale, bias, False, 0.0, epsilon)
    module = _BATCH[rank(x)](len(scale), eps=epsilon, device="meta")
    module.weight, module.bias = call.parameter(scale), call.parameter(bias)
    module.running_mean, module.running_var = mean, variance
    module.num_batches_tracked = torch.tensor(0)
    return call.module(module, x)


@operator("InstanceNormalization")
def _instance(call: Call, x: Value, scale: Value, bias: Value) -> Value:
    return F.instance_norm(x, weight=scale, bias=bias, eps=call.setting("epsilon", 1e-5))


@operator("LayerNormalization")
def _layer(call: Call, x: Value, scale: Value, bias: Value = None) -> Value:
    axis, epsilon = call.setting("axis", -1), call.setting("epsilon", 1e-5)
    if call.outputs > 1:
        axes = list(range(axis % rank(x), rank(x)))
        mean = torch.mean(x, axes, keepdim=True)
        spread = torch.rsqrt(torch.mean((x - mean) ** 2, axes, keepdim=True) + epsilon)
        scaled = (x - mean) * spread * scale
        return scaled if bias is None else scaled + bias, mean, spread
    return layer_norm(call, x, scale, bias, epsilon)


def layer_norm(call: Call, x: Value, scale: Value, bias: Value, epsilon: float) -> Value:
    """A layer norm along the stated axis and those after it; of constant weights a module."""
    shape = lengths(x)[call.setting("axis", -1) :]
    if not isinstance(scale, Tensor) or scale.shape != tuple(shape):
        return F.layer_norm(x, shape, eps=epsilon) * scale + (0 if bias is None else bias)
    module = nn.LayerNorm(shape, eps=epsilon, bias=bias is not None, device="meta")
    module.weight = call.parameter(scale)
    if bias is not None:
        module.bias = call.parameter(bias)
    return call.module(module, x)


@operator("RMSNormalization", "SimplifiedLayerNormalization")  # the second is onnxruntime's
def root_mean_square(call: Call, x: Value, scale: Value) -> Value:
    """Values by the root of their mean square along the stated axis and those after it."""
    shape = lengths(x)[call.setting("axis", -1) :]
    return F.rms_norm(x, shape, eps=call.setting("epsilon", 1e-5)) * scale


@operator("GroupNormalization")
def _group(call: Call, x: Value, scale: Value, bias: Value) -> Value:
    groups, epsilon = call.setting("num_groups"), call.setting("epsilon", 1e-5)
    channels = lengths(x)[1]
    if call.version < 21 and lengths(scale)[0] != channels:  # one a group then, one a channel since
        scale, bias = (torch.repeat_interleave(each, channels // groups) for each in (scale, bias))
    return F.group_norm(x, groups, scale, bias, epsilon)


@operator("LRN")
def _local_response(call: Call, x: Value) -> Value:
    size = call.setting("size")
    if size % 2 == 0:
        raise call.refuse("over an even number of channels")
    alpha, beta = call.setting("alpha", 1e-4), call.setting("beta", 0.75)
    return call.module(nn.LocalResponseNorm(size, alpha, beta, call.setting("bias", 1.0)), x)


@operator("LpNormalization")
def _length(call: Call, x: Value) -> Value:
    axis = call.setting("axis", -1)
    length = torch.linalg.vector_norm(x, call.setting("p", 2), axis, keepdim=True)
    return torch.where(length == 0, torch.zeros_like(x), x / length)


@operator("MeanVarianceNormalization")
def _mean_variance(call: Call, x: Value) -> Value:
    axes = call.setting("axes", [0, 2, 3])
    centred = x - torch.mean(x, axes, keepdim=True)
    return centred / (torch.sqrt(torch.mean(centred * centred, axes, keepdim=True)) + 1e-9)
