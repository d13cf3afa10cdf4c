"""What exporters take apart or add, as it was: biases, axes moved there and back, scores that are rounded."""

from __future__ import annotations

import operator

import torch
from torch import Tensor, fx, nn

from models.sources.onnx.operators.quantised import rounded

_ROUNDING = (operator.truediv, operator.add, operator.sub, operator.mul, torch.clamp, rounded, "to")


def simplify(module: fx.GraphModule) -> None:
    """Join a finished graph's biases to their layers, and drop what undoes itself.

    Those are permutations, and the rounding of scores to 256 levels after a last softmax or sigmoid, as
    quantisers write it: behind it nobody would see what the scores are.
    """
    _drop_last_rounding(module)
    for node in list(module.graph.nodes):
        if node.target is operator.add:
            _join_bias(module, node)
        elif node.target == "permute":
            _join_permutations(module, node)
    module.graph.eliminate_dead_code()
    module.recompile()
    module.delete_all_unused_submodules()
    read = {node.target for node in module.graph.nodes if node.op == "get_attr"}
    own = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
    for name in (name for name, _ in own if name not in read):
        delattr(module, name)


def _drop_last_rounding(module: fx.GraphModule) -> None:
    output = next(iter(reversed(module.graph.nodes)))
    node, passed = output.args[0], []
    while isinstance(node, fx.Node) and node.target in _ROUNDING:
        passed.append(node.target)
        node = node.args[0]
    ends = getattr(getattr(node, "target", None), "__name__", "") in ("softmax", "sigmoid")
    if rounded in passed and ends:
        output.args = (node,)


def _join_bias(module: fx.GraphModule, node: fx.Node) -> None:
    """A linear layer or convolution, and what is added to it: Keras writes the two as separate operators."""
    first, second = node.args
    product, term = (first, second) if _is_read(second) else (second, first)
    if not isinstance(product, fx.Node) or not isinstance(term, fx.Node) or not _is_read(term):
        return
    layer = module.get_submodule(str(product.target)) if product.op == "call_module" else None
    if not isinstance(layer, nn.Linear | nn.Conv2d) or layer.bias is not None or len(product.users) > 1:
        return
    bias: Tensor = getattr(module, str(term.target))
    channels = layer.weight.shape[0]
    column = (channels,) if isinstance(layer, nn.Linear) else (channels, 1, 1)
    shape = tuple(bias.shape)
    if shape[-len(column) :] != column or bias.numel() != channels or bias.dtype != layer.weight.dtype:
        return
    layer.bias = nn.Parameter(bias.reshape(-1), requires_grad=False)
    node.replace_all_uses_with(product)
    module.graph.erase_node(node)


def _is_read(node: object) -> bool:
    return isinstance(node, fx.Node) and node.op == "get_attr"


def _join_permutations(module: fx.GraphModule, node: fx.Node) -> None:
    """Two permutations in a row as one, or as none."""
    source = node.args[0]
    if not isinstance(source, fx.Node) or source.target != "permute":
        return
    inner, outer = source.args[1], node.args[1]
    joined = [inner[axis] for axis in outer]  # type: ignore[index, union-attr]
    node.replace_input_with(source, source.args[0])  # type: ignore[arg-type]
    node.args = (source.args[0], joined)
    if joined == sorted(joined):  # type: ignore[type-var]
        node.replace_all_uses_with(source.args[0])  # type: ignore[arg-type]
        module.graph.erase_node(node)
