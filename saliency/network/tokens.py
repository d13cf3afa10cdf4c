"""Which map's cells a row of tokens is."""

from __future__ import annotations

from collections.abc import Mapping

from torch import fx, nn

from saliency.network.cut import sources
from saliency.network.shapes import COLUMNS, ROWS, Shapes, operation


def cells_of(
    module: fx.GraphModule, shapes: Shapes, modules: Mapping[str, nn.Module], tokens: fx.Node
) -> fx.Node | None:
    """The map whose cells are the last of these tokens ``(B, extra + h·w, C)``, if there is one.

    Args:
        module: A traced classifier.
        shapes: Of its values.
        modules: Its modules by name.
        tokens: One of its nodes.
    """
    before = sources([tokens])
    node: fx.Node
    for node in reversed(module.graph.nodes):
        if node in before and shapes.is_map(node.name):
            pairs = zip(_in_three_sizes(shapes, tokens), _in_three_sizes(shapes, node), strict=True)
            extra = {row[1] - cells[2] * cells[3] for row, cells in pairs}
            if len(extra) == 1 and min(extra) >= 0 and _come_last(node, before, modules):
                return node
    return None


def _come_last(cells: fx.Node, nodes: set[fx.Node], modules: Mapping[str, nn.Module]) -> bool:
    """Whether what any of these nodes joins to a map's cells, such as a class token, is before them."""
    joined = [node.args[0] for node in nodes if operation(node, modules) in ("cat", "concat")]
    parts = [part for part in joined if isinstance(part, list | tuple) and cells in sources(part)]
    return all(cells in sources(part[-1:]) for part in parts)


def _in_three_sizes(shapes: Shapes, node: fx.Node) -> list[tuple[int, ...]]:
    """A value's shape for a picture of the trained size, a taller and a wider one."""
    return [shapes.of(node.name), *(shapes.larger(node.name, axis) for axis in (ROWS, COLUMNS))]
