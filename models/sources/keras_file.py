"""A Keras file, ``.keras`` or ``.h5`` as Teachable Machine writes it, read by Keras 3 with its torch backend.

Lambda layers carry Python code and are refused before anything is built; ``safe_mode`` stays on besides.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from inspect import signature
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from models.errors import ModelError, counted
from models.sources.keras_contents import description, refuse_code
from models.sources.outside import FixedBatch
from models.sources.read_model import Outputs, ReadModel
from saliency.names import readable
from saliency.network.exported import exported

NAME = "a Keras file (.keras, .h5)"
PACKAGES = ("keras", "h5py")
_SUFFIXES = (".keras", ".h5", ".hdf5")
_USUAL_SIDE = 224
_TEACHABLE_MACHINE = "keras_model.h5"
_OUTPUTS: Mapping[str, Outputs] = {"softmax": "probabilities", "sigmoid": "labels"}


class ChannelsFirst(nn.Module):
    """A Keras model, which takes pictures ``(N, H, W, C)``, as one that takes ``(N, C, H, W)``."""

    def __init__(self, model: Any, picture: tuple[int, int, int]) -> None:
        super().__init__()
        self.model, self.picture = model, picture

    def forward(self, pictures: Tensor) -> Tensor:
        """The model's outputs ``(N, K)``."""
        pictures = pictures.reshape(
            pictures.shape[0], *self.picture
        )  # others are refused: pads are worked out
        outputs: Tensor = self.model(pictures.permute(0, 2, 3, 1))
        return outputs


def recognises(files: Sequence[Path]) -> bool:
    """Whether there is one Keras file."""
    return len(_files(files)) == 1


def read(files: Sequence[Path]) -> ReadModel:
    """The model in the file.

    Raises:
        ModelError: It has a Lambda layer or other code, several inputs or outputs, or cannot be read.
    """
    (path,) = _files(files)
    refuse_code(path, description(path))
    keras = _keras()
    model = _model(keras, path)
    if len(model.inputs) != 1 or len(model.outputs) != 1 or len(model.inputs[0].shape) != 4:
        raise ModelError(f"{path.name} has not one picture as input and one row of scores as output.")
    height, width, channels = model.inputs[0].shape[1:]
    last = str(getattr(getattr(model.layers[-1], "activation", None), "__name__", ""))
    outputs = _OUTPUTS.get(last, "softmax")
    if model.outputs[0].shape[-1] == 1:
        outputs = "yes-no" if last == "sigmoid" else "score"
    teachable = path.name == _TEACHABLE_MACHINE
    picture = (channels or 3, height or _USUAL_SIDE, width or _USUAL_SIDE)
    module, outside = _batch_free(keras, model, picture)
    if not outside:
        module, outside = _taken_apart(module, picture)
    return ReadModel(
        module,
        size=(height, width) if height and width else None,
        mean=(0.5,) * 3 if teachable else None,
        std=(0.5,) * 3 if teachable else None,
        channels="grey" if channels == 1 else "rgb" if teachable else None,
        outputs=_kind_inside(model, outputs),
        notes=("Prepared as Teachable Machine does: values from −1 to 1.",) if teachable else (),
        outside=outside,
    )


def _batch_free(keras: Any, model: Any, picture: tuple[int, int, int]) -> tuple[nn.Module, str]:
    """The model for any number of pictures; or why it is asked a few at a time, if its file fixes the number.

    The same layers are built for any number, and held against the file's own on two pictures.
    """
    module = ChannelsFirst(model, picture).eval()
    batch = model.inputs[0].shape[0]
    if batch is None:
        return module, ""
    few = FixedBatch(module, batch)
    pictures = torch.rand(2, *picture, generator=torch.Generator().manual_seed(0))
    try:
        free = keras.models.clone_model(model, input_tensors=keras.Input(model.inputs[0].shape[1:]))
        free.set_weights(model.get_weights())
        freed = ChannelsFirst(free, picture).eval()
        with torch.no_grad():
            expected, given = few(pictures), freed(pictures)
        if given.shape == expected.shape and torch.allclose(given, expected, rtol=1e-3, atol=1e-5):
            return freed, ""
    except Exception as error:  # of any kind, as all its layers are built anew and run
        logging.getLogger(__name__).info("A batch of %s cannot be freed: %s", batch, error)
    return few, f"it takes {counted(batch, 'picture', 'pictures')} at a time and cannot be made to take more"


def _taken_apart(module: nn.Module, picture: tuple[int, int, int]) -> tuple[nn.Module, str]:
    """The model as a graph; or as it is, and why it can only be asked from outside.

    Raises:
        ModelError: It cannot be run.
    """
    try:
        return exported(module, picture), ""
    except Exception as error:  # of any kind, as all its layers are run
        said = _said(error)
    try:
        with torch.no_grad():
            module(torch.zeros(2, *picture))
    except Exception as error:
        raise ModelError(
            f"Keras cannot run this model ({_said(error)}). Export the model as ONNX instead."
        ) from error
    return module, f"it has a layer that cannot be taken apart ({said})"


def _said(error: Exception) -> str:
    return readable(str(error).strip().partition("\n")[0])[:150].rstrip(".") or type(error).__name__


def _kind_inside(model: Any, outputs: Outputs) -> Outputs:
    """The kind of output, of a model whose last layer is a model itself."""
    inner = model.layers[-1]
    while hasattr(inner, "layers") and inner.layers:
        inner = inner.layers[-1]
    last = str(getattr(getattr(inner, "activation", None), "__name__", ""))
    return _OUTPUTS.get(last, outputs) if outputs == "softmax" else outputs


def _keras() -> Any:
    """Keras with torch below it.

    Raises:
        ModelError: It runs on something else already.
    """
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = "torch"
    import keras

    if keras.backend.backend() != "torch":
        raise ModelError("Keras does not run on torch here. Start again with KERAS_BACKEND=torch.")
    return keras


def _model(keras: Any, path: Path) -> Any:
    class DepthwiseConv2D(keras.layers.DepthwiseConv2D):  # type: ignore[misc]
        """Without ``groups``, which Keras 2 wrote and Keras 3 refuses; it was always 1."""

        def __init__(self, *args: Any, groups: int = 1, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)

    known = {"DepthwiseConv2D": DepthwiseConv2D, **_nameless(keras)}
    try:
        model = keras.models.load_model(
            path,
            custom_objects=known if path.suffix.lower() != ".keras" else {},
            compile=False,
            safe_mode=True,
        )
    except Exception as error:  # of any kind: the file may hold anything
        reason = readable(str(error).strip().partition("\n")[0])[:200].rstrip(".") or type(error).__name__
        raise ModelError(f"Keras cannot read {path.name} ({reason}).") from error
    return model


def _nameless(keras: Any) -> dict[str, Any]:
    """Keras's own classes that Keras writes into an ``.h5`` without their module, and then does not find.

    A sum of a layer and a number is an operation, ``Add``, and reads as the layer of that name, which takes
    layers only. What tells the two apart is that a layer states the kind of its numbers. Operations with
    settings are left out: the file does not hold them.
    """
    from keras.src.applications.convnext import LayerScale
    from keras.src.ops import nn as steps
    from keras.src.ops import numpy as arithmetic

    def either(layer: Any, operation: Any) -> Any:
        def from_config(cls: Any, config: dict[str, Any]) -> Any:
            return layer.from_config(config) if "dtype" in config else operation(**config)

        return type(layer.__name__, (layer,), {"from_config": classmethod(from_config)})

    operations = {
        name: part
        for name, part in (vars(steps) | vars(arithmetic)).items()
        if isinstance(part, type)
        and issubclass(part, keras.Operation)
        and part is not keras.Operation
        and set(signature(part.__init__).parameters) <= {"self", "name"}  # type: ignore[misc]
    }
    layers = {name: getattr(keras.layers, name, None) for name in operations}
    both = {name: either(layers[name], part) if layers[name] else part for name, part in operations.items()}
    return {"LayerScale": LayerScale, **both}


def _files(files: Sequence[Path]) -> list[Path]:
    return [path for path in files if path.suffix.lower() in _SUFFIXES]
