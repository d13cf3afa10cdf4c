"""In-place work in a traced graph, made out of place, with all that shares its memory.

A view (``x[:, :2]``, ``x.chunk(2, 1)``, ``x.flatten(1)``) shares memory with what it is a view of: what is
written to one of them is read from all. A graph has no memory, only values. So each write gives a new value
of the whole, and whatever reads the whole or another view of it afterwards reads that one.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

OPERATORS: dict[Callable[..., Any], Callable[..., Any]] = {
    operator.iadd: operator.add,
    operator.isub: operator.sub,
    operator.imul: operator.mul,
    operator.itruediv: operator.truediv,
    operator.ifloordiv: operator.floordiv,
    operator.imod: operator.mod,
    operator.ipow: operator.pow,
    operator.imatmul: operator.matmul,
    operator.iand: operator.and_,
    operator.ior: operator.or_,
    operator.ixor: operator.xor,
}
"""Operators that work in place, and those that do not."""

_NAMES = """
chunk split split_with_sizes tensor_split hsplit vsplit dsplit unbind select narrow flatten view reshape
view_as reshape_as unflatten transpose permute swapaxes swapdims movedim moveaxis squeeze unsqueeze expand
expand_as t ravel diagonal unfold contiguous to float double detach alias positive
"""
VIEWS = frozenset(_NAMES.split())
"""Methods that give a view, or may."""

_PROPERTIES = frozenset({"T", "mT", "H", "mH", "data"})
_SIZES = frozenset(
    {"size", "shape", "dim", "ndim", "ndimension", "numel", "nelement", "stride", "device", "dtype"}
)

Step = tuple[str, tuple[Any, ...], dict[str, Any]]
"""How a view is taken: a method of tensors and its arguments."""


def without_writes(graph: fx.GraphModule) -> None:
    """Replaces all in-place operations of a graph.

    Without this, running the second half of a graph would change the feature map it was given.
    """
    _Writes(graph).replace()
    for module in graph.modules():
        if getattr(module, "inplace", False) is True:
            setattr(module, "inplace", False)  # noqa: B010


class _Writes:
    """What shares memory with what, at each point of a graph."""

    def __init__(self, graph: fx.GraphModule) -> None:
        self._graph, self._modules = graph.graph, dict(graph.named_modules())
        self._sizes: set[fx.Node] = set()
        self._view_of: dict[fx.Node, tuple[fx.Node, tuple[Step, ...]]] = {}  # whose, and how it is taken
        self._whole: dict[fx.Node, fx.Node] = {}  # a value's memory as it is now
        self._writes: dict[fx.Node, int] = {}  # how often it was written to so far
        self._read_after: dict[fx.Node, int] = {}  # how many of these writes a node has seen
        self._again: dict[tuple[fx.Node, int, str], fx.Node] = {}  # views taken after a write

    def replace(self) -> None:
        for node in list(self._graph.nodes):
            for source in node.all_input_nodes:
                if source in self._view_of:
                    self._use_latest(node, source)
            if self._is_size(node):
                self._sizes.add(node)
            elif node.target is operator.setitem and node.op == "call_function":
                self._assign(node)
            else:
                self._enter(node)

    def _enter(self, node: fx.Node) -> None:
        written = _written_to(node, self._modules)
        if written is not None and written in self._view_of:
            return self._write(node, written)
        view = _view_taken(node, self._modules)
        if view is not None and view[0] in self._view_of:
            root, steps = self._view_of[view[0]]
            return self._is_view(node, root, (*steps, view[1]))
        self._whole[node], self._writes[node] = node, 0
        return self._is_view(node, node, ())

    def _is_view(self, node: fx.Node, root: fx.Node, steps: tuple[Step, ...]) -> None:
        self._view_of[node], self._read_after[node] = (root, steps), self._writes[root]

    def _write(self, node: fx.Node, written: fx.Node) -> None:
        """The node gives what ``written`` holds from here on."""
        root, steps = self._view_of[written]
        whole = node
        if steps:
            with self._graph.inserting_after(node):
                whole = self._graph.call_function(with_part, (self._whole[root], node, steps))
        self._changed(root, whole)
        self._is_view(node, root, steps)
        self._again[root, self._writes[root], str(steps)] = node

    def _assign(self, node: fx.Node) -> None:
        """``x[key] = value``."""
        written, key, value = node.args
        assert isinstance(written, fx.Node)
        root, steps = self._view_of[written]
        at: Step = ("__getitem__", (key,), {})
        with self._graph.inserting_after(node):
            whole = self._graph.call_function(with_part, (self._whole[root], value, (*steps, at)))
        self._graph.erase_node(node)
        self._changed(root, whole)

    def _changed(self, root: fx.Node, whole: fx.Node) -> None:
        self._writes[root] += 1
        self._whole[root] = whole
        self._is_view(whole, root, ())

    def _use_latest(self, node: fx.Node, source: fx.Node) -> None:
        """Lets a node read what a value holds now, if it was written to since."""
        root, steps = self._view_of[source]
        count = self._writes[root]
        if self._read_after[source] == count:
            return
        key = (root, count, str(steps))
        if key not in self._again:
            value = self._whole[root]
            with self._graph.inserting_before(node):
                for number, (name, args, kwargs) in enumerate(steps, 1):
                    value = self._graph.call_method(name, (value, *args), kwargs)
                    self._is_view(value, root, steps[:number])
            self._again[key] = value
        node.replace_input_with(source, self._again[key])

    def _is_size(self, node: fx.Node) -> bool:
        """Whether a node is a number, or numbers, read of a shape."""
        name = str(node.target) if node.op == "call_method" else ""
        if node.op == "call_function":
            attribute = str(node.args[1]) if node.target is getattr and len(node.args) > 1 else ""
            plain = getattr(node.target, "__module__", "") in ("_operator", "builtins", "math")
            numbers = node.all_input_nodes and self._sizes.issuperset(node.all_input_nodes)
            return attribute in _SIZES or bool(plain and numbers)
        return name in _SIZES


def with_part(whole: Any, part: Any, steps: tuple[Step, ...]) -> Any:
    """A copy of a value with a part of it replaced: of a tensor, or of one in a tuple or list.

    Args:
        whole: ``(…)``.
        part: What takes the place of ``whole`` seen through the steps; a number stands for all of it.
        steps: How that view is taken.
    """
    if not isinstance(whole, Tensor):
        (_, (index, *_), _), *within = steps
        return type(whole)(
            with_part(each, part, tuple(within)) if number == index % len(whole) else each
            for number, each in enumerate(whole)
        )
    own = torch.arange(whole.numel(), device=whole.device).view(whole.shape)
    places: Any = own
    for name, args, kwargs in steps:
        # Types do not matter for where a part lies, and the places have to stay whole numbers.
        places = places if name in ("to", "float", "double") else getattr(places, name)(*args, **kwargs)
    shared = places.untyped_storage()._cdata == own.untyped_storage()._cdata
    if not shared and steps[-1][0] != "__getitem__":  # assigning by indices copies, and still writes
        return whole  # the last step copied, so that what was written to does not share memory
    part = torch.as_tensor(part, device=whole.device).to(whole.dtype).expand(places.shape)
    return whole.reshape(-1).scatter(0, places.flatten(), part.flatten()).view(whole.shape)


def on_copy(x: Tensor, name: str, *args: Any, **kwargs: Any) -> Tensor:
    """An in-place method that has no other form, such as ``zero_``, of a copy."""
    result: Tensor = getattr(x.clone(), name)(*args, **kwargs)
    return result


def _view_taken(node: fx.Node, modules: dict[str, nn.Module]) -> tuple[fx.Node, Step] | None:
    """What a node is a view of, and how it is taken, if it is one."""
    if not node.args or not isinstance(node.args[0], fx.Node):
        return None
    source, rest = node.args[0], tuple(node.args[1:])
    name = getattr(node.target, "__name__", str(node.target))
    if node.op == "call_module":
        module = modules[str(node.target)]
        if isinstance(module, nn.Flatten):
            return source, ("flatten", (module.start_dim, module.end_dim), {})
        if isinstance(module, nn.Unflatten):
            return source, ("unflatten", (module.dim, module.unflattened_size), {})
        return None
    if node.target is operator.getitem:
        return (source, ("__getitem__", rest, {})) if _is_basic(rest[0]) else None
    if node.target is getattr:
        return (source, ("__getattribute__", rest, {})) if rest[0] in _PROPERTIES else None
    by_name = node.op == "call_method" or node.target is getattr(torch, name, None)
    if by_name and name in VIEWS:
        return source, (name, rest, dict(node.kwargs))
    return None


def _is_basic(index: Any) -> bool:
    """Whether an index takes a view: whole numbers, slices, ``None`` and ``…``, but no list and no tensor."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(part is None or part is ... or isinstance(part, int | slice) for part in parts)


def _written_to(node: fx.Node, modules: dict[str, nn.Module]) -> fx.Node | None:
    """What an operation writes to, if it works in place; it no longer does afterwards."""
    target = node.kwargs.get("out")
    if isinstance(target, fx.Node):
        node.kwargs = {name: value for name, value in node.kwargs.items() if name != "out"}
        return target
    first = node.args[0] if node.args else None
    return first if isinstance(first, fx.Node) and _made_plain(node, modules) else None


def _made_plain(node: fx.Node, modules: dict[str, nn.Module]) -> bool:
    """Whether the operation works in place; if it is a function or method, it no longer does afterwards."""
    if node.op == "call_module":
        return getattr(modules[str(node.target)], "inplace", False) is True
    name = getattr(node.target, "__name__", str(node.target))
    plain = _without_underscore(name)
    if node.op == "call_method" and plain and callable(getattr(Tensor, name, None)):
        if callable(getattr(Tensor, plain, None)):
            node.target = plain
        else:
            _call(node, on_copy, (node.args[0], name, *node.args[1:]))
        return True
    if node.op != "call_function" or not callable(node.target):
        return False
    if node.target in OPERATORS:
        node.target = OPERATORS[node.target]
        return True
    function = getattr(functional, plain, None) or getattr(torch, plain, None)
    if plain and callable(function):
        node.target = function
        return True
    if plain and callable(getattr(Tensor, name, None)):
        _call(node, on_copy, (node.args[0], name, *node.args[1:]))
        return True
    return _flag_taken_off(node)


def _call(node: fx.Node, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    node.op, node.target, node.args = "call_function", function, args


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
