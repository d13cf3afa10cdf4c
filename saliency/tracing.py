"""From any module to a private, frozen, folded ``torch.fx`` graph; the module itself is left as it was."""

from __future__ import annotations

import copy
import operator

from torch import fx, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from saliency.errors import SaliencyError

_IN_PLACE = {operator.iadd: operator.add, operator.imul: operator.mul, operator.isub: operator.sub}


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
    try:
        graph = fx.symbolic_trace(_private(module))
    except (fx.proxy.TraceError, TypeError, RuntimeError) as error:
        raise SaliencyError(
            "This model's structure depends on the picture, so it cannot be explained. "
            "Use one of torchvision's classifiers."
        ) from error
    _fold(graph)
    _drop_idle(graph)
    graph.graph.eliminate_dead_code()
    graph.recompile()
    graph.delete_all_unused_submodules()
    return graph


def _fold(graph: fx.GraphModule) -> None:
    """Fold every batch norm into the convolution that alone feeds it."""
    modules = dict(graph.named_modules())
    for node in list(graph.graph.nodes):
        norm = modules.get(str(node.target)) if node.op == "call_module" else None
        if not isinstance(norm, nn.BatchNorm2d):
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
    """Take out dropout (idle in eval mode) and make in-place operations out of place."""
    modules = dict(graph.named_modules())
    for node in list(graph.graph.nodes):
        module = modules.get(str(node.target)) if node.op == "call_module" else None
        if isinstance(module, (nn.Dropout, nn.Dropout2d, nn.Identity)) or _is_idle(node):
            node.replace_all_uses_with(node.args[0])
            graph.graph.erase_node(node)
        elif module is not None and hasattr(module, "inplace"):
            module.inplace = False
        if "inplace" in node.kwargs:
            node.kwargs = {**node.kwargs, "inplace": False}
        if node.op == "call_function" and node.target in _IN_PLACE:
            node.target = _IN_PLACE[node.target]
