"""A traced classifier computes what the module computes, and can be cut in two."""

from __future__ import annotations

from typing import NamedTuple

import pytest
import torch
from small_models import SMALL, lively, pictures, small_graph, small_module
from torch import Tensor, nn

from models.torchvision_guard import import_torchvision
from saliency.errors import SaliencyError
from saliency.network.graph import BIASES, GRADIENT, Graph


class Family(NamedTuple):
    """What a torchvision classifier should turn out to be."""

    features: tuple[int, int, int]  # the last feature map (C, h, w)
    linear_head: bool = True
    any_size: bool = True
    size: int = 224
    blocks: int = 0


FAMILIES = {
    "alexnet": Family((256, 13, 13), False),
    "convnext_tiny": Family((768, 7, 7), False),
    "densenet121": Family((1024, 7, 7)),
    "efficientnet_b0": Family((1280, 7, 7)),
    "googlenet": Family((1024, 7, 7)),
    "inception_v3": Family((2048, 8, 8), size=299),
    "maxvit_t": Family((512, 7, 7), False, any_size=False),
    "mnasnet0_5": Family((1280, 7, 7)),
    "mobilenet_v2": Family((1280, 7, 7)),
    "mobilenet_v3_small": Family((576, 7, 7), False),
    "regnet_y_400mf": Family((440, 7, 7)),
    "resnet18": Family((512, 7, 7)),
    "shufflenet_v2_x0_5": Family((1024, 7, 7)),
    "squeezenet1_1": Family((512, 13, 13), False),
    "swin_t": Family((768, 7, 7)),
    "swin_v2_t": Family((768, 8, 8), size=256),
    "vgg11_bn": Family((512, 14, 14), False),
    "vit_b_16": Family((768, 14, 14), False, any_size=False, blocks=12),
}

QUICK = ("resnet18", "swin_t", "shufflenet_v2_x0_5")  # the rest is marked slow


def torchvision_model(name: str) -> nn.Module:
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return lively(import_torchvision().models.get_model(name, weights=None, **options))


def assert_same_logits(found: Tensor, expected: Tensor) -> None:
    """To 1e-4 of the largest logit: random weights can make them large."""
    assert expected.abs().max() > 1e-3, "logits of nothing test nothing"
    assert (found - expected).abs().max() <= 1e-4 * max(1.0, float(expected.abs().max()))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in FAMILIES]
)
def test_every_family_computes_what_the_module_computes(name: str) -> None:
    family, module = FAMILIES[name], torchvision_model(name)
    x = torch.randn((1, 3, family.size, family.size), generator=torch.Generator().manual_seed(0))
    graph = Graph(module, size=family.size)
    with torch.no_grad():
        expected = module(x)
    assert_same_logits(graph.logits(x), expected)
    features, logits_from = graph.features(x)
    assert features.shape == (1, *family.features)
    with torch.no_grad():
        assert_same_logits(logits_from(features), expected)
    assert (graph.head is not None) is family.linear_head
    if graph.head is not None:
        head = graph.head
        assert_same_logits(features.mean((2, 3)) @ head.weight.T + head.bias, expected)
    assert graph.any_size is family.any_size
    assert len(graph.blocks) == family.blocks
    sizes = [layer.height for layer in graph.layers]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    "name",
    [pytest.param("alexnet", marks=pytest.mark.slow), "resnet18", "squeezenet1_1", "shufflenet_v2_x0_5"],
)
def test_other_sizes_and_aspects(name: str) -> None:
    module = torchvision_model(name)
    graph, x = Graph(module), torch.randn((2, 3, 224, 300), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert_same_logits(graph.logits(x), module(x))


@pytest.mark.slow  # their heads have 120 million weights
def test_the_feature_map_of_vgg_and_alexnet_is_the_relu_before_the_pooling() -> None:
    for name in ("vgg11_bn", "alexnet"):
        module = torchvision_model(name)
        x = torch.randn((1, 3, 224, 224), generator=torch.Generator().manual_seed(2))
        with torch.no_grad():
            expected = module.features[:-1](x)
        assert isinstance(module.features[-1], nn.MaxPool2d)
        torch.testing.assert_close(Graph(module).features(x).values, expected, rtol=1e-4, atol=1e-4)


def test_the_feature_map_of_squeezenet_is_the_last_fire_module() -> None:
    module = torchvision_model("squeezenet1_1")
    x = torch.randn((1, 3, 224, 224), generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        expected = module.features(x)
    torch.testing.assert_close(Graph(module).features(x).values, expected, rtol=1e-4, atol=1e-4)


def test_the_tokens_of_a_vit_lie_on_their_grid_without_the_class_token() -> None:
    module, graph, x = small_module("vit"), small_graph("vit"), pictures("vit", 2)
    with torch.no_grad():
        tokens = module._process_input(x)
        tokens = torch.cat([module.class_token.expand(2, -1, -1), tokens], 1)
        tokens = tokens + module.encoder.pos_embedding
        *earlier, last = module.encoder.layers
        for block in earlier:
            tokens = block(tokens)
        tokens = last.ln_1(tokens)
    found = graph.features(x).values
    assert tokens.shape[1] == 17
    for row in range(4):
        for column in range(4):
            torch.testing.assert_close(found[:, :, row, column], tokens[:, 1 + 4 * row + column])


def test_the_feature_map_of_swin_is_channels_first() -> None:
    module, graph, x = small_module("swin"), small_graph("swin"), pictures("swin", 2)
    with torch.no_grad():
        expected = module.norm(module.features(x)).permute(0, 3, 1, 2)
    torch.testing.assert_close(graph.features(x).values, expected, rtol=1e-4, atol=1e-5)
    assert graph.head is not None


@pytest.mark.parametrize("name", SMALL)
def test_small_models_whole_and_in_halves(name: str) -> None:
    graph, x = small_graph(name), pictures(name)
    with torch.no_grad():
        expected = small_module(name)(x)
        torch.testing.assert_close(graph(x), expected, rtol=1e-4, atol=1e-5)
        for layer in graph.layers:
            values, logits_from = graph.features(x, layer.name)
            torch.testing.assert_close(logits_from(values), expected, rtol=1e-4, atol=1e-5)
            if not layer.tokens:
                prefix, suffix = graph.split(layer.name)
                torch.testing.assert_close(suffix(prefix(x)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", SMALL)
def test_the_suffix_takes_many_variants_of_one_picture_and_changes_none(name: str) -> None:
    graph, x = small_graph(name), pictures(name, 1)
    for layer in graph.layers:
        values, logits_from = graph.features(x, layer.name)
        variants = torch.cat([values, values * 0.5, values * 0])
        before = variants.clone()
        with torch.no_grad():
            together = logits_from(variants)
            alone = torch.cat([logits_from(v[None]) for v in variants])
        torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)
        assert torch.equal(variants, before), "the suffix works in place"


def test_a_split_that_something_flows_around_is_refused() -> None:
    graph = small_graph("residual")
    inner = next(n.name for n in graph.module.graph.nodes if str(n.target) == "inner")
    with pytest.raises(SaliencyError, match="flows around"):
        graph.split(inner)
    with pytest.raises(SaliencyError, match="no layer called"):
        graph.split("nowhere")
    with pytest.raises(SaliencyError, match="It has: "):
        graph.features(pictures("residual"), "nowhere")
    with pytest.raises(SaliencyError, match="flows around"):
        small_graph("vit").split()


def test_a_model_without_feature_map_offers_none() -> None:
    graph = Graph(nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 2)), size=8)
    assert graph.offers == {GRADIENT, BIASES}
    assert not graph.any_size
    with pytest.raises(SaliencyError, match="no feature map"):
        graph.features(torch.zeros(1, 3, 8, 8))
