"""What a traced classifier is made of: shapes, feature maps, attention blocks, and where it can be cut.

Everything is found from the graph itself, on the meta device (no arithmetic), never from the model's name.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn

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
    """

    name: str
    channels: int
    height: int
    width: int
    tokens: bool = False
    beside: tuple[str, ...] = ()


class Structure:
    """The parts of a traced classifier.

    Attributes:
        classes: K.
        layers: Feature maps in order. In a convolutional network the last one at each resolution that
            everything flows through and that a learned layer follows; pooling outputs are passed over for
            the finer map before them. In a transformer the normalised input of each attention.
        blocks: Nodes of the self-attention modules.
        any_size: Whether another input size and aspect ratio goes through.
        shapes: Of every tensor, by its node's name, for one picture of the trained size.
    """

    def __init__(self, module: fx.GraphModule, size: int) -> None:
        """Look at a traced module trained for ``size`` × ``size`` pixels.

        Raises:
            SaliencyError: It does not accept one picture, or does not give one row of scores for it.
        """
        self._module = module
        self._modules = dict(module.named_modules())
        try:
            self.shapes = shapes(module, size, size)
        except (RuntimeError, AssertionError, TypeError, ValueError, IndexError) as error:
            raise SaliencyError(
                f"This model does not accept pictures of {size} × {size} pixels. "
                "Check its input size (crop_size in model.json)."
            ) from error
        output = _output(module)
        shape = self.shapes.get(output.name, ()) if isinstance(output, fx.Node) else ()
        if len(shape) != 2 or shape[0] != 1:
            raise SaliencyError(
                "This model does not give one row of scores for a picture, so it cannot be explained. "
                "Use an image classifier."
            )
        self.classes = shape[1]
        self.blocks = tuple(node.name for node in module.graph.nodes if self._is_self_attention(node))
        self.layers = self._token_layers() or self._spatial_layers()
        self.any_size = self._takes(size, size + size // 3)

    def _takes(self, height: int, width: int) -> bool:
        try:
            shapes(self._module, height, width)
        except (RuntimeError, AssertionError, ValueError):
            return False
        return True

    def _is_self_attention(self, node: fx.Node) -> bool:
        module = self._modules.get(str(node.target)) if node.op == "call_module" else None
        if not isinstance(module, nn.MultiheadAttention) or module.in_proj_weight is None:
            return False
        masked = any(node.kwargs.get(name) is not None for name in ("attn_mask", "key_padding_mask"))
        one = len(node.args) == 3 and node.args[0] is node.args[1] is node.args[2]
        return module.batch_first and one and not masked

    def _token_layers(self) -> tuple[Layer, ...]:
        grids = [s for s in self.shapes.values() if len(s) == 4 and s[2] > 1]
        found = []
        for name in self.blocks:
            attention = _node(self._module, name)
            tokens = attention.args[0]
            assert isinstance(tokens, fx.Node)
            _, count, channels = self.shapes[tokens.name]
            grid = next((s for s in grids if 0 <= count - s[2] * s[3] <= 2), None)
            residual = [n.name for n in tokens.all_input_nodes if n.name in self.shapes]
            if grid is not None and len(residual) == 1:
                found.append(Layer(tokens.name, channels, grid[2], grid[3], True, tuple(residual)))
        return tuple(found)

    def _spatial_layers(self) -> tuple[Layer, ...]:
        found: dict[tuple[int, int], Layer] = {}
        learned_after = False
        for node in reversed(self._module.graph.nodes):
            shape = self.shapes.get(node.name, ())
            if (
                learned_after
                and _is_channels_first(shape)
                and (shape[2], shape[3]) not in found
                and not self._is_pooling(node)
                and node.op != "placeholder"
                and _needed(self._module, {node.name}) is not None
            ):
                found[shape[2], shape[3]] = Layer(node.name, shape[1], shape[2], shape[3])
            learned_after = learned_after or self._is_learned(node)
        return tuple(reversed(found.values()))

    def _is_pooling(self, node: fx.Node) -> bool:
        target = self._modules.get(str(node.target)) if node.op == "call_module" else node.target
        name = type(target).__name__ if isinstance(target, nn.Module) else getattr(target, "__name__", "")
        return "pool" in name.lower()

    def _is_learned(self, node: fx.Node) -> bool:
        if node.op == "get_attr":
            return True
        return node.op == "call_module" and any(True for _ in self._modules[str(node.target)].parameters())


def last_linear(module: fx.GraphModule) -> nn.Linear | None:
    """The linear layer that gives the logits, if one does."""
    output = _output(module)
    if not isinstance(output, fx.Node) or output.op != "call_module":
        return None
    found = module.get_submodule(str(output.target))
    return found if isinstance(found, nn.Linear) else None


def shapes(module: fx.GraphModule, height: int, width: int) -> dict[str, tuple[int, ...]]:
    """Shape of every tensor in the graph for one picture of that size, found without computing anything."""
    weights: dict[int, Any] = {
        id(p): nn.Parameter(p.to("meta"), requires_grad=False) for p in module.parameters()
    }
    weights |= {id(b): b.to("meta") for b in module.buffers()}
    recorder = _Recorder(copy.deepcopy(module, weights))
    precision = next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)
    with torch.no_grad():
        recorder.run(torch.empty(1, 3, height, width, device="meta", dtype=precision))
    return recorder.found


class _Recorder(fx.Interpreter):
    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.found: dict[str, tuple[int, ...]] = {}

    def run_node(self, n: fx.Node) -> Any:
        value = super().run_node(n)
        if isinstance(value, Tensor) and n.op not in ("get_attr", "output"):
            self.found[n.name] = tuple(value.shape)
        return value


def cut(module: fx.GraphModule, names: tuple[str, ...]) -> tuple[fx.GraphModule, fx.GraphModule]:
    """The graph in two: the first half gives a tuple of the named nodes' values, the second takes them.

    Args:
        module: A traced classifier.
        names: Nodes that together carry everything that reaches the logits.

    Raises:
        SaliencyError: No such node, or something flows around them.
    """
    frontier = [_node(module, name) for name in names]
    needed = _needed(module, set(names))
    if needed is None:
        raise SaliencyError(f"The model cannot be split at “{names[0]}”: something flows around it.")
    before = _before(frontier)
    prefix = fx.Graph()
    copies: dict[fx.Node, fx.Node] = {}
    for node in module.graph.nodes:
        if node in before or node.op == "placeholder":
            copies[node] = prefix.node_copy(node, lambda n: copies[n])
    prefix.output(tuple(copies[node] for node in frontier))

    suffix = fx.Graph()
    inside = {node: suffix.placeholder(f"at_{node.name}") for node in frontier}
    for node in module.graph.nodes:
        if node in needed and node not in inside:
            inside[node] = suffix.node_copy(node, lambda n: inside[n])
    suffix.lint()
    return fx.GraphModule(module, prefix), fx.GraphModule(module, suffix)


def _before(nodes: list[fx.Node]) -> set[fx.Node]:
    """The nodes and everything they are computed from."""
    seen: set[fx.Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += node.all_input_nodes
    return seen


def _needed(module: fx.GraphModule, frontier: set[str]) -> set[fx.Node] | None:
    """Nodes between the frontier and the output; ``None`` if the input can be reached around it."""
    output = next(iter(reversed(module.graph.nodes)))
    seen: set[fx.Node] = set()
    waiting = [output]
    while waiting:
        node = waiting.pop()
        if node in seen or node.name in frontier:
            continue
        if node.op == "placeholder":
            return None
        seen.add(node)
        waiting += node.all_input_nodes
    return seen


def _is_channels_first(shape: tuple[int, ...]) -> bool:
    return len(shape) == 4 and shape[2] == shape[3] > 1 and shape[1] != shape[2]


def _output(module: fx.GraphModule) -> Any:
    return next(iter(reversed(module.graph.nodes))).args[0]


def _node(module: fx.GraphModule, name: str) -> fx.Node:
    found: list[fx.Node] = [node for node in module.graph.nodes if node.name == name]
    if not found:
        raise SaliencyError(f"This model has no layer called “{name}”.")
    return found[0]
