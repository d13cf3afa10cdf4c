"""Hugging Face folders of eight families: read, taken apart, and equal to what transformers computes."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
import torch

from models.errors import ModelError
from models.sources import folder, hugging_face, registry
from models.sources.adding import add
from models.sources.statements import Wishes
from models.torchvision_guard import import_torchvision
from saliency.network.graph import Graph

import_torchvision()
transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.filterwarnings("ignore")  # transformers' own

_TOKENS: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "image_size": 64,
    "patch_size": 16,
}
_MAPS: dict[str, Any] = {"embedding_size": 8, "hidden_sizes": [8, 16, 16, 32], "depths": [1, 1, 1, 1]}
FAMILIES: dict[str, dict[str, Any]] = {
    "ViT": _TOKENS,
    "DeiT": _TOKENS,
    "Beit": _TOKENS,
    "Swin": {"image_size": 64, "embed_dim": 16, "depths": [2, 2], "num_heads": [2, 2], "window_size": 4},
    "ConvNext": {"hidden_sizes": [8, 16, 16, 32], "depths": [1, 1, 2, 1]},
    "ResNet": _MAPS,
    "RegNet": _MAPS | {"groups_width": 4},
    "MobileNetV2": {"depth_multiplier": 0.35, "image_size": 64},
}


def saved(where: Path, family: str, **more: Any) -> Any:
    config = getattr(transformers, f"{family}Config")(
        **FAMILIES[family], num_labels=3, id2label={0: "cat", 1: "dog", 2: "bird"}, **more
    )
    torch.manual_seed(0)
    model = getattr(transformers, f"{family}ForImageClassification")(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(where)
    recipe = {
        "size": {"height": 64, "width": 64},
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
        "resample": 3,
    }
    (where / "preprocessor_config.json").write_text(json.dumps(recipe))
    return model


@pytest.mark.parametrize("family", FAMILIES)
def test_a_folder_becomes_a_graph(family: str, tmp_path: Path) -> None:
    expected = saved(tmp_path, family)
    files = sorted(tmp_path.iterdir())
    assert registry.format_of(files) == "hugging-face"
    read = registry.read("hugging-face", files)
    assert read.labels == ("cat", "dog", "bird")
    assert read.size == (64, 64)
    assert read.mean == (0.5,) * 3
    graph = Graph(read.module, size=64)
    x = torch.randn(3, 3, 64, 64)
    with torch.no_grad():
        assert torch.allclose(graph(x), expected(x).logits, rtol=1e-4, atol=1e-5)
    assert graph.layers
    values, slope = graph.feature_gradient(x, lambda logits: logits[:, 1])
    assert values.shape[:2] == slope.shape[:2] == (3, graph.layers[-1].channels)
    assert slope.abs().max() > 0


def test_it_is_added_with_its_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "OWN_FOLDER", tmp_path / "custom")
    saved(tmp_path / "pets", "ViT")
    added = add(tmp_path / "pets", Wishes())
    content = json.loads((added.folder / "model.json").read_text())
    assert content["format"] == "hugging-face"
    assert (content["interpolation"], content["crop_size"], content["resize_size"]) == ("bicubic", 64, 64)
    assert "warning" not in content
    assert folder.load_folder(added.folder).labels == ("cat", "dog", "bird")


def test_code_of_its_own_is_never_run(tmp_path: Path) -> None:
    saved(tmp_path, "ResNet")
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"auto_map": {"AutoConfig": "evil.Config"}}))
    with pytest.raises(ModelError, match="code of its own"):
        registry.read("hugging-face", sorted(tmp_path.iterdir()))
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "evil.py").write_text("raise SystemExit")
    with pytest.raises(ModelError, match="code of its own"):
        registry.read("hugging-face", sorted(tmp_path.iterdir()))


def test_pickled_weights_and_other_tasks_are_refused(tmp_path: Path) -> None:
    model = saved(tmp_path, "ResNet")
    (tmp_path / "model.safetensors").unlink()
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelError, match="no weights as safetensors"):
        registry.read("hugging-face", sorted(tmp_path.iterdir()))
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"architectures": ["ResNetBackbone"]}))
    with pytest.raises(ModelError, match="no image classifier"):
        registry.read("hugging-face", sorted(tmp_path.iterdir()))


def test_code_that_would_be_fetched_and_weights_elsewhere_are_refused(tmp_path: Path) -> None:
    saved(tmp_path, "ViT")
    config = json.loads((tmp_path / "config.json").read_text())
    for more in (
        {"_attn_implementation": "somebody/kernel"},
        {"backbone_config": {"attn_implementation": "somebody/kernel:version"}},
        {"model_type": "timm_wrapper", "architecture": "hf-hub:somebody/repository"},
        {"use_pretrained_backbone": True, "backbone": "somebody/repository"},
        {"vision_config": {"auto_map": {"AutoConfig": "somebody/repository--evil.Config"}}},
    ):
        (tmp_path / "config.json").write_text(json.dumps(config | more))
        with pytest.raises(ModelError, match="code of its own"):
            registry.read("hugging-face", sorted(tmp_path.iterdir()))
    (tmp_path / "config.json").write_text(json.dumps(config))
    for name in ("evil.bin", "../evil.safetensors"):
        index = {"metadata": {}, "weight_map": {"classifier.weight": name}}
        (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
        with pytest.raises(ModelError, match="no safetensors beside it"):
            registry.read("hugging-face", sorted(tmp_path.iterdir()))


@pytest.mark.parametrize("stated", [{"quant_method": "bitsandbytes"}, {"quant_method": "nobody"}, 5])
def test_quantised_weights_are_refused(tmp_path: Path, stated: object) -> None:
    saved(tmp_path, "ResNet")
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"quantization_config": stated}))
    with pytest.raises(ModelError, match="are quantised"):
        registry.read("hugging-face", sorted(tmp_path.iterdir()))


def test_nothing_is_fetched_from_a_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path, "ResNet")
    monkeypatch.setattr(hugging_face, "_asked", lambda content: "")  # as if the refusal had a gap
    config = json.loads((tmp_path / "config.json").read_text())
    elsewhere = {"model_type": "timm_wrapper", "architecture": "hf-hub:somebody/repository"}
    (tmp_path / "config.json").write_text(json.dumps(config | elsewhere))
    tried: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **_: tried.append(asked) or [])
    with pytest.raises(ModelError, match="cannot read this folder"):
        registry.read("hugging-face", sorted(tmp_path.iterdir()))
    assert tried == []


def test_several_labels_at_once_are_recorded(tmp_path: Path) -> None:
    saved(tmp_path, "ResNet", problem_type="multi_label_classification")
    assert registry.read("hugging-face", sorted(tmp_path.iterdir())).outputs == "labels"
