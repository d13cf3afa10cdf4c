"""Whole numbers of eight or sixteen bits with a scale, as quantised models keep weights and values.

They are kept here as floating-point numbers that happen to be whole, and rounding passes slopes on as they
are (Bengio et al. 2013, the straight-through estimator): its own slope is 0, so that no method would see
anything of the picture.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, fx

from models.sources.onnx import examples
from models.sources.onnx.call import Call, Value, constant, operator, rank
from models.sources.onnx.operators.affine import product
from models.sources.onnx.operators.convolution import convolution

_BOUNDS: Mapping[torch.dtype, tuple[int, int]] = {
    torch.uint8: (0, 255),
    torch.int8: (-128, 127),
    torch.int16: (-32768, 32767),
    torch.int32: (0, 65535),  # as which uint16 is kept
}
_BY_NUMBER: Mapping[int, torch.dtype] = {2: torch.uint8, 3: torch.int8, 4: torch.int32, 5: torch.int16}


def rounded(x: Tensor) -> Tensor:
    """The nearest whole numbers, of two the even one; slopes pass on as they are."""
    return x + (x.round() - x).detach()


@operator("QuantizeLinear")
def quantised(call: Call, x: Value, scale: Value, zero: Value = None) -> Value:
    """The whole numbers that stand for values."""
    if call.setting("block_size", 0):
        raise call.refuse("block by block")
    kind = _BY_NUMBER.get(call.setting("output_dtype", 2)) if zero is None else constant(zero).dtype
    if kind is None or kind not in _BOUNDS:
        raise call.refuse("to numbers of four bits, or with a point")
    zero = torch.zeros(()) if zero is None else constant(zero).float()
    whole = _round(call, x / _along(call, x, constant(scale))) + _along(call, x, zero)
    return torch.clamp(whole, *map(float, _BOUNDS[kind]))


@operator("DequantizeLinear")
def dequantised(call: Call, x: Value, scale: Value, zero: Value = None) -> Value:
    """The values that whole numbers stand for."""
    if call.setting("block_size", 0):
        raise call.refuse("block by block")
    values = x.float() if isinstance(x, Tensor) else x.to(torch.float32)
    if zero is not None:
        values = values - _along(call, x, as_float(zero))
    return values * _along(call, x, scale)


@operator("DynamicQuantizeLinear")
def quantised_by_range(call: Call, x: Value) -> Value:
    """To the range of each picture's values, so that one picture does not change another's."""
    apart = isinstance(x, fx.Proxy) and rank(x) > 1 and examples.picture_axis(x.node) == 0
    axes = list(range(int(apart), rank(x)))
    low = torch.clamp(torch.amin(x, axes, keepdim=apart), max=0.0)
    high = torch.clamp(torch.amax(x, axes, keepdim=apart), min=0.0)
    scale = (high - low) / 255.0
    zero = torch.clamp(torch.round(-low / scale), 0.0, 255.0)
    return torch.clamp(_round(call, x / scale) + zero, 0.0, 255.0), scale, zero


@operator("QLinearConv")
def quantised_convolution(call: Call, *given: Value) -> Value:
    """A convolution of whole numbers, reckoned with what they stand for."""
    x, x_scale, x_zero, weight, scale, zero, y_scale, y_zero, bias = (*given, None)[:9]
    column = [-1, *[1] * (rank(weight) - 1)]
    scale = constant(scale)
    kernel = (weight.float() - as_float(zero).reshape(column)) * scale.reshape(column)
    offset = None if bias is None else bias.float() * scale.reshape(-1) * constant(x_scale)
    y = convolution(call, (as_float(x) - as_float(x_zero)) * x_scale, kernel, offset)
    return quantised(call, y, y_scale, y_zero)


@operator("QLinearMatMul")
def _product(call: Call, *given: Value) -> Value:
    a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero = given
    first, second = (as_float(a) - as_float(a_zero)) * a_scale, (as_float(b) - as_float(b_zero)) * b_scale
    return quantised(call, product(call, first, second), y_scale, y_zero)


@operator("ConvInteger")
def _whole_convolution(
    call: Call, x: Value, weight: Value, x_zero: Value = None, zero: Value = None
) -> Value:
    kernel = as_float(weight)
    if zero is not None:
        kernel = kernel - as_float(zero).reshape([-1, *[1] * (rank(weight) - 1)])
    return convolution(call, as_float(x) if x_zero is None else as_float(x) - as_float(x_zero), kernel)


@operator("MatMulInteger")
def _whole_product(call: Call, a: Value, b: Value, a_zero: Value = None, b_zero: Value = None) -> Value:
    first = as_float(a) if a_zero is None else as_float(a) - _rows(a_zero)
    return product(call, first, as_float(b) if b_zero is None else as_float(b) - as_float(b_zero))


def _rows(zero: Value) -> Value:
    """One number a row of a matrix, or one for all."""
    return as_float(zero).unsqueeze(-1) if rank(zero) == 1 and isinstance(zero, Tensor) else as_float(zero)


def _along(call: Call, x: Value, values: Value) -> Value:
    """One number, or one a part along the stated axis."""
    if not isinstance(values, Tensor) or values.numel() == 1:
        return values.reshape([]) if isinstance(values, Tensor) else values
    column = [1] * rank(x)
    column[call.setting("axis", 1) % rank(x)] = -1
    return values.reshape(column)


def as_float(x: Value) -> Value:
    """Whole numbers in single precision."""
    return x.float() if isinstance(x, Tensor) else x.to(torch.float32)


def _round(call: Call, x: Value) -> Value:
    return torch.round(x) if isinstance(x, Tensor) else call.function(rounded, x)
