r"""Where the cells of every value in a network look on the picture: receptive field arithmetic.

Along each side, cell ``j`` of a value looks at ``start + step · j`` (Araujo, Norris, Sim 2019, Computing
Receptive Fields of Convolutional Neural Networks). Windows, padding, slices, changes of size and transposed
convolutions shift, scale and widen what it sees (:mod:`saliency.network.cell_changes`).

* Where values meet (residual connections, concatenation), their steps have to agree. Their centres are
  averaged, each value counting by its size, which is where a cell looks on the average of its inputs; what it
  sees is what any of them sees.
* Any other operation leaves cells where they are: so do norms, activations, and attention, whose tokens look
  everywhere but stand for their own place. What pools over the whole picture (squeeze and excitation) is no
  part of the view. Cells that come back from it as an r-th or r-fold of their number are blocks or parts of
  cells, as in the merging of patches and in windows.
* What rolls, flips or gathers rows or columns is not followed; where a value that is followed is added to it,
  that one counts.

This is the middle of what a cell can see. What it looks at most may lie elsewhere in its view, as kernels may
learn to make up for padding that is used on one side only (Alsallakh et al. 2021, Mind the Pad): the last
layers of the built-in models look about 6 points further down and right, which is nearly where cells spread
evenly would (``python -m benchmarks.cell_places``). Networks of random weights look where arithmetic says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from torch import Tensor, fx

from saliency.grids.cells import CellAxis, CellGrid
from saliency.network.cell_changes import (
    NAMES,
    Cells,
    Change,
    arguments_of,
    change_of,
    mean,
    regrouped,
    window,
)
from saliency.network.shapes import COLUMNS, FAILURES, ROWS, Shapes, Sides, operation

_MOVING = {
    "cumsum",
    "cumprod",
    "sort",
    "roll",
    "flip",
    "rot90",
    "gather",
    "indexselect",
    "takealongdim",
    "narrow",
    "gridsample",
}
"""What moves or mixes cells, along axes it names or along all, to where this does not follow."""

_NOT_FOLLOWED = (TypeError, ValueError, KeyError, IndexError, AttributeError)
"""What comes of a call of a kind that is not known here."""

_SIZES = 8  # of pictures, of which what was derived is kept


class ReceptiveFields:
    """Where the cells of a network's feature maps look.

    Most follow from kernels, strides and padding alone, so that what was derived for one size of picture
    holds for all; only what adapts to the size (adaptive pooling, padding up to a multiple) is derived anew.
    """

    def __init__(self, module: fx.GraphModule, shapes: Shapes) -> None:
        """Nothing is derived yet.

        Args:
            module: A traced classifier.
            shapes: Of its values.
        """
        self._size = shapes.size
        self._of_size = lru_cache(_SIZES)(partial(_derived, module, shapes))

    def grid(self, name: str, shape: tuple[int, int], size: tuple[int, int]) -> CellGrid | None:
        """Where the cells of a feature map look; ``None`` where that cannot be derived.

        Args:
            name: The node that holds the map ``(B, C, h, w)``.
            shape: ``(h, w)``.
            size: Height and width of the pictures.
        """
        sides = self._of_size(self._size).get(name)
        if sides is not None and size != self._size and not all(side.fixed for side in sides):
            sides = self._of_size(size).get(name)
        if sides is None or (size == self._size and tuple(side.count for side in sides) != shape):
            return None
        rows, columns = (
            CellAxis(side.start, side.step, count, side.last - side.first)
            for side, count in zip(sides, shape, strict=True)
        )
        return CellGrid(rows, columns)


def _derived(module: fx.GraphModule, shapes: Shapes, size: tuple[int, int]) -> dict[str, tuple[Cells, Cells]]:
    """The cells of each feature map along rows and along columns, by the name of its node."""
    try:
        values = shapes.values_of(size)
    except FAILURES:
        return {}
    rows, columns = (
        _Side(module, shapes, values, axis).cells(size[number]) for number, axis in enumerate((ROWS, COLUMNS))
    )
    return {
        name: (rows[name], columns[name])
        for name in rows.keys() & columns.keys()
        if (rows[name].place, columns[name].place) == (ROWS, COLUMNS) and len(_shape(values[name])) == 4
    }


class _Side:
    """One side of the pictures, followed through the network."""

    def __init__(self, module: fx.GraphModule, shapes: Shapes, values: Mapping[str, Any], axis: int) -> None:
        self._nodes, self._modules = module.graph.nodes, dict(module.named_modules())
        self._shapes, self._values, self._axis = shapes, values, axis
        self._cells: dict[str, Cells] = {}

    def cells(self, side: int) -> dict[str, Cells]:
        """The cells of all values that could be followed, of pictures of so many points."""
        for node in self._nodes:
            if node.op == "placeholder":
                self._cells[node.name] = Cells(self._axis, side, 0.5, 1.0, 0.0, 1.0, True)
            elif node.op != "output" and (cells := self._followed(node)) is not None:
                self._cells[node.name] = cells
        return self._cells

    def _followed(self, node: fx.Node) -> Cells | None:
        try:
            return self._after(node)
        except _NOT_FOLLOWED:
            return None

    def _after(self, node: fx.Node) -> Cells | None:
        """The cells of what a node gives."""
        name = operation(node, self._modules).replace("_", "")
        name = NAMES.get(name, name)
        source = next(iter(node.all_input_nodes), None)
        cells = self._cells.get(source.name) if source is not None else None
        arguments = arguments_of(node, name, self._modules, self._values)
        if name in _MOVING and self._moves(node, cells, arguments):
            return None
        if cells is None or cells.place is None or (name, node.op) == ("unfold", "call_method"):
            return self._joined(node)
        if name == "getitem" and isinstance(arguments["index"], tuple):
            return self._sliced(node, cells, arguments["index"])
        value = self._values[node.name]
        after = _shape(value[0] if isinstance(value, tuple) else value)
        change = change_of(name, cells, arguments, after)
        if change is None:
            return self._joined(node)
        if any(map(self._shapes.is_size, node.all_input_nodes[1:])):
            change = replace(change, fixed=False)
        if name == "unfold":
            reach, padding, stride = window(name, cells.place, arguments)
            return change.of(cells, None, (cells.count + 2 * padding - reach - 1) // stride + 1)
        return change.of(cells, cells.place, after[cells.place])

    def _moves(self, node: fx.Node, cells: Cells | None, arguments: Mapping[str, Any]) -> bool:
        """Whether an operation that moves cells does so along this side."""
        axes = arguments.get("dims", arguments.get("dim"))
        if cells is None or cells.place is None or axes is None:
            return True
        if "flip" in str(node.target):
            axes = [part for part in node.args[1:] if isinstance(part, int)] or axes
        count = len(_shape(self._values[node.all_input_nodes[0].name]))
        return cells.place in {axis % count for axis in ([axes] if isinstance(axes, int) else axes)}

    def _sliced(self, node: fx.Node, cells: Cells, index: tuple[Any, ...]) -> Cells | None:
        """The cells that a slice keeps."""
        assert cells.place is not None
        axes = len(_shape(self._values[node.all_input_nodes[0].name]))
        if any(part is None or isinstance(part, Tensor | list) for part in index):
            return self._joined(node)
        if Ellipsis in index:
            at = index.index(Ellipsis)
            index = (*index[:at], *[slice(None)] * (axes - len(index) + 1), *index[at + 1 :])
        part = index[cells.place] if cells.place < len(index) else slice(None)
        if not isinstance(part, slice):
            return replace(cells, place=None)  # one row of many
        start, stop, step = part.indices(cells.count)
        dropped = sum(not isinstance(before, slice) for before in index[: cells.place])
        from_end = isinstance(part.start, int) and part.start < 0
        sized = any(map(self._shapes.is_size, node.all_input_nodes[1:]))
        change = Change(start, step, fixed=not sized and not from_end)
        return change.of(cells, cells.place - dropped, len(range(start, stop, step)))

    def _joined(self, node: fx.Node) -> Cells | None:
        """The cells of what puts its inputs together, or leaves its input's where they are."""
        inputs = [
            (self._cells[source.name], math.prod(_shape(self._values[source.name])))
            for source in node.all_input_nodes
            if source.name in self._cells
        ]
        shape = _shape(self._values.get(node.name))
        place = self._place(node, shape, [cells for cells, _ in inputs])
        if place is None:
            return mean([(replace(cells, place=None), size) for cells, size in inputs if cells.count > 1])
        count = shape[place]
        alike = [(cells, size) for cells, size in inputs if cells.count == count]
        seen = [(cells, size) for cells, size in alike if cells.place is not None]
        joined = mean(seen or alike)
        if joined is None and len(inputs) == 1 and _shape(self._values[node.all_input_nodes[0].name]):
            joined = regrouped(inputs[0][0], count)
        return None if joined is None else replace(joined, place=place)

    def _place(self, node: fx.Node, shape: Sides, inputs: Sequence[Cells]) -> int | None:
        """The axis of a value that the cells lie along; ``None`` if there is no such axis."""
        other = ROWS + COLUMNS - self._axis
        own = self._shapes.follows(node.name, self._axis)
        if own:
            return min(own) if len(own) == 1 and own != self._shapes.follows(node.name, other) else None
        for cells in inputs:  # of a size that no longer follows that of the picture
            if cells.place is not None and shape[cells.place : cells.place + 1] == (cells.count,):
                return cells.place
        return None


def _shape(value: Any) -> Sides:
    return tuple(value.shape) if isinstance(value, Tensor) else ()
