"""Resizing of maps, where torch resizes alike."""

from __future__ import annotations

from typing import Any

from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, constant, operator, rank, whole_numbers
from models.sources.onnx.sizes import is_sizes

_SMOOTH = {3: "linear", 4: "bilinear", 5: "trilinear"}


@operator("Upsample")
def _upsample(call: Call, x: Value, scales: Value = None) -> Value:
    factors = call.setting("scales") if scales is None else constant(scales).tolist()
    if call.setting("mode", "nearest") == "nearest":
        return _scaled(call, x, factors, "nearest")
    raise call.refuse("with smooth values")


@operator("Resize")
def _resize(call: Call, x: Value, *given: Value) -> Value:
    if call.version < 11:
        return _upsample(call, x, given[0])
    _, scales, sizes = (*given, None, None, None)[:3]
    usual = call.setting("keep_aspect_ratio_policy", "stretch") == "stretch"
    if call.setting("antialias", 0) or not usual or call.setting("exclude_outside", 0):
        raise call.refuse("with antialiasing or a kept aspect ratio")
    mode, grid = call.setting("mode", "nearest"), call.setting("coordinate_transformation_mode", "half_pixel")
    how = _torch_mode(call, rank(x), mode, grid)
    settings: dict[str, Any] = {} if mode == "nearest" else {"align_corners": grid == "align_corners"}
    if sizes is not None and (is_sizes(sizes) or sizes.numel()):
        if grid == "pytorch_half_pixel" and mode != "nearest" and 1 in whole_numbers(sizes)[-2:]:
            raise call.refuse("to a single row or column")
        return F.interpolate(x, size=_two(call, whole_numbers(sizes), rank(x)), mode=how, **settings)
    return _scaled(call, x, constant(scales).tolist(), how, **settings)


def _torch_mode(call: Call, axes: int, mode: str, grid: str) -> str:
    """What torch calls this way of resizing."""
    rounding = call.setting("nearest_mode", "round_prefer_floor")
    if mode == "nearest" and grid == "asymmetric" and rounding == "floor":
        return "nearest"
    if mode == "nearest" and grid in ("half_pixel", "pytorch_half_pixel") and rounding == "round_prefer_ceil":
        return "nearest-exact"
    if mode == "linear" and grid in ("half_pixel", "pytorch_half_pixel", "align_corners"):
        return _SMOOTH[axes]
    usual = call.setting("cubic_coeff_a", -0.75) == -0.75 and axes == 4
    if mode == "cubic" and usual and grid in ("half_pixel", "pytorch_half_pixel", "align_corners"):
        return "bicubic"
    raise call.refuse(f"in the way “{mode}, {grid}, {rounding}”")


def _scaled(call: Call, x: Value, factors: list[float], mode: str, **settings: Any) -> Value:
    factors = [float(factor) for factor in factors]
    if len(factors) == rank(x):
        if factors[:2] != [1.0, 1.0]:
            raise call.refuse("on channels")
        factors = factors[2:]
    whole = all(factor == int(factor) for factor in factors)
    if settings.get("align_corners") and not whole:
        raise call.refuse("with its corners kept, by no whole number")
    return F.interpolate(x, scale_factor=factors, mode=mode, **settings)


def _two(call: Call, sizes: list[Any], axes: int) -> list[Any]:
    return sizes[2:] if len(sizes) == axes else sizes
