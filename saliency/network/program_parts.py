"""What an exported program keeps apart from its graph, put in its place: constants and parts it calls."""

from __future__ import annotations

import operator
from typing import Any, cast

import torch
from torch import Tensor, fx, nn

_LARGEST_CONSTANT = 2**24  # bytes


def open_parts(plan: fx.GraphModule) -> None:
    """Puts parts that ran under ``autocast`` or ``no_grad`` in the place of the calls that run them.

    Precision is the graph's own, and gradients are taken wherever a method asks for them.
    """
    calls = [node for node in plan.graph.nodes if isinstance(node.target, torch._ops.HigherOrderOperator)]
    for node in calls:
        places = [place for place, given in enumerate(node.args) if _part(plan, given) is not None]
        if len(places) != 1 or any(user.target is not operator.getitem for user in node.users):
            continue
        part = _part(plan, node.args[places[0]])
        assert part is not None
        open_parts(part)
        inside = [inner for inner in part.graph.nodes if inner.op == "placeholder"]
        copies = dict(zip(inside, node.args[places[0] + 1 :], strict=True))
        with plan.graph.inserting_before(node):
            results = cast(Any, plan.graph.graph_copy(part.graph, cast(Any, copies)))
        for user in list(node.users):
            user.replace_all_uses_with(results[cast(int, user.args[1])])
            plan.graph.erase_node(user)
        plan.graph.erase_node(node)


def _part(plan: fx.GraphModule, given: Any) -> fx.GraphModule | None:
    """The part of a graph that an argument names."""
    if not isinstance(given, fx.Node) or given.op != "get_attr":
        return None
    value = getattr(plan, str(given.target), None)
    return value if isinstance(value, fx.GraphModule) else None


def keep_constants(plan: fx.GraphModule) -> None:
    """Computes once what is made of nothing, such as ``torch.arange(5)``, and of weights and constants alone.

    Made anew at each call it would be on the device where the module was when it was exported. Weights that
    are laid out anew, as Keras does, become a layer's own.
    """
    constants = dict[fx.Node, Tensor]()
    for node in list(plan.graph.nodes):
        if node.op == "get_attr":
            if _part(plan, node) is None:
                constants[node] = attribute(plan, node)
            continue
        if node.op != "call_function" or not isinstance(node.target, torch._ops.OpOverload):
            continue
        drawn = torch.Tag.nondeterministic_seeded in node.target.tags
        if drawn or not all(source in constants for source in node.all_input_nodes):
            continue
        args, kwargs = fx.node.map_arg((node.args, dict(node.kwargs)), constants.__getitem__)
        value = node.target(*args, **kwargs)
        sources = [constants[source] for source in node.all_input_nodes]
        most = max([_LARGEST_CONSTANT, *(source.nbytes for source in sources)])
        if not isinstance(value, Tensor) or value.nbytes > most:
            continue
        name, value = f"constant_{node.name}", value.detach().clone()
        if any(isinstance(source, nn.Parameter) for source in sources):
            value = nn.Parameter(value, requires_grad=False)
            plan.register_parameter(name, value)
        else:
            plan.register_buffer(name, value)
        with plan.graph.inserting_before(node):
            constant = plan.graph.get_attr(name)
        node.replace_all_uses_with(constant)
        plan.graph.erase_node(node)
        constants[constant] = value


def attribute(plan: fx.GraphModule, node: fx.Node) -> Tensor:
    """The tensor that a node reads."""
    value: Any = plan
    for part in str(node.target).split("."):
        value = getattr(value, part)
    assert isinstance(value, Tensor)
    return value
