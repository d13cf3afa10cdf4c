r"""Convolutions with their weights laid out for the processor once, rather than at every pass.

torch's convolution brings its weights into the order that the processor's vector units read, every time, and
writes out what the addition and the ReLU after it read again. Here the order is made once, and a fused kernel
(oneDNN's, in torch's wheels for Intel and AMD processors) adds and cuts off as it writes. The gradient with
respect to the input is a convolution of the same kind:

* stride 1: with the kernel turned around, and channels in and out exchanged;
* one point at stride ``s``: likewise, spread out with zeros between;
* stride ``s`` and few channels in, as on a picture, or a kernel as wide as ``s``: with the kernel's ``s × s``
  phases as channels, whose results take their places between each other (``pixel_shuffle``).

For others it is a transposed convolution, its weights laid out likewise.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, pixel_shuffle

AVAILABLE = (
    platform.machine().lower() in ("x86_64", "amd64")
    and torch.backends.mkldnn.is_available()
    and hasattr(torch.ops.mkldnn, "_convolution_pointwise")
)
"""Whether torch has the kernels, and they are for this kind of processor."""

NOTHING, RELU, RELU6 = "none", "relu", "hardtanh"
"""What may follow in the same pass, in the kernel's words."""

TOP = 6.0
"""Where ReLU6 ends."""

_FEW = 4  # channels in, for which phases are quicker

Sides = Sequence[int]


@dataclass(frozen=True)
class Shape:
    """How a kernel goes over a picture: numbers a side, ``(vertical, horizontal)``."""

    padding: Sides
    stride: Sides
    dilation: Sides
    groups: int

    def laid_out(self, weight: Tensor, shape: Sides) -> Tensor:
        """The weights in the order that is best for inputs of this shape."""
        found: Tensor = torch.ops.mkldnn._reorder_convolution_weight(
            weight, self.padding, self.stride, self.dilation, self.groups, list(shape)
        )
        return found

    def run(
        self, x: Tensor, weight: Tensor, bias: Tensor | None, other: Tensor | None = None, then: str = NOTHING
    ) -> Tensor:
        """``then(convolution(x) + other)``."""
        how = (self.padding, self.stride, self.dilation, self.groups)
        if other is None:
            limits = [0.0, TOP] if then == RELU6 else []
            found: Tensor = torch.ops.mkldnn._convolution_pointwise(x, weight, bias, *how, then, limits, "")
        else:
            unary = None if then == NOTHING else then
            found = torch.ops.mkldnn._convolution_pointwise.binary(
                x, other, weight, bias, *how, "add", 1.0, unary, [], None
            )
        return found


class Packed:
    """A convolution's weights in the orders that were asked for: for one picture, and for several.

    The orders are those for the side the model was trained for, whatever comes first: rounding depends on
    them, and the same picture has to give the same map.
    """

    def __init__(self, convolution: nn.Conv2d, before: Sides, after: Sides) -> None:
        """Nothing is laid out yet; ``before`` and ``after`` are the usual sides of input and output."""
        c = self.convolution = convolution
        assert not isinstance(c.padding, str), "packable"
        self._shape = Shape(c.padding, c.stride, c.dilation, c.groups)
        self._sides = tuple(before)
        self._back = _backward(c, self._shape, tuple(after))
        self._weights: dict[bool, Tensor] = {}

    def __call__(self, x: Tensor, other: Tensor | None = None, then: str = NOTHING) -> Tensor:
        """``then(convolution(x) + other)``, without a gradient."""
        one = len(x) == 1
        if one not in self._weights:
            size = (_batch(one), self.convolution.in_channels, *self._sides)
            self._weights[one] = self._shape.laid_out(self.convolution.weight, size)
        return self._shape.run(x, self._weights[one], self.convolution.bias, other, then)

    def gives(self, x: Tensor) -> tuple[int, ...]:
        """The shape of what comes of ``x``."""
        how = zip(
            x.shape[2:],
            self.convolution.kernel_size,
            self._shape.padding,
            self._shape.stride,
            self._shape.dilation,
            strict=True,
        )
        sides = ((side + 2 * p - d * (k - 1) - 1) // s + 1 for side, k, p, s, d in how)
        return (len(x), self.convolution.out_channels, *sides)

    def input_gradient(self, slope: Tensor, shape: Sides) -> Tensor:
        """The gradient with respect to an input of this shape, from that with respect to the output."""
        return self._back(slope, shape)


def packable(module: nn.Module) -> bool:
    """Whether a module is a convolution that this can do."""
    return (
        type(module) is nn.Conv2d
        and module.padding_mode == "zeros"
        and not isinstance(module.padding, str)
        and module.weight.dtype == torch.float32
    )


Backward = Callable[[Tensor, Sides], Tensor]


def _backward(c: nn.Conv2d, shape: Shape, sides: Sides) -> Backward:
    """The way to the gradient with respect to the input that suits this convolution."""
    turned = [d * (k - 1) - p for k, p, d in zip(c.kernel_size, shape.padding, shape.dilation, strict=True)]
    if set(shape.stride) == {1} and min(turned) >= 0:
        return _Convolved(_turned, _as_it_is, c, Shape(turned, (1, 1), shape.dilation, shape.groups), sides)
    if set(c.kernel_size) == {1} and set(shape.padding) == {0}:
        return _Convolved(_turned, _spread, c, Shape((0, 0), (1, 1), (1, 1), shape.groups), sides)
    step = shape.stride[0]
    suits = c.in_channels <= _FEW or set(c.kernel_size) == {step}
    if set(shape.stride) == {step} and set(shape.dilation) == {1} and shape.groups == 1 and suits:
        edge = [-(-k // step) - 1 for k in c.kernel_size]
        return _Convolved(_phases, _interleaved, c, Shape(edge, (1, 1), (1, 1), 1), sides)
    return _Transposed(c, shape, sides)


class _Convolved:
    """By a convolution with other weights."""

    def __init__(
        self,
        weights: Callable[[nn.Conv2d], Tensor],
        placed: Callable[[Tensor, nn.Conv2d, Sides], Tensor],
        c: nn.Conv2d,
        shape: Shape,
        sides: Sides,
    ) -> None:
        self._made, self._placed, self._of, self._shape, self._sides = weights, placed, c, shape, sides
        self._weights: dict[bool, Tensor] = {}

    def __call__(self, slope: Tensor, shape: Sides) -> Tensor:
        one = len(slope) == 1
        if one not in self._weights:
            size = (_batch(one), self._of.out_channels, *self._sides)
            self._weights[one] = self._shape.laid_out(self._made(self._of), size)
        return self._placed(self._shape.run(slope, self._weights[one], None), self._of, shape)


class _Transposed:
    """By a transposed convolution with the same weights."""

    def __init__(self, c: nn.Conv2d, shape: Shape, sides: Sides) -> None:
        self._of, self._shape, self._sides = c, shape, sides
        self._weights: dict[bool, Tensor] = {}

    def __call__(self, slope: Tensor, shape: Sides) -> Tensor:
        s, ops, one = self._shape, torch.ops.mkldnn, len(slope) == 1
        every = zip(
            shape[2:], slope.shape[2:], self._of.kernel_size, s.padding, s.stride, s.dilation, strict=True
        )
        rest = [full - ((n - 1) * step - 2 * p + d * (k - 1) + 1) for full, n, k, p, step, d in every]
        if one not in self._weights:
            self._weights[one] = ops._reorder_convolution_transpose_weight(
                self._of.weight,
                s.padding,
                (0, 0),
                s.stride,
                s.dilation,
                s.groups,
                [_batch(one), self._of.out_channels, *self._sides],
            )
        found: Tensor = ops._convolution_transpose_pointwise(
            slope, self._weights[one], None, s.padding, rest, s.stride, s.dilation, s.groups, NOTHING, [], ""
        )
        return found


def _batch(one: bool) -> int:
    """How many pictures weights are laid out for: for two, they are in the order for any number of them."""
    return 1 if one else 2


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


def _channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _as_it_is(found: Tensor, c: nn.Conv2d, shape: Sides) -> Tensor:
    return found


def _spread(found: Tensor, c: nn.Conv2d, shape: Sides) -> Tensor:
    """With zeros between."""
    whole = torch.empty(tuple(shape), memory_format=torch.channels_last).zero_()
    whole[:, :, :: c.stride[0], :: c.stride[1]] = found
    return whole


def _interleaved(phases: Tensor, c: nn.Conv2d, shape: Sides) -> Tensor:
    """The phases between each other, without the padding, and with zeros where no kernel reached."""
    whole = pixel_shuffle(phases, c.stride[0])
    assert not isinstance(c.padding, str), "packable"
    (top, left), (height, width) = c.padding, shape[2:]
    found = whole[:, :, top : top + height, left : left + width]
    below, right = height - found.shape[2], width - found.shape[3]
    return pad(found, (0, right, 0, below)) if below or right else found
