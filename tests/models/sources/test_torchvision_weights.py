"""The architecture of weights without a word about it, told by names and shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from models.errors import ModelError
from models.sources.torchvision_weights import read, recognised
from models.torchvision_guard import import_torchvision


def saved(path: Path, name: str, head: nn.Module | None = None, prefix: str = "", classes: int = 3) -> Path:
    module = import_torchvision().models.get_model(name, weights=None, num_classes=classes)
    if head is not None:
        module.fc = head
    torch.save({f"{prefix}{key}": value for key, value in module.state_dict().items()}, path)
    return path


@pytest.mark.parametrize("prefix", ["", "module.", "model.backbone.", "net."])
@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small", "squeezenet1_1", "shufflenet_v2_x0_5"])
def test_the_architecture_is_found(tmp_path: Path, name: str, prefix: str) -> None:
    assert recognised(saved(tmp_path / "a.pth", name, prefix=prefix))[:2] == (name, 3)


def test_a_head_in_a_sequence_is_found(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.pth", "resnet18", nn.Sequential(nn.Dropout(), nn.Linear(512, 7)))
    model = read([path])
    assert model.module(torch.zeros(1, 3, 64, 64)).shape == (1, 7)
    assert model.size == (224, 224)


def test_a_lightning_checkpoint_with_an_average(tmp_path: Path) -> None:
    module = import_torchvision().models.resnet18(weights=None, num_classes=4)
    entries = {f"model.{key}": value for key, value in module.state_dict().items()}
    average = {f"ema_model.{key}": value for key, value in module.state_dict().items()}
    torch.save({"epoch": 3, "state_dict": entries | average}, tmp_path / "last.ckpt")
    assert recognised(tmp_path / "last.ckpt")[:2] == ("resnet18", 4)
    assert any("averaged" in note for note in read([tmp_path / "last.ckpt"]).notes)


def test_the_nearest_is_named(tmp_path: Path) -> None:
    head = nn.Sequential(nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 7))
    with pytest.raises(ModelError, match=r"nearest to torchvision's resnet18.*replaced by several"):
        read([saved(tmp_path / "a.pth", "resnet18", head)])


@pytest.mark.slow  # builds all architectures
def test_what_is_like_none(tmp_path: Path) -> None:
    torch.save({"a.weight": torch.zeros(3, 3), "b": torch.zeros(4)}, tmp_path / "a.pth")
    with pytest.raises(ModelError, match="of none of torchvision's classifiers"):
        recognised(tmp_path / "a.pth")


@pytest.mark.slow
@pytest.mark.parametrize("name", import_torchvision().models.list_models(module=import_torchvision().models))
def test_all_architectures_are_told_apart(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from models import architecture
    from models.sources import torchvision_weights

    template = architecture.without_numbers(name, 3, side=torchvision_weights._usual_side(name), options={})
    monkeypatch.setattr(torchvision_weights, "read_weights", lambda path: template.state_dict())
    assert torchvision_weights._recognised(tmp_path / name, name)[:2] == (name, 3)
