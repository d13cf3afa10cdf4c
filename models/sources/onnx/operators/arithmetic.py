"""Numbers, one by one: arithmetic, comparison and logic."""

from __future__ import annotations

import operator as python
from collections.abc import Callable
from functools import reduce
from typing import Any

import torch

from models.sources.onnx.call import Call, Value, operand, operator
from models.sources.onnx.tensors import dtype_of
from models.sources.onnx.tracer import dtype, is_float

_OF_ONE: dict[str, Callable[..., Any]] = {
    "Abs": torch.abs,
    "BitwiseNot": torch.bitwise_not,
    "Acos": torch.acos,
    "Acosh": torch.acosh,
    "Asin": torch.asin,
    "Asinh": torch.asinh,
    "Atan": torch.atan,
    "Atanh": torch.atanh,
    "Ceil": torch.ceil,
    "Cos": torch.cos,
    "Cosh": torch.cosh,
    "Erf": torch.erf,
    "Exp": torch.exp,
    "Floor": torch.floor,
    "IsNaN": torch.isnan,
    "Log": torch.log,
    "Neg": torch.neg,
    "Not": torch.logical_not,
    "Reciprocal": torch.reciprocal,
    "Round": torch.round,
    "Sign": torch.sign,
    "Sin": torch.sin,
    "Sinh": torch.sinh,
    "Sqrt": torch.sqrt,
    "Tan": torch.tan,
}

_OF_TWO: dict[str, Callable[..., Any]] = {
    "And": torch.logical_and,
    "BitwiseAnd": torch.bitwise_and,
    "BitwiseOr": torch.bitwise_or,
    "BitwiseXor": torch.bitwise_xor,
    "Equal": torch.eq,
    "Greater": torch.gt,
    "GreaterOrEqual": torch.ge,
    "Less": torch.lt,
    "LessOrEqual": torch.le,
    "Or": torch.logical_or,
    "Xor": torch.logical_xor,
}


@operator(*_OF_ONE)
def _of_one(call: Call, x: Value) -> Value:
    return _OF_ONE[call.operator](x)


@operator(*_OF_TWO)
def _of_two(call: Call, x: Value, y: Value) -> Value:
    return _OF_TWO[call.operator](x, y)


@operator("Add")
def _add(call: Call, x: Value, y: Value) -> Value:
    return operand(x) + operand(y)


@operator("Sub")
def _subtract(call: Call, x: Value, y: Value) -> Value:
    return operand(x) - operand(y)


@operator("Mul")
def _multiply(call: Call, x: Value, y: Value) -> Value:
    return operand(x) * operand(y)


@operator("Div")
def _divide(call: Call, x: Value, y: Value) -> Value:
    x, y = operand(x), operand(y)
    if is_float(x) or is_float(y):
        return x / y
    return torch.div(x, y, rounding_mode="trunc")


@operator("Mod")
def _modulo(call: Call, x: Value, y: Value) -> Value:
    return torch.fmod(x, y) if call.setting("fmod", 0) else torch.remainder(x, y)


@operator("Pow")
def _power(call: Call, x: Value, y: Value) -> Value:
    if isinstance(y, torch.Tensor) and y.numel() == 1 and is_float(x) and y.ndim <= 1:
        return torch.pow(x, y.item())
    return torch.pow(x, y).to(dtype(x))


@operator("Sum")
def _sum(call: Call, *terms: Value) -> Value:
    return reduce(python.add, terms)


@operator("Mean")
def _mean(call: Call, *terms: Value) -> Value:
    return reduce(python.add, terms) / len(terms)


@operator("Max")
def _largest(call: Call, *terms: Value) -> Value:
    return reduce(torch.maximum, terms)


@operator("Min")
def _smallest(call: Call, *terms: Value) -> Value:
    return reduce(torch.minimum, terms)


@operator("Where")
def _where(call: Call, condition: Value, x: Value, y: Value) -> Value:
    return torch.where(condition, x, y)


@operator("IsInf")
def _is_infinite(call: Call, x: Value) -> Value:
    up, down = call.setting("detect_positive", 1), call.setting("detect_negative", 1)
    if up and down:
        return torch.isinf(x)
    return torch.isposinf(x) if up else torch.isneginf(x) if down else torch.zeros_like(x, dtype=torch.bool)


@operator("Cast")
def _cast(call: Call, x: Value) -> Value:
    wanted = dtype_of(call.setting("to"))
    return x if dtype(x) == wanted else x.to(wanted)


@operator("CastLike")
def _cast_like(call: Call, x: Value, y: Value) -> Value:
    return x if dtype(x) == dtype(y) else x.to(dtype(y))


@operator("Identity")
def _same(call: Call, x: Value) -> Value:
    return x


@operator("Dropout")
def _dropout(call: Call, x: Value, ratio: Value = None, training: Value = None) -> Value:
    if training is not None and bool(operand(training)):
        raise call.refuse("in training")
    return x if call.outputs < 2 else (x, torch.ones_like(x, dtype=torch.bool))


@operator("CumSum")
def _cumulated(call: Call, x: Value, axis: Value) -> Value:
    at = int(axis)
    values = torch.flip(x, [at]) if call.setting("reverse", 0) else x
    sums = torch.cumsum(values, at)
    if call.setting("exclusive", 0):
        sums = sums - values
    return torch.flip(sums, [at]) if call.setting("reverse", 0) else sums
