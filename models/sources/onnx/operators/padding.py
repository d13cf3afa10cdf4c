"""Padding."""

from __future__ import annotations

from typing import Any

from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, operator, rank


@operator("Pad")
def _pad(call: Call, x: Value, pads: Value = None, value: Value = None, axes: Value = None) -> Value:
    stated = call.numbers("pads", pads) or []
    mode = {"edge": "replicate", "wrap": "circular"}.get(call.setting("mode", "constant"))
    mode = mode or call.setting("mode", "constant")
    along = [a % rank(x) for a in call.numbers("axes", axes) or range(rank(x))]
    pairs: list[tuple[Any, Any]] = [(0, 0)] * rank(x)
    for at, axis in enumerate(along):
        pairs[axis] = (stated[at], stated[at + len(along)])
    fill = call.setting("value", 0.0) if value is None else whole_or_float(value)
    if mode != "constant":
        kept = 2 if rank(x) > 3 else 1
        if any(pair != (0, 0) for pair in pairs[:kept]):
            raise call.refuse("other than with one value, on pictures or channels")
        pairs = pairs[kept:]
    flat = [side for pair in reversed(pairs) for side in pair]
    if all(isinstance(side, int) and side == 0 for side in flat):
        return x
    if mode != "constant":
        return F.pad(x, flat, mode=mode)
    return F.pad(x, flat, value=fill)


def whole_or_float(value: Value) -> Any:
    """The one number in a constant, of its own kind."""
    return value.reshape(-1)[0].item()
