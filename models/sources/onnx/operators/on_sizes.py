"""Operators where they work on sizes of tensors (:mod:`models.sources.onnx.sizes`)."""

from __future__ import annotations

import math
import operator as python
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from models.sources.onnx.call import Call, Value, on_sizes, whole_numbers
from models.sources.onnx.sizes import array, as_float, as_whole, divided, each, largest, smallest, tidy
from models.sources.onnx.tensors import dtype_of

_OF_TWO: dict[str, Callable[..., Any]] = {
    "Add": python.add,
    "Div": divided,
    "Equal": python.eq,
    "Greater": python.gt,
    "GreaterOrEqual": python.ge,
    "Less": python.lt,
    "LessOrEqual": python.le,
    "Max": largest,
    "Min": smallest,
    "Mod": python.mod,
    "Mul": python.mul,
    "Sub": python.sub,
}

_OF_ONE: dict[str, Callable[..., Any]] = {
    "Ceil": lambda member: -(-member // 1),
    "Floor": lambda member: member // 1,
    "Neg": python.neg,
    "Sqrt": lambda member: member**0.5,
}


@on_sizes(*_OF_TWO)
def _of_two(call: Call, first: Value, *others: Value) -> Value:
    result = array(first)
    for other in others:
        result = each(_OF_TWO[call.operator], result, array(other))
    return tidy(result)


@on_sizes(*_OF_ONE)
def _of_one(call: Call, x: Value) -> Value:
    return tidy(each(_OF_ONE[call.operator], x))


@on_sizes("Cast")
def _cast(call: Call, x: Value) -> Value:
    return tidy(each(as_float if dtype_of(call.setting("to")).is_floating_point else as_whole, x))


@on_sizes("Identity")
def _same(call: Call, x: Value) -> Value:
    return x


@on_sizes("Shape")
def _shape(call: Call, x: Value) -> Value:
    return torch.tensor(x.shape, dtype=torch.int64)


@on_sizes("Gather")
def _gather(call: Call, x: Value, indices: Value) -> Value:
    at = indices.long().numpy()
    place = at if at.ndim else int(at)
    return tidy(array(x)[(*[slice(None)] * (call.setting("axis", 0) % x.ndim), place)])


@on_sizes("Slice")
def _slice(call: Call, x: Value, *given: Value) -> Value:
    starts, ends, axes, steps = (*given, None, None, None, None)[:4]
    first, last = call.numbers("starts", starts) or [], call.numbers("ends", ends) or []
    along = call.numbers("axes", axes) or list(range(len(first)))
    cuts = [slice(None)] * x.ndim
    for start, end, axis, step in zip(
        first, last, along, call.numbers("steps", steps) or [1] * len(first), strict=True
    ):
        cuts[axis] = slice(start, None if step < 0 and end < -x.shape[axis] else end, step)
    return tidy(x[tuple(cuts)])


@on_sizes("Concat")
def _concat(call: Call, *parts: Value) -> Value:
    return tidy(np.concatenate([array(part) for part in parts], axis=call.setting("axis")))


@on_sizes("Split")
def _split(call: Call, x: Value, parts: Value = None) -> Value:
    stated = call.numbers("split", parts)
    axis = call.setting("axis", 0)
    places: Any = np.cumsum(stated)[:-1] if stated else call.outputs
    return tuple(map(tidy, np.split(array(x), places, axis)))


@on_sizes("Unsqueeze")
def _unsqueeze(call: Call, x: Value, axes: Value = None) -> Value:
    return tidy(np.expand_dims(x, tuple(call.numbers("axes", axes) or ())))


@on_sizes("Squeeze")
def _squeeze(call: Call, x: Value, axes: Value = None) -> Value:
    stated = call.numbers("axes", axes)
    return tidy(np.squeeze(x, None if stated is None else tuple(stated)))


@on_sizes("Reshape", "Flatten")
def _reshape(call: Call, x: Value, shape: Value = None) -> Value:
    return tidy(array(x).reshape([1, -1] if shape is None else whole_numbers(shape)))


@on_sizes("ReduceProd")
def _product(call: Call, x: Value, axes: Value = None) -> Value:
    result = array(math.prod(array(x).reshape(-1)))
    return tidy(result.reshape([1] * x.ndim) if call.setting("keepdims", 1) else result)


@on_sizes("Where")
def _where(call: Call, condition: Value, x: Value, y: Value) -> Value:
    chosen = np.broadcast_arrays(array(condition), array(x), array(y))
    return tidy(each(lambda yes, first, second: first if yes else second, *chosen))
