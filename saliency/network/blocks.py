"""Self-attentions between all cells of one map, found by what they compute and not by their module.

A self-attention is a softmax of products, multiplied by values: a module of torch, its fused function, or
written out, as ONNX files, Keras and transformers with "eager" attention have it. It counts if its queries,
keys and values are made of one row of tokens, which are the cells of one map and what is beside them, such as
a class token. Attention in windows, between channels, of a few learned queries, or with a causal mask does
not, and where a model has any of these, none of its attentions is offered: they tell less than half of what
flows between its cells.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from torch import fx, nn

from saliency.network.cut import after, pictured, sources
from saliency.network.layer import Layer
from saliency.network.shapes import COLUMNS, PICTURES, ROWS, Shapes, operation
from saliency.network.tokens import cells_of

FUSED = "scaled_dot_product_attention"
_PRODUCTS = ("matmul", "bmm", "mm", "einsum", "baddbmm", "addmm", "linear", "conv1d", "conv2d")
_ADDITIONS = ("add", "add_", "iadd")
_SAME_VALUES = (
    *("to", "type_as", "float", "contiguous", "clone", "dropout", "reshape", "view", "flatten", "expand"),
    *("where", "masked_fill", "nan_to_num"),
)
_STEPS_BACK = 16  # rows of tokens between a norm written out in single steps and what it norms


@dataclass(frozen=True)
class Block:
    """A self-attention between all tokens.

    Attributes:
        name: The node that computes it: a module, the fused function, or the softmax of one written out.
        layer: The tokens that it reads.
        output: The node that holds the tokens after the whole block, ``(B, N, C)``.
    """

    name: str
    layer: Layer
    output: str


def attention_blocks(
    module: fx.GraphModule, shapes: Shapes, modules: Mapping[str, nn.Module]
) -> tuple[Block, ...]:
    """The self-attentions of a traced classifier, in order; none unless all it has lie on one grid."""
    finder = _Finder(module, shapes, modules)
    attentions = [node for node in module.graph.nodes if finder.attends(node)]
    layers = list[Layer]()
    for node in attentions:
        layer = finder.layer(node)
        if layer is None:
            return ()
        layers.append(layer)
    if len({(layer.height, layer.width, layer.channels) for layer in layers}) != 1:
        return ()
    outputs = finder.outputs(layers)
    names = [node.name for node in attentions]
    return tuple(map(Block, names, layers, outputs)) if outputs else ()


def arguments(node: fx.Node) -> dict[str, object]:
    """What the fused function is called with, by name."""
    names = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal")
    return {**dict(zip(names, node.args, strict=False)), **node.kwargs}


class _Finder:
    """Looks at the nodes of one graph."""

    def __init__(self, module: fx.GraphModule, shapes: Shapes, modules: Mapping[str, nn.Module]) -> None:
        self._module, self._shapes, self._modules = module, shapes, modules
        self._pictured = pictured(module, shapes)

    def attends(self, node: fx.Node) -> bool:
        """Whether a node is an attention of any kind."""
        module = self._modules.get(str(node.target)) if node.op == "call_module" else None
        name = operation(node, self._modules)
        fused = isinstance(module, nn.MultiheadAttention) or name == FUSED
        return fused or (name == "softmax" and self._values(node) is not None)

    def layer(self, attention: fx.Node) -> Layer | None:
        """The tokens that an attention reads, if it is between all cells of a map."""
        tokens = self._tokens(attention)
        beside = None if tokens is None else self._beside(tokens)
        if tokens is None or beside is None:
            return None
        cells = cells_of(self._module, self._shapes, self._modules, tokens)
        if cells is None:
            return None
        channels, (height, width) = self._shapes.of(tokens.name)[2], self._shapes.of(cells.name)[2:]
        return Layer(tokens.name, channels, height, width, True, beside, cells=cells.name)

    def outputs(self, layers: Collection[Layer]) -> list[str]:
        """What the tokens are after each block; nothing if something flows around them."""
        starts = [next(iter(layer.beside), layer.name) for layer in layers]
        nodes = {node.name: node for node in self._module.graph.nodes}
        *_, last = layers
        end = nodes[starts[-1]]
        if last.beside:
            while sums := [user for user in end.users if operation(user, self._modules) in _ADDITIONS]:
                end = sums[0]
        else:  # normed at its end: what is added up is not yet what it gives
            rows = [node for node in reversed(nodes.values()) if self._is_like(node, end)]
            end = next((node for node in rows if self._carries_all(node.name)), end)
        outputs = [*starts[1:], end.name]
        alike = all(self._is_like(nodes[name], end) for name in outputs)
        return outputs if alike and all(map(self._carries_all, outputs)) else []

    def _tokens(self, attention: fx.Node) -> fx.Node | None:
        """The row of tokens that queries, keys and values are made of by layers."""
        if attention.op == "call_module" and operation(attention, self._modules) == "multiheadattention":
            return self._of_module(attention)
        ends = self._of_function(attention) if self._is_fused(attention) else self._of_softmax(attention)
        if not ends:
            return None
        before = sources(ends)
        for node in reversed(self._module.graph.nodes):
            if node not in before or not self._shapes.is_row_of_tokens(node.name):
                continue
            flow = after(self._module, (node.name,), self._shapes, ends)
            if flow is not None and any(map(self._projects, flow[0])):
                same = self._shapes.of(node.name)[1] == self._shapes.of(ends[0].name)[-2]
                return node if same else None
        return None

    def _of_module(self, node: fx.Node) -> fx.Node | None:
        module = self._modules[str(node.target)]
        assert isinstance(module, nn.MultiheadAttention)
        masked = any(node.kwargs.get(name) is not None for name in ("attn_mask", "key_padding_mask"))
        itself = len(node.args) == 3 and node.args[0] is node.args[1] is node.args[2]
        plain = module.batch_first and module.in_proj_weight is not None
        tokens = node.args[0] if plain and itself and not masked else None
        return tokens if isinstance(tokens, fx.Node) else None

    def _of_function(self, node: fx.Node) -> list[fx.Node]:
        """Queries, keys and values of a fused attention between all tokens of each picture."""
        given = arguments(node)
        parts = [given.get(name) for name in ("query", "key", "value")]
        ends = [part for part in parts if isinstance(part, fx.Node)]
        if len(ends) < 3 or given.get("is_causal") or given.get("enable_gqa"):
            return []
        apart = all(self._is_of_all(end, {len(self._shapes.of(end.name)) - 2}) for end in ends)
        return ends if apart and len({self._shapes.of(end.name)[:-1] for end in ends}) == 1 else []

    def _of_softmax(self, node: fx.Node) -> list[fx.Node]:
        """Products and values of an attention that is written out."""
        values, axes = self._values(node), len(self._shapes.of(node.name))
        dim = node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else None)
        if node.op == "call_module":
            dim = getattr(self._modules[str(node.target)], "dim", None)
        whole = dim in (-1, axes - 1) and self._is_of_all(node, {axes - 2, axes - 1})
        products = node.all_input_nodes[0]
        return [products, values] if whole and values is not None else []

    def _is_of_all(self, node: fx.Node, axes: set[int]) -> bool:
        """Whether these axes are all tokens of a picture, whose heads are apart or follow it."""
        shape, follows = self._shapes.of(node.name), self._shapes.follows
        apart = len(shape) == 3 or (len(shape) == 4 and shape[0] == 1)
        whole = len({shape[axis] for axis in axes}) == 1 and follows(node.name, PICTURES) == {0}
        return apart and whole and follows(node.name, ROWS) == follows(node.name, COLUMNS) == axes

    def _values(self, softmax: fx.Node) -> fx.Node | None:
        """What a softmax weighs: the other factor of the product that it goes into."""
        node = softmax
        for _ in range(_STEPS_BACK):
            users = [user for user in node.users if self._reads_values(user)]
            if len(users) != 1 or node not in self._pictured:
                return None
            (user,) = users
            name = operation(user, self._modules)
            if name in _PRODUCTS:
                others = [
                    given for given in user.all_input_nodes if given is not node and given in self._pictured
                ]
                return others[0] if others else None
            if name not in _SAME_VALUES:
                return None
            node = user
        return None

    def _reads_values(self, node: fx.Node) -> bool:
        """Whether a node reads more than sizes, and more than whether values are numbers at all."""
        return not self._shapes.is_size(node) and operation(node, self._modules) != "isnan"

    def _is_fused(self, node: fx.Node) -> bool:
        return operation(node, self._modules) == FUSED

    def _projects(self, node: fx.Node) -> bool:
        """Whether a node multiplies tokens by weights."""
        if node not in self._pictured:
            return False
        if node.op == "call_module":
            layer = self._modules[str(node.target)]
            return isinstance(layer, nn.Linear | nn.modules.conv._ConvNd)
        weights = [given for given in node.all_input_nodes if given not in self._pictured]
        return operation(node, self._modules) in _PRODUCTS and bool(weights)

    def _beside(self, tokens: fx.Node) -> tuple[str, ...] | None:
        """What carries the rest of the flow past these tokens; ``None`` if no single row does."""
        if self._carries_all(tokens.name):
            return ()
        before, tried = sources([tokens]), 0
        for node in reversed(self._module.graph.nodes):
            if node in before and node is not tokens and self._is_like(node, tokens):
                if self._carries_all(tokens.name, node.name):
                    return (node.name,)
                tried += 1
                if tried == _STEPS_BACK:
                    return None
        return None

    def _is_like(self, node: fx.Node, other: fx.Node) -> bool:
        """Whether a node is a row of tokens of the same shape as another."""
        alike = self._shapes.of(node.name) == self._shapes.of(other.name)
        return alike and self._shapes.is_row_of_tokens(node.name)

    def _carries_all(self, *names: str) -> bool:
        return after(self._module, names, self._shapes) is not None
