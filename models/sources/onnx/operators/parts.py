"""Parts of values, taken and joined."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx

from models.sources.onnx import examples
from models.sources.onnx.call import Call, Value, constant, lengths, operator, rank
from models.sources.onnx.sizes import is_sizes


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


@operator("GatherND")
def _gather_places(call: Call, x: Value, indices: Value) -> Value:
    if call.setting("batch_dims", 0):
        raise call.refuse("picture by picture")
    places = constant(indices).long()
    return x[tuple(places.unbind(-1))]


@operator("ScatterND")
def _scatter_places(call: Call, x: Value, indices: Value, updates: Value) -> Value:
    whole: Value = call.written(x)
    places = tuple(constant(indices).long().unbind(-1))
    return torch.index_put(whole, places, updates, accumulate=_scattering(call))


@operator("ScatterElements", "Scatter")
def _scatter_elements(call: Call, x: Value, indices: Value, updates: Value) -> Value:
    axis = call.setting("axis", 0)
    places = constant(indices)
    places = torch.where(places < 0, places + lengths(x)[axis], places).long()
    whole: Value = call.written(x)
    return (torch.scatter_add if _scattering(call) else torch.scatter)(whole, axis, places, updates)


def _scattering(call: Call) -> bool:
    """Whether what is put in is added to what is there."""
    how = call.setting("reduction", "none")
    if how not in ("none", "add"):
        raise call.refuse(f"in the way “{how}”")
    return bool(how == "add")
