"""Shapes of values while a graph is built: each node is run on stand-ins that have shapes and no numbers.

There are two or three runs side by side: for the pictures that the file names, for more of them, and for
larger ones where the file allows any size. An axis that is as long in all of them is a constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, fx
from torch._subclasses.fake_tensor import FakeTensorMode

MORE_PICTURES = 1
"""Position of the run with more pictures."""

_NONE = object()  # a run that ended earlier


class Examples:
    """What the values of a graph in the making are like.

    Kept at each node, in ``node.meta``: a value a run, or nothing where a run ended.
    """

    def __init__(self) -> None:
        self._mode = FakeTensorMode(allow_non_fake_inputs=True)

    def start(self, node: fx.Node, shapes: Sequence[Sequence[int]], dtype: torch.dtype) -> None:
        """Give an input its shape in each run."""
        with self._mode:
            node.meta["runs"] = [torch.empty(tuple(shape), dtype=dtype) for shape in shapes]

    def follow(self, node: fx.Node, run: Any) -> None:
        """Run a node that was just made.

        Args:
            node: The node.
            run: What it computes, a function of its arguments.

        Raises:
            Exception: Whatever it raises in the first run; a later run ends there.
        """
        count = max((len(source.meta["runs"]) for source in node.all_input_nodes), default=1)
        node.meta["runs"] = [self._result(node, run, number) for number in range(count)]

    def constant(self, node: fx.Node, value: Any) -> None:
        """Give a node that reads a weight its value."""
        node.meta["runs"] = [value]

    def _result(self, node: fx.Node, run: Any, number: int) -> Any:
        given = [at(source, number) for source in node.all_input_nodes]
        if any(value is _NONE for value in given):
            return _NONE
        args, kwargs = fx.node.map_arg((node.args, node.kwargs), lambda source: at(source, number))
        try:
            with self._mode, torch.no_grad():
                return run(*args, **kwargs)
        except Exception:
            if number == 0:
                raise
            return _NONE


def at(node: fx.Node, number: int) -> Any:
    """A node's value in a run."""
    runs = node.meta["runs"]
    return runs[number if number < len(runs) else 0]


def values(node: fx.Node) -> list[Any]:
    """A node's values in all runs that came so far."""
    return [value for value in node.meta["runs"] if value is not _NONE]


def shape(node: fx.Node) -> tuple[int, ...]:
    """A tensor's shape in the first run."""
    value = node.meta["runs"][0]
    return tuple(value.shape) if isinstance(value, Tensor) else ()


def picture_axis(node: fx.Node) -> int | None:
    """The first axis of a tensor that grows with the number of pictures, if that is known."""
    runs = node.meta["runs"]
    if len(runs) <= MORE_PICTURES or not isinstance(runs[MORE_PICTURES], Tensor):
        return None
    before, after = runs[0].shape, runs[MORE_PICTURES].shape
    if len(before) != len(after):
        return None
    return next((axis for axis, length in enumerate(before) if after[axis] != length), None)
