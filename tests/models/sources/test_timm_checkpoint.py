"""timm checkpoints: weights beside a configuration that names the architecture as timm does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import safetensors.torch
import torch

from models.errors import ModelError
from models.sources import registry
from models.torchvision_guard import import_torchvision

import_torchvision()
timm = pytest.importorskip("timm")
pytestmark = pytest.mark.filterwarnings("ignore")  # timm's own


def saved(where: Path, name: str, **more: object) -> torch.nn.Module:
    torch.manual_seed(0)
    module = timm.create_model(name, num_classes=3).eval()
    safetensors.torch.save_file(module.state_dict(), where / "model.safetensors")
    recipe = {"input_size": [3, 64, 64], "crop_pct": 0.875, "mean": [0.5] * 3, "std": [0.5] * 3}
    recipe |= {"interpolation": "bicubic", "label_names": ["cat", "dog", "bird"]}
    content = {"architecture": name, "num_classes": 3, "pretrained_cfg": recipe} | more
    (where / "config.json").write_text(json.dumps(content))
    return module


def test_a_checkpoint_is_read_with_its_recipe(tmp_path: Path) -> None:
    expected = saved(tmp_path, "test_resnet")
    files = sorted(tmp_path.iterdir())
    assert registry.format_of(files) == "timm-checkpoint"
    model = registry.read("timm-checkpoint", files)
    assert (model.labels, model.size, model.mean) == (("cat", "dog", "bird"), (64, 64), (0.5,) * 3)
    assert registry.settings("timm-checkpoint", files) == {"resize_size": 73, "interpolation": "bicubic"}
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(model.module(x), expected(x))


@pytest.mark.parametrize("asked", ["checkpoint_path", "pretrained_cfg", "pretrained", "cache_dir"])
def test_options_that_would_open_other_files_are_refused(tmp_path: Path, asked: str) -> None:
    saved(tmp_path, "test_resnet", model_args={asked: str(tmp_path / "evil.pth")})
    with pytest.raises(ModelError, match=f"“model_args” cannot set “{asked}”"):
        registry.read("timm-checkpoint", sorted(tmp_path.iterdir()))


def test_an_unknown_name_and_weights_that_do_not_fit(tmp_path: Path) -> None:
    saved(tmp_path, "test_resnet", architecture="resnet99x")
    with pytest.raises(ModelError, match="timm has no architecture"):
        registry.read("timm-checkpoint", sorted(tmp_path.iterdir()))
    saved(tmp_path, "test_resnet", num_classes=5)
    with pytest.raises(ModelError, match="not of timm's test_resnet"):
        registry.read("timm-checkpoint", sorted(tmp_path.iterdir()))
