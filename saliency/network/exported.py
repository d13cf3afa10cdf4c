"""A module that ``torch.fx`` cannot trace, through ``torch.export``, as a graph of modules and functions.

``torch.export`` runs a module's own code on two pictures and writes down the ATen operations that it calls,
with the number of pictures left open. Every rule of this package speaks of modules, functions and methods, so
each operation is written back as the one that people would have written: convolutions, linear layers and
norms become modules again (norms are folded, heads are found, convolutions packed), most others the function
or method of the same name. What has no such form stays as it is, and works: ATen operations are
differentiable too.
"""

from __future__ import annotations

import io
import logging
import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from typing import Any, cast

import torch
from torch import Tensor, fx, nn
from torch.nn import functional
from torch.nn.utils import skip_init

from saliency.network.program_parts import attribute, keep_constants, open_parts

EXPORTED = "exported"
"""Of a graph's ``meta``: it was made here, and the size of its pictures may be written into it."""

_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
    "matmul": operator.matmul,
    "add_": operator.iadd,
    "sub_": operator.isub,
    "mul_": operator.imul,
    "div_": operator.itruediv,
}
_NAMES = """
adaptive_avg_pool1d adaptive_avg_pool2d adaptive_max_pool2d avg_pool2d max_pool2d conv1d conv2d
conv_transpose2d dropout elu gelu group_norm hardsigmoid hardswish hardtanh layer_norm leaky_relu linear mish
pad pixel_shuffle relu6 scaled_dot_product_attention selu silu softplus
"""
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    name: getattr(functional, name) for name in _NAMES.split()
} | {"feature_dropout": functional.dropout2d, "relu": torch.relu}
_NOT_IN_PYTHON = ("cudnn_enable", "cudnn_enabled")  # arguments that only ATen has


def exported(module: nn.Module, picture: tuple[int, int, int]) -> fx.GraphModule:
    """The module as a graph for any number of pictures of one size.

    Args:
        module: Frozen and in eval mode.
        picture: Channels, height and width.

    Raises:
        Exception: Of any kind, as the module's code is run: its structure depends on the picture's values, or
            on how many there are.
    """
    weight = next((p for p in module.parameters() if p.is_floating_point()), torch.zeros(()))
    pictures = torch.zeros((2, *picture), dtype=weight.dtype, device=weight.device)
    batch = {0: torch.export.Dim("batch")}
    with torch.no_grad(), _silent():
        program = torch.export.export(module, (pictures,), dynamic_shapes=(batch,), strict=False)
    plan = program.module(check_guards=False)
    graph = fx.GraphModule(plan, _plain(plan), type(module).__name__)
    graph.requires_grad_(False)
    graph.meta[EXPORTED] = True
    return graph


@contextmanager
def _silent() -> Iterator[None]:
    """Within it, torch does not print the half of a graph that it could make; the error says what matters."""
    log = logging.getLogger("torch.fx.experimental.symbolic_shapes")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with redirect_stderr(io.StringIO()):
            yield
    finally:
        log.setLevel(level)


def _plain(plan: fx.GraphModule) -> fx.Graph:
    """The graph of an exported program without what only checks, and with one output, no structure."""
    graph = plan.graph
    open_parts(plan)
    for node in reversed(list(graph.nodes)):
        checks = node.op == "call_function" and ("_assert" in str(node.target) or "sym_" in str(node.target))
        if checks and not node.users:
            graph.erase_node(node)
    graph.set_codegen(fx.graph.CodeGen())
    output = next(iter(reversed(graph.nodes)))
    if isinstance(output.args[0], tuple | list) and len(output.args[0]) == 1:
        output.args = (output.args[0][0],)
    keep_constants(plan)
    for node in list(graph.nodes):
        if node.op == "call_function" and isinstance(node.target, torch._ops.OpOverload):
            _rewrite(plan, node)
    places = {node: place for place, node in enumerate(graph.nodes)}
    for node in list(graph.nodes):
        node.meta.clear()
        if node.op == "get_attr" and node.users:  # where it is used: what follows a map is told by the order
            min(node.users, key=places.__getitem__).prepend(node)
    graph.eliminate_dead_code()
    graph.lint()
    return graph


def _rewrite(plan: fx.GraphModule, node: fx.Node) -> None:
    """Writes an ATen operation as a module, operator, function or method, where there is such a one."""
    operation = cast(Any, node.target)
    name = operation.overloadpacket.__name__
    module = _module(plan, node, name)
    if module is not None:
        plan.add_submodule(f"{node.name}_layer", module)
        node.op, node.target, node.args, node.kwargs = "call_module", f"{node.name}_layer", node.args[:1], {}
        return
    args = _given(node)
    values = list(args.values())
    match name:
        case "sym_size":
            _call(node, "size", *values)
        case "slice":
            start, stop, step = (args.get(key) for key in ("start", "end", "step"))
            part = slice(start, None if stop is not None and _is_end(stop) else stop, step or 1)
            _call(node, operator.getitem, args["self"], _at(args.get("dim", 0), part))
        case "index":
            places = tuple(slice(None) if place is None else place for place in args["indices"])
            _call(node, operator.getitem, args["self"], places)
        case "lift_fresh_copy" | "alias" | "lift_fresh":
            _call(node, "clone", args["self"])
        case "to" | "_to_copy" if "other" not in args:  # wherever the module was when it was exported
            if args.get("dtype") is None:
                _call(node, "contiguous", args["self"])
            else:
                _call(node, "to", args["self"], args["dtype"])
        case "dropout_":
            _call(node, functional.dropout, *values)
        case "batch_norm":
            momentum, eps = values[6:8]
            _call(node, functional.batch_norm, values[0], *values[3:5], *values[1:3], False, momentum, eps)
        case "upsample_nearest2d" | "upsample_bilinear2d" | "upsample_bicubic2d" if "scale_factors" in args:
            mode = name.removeprefix("upsample_").removesuffix("2d")
            corners = {} if mode == "nearest" else {"align_corners": args["align_corners"]}
            scale = None if args["output_size"] is not None else args["scale_factors"]
            _call(node, functional.interpolate, args["input"], args["output_size"], scale, mode, **corners)
        case _ if name in _OPERATORS and len(values) == 2 and not node.kwargs:
            _call(node, _OPERATORS[name], *values)
        case _ if name in _FUNCTIONS:
            by_name = {a.name for a in operation._schema.arguments if a.kwarg_only}
            given = {key: value for key, value in args.items() if key not in _NOT_IN_PYTHON}
            named = {key: given.pop(key) for key in by_name & given.keys()}
            _call(node, _FUNCTIONS[name], *given.values(), **named)
        case _ if next(iter(args), "") == "self" and callable(getattr(Tensor, name, None)):
            node.op, node.target = "call_method", name
        case _ if callable(getattr(torch, name, None)):
            node.target = getattr(torch, name)


def _call(node: fx.Node, target: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> None:
    node.op = "call_method" if isinstance(target, str) else "call_function"
    node.target, node.args, node.kwargs = target, args, kwargs


def _given(node: fx.Node) -> dict[str, Any]:
    """What an operation is given, by name and in order, up to the last argument that is given at all."""
    arguments = cast(Any, node.target)._schema.arguments
    places = {argument.name: number for number, argument in enumerate(arguments)}
    last = max([len(node.args) - 1, *(places[key] for key in node.kwargs)])
    return {
        argument.name: node.args[number]
        if number < len(node.args)
        else node.kwargs.get(argument.name, argument.default_value)
        for number, argument in enumerate(arguments[: last + 1])
    }


def _at(axis: int, part: slice) -> tuple[Any, ...]:
    """An index that takes a part along an axis, counted from the end where it is below 0."""
    if axis >= 0:
        return (*[slice(None)] * axis, part)
    return (..., part, *[slice(None)] * (-1 - axis))


def _is_end(stop: Any) -> bool:
    return isinstance(stop, int) and stop >= 2**62


def _module(plan: fx.GraphModule, node: fx.Node, name: str) -> nn.Module | None:
    """The layer that an operation with weights of its own is."""
    kinds = {"conv2d": _convolution, "linear": _linear, "batch_norm": _norm}
    if name not in kinds:
        return None
    args = _given(node)
    others = ("stride", "padding", "dilation", "groups", "training", "momentum", "eps")
    weights = {key: value for key, value in list(args.items())[1:] if key not in (*others, *_NOT_IN_PYTHON)}
    if any(value is not None and (value.op != "get_attr") for value in weights.values()):
        return None
    tensors = {key: None if value is None else attribute(plan, value) for key, value in weights.items()}
    layer = kinds[name](node, args, tensors)
    if layer is None:
        return None
    for key, value in tensors.items():
        if value is None or key.startswith("running_"):
            setattr(layer, key, value)
        else:
            setattr(layer, key, nn.Parameter(value.detach(), requires_grad=False))
    return layer.eval()


def _convolution(node: fx.Node, args: Mapping[str, Any], tensors: Mapping[str, Any]) -> nn.Module | None:
    weight, groups = tensors["weight"], args.get("groups", 1)
    settings = {key: _pair(args[key]) for key in ("stride", "padding", "dilation") if key in args}
    channels = weight.shape[1] * groups, weight.shape[0]
    layer: nn.Module = skip_init(
        nn.Conv2d, *channels, tuple(weight.shape[2:]), groups=groups, bias=False, device="cpu", **settings
    )
    return layer


def _pair(value: Any) -> Any:
    """Numbers for rows and columns, of a list of one or two; a word as it is."""
    return tuple(value) * (2 // len(value)) if isinstance(value, list) else value


def _linear(node: fx.Node, args: Mapping[str, Any], tensors: Mapping[str, Any]) -> nn.Module | None:
    outputs, inputs = tensors["weight"].shape
    layer: nn.Module = skip_init(nn.Linear, inputs, outputs, bias=False, device="cpu")
    return layer


def _norm(node: fx.Node, args: Mapping[str, Any], tensors: Mapping[str, Any]) -> nn.Module | None:
    value, mean = node.meta.get("val"), tensors["running_mean"]
    if args["training"] or mean is None or not isinstance(value, Tensor) or value.ndim != 4:
        return None
    return nn.BatchNorm2d(len(mean), args["eps"], affine=False)
