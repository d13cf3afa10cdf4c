"""A model's last step, where it is linear: what goes into it, and the same model with other weights there.

It is told by numbers, not by names: the value of the graph nearest to the picture, after which all that is
computed is affine, ``W · f + b``, in it, or in its mean over the cells of a map. That is a linear layer after
a pooling, one with a scaling behind it, a 1 × 1 convolution before a pooling, or that of a yes or no made of
one number. A softmax at the end is cut off a graph already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, fx, nn

from saliency.errors import SaliencyError
from saliency.network.cut import after
from saliency.network.graph import Graph
from saliency.network.structure import output_of
from saliency.network.tracing import frozen_copy

LARGEST = 16_384
"""Numbers that go into a last step at most: those of hundreds of photos and their twins are kept."""

_ADDED = "rehearsed_last_step"
_TOGETHER = 256  # rows of the weights that are found at a time
_CLOSE = 1e-3  # of the largest logit

Half = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class LastStep:
    """The linear step that gives a model's logits, ``W · f + b``.

    Attributes:
        graph: The model.
        weight: ``(K, D)``, float32, on the CPU.
        bias: ``(K,)``.
        before: Gives what goes into it, ``(B, D)``, of pictures ``(B, 3, H, W)`` as the model receives them.
        node: Name of the value in the graph that goes into it.
        pooled: Whether that is a map, of which the mean over its cells goes in.
    """

    graph: Graph
    weight: Tensor
    bias: Tensor
    before: Half
    node: str
    pooled: bool

    @classmethod
    def of(cls, graph: Graph) -> LastStep:
        """Find it.

        Raises:
            SaliencyError: The model is asked from outside, or its last step is not linear.
        """
        step = None if graph.outside else _found(graph)
        if step is None:
            reason = graph.outside or "This model's last step is not linear."
            raise SaliencyError(f"{reason} So it cannot be trained again by itself.")
        return step

    def features(self, x: Tensor) -> Tensor:
        """What goes into it, ``(B, D)`` float32 on the CPU, without gradients."""
        with torch.no_grad():
            return self.before(x).detach().to("cpu", torch.float32)

    def graph_with(self, weight: Tensor, bias: Tensor) -> Graph:
        """The same model with another last step, one linear layer; this one is not changed.

        Args:
            weight: ``(K, D)``.
            bias: ``(K,)``.
        """
        graph = self.graph
        module = cast(fx.GraphModule, frozen_copy(graph.module))
        node = next(node for node in module.graph.nodes if node.name == self.node)
        output = next(iter(reversed(module.graph.nodes)))
        linear = nn.Linear(weight.shape[1], weight.shape[0]).to(graph.device, graph.dtype)
        linear.weight = nn.Parameter(weight.detach().to(linear.weight).clone(), requires_grad=False)
        linear.bias = nn.Parameter(bias.detach().to(linear.bias).clone(), requires_grad=False)
        module.add_submodule(_ADDED, linear.eval())
        with module.graph.inserting_before(output):
            if self.pooled:
                node = module.graph.call_function(nn.functional.adaptive_avg_pool2d, (node, 1))
                node = module.graph.call_function(torch.flatten, (node, 1))
            output.args = (module.graph.call_module(_ADDED, (node,)),)
        module.graph.eliminate_dead_code()
        module.recompile()
        module.delete_all_unused_submodules()
        red, green, blue = graph.black.tolist()
        other = Graph(module, size=graph.size, black=(red, green, blue), compared=False, half=graph.half)
        other.any_size, other.ending, other.exclusive = graph.any_size, graph.ending, graph.exclusive
        return other


def _found(graph: Graph) -> LastStep | None:
    """The last step that begins nearest to the picture; ``None`` where there is none."""
    found: LastStep | None = None
    for node, learned in _chain(graph):
        shape = graph.shapes.of(node.name)
        fits = len(shape) in (2, 4) and shape[1] <= LARGEST
        if found is not None and (not fits or (len(shape) == 4 and not found.pooled)):
            return found  # a map before a pooling gives the same numbers as after it
        if learned and fits:
            step = _tried(graph, node)
            if step is None:
                return found
            found = step
    return found


def _chain(graph: Graph) -> Iterator[tuple[fx.Node, bool]]:
    """Values that everything flows through, from the logits back, and whether weights were met since."""
    modules, learned = dict(graph.module.named_modules()), False
    node = output_of(graph.module)
    while isinstance(node, fx.Node):
        sources = [one for one in node.all_input_nodes if not graph.shapes.is_size(one)]
        learned = learned or any(one.op == "get_attr" for one in sources)
        if node.op == "call_module":
            learned = learned or any(True for _ in modules[str(node.target)].parameters())
        given = [one for one in sources if one.op != "get_attr"]
        before = given[0] if len(given) == 1 else _joint(graph, node)
        if before is None or before.op == "placeholder":
            return
        node = before
        yield node, learned


def _joint(graph: Graph, node: fx.Node) -> fx.Node | None:
    """Where several values that come together at a node were one before."""
    nodes = list(graph.module.graph.nodes)
    for earlier in reversed(nodes[: nodes.index(node)]):
        is_value = earlier.op not in ("placeholder", "get_attr") and not graph.shapes.is_size(earlier)
        if is_value and after(graph.module, (earlier.name,), graph.shapes) is not None:
            return cast(fx.Node, earlier)
    return None


def _tried(graph: Graph, node: fx.Node) -> LastStep | None:
    """The step from a value on, if the logits are affine in it, or in its mean over the cells of a map."""
    shape = graph.shapes.of(node.name)
    cells = shape[2:]
    probe = 3 * torch.randn((2, *shape[1:]), generator=torch.Generator().manual_seed(0))
    try:
        prefix, suffix = graph.split(node.name)
        tried = torch.stack([torch.zeros_like(probe[0]), probe[0], probe[1], probe[0] + probe[1]])
        none, one, other, both = _logits(suffix, graph, tried)
        most = max(1e-6, float(torch.stack([one, other, both]).abs().max()))
        if not torch.allclose((one + other) / most, (both + none) / most, rtol=0, atol=_CLOSE):
            return None  # known after one pass; the weights take as many as there are numbers
        parts = torch.eye(shape[1]).split(_TOGETHER)
        weight = torch.cat([_logits(suffix, graph, _spread(part, cells)) - none for part in parts]).T
    except (SaliencyError, RuntimeError, IndexError, TypeError):  # it takes no other values than its own
        return None
    means = probe.mean((2, 3)) if cells else probe
    expected = means @ weight.T + none
    if not torch.allclose(expected / most, torch.stack([one, other]) / most, rtol=0, atol=_CLOSE):
        return None  # not the mean over the cells alone

    def before(x: Tensor) -> Tensor:
        values = prefix(x)
        return values.mean((2, 3)) if cells else values

    return LastStep(graph, weight.contiguous(), none.clone(), before, node.name, bool(cells))


def _spread(features: Tensor, cells: tuple[int, ...]) -> Tensor:
    """Numbers ``(n, D)`` as maps whose cells are alike, where maps are taken."""
    return features[:, :, None, None].expand(-1, -1, *cells) if cells else features


def _logits(suffix: Half, graph: Graph, values: Tensor) -> Tensor:
    with torch.no_grad():
        return suffix(values.to(graph.device, graph.dtype)).float().cpu()
