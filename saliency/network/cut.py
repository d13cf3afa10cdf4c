"""A traced classifier in two halves, cut at nodes that everything flows through.

What reads only the *size* of a value takes nothing of it along: ``x.view(x.size(0), -1)`` after the cut needs
how many pictures ``x`` has, not their pixels. The second half gets a tensor of that shape without numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from torch import Tensor, fx

from saliency.errors import SaliencyError
from saliency.network.shapes import PICTURES, Shapes, Sides


@dataclass(frozen=True)
class Flow:
    """What lies between some nodes and the output.

    Attributes:
        nodes: The nodes that compute it.
        sized: Nodes before those, of whose values only the sizes are read.
        follows_picture: Whether a size that is read follows the picture's height or width.
    """

    nodes: frozenset[fx.Node]
    sized: tuple[fx.Node, ...]
    follows_picture: bool


@dataclass(frozen=True)
class Halves:
    """A graph in two.

    Attributes:
        first: From pictures to the values at the cut, then those of which only sizes are read after it.
        second: From these to the logits.
        flow: What lies after the cut.
        shapes: Those of the graph's values.
    """

    first: fx.GraphModule
    second: fx.GraphModule
    flow: Flow
    shapes: Shapes

    def sized(self, like: Tensor, sizes: Sequence[Sides] = (), batch: int = 1) -> list[Tensor]:
        """Tensors without numbers of the shapes that are read after the cut.

        Args:
            like: Values at the cut, ``(N, …)``; the tensors are for N pictures too.
            sizes: The shapes for ``batch`` pictures; by default those for one of the trained size.
            batch: How many pictures those are of.
        """
        tensors = []
        for node, shape in zip(self.flow.sized, sizes or map(self._trained, self.flow.sized), strict=True):
            grows = self.shapes.follows(node.name, PICTURES)
            sides = [side * len(like) // batch if axis in grows else side for axis, side in enumerate(shape)]
            tensors.append(like.new_empty(()).expand(sides))
        return tensors

    def _trained(self, node: fx.Node) -> Sides:
        return self.shapes.of(node.name)


def flow_after(module: fx.GraphModule, names: Iterable[str], shapes: Shapes) -> Flow | None:
    """What lies between the named nodes and the output; ``None`` if the picture flows around them."""
    nodes: set[fx.Node] = set()
    sized: set[fx.Node] = set()
    waiting = [next(iter(reversed(module.graph.nodes)))]
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
    before = tuple(node for node in module.graph.nodes if node in sized - nodes and node.name not in names)
    sizes = [node for node in nodes if shapes.is_size(node)]
    used = [size for size in sizes if any(user in nodes and not shapes.is_size(user) for user in size.users)]
    return Flow(frozenset(nodes), before, any(map(shapes.is_size_of_picture, used)))


def cut(
    module: fx.GraphModule,
    names: tuple[str, ...],
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
    frontier = [node_called(module, name) for name in names]
    flow = flow_after(module, names, shapes)
    if flow is None:
        raise SaliencyError(f"The model cannot be split at “{names[0]}”: something flows around it.")
    border = [*frontier, *flow.sized]
    before = sources(border)
    first, second = fx.Graph(), fx.Graph()
    copies: dict[fx.Node, fx.Node] = {}
    for node in module.graph.nodes:
        if node in before or node.op == "placeholder":
            copies[node] = first.node_copy(node, copies.__getitem__)
    first.output(tuple(copies[node] for node in border))
    inside = {node: second.placeholder(f"at_{node.name}") for node in border}
    for node in module.graph.nodes:
        if node in flow.nodes and node not in inside:
            inside[node] = second.node_copy(node, inside.__getitem__)
    second.lint()
    prefix, suffix = (made_quick(fx.GraphModule(module, half)) for half in (first, second))
    return Halves(prefix, suffix, flow, shapes)


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


def node_called(module: fx.GraphModule, name: str) -> fx.Node:
    """The node of that name.

    Raises:
        SaliencyError: There is none.
    """
    found: list[fx.Node] = [node for node in module.graph.nodes if node.name == name]
    if not found:
        raise SaliencyError(f"This model has no layer called “{name}”.")
    return found[0]
