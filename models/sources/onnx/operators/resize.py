"""Resizing of maps: by torch where it resizes alike, by matrices where the size is fixed."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, constant, lengths, operator, rank, whole_numbers
from models.sources.onnx.resampling import Resampling
from models.sources.onnx.sizes import is_sizes

_SMOOTH = {3: "linear", 4: "bilinear", 5: "trilinear"}


@operator("Upsample")
def _upsample(call: Call, x: Value, scales: Value = None) -> Value:
    factors = call.setting("scales") if scales is None else constant(scales).tolist()
    way = Resampling(call.setting("mode", "nearest"), "asymmetric", "floor")
    return _by_factors(call, x, way, [float(factor) for factor in factors])


@operator("Resize")
def _resize(call: Call, x: Value, *given: Value) -> Value:
    if call.version < 11:
        return _upsample(call, x, given[0])
    _, scales, sizes = (*given, None, None, None)[:3]
    if call.setting("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise call.refuse("with a kept aspect ratio")
    way = Resampling(
        call.setting("mode", "nearest"),
        call.setting("coordinate_transformation_mode", "half_pixel"),
        call.setting("nearest_mode", "round_prefer_floor"),
        call.setting("cubic_coeff_a", -0.75),
        bool(call.setting("antialias", 0)),
        bool(call.setting("exclude_outside", 0)),
    )
    axes = [axis % rank(x) for axis in call.setting("axes", range(rank(x)))]
    if sizes is not None and (is_sizes(sizes) or sizes.numel()):
        stated = dict(zip(axes, whole_numbers(sizes)[-len(axes) :], strict=True))
        return _to_sizes(call, x, way, [stated.get(axis, side) for axis, side in enumerate(lengths(x))])
    factors = dict(zip(axes, constant(scales).tolist(), strict=True))
    return _by_factors(call, x, way, [float(factors.get(axis, 1)) for axis in range(rank(x))])


def _to_sizes(call: Call, x: Value, way: Resampling, sizes: list[Any]) -> Value:
    single = way.grid == "pytorch_half_pixel" and way.mode != "nearest" and 1 in sizes[2:]
    if (how := _torch_mode(way, rank(x))) and not single:
        return F.interpolate(x, size=sizes[2:], mode=how, **_corners(way))
    sides = _fixed(call, way, [*lengths(x)[2:], *sizes[2:]])
    old, new = sides[: len(sides) // 2], sides[len(sides) // 2 :]
    return _resampled(x, [way.matrix(a, b / a, b) for a, b in zip(old, new, strict=True)])


def _by_factors(call: Call, x: Value, way: Resampling, factors: list[float]) -> Value:
    if factors[:2] != [1.0, 1.0]:
        raise call.refuse("on channels")
    whole = all(factor == int(factor) for factor in factors)
    if (how := _torch_mode(way, rank(x))) and (whole or way.grid != "align_corners"):
        return F.interpolate(x, scale_factor=factors[2:], mode=how, **_corners(way))
    sides = _fixed(call, way, lengths(x)[2:])
    return _resampled(x, [way.matrix(side, factor) for side, factor in zip(sides, factors[2:], strict=True)])


def _fixed(call: Call, way: Resampling, sides: list[Any]) -> list[int]:
    """The sides, where they are constant and the way is known."""
    if not way.known:
        raise call.refuse(f"in the way “{way.mode}, {way.grid}”")
    if not all(isinstance(side, int) for side in sides):
        raise call.refuse(f"in the way “{way.mode}, {way.grid}, {way.rounding}”, on pictures of any size")
    return sides


def _resampled(x: Value, matrices: list[Any]) -> Value:
    """A map that is multiplied by a matrix along each of its axes after the channels."""
    for axis, matrix in enumerate(matrices, start=2):
        weights = torch.from_numpy(matrix).float()
        x = torch.matmul(x.transpose(axis, -1), weights).transpose(axis, -1)
    return x


def _corners(way: Resampling) -> dict[str, Any]:
    return {} if way.mode == "nearest" else {"align_corners": way.grid == "align_corners"}


def _torch_mode(way: Resampling, axes: int) -> str:
    """What torch calls this way of resizing; empty where it has none."""
    if way.antialias or way.exclude_outside:
        return ""
    if way.mode == "nearest" and way.grid == "asymmetric" and way.rounding == "floor":
        return "nearest"
    half = way.grid in ("half_pixel", "pytorch_half_pixel")
    if way.mode == "nearest" and half and way.rounding == "round_prefer_ceil":
        return "nearest-exact"
    if way.mode == "linear" and (half or way.grid == "align_corners"):
        return _SMOOTH[axes]
    cubic = way.mode == "cubic" and way.slope == -0.75 and axes == 4
    return "bicubic" if cubic and (half or way.grid == "align_corners") else ""


@operator("GridSample")
def _sampled(call: Call, x: Value, grid: Value) -> Value:
    stated = call.setting("mode", "linear")
    mode = {"linear": "bilinear"}.get(stated, stated)
    if mode not in ("bilinear", "nearest"):
        raise call.refuse("with cubic curves")
    padding, corners = call.setting("padding_mode", "zeros"), bool(call.setting("align_corners", 0))
    return F.grid_sample(x, grid, mode, padding, corners)


@operator("AffineGrid")
def _affine_grid(call: Call, theta: Value, size: Value) -> Value:
    return F.affine_grid(theta, whole_numbers(size), bool(call.setting("align_corners", 0)))
