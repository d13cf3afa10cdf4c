"""Values that are made of sizes, or stand in the file."""

from __future__ import annotations

import torch
from torch import Tensor, fx

from models.sources.onnx.call import Call, Value, operator, whole_numbers


@operator("Constant")
def _constant(call: Call) -> Value:
    name, value = next(iter(call.attributes.items()))
    if name == "value":
        return value
    if name not in ("value_float", "value_floats", "value_int", "value_ints"):
        raise call.refuse("for text or sparse values")
    return torch.tensor(value, dtype=torch.float32 if "float" in name else torch.int64)


@operator("ConstantOfShape")
def _constant_of_shape(call: Call, shape: Value) -> Value:
    value = call.setting("value")
    fill = 0.0 if value is None else value.reshape(-1)[0].item()
    kind = torch.float32 if value is None else value.dtype
    sizes = whole_numbers(shape)
    if all(isinstance(length, int) for length in sizes):
        return torch.full(sizes, fill, dtype=kind)
    return call.function(torch.full, sizes, fill, dtype=kind)


@operator("Range")
def _range(call: Call, start: Value, limit: Value, step: Value) -> Value:
    if isinstance(start, Tensor) and isinstance(limit, Tensor) and isinstance(step, Tensor):
        return torch.arange(start.item(), limit.item(), step.item(), dtype=start.dtype)
    ends = [whole_numbers(each_end)[0] for each_end in (start, limit, step)]
    picture = fx.Proxy(next(iter(call.tracer.graph.nodes)), call.tracer)  # on whose device it has to be
    return call.function(torch.arange, *ends, device=call.function(getattr, picture, "device"))


@operator("Trilu")
def _triangle(call: Call, x: Value, diagonal: Value = None) -> Value:
    at = 0 if diagonal is None else int(diagonal)
    return torch.triu(x, at) if call.setting("upper", 1) else torch.tril(x, at)
