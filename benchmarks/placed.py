"""Maps at every point of the picture, where their cells look, so that places are those of the product."""

from __future__ import annotations

from torch import Tensor

import saliency
from saliency.grids.cells import laid_out
from saliency.methods.attribution import cells_of
from saliency.network.graph import Graph


def placed_attribution(graph: Graph, x: Tensor, target: int, method: str) -> Tensor:
    """A method's map of a picture ``(1, 3, H, W)`` at default settings, ``(H, W)``."""
    attribution = saliency.attribute(graph, x, target, method=method)
    cells = cells_of(graph, attribution, x.shape[2:], method=method)
    return laid_out(attribution, x.shape[2:], cells)[0]
