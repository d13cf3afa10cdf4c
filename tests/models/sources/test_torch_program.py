"""Programs that torch saved: read from this computer's disk, never of what a visitor hands over."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import torch
from torch import nn

import models
from commands.models import main
from models.errors import ModelError
from models.sources import registry
from models.sources.adding import add
from models.sources.statements import Wishes

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


def network() -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = [nn.Conv2d(3, 8, 3, 2), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        return nn.Sequential(*layers, nn.Linear(8, 3)).eval()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    where = tmp_path / "given"
    where.mkdir()
    (where / "labels.txt").write_text("cat\ndog\nbird")
    batch = {0: torch.export.Dim("batch", min=2)}
    exported = torch.export.export(network(), (torch.zeros(2, 3, 48, 64),), dynamic_shapes=(batch,))
    torch.export.save(exported, where / "shelves.pt2")
    return where / "shelves.pt2"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    torch.jit.script(network()).save(str(tmp_path / "script.pt"))
    (tmp_path / "labels.txt").write_text("cat\ndog\nbird")
    return tmp_path / "script.pt"


def test_an_exported_program_gives_the_modules_numbers(own: Path, program: Path) -> None:
    model = models.load(add(program, Wishes()).key)
    assert (model.labels, model.preprocessing.size) == (("cat", "dog", "bird"), (48, 64))
    assert {"gradient", "feature map"} <= set(model.graph.offers)
    x = torch.randn(3, 3, 48, 64)
    with torch.no_grad():
        torch.testing.assert_close(model.graph.logits(x), network()(x), rtol=1e-4, atol=1e-5)


def test_a_script_is_recognised_and_read(script: Path) -> None:
    assert registry.format_of([script]) == "torch-program"
    x = torch.randn(3, 3, 48, 64)
    with torch.no_grad():
        torch.testing.assert_close(registry.read("torch-program", [script]).module(x), network()(x))


@pytest.mark.parametrize("given", ["program", "script"])
def test_what_a_visitor_hands_over_is_not_opened(
    own: Path, given: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = request.getfixturevalue(given)
    monkeypatch.setattr(torch.export, "load", None)
    monkeypatch.setattr(torch.jit, "load", None)
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, path.name)
    folder = path.with_name("kept.zip")
    with zipfile.ZipFile(folder, "w") as archive:  # as it would be kept here
        archive.write(path, f"model/{path.name}")
        archive.writestr("labels.txt", "cat\ndog\nbird")
        archive.writestr("model.json", json.dumps({"format": "torch-program"}))
    for each in (path, packed, folder):
        with pytest.raises(ModelError, match="can carry code, so it is not opened here"):
            add(each, Wishes(), uploaded=True)
    assert list(own.iterdir()) == []


def test_a_damaged_program_is_one_sentence(
    own: Path, program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(program.with_name("damaged.pt2"), "w") as archive:
        archive.writestr("x/models/model.json", "{}")
    assert main(["add", str(program.with_name("damaged.pt2"))]) == 2
    said = capsys.readouterr().err
    assert "“damaged.pt2” cannot be read by torch" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("batch", [1, 4])
def test_a_program_for_a_certain_number_of_pictures_is_asked_from_outside(
    own: Path, tmp_path: Path, batch: int
) -> None:
    (tmp_path / "labels.txt").write_text("cat\ndog\nbird")
    path = tmp_path / "shelves.pt2"
    torch.export.save(torch.export.export(network(), (torch.zeros(batch, 3, 48, 64),)), path)
    notes = add(path, Wishes()).notes
    assert any("from outside, because the program takes" in note for note in notes)
    x = torch.randn(6, 3, 48, 64)
    with torch.no_grad():
        torch.testing.assert_close(models.load("shelves").graph.logits(x), network()(x))


def test_a_script_is_asked_from_outside(own: Path, script: Path) -> None:
    notes = add(script, Wishes(size=(48, 64))).notes
    assert any("asked from outside" in note for note in notes)
    x = torch.randn(3, 3, 48, 64)
    with torch.no_grad():
        torch.testing.assert_close(models.load("script").graph.logits(x), network()(x))
