"""From the nodes of an ONNX graph to a ``torch.fx`` graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, fx

from models.errors import ModelError, quoted
from models.sources.onnx.call import ON_SIZES, OPERATORS, Call, Value
from models.sources.onnx.operators import register_all
from models.sources.onnx.sizes import is_sizes
from models.sources.onnx.tensors import attributes_of, tensor_of
from models.sources.onnx.tracer import Tracer

_OWN_DOMAINS = ("", "ai.onnx")
_SMALL = 4  # numbers: mean and deviation of pictures are no weights


class Builder:
    """Reads one model.

    Attributes:
        tracer: Where the graph is written.
    """

    def __init__(self, version: int, batch: int = 0) -> None:
        """Begin.

        Args:
            version: The opset.
            batch: How many pictures the file takes at once; 0 for any number.
        """
        register_all()
        self.tracer = Tracer()
        self._version, self._batch = version, batch

    def run(self, graph: Any, values: dict[str, Value]) -> list[Value]:
        """What a ``GraphProto`` gives.

        Args:
            graph: It is written down node by node, after what was written before.
            values: Its inputs by name, and for a branch what is known outside.

        Raises:
            ModelError: It has an operator that is not read, or is damaged.
        """
        values = values | {stored.name: self._initial(stored) for stored in graph.initializer}
        for node in graph.node:
            results = self._results(node, values)
            values |= {name: value for name, value in zip(node.output, results, strict=False) if name}
        return [_value(values, output.name) for output in graph.output]

    def module(self, inputs: Sequence[fx.Proxy], outputs: Value) -> fx.GraphModule:
        """The finished graph."""
        self.tracer.graph.output(self.tracer.create_arg(outputs))
        module = fx.GraphModule(self.tracer.root, self.tracer.graph, "OnnxModel")
        module.graph.eliminate_dead_code()
        module.recompile()
        module.delete_all_unused_submodules()
        for node in module.graph.nodes:
            node.meta.clear()
        return module.eval()

    def _initial(self, stored: Any) -> Tensor:
        tensor = tensor_of(stored)
        if tensor.is_floating_point() and tensor.numel() > _SMALL:
            self.tracer.parameter(tensor)
        return tensor

    def _results(self, node: Any, values: Mapping[str, Value]) -> tuple[Value, ...]:
        inputs = [_value(values, name) if name else None for name in node.input]
        if node.op_type == "If" and node.domain in _OWN_DOMAINS:
            return tuple(self._branch(node, inputs[0], dict(values)))
        reader = _reader(node, inputs)
        used = [number for number, name in enumerate(node.output) if name]
        call = Call(
            _name(node),
            node.name or next(iter(node.output), node.op_type),
            attributes_of(node),
            self._version,
            used[-1] + 1 if used else 0,
            self.tracer,
            self._batch,
        )
        try:
            with torch.no_grad():
                result = reader(call, *inputs)
        except ModelError:
            raise
        except Exception as error:  # an operator is given what it does not take: the file can say anything
            raise ModelError(
                f"The operator {node.op_type} at {quoted(call.name)} cannot be read: "
                f"{_first_line(error)}. The file may be damaged; export it again."
            ) from error
        return result if isinstance(result, tuple) else (result,)

    def _branch(self, node: Any, condition: Value, values: dict[str, Value]) -> list[Value]:
        """What the branch gives that a constant condition chooses."""
        if not isinstance(condition, Tensor):
            raise ModelError(
                "The model decides by the picture which of its parts to run (the operator If), so it has no "
                "one graph to explain. Export it without that."
            )
        chosen = "then_branch" if bool(condition.reshape(-1)[0]) else "else_branch"
        graph = next(attribute.g for attribute in node.attribute if attribute.name == chosen)
        return self.run(graph, values)


def unknown_operators(graph: Any) -> list[str]:
    """The operators in a graph that are not read, by name and in order, each once."""
    register_all()
    known = OPERATORS.keys() | ON_SIZES.keys() | {"If"}
    return list(dict.fromkeys(name for name in map(_name, graph.node) if name not in known))


def _reader(node: Any, inputs: Sequence[Value]) -> Any:
    """The function that reads a node with such inputs."""
    reader = OPERATORS.get(_name(node))
    among = any(map(is_sizes, inputs)) and not any(isinstance(value, fx.Proxy) for value in inputs)
    if among or (reader is None and not any(isinstance(value, fx.Proxy) for value in inputs)):
        reader = ON_SIZES.get(_name(node), reader)
    if reader is None:
        raise ModelError(
            f"The file uses the operator {_name(node)}, which cannot be read. Export the model without it."
        )
    return reader


def _name(node: Any) -> str:
    return node.op_type if node.domain in _OWN_DOMAINS else f"{node.op_type} of {node.domain}"


def _value(values: Mapping[str, Value], name: str) -> Value:
    if name not in values:
        raise ModelError(
            f"The ONNX file is damaged: nothing in it gives {quoted(name)}, which is read. Export it again."
        )
    return values[name]


def _first_line(error: Exception) -> str:
    line = (str(error).strip() or type(error).__name__).splitlines()[0].strip()
    return line[:200].rstrip(".")
