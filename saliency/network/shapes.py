"""The shape of every value in a traced classifier, and which axes follow what it is given.

A classifier is run on the meta device, which keeps shapes and computes nothing: for one picture of its
trained size, and again for more pictures, for more rows and for more columns. What an axis means is told by
what makes it grow, never by its length, which may equal another's by chance.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, fx, nn

from saliency.network.regrouping import regrouped

FAILURES = (RuntimeError, AssertionError, TypeError, ValueError, IndexError)
"""What an operation raises that does not accept a shape."""

PICTURES, ROWS, COLUMNS = 0, 2, 3
"""Axes of pictures ``(B, 3, H, W)``."""

_SIZES_KEPT = 16  # other pictures' sizes whose shapes are remembered

Sides = tuple[int, ...]
"""A shape."""

Values = dict[str, Any]
"""Values by the names of their nodes; tensors are on the meta device."""


def sides(size: int | tuple[int, int]) -> tuple[int, int]:
    """Height and width of pictures, of which a square is said by its side."""
    return (size, size) if isinstance(size, int) else size


class Shapes:
    """What the values of a traced classifier are like, by the names of their nodes.

    Attributes:
        values: For one picture of the trained size.
        any_size: Whether another size and aspect ratio goes through.
    """

    def __init__(self, module: fx.GraphModule, size: int | tuple[int, int]) -> None:
        """Run the module on the meta device.

        Raises:
            RuntimeError: Or another of :data:`FAILURES`: one picture of that size is not accepted.
        """
        self._module = _on_meta(module)
        height, width = sides(size)
        self._picture = (1, 3, height, width)
        self.values = _Recorder(self._module).record(self._picture)
        self._larger = {axis: self._enlarged(axis) for axis in (PICTURES, ROWS, COLUMNS)}
        self._other: dict[Sides, dict[str, Sides]] = {}
        self._lock = threading.Lock()
        self.any_size = self._accepts((1, 3, height, width + width // 3))

    def of(self, name: str) -> Sides:
        """The shape of a tensor; empty for values of other kinds."""
        return _shape(self.values.get(name))

    def at(self, name: str, height: int, width: int) -> Sides:
        """The shape of a tensor for one picture of another size, which has to be accepted."""
        if (height, width) == self._picture[2:]:
            return self.of(name)
        with self._lock:
            if (height, width) not in self._other:
                if len(self._other) >= _SIZES_KEPT:
                    self._other.pop(next(iter(self._other)))
                values = _Recorder(self._module).record((1, 3, height, width))
                self._other[height, width] = {key: _shape(value) for key, value in values.items()}
            return self._other[height, width].get(name, ())

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the trained pictures."""
        return self._picture[2], self._picture[3]

    @property
    def nbytes(self) -> int:
        """Bytes of all values together, for one picture of the trained size."""
        return sum(value.nbytes for value in self.values.values() if isinstance(value, Tensor))

    def values_of(self, size: tuple[int, int]) -> Values:
        """The values for one picture of a height and width.

        Raises:
            RuntimeError: Or another of :data:`FAILURES`: the size is not accepted.
        """
        shape = (1, 3, *size)
        return self.values if shape == self._picture else _Recorder(self._module).record(shape)

    def larger(self, name: str, axis: int) -> Sides:
        """The shape of a tensor once the pictures are larger along an axis."""
        return _shape(self._larger[axis].get(name))

    def follows(self, name: str, axis: int) -> set[int]:
        """The axes of a tensor that grow along with an axis of the pictures."""
        before, after = self.of(name), self.larger(name, axis)
        if len(before) != len(after):
            return set(range(len(before)))
        return {number for number, length in enumerate(before) if after[number] != length}

    def is_map(self, name: str) -> bool:
        """Whether a tensor is a feature map ``(B, C, h, w)`` of more than one cell."""
        shape = self.of(name)
        if len(shape) != 4 or shape[2] * shape[3] == 1:
            return False
        return self.follows(name, ROWS) == {2} and self.follows(name, COLUMNS) == {3}

    def is_map_with_channels_last(self, name: str) -> bool:
        """Whether a tensor is a feature map ``(B, h, w, C)`` of more than one cell."""
        shape = self.of(name)
        if len(shape) != 4 or shape[1] * shape[2] == 1 or self.follows(name, PICTURES) != {0}:
            return False
        return self.follows(name, ROWS) == {1} and self.follows(name, COLUMNS) == {2}

    def is_row_of_tokens(self, name: str) -> bool:
        """Whether a tensor is a row of tokens ``(B, n, C)`` for each picture, and grows with it."""
        if len(self.of(name)) != 3 or self.follows(name, PICTURES) != {0}:
            return False
        return self.follows(name, ROWS) == self.follows(name, COLUMNS) == {1}

    def is_size(self, node: fx.Node) -> bool:
        """Whether a node reads no more than the sizes of the tensors it is given."""
        name = "" if node.op == "call_module" else operation(node, {})
        like = name.endswith("_like") or name.startswith("new_")  # a new tensor of another one's shape
        return like or not _holds_tensor(self.values.get(node.name))

    def is_size_of_picture(self, node: fx.Node) -> bool:
        """Whether a size is another one for pictures of other height or width."""
        size = _size(self.values.get(node.name))
        return any(_size(self._larger[axis].get(node.name)) != size for axis in (ROWS, COLUMNS))

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

    A second run is given what the values were, and the axis along which the pictures are larger. Where an
    operation does not accept larger values (a fixed number of windows, a linear layer), its result is as
    before, and maps grow again from the next operation that takes maps by definition: ``conv2d``,
    ``max_pool2d`` and their like work on ``(B, C, h, w)``.
    """

    def __init__(self, module: fx.GraphModule, before: Values | None = None, axis: int = PICTURES) -> None:
        super().__init__(module)
        self._before, self._axis, self._modules = before, axis, dict(module.named_modules())
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
                value = self._as_before(n, self._before)
        self.values[n.name] = value
        return value

    def _grow_input(self, n: fx.Node, before: Values) -> None:
        """Enlarges the map that an operation on maps is given, where it has not grown."""
        source = next(iter(n.all_input_nodes), None)
        takes_map = self._axis != PICTURES and operation(n, self._modules).endswith("2d")
        if not takes_map or source is None or source.op == "get_attr":
            return
        value, shape = self.env[source], list(_shape(before[source.name]))
        if len(shape) == 4 and min(shape[2:]) > 1 and shape == list(_shape(value)):
            shape[self._axis] = _grown(shape[self._axis])
            self.env[source] = self.values[source.name] = value.new_empty(shape)

    def _as_before(self, n: fx.Node, before: Values) -> Any:
        """The result of an operation that fails; one that had an input's shape has it again.

        So has one that lays out the same values anew, in numbers written into it, as exported models do.
        """
        result = before[n.name]
        for source in n.all_input_nodes:
            shape = _shape(before[source.name])
            if shape and shape == _shape(result) != _shape(self.env[source]):
                return self.env[source]
        if operation(n, self._modules) in ("reshape", "view", "unflatten"):
            source = n.all_input_nodes[0]
            shapes = _shape(before[source.name]), _shape(result), _shape(self.env[source])
            shape = regrouped(*shapes, last=self._axis == COLUMNS)
            return result.new_empty(shape) if shape else result
        return result


def operation(node: fx.Node, modules: Mapping[str, nn.Module]) -> str:
    """The name of what a node calls, in small letters: of a module's class, a function or a method."""
    if node.op == "call_module":
        return type(modules[str(node.target)]).__name__.lower()
    name: str = getattr(node.target, "__name__", str(node.target))
    return name.partition(".")[0].lower()  # without the overload of an ATen operation


def _on_meta(module: fx.GraphModule) -> fx.GraphModule:
    """A copy of the module without numbers."""
    weights: dict[int, Any] = {
        id(p): nn.Parameter(p.to("meta"), requires_grad=False) for p in module.parameters()
    }
    weights |= {id(b): b.to("meta") for b in module.buffers()}
    return copy.deepcopy(module, weights)


def _grown(length: int) -> int:
    """More than twice as long, so that maps of two cells grow too."""
    return 2 * length + max(1, length // 3)


def _shape(value: Any) -> Sides:
    return tuple(value.shape) if isinstance(value, Tensor) else ()


def _size(value: Any) -> Any:
    """A size, of a new tensor its shape."""
    return _shape(value) if isinstance(value, Tensor) else value


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(map(_holds_tensor, value))
    return isinstance(value, Tensor)
