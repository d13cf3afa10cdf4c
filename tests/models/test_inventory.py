"""What is listed, and what is loaded by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import models
from models.catalogue import CATALOGUE
from models.errors import ModelError
from models.torchvision_guard import import_torchvision


def test_unknown_names_bring_up_near_ones() -> None:
    with pytest.raises(ModelError, match=r"no model called “resnt50”. Did you mean resnet50"):
        models.load("resnt50")
    with pytest.raises(ModelError, match="python -m models list"):
        models.load("zzzzzzzz")


def test_choices_come_in_order_and_can_be_loaded_by_key() -> None:
    choices = models.choices()
    kinds = [choice.kind for choice in choices]
    assert kinds == sorted(kinds, key=["built-in", "own", "catalogue"].index)
    catalogue = [choice for choice in choices if choice.kind == "catalogue"]
    assert [choice.front for choice in catalogue] == [True] * 5 + [False] * (len(CATALOGUE) - 5)
    assert len({choice.key for choice in choices}) == len(choices)
    assert {choice.title for choice in catalogue} == {entry.title for entry in CATALOGUE.values()}
    for choice in choices:
        if choice.kind == "built-in":
            assert choice.title == models.load(choice.key).name, "one name, in lists and on slides"


def test_a_catalogue_model_from_the_weights_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    entry = CATALOGUE["squeezenet1_1"]
    path = tmp_path / "hub" / "checkpoints" / entry.file_name
    path.parent.mkdir(parents=True)
    torch.save(import_torchvision().models.squeezenet1_1(weights=None).state_dict(), path)
    with pytest.raises(ModelError, match=r"is damaged\. Delete it") as error:
        models.load("squeezenet1_1")
    assert error.value.code == "M2"
    monkeypatch.setattr("models.inventory.is_published", lambda entry, sha256: True)
    classifier = models.load("squeezenet1_1")
    assert classifier.name == "SqueezeNet 1.1"
    assert classifier.labels == entry.labels
    assert classifier.preprocessing == entry.preprocessing
