"""What operations do to cells along one side of the pictures: they shift, scale and widen what these see.

In steps of the cells before, a window of ``k`` cells, ``d`` apart, that slides by ``s`` over ``p`` cells of
padding shifts the first centre by ``d(k − 1)/2 − p``, makes the step ``s`` times as large and lets a cell see
``d(k − 1)`` more (Araujo, Norris, Sim 2019, Computing Receptive Fields of Convolutional Neural Networks).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import fx, nn

from saliency.network.shapes import ROWS, Sides

ARGUMENTS = {
    "conv2d": ("weight", "bias", "stride", "padding", "dilation"),
    "convtranspose2d": ("weight", "bias", "stride", "padding", "output_padding", "groups", "dilation"),
    "maxpool2d": ("kernel_size", "stride", "padding", "dilation"),
    "avgpool2d": ("kernel_size", "stride", "padding"),
    "lppool2d": ("norm_type", "kernel_size", "stride"),
    "unfold": ("kernel_size", "dilation", "padding", "stride"),
    "interpolate": ("size", "scale_factor", "mode", "align_corners"),
    "pad": ("pad",),
    "getitem": ("index",),
    "roll": ("shifts", "dims"),
    "flip": ("dims",),
    "rot90": ("k", "dims"),
    "gather": ("dim",),
    "indexselect": ("dim",),
    "takealongdim": ("indices", "dim"),
    "narrow": ("dim",),
    "gridsample": (),
}
"""What follows the picture in calls of functions, by the operation's name without underscores."""

_SAME_NAMES = {
    "maxpool2d": ("maxpool2dwithindices",),
    "interpolate": ("upsample", "upsamplingnearest2d", "upsamplingbilinear2d"),
    "pad": ("zeropad2d", "constantpad2d", "reflectionpad2d", "replicationpad2d", "circularpad2d"),
}
NAMES = {other: name for name, others in _SAME_NAMES.items() for other in others}
"""Names of operations that go by another one in :data:`ARGUMENTS`."""

_WINDOWS = {"conv2d", "maxpool2d", "avgpool2d", "lppool2d", "unfold"}
_AGREE = 1e-6  # relative difference of two steps that are the same


@dataclass(frozen=True)
class Cells:
    """The cells of a value along one side of the pictures.

    Attributes:
        place: The tensor's axis that they lie along; ``None`` where rows and columns are merged, or were
            averaged: then they are those of the last value that had such an axis.
        count: How many there are.
        start: Centre of the first one's view.
        step: From one to the next.
        first: Where the view of the first begins.
        last: Where it ends.
        fixed: Whether all but their number is the same whatever the picture's size.
    """

    place: int | None
    count: int
    start: float
    step: float
    first: float
    last: float
    fixed: bool


@dataclass(frozen=True)
class Change:
    """What an operation does to cells, in steps of the cells before; ``fixed`` if the same for all sizes."""

    shift: float = 0.0
    factor: float = 1.0
    wider: float = 0.0
    fixed: bool = True

    def of(self, cells: Cells, place: int | None, count: int) -> Cells:
        """The cells after it."""
        first, last = (self.shift + side * self.wider / 2 for side in (-1, 1))
        return Cells(
            place,
            count,
            cells.start + cells.step * self.shift,
            cells.step * self.factor,
            cells.first + cells.step * first,
            cells.last + cells.step * last,
            cells.fixed and self.fixed,
        )


def change_of(name: str, cells: Cells, arguments: Mapping[str, Any], after: Sides) -> Change | None:
    """What an operation on maps does to the cells; ``None`` for any other operation."""
    place = cells.place
    if place is None:
        return None
    if name in _WINDOWS:
        reach, padding, stride = window(name, place, arguments)
        return Change(reach / 2 - padding, stride, reach)
    if name == "convtranspose2d":
        reach, padding, stride = window(name, place, arguments)
        return Change((padding - reach / 2) / stride, 1 / stride, reach / stride)
    if name == "pad":
        return Change(-_padding(place, arguments, len(after)))
    if name == "interpolate" and arguments.get("align_corners"):
        return Change(0.0, (cells.count - 1) / max(1, after[place] - 1), 1.0, fixed=False)
    if name in ("interpolate", "adaptiveavgpool2d", "adaptivemaxpool2d"):
        return replace(resized(cells.count / after[place]), fixed=False)
    return None


def _padding(place: int, arguments: Mapping[str, Any], axes: int) -> int:
    """Cells put before the first one; below 0 if some are cut off."""
    pads = arguments["pad"] if "pad" in arguments else arguments["padding"]
    pads = [pads] * 4 if isinstance(pads, int) else list(pads)
    number = 2 * (axes - 1 - place)
    return int(pads[number]) if number < len(pads) else 0


def window(name: str, place: int, arguments: Mapping[str, Any]) -> tuple[int, int, int]:
    """How far apart a window's first and last cell are, the padding before the map, and the stride."""
    weight = arguments.get("weight")
    size = weight.shape[2:] if weight is not None and weight.ndim == 4 else arguments["kernel_size"]
    kernel = _of_side(size, place)
    default = size if "pool" in name else 1
    stride = arguments.get("stride")
    stride = default if stride is None or stride == () else stride
    reach = _of_side(arguments.get("dilation", 1), place) * (kernel - 1)
    padding = arguments.get("padding", 0)
    if isinstance(padding, str):
        padding = reach // 2 if padding == "same" else 0
    return reach, _of_side(padding, place), _of_side(stride, place)


def _of_side(sizes: int | Sequence[int], place: int) -> int:
    """The number for rows or columns, of one for both or two."""
    if isinstance(sizes, int):
        return sizes
    return int(sizes[place - ROWS] if len(sizes) > 1 else sizes[0])


def arguments_of(
    node: fx.Node, name: str, modules: Mapping[str, nn.Module], values: Mapping[str, Any]
) -> dict[str, Any]:
    """What a node is called with beside its first input, or its module's attributes, by name."""
    if node.op == "call_module":
        return dict(vars(modules[str(node.target)]))
    args, kwargs = fx.node.map_arg((node.args, dict(node.kwargs)), lambda n: values.get(n.name))
    return {**dict(zip(ARGUMENTS.get(name, ()), args[1:], strict=False)), **kwargs}


def resized(ratio: float) -> Change:
    """To a number of cells that is smaller by this ratio, spread evenly."""
    return Change((ratio - 1) / 2, ratio, max(0.0, ratio - 1))


def regrouped(cells: Cells, count: int) -> Cells | None:
    """Blocks of cells, or parts of them, as many as there are; the last block may not be whole."""
    if cells.count > count > 0:
        ratio: float = math.ceil(cells.count / count)
        return resized(ratio).of(cells, None, count) if math.ceil(cells.count / ratio) == count else None
    return resized(cells.count / count).of(cells, None, count) if count % cells.count == 0 else None


def mean(inputs: Iterable[tuple[Cells, int]]) -> Cells | None:
    """Where cells look on average, each input counting by its size; ``None`` if their steps differ."""
    pairs = list(inputs)
    if not pairs or len({cells.count for cells, _ in pairs}) > 1:
        return None
    one = pairs[0][0]
    if any(abs(cells.step - one.step) > _AGREE * one.step for cells, _ in pairs):
        return None
    whole = sum(size for _, size in pairs)
    return replace(
        one,
        start=sum(cells.start * size for cells, size in pairs) / whole,
        first=min(cells.first for cells, _ in pairs),
        last=max(cells.last for cells, _ in pairs),
        fixed=all(cells.fixed for cells, _ in pairs),
    )
