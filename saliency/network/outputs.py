"""What a classifier gives: logits, or something made of them, which is cut off so that logits are explained.

The gradient of a certain softmax is 0 everywhere, and its map empty; the logits before it say why.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from enum import StrEnum

import torch
from torch import Tensor, fx, nn

from saliency.network.in_place import VIEWS
from saliency.network.shapes import operation

_SUM_WITHIN = 1e-3  # of 1, for probabilities
_FAINTEST = 1e-30  # a probability below counts as this much
_LEAST_SHARE = 1e-7  # of yes and of no: single precision tells no more from 1


class Ending(StrEnum):
    """How a module's own outputs follow from the logits that its graph gives.

    ``PROBABILITIES`` add up to 1, and the logits follow from them. ``UNKNOWN`` are squashed into a range,
    as scores are, but are no probabilities of classes that exclude each other.
    """

    LOGITS = "logits"
    SOFTMAX = "softmax"
    LOG_SOFTMAX = "log_softmax"
    SIGMOID = "sigmoid"
    PROBABILITIES = "probabilities"
    UNKNOWN = "unknown"

    def outputs(self, logits: Tensor) -> Tensor:
        """The module's own outputs ``(B, K)`` of the graph's logits ``(B, K)``."""
        function = _OUTPUTS.get(self)
        return logits if function is None else function(logits)

    def logits(self, outputs: Tensor) -> Tensor:
        """Logits ``(B, K)`` that give a model's own outputs ``(B, K)``, where only these are known."""
        if self in (Ending.SOFTMAX, Ending.PROBABILITIES):
            return logarithms(outputs)
        return outputs.logit(_LEAST_SHARE) if self is Ending.SIGMOID else outputs


_OUTPUTS: Mapping[Ending, Callable[[Tensor], Tensor]] = {
    Ending.SOFTMAX: lambda logits: logits.softmax(1),
    Ending.LOG_SOFTMAX: lambda logits: logits.log_softmax(1),
    Ending.SIGMOID: torch.sigmoid,
    Ending.PROBABILITIES: lambda logits: logits.softmax(1),
}

_SHAPED = VIEWS | {"flatten", "unflatten"}
_NAMES = """
softmax log_softmax logsoftmax softmax2d softmin sigmoid logsigmoid log_sigmoid hardsigmoid
tanh hardtanh softsign
"""
_SQUASHED = frozenset(_NAMES.split())
_LINEAR = frozenset(
    {"mul", "truediv", "div", "add", "sub", "rsub", "neg", "mean", "sum", "stack", "cat", "concat"}
)
_THIN = (
    _SHAPED
    | _LINEAR
    | {"getitem", "clamp", "clip", "clamp_min", "clamp_max", "log", "exp", "adaptiveavgpool2d"}
)


def without_ending(graph: fx.GraphModule, outputs: Tensor | None) -> Ending:
    """Cuts a softmax or sigmoid off the end of a traced classifier.

    Args:
        graph: It gives logits afterwards.
        outputs: What the module itself gives for a few pictures, ``(B, K)``; ``None`` if that is not known.

    Returns:
        What was cut off, or what the outputs are.
    """
    modules = dict(graph.named_modules())
    output = next(iter(reversed(graph.graph.nodes)))
    last = output.args[0]
    if not isinstance(last, fx.Node):
        return Ending.LOGITS
    squashing = _squashing(last, modules)
    if squashing is not None:
        node, ending = squashing
        node.replace_all_uses_with(node.all_input_nodes[0])
        graph.graph.erase_node(node)
        _made_anew(graph)
        return ending
    if outputs is not None and outputs.ndim == 2 and outputs.shape[1] > 1:
        if are_probabilities(outputs):
            with graph.graph.inserting_before(output):
                logits = graph.graph.call_function(logarithms, (last,))
            output.replace_input_with(last, logits)
            _made_anew(graph)
            return Ending.PROBABILITIES
        if are_probabilities(outputs.exp()):
            return Ending.LOGITS
    return Ending.UNKNOWN if _is_squashed(last, modules) else Ending.LOGITS


def yes_and_no(
    graph: fx.GraphModule, index: int | None = None, scale: float = 1.0, less: float = 0.0
) -> None:
    """Makes one logit of yes two, ``(B, 2)``: half of it, and minus half of it.

    The softmax of the two is the sigmoid of the one, and either can be explained. A linear layer at the end
    stays one, so that what needs it still finds it.

    Args:
        graph: It gives ``(B, 1)`` or ``(B,)``; with an index, ``(B, K)``.
        index: Which of K numbers the logit is made of.
        scale: What that is multiplied by.
        less: What is then taken away.
    """
    output = next(iter(reversed(graph.graph.nodes)))
    last = output.args[0]
    module = graph.get_submodule(str(last.target)) if last.op == "call_module" else None
    if isinstance(module, nn.Linear) and len(last.users) == 1:
        graph.set_submodule(str(last.target), _two_sided(module, index or 0, scale, less))
        return
    column = as_column(graph) if index is None else _column(graph, index)
    with graph.graph.inserting_before(output):
        half = graph.graph.call_function(torch.mul, (column, scale / 2))
        if less:
            half = graph.graph.call_function(torch.sub, (half, less / 2))
        no = graph.graph.call_function(torch.neg, (half,))
        output.args = (graph.graph.call_function(torch.cat, ([half, no], 1)),)
    _made_anew(graph)


def as_column(graph: fx.GraphModule) -> fx.Node:
    """The one number a picture that a graph gives, as ``(B, 1)``."""
    output = next(iter(reversed(graph.graph.nodes)))
    with graph.graph.inserting_before(output):
        column = graph.graph.call_function(torch.reshape, (output.args[0], (-1, 1)))
    output.args = (column,)
    _made_anew(graph)
    return column


def _column(graph: fx.GraphModule, index: int) -> fx.Node:
    """One of the numbers ``(B, K)`` that a graph gives, as ``(B, 1)``."""
    output = next(iter(reversed(graph.graph.nodes)))
    with graph.graph.inserting_before(output):
        place = (slice(None), slice(index, index + 1))
        return graph.graph.call_function(operator.getitem, (output.args[0], place))


def _two_sided(linear: nn.Linear, index: int, scale: float, less: float) -> nn.Linear:
    """A layer with two outputs: half of one of its own, scaled and less something, and minus half of it."""
    two = nn.Linear(linear.in_features, 2, bias=linear.bias is not None or less != 0).to(linear.weight)
    sides = linear.weight.new_tensor([[0.5], [-0.5]])
    two.weight = nn.Parameter(sides * scale * linear.weight[index], requires_grad=False)
    if two.bias is not None:
        bias = 0.0 if linear.bias is None else scale * linear.bias[index]
        two.bias = nn.Parameter((sides * (bias - less)).flatten(), requires_grad=False)
    return two


def logarithms(probabilities: Tensor) -> Tensor:
    """Logits ``(B, K)`` of which the softmax is these probabilities: their logarithms, less their mean.

    The mean changes no share, and keeps the logit of a certain class from standing still at 0.
    """
    logarithms = probabilities.clamp(min=_FAINTEST).log()
    return logarithms - logarithms.mean(1, keepdim=True)


def _made_anew(graph: fx.GraphModule) -> None:
    graph.graph.eliminate_dead_code()
    graph.recompile()
    graph.delete_all_unused_submodules()


def are_probabilities(outputs: Tensor, within: float | None = None) -> bool:
    """Whether rows ``(B, K)`` are at least 0 and add up to 1, but for rounding or as far as is said."""
    sums, off = outputs.sum(1), within or _SUM_WITHIN
    return bool((outputs >= 0).all()) and torch.allclose(sums, torch.ones_like(sums), rtol=0, atol=off)


def _squashing(node: fx.Node, modules: Mapping[str, nn.Module]) -> tuple[fx.Node, Ending] | None:
    """The softmax or sigmoid that gives the outputs, but for their shape, and which of them it is."""
    name = operation(node, modules)
    if not node.args or not isinstance(node.args[0], fx.Node):
        return None
    if name in _SHAPED and len(node.all_input_nodes) == 1:
        return _squashing(node.args[0], modules) if len(node.args[0].users) == 1 else None
    if len(node.users) != 1:
        return None
    if name == "exp":
        inner = _squashing(node.args[0], modules)
        if inner is None or inner[0] is not node.args[0] or inner[1] is not Ending.LOG_SOFTMAX:
            return None
        node.replace_all_uses_with(node.args[0])
        return inner[0], Ending.SOFTMAX
    if name == "sigmoid":
        return node, Ending.SIGMOID
    if name in ("softmax", "log_softmax", "logsoftmax"):
        if _dimension(node, modules) not in (1, -1, None):
            return None
        return node, Ending.SOFTMAX if name == "softmax" else Ending.LOG_SOFTMAX
    return None


def _dimension(node: fx.Node, modules: Mapping[str, nn.Module]) -> object:
    if node.op == "call_module":
        return getattr(modules[str(node.target)], "dim", None)
    return node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")


def _is_squashed(node: fx.Node, modules: Mapping[str, nn.Module]) -> bool:
    """Whether all that a value is made of was squashed, and little was done to it since."""
    name = operation(node, modules).strip("_")
    if name in _SQUASHED:
        return True
    sources = [source for source in node.all_input_nodes if source.op != "get_attr"]
    thin = name in _THIN or node.target in (operator.getitem, operator.truediv)
    return thin and bool(sources) and all(_is_squashed(source, modules) for source in sources)
