"""A TFLite file, as Vertex AI and Teachable Machine write it for phones: run by LiteRT, asked from outside.

Float models take the values that the preparation gives. A quantised one takes whole numbers ``q`` that stand
for ``scale · (q − zero point)``, as the file says; its scores are read the same way.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from models.errors import ModelError, quoted
from models.sources.read_model import Outputs, ReadModel
from models.sources.tflite_metadata import metadata_of
from saliency.names import readable

NAME = "a TFLite file (.tflite)"
PACKAGES = ("ai_edge_litert",)
_SUFFIXES = (".tflite", ".lite")
_MARK = b"TFL3"  # bytes 4 to 8 of a file
_LARGEST_LIST = 16_000_000  # bytes of labels
_LEAST_STD, _BYTES = 0.001, 255.0
_PASSED = ("RESHAPE", "SQUEEZE", "QUANTIZE", "DEQUANTIZE", "CAST")
_REASON = "a TFLite file cannot be taken apart"


class Quantisation(NamedTuple):
    """What a tensor's numbers stand for: ``scale · (number − zero)``; scale 0: they stand for themselves."""

    dtype: np.dtype[Any]
    scale: float
    zero: int

    @classmethod
    def of(cls, tensor: dict[str, Any]) -> Quantisation:
        """As LiteRT describes a tensor."""
        scale, zero = tensor["quantization"]
        return cls(np.dtype(tensor["dtype"]), float(scale), int(zero))

    def written(self, values: np.ndarray) -> np.ndarray:
        """Values as the tensor's numbers."""
        if self.scale:
            values = values / self.scale + self.zero
        if self.dtype.kind in "iu":
            limits = np.iinfo(self.dtype)
            values = values.round().clip(limits.min, limits.max)
        return values.astype(self.dtype)

    def read(self, numbers: np.ndarray) -> np.ndarray:
        """The values that the tensor's numbers stand for."""
        values = numbers.astype(np.float32)
        return (values - self.zero) * np.float32(self.scale) if self.scale else values

    def preparation(self) -> tuple[float, float] | None:
        """Mean and deviation of values in [0, 1] with which a byte of a picture becomes a byte of the tensor.

        Quantised files are made so that the whole range of pictures takes the whole range of a byte.
        """
        if self.dtype.itemsize != 1 or self.dtype.kind not in "iu":
            return None
        if not self.scale:
            return 0.0, 1 / _BYTES
        lowest = int(np.iinfo(self.dtype).min)
        mean, std = (self.zero - lowest) / _BYTES, 1 / (_BYTES * self.scale)
        return min(max(mean, 0.0), 1.0), min(max(std, _LEAST_STD), 1.0)


class LiteModel(nn.Module):
    """One output of a TFLite file, from pictures ``(N, C, H, W)`` to ``(N, K)``, one picture at a time.

    A quantised share of 0 is one that is too small to be written, and so is what is left of 1: shares keep
    a margin from both, as the logarithm of 0 would be a fall without end.
    """

    def __init__(
        self, interpreter: Any, output: dict[str, Any], kind: Outputs | None, *, channels_last: bool
    ) -> None:
        super().__init__()
        (given,) = interpreter.get_input_details()
        self._interpreter, self._channels_last = interpreter, channels_last
        self._places = given["index"], output["index"]
        self._given, self._output = Quantisation.of(given), Quantisation.of(output)
        together = int(np.prod(output["shape"])) if kind == "probabilities" else 1
        self._margin = self._output.scale / (2 * together) if kind else 0.0

    def forward(self, pictures: Tensor) -> Tensor:
        """The outputs."""
        values = pictures.permute(0, 2, 3, 1) if self._channels_last else pictures
        rows = [self._run(value[None]) for value in values.detach().cpu().float().numpy()]
        return torch.from_numpy(np.stack(rows))

    def _run(self, values: np.ndarray) -> np.ndarray:
        given, output = self._places
        self._interpreter.set_tensor(given, np.ascontiguousarray(self._given.written(values)))
        self._interpreter.invoke()
        row = self._output.read(self._interpreter.get_tensor(output)).reshape(-1)
        return row.clip(self._margin, 1 - self._margin) if self._margin else row


def recognises(files: Sequence[Path]) -> bool:
    """Whether there is one TFLite file."""
    return len(_files(files)) == 1


def read(files: Sequence[Path]) -> ReadModel:
    """The classifier in the file, with the labels that are packed into it.

    Raises:
        ModelError: It is damaged, or does not take one picture and give one row of scores.
    """
    (path,) = _files(files)
    interpreter = _interpreter(path)
    given = interpreter.get_input_details()
    sides = [int(side) for side in given[0]["shape"]] if len(given) == 1 else []
    if len(sides) != 4 or sides[0] != 1 or not {sides[1], sides[3]} & {1, 3}:
        raise ModelError(f"{quoted(path.name)} does not take one picture at a time, height × width × 3.")
    last = sides[3] in (1, 3)
    height, width, channels = sides[1:] if last else (*sides[2:], sides[1])
    output = next((each for each in interpreter.get_output_details() if _is_row(each)), None)
    if output is None:
        raise ModelError(
            f"{quoted(path.name)} is no classifier of pictures: none of its outputs is one row of scores. "
            "It may find objects or areas, or describe pictures by features."
        )
    classes = int(np.prod(output["shape"]))
    model = _content(path)
    metadata = metadata_of(model, _number_of(model, output["index"]))
    labels, notes = _labels(path, classes, metadata.labels)
    quantised = Quantisation.of(given[0])
    stated, kind = quantised.preparation(), _kind(model, output["index"], classes)
    mean, std = metadata.mean, metadata.std
    if quantised.dtype.kind != "f":  # its numbers say it themselves
        mean, std = ((stated[0],) * 3, (stated[1],) * 3) if stated else (None, None)
    return ReadModel(
        LiteModel(interpreter, output, kind, channels_last=last).eval(),
        labels=labels,
        size=(height, width),
        mean=mean,
        std=std,
        channels="grey" if channels == 1 else "rgb" if mean else None,
        outputs=kind,
        notes=notes,
        outside=_REASON,
    )


def _files(files: Sequence[Path]) -> list[Path]:
    return [path for path in files if path.suffix.lower() in _SUFFIXES]


def _interpreter(path: Path) -> Any:
    """LiteRT with the file in it; custom operators are not loaded from anywhere.

    Raises:
        ModelError: It is no TFLite file, is damaged, or has an operator that LiteRT does not know.
    """
    from ai_edge_litert.interpreter import Interpreter

    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{quoted(path.name)} could not be read ({error.strerror}).") from error
    if content[4:8] != _MARK:
        raise ModelError(f"{quoted(path.name)} is no TFLite file, or is damaged. Copy it anew.")
    try:
        interpreter = Interpreter(model_content=content, num_threads=torch.get_num_threads())
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        reason = readable(str(error).strip().partition("\n")[0])[:200].rstrip(".")
        raise ModelError(f"LiteRT cannot run {quoted(path.name)} ({reason}). Export it again.") from error
    return interpreter


def _is_row(output: dict[str, Any]) -> bool:
    """Whether an output is ``(1, K)``, or ``(1, 1, 1, K)``."""
    shape = [int(side) for side in output["shape"]]
    return len(shape) > 1 and shape[-1] > 0 and all(side == 1 for side in shape[:-1])


def _labels(path: Path, classes: int, named: Sequence[str]) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The class names in the ZIP at the file's end, if they fit; and what to say of them.

    Args:
        path: The file.
        classes: How many there must be.
        named: The files of labels that its metadata names, the best first.
    """
    if not zipfile.is_zipfile(path):
        return None, ()
    try:
        with zipfile.ZipFile(path) as packed:
            texts = [e for e in packed.infolist() if e.filename in named or e.filename.endswith(".txt")]
            order = {name: number for number, name in enumerate(named)}
            texts.sort(key=lambda e: (order.get(e.filename, len(order)), "label" not in e.filename.lower()))
            if not texts or texts[0].file_size > _LARGEST_LIST:
                return None, ()
            lines = packed.read(texts[0]).decode("utf-8-sig").rstrip().splitlines()
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return None, ("The class names that are packed into the file could not be read.",)
    labels = tuple(map(readable, lines))
    if len(labels) != classes or not all(labels):
        return None, (f"The file names {len(labels)} classes and gives {classes} scores; give --labels.",)
    return labels, ()


def _content(path: Path) -> Any:
    """What is in the file, as LiteRT's schema gives it."""
    from ai_edge_litert import schema_py_generated as schema

    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(path.read_bytes(), 0))


def _number_of(model: Any, tensor: int) -> int:
    """Which output of the file a tensor is."""
    outputs = [int(number) for number in model.subgraphs[0].outputs]
    return outputs.index(tensor) if tensor in outputs else 0


def _kind(model: Any, tensor: int, classes: int) -> Outputs | None:
    """What an output's numbers are, by the operator that gives them."""
    from ai_edge_litert import schema_py_generated as schema

    names = {value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)}
    graph = model.subgraphs[0]
    ends = {int(result): node for node in graph.operators for result in node.outputs}
    node, operator = ends.get(tensor), ""
    while node is not None:
        code = model.operatorCodes[node.opcodeIndex]
        operator = names.get(max(code.deprecatedBuiltinCode, code.builtinCode), "")
        node = ends.get(int(node.inputs[0])) if operator in _PASSED else None
    if operator == "LOGISTIC":
        return "yes-no" if classes == 1 else "labels"
    return "probabilities" if operator == "SOFTMAX" and classes > 1 else None
