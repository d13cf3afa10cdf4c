r"""Convolutions with their weights laid out for the processor once, rather than at every pass.

torch's convolution brings its weights into the order that the processor's vector units read, every time, and
writes out what the addition and the ReLU after it read again. Here the order is made once, and a fused kernel
(oneDNN's, in torch's wheels for Intel and AMD processors) adds and cuts off as it writes. The gradient with
respect to the input is a convolution of the same kind:

* stride 1: with the kernel turned around, and channels in and out exchanged;
* one point at stride ``s``: likewise, spread out with zeros between;
* stride ``s`` and few channels in, as on a picture, or a kernel as wide as ``s``: with the kernel's ``s × s``
  phases as channels, whose results take their places between each other (``pixel_shuffle``).

For others it is a transposed convolution, its weights laid out likewise. The kernels are private operators of
torch: :func:`saliency.network.fusion.available` tries them before they are used.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, pixel_shuffle

NOTHING, RELU, RELU6 = "none", "relu", "hardtanh"
"""What may follow in the same pass, in the kernel's words."""

TOP = 6.0
"""Where ReLU6 ends."""

_FEW = 4  # channels in, for which phases are quicker

Sides = Sequence[int]
Backward = Callable[[Tensor, Sides], Tensor]
"""From the gradient with respect to the output, and the input's shape, to that with respect to the input."""


class Geometry(NamedTuple):
    """How a kernel goes over a picture: numbers a side, ``(vertical, horizontal)``."""

    padding: Sides
    stride: Sides = (1, 1)
    dilation: Sides = (1, 1)
    groups: int = 1

    def laid_out(self, weight: Tensor, shape: Sides) -> Tensor:
        """The weights in the order that is best for inputs of this shape."""
        laid_out: Tensor = torch.ops.mkldnn._reorder_convolution_weight(weight, *self, list(shape))
        return laid_out

    def run(
        self, x: Tensor, weight: Tensor, bias: Tensor | None, other: Tensor | None = None, then: str = NOTHING
    ) -> Tensor:
        """``then(convolution(x) + other)``."""
        convolution = torch.ops.mkldnn._convolution_pointwise
        if other is None:
            limits = [0.0, TOP] if then == RELU6 else []
            result: Tensor = convolution(x, weight, bias, *self, then, limits, "")
        else:
            unary = None if then == NOTHING else then
            result = convolution.binary(x, other, weight, bias, *self, "add", 1.0, unary, [], None)
        return result


@dataclass(frozen=True)
class Packed:
    """A convolution's weights in the orders that were asked for: for one picture, and for several.

    The orders are those for the side the model was trained for, whatever comes first: rounding depends on
    them, and the same picture has to give the same map.

    Attributes:
        convolution: The convolution, :func:`packable`.
        input_gradient: From the gradient with respect to its output to that with respect to its input.
    """

    convolution: nn.Conv2d
    input_gradient: Backward
    _geometry: Geometry
    _weights: Callable[[int], Tensor]

    @classmethod
    def of(cls, convolution: nn.Conv2d, before: Sides, after: Sides) -> Packed:
        """Nothing is laid out yet; ``before`` and ``after`` are the usual sides of input and output."""
        c = convolution
        assert not isinstance(c.padding, str), "packable"
        geometry = Geometry(c.padding, c.stride, c.dilation, c.groups)
        weights = cache(lambda batch: geometry.laid_out(c.weight, (batch, c.in_channels, *before)))
        return cls(c, _backward(c, geometry, tuple(after)), geometry, weights)

    def __call__(self, x: Tensor, other: Tensor | None = None, then: str = NOTHING) -> Tensor:
        """``then(convolution(x) + other)``, without a gradient."""
        return self._geometry.run(x, self._weights(_batch(x)), self.convolution.bias, other, then)

    def without_padding(self) -> Packed:
        """The same weights, laid out as they are, for maps that have their padding."""
        bare = copy.copy(self.convolution)
        bare.padding = (0, 0)
        return replace(self, convolution=bare, _geometry=self._geometry._replace(padding=(0, 0)))

    def gives(self, x: Tensor) -> tuple[int, ...]:
        """The shape of what comes of ``x``."""
        padding, stride, dilation, _ = self._geometry
        each = zip(x.shape[2:], self.convolution.kernel_size, padding, stride, dilation, strict=True)
        sides = ((side + 2 * p - d * (k - 1) - 1) // s + 1 for side, k, p, s, d in each)
        return (len(x), self.convolution.out_channels, *sides)


def packable(module: nn.Module) -> bool:
    """Whether a module is a convolution that this can do."""
    return (
        type(module) is nn.Conv2d
        and module.padding_mode == "zeros"
        and not isinstance(module.padding, str)
        and module.weight.dtype == torch.float32
        and module.weight.device.type == "cpu"
    )


def _batch(x: Tensor) -> int:
    """How many pictures weights are laid out for: for two, they are in the order for any number of them."""
    return min(len(x), 2)


def _backward(c: nn.Conv2d, geometry: Geometry, sides: Sides) -> Backward:
    """The way to the gradient with respect to the input that suits this convolution."""
    padding, stride, dilation, groups = geometry
    turned = [d * (k - 1) - p for k, p, d in zip(c.kernel_size, padding, dilation, strict=True)]
    if set(stride) == {1} and min(turned) >= 0:
        return _convolved(c, _turned, _as_it_is, Geometry(turned, (1, 1), dilation, groups), sides)
    if set(c.kernel_size) == {1} and set(padding) == {0}:
        return _convolved(c, _turned, _spread, Geometry((0, 0), groups=groups), sides)
    step = stride[0]
    suits = c.in_channels <= _FEW or set(c.kernel_size) == {step}
    if set(stride) == {step} and set(dilation) == {1} and groups == 1 and suits:
        edge = [-(-k // step) - 1 for k in c.kernel_size]
        return _convolved(c, _phases, _interleaved, Geometry(edge), sides)
    return _transposed(c, geometry, sides)


def _convolved(
    c: nn.Conv2d,
    weights: Callable[[nn.Conv2d], Tensor],
    placed: Callable[[Tensor, nn.Conv2d, Sides], Tensor],
    geometry: Geometry,
    sides: Sides,
) -> Backward:
    """By a convolution with other weights, whose result is put in its place."""
    laid_out = cache(lambda batch: geometry.laid_out(weights(c), (batch, c.out_channels, *sides)))

    def backward(slope: Tensor, shape: Sides) -> Tensor:
        return placed(geometry.run(slope, laid_out(_batch(slope)), None), c, shape)

    return backward


def _transposed(c: nn.Conv2d, geometry: Geometry, sides: Sides) -> Backward:
    """By a transposed convolution with the same weights."""
    operators, (padding, stride, dilation, groups) = torch.ops.mkldnn, geometry
    laid_out = cache(
        lambda batch: operators._reorder_convolution_transpose_weight(
            c.weight, padding, (0, 0), stride, dilation, groups, [batch, c.out_channels, *sides]
        )
    )

    def backward(slope: Tensor, shape: Sides) -> Tensor:
        each = zip(shape[2:], slope.shape[2:], c.kernel_size, padding, stride, dilation, strict=True)
        rest = [full - ((n - 1) * step - 2 * p + d * (k - 1) + 1) for full, n, k, p, step, d in each]
        result: Tensor = operators._convolution_transpose_pointwise(
            slope, laid_out(_batch(slope)), None, padding, rest, stride, dilation, groups, NOTHING, [], ""
        )
        return result

    return backward


def _turned(c: nn.Conv2d) -> Tensor:
    """Weights ``(out, in / groups, …)`` turned around, as ``(in, out / groups, …)``."""
    weight = c.weight.detach().unflatten(0, (c.groups, -1)).transpose(1, 2).flatten(0, 1)
    return _channels_last(weight.flip(2, 3))


def _phases(c: nn.Conv2d) -> Tensor:
    """Weights ``(in · s · s, out, …)``: for each place of the stride, those that reach it, turned around."""
    s = c.stride[0]
    rows, columns = (-(-k // s) for k in c.kernel_size)
    height, width = c.kernel_size
    whole = pad(c.weight.detach(), (0, columns * s - width, 0, rows * s - height))
    parts = whole.unflatten(3, (columns, s)).unflatten(2, (rows, s)).permute(1, 3, 5, 0, 2, 4)
    return _channels_last(parts.flatten(0, 2).flip(2, 3))


def _channels_last(weight: Tensor) -> Tensor:
    return weight.contiguous(memory_format=torch.channels_last)


def _as_it_is(slope: Tensor, c: nn.Conv2d, shape: Sides) -> Tensor:
    return slope


def _spread(slope: Tensor, c: nn.Conv2d, shape: Sides) -> Tensor:
    """With zeros between."""
    whole = torch.empty(tuple(shape), memory_format=torch.channels_last).zero_()
    whole[:, :, :: c.stride[0], :: c.stride[1]] = slope
    return whole


def _interleaved(phases: Tensor, c: nn.Conv2d, shape: Sides) -> Tensor:
    """The phases between each other, without the padding, and with zeros where no kernel reached."""
    whole = pixel_shuffle(phases, c.stride[0])
    assert not isinstance(c.padding, str), "packable"
    (top, left), (height, width) = c.padding, shape[2:]
    slope = whole[:, :, top : top + height, left : left + width]
    below, right = height - slope.shape[2], width - slope.shape[3]
    return pad(slope, (0, right, 0, below)) if below or right else slope
