"""Logits of one picture with patches covered: of early feature maps, only what a patch reaches is computed.

A patch of 32 points changes 19 of 112 cells a side of a ResNet's first feature map, and all 7 of its last.
So the first layers run on small windows, each with the rim that a kernel needs around it from the unchanged
picture's map; at one map the windows are put into copies of the unchanged one, and from there on all is
computed (Nakandala, Kumar, Papakonstantinou 2019, Incremental and Approximate Inference for Faster
Occlusion-based Deep CNN Explanations, section 3). Nothing is approximated: windows end before whatever is not
known to be computed from near cells alone (:mod:`saliency.network.windows`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor, fx, nn

from saliency.network.cut import Halves, after
from saliency.network.shapes import Shapes
from saliency.network.windows import Region, Windows, windows

Patch = tuple[slice, slice]
"""Rows and columns of a picture."""

_WORTH = 0.1  # share of a pass's work that windows have to save
_OVERHEAD = 1.2  # how much longer a cell takes in a window
_VALUE = 20  # multiplications in the time that it takes to write a value and read it again, roughly


def covered(x: Tensor, patches: Sequence[Patch]) -> Tensor:
    """Copies ``(n, 3, H, W)`` of a picture ``(1, 3, H, W)`` with each of the patches, alone, set to 0."""
    copies = x.repeat(len(patches), 1, 1, 1)
    for one, patch in zip(copies, patches, strict=True):
        one[:, *patch] = 0
    return copies


def border(
    module: fx.GraphModule, shapes: Shapes, values: Mapping[str, Any], patches: Sequence[Patch]
) -> str:
    """The map where windows have to end so that least work is left; empty if hardly any is saved.

    Args:
        module: A graph.
        shapes: Of its values.
        values: Those of one picture of the size that is asked for, on the meta device.
        patches: All that will be covered.
    """
    local = windows(module, values, _places(patches))
    modules, total, saved = dict(module.named_modules()), 0.0, 0.0
    savings: dict[str, float] = {}
    for node in module.graph.nodes:
        part = modules.get(str(node.target)) if node.op == "call_module" else None
        work = _work(part, values.get(node.name))
        total += work
        if node in local:
            saved += work * (1 - _OVERHEAD * local[node].share)
            user = next(iter(node.users))
            if len(node.users) > 1 or user not in local or local[user].kernel is not None:  # it stays fused
                savings[node.name] = saved - _VALUE * values[node.name].numel()
    for name in sorted(savings, key=savings.__getitem__, reverse=True):
        if savings[name] < _WORTH * total:
            break
        if after(module, (name,), shapes) is not None:
            return name
    return ""


def _work(part: nn.Module | None, value: Any) -> float:
    """About what a value costs, in multiplications."""
    value = value[0] if isinstance(value, tuple) and value else value
    if not isinstance(value, Tensor) or not value.ndim:
        return 0.0
    channels = value.shape[1 if isinstance(part, nn.Conv2d) else -1]
    weights = sum(p.numel() for p in part.parameters() if p.ndim > 1) if part is not None else 0
    return (weights / max(1, channels) + _VALUE) * value.numel()


def _places(patches: Sequence[Patch]) -> list[list[slice]]:
    """Where patches lie, along rows and along columns."""
    pairs = (sorted({(patch[side].start, patch[side].stop) for patch in patches}) for side in (0, 1))
    return [[slice(*pair) for pair in side] for side in pairs]


class Covering:
    """Gives logits of one picture with patches covered; nothing is changed by asking.

    Attributes:
        first: The part of the graph that runs on windows, to the map where they end.
        places: Where patches lie, along rows and along columns.
        windows: Those of its maps.
        values: The unchanged picture's maps that windows are surrounded by, and what no patch changes.
    """

    def __init__(self, halves: Halves, x: Tensor, patches: Sequence[Patch]) -> None:
        """Runs the first half on the picture as it is.

        Args:
            halves: A graph cut at the map where windows end.
            x: The picture ``(1, 3, H, W)``.
            patches: All that will be asked for.
        """
        self.first, self.places, self._halves = halves.first, _places(patches), halves
        every = _Keeping(halves.first)
        with torch.no_grad():
            _, *sized = every.run(x)
        self._sizes = [tuple(value.shape) for value in sized]
        kept = {node.name: value for node, value in every.kept.items()}
        self.windows = windows(halves.first, kept, self.places)
        around = set(self._read_around())
        self.values = {n: value for n, value in every.kept.items() if n in around or n not in self.windows}

    def __call__(self, patches: Sequence[Patch]) -> Tensor:
        """Logits ``(n, K)`` of the picture with each of the patches, alone, set to 0; without gradients."""
        with torch.no_grad():
            cells = _Local(self, patches).run()
            logits: Tensor = self._halves.second(cells, *self._halves.without_numbers(cells, self._sizes))
        return logits

    def _read_around(self) -> Iterator[fx.Node]:
        for node in self.first.graph.nodes:
            if node.op == "placeholder":
                yield node
            elif node.op == "output":
                yield node.args[0][0]
            elif (place := self.windows.get(node)) is not None:
                for source in node.all_input_nodes:
                    own = self.windows.get(source)
                    if own is not None and not place.reads == place.region == own.region:
                        yield source


class _Keeping(fx.Interpreter):
    """Keeps all values."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.kept: dict[fx.Node, Any] = {}

    def run_node(self, n: fx.Node) -> Any:
        """The node's value, kept."""
        self.kept[n] = super().run_node(n)
        return self.kept[n]


class _Local(fx.Interpreter):
    """Runs a graph on a window around each patch, ``(n, C, h, w)``; what it gives is whole."""

    def __init__(self, covering: Covering, patches: Sequence[Patch]) -> None:
        super().__init__(covering.first)
        self._windows, self._values, self._patches = covering.windows, covering.values, patches
        self._numbers = [
            tuple(places.index(part) for part, places in zip(patch, covering.places, strict=True))
            for patch in patches
        ]

    def run_node(self, n: fx.Node) -> Any:
        """The node's windows, or its value where that does not follow the picture."""
        if n.op == "output":
            cells = next(iter(n.all_input_nodes))  # of the rest only sizes are read
            return self._read(cells, self._windows[cells].whole)
        place = self._windows.get(n)
        if place is None:
            return self._values[n]
        if n.op == "placeholder":
            return self._covered(n, place)
        (first, *rest), kwargs = n.args, dict(n.kwargs)
        if place.kernel is None:
            args, kwargs = fx.node.map_arg((n.args, kwargs), lambda source: self._read(source, place.region))
            return getattr(self, n.op)(n.target, args, kwargs)
        x = self._read(cast(fx.Node, first), place.reads, place.kernel.fill)
        rest = fx.node.map_arg(rest, lambda source: self._read(source, place.region))
        return place.kernel.apply(x, *rest)

    def _covered(self, node: fx.Node, place: Windows) -> Tensor:
        """The picture's windows, with patches set to 0."""
        parts = self._cut_out(self._values[node], place.region)
        for part, (rows, columns), number in zip(parts, self._patches, self._numbers, strict=True):
            top, left = _corner(place.region, number)
            part[:, rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = 0
        return parts

    def _read(self, source: fx.Node, region: Region, fill: float = 0.0) -> Any:
        """What a node gives in a region around each patch; the unchanged map around its windows."""
        if source not in self._windows:
            return self._values[source]
        own = self._windows[source].region
        if region == own:
            return self.env[source]
        parts = self._cut_out(self._values[source], region, fill)
        for part, window, number in zip(parts, self.env[source], self._numbers, strict=True):
            _paste(part, _corner(region, number), window, _corner(own, number))
        return parts

    def _cut_out(self, values: Tensor, region: Region, fill: float = 0.0) -> Tensor:
        """Parts of a map ``(1, C, h, w)``, ``fill`` beyond its edge."""
        lengths = [length for _, length in region]
        parts = values.new_empty((len(self._patches), *lengths, values.shape[1])).permute(0, 3, 1, 2)
        sides = zip(region, values.shape[2:], strict=True)
        if any(min(starts) < 0 or max(starts) + length > count for (starts, length), count in sides):
            parts.fill_(fill)
        for part, number in zip(parts, self._numbers, strict=True):
            _paste(part, _corner(region, number), values[0], (0, 0))
        return parts


def _corner(region: Region, number: tuple[int, ...]) -> tuple[int, int]:
    """Where the part for a patch begins."""
    (rows, _), (columns, _) = region
    return rows[number[0]], columns[number[1]]


def _paste(target: Tensor, target_at: Sequence[int], source: Tensor, source_at: Sequence[int]) -> None:
    """Writes a map ``(C, h, w)`` into another where they overlap; each begins at a cell of one grid."""
    into, of = [slice(None)], [slice(None)]
    for side, (a, b) in enumerate(zip(target_at, source_at, strict=True), start=1):
        low, high = max(a, b), min(a + target.shape[side], b + source.shape[side])
        into.append(slice(low - a, max(low, high) - a))
        of.append(slice(low - b, max(low, high) - b))
    target[tuple(into)] = source[tuple(of)]
