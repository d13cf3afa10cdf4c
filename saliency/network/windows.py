r"""Which cells of early feature maps a patch of the picture reaches, and what computes them alone.

Cell ``o`` of what slides by ``s`` over ``p`` cells of padding and reaches ``r`` cells further than its first
reads the cells ``os − p … os − p + r``, so that a change of ``[a, b)`` reaches the cells
``⌈(a + p − r) / s⌉ … ⌊(b − 1 + p) / s⌋``. Windows of all patches are as long as the longest; where that is
more than a patch reaches, cells that did not change are computed again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from saliency.network.cell_changes import NAMES, arguments_of, window
from saliency.network.fusion import Fused
from saliency.network.shapes import COLUMNS, ROWS, operation

Region = tuple[tuple[tuple[int, ...], int], tuple[tuple[int, ...], int]]
"""Where parts of a map begin, one for each place of a patch, and how long they are; for rows and columns."""

_ELEMENTWISE = {
    "relu", "relu6", "leakyrelu", "prelu", "elu", "selu", "celu", "gelu", "silu", "mish", "hardswish",
    "hardsigmoid", "hardtanh", "sigmoid", "tanh", "softplus", "clamp", "clip", "abs", "neg", "add", "sub",
    "mul", "truediv", "div", "multiply", "identity", "dropout", "dropout2d", "contiguous", "clone",
    "batchnorm2d", "cat", "concat",
}  # fmt: skip
"""Operations of which a cell is computed of its inputs' values at that cell, without underscores."""


class Slide(NamedTuple):
    """How what computes a cell lies on the cells before, along one side."""

    reach: int = 0
    padding: int = 0
    stride: int = 1


@dataclass(frozen=True)
class Side:
    """Windows along one side of a feature map, of one length, one for each place of a patch.

    Attributes:
        changed: The first cell that changes, and the one after the last.
        starts: Where each window begins.
        length: Cells in each.
        count: Cells of the map.
    """

    changed: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]
    length: int
    count: int

    @classmethod
    def of(cls, changed: Sequence[tuple[int, int]], count: int) -> Side:
        """The shortest windows around what changes; at least a cell each, within the map."""
        pairs = [(min(first, count - 1), min(end, count)) for first, end in changed]
        within = tuple((max(0, first), max(first + 1, end)) for first, end in pairs)
        length = max(end - first for first, end in within)
        return cls(within, tuple(min(first, count - length) for first, _ in within), length, count)

    def reached(self, slide: Slide, count: int) -> Side:
        """Windows of the ``count`` cells that are computed of these."""
        reach, padding, stride = slide
        lowest = [-((reach - padding - first) // stride) for first, _ in self.changed]
        highest = [(end - 1 + padding) // stride + 1 for _, end in self.changed]
        return Side.of(list(zip(lowest, highest, strict=True)), count)

    def joined(self, other: Side) -> Side:
        """Windows of what is computed of both, cell by cell."""
        pairs = zip(self.changed, other.changed, strict=True)
        return Side.of([(min(a[0], b[0]), max(a[1], b[1])) for a, b in pairs], self.count)

    def read(self, slide: Slide) -> tuple[tuple[int, ...], int]:
        """Where the cells begin that each window is computed of, and how many they are."""
        starts = tuple(start * slide.stride - slide.padding for start in self.starts)
        return starts, (self.length - 1) * slide.stride + slide.reach + 1


class Kernel(NamedTuple):
    """What slides over a map, without its padding, and what it finds beyond the edge."""

    slides: tuple[Slide, Slide]
    apply: Callable[..., Tensor]
    fill: float = 0.0


@dataclass(frozen=True)
class Windows:
    """Windows of a node's map along rows and columns, and what slides over another map to compute them."""

    rows: Side
    columns: Side
    kernel: Kernel | None = None

    @property
    def share(self) -> float:
        """Of the map's cells."""
        return self.rows.length * self.columns.length / (self.rows.count * self.columns.count)

    @property
    def region(self) -> Region:
        """Where each window lies."""
        return self.rows.read(Slide()), self.columns.read(Slide())

    @property
    def whole(self) -> Region:
        """All of the map, for each."""
        rows, columns = self.rows, self.columns
        return ((0,) * len(rows.starts), rows.count), ((0,) * len(columns.starts), columns.count)

    @property
    def reads(self) -> Region:
        """Where the node's first input is read for each; any other is read where the window lies."""
        rows, columns = self.kernel.slides if self.kernel else (Slide(), Slide())
        return self.rows.read(rows), self.columns.read(columns)


def windows(
    module: fx.GraphModule, values: Mapping[str, Any], places: Sequence[Sequence[slice]]
) -> dict[fx.Node, Windows]:
    """Windows of the maps ``(1, C, h, w)`` of which everything that they are computed of is understood.

    Args:
        module: A graph.
        values: Those of one picture, by the names of nodes; tensors may be on the meta device.
        places: Where patches lie, along rows and along columns.
    """
    modules, local = dict(module.named_modules()), dict[fx.Node, Windows]()
    for node in module.graph.nodes:
        value = values.get(node.name)
        if not isinstance(value, Tensor) or value.ndim != 4 or len(value) != 1:
            continue
        if node.op == "placeholder":
            sides = zip(places, value.shape[2:], strict=True)
            rows, columns = (Side.of([(p.start, p.stop) for p in side], count) for side, count in sides)
            local[node] = Windows(rows, columns)
        elif (followed := _followed(node, modules, values, local)) is not None:
            local[node] = followed
    return local


def _followed(
    node: fx.Node, modules: Mapping[str, nn.Module], values: Mapping[str, Any], local: dict[fx.Node, Windows]
) -> Windows | None:
    """The windows of what a node gives; ``None`` if it, or what it is computed of, is not understood."""
    name = operation(node, modules).replace("_", "")
    shape, kernel = values[node.name].shape, _kernel(node, NAMES.get(name, name), modules, values)
    others = list(node.all_input_nodes)
    pairs: list[tuple[Side, Side]] = []
    if kernel is not None:
        first, *rest = node.args
        if first not in local:
            return None
        others = [source for source in rest if isinstance(source, fx.Node)]
        before = local[cast(fx.Node, first)]
        rows, columns = kernel.slides
        pairs = [(before.rows.reached(rows, shape[2]), before.columns.reached(columns, shape[3]))]
    elif name not in _ELEMENTWISE or _norms_picture(node, modules):
        return None
    for source in others:
        if source in local and values[source.name].shape[2:] == shape[2:]:
            pairs.append((local[source].rows, local[source].columns))
        elif source in local or not _is_constant(source, values):
            return None
    if not pairs:
        return None
    down, across = zip(*pairs, strict=True)
    return Windows(reduce(Side.joined, down), reduce(Side.joined, across), kernel)


def _norms_picture(node: fx.Node, modules: Mapping[str, nn.Module]) -> bool:
    """Whether a batch norm takes its statistics from the picture."""
    part = modules.get(str(node.target)) if node.op == "call_module" else None
    return isinstance(part, nn.BatchNorm2d) and (part.running_mean is None or part.training)


def _is_constant(node: fx.Node, values: Mapping[str, Any]) -> bool:
    """Whether a value is the same whatever changes in the picture, and for every cell."""
    value = values.get(node.name)
    if isinstance(value, Tensor):
        alike = value.numel() == 1 or (value.ndim >= 3 and set(value.shape[-2:]) == {1})
        return node.op == "get_attr" and alike
    return not (isinstance(value, tuple | list) and any(isinstance(part, Tensor) for part in value))


def _kernel(
    node: fx.Node, name: str, modules: Mapping[str, nn.Module], values: Mapping[str, Any]
) -> Kernel | None:
    """What slides over the first map that a node is given; ``None`` if nothing that is understood does."""
    part = modules.get(str(node.target)) if node.op == "call_module" else None
    if isinstance(part, Fused) or type(part) is nn.Conv2d:
        convolution = part.packed.convolution if isinstance(part, Fused) else part
        if convolution.padding_mode != "zeros":
            return None
        return Kernel(_slides("conv2d", vars(convolution)), _without_padding(part))
    given = arguments_of(node, name, modules, values)
    unusual = given.get("ceil_mode") or given.get("divisor_override") or len(node.args) > 4
    if name == "maxpool2d":
        pooling = {**_pooling(given), "dilation": given.get("dilation", 1)}
        return Kernel(_slides(name, given), lambda x, *_: functional.max_pool2d(x, **pooling), -torch.inf)
    if name == "avgpool2d" and given.get("count_include_pad", True) and not unusual:
        pooling = _pooling(given)
        return Kernel(_slides(name, given), lambda x, *_: functional.avg_pool2d(x, **pooling))
    pads = given.get("pad", ())
    if (
        name == "pad"
        and len(pads) == 4
        and given.get("mode", "constant") == "constant"
        and len(node.args) < 3
    ):
        slides = Slide(padding=pads[2]), Slide(padding=pads[0])
        return Kernel(slides, lambda x, *_: x, given.get("value") or 0.0)
    return None


def _slides(name: str, settings: Mapping[str, Any]) -> tuple[Slide, Slide]:
    return Slide(*window(name, ROWS, settings)), Slide(*window(name, COLUMNS, settings))


def _pooling(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"kernel_size": settings["kernel_size"], "stride": settings.get("stride")}


def _without_padding(part: Fused | nn.Conv2d) -> nn.Module:
    """The same convolution, and what it is fused with."""
    if isinstance(part, Fused):
        return Fused(part.packed.without_padding(), part.then)
    bare = copy.copy(part)
    bare.padding = (0, 0)
    return bare
