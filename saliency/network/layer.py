"""A place in a network that holds a feature map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saliency.errors import SaliencyError


@dataclass(frozen=True)
class Layer:
    """A place in the graph that holds a spatial feature map.

    Attributes:
        name: Name of the graph's node.
        channels: C.
        height: h, at the trained input size.
        width: w, at the trained input size.
        tokens: Whether the node holds tokens ``(B, extra + h·w, C)`` rather than ``(B, C, h, w)``.
        beside: Nodes that carry the rest of the flow past this one (the residual stream of a transformer).
        channels_last: Whether the node holds ``(B, h, w, C)``.
        cells: The node whose cells the tokens are, which tells their grid at other sizes.
    """

    name: str
    channels: int
    height: int
    width: int
    tokens: bool = False
    beside: tuple[str, ...] = ()
    channels_last: bool = False
    cells: str = ""


def layer_named(name: str | None, layers: Sequence[Layer]) -> Layer:
    """The layer of that name among those of a model; by default the last one.

    Raises:
        SaliencyError: There is none.
    """
    if not layers:
        raise SaliencyError("This model has no feature map. Choose a view that does not need one.")
    by_name = {layer.name: layer for layer in layers}
    if name is None:
        return layers[-1]
    if name not in by_name:
        raise SaliencyError(f"This model has no layer called “{name}”. It has: {', '.join(by_name)}.")
    return by_name[name]
