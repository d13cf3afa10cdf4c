"""Arithmetic on the sizes of tensors, which stays whole numbers instead of becoming part of the network.

Exporters write ``x.reshape(len(x), -1)`` as a row of operators: the shape is read, a number taken out of it,
others put beside it. Here such a value is an array of numbers, or of stand-ins for what will be read.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from models.sources.onnx import examples

Sizes = np.ndarray
"""Numbers and stand-ins for numbers, as an array of objects."""


def is_sizes(value: Any) -> bool:
    """Whether a value is made of sizes."""
    return isinstance(value, np.ndarray)


def array(value: Any) -> Sizes:
    """A constant, or sizes, as an array of objects."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, Tensor):
        return value.numpy().astype(object)
    return row([value]).reshape(())


def row(members: Sequence[Any]) -> Sizes:
    """Members side by side; numpy, left to itself, asks a stand-in to be an array."""
    sizes = np.empty(len(members), object)
    for place, member in enumerate(members):
        sizes[place] = member
    return sizes


def tidy(sizes: Any) -> Tensor | Sizes:
    """Sizes, or the constant that they are."""
    members = array(sizes)
    members = each(_settled, members)
    if any(isinstance(member, fx.Proxy) for member in members.reshape(-1)):
        return members
    return torch.tensor(members.tolist(), dtype=None if members.size else torch.int64)


def each(function: Callable[..., Any], *sizes: Sizes) -> Sizes:
    """A function of single members, applied to arrays that fit one another."""
    return array(np.frompyfunc(function, len(sizes), 1)(*sizes))


def is_whole(member: Any) -> bool:
    """Whether a number, or what a stand-in stands for, is whole."""
    return isinstance(_example(member), int)


def divided(dividend: Any, divisor: Any) -> Any:
    """ONNX's quotient: of whole numbers it is whole."""
    whole = is_whole(dividend) and is_whole(divisor)
    return dividend // divisor if whole else dividend / divisor


def as_whole(member: Any) -> Any:
    """A number without what comes after the point."""
    if isinstance(member, fx.Proxy):
        return member if is_whole(member) else torch.sym_int(member)
    return int(member)


def as_float(member: Any) -> Any:
    """A number that is not taken to be whole."""
    return operator.mul(member, 1.0)


def largest(first: Any, second: Any) -> Any:
    """The larger of two."""
    return torch.sym_max(first, second)


def smallest(first: Any, second: Any) -> Any:
    """The smaller of two."""
    return torch.sym_min(first, second)


def _example(member: Any) -> Any:
    return member.node.meta["runs"][0] if isinstance(member, fx.Proxy) else member


def _settled(member: Any) -> Any:
    """A number in place of a stand-in that is the same in every run."""
    if not isinstance(member, fx.Proxy):
        return member
    values = examples.values(member.node)
    return values[0] if len(values) > 1 and all(value == values[0] for value in values) else member
