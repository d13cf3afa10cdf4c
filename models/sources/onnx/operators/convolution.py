"""Convolutions, and the padding that they and poolings share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from models.sources.onnx.call import Call, Value, lengths, operator, rank
from models.sources.onnx.sizes import largest

_CONVOLUTIONS: tuple[Any, ...] = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_TRANSPOSED = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)


def paddings(call: Call, x: Value, kernel: Sequence[int], stride: Sequence[int]) -> list[tuple[Any, Any]]:
    """What is put before and after each axis of the picture.

    Args:
        call: The node.
        x: What is padded.
        kernel: How far the kernel reaches along each axis, with its dilation.
        stride: Its step along each axis.
    """
    mode, count = call.setting("auto_pad", "NOTSET"), len(kernel)
    if mode == "VALID":
        return [(0, 0)] * count
    if mode not in ("SAME_UPPER", "SAME_LOWER"):
        stated = call.setting("pads", [0] * 2 * count)
        return list(zip(stated[:count], stated[count:], strict=True))
    pairs = []
    for length, reach, step in zip(lengths(x)[2:], kernel, stride, strict=True):
        total = reach - step + (-length) % step
        if isinstance(total, int):
            total = max(total, 0)
        elif reach < step:
            total = 0 if reach == 1 else largest(total, 0)
        less = total // 2
        pairs.append((less, total - less) if mode == "SAME_UPPER" else (total - less, less))
    return pairs


def padded(call: Call, x: Value, pairs: Sequence[tuple[Any, Any]], value: float = 0.0) -> Value:
    """A map with a margin; the first pair is of its first axis after the channels."""
    if all(pair == (0, 0) for pair in pairs):
        return x
    flat = [side for pair in reversed(pairs) for side in pair]
    return F.pad(x, flat, value=value)


def is_even(pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Whether as much comes before as after, and that is a number."""
    return all(isinstance(before, int) and before == after and before >= 0 for before, after in pairs)


@operator("Conv")
def convolution(call: Call, x: Value, weight: Value, bias: Value = None) -> Value:
    """A convolution; of a constant weight a module."""
    count = rank(weight) - 2
    stride, dilation = call.setting("strides", [1] * count), call.setting("dilations", [1] * count)
    kernel = [int(length) for length in lengths(weight)[2:]]
    reach = [(length - 1) * step + 1 for length, step in zip(kernel, dilation, strict=True)]
    pairs, groups = paddings(call, x, reach, stride), call.setting("group", 1)
    even = is_even(pairs)
    x = x if even else padded(call, x, pairs)
    padding = [before for before, _ in pairs] if even else [0] * count
    if not isinstance(weight, Tensor) or not (bias is None or isinstance(bias, Tensor)):
        function = (F.conv1d, F.conv2d, F.conv3d)[count - 1]
        return function(x, weight, bias, stride, padding, dilation, groups)
    module = _CONVOLUTIONS[count - 1](
        weight.shape[1] * groups,
        weight.shape[0],
        tuple(kernel),
        stride=tuple(stride),
        padding=tuple(padding),
        dilation=tuple(dilation),
        groups=groups,
        bias=bias is not None,
        device="meta",
    )
    module.weight = call.parameter(weight)
    if bias is not None:
        module.bias = call.parameter(bias)
    return call.module(module, x)


@operator("ConvTranspose")
def _transposed(call: Call, x: Value, weight: Value, bias: Value = None) -> Value:
    count = rank(weight) - 2
    stride, dilation = call.setting("strides", [1] * count), call.setting("dilations", [1] * count)
    extra = call.setting("output_padding", [0] * count)
    stated = call.setting("pads", [0] * 2 * count)
    if call.setting("auto_pad", "NOTSET") not in ("NOTSET", "VALID") or "output_shape" in call.attributes:
        raise call.refuse("with a stated size of its result")
    if isinstance(weight, Tensor) and weight.is_floating_point():
        weight = call.parameter(weight)
    result = _TRANSPOSED[count - 1](x, weight, bias, stride, 0, extra, call.setting("group", 1), dilation)
    return padded(call, result, [(-stated[i], -stated[count + i]) for i in range(count)])
