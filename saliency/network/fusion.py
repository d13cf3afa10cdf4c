"""A traced classifier with every convolution packed, and fused with the addition and the ReLU after it.

The same graph, to rounding; what reads a graph node by node (DeepLIFT, FullGrad) uses the one it was made of.
"""

from __future__ import annotations

import copy
import operator
from typing import Any, cast

import torch
from torch import Tensor, fx, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from saliency.network.packed_convolution import AVAILABLE, NOTHING, RELU, RELU6, TOP, Packed, packable
from saliency.network.shapes import Shapes

LARGEST = 100_000_000
"""Weights in a model's convolutions at most: they are kept in up to four orders beside their own."""

_ADDITIONS = (operator.add, torch.add)
_FOLLOWS: dict[Any, str] = {
    nn.ReLU: RELU,
    functional.relu: RELU,
    torch.relu: RELU,
    "relu": RELU,
    nn.ReLU6: RELU6,
    functional.relu6: RELU6,
}


class Fusion:
    """Fuses graphs that share their modules; each convolution's weights are packed once for all of them."""

    def __init__(self, module: fx.GraphModule, shapes: Shapes) -> None:
        """Args: module: What the graphs are cut from; shapes: of its nodes, at the trained size."""
        self._packed: dict[int, Packed] = {}
        modules = dict(module.named_modules())
        convolutions = [part for part in modules.values() if packable(part)]
        if not AVAILABLE or sum(cast(nn.Conv2d, part).weight.numel() for part in convolutions) > LARGEST:
            return
        for node in module.graph.nodes:
            part = modules.get(str(node.target)) if node.op == "call_module" else None
            if part is None or not packable(part) or id(part) in self._packed:
                continue
            before, after = (shapes.of(one.name) for one in (*node.all_input_nodes[:1], node))
            if len(before) == len(after) == 4:
                self._packed[id(part)] = Packed(cast(nn.Conv2d, part), before[2:], after[2:])

    def __call__(self, module: fx.GraphModule) -> fx.GraphModule:
        """The graph with its convolutions packed and fused; the given one is left as it was."""
        if not self._packed:
            return module
        found = fx.GraphModule(module, copy.deepcopy(module.graph))
        modules = dict(found.named_modules())
        for number, node in enumerate(list(found.graph.nodes)):
            part = modules.get(str(node.target)) if node.op == "call_module" else None
            packed = self._packed.get(id(part))
            if packed is not None and len(node.args) == 1:
                self._replace(found, node, packed, f"fused_{number}")
        found.recompile()
        found.delete_all_unused_submodules()
        return found

    def _replace(self, module: fx.GraphModule, node: fx.Node, packed: Packed, name: str) -> None:
        """Puts one node in the place of a convolution and what follows it."""
        chain, other = [node], None
        user = _only_user(node)
        if user is not None and _is_addition(user):
            chain.append(user)
            other = next(arg for arg in user.args if arg is not node)
            user = _only_user(user)
        then = NOTHING if user is None else _follows(module, user)
        if then == NOTHING or (then == RELU6 and other is not None):
            then = NOTHING
        else:
            chain.append(cast(fx.Node, user))
        module.add_submodule(name, Fused(packed, then))
        with module.graph.inserting_before(chain[-1]):
            args = (node.args[0],) if other is None else (node.args[0], other)
            fused = module.graph.call_module(name, args)
        chain[-1].replace_all_uses_with(fused)
        for done in reversed(chain):
            module.graph.erase_node(done)


class Fused(nn.Module):
    """A convolution, an addition if there is one, and a ReLU if there is one."""

    def __init__(self, packed: Packed, then: str) -> None:
        super().__init__()
        self._packed, self._then = packed, then

    def forward(self, x: Tensor, other: Tensor | None = None) -> Tensor:
        """``then(convolution(x) + other)``, differentiable once in both."""
        if not self._fits(x, other):
            return self._plain(x, other)
        if torch.is_grad_enabled() and (x.requires_grad or (other is not None and other.requires_grad)):
            return cast(Tensor, _Differentiable.apply(x, other, self._packed, self._then))  # type: ignore[no-untyped-call]
        return self._packed(x, other, self._then)

    def _fits(self, x: Tensor, other: Tensor | None) -> bool:
        """Whether the kernel takes it; it does not add up what is not of one shape."""
        if x.device.type != "cpu" or x.dtype != torch.float32 or x.dim() != 4 or len(x) == 0:
            return False
        if other is None:
            return True
        # What is added may also be a number that follows from the picture's size.
        tensor = isinstance(other, Tensor) and other.dtype == x.dtype
        return tensor and other.shape == self._packed.gives(x)

    def _plain(self, x: Tensor, other: Tensor | None) -> Tensor:
        found: Tensor = self._packed.convolution(x)
        found = found if other is None else found + other
        if self._then == NOTHING:
            return found
        return functional.relu(found) if self._then == RELU else functional.relu6(found)


class _Differentiable(torch.autograd.Function):
    """Keeps nothing but the result, and that only where a ReLU cuts off."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, other: Tensor | None, packed: Packed, then: str) -> Tensor:
        ctx.packed, ctx.then, ctx.shape = packed, then, x.shape
        result = packed(x, other, then)
        if then != NOTHING:
            ctx.save_for_backward(result)
        return result

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        if ctx.then == RELU:
            slope = torch.ops.aten.threshold_backward(slope, ctx.saved_tensors[0], 0)
        elif ctx.then == RELU6:
            slope = torch.ops.aten.hardtanh_backward(slope, ctx.saved_tensors[0], 0, TOP)
        wanted = ctx.needs_input_grad
        return (
            ctx.packed.input_gradient(slope, ctx.shape) if wanted[0] else None,
            slope if wanted[1] else None,
            None,
            None,
        )


def _only_user(node: fx.Node) -> fx.Node | None:
    users = list(node.users)
    return users[0] if len(users) == 1 else None


def _is_addition(node: fx.Node) -> bool:
    """Whether a node adds two different nodes, and does nothing else."""
    plain = node.op == "call_function" and node.target in _ADDITIONS and not node.kwargs
    return plain and len(node.args) == 2 and len(node.all_input_nodes) == 2


def _follows(module: fx.GraphModule, node: fx.Node) -> str:
    """The ReLU that a node is, or nothing."""
    target: Any = node.target
    if node.op == "call_module":
        target = type(module.get_submodule(str(target)))
    return _FOLLOWS.get(target, NOTHING)
