"""From any module to a private, frozen, folded ``torch.fx`` graph; the module itself is left as it was."""

from __future__ import annotations

import copy
import inspect
import operator
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from saliency.errors import SaliencyError

_OPERATORS = {
    getattr(operator, f"i{name}"): getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "pow")
}
_one_at_a_time = threading.Lock()


class _Tracer(fx.Tracer):
    """Traces in one thread while others work.

    ``torch.fx`` replaces ``nn.Module.__call__`` and ``__getattr__`` for the whole process while it traces;
    what other threads call meanwhile has to go through as if nothing had happened.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()

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


def _private(module: nn.Module) -> nn.Module:
    """A copy of the module's structure in eval mode; the weights are shared, detached and frozen."""
    shared: dict[int, object] = {
        id(p): nn.Parameter(p.detach(), requires_grad=False) for p in module.parameters()
    }
    shared |= {id(b): b.detach() for b in module.buffers()}
    return copy.deepcopy(module, shared).eval()


def traced(module: nn.Module) -> fx.GraphModule:
    """The module as a graph: eval mode, weights frozen, batch norm folded, nothing done in place.

    Raises:
        SaliencyError: Its structure depends on the values of the picture, so that it cannot be traced.
    """
    root = _private(module)
    try:
        with _one_at_a_time:
            tracer = _Tracer()
            graph = fx.GraphModule(root, tracer.trace(root), type(module).__name__)
    except Exception as error:  # somebody's code ran on stand-ins for tensors: it may raise anything
        raise SaliencyError(
            "This model's structure depends on the picture, so it cannot be explained. "
            "Use one of torchvision's classifiers."
        ) from error
    _drop_idle(graph)
    _make_out_of_place(graph)
    _fold(graph)
    graph.graph.eliminate_dead_code()
    graph.recompile()
    graph.delete_all_unused_submodules()
    for weights in (*graph.parameters(), *graph.buffers()):
        if weights.ndim == 4:  # nn.Module.to would try it with five axes too, and fail
            weights.data = weights.data.contiguous(memory_format=torch.channels_last)
    return graph.eval()


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
        if not isinstance(convolution, nn.Conv2d) or len(source.users) > 1 or uses > 1:
            continue
        folded = fuse_conv_bn_eval(convolution, norm)
        folded.requires_grad_(False)
        parent, _, leaf = str(source.target).rpartition(".")
        setattr(graph.get_submodule(parent), leaf, folded)
        modules[str(source.target)] = folded
        node.replace_all_uses_with(source)
        graph.graph.erase_node(node)


def _is_idle(node: fx.Node) -> bool:
    """Stochastic depth is a function of its own in torchvision; in eval mode it returns its input."""
    return node.op == "call_function" and getattr(node.target, "__name__", "") == "stochastic_depth"


def _drop_idle(graph: fx.GraphModule) -> None:
    """Take out what does nothing in eval mode."""
    modules = dict(graph.named_modules())
    for node in list(graph.graph.nodes):
        module = modules.get(str(node.target)) if node.op == "call_module" else None
        if isinstance(module, (nn.Dropout, nn.Dropout2d, nn.Identity)) or _is_idle(node):
            node.replace_all_uses_with(node.args[0])
            graph.graph.erase_node(node)


def _make_out_of_place(graph: fx.GraphModule) -> None:
    """Replace in-place operations; what reads the changed value later reads the operation's result.

    Without this, running the second half of a graph would change the feature map it was given.
    """
    modules = dict(graph.named_modules())
    order = {node: i for i, node in enumerate(graph.graph.nodes)}
    changing = [n for n in graph.graph.nodes if _changes_its_input(n, modules)]
    for node in changing:
        source = node.args[0]
        for user in list(source.users):
            if order[user] > order[node]:
                user.replace_input_with(source, node)
    for module in modules.values():
        if getattr(module, "inplace", False) is True:
            module.inplace = False


def _changes_its_input(node: fx.Node, modules: dict[str, nn.Module]) -> bool:
    """Whether the operation works in place; if it is a function or method, it no longer does afterwards."""
    if not node.args or not isinstance(node.args[0], fx.Node):
        return False
    if node.op == "call_module":
        return getattr(modules[str(node.target)], "inplace", False) is True
    if node.op == "call_method":
        plain = _without_underscore(str(node.target))
        if callable(getattr(Tensor, plain, None)):
            node.target = plain
            return True
    if node.op != "call_function" or not callable(node.target):
        return False
    if node.target in _OPERATORS:
        node.target = _OPERATORS[node.target]
        return True
    plain = _without_underscore(getattr(node.target, "__name__", ""))
    function = getattr(functional, plain, None) or getattr(torch, plain, None)
    if callable(function):
        node.target = function
        return True
    return _flag_taken_off(node)


def _flag_taken_off(node: fx.Node) -> bool:
    """Whether a function was called with ``inplace=True``, by name or position; it no longer is."""
    assert callable(node.target)
    try:
        call = inspect.signature(node.target).bind(*node.args, **node.kwargs)
    except (TypeError, ValueError):  # compiled into torch, without a signature, and without such a flag
        return False
    if call.arguments.get("inplace") is not True:
        return False
    call.arguments["inplace"] = False
    node.args, node.kwargs = call.args, call.kwargs
    return True


def _without_underscore(name: str) -> str:
    """``relu`` of ``relu_``; empty for a name that is not of that form."""
    return name[:-1] if name.endswith("_") and not name.endswith("__") else ""
