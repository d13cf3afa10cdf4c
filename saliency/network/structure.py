"""What a traced classifier is made of: feature maps and attention blocks.

Everything is found from what the graph does with shapes (:mod:`saliency.network.shapes`), never from the
model's name, nor from numbers that happen to be equal.
"""

from __future__ import annotations

from typing import Any

from torch import fx, nn

from saliency.errors import SaliencyError
from saliency.network.blocks import Block, attention_blocks
from saliency.network.cut import after, pictured, sources
from saliency.network.in_place import VIEWS
from saliency.network.layer import Layer
from saliency.network.shapes import FAILURES, PICTURES, ROWS, Shapes, operation, sides
from saliency.network.tokens import cells_of

GRADIENT = "gradient"
FEATURE_MAP = "feature map"
ATTENTION = "attention"
BIASES = "biases that account for the score"

_QUOTIENTS = ("div", "truediv", "divide", "true_divide")
_ROOTS = ("rsqrt", "reciprocal")
_MOVES = ("pad", "upsampl", "interpolate", "shuffle", "roll", "flip", "rot90", "repeat", "narrow", "select")
"""Parts of the names of operations that put values elsewhere, or more often, and compute none."""


class Structure:
    """The parts of a traced classifier.

    Attributes:
        shapes: Of every value.
        classes: K.
        layers: Feature maps in order. In a convolutional network the last one at each resolution that
            everything flows through and that a learned layer follows. Passed over are pooling outputs, for
            the finer map before them, what only moves values, such as padding, and what is made of the
            picture before anything learned. The same where maps are kept as ``(B, h, w, C)`` or as tokens,
            by mixers and by transformers with attention in windows. Where there are blocks, what each of
            them reads, usually the normed tokens, in place of the maps of that grid before and between them.
        blocks: Self-attentions between all cells of one map; see :mod:`saliency.network.blocks`.
        offers: What methods may ask for: ``gradient``, ``feature map``, ``attention``, and ``biases that
            account for the score`` (no value is scaled by the spread of its own picture, as layer norm does).
    """

    def __init__(self, module: fx.GraphModule, size: int | tuple[int, int]) -> None:
        """Look at a traced module trained for pictures of a height and width, or of a square's side.

        Raises:
            SaliencyError: It does not accept one picture, or does not give one row of scores for each.
        """
        self._module = module
        self._modules = dict(module.named_modules())
        self._parameters = {name for name, _ in module.named_parameters(remove_duplicate=False)}
        try:
            self.shapes = Shapes(module, size)
        except FAILURES as error:
            raise SaliencyError(
                f"This model does not accept pictures of {' × '.join(map(str, sides(size)))} pixels. "
                "Check its input size (crop_size in model.json)."
            ) from error
        self.classes = self._classes()
        self.blocks: tuple[Block, ...] = attention_blocks(module, self.shapes, self._modules)
        self.layers = self._with_tokens(self._spatial_layers())
        offers = {
            FEATURE_MAP: bool(self.layers),
            ATTENTION: bool(self.blocks),
            BIASES: not self._norms_pictures(),
        }
        self.offers = frozenset({GRADIENT, *(name for name, offered in offers.items() if offered)})

    def _classes(self) -> int:
        """K, if the output has one row of scores for each picture."""
        output = output_of(self._module)
        shape = self.shapes.of(output.name) if isinstance(output, fx.Node) else ()
        if len(shape) != 2 or self.shapes.follows(output.name, PICTURES) != {0}:
            raise SaliencyError(
                "This model does not give one row of scores for each of several pictures, so it cannot be "
                "explained. Use an image classifier."
            )
        return shape[1]

    def _with_tokens(self, maps: tuple[Layer, ...]) -> tuple[Layer, ...]:
        """Feature maps; of the grid of the blocks what each reads, and what comes after them."""
        if not self.blocks:
            return maps
        order = {node.name: place for place, node in enumerate(self._module.graph.nodes)}
        last = self.blocks[-1]
        grid = last.layer.height, last.layer.width
        others = [m for m in maps if (m.height, m.width) != grid or order[m.name] > order[last.name]]
        return tuple(sorted([*others, *(block.layer for block in self.blocks)], key=lambda m: order[m.name]))

    def _spatial_layers(self) -> tuple[Layer, ...]:
        layers: dict[tuple[int, int], Layer] = {}
        learned_after = mixed_after = False
        for node in reversed(self._module.graph.nodes):
            if learned_after and node.op != "placeholder":
                layer = self._layer_at(node, mixed_after)
                at = None if layer is None else (layer.height, layer.width)
                first = at not in layers and self._carries_all(node)
                if layer is not None and first and any(map(self._is_trained, sources([node]))):
                    layers[layer.height, layer.width] = layer
            learned_after = learned_after or self._is_learned(node)
            mixed_after = mixed_after or self._mixes_tokens(node)
        return tuple(reversed(layers.values()))

    def _layer_at(self, node: fx.Node, mixed_after: bool) -> Layer | None:
        """A node as a layer, if it holds the cells of a map, in whatever layout.

        Beside a class token, cells count only as far as they are mixed with it afterwards.
        """
        shape = self.shapes.of(node.name)
        name = operation(node, self._modules)
        if "pool" in name or self._moves_cells(node, name):
            return None
        if self.shapes.is_map(node.name):
            return Layer(node.name, shape[1], shape[2], shape[3])
        if name in VIEWS:  # nothing was computed since what it is a view of
            return None
        if self.shapes.is_map_with_channels_last(node.name):
            return Layer(node.name, shape[3], shape[1], shape[2], channels_last=True)
        cells = None
        if self.shapes.is_row_of_tokens(node.name):
            cells = cells_of(self._module, self.shapes, self._modules, node)
        if cells is None:
            return None
        height, width = self.shapes.of(cells.name)[2:]
        if shape[1] > height * width and not mixed_after:
            return None
        return Layer(node.name, shape[2], height, width, tokens=True, cells=cells.name)

    def _moves_cells(self, node: fx.Node, name: str) -> bool:
        """Whether a map's values are only moved here: padded, cropped, shifted, put between one another."""
        given = [self.shapes.of(source.name) for source in node.all_input_nodes]
        if name == "getitem":  # cropped, where it is a part of a map and not one of several tensors or tokens
            return len(given[0]) == 4
        if name in ("cat", "concat") and self.shapes.is_map(node.name):  # above one another, not as channels
            return any(sides[2:] != self.shapes.of(node.name)[2:] for sides in given)
        return any(part in name for part in _MOVES)

    def _carries_all(self, node: fx.Node) -> bool:
        return after(self._module, (node.name,), self.shapes) is not None

    def _mixes_tokens(self, node: fx.Node) -> bool:
        """Whether tokens are mixed here: attention and layers across tokens have them in their last axis."""
        last = len(self.shapes.of(node.name)) - 1
        grown = last > 0 and last in self.shapes.follows(node.name, ROWS)
        return grown or operation(node, self._modules) == "scaled_dot_product_attention"

    def _norms_pictures(self) -> bool:
        """Whether a value is scaled by what is made of it, by a norm or in single steps."""
        values = pictured(self._module, self.shapes)
        return any(
            any(given in values for given in node.args[1:])
            if operation(node, self._modules) in _QUOTIENTS
            else self._norms_picture(node)
            for node in values
        )

    def _norms_picture(self, node: fx.Node) -> bool:
        name = operation(node, self._modules)
        if name in _ROOTS:
            return True
        if "batch" not in name:
            return "norm" in name and node.op in ("call_module", "call_function", "call_method")
        module = self._modules.get(str(node.target)) if node.op == "call_module" else None
        return isinstance(module, nn.modules.batchnorm._BatchNorm) and module.running_mean is None

    def _is_learned(self, node: fx.Node) -> bool:
        if node.op == "get_attr":
            return True
        return node.op == "call_module" and any(True for _ in self._modules[str(node.target)].parameters())

    def _is_trained(self, node: fx.Node) -> bool:
        """Whether it holds parameters; a constant such as the mean of pictures is none."""
        if node.op == "get_attr":
            return str(node.target) in self._parameters
        return self._is_learned(node)


def last_linear(module: fx.GraphModule) -> nn.Linear | None:
    """The linear layer that gives the logits, if one does."""
    output = output_of(module)
    if not isinstance(output, fx.Node) or output.op != "call_module":
        return None
    layer = module.get_submodule(str(output.target))
    return layer if isinstance(layer, nn.Linear) else None


def output_of(module: fx.GraphModule) -> Any:
    """What a graph gives: a node, or nodes in a structure."""
    return next(iter(reversed(module.graph.nodes))).args[0]
