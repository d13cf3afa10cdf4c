"""Shapes and axes."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, fx

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
