"""Keras files: read without TensorFlow, taken apart, and refused where they hold code."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from keras_files import teachable_machine_zip

from models.errors import ModelError
from models.sources import folder, keras_file, registry
from models.sources.adding import add
from models.sources.statements import Wishes
from saliency.network.graph import Graph

os.environ["KERAS_BACKEND"] = "torch"
keras = pytest.importorskip("keras")
h5py = pytest.importorskip("h5py")
pytestmark = pytest.mark.filterwarnings("ignore")  # Keras's own


def network(*more: Any, last: str = "softmax") -> Any:
    keras.utils.set_random_seed(0)
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((64, 64, 3)),
            *more,
            layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.DepthwiseConv2D(3, padding="same"),
            layers.Conv2D(16, 3, strides=2, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation=last),
        ]
    )


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_file_becomes_a_graph(tmp_path: Path, suffix: str) -> None:
    model = network()
    path = tmp_path / f"model{suffix}"
    model.save(path)
    assert registry.format_of([path]) == "keras-file"
    read = registry.read("keras-file", [path])
    assert (read.size, read.outputs) == ((64, 64), "probabilities")
    x = torch.randn(3, 3, 64, 64)
    with torch.no_grad():
        expected = model(x.permute(0, 2, 3, 1))
        assert torch.allclose(read.module(x), expected, atol=1e-6)
        graph = Graph(read.module, size=64)
        assert torch.allclose(graph(x).softmax(1), expected, atol=1e-4)
    assert graph.layers
    assert not graph.any_size
    values, slope = graph.feature_gradient(x, lambda logits: logits[:, 1])
    assert values.shape == slope.shape
    assert slope.abs().max() > 0


def test_sums_with_numbers_and_layer_scales_in_an_h5_are_found(tmp_path: Path) -> None:
    """Keras writes them without their module, as MobileNetV3 and ConvNeXt have them, and then finds none."""
    from keras.src.applications.convnext import LayerScale

    layers = keras.layers
    given = layers.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, strides=2)(given)
    x = keras.ops.relu(x + 3.0) * (1 / 6) - 0.1
    x = layers.Add()([x, LayerScale(0.5, 8)(x)])
    model = keras.Model(given, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))
    model.save(tmp_path / "model.h5")
    read = registry.read("keras-file", [tmp_path / "model.h5"])
    x = torch.randn(3, 3, 32, 32)
    with torch.no_grad():
        assert torch.allclose(read.module(x), model(x.permute(0, 2, 3, 1)), atol=1e-6)
    assert not read.outside


class OneByOne(keras.layers.Layer):
    """Works with one picture only."""

    def call(self, x: Any) -> Any:
        return keras.ops.reshape(x, (1, 8, 8, 3))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("batch", [1, 3])
def test_a_file_for_a_number_of_pictures_takes_any(tmp_path: Path, suffix: str, batch: int) -> None:
    keras.utils.set_random_seed(0)
    given = keras.Input(batch_shape=(batch, 32, 32, 3))
    x = keras.layers.Conv2D(8, 3, strides=2, activation="relu")(given)
    x = keras.layers.BatchNormalization()(x)
    model = keras.Model(given, keras.layers.Dense(3)(keras.layers.GlobalAveragePooling2D()(x)))
    model.save(tmp_path / f"model{suffix}")
    read = registry.read("keras-file", [tmp_path / f"model{suffix}"])
    pictures = torch.randn(2 * batch, 3, 32, 32)
    with torch.no_grad():
        parts = [model(part.permute(0, 2, 3, 1)) for part in pictures.split(batch)]
        assert torch.allclose(read.module(pictures), torch.cat(parts), atol=1e-5)
    assert (read.outside, read.size) == ("", (32, 32))
    assert Graph(read.module, size=32).layers


def test_a_file_that_works_with_its_number_only_is_asked_from_outside() -> None:
    given = keras.Input(batch_shape=(1, 8, 8, 3))
    model = keras.Model(given, keras.layers.Dense(3)(keras.layers.Flatten()(OneByOne()(given))))
    module, outside = keras_file._batch_free(keras, model, (3, 8, 8))
    assert outside == "it takes 1 picture at a time and cannot be made to take more"
    pictures = torch.randn(3, 3, 8, 8)
    with torch.no_grad():
        alone = torch.cat([model(each.permute(1, 2, 0)[None]) for each in pictures])
        assert torch.allclose(module(pictures), alone, atol=1e-6)


def test_a_teachable_machine_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "OWN_FOLDER", tmp_path / "custom")
    packed = teachable_machine_zip(network(), tmp_path, ("cat", "dog", "bird"))
    added = add(packed, Wishes(key="pets"))
    classifier = folder.load_folder(added.folder)
    assert classifier.labels == ("cat", "dog", "bird")
    assert classifier.preprocessing.mean == (0.5,) * 3
    assert classifier.warning == ""


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_lambda_layer_is_not_opened(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    network(keras.layers.Lambda(lambda x: x / 255)).save(path)
    with pytest.raises(ModelError, match="Lambda layer"):
        registry.read("keras-file", [path])


def asking_for(path: Path, **more: Any) -> Path:
    """A file whose second layer is described otherwise."""
    network().save(path.with_name("plain.keras"))
    with zipfile.ZipFile(path.with_name("plain.keras")) as plain, zipfile.ZipFile(path, "w") as packed:
        for entry in plain.namelist():
            data = plain.read(entry)
            if entry == "config.json":
                content = json.loads(data)
                content["config"]["layers"][1].update(more)
                data = json.dumps(content).encode()
            packed.writestr(entry, data)
    return path


@pytest.mark.parametrize(
    "more",
    [
        {"module": "os", "class_name": "system"},
        {"module": "evil.layers", "class_name": "Layer"},
        {"module": "keras.layers", "class_name": "TorchModuleWrapper"},
        {"module": "keras.layers", "class_name": "StringLookup"},
        {"module": "builtins", "class_name": "function", "registered_name": "function"},
    ],
)
def test_objects_that_are_not_kerass_own_are_not_built(tmp_path: Path, more: dict[str, str]) -> None:
    with pytest.raises(ModelError, match="is not opened"):
        registry.read("keras-file", [asking_for(tmp_path / "model.keras", **more)])


def test_numbers_of_another_file_are_not_read(tmp_path: Path) -> None:
    network().save(tmp_path / "model.h5")
    with h5py.File(tmp_path / "model.h5", "r+") as file:
        file["model_weights/elsewhere"] = h5py.ExternalLink("/etc/passwd", "/")
    with pytest.raises(ModelError, match="another file"):
        registry.read("keras-file", [tmp_path / "model.h5"])


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
@pytest.mark.parametrize("fault", ["link", "size"])
def test_what_hdf5_itself_can_hide_is_found(tmp_path: Path, suffix: str, fault: str) -> None:
    """A link to another file, or a table of 8 TB without a number in it, in either kind of file."""
    path = tmp_path / f"model{suffix}"
    network().save(path)
    inside = path if suffix == ".h5" else tmp_path / "model.weights.h5"
    if suffix == ".keras":
        with zipfile.ZipFile(path) as packed:
            content = {name: packed.read(name) for name in packed.namelist()}
        inside.write_bytes(content["model.weights.h5"])
    with h5py.File(inside, "r+") as file:
        if fault == "link":
            file["layers_of_mine"] = h5py.ExternalLink("/etc/passwd", "/")
        else:
            file.create_dataset("large", shape=(1_000_000, 1_000_000), dtype="f8", chunks=(1000, 1000))
    if suffix == ".keras":
        with zipfile.ZipFile(path, "w") as packed:
            for name, data in (content | {"model.weights.h5": inside.read_bytes()}).items():
                packed.writestr(name, data)
    with pytest.raises(ModelError, match="another file" if fault == "link" else "as no model does"):
        registry.read("keras-file", [path])


def test_a_file_that_grows_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.keras", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("config.json", "{}")
        packed.writestr("model.weights.h5", bytes(60_000_000))
    with pytest.raises(ModelError, match="as no model does"):
        registry.read("keras-file", [tmp_path / "model.keras"])


def test_sigmoids_are_recorded_as_labels(tmp_path: Path) -> None:
    network(last="sigmoid").save(tmp_path / "model.keras")
    assert registry.read("keras-file", [tmp_path / "model.keras"]).outputs == "labels"


def test_damaged_files(tmp_path: Path) -> None:
    for name in ("a.keras", "a.h5"):
        (tmp_path / name).write_bytes(b"nothing")
        with pytest.raises(ModelError, match="could not be read as a Keras file"):
            registry.read("keras-file", [tmp_path / name])
