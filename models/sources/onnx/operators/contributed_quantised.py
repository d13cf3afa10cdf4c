"""Operators of ``com.microsoft`` on whole numbers with a scale, as onnxruntime's quantiser writes them."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, contributed, rank
from models.sources.onnx.operators.activation import softmax
from models.sources.onnx.operators.affine import product
from models.sources.onnx.operators.pooling import average, global_average
from models.sources.onnx.operators.quantised import (
    as_float,
    dequantised,
    quantised,
    quantised_by_range,
    quantised_convolution,
)


@contributed("QuantizeLinear")
def _quantised(call: Call, x: Value, scale: Value, zero: Value = None) -> Value:
    return _whole(call, x, scale, zero)


@contributed("DequantizeLinear")
def _dequantised(call: Call, x: Value, scale: Value, zero: Value = None) -> Value:
    return dequantised(call, x, scale, zero)


@contributed("QLinearConv")
def _convolution(call: Call, *given: Value) -> Value:
    _refuse_channels_last(call)
    return quantised_convolution(call, *given)


@contributed("QLinearAdd")
def _sum(call: Call, *given: Value) -> Value:
    return _whole(call, _real(*given[:3]) + _real(*given[3:6]), *given[6:])


@contributed("QLinearMul")
def _product(call: Call, *given: Value) -> Value:
    return _whole(call, _real(*given[:3]) * _real(*given[3:6]), *given[6:])


@contributed("QLinearWhere")
def _choice(call: Call, condition: Value, *given: Value) -> Value:
    return _whole(call, torch.where(condition, _real(*given[:3]), _real(*given[3:6])), *given[6:])


@contributed("QLinearSigmoid")
def _sigmoid(call: Call, *given: Value) -> Value:
    return _whole(call, torch.sigmoid(_real(*given[:3])), *given[3:])


@contributed("QLinearLeakyRelu")
def _leaky_relu(call: Call, *given: Value) -> Value:
    return _whole(call, F.leaky_relu(_real(*given[:3]), call.setting("alpha", 0.01)), *given[3:])


@contributed("QLinearSoftmax")
def _softmax(call: Call, *given: Value) -> Value:
    plain = replace(call, version=call.setting("opset", 13), attributes={"axis": call.setting("axis", -1)})
    return _whole(call, softmax(plain, _real(*given[:3])), *given[3:])


@contributed("QLinearAveragePool")
def _average(call: Call, *given: Value) -> Value:
    _refuse_channels_last(call)
    return _whole(call, average(call, _real(*given[:3])), *given[3:])


@contributed("QLinearGlobalAveragePool")
def _global_average(call: Call, *given: Value) -> Value:
    x = _real(*given[:3])
    if call.setting("channels_last", 0):
        return _whole(call, torch.mean(x, list(range(1, rank(x) - 1)), keepdim=True), *given[3:])
    return _whole(call, global_average(call, x), *given[3:])


@contributed("QLinearConcat")
def _joined(call: Call, scale: Value, zero: Value, *given: Value) -> Value:
    parts = [_real(*given[start : start + 3]) for start in range(0, len(given), 3)]
    return _whole(call, torch.cat(parts, call.setting("axis")), scale, zero)


@contributed("QGemm")
def _gemm(call: Call, *given: Value) -> Value:
    a, a_scale, a_zero, b, b_scale, b_zero, c, y_scale, y_zero = (*given, None, None, None)[:9]
    first = _real(a, a_scale, a_zero)
    first = first.transpose(0, 1) if call.setting("transA", 0) else first
    b, factor = as_float(b), call.setting("alpha", 1.0)
    b = b.transpose(0, 1) if call.setting("transB", 0) else b  # scales are one a column
    y = product(call, first, (b - as_float(b_zero)) * (b_scale * factor))
    y = y if c is None else y + as_float(c) * (a_scale * b_scale * factor)
    return y if y_scale is None else _whole(call, y, y_scale, y_zero)


@contributed("MatMulIntegerToFloat")
def _product_of_wholes(call: Call, *given: Value) -> Value:
    a, b, a_scale, b_scale, a_zero, b_zero, bias = (*given, None, None, None)[:7]
    y = product(call, _real(a, a_scale, a_zero), _real(b, b_scale, b_zero))
    return y if bias is None else y + bias


@contributed("DynamicQuantizeMatMul")
def _product_by_range(call: Call, x: Value, b: Value, *given: Value) -> Value:
    b_scale, b_zero, bias = (*given, None, None)[:3]
    y = product(call, _real(*quantised_by_range(call, x)), _real(b, b_scale, b_zero))
    return y if bias is None else y + bias


def _real(x: Value, scale: Value, zero: Value = None) -> Value:
    """What whole numbers stand for."""
    return (as_float(x) if zero is None else as_float(x) - as_float(zero)) * scale


def _whole(call: Call, x: Value, scale: Value, zero: Value = None) -> Value:
    """The whole numbers that stand for values.

    Raises:
        ModelError: Nothing says of which kind they are.
    """
    if not isinstance(zero, Tensor):
        raise call.refuse("without a zero point")
    return quantised(call, x, scale, zero)


def _refuse_channels_last(call: Call) -> None:
    if call.setting("channels_last", 0):
        raise call.refuse("with channels last")
