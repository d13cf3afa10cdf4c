"""Reductions of whole axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from models.sources.onnx.call import Call, Value, operator, rank

_Reduction = Callable[[Value, list[int], bool], Value]


def _product(x: Value, axes: list[int], kept: bool) -> Value:
    for axis in sorted(axes, reverse=True):
        x = torch.prod(x, axis, keepdim=kept)
    return x


_REDUCTIONS: dict[str, _Reduction] = {
    "ReduceL1": lambda x, axes, kept: torch.sum(torch.abs(x), axes, keepdim=kept),
    "ReduceL2": lambda x, axes, kept: torch.sqrt(torch.sum(x * x, axes, keepdim=kept)),
    "ReduceLogSum": lambda x, axes, kept: torch.log(torch.sum(x, axes, keepdim=kept)),
    "ReduceLogSumExp": lambda x, axes, kept: torch.logsumexp(x, axes, keepdim=kept),
    "ReduceMax": lambda x, axes, kept: torch.amax(x, axes, keepdim=kept),
    "ReduceMean": lambda x, axes, kept: torch.mean(x, axes, keepdim=kept),
    "ReduceMin": lambda x, axes, kept: torch.amin(x, axes, keepdim=kept),
    "ReduceProd": _product,
    "ReduceSum": lambda x, axes, kept: torch.sum(x, axes, keepdim=kept),
    "ReduceSumSquare": lambda x, axes, kept: torch.sum(x * x, axes, keepdim=kept),
}

_BEFORE_THE_REST: dict[str, Callable[[Value], Value]] = {
    "ReduceL1": torch.abs,
    "ReduceL2": torch.abs,
    "ReduceLogSum": torch.log,
    "ReduceSumSquare": torch.square,
}
"""What remains of a reduction over no axis."""


@operator(*_REDUCTIONS)
def _reduced(call: Call, x: Value, axes: Value = None) -> Value:
    stated = call.numbers("axes", axes)
    if not stated and call.setting("noop_with_empty_axes", 0):
        return _BEFORE_THE_REST.get(call.operator, lambda value: value)(x)
    over = [axis % rank(x) for axis in stated] if stated else list(range(rank(x)))
    return _REDUCTIONS[call.operator](x, over, bool(call.setting("keepdims", 1)))


@operator("ArgMax", "ArgMin")
def _place(call: Call, x: Value) -> Value:
    if call.setting("select_last_index", 0):
        raise call.refuse("for the last of equal values")
    function: Any = torch.argmax if call.operator == "ArgMax" else torch.argmin
    return function(x, call.setting("axis", 0), keepdim=bool(call.setting("keepdims", 1)))
