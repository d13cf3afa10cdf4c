"""Activations."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, lengths, number, operator, rank
from models.sources.onnx.tracer import dtype


@operator("Relu")
def _relu(call: Call, x: Value) -> Value:
    return F.relu(x)


@operator("LeakyRelu")
def _leaky_relu(call: Call, x: Value) -> Value:
    return F.leaky_relu(x, call.setting("alpha", 0.01))


@operator("PRelu")
def _parametric_relu(call: Call, x: Value, slope: Value) -> Value:
    return torch.where(x < 0, x * slope, x)


@operator("Elu")
def _elu(call: Call, x: Value) -> Value:
    return F.elu(x, call.setting("alpha", 1.0))


@operator("Celu")
def _celu(call: Call, x: Value) -> Value:
    return F.celu(x, call.setting("alpha", 1.0))


@operator("Selu")
def _selu(call: Call, x: Value) -> Value:
    alpha, gamma = call.setting("alpha", 1.67326319217681884765625), call.setting("gamma", 1.0507009873)
    return gamma * F.elu(x, alpha)


@operator("ThresholdedRelu")
def _thresholded_relu(call: Call, x: Value) -> Value:
    return F.threshold(x, call.setting("alpha", 1.0), 0.0)


@operator("HardSigmoid")
def _hard_sigmoid(call: Call, x: Value) -> Value:
    slope, middle = call.setting("alpha", 0.2), call.setting("beta", 0.5)
    if abs(slope - 1 / 6) < 1e-6 and middle == 0.5:
        return F.hardsigmoid(x)
    return torch.clamp(x * slope + middle, 0.0, 1.0)


@operator("HardSwish")
def _hard_swish(call: Call, x: Value) -> Value:
    return F.hardswish(x)


@operator("Sigmoid")
def _sigmoid(call: Call, x: Value) -> Value:
    return torch.sigmoid(x)


@operator("Tanh")
def _tanh(call: Call, x: Value) -> Value:
    return torch.tanh(x)


@operator("Softplus")
def _softplus(call: Call, x: Value) -> Value:
    return F.softplus(x)


@operator("Softsign")
def _softsign(call: Call, x: Value) -> Value:
    return F.softsign(x)


@operator("Mish")
def _mish(call: Call, x: Value) -> Value:
    return F.mish(x)


@operator("Swish")
def _swish(call: Call, x: Value) -> Value:
    steepness = call.setting("alpha", 1.0)
    return F.silu(x) if steepness == 1 else x * torch.sigmoid(x * steepness)


@operator("Gelu")
def _gelu(call: Call, x: Value) -> Value:
    return F.gelu(x, approximate=call.setting("approximate", "none"))


@operator("Shrink")
def _shrink(call: Call, x: Value) -> Value:
    bias, edge = call.setting("bias", 0.0), call.setting("lambd", 0.5)
    inside = torch.where(x > edge, x - bias, torch.zeros_like(x))
    return torch.where(x < -edge, x + bias, inside)


@operator("Clip")
def _clip(call: Call, x: Value, low: Value = None, high: Value = None) -> Value:
    least, most = number(low, call.setting("min")), number(high, call.setting("max"))
    if least is None and most is None:
        return x
    if (least, most) == (0, 6) and dtype(x) == torch.float32:
        return F.relu6(x)
    clipped = torch.clamp(x, least, most)
    return clipped.to(dtype(x)) if isinstance(clipped, Tensor) else clipped


@operator("Softmax")
def softmax(call: Call, x: Value) -> Value:
    """A softmax as the opset has it."""
    return _along(call, x, "softmax")


@operator("LogSoftmax")
def _log_softmax(call: Call, x: Value) -> Value:
    return _along(call, x, "log_softmax")


def _along(call: Call, x: Value, name: str) -> Value:
    """A softmax along an axis; before opset 13, along all from it on."""
    newer = call.version >= 13
    axis, axes = call.setting("axis", -1 if newer else 1), rank(x)
    axis = axis + axes if axis < 0 else axis
    function = getattr(F, name)
    if newer or all(length == 1 for length in lengths(x)[axis + 1 :]):
        return function(x, dim=axis)
    joined = function(torch.flatten(x, axis), dim=axis)
    return joined.reshape(lengths(x))
