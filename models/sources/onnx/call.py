"""One node of an ONNX graph while it is being read, and the register of functions that read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, fx, nn

from models.errors import ModelError
from models.sources.onnx import examples
from models.sources.onnx.sizes import is_sizes, row, tidy
from models.sources.onnx.tracer import Tracer

Value = Any
"""A constant (:class:`torch.Tensor`), a stand-in (:class:`torch.fx.Proxy`), or :data:`Sizes`."""

Reader = Callable[..., Any]

OPERATORS: dict[str, Reader] = {}
"""Functions ``f(call, *inputs)`` by the operator they read, with its domain if it is not ONNX's own.

They give one value, or a tuple of them.
"""

ON_SIZES: dict[str, Reader] = {}
"""The same for operators whose inputs are sizes of tensors, or constants."""


@dataclass(frozen=True)
class Call:
    """What a node says beside its inputs.

    Attributes:
        operator: Its name, such as ``Conv``.
        name: The node's own name.
        attributes: Its settings, by name.
        version: The opset it is written in.
        outputs: How many of its outputs are asked for; those after the last one that is used do not count.
        tracer: Where the graph is written.
        batch: How many pictures the file takes at once; 0 for any number.
    """

    operator: str
    name: str
    attributes: Mapping[str, Any]
    version: int
    outputs: int
    tracer: Tracer
    batch: int = 0

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting, or its default."""
        return self.attributes.get(name, default)

    def numbers(self, name: str, given: Value = None) -> list[int] | None:
        """Whole numbers that newer opsets take as an input and older ones as a setting."""
        if given is not None:
            return whole_numbers(given)
        stated = self.setting(name)
        return None if stated is None else [int(number) for number in np.ravel(stated)]

    def module(self, module: nn.Module, x: Value) -> Value:
        """What a module makes of a value."""
        return module.eval()(x) if isinstance(x, Tensor) else self.tracer.call_module(module, self.name, x)

    def function(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Value:
        """A call with sizes among its arguments, which torch does not see by itself."""
        return self.tracer.create_proxy("call_function", function, args, kwargs)

    def parameter(self, weight: Tensor) -> nn.Parameter:
        """The frozen parameter of a weight; shared where the weight is."""
        return self.tracer.parameter(weight)

    def written(self, x: Value) -> fx.Proxy:
        """A stand-in, of a constant too."""
        return self.tracer.read(x) if isinstance(x, Tensor) else x

    def refuse(self, what: str) -> ModelError:
        """The error for something that is not read."""
        return ModelError(
            f"The file uses the operator {self.operator} {what}, which cannot be read. "
            "Export the model without it."
        )


def operator(*names: str) -> Callable[[Reader], Reader]:
    """Register the function that reads these operators."""
    return _registered(OPERATORS, names)


def contributed(*names: str) -> Callable[[Reader], Reader]:
    """Register the function that reads these operators of onnxruntime's own (``com.microsoft``)."""
    return operator(*(f"{name} of com.microsoft" for name in names))


def on_sizes(*names: str) -> Callable[[Reader], Reader]:
    """Register the function that reads these operators where they work on sizes."""
    return _registered(ON_SIZES, names)


def _registered(readers: dict[str, Reader], names: Sequence[str]) -> Callable[[Reader], Reader]:
    def register(function: Reader) -> Reader:
        for name in names:
            if name in readers:
                raise ValueError(f"The operator {name} has two readers.")
            readers[name] = function
        return function

    return register


def rank(x: Value) -> int:
    """How many axes a value has."""
    return x.ndim if isinstance(x, Tensor | np.ndarray) else len(examples.shape(x.node))


def lengths(x: Value) -> list[Any]:
    """The length of each axis: a number where it is constant, otherwise what reads it."""
    if not isinstance(x, fx.Proxy):
        return list(x.shape)
    shapes = [value.shape for value in examples.values(x.node)]
    if len({len(shape) for shape in shapes}) > 1:
        return [x.size(axis) for axis in range(len(shapes[0]))]
    alike = [len({shape[axis] for shape in shapes}) == 1 for axis in range(len(shapes[0]))]
    return [int(shapes[0][axis]) if alike[axis] else x.size(axis) for axis in range(len(alike))]


def whole_numbers(given: Value) -> list[Any]:
    """A list of numbers, of a constant or of sizes.

    Raises:
        ValueError: They depend on the picture.
    """
    if isinstance(given, Tensor):
        return [int(number) for number in given.reshape(-1).tolist()]
    if is_sizes(given):
        return list(given.reshape(-1))
    raise ValueError("its settings depend on the picture")


def constant(given: Value) -> Tensor:
    """A constant.

    Raises:
        ValueError: It depends on the picture.
    """
    if not isinstance(given, Tensor):
        raise ValueError("its settings depend on the picture")
    return given


def number(given: Value, default: float | None = None) -> Any:
    """The one number in a constant."""
    return default if given is None else constant(given).reshape(-1)[0].item()


def operand(x: Value) -> Value:
    """A value as a term of arithmetic: a single size is what reads it."""
    return x.reshape(-1)[0] if is_sizes(x) else x


def sizes_of(x: Value) -> Value:
    """The lengths of all axes, as a value: a constant where all are."""
    return tidy(row(lengths(x)))
