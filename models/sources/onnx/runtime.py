"""An ONNX file run by onnxruntime: what cannot be taken apart here is asked from outside."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from models.errors import ModelError, quoted
from models.sources.onnx.signature import PictureInput
from models.sources.outside import in_batches
from models.sources.read_model import Outputs
from models.sources.registry import INSTALL

PACKAGE = "onnxruntime"
_USUAL_SIDE = 224
_TOO_LARGE = 2**31  # bytes: what a protobuf can hold
_PASSED = ("Flatten", "Reshape", "Squeeze", "Identity", "Cast")
_FLOATING = ("tensor(float)", "tensor(float16)", "tensor(double)")
_KINDS: Mapping[str, np.dtype[Any]] = {
    "tensor(float)": np.dtype(np.float32),
    "tensor(float16)": np.dtype(np.float16),
    "tensor(double)": np.dtype(np.float64),
    "tensor(uint8)": np.dtype(np.uint8),
    "tensor(int8)": np.dtype(np.int8),
    "tensor(uint16)": np.dtype(np.uint16),
    "tensor(int16)": np.dtype(np.int16),
    "tensor(int32)": np.dtype(np.int32),
    "tensor(int64)": np.dtype(np.int64),
}


class OnnxClassifier(NamedTuple):
    """A classifier in an ONNX file.

    Attributes:
        classes: How many numbers it gives a picture.
        outputs: What they are, by the file's last operator; ``None`` where only whoever made it knows.
        notes: What people should know of it, in sentences.
        outside: Why it is run by onnxruntime, as half a sentence; empty for a graph.
    """

    module: nn.Module
    classes: int
    outputs: Outputs | None
    notes: tuple[str, ...] = ()
    outside: str = ""


class RuntimeModel(nn.Module):
    """One output of an ONNX file, from pictures ``(N, C, H, W)`` to ``(N, K)``."""

    def __init__(self, session: Any, given: PictureInput, output: str) -> None:
        super().__init__()
        self._session, self._given, self._output = session, given, output
        self._kind = _KINDS[session.get_inputs()[0].type]

    def forward(self, pictures: Tensor) -> Tensor:
        """The outputs, of as many pictures at a time as the file takes."""
        batch = self._given.batch
        return in_batches(self._run, pictures, batch) if batch else self._run(pictures)

    def _run(self, pictures: Tensor) -> Tensor:
        values = pictures.permute(0, 2, 3, 1) if self._given.channels_last else pictures
        handed = values.detach().cpu().float().numpy()
        if self._kind.kind in "iu":
            limits = np.iinfo(self._kind)
            handed = handed.round().clip(limits.min, limits.max)
        handed = np.ascontiguousarray(handed.astype(self._kind))
        (result,) = self._session.run([self._output], {self._given.name: handed})
        numbers = torch.from_numpy(np.asarray(result, np.float32))
        return numbers.flatten(1) if numbers.ndim > 1 else numbers.reshape(-1, 1)


def run_outside(model: Any, given: PictureInput, problem: ModelError) -> OnnxClassifier:
    """The classifier in a ``ModelProto`` that cannot be taken apart.

    Raises:
        ModelError: onnxruntime is not installed; or the problem itself, where it cannot run the file either.
    """
    if find_spec(PACKAGE) is None:
        raise ModelError(
            f"{problem.message} Or have the model asked from outside: that needs the package {PACKAGE}, "
            f"which is not installed. Run: {INSTALL}."
        ) from problem
    try:
        session = _session(model)
        name, classes = _row(session, given)
    except ModelError:
        raise
    except Exception as error:  # of onnxruntime's own kinds: it knows the operator as little
        raise problem from error
    said = problem.message.partition(". ")[0].rstrip(".")
    return OnnxClassifier(
        RuntimeModel(session, given, name).eval(),
        classes,
        _kind(model.graph, name, classes),
        outside=said[:1].lower() + said[1:],
    )


def _session(model: Any) -> Any:
    """The file with its weights, ready to run; nothing beside it is read."""
    import onnxruntime

    if model.ByteSize() >= _TOO_LARGE:
        raise ValueError("larger than a protobuf can be")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 4  # what goes wrong is raised too
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _row(session: Any, given: PictureInput) -> tuple[str, int]:
    """The first output that gives one row of numbers for each picture, and how many.

    Raises:
        ModelError: There is none.
    """
    shape = (given.batch or 2, given.channels, given.height or _USUAL_SIDE, given.width or _USUAL_SIDE)
    pictures = torch.randn(shape, generator=torch.Generator().manual_seed(0)).abs()
    for output in session.get_outputs():
        sides = output.shape  # numbers, names of what is open, or nothing where the file does not say
        if output.type not in _FLOATING or len(sides) in (1, 3) or any(side != 1 for side in sides[2:]):
            continue
        numbers = RuntimeModel(session, given, output.name)(pictures)
        if len(numbers) == len(pictures) and numbers.shape[1]:
            return output.name, numbers.shape[1]
    names = ", ".join(quoted(output.name) for output in session.get_outputs())
    raise ModelError(
        f"The model is no classifier of pictures: of its outputs ({names}) none is one row of scores for "
        "each picture (N × classes). It may find objects or areas, or describe pictures by features."
    )


def _kind(graph: Any, name: str, classes: int) -> Outputs | None:
    """What an output's numbers are, by the operator that gives them."""
    ends = {result: node for node in graph.node for result in node.output}
    node = ends.get(name)
    while node is not None and node.op_type in _PASSED:
        node = ends.get(node.input[0])
    operator = "" if node is None else node.op_type
    if operator == "Sigmoid":
        return "yes-no" if classes == 1 else "labels"
    return "probabilities" if operator == "Softmax" and classes > 1 else None
