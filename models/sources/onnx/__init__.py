"""ONNX files: read into a ``torch.fx`` graph, so that they have gradients and feature maps.

ONNX (Open Neural Network Exchange) is what Azure Custom Vision and AutoML give, and what PyTorch, Keras and
scikit-learn export. Opsets 7 to the newest of the installed ``onnx`` are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.errors import ModelError, quoted
from models.sources.read_model import ReadModel

NAME = "ONNX"


def recognises(files: Sequence[Path]) -> bool:
    """Whether there is an ONNX file among these."""
    return bool(_models(files))


def read(files: Sequence[Path]) -> ReadModel:
    """The classifier in an ONNX file.

    Args:
        files: The file; weights and ``labels.txt`` beside it are found where they are.

    Raises:
        ModelError: It cannot be read, for a reason that is said.
    """
    found = _models(files)
    if len(found) != 1:
        names = " and ".join(quoted(path.name) for path in found)
        raise ModelError(
            f"There is more than one ONNX file: {names}. Choose one." if found else "There is no ONNX file."
        )
    from models.sources.onnx.reading import read_model

    return read_model(found[0], files)


def companions(files: Sequence[Path]) -> list[Path]:
    """The files of weights beside a lone ONNX file."""
    from models.sources.onnx.file import files_beside

    return [found for path in _models(files) for found in files_beside(path.resolve())]


def _models(files: Sequence[Path]) -> list[Path]:
    return [path for path in files if path.suffix.lower() == ".onnx"]
