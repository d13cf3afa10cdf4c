"""An ONNX file with an operator that is not read, so that the model in it is asked from outside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


def odd_model(
    where: Path,
    *,
    operator: str = "GlobalLpPool",
    batch: int | str = "n",
    layout: str = "NCHW",
    kind: int = FLOAT,
    end: str = "Softmax",
    domain: str = "",
    side: int = 32,
) -> Path:
    """A convolution, an operator that is not read, and a linear layer."""
    last = layout == "NHWC"
    shape = [batch, side, side, 3] if last else [batch, 3, side, side]
    nodes = [helper.make_node("Cast", ["x"], ["f"], to=FLOAT)]
    nodes.append(helper.make_node("Transpose", ["f"], ["t"], perm=[0, 3, 1, 2] if last else [0, 1, 2, 3]))
    nodes += [
        helper.make_node("Conv", ["t", "w"], ["c"], strides=[2, 2]),
        helper.make_node(operator, ["c"], ["p"], domain=domain),
        helper.make_node("Flatten", ["p"], ["q"]),
        helper.make_node("MatMul", ["q", "v"], ["l"]),
        helper.make_node(end, ["l"], ["y"]),
    ]
    r = np.random.default_rng(0)
    stored = [
        numpy_helper.from_array(r.normal(0, 0.3, size).astype(np.float32), name)
        for name, size in {"w": (8, 3, 3, 3), "v": (8, 5)}.items()
    ]
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("y", FLOAT, [batch, 5])],
        stored,
    )
    domains = [helper.make_opsetid("", 13)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    path = where / "model.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=domains, ir_version=8).SerializeToString())
    return path
