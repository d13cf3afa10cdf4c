"""TFLite files for tests, written by the schema that comes with LiteRT: one fully connected layer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
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


def metadata(mean: Sequence[float] = (), std: Sequence[float] = (), labels: Sequence[str] = ()) -> bytes:
    """What TensorFlow Lite Support's writer says of a picture's scale and of files of labels."""
    builder = flatbuffers.Builder(0)

    def table(fields: dict[int, int], kinds: Sequence[int] = ()) -> int:
        builder.StartObject(8)
        for number, value in fields.items():
            if number in kinds:
                builder.PrependInt8Slot(number, value, 0)
            else:
                builder.PrependUOffsetTRelativeSlot(number, value, 0)
        return builder.EndObject()

    def listed(offsets: Sequence[int]) -> int:
        builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            builder.PrependUOffsetTRelative(offset)
        return builder.EndVector()

    def numbers(values: Sequence[float]) -> int:
        builder.StartVector(4, len(values), 4)
        for value in reversed(values):
            builder.PrependFloat32(value)
        return builder.EndVector()

    options = table({0: numbers(mean), 1: numbers(std)})
    given = table({4: listed([table({0: 1, 1: options}, kinds=(0,))] if mean else [])})
    files = [table({0: builder.CreateString(name), 2: 2}, kinds=(2,)) for name in labels]
    graph = table({2: listed([given]), 3: listed([table({6: listed(files)})])})
    builder.Finish(table({3: listed([graph])}), b"M001")
    return bytes(builder.Output())


def lite_file(
    path: Path,
    *,
    quantised: str = "",
    softmax: bool = True,
    labels: str = "",
    name: str = "labels.txt",
    about: bytes = b"",
) -> Path:
    """A classifier of pictures ``(1, 32, 32, 3)``.

    Args:
        path: Where it is written.
        quantised: ``uint8`` or ``int8``; empty for floating point.
        softmax: Whether it ends in one.
        labels: What is in its file of labels.
        name: What that is called.
        about: Its metadata.
    """
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
    if about:
        entry, buffer = schema.MetadataT(), schema.BufferT()
        buffer.data = np.frombuffer(about, np.uint8)
        entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
        model.buffers.append(buffer)
        model.metadata = [entry]
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
