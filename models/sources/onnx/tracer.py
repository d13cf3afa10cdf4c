"""Operators are plain functions of tensors: of tensors they compute, of stand-ins they write a graph."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, fx, nn

from models.sources.onnx.examples import Examples


class Tracer(fx.proxy.GraphAppendingTracer):
    """Writes down what is done to stand-ins, and follows shapes.

    Attributes:
        graph: What was written.
        root: Holds the weights and modules that the graph names.
        learned: Weights by identity; other tensors become buffers.
    """

    def __init__(self) -> None:
        super().__init__(fx.Graph())
        self.root = nn.Module()
        self.examples = Examples()
        self.learned: dict[int, nn.Parameter] = {}
        self._places: dict[int, fx.Proxy] = {}
        self._turned: dict[int, Tensor] = {}
        self._alive: list[Tensor] = []  # so that no identity is given twice

    def parameter(self, weight: Tensor) -> nn.Parameter:
        """The frozen parameter of a weight; the same one each time."""
        if id(weight) not in self.learned:
            self._alive.append(weight)
            self.learned[id(weight)] = nn.Parameter(weight, requires_grad=False)
        return self.learned[id(weight)]

    def transposed(self, weight: Tensor) -> Tensor:
        """A weight ``(C, K)`` as ``(K, C)``; the same one each time."""
        if id(weight) not in self._turned:
            self._alive.append(weight)
            self._turned[id(weight)] = weight.t().contiguous()
        return self._turned[id(weight)]

    def input(self, name: str) -> fx.Proxy:
        """The stand-in of an input; its examples are to be started."""
        return fx.Proxy(self.graph.placeholder(_tidy(name)), self)

    def call_module(self, module: nn.Module, name: str, *args: Any) -> fx.Proxy:
        """The result of a module, kept under a name like this one."""
        module.eval().requires_grad_(False)
        result: fx.Proxy = self.create_proxy("call_module", self._kept(name, module), args, {})
        return result

    def create_proxy(self, kind: str, target: Any, args: Any, kwargs: Any, *rest: Any, **more: Any) -> Any:
        """A node, whose examples are followed."""
        proxy = super().create_proxy(kind, target, args, kwargs, *rest, **more)
        if kind in ("call_function", "call_method", "call_module"):
            self.examples.follow(proxy.node, self._run(kind, target))
        return proxy

    def create_arg(self, a: Any) -> Any:
        """What stands in the graph for an argument; a tensor is read from the module."""
        return self.read(a).node if isinstance(a, Tensor) else super().create_arg(a)

    def read(self, tensor: Tensor, name: str = "constant") -> fx.Proxy:
        """The stand-in of a tensor that the module holds."""
        if id(tensor) not in self._places:
            self._alive.append(tensor)
            kept = self.learned.get(id(tensor), tensor)
            place = self._kept(name, kept)
            node = self.graph.create_node("get_attr", place, (), {})
            self.examples.constant(node, kept)
            self._places[id(tensor)] = fx.Proxy(node, self)
        return self._places[id(tensor)]

    def _kept(self, name: str, what: nn.Module | Tensor) -> str:
        place, count = _tidy(name), 1
        while hasattr(self.root, place):
            count += 1
            place = f"{_tidy(name)}_{count}"
        if isinstance(what, nn.Module):
            self.root.add_module(place, what)
        elif isinstance(what, nn.Parameter):
            self.root.register_parameter(place, what)
        else:
            self.root.register_buffer(place, what)
        return place

    def _run(self, kind: str, target: Any) -> Callable[..., Any]:
        if kind == "call_module":
            return self.root.get_submodule(target)
        if kind == "call_method":
            return lambda owner, *args, **kwargs: getattr(owner, target)(*args, **kwargs)
        function: Callable[..., Any] = target
        return function


def is_float(value: Any) -> bool:
    """Whether a tensor or stand-in holds floating-point values."""
    if isinstance(value, fx.Proxy):
        value = value.node.meta["runs"][0]
    return value.is_floating_point() if isinstance(value, Tensor) else isinstance(value, float)


def dtype(value: Any) -> torch.dtype:
    """The kind of values of a tensor or stand-in."""
    found: torch.dtype = (value.node.meta["runs"][0] if isinstance(value, fx.Proxy) else value).dtype
    return found


def _tidy(name: str) -> str:
    """A name that Python and torch accept."""
    tidy = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")[-80:].strip("_")
    return tidy if tidy and not tidy[0].isdigit() else f"n{tidy}"
