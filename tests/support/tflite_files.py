"""TFLite files for tests, written by the schema that comes with LiteRT: one fully connected layer."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

SIDE, CLASSES = 32, 3


def weights() -> np.ndarray:
    """``(CLASSES, SIDE · SIDE · 3)``: each class is a colour, and looks at the upper left quarter."""
    values = np.zeros((CLASSES, SIDE, SIDE, 3), np.float32)
    for number in range(CLASSES):
        values[number, : SIDE // 2, : SIDE // 2, number] = 0.02
    return values.reshape(CLASSES, -1)


def lite_file(
    path: Path, *, quantised: str = "", softmax: bool = True, labels: str = "", name: str = "labels.txt"
) -> Path:
    """A classifier of pictures ``(1, 32, 32, 3)``; `quantised` is ``uint8`` or ``int8``."""
    kinds = {"": schema.TensorType.FLOAT32, "uint8": schema.TensorType.UINT8, "int8": schema.TensorType.INT8}
    kind, lowest = kinds[quantised], {"": 0, "uint8": 0, "int8": -128}[quantised]
    model = schema.ModelT()
    model.version, model.description = 3, "a test's"
    model.buffers = [schema.BufferT()]
    graph = schema.SubGraphT()
    graph.tensors = []

    def tensor(shape: list[int], scale: float, zero: int, data: np.ndarray | None = None) -> int:
        one = schema.TensorT()
        one.shape, one.type, one.name = shape, kind, f"t{len(graph.tensors)}"
        if quantised:
            one.quantization = schema.QuantizationParametersT()
            one.quantization.scale, one.quantization.zeroPoint = [scale], [zero]
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            one.buffer = len(model.buffers)
            model.buffers.append(buffer)
        graph.tensors.append(one)
        return len(graph.tensors) - 1

    matrix = weights()
    if quantised:
        matrix = (matrix / 0.02 * 100 + (lowest + 128)).round().astype(quantised)  # scale 0.0002
    given = tensor([1, SIDE, SIDE, 3], 1 / 128, lowest + 128)
    stored = tensor(list(matrix.shape), 0.0002, lowest + 128, matrix)
    logits = tensor([1, CLASSES], 0.1, lowest + 128)
    operators, codes = [], []

    def operator(code: int, inputs: list[int], output: int, kind: int, options: object) -> None:
        one, about = schema.OperatorT(), schema.OperatorCodeT()
        about.builtinCode = about.deprecatedBuiltinCode = code
        about.version = 4 if quantised == "int8" and code == schema.BuiltinOperator.FULLY_CONNECTED else 1
        one.opcodeIndex, one.inputs, one.outputs = len(codes), inputs, [output]
        one.builtinOptionsType, one.builtinOptions = kind, options
        codes.append(about)
        operators.append(one)

    connected = schema.BuiltinOptions.FullyConnectedOptions
    operator(
        schema.BuiltinOperator.FULLY_CONNECTED,
        [given, stored, -1],
        logits,
        connected,
        schema.FullyConnectedOptionsT(),
    )
    result = logits
    if softmax:
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        result = tensor([1, CLASSES], 1 / 256, lowest)
        operator(
            schema.BuiltinOperator.SOFTMAX, [logits], result, schema.BuiltinOptions.SoftmaxOptions, options
        )
    graph.inputs, graph.outputs, graph.operators = [given], [result], operators
    model.subgraphs, model.operatorCodes = [graph], codes
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    content = bytes(builder.Output())
    if labels:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, labels)
        content += packed.getvalue()
    path.write_bytes(content)
    return path
