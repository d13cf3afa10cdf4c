"""A traced classifier in two halves, cut at nodes that everything flows through.

What reads only the *size* of a value takes nothing of it along: ``x.view(x.size(0), -1)`` after the cut needs
how many pictures ``x`` has, not their pixels. The second half gets a tensor of that shape without numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from torch import Tensor, fx

from saliency.errors import SaliencyError
from saliency.network.shapes import PICTURES, Shapes, Sides


@dataclass(frozen=True)
class Halves:
    """A graph in two.

    Attributes:
        first: From pictures to the values at the cut, then those of which only sizes are read after it.
        second: From these to the logits.
        shapes: Those of the graph's values.
        sized: Names of the values of which only sizes are read.
        follows_picture: Whether a size that is read follows the picture's height or width.
    """

    first: fx.GraphModule
    second: fx.GraphModule
    shapes: Shapes
    sized: tuple[str, ...]
    follows_picture: bool

    def without_numbers(self, like: Tensor, sizes: Sequence[Sides] = (), batch: int = 1) -> list[Tensor]:
        """Tensors of the shapes that are read after the cut; they take no memory.

        Args:
            like: Values at the cut, ``(N, …)``; the tensors are for N pictures too.
            sizes: The shapes for ``batch`` pictures; by default those for one of the trained size.
            batch: How many pictures those are of.
        """
        tensors = []
        for name, shape in zip(self.sized, sizes or map(self.shapes.of, self.sized), strict=True):
            grows = self.shapes.follows(name, PICTURES)
            sides = [side * len(like) // batch if axis in grows else side for axis, side in enumerate(shape)]
            tensors.append(like.new_empty(()).expand(sides))
        return tensors


def after(
    module: fx.GraphModule, names: Collection[str], shapes: Shapes, ends: Iterable[fx.Node] = ()
) -> tuple[set[fx.Node], set[fx.Node]] | None:
    """The nodes between the named ones and the output, and those before of which only sizes are read.

    Args:
        module: A traced classifier.
        names: Nodes of it.
        shapes: Those of its values.
        ends: Where to look back from, in place of the output.

    Returns:
        ``None`` if the picture flows around the named nodes.
    """
    nodes: set[fx.Node] = set()
    sized: set[fx.Node] = set()
    waiting = list(ends) or [next(iter(reversed(module.graph.nodes)))]
    while waiting:
        node = waiting.pop()
        if node in nodes or node.name in names:
            continue
        if node.op == "placeholder":
            return None
        nodes.add(node)
        for source in node.all_input_nodes:
            only_size = shapes.is_size(node) and not shapes.is_size(source) and source.op != "get_attr"
            if only_size:
                sized.add(source)
            else:
                waiting.append(source)
    return nodes, {node for node in sized - nodes if node.name not in names}


def cut(
    module: fx.GraphModule,
    names: Sequence[str],
    shapes: Shapes,
    made_quick: Callable[[fx.GraphModule], fx.GraphModule],
) -> Halves:
    """The graph in two halves.

    Args:
        module: A traced classifier.
        names: Nodes that together carry everything that reaches the logits.
        shapes: Those of its values.
        made_quick: Makes a half quick.

    Raises:
        SaliencyError: No such node, or something flows around them.
    """
    by_name: dict[str, fx.Node] = {node.name: node for node in module.graph.nodes}
    if not by_name.keys() >= set(names):
        raise SaliencyError(f"This model has no layer called “{names[0]}”.")
    flow = after(module, names, shapes)
    if flow is None:
        raise SaliencyError(f"The model cannot be split at “{names[0]}”: something flows around it.")
    nodes, sized = flow
    border = [*(by_name[name] for name in names), *(node for node in by_name.values() if node in sized)]
    before = sources(border)
    first, second = fx.Graph(), fx.Graph()
    copies: dict[fx.Node, fx.Node] = {}
    for node in module.graph.nodes:
        if node in before or node.op == "placeholder":
            copies[node] = first.node_copy(node, copies.__getitem__)
    first.output(tuple(copies[node] for node in border))
    inside = {node: second.placeholder(f"at_{node.name}") for node in border}
    for node in module.graph.nodes:
        if node in nodes:
            inside[node] = second.node_copy(node, inside.__getitem__)
    second.lint()
    sizes = [size for size in nodes if shapes.is_size(size)]
    used = [size for size in sizes if any(user in nodes and not shapes.is_size(user) for user in size.users)]
    return Halves(
        made_quick(fx.GraphModule(module, first)),
        made_quick(fx.GraphModule(module, second)),
        shapes,
        tuple(node.name for node in border[len(names) :]),
        any(map(shapes.is_size_of_picture, used)),
    )


def sources(nodes: Iterable[fx.Node]) -> set[fx.Node]:
    """The nodes and everything they are computed from."""
    before: set[fx.Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in before:
            before.add(node)
            waiting += node.all_input_nodes
    return before


def pictured(module: fx.GraphModule, shapes: Shapes) -> set[fx.Node]:
    """The nodes whose values depend on those of the pictures, and not on their size alone."""
    nodes = set[fx.Node]()
    for node in module.graph.nodes:
        depends = not shapes.is_size(node) and not nodes.isdisjoint(node.all_input_nodes)
        if node.op == "placeholder" or depends:
            nodes.add(node)
    return nodes
