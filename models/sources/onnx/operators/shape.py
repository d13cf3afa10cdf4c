"""What moves values, and computes none: shapes, axes, joining."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, fx
from torch.nn import functional as F

from models.sources.onnx import examples
from models.sources.onnx.call import Call, Value, lengths, operator, rank, sizes_of, whole_numbers
from models.sources.onnx.sizes import is_sizes, tidy


@operator("Shape")
def _shape(call: Call, x: Value) -> Value:
    sizes = sizes_of(x)
    return sizes[call.setting("start", 0) : call.setting("end", rank(x))]


@operator("Size")
def _count(call: Call, x: Value) -> Value:
    sizes = sizes_of(x)
    return sizes.prod() if isinstance(sizes, Tensor) else tidy(math.prod(sizes))


@operator("Constant")
def _constant(call: Call) -> Value:
    name, value = next(iter(call.attributes.items()))
    if name == "value":
        return value
    if name not in ("value_float", "value_floats", "value_int", "value_ints"):
        raise call.refuse("for text or sparse values")
    return torch.tensor(value, dtype=torch.float32 if "float" in name else torch.int64)


@operator("Reshape")
def _reshape(call: Call, x: Value, shape: Value = None) -> Value:
    wanted = whole_numbers(call.setting("shape") if shape is None else shape)
    if not call.setting("allowzero", 0):
        wanted = [lengths(x)[at] if isinstance(n, int) and n == 0 else n for at, n in enumerate(wanted)]
    if call.batch and isinstance(x, fx.Proxy):
        wanted = _for_any_batch(call.batch, x, wanted)
    return x.reshape(wanted)


def _for_any_batch(batch: int, x: fx.Proxy, wanted: list[Any]) -> list[Any]:
    """A shape stated for as many pictures as the file takes at once, as one for any number."""
    axis = examples.picture_axis(x.node)
    if axis is None or not all(isinstance(length, int) for length in wanted):
        return wanted
    before = examples.shape(x.node)
    total, known = math.prod(before), -math.prod(wanted) if -1 in wanted else 0
    whole = [total // known if length == -1 else length for length in wanted]
    ahead, behind = math.prod(before[:axis]), math.prod(before[axis + 1 :])
    places = range(len(whole))
    alone = [p for p in places if whole[p] == batch and math.prod(whole[:p]) % ahead == 0]
    joined = [p for p in places if len(whole) < len(before) and math.prod(whole[p + 1 :]) == behind]
    usual = [p for p in places if math.prod(whole[:p]) == ahead]
    place = next(iter([*alone, *joined, *usual]), None)
    return [-1 if at == place else length for at, length in enumerate(whole)] if places else wanted


@operator("Flatten")
def _flatten(call: Call, x: Value) -> Value:
    axis = call.setting("axis", 1)
    if axis == 1 and rank(x) > 1:
        return torch.flatten(x, 1)
    first = lengths(x)[:axis] if axis else []
    ahead: Any = 1
    for length in first:
        ahead = ahead * length
    return x.reshape([ahead, -1])


@operator("Squeeze")
def _squeeze(call: Call, x: Value, axes: Value = None) -> Value:
    stated = call.numbers("axes", axes)
    if stated is None:
        stated = [axis for axis, length in enumerate(lengths(x)) if isinstance(length, int) and length == 1]
    for axis in sorted((axis % rank(x) for axis in stated), reverse=True):
        x = x.squeeze(axis)
    return x


@operator("Unsqueeze")
def _unsqueeze(call: Call, x: Value, axes: Value = None) -> Value:
    stated = call.numbers("axes", axes) or []
    total = rank(x) + len(stated)
    for axis in sorted(axis % total for axis in stated):
        x = x.unsqueeze(axis)
    return x


@operator("Transpose")
def _transpose(call: Call, x: Value) -> Value:
    order = call.setting("perm", list(range(rank(x)))[::-1])
    return x if order == sorted(order) else x.permute(order)


@operator("Concat")
def _concat(call: Call, *parts: Value) -> Value:
    axis = call.setting("axis")
    if len(parts) == 1:
        return parts[0]
    moving = _first_with_pictures(parts)
    if call.batch and moving is not None and axis != 0:
        parts = tuple(_repeated(part, moving, call) for part in parts)
    return torch.cat(parts, axis)


def _first_with_pictures(parts: tuple[Value, ...]) -> fx.Proxy | None:
    """The first part whose first axis holds the pictures."""
    return next((p for p in parts if isinstance(p, fx.Proxy) and examples.picture_axis(p.node) == 0), None)


def _repeated(part: Value, moving: fx.Proxy, call: Call) -> Value:
    """A class token or its like, written out for as many pictures as the file takes, for any number."""
    if not isinstance(part, Tensor) or part.shape[0] != call.batch:
        return part
    return call.written(part[:1]).expand(moving.size(0), *[-1] * (part.ndim - 1))


@operator("Split")
def _split(call: Call, x: Value, parts: Value = None) -> Value:
    axis, stated = call.setting("axis", 0), call.numbers("split", parts)
    if stated is None:
        count = call.setting("num_outputs", call.outputs)
        stated = -(-lengths(x)[axis] // count)
    pieces = torch.split(x, stated, axis)
    return tuple(pieces[number] for number in range(call.outputs))


@operator("Slice")
def _slice(call: Call, x: Value, *given: Value) -> Value:
    starts, ends, axes, steps = (*given, None, None, None, None)[:4]
    first, last = call.numbers("starts", starts) or [], call.numbers("ends", ends) or []
    along = call.numbers("axes", axes) or list(range(len(first)))
    by = call.numbers("steps", steps) or [1] * len(first)
    whole = slice(None)
    cuts: list[Any] = [whole] * rank(x)
    for start, end, axis, step in zip(first, last, along, by, strict=True):
        if step > 0:
            cuts[axis] = slice(start, end, step)
            continue
        length = lengths(x)[axis]
        if not isinstance(length, int):
            raise call.refuse("backwards on pictures of any size")
        start = min(start + length if start < 0 else start, length - 1)
        end = max(end + length if end < 0 else end, -1)
        x = torch.index_select(x, axis, torch.arange(start, end, step))
    return x if all(cut == slice(None) for cut in cuts) else x[tuple(cuts)]


@operator("Gather")
def _gather(call: Call, x: Value, indices: Value) -> Value:
    axis = call.setting("axis", 0) % rank(x)
    if not isinstance(indices, Tensor):
        if is_sizes(indices):
            raise call.refuse("at a place that depends on the picture")
        flat = torch.index_select(x, axis, indices.reshape(-1))
        return flat.reshape([*lengths(x)[:axis], *lengths(indices), *lengths(x)[axis + 1 :]])
    if isinstance(x, Tensor):
        place: tuple[Any, ...] = (*[slice(None)] * axis, indices.long())
        return x[place]
    if indices.ndim == 0:
        return x.select(axis, int(indices))
    length = lengths(x)[axis]
    if bool((indices < 0).any()):
        if not isinstance(length, int):
            raise call.refuse("from the end, on pictures of any size")
        indices = torch.where(indices < 0, indices + length, indices)
    flat = torch.index_select(x, axis, indices.reshape(-1).long())
    if indices.ndim == 1:
        return flat
    return flat.reshape([*lengths(x)[:axis], *indices.shape, *lengths(x)[axis + 1 :]])


@operator("GatherElements")
def _gather_elements(call: Call, x: Value, indices: Value) -> Value:
    axis = call.setting("axis", 0)
    if isinstance(indices, Tensor):
        indices = torch.where(indices < 0, indices + lengths(x)[axis], indices).long()
    return torch.gather(x, axis, indices)


@operator("Expand")
def _expand(call: Call, x: Value, shape: Value) -> Value:
    wanted = whole_numbers(shape)
    have = lengths(x)
    have = [1] * (len(wanted) - len(have)) + have
    wanted = [1] * (len(have) - len(wanted)) + wanted
    if call.batch and isinstance(x, fx.Proxy) and examples.picture_axis(x.node) == 0 and len(have) == rank(x):
        wanted[0] = -1
    is_one = [isinstance(length, int) and length == 1 for length in wanted]
    sizes = [
        -1 if one and at >= len(wanted) - rank(x) else n
        for at, (one, n) in enumerate(zip(is_one, wanted, strict=True))
    ]
    if any(isinstance(n, fx.Proxy) for n in sizes):
        x = call.written(x)
    return x.expand(sizes)


@operator("Tile")
def _tile(call: Call, x: Value, repeats: Value) -> Value:
    return (
        call.written(x).repeat(whole_numbers(repeats))
        if is_sizes(repeats)
        else x.repeat(whole_numbers(repeats))
    )


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


@operator("DepthToSpace")
def _depth_to_space(call: Call, x: Value) -> Value:
    block, (count, channels, height, width) = call.setting("blocksize"), lengths(x)
    depth = channels // block**2
    if call.setting("mode", "DCR") == "CRD":
        return torch.pixel_shuffle(x, block)
    parts = x.reshape([count, block, block, depth, height, width]).permute([0, 3, 4, 1, 5, 2])
    return parts.reshape([count, depth, height * block, width * block])


@operator("SpaceToDepth")
def _space_to_depth(call: Call, x: Value) -> Value:
    block, (count, channels, height, width) = call.setting("blocksize"), lengths(x)
    parts = x.reshape([count, channels, height // block, block, width // block, block])
    deep = call.setting("mode", "DCR") == "CRD"
    parts = parts.permute([0, 1, 3, 5, 2, 4] if deep else [0, 3, 5, 1, 2, 4])
    return parts.reshape([count, channels * block**2, height // block, width // block])


@operator("Trilu")
def _triangle(call: Call, x: Value, diagonal: Value = None) -> Value:
    at = 0 if diagonal is None else int(diagonal)
    return torch.triu(x, at) if call.setting("upper", 1) else torch.tril(x, at)
