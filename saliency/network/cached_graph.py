"""A graph that remembers what it computed of one picture, for one photo under many methods and classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from saliency.grids.cells import CellGrid
from saliency.network.covering import Patch
from saliency.network.graph import Features, Graph


class CachedGraph(Graph):
    """Holds a graph and its answers about one picture, so that asking again costs no second pass.

    All else is the graph's. It may be used from several threads: at worst two of them compute the same thing
    twice.
    """

    def __init__(self, graph: Graph, x: Tensor) -> None:
        """Nothing is computed yet of the picture ``x``, ``(1, 3, H, W)``."""
        self._graph, self._x = graph, x
        self._features: dict[str, Features] = {}
        self._logits: Tensor | None = None

    def __getattr__(self, name: str) -> Any:
        """What is not of the picture is of the graph."""
        return getattr(self.__dict__["_graph"], name)

    def __call__(self, x: Tensor) -> Tensor:
        """As the graph itself."""
        return self._graph(x)

    @property
    def device(self) -> torch.device:
        """As the graph's."""
        return self._graph.device

    @property
    def dtype(self) -> torch.dtype:
        """As the graph's."""
        return self._graph.dtype

    def bytes_of(self, height: int, width: int) -> float:
        """As the graph's."""
        return self._graph.bytes_of(height, width)

    def cells(self, shape: Sequence[int], size: Sequence[int], at: str | None = None) -> CellGrid | None:
        """As the graph's."""
        return self._graph.cells(shape, size, at)

    def covering(self, x: Tensor, patches: Sequence[Patch]) -> Callable[[Sequence[Patch]], Tensor]:
        """As the graph's."""
        return self._graph.covering(x, patches)

    def features(self, x: Tensor, at: str | None = None) -> Features:
        """As :meth:`Graph.features`, computed once of the picture."""
        if not self._is_picture(x):
            return self._graph.features(x, at)
        name = self.layer(at).name
        if name not in self._features:
            self._features[name] = self._graph.features(x, at)
        return self._features[name]

    def logits(self, x: Tensor) -> Tensor:
        """As :meth:`Graph.logits`; of the picture by way of its last feature map."""
        if not self._is_picture(x):
            return self._graph.logits(x)
        if self._logits is None:
            if self.layers:
                values, logits_from = self.features(x)
                with torch.no_grad():
                    self._logits = logits_from(values)
            else:
                self._logits = self._graph.logits(x)
        return self._logits

    def _is_picture(self, x: Tensor) -> bool:
        return x is self._x or (x.shape == self._x.shape and torch.equal(x, self._x))
