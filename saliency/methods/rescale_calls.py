"""Calls of torch functions as DeepLIFT's rules see them, and values with chosen multipliers behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Call:
    """A call of a torch function, with the tensor it works on first.

    Attributes:
        name: The function's name, the same for ``nn.ReLU``, ``F.relu``, ``torch.relu`` and ``Tensor.relu``.
        value: What it gave, detached; ``None`` before it was made.
    """

    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    value: Any = None

    def __call__(self) -> Any:
        """Makes the call."""
        return self.function(*self.args, **self.kwargs)

    def made(self) -> Call:
        """The call with its value, and nothing that gradients are kept for."""
        with torch.no_grad():
            value = self()
        args = tuple(arg.detach() if isinstance(arg, Tensor) else arg for arg in self.args)
        return Call(self.name, self.function, args, self.kwargs, value)

    @property
    def sources(self) -> list[int]:
        """Which arguments depend on the picture."""
        return [i for i, arg in enumerate(self.args) if isinstance(arg, Tensor) and arg.requires_grad]


def call_of(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """The call, in the one form that rules read."""
    name = getattr(function, "__name__", "")
    if not args and "input" in kwargs:
        args, kwargs = (kwargs["input"],), {k: v for k, v in kwargs.items() if k != "input"}
    if name == "einsum" and len(args) == 2 and isinstance(args[1], list | tuple):
        args = (args[0], *args[1])
    if "inplace" in kwargs:
        kwargs = {**kwargs, "inplace": False}
    return Call(name, function, args, kwargs)


def sloped(x: Tensor, value: Tensor, slope: Tensor) -> Tensor:
    """``value``, with ``slope`` a cell in place of its derivative by ``x``; all of one shape."""
    return cast(Tensor, _Sloped.apply(x, value, slope))  # type: ignore[no-untyped-call]


def behind(linear: Tensor, value: Tensor) -> Tensor:
    """``value``, with the gradient of ``linear``; both of one shape."""
    return cast(Tensor, _Behind.apply(linear, value))  # type: ignore[no-untyped-call]


def pooled(x: Tensor, base: Tensor, y: Tensor, at: Tensor, y0: Tensor, at0: Tensor) -> Tensor:
    """Max pooling ``y``, with the largest values of both pictures' windows behind it.

    Args:
        x: What is pooled, ``(B, C, H, W)``; ``base`` is the baseline's.
        base: The same of the baseline.
        y: The largest values, ``(B, C, h, w)``.
        at: Where each was, as flat indices ``row · W + column``.
        y0: The baseline's largest values.
        at0: Where those were.
    """
    return cast(Tensor, _Pooled.apply(x, base, y, at, y0, at0))  # type: ignore[no-untyped-call]


class _Sloped(torch.autograd.Function):
    """A value, with a slope a cell behind it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, value: Tensor, slope: Tensor) -> Tensor:
        ctx.save_for_backward(slope)
        return value

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        (slope,) = ctx.saved_tensors
        return grad * slope, None, None


class _Behind(torch.autograd.Function):
    """A value, with the gradient of something else behind it."""

    @staticmethod
    def forward(ctx: Any, linear: Tensor, value: Tensor) -> Tensor:
        return value

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        return grad, None


class _Pooled(torch.autograd.Function):
    """Max pooling, with the two largest values of each window behind it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, base: Tensor, y: Tensor, at: Tensor, y0: Tensor, at0: Tensor) -> Tensor:
        ctx.save_for_backward(x - base, y, at, y0, at0)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None, None, None, None]:
        difference, y, at, y0, at0 = ctx.saved_tensors
        top = torch.maximum(y, y0)
        empty = grad.new_zeros(difference.shape).flatten(2)
        at, at0 = at.flatten(2), at0.flatten(2)
        gained = empty.scatter_add(2, at, (grad * (top - y0)).flatten(2))
        gained.scatter_add_(2, at0, (grad * (y - top)).flatten(2))
        plain = empty.scatter_add_(2, at, grad.flatten(2))
        same = (difference == 0).flatten(2)
        slope = torch.where(same, plain, gained / difference.flatten(2))
        return slope.view(difference.shape), None, None, None, None, None
