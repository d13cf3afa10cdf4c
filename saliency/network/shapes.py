"""The shape of every value in a traced classifier, and which axes follow what it is given.

A classifier is run on the meta device, which keeps shapes and computes nothing: for one picture of its trained
size, and again for two pictures, for more rows and for more columns. What an axis means is told by what makes it
grow, never by its length, which may equal another's by chance.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, fx, nn

FAILURES = (RuntimeError, AssertionError, TypeError, ValueError, IndexError)
"""What an operation raises that does not accept a shape."""

PICTURES, ROWS, COLUMNS = 0, 2, 3
"""Axes of a picture ``(B, 3, H, W)`` along which it is made larger."""

Values = dict[str, Any]
"""Values by the names of their nodes; tensors are on the meta device."""


class Shapes:
    """What the values of a traced classifier are like, by the names of their nodes.

    Attributes:
        values: For one picture of the trained size.
        any_size: Whether another size and aspect ratio goes through.
    """

    def __init__(self, module: fx.GraphModule, size: int) -> None:
        """Run the module on the meta device.

        Raises:
            RuntimeError: Or another of :data:`FAILURES`: one picture of ``size`` × ``size`` is not accepted.
        """
        self._module = _on_meta(module)
        self._picture = (1, 3, size, size)
        self.values = _Recorder(self._module).record(self._picture)
        self._larger = {axis: self._enlarged(axis) for axis in (PICTURES, ROWS, COLUMNS)}
        self.any_size = self._accepts((1, 3, size, size + size // 3))

    def of(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor; empty for values of other kinds."""
        value = self.values.get(name)
        return tuple(value.shape) if isinstance(value, Tensor) else ()

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """The shapes of all tensors."""
        return {name: self.of(name) for name, value in self.values.items() if isinstance(value, Tensor)}

    def larger(self, name: str, axis: int) -> tuple[int, ...]:
        """The shape of a tensor once the picture is larger along an axis."""
        value = self._larger[axis].get(name)
        return tuple(value.shape) if isinstance(value, Tensor) else ()

    def follows(self, name: str, axis: int) -> set[int]:
        """The axes of a tensor that grow along with an axis of the picture."""
        pairs = zip(self.of(name), self.larger(name, axis), strict=True)
        return {number for number, (before, after) in enumerate(pairs) if before != after}

    def is_map(self, name: str) -> bool:
        """Whether a tensor is a feature map ``(B, C, h, w)`` of more than one cell."""
        shape = self.of(name)
        if len(shape) != 4 or shape[2] * shape[3] == 1:
            return False
        return self.follows(name, ROWS) == {2} and self.follows(name, COLUMNS) == {3}

    def is_size(self, node: fx.Node) -> bool:
        """Whether a node reads no more than the sizes of the tensors it is given."""
        return not _holds_tensor(self.values.get(node.name)) or _is_like(node)

    def is_size_of_picture(self, node: fx.Node) -> bool:
        """Whether a size is another one for a picture of other height or width."""
        before = self.values.get(node.name)
        return any(_differ(before, self._larger[axis].get(node.name)) for axis in (ROWS, COLUMNS))

    def _enlarged(self, axis: int) -> Values:
        shape = list(self._picture)
        shape[axis] = _grown(shape[axis])
        return _Recorder(self._module, self.values, axis).record(tuple(shape))

    def _accepts(self, shape: tuple[int, ...]) -> bool:
        try:
            _Recorder(self._module).record(shape)
        except FAILURES:
            return False
        return True


class _Recorder(fx.Interpreter):
    """Keeps every value of a run.

    Args of the second run: what the values were, and the axis along which the picture is larger. Where an
    operation does not accept larger values, its result is as it was. A map goes on to grow from the next
    operation that takes maps by definition: ``conv2d``, ``batch_norm2d``, ``max_pool2d`` and their like work on
    ``(B, C, h, w)``.
    """

    def __init__(self, module: fx.GraphModule, before: Mapping[str, Any] | None = None, axis: int = 0) -> None:
        super().__init__(module)
        self._before, self._axis = before, axis
        self.values: Values = {}

    def record(self, shape: tuple[int, ...]) -> Values:
        """The values for pictures of this shape."""
        precision = next((p.dtype for p in self.module.parameters() if p.is_floating_point()), torch.float32)
        with torch.no_grad():
            self.run(torch.empty(shape, device="meta", dtype=precision))
        return self.values

    def run_node(self, n: fx.Node) -> Any:
        """The node's value, kept."""
        if self._before is None:
            value = super().run_node(n)
        else:
            self._grow_input(n, self._before)
            try:
                value = super().run_node(n)
            except FAILURES:
                value = self._before[n.name]
        self.values[n.name] = value
        return value

    def _grow_input(self, n: fx.Node, before: Mapping[str, Any]) -> None:
        """Enlarges the map that an operation on maps is given, where it has not grown."""
        source = next(iter(n.all_input_nodes), None)
        if self._axis == PICTURES or source is None or source.op == "get_attr" or not self._takes_map(n):
            return
        value = self.env[source]
        shape = list(value.shape) if isinstance(value, Tensor) else []
        if len(shape) == 4 and shape == list(before[source.name].shape) and shape[2] * shape[3] > 1:
            shape[self._axis] = _grown(shape[self._axis])
            self.env[source] = self.values[source.name] = value.new_empty(shape)

    def _takes_map(self, n: fx.Node) -> bool:
        target = self.fetch_attr(str(n.target)) if n.op == "call_module" else n.target
        name = type(target).__name__ if isinstance(target, nn.Module) else getattr(target, "__name__", "")
        return name.lower().endswith("2d")


def _on_meta(module: fx.GraphModule) -> fx.GraphModule:
    """A copy of the module without numbers."""
    weights: dict[int, Any] = {
        id(p): nn.Parameter(p.to("meta"), requires_grad=False) for p in module.parameters()
    }
    weights |= {id(b): b.to("meta") for b in module.buffers()}
    return copy.deepcopy(module, weights)


def _grown(length: int) -> int:
    """More than twice as long, so that maps of a few cells grow too, and not twice exactly."""
    return 2 * length + max(1, length // 3)


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(_holds_tensor(part) for part in value)
    return isinstance(value, Tensor)


def _is_like(node: fx.Node) -> bool:
    """Whether a node makes a new tensor of another one's shape (``zeros_like``, ``new_ones``)."""
    name = getattr(node.target, "__name__", str(node.target))
    return node.op != "call_module" and (name.endswith("_like") or name.startswith("new_"))


def _differ(first: Any, second: Any) -> bool:
    """Whether two sizes, or two tensors' shapes, are not the same."""
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return first.shape != second.shape
    return bool(first != second)
