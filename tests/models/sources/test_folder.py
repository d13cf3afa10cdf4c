"""Folders with a model of one's own: what is accepted, what is refused and in which words."""

from __future__ import annotations

import datetime
import functools
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
import zipfile
from argparse import Namespace
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from sweeps import sweep
from torch import Tensor

import models
from models.catalogue import CATALOGUE
from models.errors import ModelError
from models.sources.folder import check_folder, load_folder
from models.torchvision_guard import import_torchvision
from saliency.photo.framing import Framing
from saliency.photo.reading import read_photo

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"
LABELS = ["mug", "lamp", "chair"]


def small_weights(classes: int = 3) -> dict[str, Tensor]:
    get_model = import_torchvision().models.get_model
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module = get_model("squeezenet1_1", weights=None, num_classes=classes)
    return {name: value.detach().clone() for name, value in module.state_dict().items()}


WEIGHTS = small_weights()

Maker = Callable[..., Path]


def write(
    parent: Path,
    weights: object = WEIGHTS,
    *,
    file: str = "weights.pth",
    labels: str = "\n".join(LABELS),
    **description: Any,
) -> Path:
    """A folder with a model, in another."""
    folder = parent / "shelves"
    folder.mkdir(exist_ok=True)
    content = {"architecture": "squeezenet1_1", "crop_size": 64} | description
    (folder / "model.json").write_text(json.dumps(content))
    (folder / "labels.txt").write_text(labels, encoding="utf-8")
    if file.endswith(".safetensors"):
        assert isinstance(weights, dict)
        safetensors.torch.save_file(weights, folder / file)
    else:
        torch.save(weights, folder / file)
    return folder


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    return functools.partial(write, tmp_path)


def test_a_folder_in_order(make: Maker) -> None:
    folder = make(name="Shelf inspector", source="the retail team", temperature=1.5, none_label="chair")
    assert check_folder(folder) == []
    classifier = load_folder(folder)
    assert classifier.labels == tuple(LABELS)
    assert (classifier.name, classifier.source) == ("Shelf inspector", "the retail team")
    assert (classifier.temperature, classifier.none_label) == (1.5, "chair")
    assert classifier.preprocessing.crop_size == 64
    assert classifier.preprocessing.resize_size == 73
    assert len(classifier.digest) == 64


def test_only_the_architecture_is_required(make: Maker) -> None:
    folder = make()
    (folder / "model.json").write_text('{"architecture": "squeezenet1_1"}')
    assert check_folder(folder) == []
    assert load_folder(folder).name == "shelves"


def wrapped(key: str) -> dict[str, object]:
    return {"epoch": 3, key: WEIGHTS, "optimizer": {"lr": 0.1}}


def prefixed(prefix: str) -> dict[str, Tensor]:
    return {prefix + name: value for name, value in WEIGHTS.items()}


PREFIXES = [
    "model.",
    "net.",
    "backbone.",
    "model.net.",
    "module.model.",
    "model._orig_mod.",
    "student.encoder.",
]


def lightning() -> dict[str, object]:
    """As Lightning's Trainer saves: what trains beside the weights, a metric's buffers among them."""
    metrics = {"val_acc.tp": torch.zeros(3), "train_f1.fn": torch.zeros(3), "loss_fn.weight": torch.ones(3)}
    return {
        "epoch": 3,
        "global_step": 100,
        "pytorch-lightning_version": "2.5.0",
        "state_dict": {**prefixed("model."), **metrics},
        "loops": {"fit_loop": {"state_dict": {}}},
        "callbacks": {"ModelCheckpoint{}": {"best_model_score": torch.tensor(0.9), "dirpath": Path("/tmp")}},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 0.1}]}],
        "lr_schedulers": [],
        "hparams_name": "config",
        "hyper_parameters": {"config": Namespace(lr=0.1), "seen": defaultdict(int, {"a": 1})},
    }


def torchvision_reference() -> dict[str, object]:
    """As torchvision's references/classification/train.py saves, without an average."""
    return {
        "model": WEIGHTS,
        "optimizer": {"state": {0: {"momentum_buffer": torch.zeros(3)}}, "param_groups": [{"lr": 0.1}]},
        "lr_scheduler": {"last_epoch": 3, "_last_lr": [np.float64(0.1)]},
        "epoch": 3,
        "args": Namespace(model="squeezenet1_1", data_path=Path("data"), lr=0.1),
        "scaler": {"scale": 65536.0},
    }


def with_numpy() -> dict[str, object]:
    """Numbers and arrays of numpy beside the weights, and a date."""
    return {
        "state_dict": WEIGHTS,
        "best": np.float32(0.9),
        "epoch": np.int64(3),
        "flag": np.bool_(True),
        "curve": np.arange(5.0),
        "when": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        "seen": {1, 2},
    }


PICTURE = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def usual_scores(tmp_path_factory: pytest.TempPathFactory) -> Tensor:
    """What the model says to the picture with its weights as they are."""
    return load_folder(write(tmp_path_factory.mktemp("usual"))).graph.logits(PICTURE)


@pytest.mark.parametrize(
    ("weights", "file"),
    [
        (WEIGHTS, "weights.pt"),
        (WEIGHTS, "weights.safetensors"),
        ({name: value.half() for name, value in WEIGHTS.items()}, "weights.safetensors"),
        (wrapped("state_dict"), "weights.pth"),
        (wrapped("model"), "weights.pth"),
        (prefixed("module."), "weights.pth"),
        (prefixed("_orig_mod.module."), "weights.safetensors"),
        ({"n_averaged": torch.tensor(3), **prefixed("module.")}, "weights.pth"),
        *sweep([(prefixed(prefix), "weights.pth") for prefix in PREFIXES], every=3),
        *sweep([({"epoch": 3, "model": prefixed(prefix)}, "weights.pth") for prefix in PREFIXES], every=6),
        ({name.replace("features.", "features.module."): v for name, v in WEIGHTS.items()}, "weights.pth"),
        (WEIGHTS | {"epoch": 3, "best_acc": 0.9, "arch": "squeezenet"}, "weights.pth"),
        (lightning(), "weights.pth"),
        (torchvision_reference(), "weights.pth"),
        (with_numpy(), "weights.pth"),
    ],
)
def test_the_same_weights_in_other_wrappings(
    make: Maker, weights: object, file: str, usual_scores: Tensor
) -> None:
    folder = make(weights, file=file)
    assert check_folder(folder) == []
    assert torch.allclose(load_folder(folder).graph.logits(PICTURE), usual_scores, atol=2e-3)


def test_byte_order_mark_line_ends_and_accents(make: Maker) -> None:
    folder = make(labels="\ufeffcafé\r\nlämp\r\n椅子\r\n\r\n")
    assert check_folder(folder) == []
    assert load_folder(folder).labels == ("café", "lämp", "椅子")


def test_builders_options(make: Maker) -> None:
    assert check_folder(make(options={"dropout": 0.2})) == []
    assert check_folder(make(options={"drop": 0.2})) == ["squeezenet1_1 has no option “drop”."]
    (problem,) = check_folder(make(options={"num_classes": 5}))
    assert "“num_classes” cannot be set" in problem


def changed(**changes: Tensor | None) -> dict[str, Tensor]:
    weights: Mapping[str, Tensor | None] = WEIGHTS | {key.replace("__", "."): v for key, v in changes.items()}
    return {name: value for name, value in weights.items() if value is not None}


def test_class_count(make: Maker) -> None:
    assert check_folder(make(labels="mug\nlamp")) == ["The weights know 3 classes, but labels.txt lists 2."]


def test_missing_and_unexpected_entries(make: Maker) -> None:
    weights = changed(features__0__bias=None, fc__weight=torch.zeros(2))
    assert check_folder(make(weights)) == [
        "The weights lack 1 entry (features.0.bias) that squeezenet1_1 needs.",
        "The weights have 1 entry (fc.weight) that squeezenet1_1 does not know.",
    ]
    first, second = check_folder(make(architecture="resnet18"))
    assert "lack 1" in first
    assert "entries (conv1.weight, bn1.weight, bn1.bias, …) that resnet18 needs" in first
    assert "that resnet18 does not know" in second


def test_shapes(make: Maker) -> None:
    (problem,) = check_folder(make(changed(features__0__weight=torch.zeros(32, 3, 3, 3))))
    assert problem == (
        "1 entry of another size than squeezenet1_1 needs: features.0.weight is 32×3×3×3, not 64×3×3×3."
    )


def test_values_that_are_no_numbers(make: Maker) -> None:
    (problem,) = check_folder(make(changed(features__0__bias=torch.full((64,), torch.nan))))
    assert "not finite numbers, in 1 entry (features.0.bias)" in problem


def test_a_picture_too_small_for_the_model(make: Maker) -> None:
    with torch.device("meta"):
        module = import_torchvision().models.get_model("alexnet", weights=None, num_classes=3)
    weights = {name: torch.zeros(value.shape) for name, value in module.state_dict().items()}
    (problem,) = check_folder(make(weights, architecture="alexnet", crop_size=32))
    assert "could not be run on a picture of 32×32 pixels" in problem


@pytest.mark.parametrize("name", ["model.json", "labels.txt"])
def test_missing_files(make: Maker, name: str) -> None:
    folder = make()
    (folder / name).unlink()
    (problem,) = check_folder(folder)
    assert f"There is no {name} in shelves." in problem


def test_missing_and_doubled_weights(make: Maker) -> None:
    folder = make()
    shutil.copy(folder / "weights.pth", folder / "weights.pt")
    (problem,) = check_folder(folder)
    assert "two weights files" in problem
    (folder / "weights.pth").unlink()
    (folder / "weights.pt").rename(folder / "best.pth")
    (problem,) = check_folder(folder)
    assert "no weights file in shelves. Name it weights.safetensors" in problem


def test_no_folder(tmp_path: Path) -> None:
    assert check_folder(tmp_path / "none") == [f"There is no folder {tmp_path / 'none'}."]
    with pytest.raises(ModelError, match="There is no folder"):
        models.load(tmp_path / "none")


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("mug\n\nchair", "Line 2 of labels.txt is blank"),
        ("", "labels.txt is empty"),
        ("mug", "one class only"),
    ],
)
def test_labels(make: Maker, labels: str, sentence: str) -> None:
    (problem,) = check_folder(make(labels=labels))
    assert sentence in problem


def test_labels_in_another_encoding(make: Maker) -> None:
    folder = make()
    (folder / "labels.txt").write_bytes("café\nb\nc".encode("latin-1"))
    assert check_folder(folder) == ["labels.txt could not be read. Save it as text in UTF-8."]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"architecture": "squeezenet"}, "“squeezenet” is unknown. Did you mean squeezenet1"),
        ({"architecture": "llama"}, "“llama” is unknown."),
        ({"architecture": 5}, "“architecture” has to be the name"),
        ({"crop_sise": 5}, "unknown entry “crop_sise”. Did you mean “crop_size”?"),
        ({"crop_size": 0}, "“crop_size” has to be a whole number of pixels"),
        ({"crop_size": True}, "“crop_size” has to be"),
        ({"crop_size": 224.5}, "“crop_size” has to be"),
        ({"crop_size": 224, "resize_size": 200}, "“resize_size” cannot be smaller"),
        ({"mean": [0.5, 0.5]}, "“mean” has to be three numbers"),
        ({"mean": [123.7, 116.3, 103.5]}, "“mean” has to be three numbers from 0 to 1"),
        ({"std": [0, 1, 1]}, "“std” has to be three numbers"),
        ({"std": "0.5"}, "“std” has to be three numbers"),
        ({"interpolation": "nearest"}, '“interpolation” has to be "bilinear" or "bicubic"'),
        ({"temperature": 0}, "“temperature” has to be a number"),
        ({"temperature": float("nan")}, "“temperature” has to be a number"),
        ({"name": 7}, "“name” has to be text"),
        ({"options": []}, "“options” has to be an object"),
        ({"none_label": "sofa"}, "does not list “sofa”"),
    ],
)
def test_description(make: Maker, change: dict[str, Any], sentence: str) -> None:
    (problem,) = check_folder(make(**change))
    assert sentence in problem


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{", "not valid JSON"), ("[]", "one object"), ("{}", "does not name the architecture")],
)
def test_description_that_is_none(make: Maker, text: str, sentence: str) -> None:
    folder = make()
    (folder / "model.json").write_text(text)
    (problem,) = check_folder(folder)
    assert sentence in problem


class Malicious:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.trace),)


@pytest.mark.parametrize("plain", [False, True])
def test_a_file_that_would_run_code_is_refused(make: Maker, tmp_path: Path, plain: bool) -> None:
    trace = tmp_path / "ran"
    folder = make()
    content = WEIGHTS | {"extra": Malicious(trace)}
    if plain:
        (folder / "weights.pth").write_bytes(pickle.dumps({"extra": Malicious(trace)}, protocol=2))
    else:
        torch.save(content, folder / "weights.pth")
    (problem,) = check_folder(folder)
    assert "more than plain weights and was not opened, as it could run code" in problem
    assert not trace.exists()
    with pytest.raises(ModelError, match="could run code"):
        load_folder(folder)


@pytest.mark.parametrize("name", ["weights.pth", "weights.safetensors"])
@pytest.mark.parametrize("damage", [b"", b"hello", None])
def test_damaged_files(make: Maker, name: str, damage: bytes | None) -> None:
    folder = make(file=name)
    path = folder / name
    path.write_bytes(path.read_bytes()[:100_000] if damage is None else damage)
    (problem,) = check_folder(folder)
    assert "could not be read as" in problem


def test_weights_that_grow_while_they_are_read(make: Maker) -> None:
    folder = make()
    path = folder / "weights.pth"
    with zipfile.ZipFile(path) as packed:
        entries = {entry: packed.read(entry) for entry in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry, content in entries.items():
            packed.writestr(entry, content + bytes(10**6))
    (problem,) = check_folder(folder)
    assert "could not be read as PyTorch weights" in problem
    huge = torch.zeros(1).expand(10**7, 10**5)
    began = time.monotonic()
    for content in (WEIGHTS | {"features.0.weight": huge}, {"a": {"x": huge}, "b": {"x": huge}}):
        (problem,) = check_folder(make(content))
        assert "weights.pth could not be read as weights" in problem
    assert time.monotonic() - began < 10


def test_a_file_without_weights(make: Maker) -> None:
    assert "holds no weights" in check_folder(make({}))[0]
    assert "holds no weights" in check_folder(make([1, 2]))[0]
    assert "holds no weights" in check_folder(make({"epoch": 3, "model": {"lr": 0.1}}))[0]


def test_own_models_are_offered_and_loaded_by_name(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(name="Shelf inspector", sentence="Full or empty.", licence="For us only.")
    monkeypatch.setattr("models.sources.folder.OWN_FOLDER", folder.parent)
    (choice,) = [choice for choice in models.choices() if choice.kind == "own"]
    assert (choice.key, choice.name, choice.sentence) == ("shelves", "Shelf inspector", "Full or empty.")
    assert choice.present
    assert choice.licence == "For us only."
    assert choice.megabytes > 2
    assert models.load("shelves").name == models.load(folder).name == models.load(str(folder)).name
    with pytest.raises(ModelError, match="Did you mean shelves"):
        models.load("shelve")
    (folder / "model.json").write_text("{")
    (choice,) = [choice for choice in models.choices() if choice.kind == "own"]
    assert choice.name == "shelves"
    assert "not valid JSON" in choice.sentence


def program(folder: Path) -> Path:
    """A copy of the program without weights, in which something may be laid into models/custom."""
    folder.mkdir()
    for package in ("saliency", "commands"):
        (folder / package).symlink_to(ROOT / package)
    ignored = shutil.ignore_patterns("*.safetensors", "__pycache__", "showroom", "everyday", "shortcut")
    shutil.copytree(ROOT / "models", folder / "models", ignore=ignored)
    return folder


@pytest.mark.slow
def test_nothing_in_the_folder_of_own_models_is_imported_or_run(make: Maker, tmp_path: Path) -> None:
    root, trace = program(tmp_path / "program"), tmp_path / "ran"
    own = root / "models" / "custom"
    shutil.copytree(make(name="Shelf inspector"), own / "shelves")
    for name in ("__init__", "__main__", "custom", "folder", "torch", "sitecustomize", "conftest"):
        for folder in (own, own / "shelves"):
            (folder / f"{name}.py").write_text(f"open({str(trace)!r}, 'a').write(__file__)")
    load = (
        "import models; from models.sources.folder import OWN_FOLDER, check_folder; "
        "print(check_folder(OWN_FOLDER / 'shelves'), models.load('shelves').name, models.__file__)"
    )
    listed, loaded = (
        subprocess.run([sys.executable, *arguments], cwd=root, capture_output=True, text=True, check=True)
        for arguments in (("-m", "models", "list"), ("-c", load))
    )
    assert [line for line in listed.stdout.splitlines() if line.startswith("Shelf inspector")]
    assert loaded.stdout == f"[] Shelf inspector {root / 'models' / '__init__.py'}\n"
    assert not trace.exists()


@pytest.mark.skipif(not DATA.is_dir(), reason="the development data are not here")
def test_real_weights_recognise_real_photos(tmp_path: Path) -> None:
    folder = tmp_path / "squeezenet"
    folder.mkdir()
    (folder / "model.json").write_text('{"architecture": "squeezenet1_0"}')
    (folder / "labels.txt").write_text("\n".join(CATALOGUE["squeezenet1_0"].labels), encoding="utf-8")
    shutil.copy(DATA / "squeezenet1_0_imagenet.safetensors", folder / "weights.safetensors")
    assert check_folder(folder) == []
    classifier = models.load(folder)
    photos = json.loads((DATA / "photos" / "labels.json").read_text())
    right = sum(
        classifier.predict(read_photo(DATA / "photos" / photo["file"]), Framing.CROP)[0].index
        == photo["class"]
        for photo in photos
    )
    assert len(photos) == 40
    assert right >= 36
