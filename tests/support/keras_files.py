"""Keras files as other programs write them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest


def teachable_machine_zip(network: Any, folder: Path, labels: Sequence[str]) -> Path:
    """What Teachable Machine gives: keras_model.h5 as Keras 2 wrote it, and labels with their numbers."""
    h5py = pytest.importorskip("h5py")
    network.save(folder / "keras_model.h5")
    with h5py.File(folder / "keras_model.h5", "r+") as file:
        content = json.loads(file.attrs["model_config"])
        for layer in content["config"]["layers"]:
            if layer["class_name"] == "DepthwiseConv2D":
                layer["config"]["groups"] = 1
        file.attrs["model_config"] = json.dumps(content)
    with zipfile.ZipFile(folder / "converted_keras.zip", "w") as packed:
        packed.write(folder / "keras_model.h5", "keras_model.h5")
        packed.writestr("labels.txt", "".join(f"{number} {label}\n" for number, label in enumerate(labels)))
    return folder / "converted_keras.zip"
