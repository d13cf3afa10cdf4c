"""The same transformer out of other files has the same attention, and the same maps."""

from __future__ import annotations

import copy
import warnings
from pathlib import Path

import pytest
import torch
from small_models import pictures, small_module
from torch import Tensor, nn

from models.torchvision_guard import import_torchvision
from saliency.methods.attention import attention_gradients
from saliency.methods.attribution import attribute
from saliency.network.graph import ATTENTION, Graph

METHODS = ("transformer-attribution", "rollout", "le-grad")
SHARE = 1e-6  # of the largest value, in double precision: scales are written to files in single precision


def assert_same_attention(module: nn.Module, oracle: nn.Module, x: Tensor) -> None:
    """Attention, its gradient and the maps of two models, in double precision."""
    graph, expected = (Graph(copy.deepcopy(each).double(), size=x.shape[2]) for each in (module, oracle))
    x = x.double()
    got, wanted = (attention_gradients(each, x, lambda logits: logits[:, 2]) for each in (graph, expected))
    for parts, others in zip(got, wanted, strict=True):
        for part, other in zip(parts, others, strict=True):
            assert (part - other).abs().max() < SHARE * other.abs().max()
    for method in METHODS:
        given, other = (attribute(each, x, 2, method=method) for each in (graph, expected))
        assert (given - other).abs().max() < SHARE * other.abs().max()


@pytest.mark.parametrize(
    "way",
    [
        "opset 14",
        "opset 17",
        *(pytest.param(way, marks=pytest.mark.slow) for way in ("one picture", "dynamo")),
    ],
)
def test_in_onnx_files(tmp_path: Path, way: str) -> None:
    pytest.importorskip("onnx")
    from models.sources import onnx as source

    module, x, path = small_module("vit"), pictures("vit", 2), tmp_path / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if way == "dynamo":
            pytest.importorskip("onnxscript")
            free = ({0: torch.export.Dim("batch")},)
            torch.onnx.export(module, (x,), path, dynamo=True, dynamic_shapes=free, verbose=False)
        else:
            axes = None if way == "one picture" else {"x": {0: "batch"}}
            opset = 14 if way == "opset 14" else 17
            given = (x[:1],) if way == "one picture" else (x,)
            torch.onnx.export(
                module,
                given,
                path,
                dynamo=False,
                dynamic_axes=axes,
                input_names=["x"],
                opset_version=opset,
            )
    read = source.read([path]).module
    assert_same_attention(read, module, x)
    for (
        method
    ) in METHODS:  # in single precision too, but for what rounding alone does to the module's own maps
        given, plain = (
            attribute(Graph(copy.deepcopy(m), size=x.shape[2]), x, 2, method=method) for m in (read, module)
        )
        exact = attribute(
            Graph(copy.deepcopy(module).double(), size=x.shape[2]), x.double(), 2, method=method
        )
        assert (given - plain).abs().max() < max(SHARE * exact.abs().max(), 2 * (plain - exact).abs().max())


class OfTorch(nn.Module):
    """An attention of timm, by torch's own module with the same weights."""

    def __init__(self, attention: nn.Module) -> None:
        super().__init__()
        width, heads = attention.proj.in_features, attention.num_heads
        self.inner = nn.MultiheadAttention(width, heads, batch_first=True)
        self.inner.in_proj_weight, self.inner.in_proj_bias = attention.qkv.weight, attention.qkv.bias
        self.inner.out_proj.weight, self.inner.out_proj.bias = attention.proj.weight, attention.proj.bias

    def forward(self, x: Tensor, attn_mask: None = None, is_causal: bool = False) -> Tensor:
        result: Tensor = self.inner(x, x, x, need_weights=False)[0]
        return result


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("settings", [{}, {"global_pool": "avg", "class_token": False}])
def test_in_timm(fused: bool, settings: dict[str, object]) -> None:
    import_torchvision()
    timm = pytest.importorskip("timm")
    torch.manual_seed(0)
    small = {"img_size": 32, "patch_size": 8, "depth": 2, "embed_dim": 12, "num_heads": 2, "num_classes": 5}
    module = timm.create_model("vit_tiny_patch16_224", **small, **settings).eval()
    with torch.no_grad():
        for weights in module.parameters():
            weights.mul_(1.5)
    oracle = copy.deepcopy(module)
    for block in module.blocks:
        block.attn.fused_attn = fused
    for block in oracle.blocks:
        block.attn = OfTorch(block.attn)
    assert_same_attention(module, oracle, torch.randn(2, 3, 32, 32))


@pytest.mark.parametrize(
    "name",
    ["ViT", pytest.param("DeiT", marks=pytest.mark.slow), pytest.param("Beit", marks=pytest.mark.slow)],
)
def test_in_transformers_of_either_kind(name: str) -> None:
    import_torchvision()
    transformers = pytest.importorskip("transformers")
    from models.sources.hugging_face import Logits

    sizes = {"image_size": 32, "patch_size": 8, "num_labels": 5}
    sizes |= {"hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24}
    torch.manual_seed(0)
    models = [
        getattr(transformers, f"{name}ForImageClassification")(
            getattr(transformers, f"{name}Config")(**sizes, attn_implementation=how)
        ).eval()
        for how in ("sdpa", "eager")
    ]
    models[1].load_state_dict(models[0].state_dict())
    assert ATTENTION in Graph(Logits(models[0]), size=32).offers
    assert_same_attention(Logits(models[0]), Logits(models[1]), torch.randn(2, 3, 32, 32))
