"""A traced classifier with every convolution packed, and fused with the addition and the ReLU after it.

The same graph, to rounding; what reads a graph node by node (DeepLIFT, FullGrad) uses the one it was made of.
"""

from __future__ import annotations

import copy
import operator
import os
import platform
from functools import cache
from typing import Any, cast

import torch
from torch import Tensor, fx, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional
from torch.nn.utils import skip_init

from saliency.network.packed_convolution import NOTHING, RELU, RELU6, TOP, Packed, packable
from saliency.network.shapes import Shapes

PLAIN = "SPOTLIGHT_PLAIN_CONVOLUTIONS"
"""An environment variable: with 1, torch's own convolutions are used, as they are, wherever this runs."""

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


def available() -> bool:
    """Whether convolutions are packed and fused: unless switched off, or the kernels do not work here."""
    return os.environ.get(PLAIN) != "1" and _works()


@cache
def _works() -> bool:
    """Whether torch's private kernels are there, and give what its public operations give: tried once."""
    if platform.machine().lower() not in ("x86_64", "amd64") or not torch.backends.mkldnn.is_available():
        return False
    generator = torch.Generator().manual_seed(0)
    with torch.inference_mode(False), torch.enable_grad():
        x, other = (torch.randn((2, 4, 6, 5), generator=generator).requires_grad_(True) for _ in range(2))
        convolution = skip_init(nn.Conv2d, 4, 4, 3, padding=1, bias=False).requires_grad_(False)
        convolution.weight.copy_(torch.randn((4, 4, 3, 3), generator=generator))
        expected = functional.relu(convolution(x) + other)
        slopes = torch.autograd.grad(expected.square().sum(), (x, other))
        try:
            result = Fused(Packed.of(convolution, (6, 5), (6, 5)), RELU)(x, other)
            quick_slopes = torch.autograd.grad(result.square().sum(), (x, other))
        except (RuntimeError, AttributeError, TypeError):  # they may be missing, or have changed
            return False
    pairs = zip((result, *quick_slopes), (expected, *slopes), strict=True)
    return all(torch.allclose(*pair, rtol=1e-4, atol=1e-5) for pair in pairs)


class Fusion:
    """Fuses graphs that share their modules; each convolution's weights are packed once for all of them."""

    def __init__(self, module: fx.GraphModule, shapes: Shapes) -> None:
        """Args: module: What the graphs are cut from; shapes: of its values."""
        self._packed: dict[int, Packed] = {}
        modules = dict(module.named_modules())
        convolutions = [part for part in modules.values() if packable(part)]
        if not available() or sum(cast(nn.Conv2d, c).weight.numel() for c in convolutions) > LARGEST:
            return
        for node in module.graph.nodes:
            part = modules.get(str(node.target)) if node.op == "call_module" else None
            if part is None or not packable(part) or id(part) in self._packed:
                continue
            before, after = (shapes.of(value.name) for value in (*node.all_input_nodes[:1], node))
            if len(before) == len(after) == 4:
                self._packed[id(part)] = Packed.of(cast(nn.Conv2d, part), before[2:], after[2:])

    def __call__(self, module: fx.GraphModule) -> fx.GraphModule:
        """The graph with its convolutions packed and fused; the given one is left as it was."""
        if not self._packed:
            return module
        fused = fx.GraphModule(module, copy.deepcopy(module.graph))
        modules = dict(fused.named_modules())
        for number, node in enumerate(list(fused.graph.nodes)):
            part = modules.get(str(node.target)) if node.op == "call_module" else None
            packed = self._packed.get(id(part))
            if packed is not None and len(node.args) == 1:
                _replace(fused, node, packed, f"fused_{number}")
        fused.recompile()
        fused.delete_all_unused_submodules()
        return fused


def _replace(module: fx.GraphModule, node: fx.Node, packed: Packed, name: str) -> None:
    """Puts one node in the place of a convolution and what follows it."""
    chain, args = [node], [node.args[0]]
    user = _only_user(node)
    if user is not None and _is_addition(user):
        chain.append(user)
        args.append(next(arg for arg in user.args if arg is not node))
        user = _only_user(user)
    then = NOTHING if user is None else _follows(module, user)
    if then == RELU6 and len(args) > 1:
        then = NOTHING
    if then != NOTHING:
        chain.append(cast(fx.Node, user))
    module.add_submodule(name, Fused(packed, then))
    with module.graph.inserting_before(chain[-1]):
        fused = module.graph.call_module(name, tuple(args))
    chain[-1].replace_all_uses_with(fused)
    for replaced in reversed(chain):
        module.graph.erase_node(replaced)


class Fused(nn.Module):
    """A convolution, an addition if there is one, and a ReLU if there is one."""

    def __init__(self, packed: Packed, then: str) -> None:
        super().__init__()
        self.packed, self.then = packed, then

    def forward(self, x: Tensor, other: Tensor | None = None) -> Tensor:
        """``then(convolution(x) + other)``, differentiable once in both."""
        if not self._fits(x, other):
            return self._plain(x, other)
        if torch.is_grad_enabled() and (x.requires_grad or (other is not None and other.requires_grad)):
            return cast(Tensor, _Differentiable.apply(x, other, self.packed, self.then))  # type: ignore[no-untyped-call]
        return self.packed(x, other, self.then)

    def _fits(self, x: Tensor, other: Tensor | None) -> bool:
        """Whether the kernel takes it; it does not add up what is not of one shape."""
        if x.device.type != "cpu" or x.dtype != torch.float32 or x.dim() != 4 or len(x) == 0:
            return False
        if other is None:
            return True
        # What is added may also be a number that follows from the picture's size.
        tensor = isinstance(other, Tensor) and other.dtype == x.dtype
        return tensor and other.shape == self.packed.gives(x)

    def _plain(self, x: Tensor, other: Tensor | None) -> Tensor:
        result: Tensor = self.packed.convolution(x)
        result = result if other is None else result + other
        if self.then == NOTHING:
            return result
        return functional.relu(result) if self.then == RELU else functional.relu6(result)


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
        of_x, of_other, *_ = ctx.needs_input_grad
        return (
            ctx.packed.input_gradient(slope, ctx.shape) if of_x else None,
            slope if of_other else None,
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
