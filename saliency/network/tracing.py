"""From any module to a private, frozen, folded ``torch.fx`` graph; the module itself is left as it was."""

from __future__ import annotations

import copy
import inspect
import operator
import threading
from collections.abc import Callable
from functools import partialmethod
from typing import Any

import torch
from torch import fx, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from saliency.errors import NoGraphError, SaliencyError
from saliency.network.exported import exported
from saliency.network.in_place import OPERATORS, without_writes
from saliency.network.shapes import sides

_one_at_a_time = threading.Lock()


class _Value(fx.Proxy):
    """A stand-in for a tensor that knows ``x[:, 0] = 0``, and ``x += 1`` as more than ``x = x + 1``."""

    def __setitem__(self, key: Any, value: Any) -> None:
        self.tracer.create_proxy("call_function", operator.setitem, (self, key, value), {})

    def _augmented(self, function: Callable[..., Any], other: Any) -> Any:
        name = OPERATORS[
            function
        ].__name__  # the node is called what it is without a write, and layers by nodes
        return self.tracer.create_proxy("call_function", function, (self, other), {}, name=name)


for _function in OPERATORS:
    setattr(_Value, f"__{_function.__name__}__", partialmethod(_Value._augmented, _function))


class _Tracer(fx.Tracer):
    """Traces in one thread while others work.

    ``torch.fx`` replaces ``nn.Module.__call__`` and ``__getattr__`` for the whole process while it traces;
    what other threads call meanwhile has to go through as if nothing had happened.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()

    def proxy(self, node: fx.Node) -> fx.Proxy:
        return _Value(node, self)

    def call_module(
        self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if threading.get_ident() != self._thread:
            return forward(*args, **kwargs)
        return super().call_module(m, forward, args, kwargs)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        if threading.get_ident() != self._thread:
            return attr_val
        return super().getattr(attr, attr_val, parameter_proxy_cache)


def frozen_copy(module: nn.Module) -> nn.Module:
    """A copy of the module's structure in eval mode; the weights are shared, detached and frozen.

    Buffers are small, and some modules write to theirs when they are called: those are copied. Weights in
    less than single precision become single precision: maps are sums over thousands of small numbers. What
    spreads a module over devices, or compiles it, is left out.

    Raises:
        SaliencyError: It is no module, or cannot be copied.
    """
    if not isinstance(module, nn.Module):
        raise SaliencyError(
            f"A model has to be a torch module (nn.Module); this is a {type(module).__name__}. "
            "Put it into the forward method of one."
        )
    module = _unwrapped(module)
    try:
        shared: dict[int, object] = {
            id(p): nn.Parameter(p.detach(), requires_grad=False) for p in module.parameters()
        }
        shared |= {id(b): b.detach().clone() for b in module.buffers()}
        copied = copy.deepcopy(module, shared).eval()
    except Exception as error:  # somebody's code may be run by it, and raise anything
        raise SaliencyError(
            "This model cannot be copied. Run it on a picture first if it has lazy layers, remove weight "
            "norm (torch.nn.utils.remove_weight_norm), and take out what it keeps of earlier pictures."
        ) from error
    precisions = {p.dtype for p in copied.parameters() if p.is_floating_point()}
    return copied if precisions <= {torch.float32, torch.float64} else copied.float()


def _unwrapped(module: nn.Module) -> nn.Module:
    """The module itself, of one that ``torch.compile`` or ``DataParallel`` gave."""
    inner = getattr(module, "_orig_mod", None)
    if isinstance(module, nn.DataParallel | nn.parallel.DistributedDataParallel):
        inner = module.module
    return _unwrapped(inner) if isinstance(inner, nn.Module) else module


def traced(module: nn.Module, size: int | tuple[int, int] = 224) -> fx.GraphModule:
    """The module as a graph: eval mode, weights frozen, batch norm folded, nothing done in place.

    Args:
        module: Any classifier.
        size: Side of its pictures in pixels, or their height and width, for a module that is exported
            because it cannot be traced.

    Raises:
        NoGraphError: Its structure depends on the values of the picture, so that it can be neither.
    """
    root = frozen_copy(module)
    with _one_at_a_time:
        try:
            plan = _Tracer().trace(root, _further_arguments(root))
            graph = fx.GraphModule(root, plan, type(root).__name__)
        except Exception:  # somebody's code ran on stand-ins for tensors: it may raise anything
            graph = _exported(root, size)
    _drop_further_arguments(graph)
    _drop_idle(graph)
    without_writes(graph)
    _allow_any_layout(graph)
    _fold(graph)
    graph.graph.eliminate_dead_code()
    graph.recompile()
    graph.delete_all_unused_submodules()
    for weights in (*graph.parameters(), *graph.buffers()):
        if weights.ndim == 4:  # nn.Module.to would try it with five axes too, and fail
            weights.data = weights.data.contiguous(memory_format=torch.channels_last)
    return graph.eval()


def _exported(root: nn.Module, size: int | tuple[int, int]) -> fx.GraphModule:
    """The module as ``torch.export`` has it.

    Raises:
        NoGraphError: It cannot be exported either.
    """
    try:
        return exported(root, (3, *sides(size)))
    except Exception as error:  # somebody's code again
        raise NoGraphError(
            "This model's structure depends on the picture, so it cannot be explained from within. "
            "Ask it from outside (Classifier.from_outside), or use one of torchvision's classifiers.",
            "its structure depends on the picture",
        ) from error


def _further_arguments(module: nn.Module) -> dict[str, Any]:
    """What a module's ``forward`` takes beside pictures, such as a mask, at its default."""
    parameters = list(inspect.signature(module.forward).parameters.values())
    return {p.name: p.default for p in parameters[1:] if p.default is not p.empty}


def _drop_further_arguments(graph: fx.GraphModule) -> None:
    """Take out the arguments that were given their default, with ``torch.fx``'s checks that they have it."""
    _, *further = (node for node in graph.graph.nodes if node.op == "placeholder")
    for argument in (node for node in further if node.args):  # those with a default
        checks = list(argument.users)
        for check in reversed([*checks, *(user for each in checks for user in each.users)]):
            if not check.users:
                graph.graph.erase_node(check)
        if not argument.users:
            graph.graph.erase_node(argument)


def _allow_any_layout(graph: fx.GraphModule) -> None:
    """Let ``x.view(…)`` copy where it has to: it would refuse maps that are laid out channels last."""
    names = {"view": "reshape", "view_as": "reshape_as"}
    for node in graph.graph.nodes:
        if node.op == "call_method" and not any(isinstance(value, torch.dtype) for value in node.args):
            node.target = names.get(node.target, node.target)


def _fold(graph: fx.GraphModule) -> None:
    """Fold every batch norm into the convolution that alone feeds it."""
    modules = dict(graph.named_modules())
    for node in list(graph.graph.nodes):
        norm = modules.get(str(node.target)) if node.op == "call_module" else None
        if not isinstance(norm, nn.BatchNorm2d) or norm.running_mean is None:
            continue
        source = node.args[0]
        convolution = modules.get(str(source.target)) if source.op == "call_module" else None
        uses = sum(n.op == "call_module" and n.target == source.target for n in graph.graph.nodes)
        if type(convolution) is not nn.Conv2d or convolution._forward_pre_hooks:  # weights made at each call
            continue
        if len(source.users) > 1 or uses > 1:
            continue
        folded = fuse_conv_bn_eval(convolution, norm)
        folded.requires_grad_(False)
        parent, _, leaf = str(source.target).rpartition(".")
        setattr(graph.get_submodule(parent), leaf, folded)
        modules[str(source.target)] = folded
        node.replace_all_uses_with(source)
        graph.graph.erase_node(node)


def _is_idle(node: fx.Node, modules: dict[str, nn.Module]) -> bool:
    """Whether a node returns its first argument in eval mode."""
    if node.op == "call_module":
        return isinstance(modules.get(str(node.target)), (nn.modules.dropout._DropoutNd, nn.Identity))
    name = getattr(node.target, "__name__", "") if node.op == "call_function" else ""
    if name == "stochastic_depth":  # a function of its own in torchvision
        return True
    if "dropout" not in name or not callable(node.target):
        return False
    try:
        call = inspect.signature(node.target).bind(*node.args, **node.kwargs)
    except (TypeError, ValueError):  # compiled into torch, without a signature
        return False
    return call.arguments.get("training", True) is False


def _drop_idle(graph: fx.GraphModule) -> None:
    """Take out what does nothing in eval mode."""
    modules = dict(graph.named_modules())
    for node in list(graph.graph.nodes):
        if _is_idle(node, modules) and node.args:
            node.replace_all_uses_with(node.args[0])
            graph.graph.erase_node(node)
