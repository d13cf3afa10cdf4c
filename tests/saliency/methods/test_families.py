"""One classifier of each of torchvision's families: every method runs, or is not offered.

Long by nature, and so marked slow but for two.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch

from benchmarks.matrix import cell, random_graph
from saliency.methods.registry import METHODS
from saliency.network.graph import ATTENTION, BIASES, FEATURE_MAP, GRADIENT

FAMILIES: dict[str, tuple[int, dict[str, Any]]] = {
    "alexnet": (96, {}),
    "convnext_tiny": (64, {}),
    "densenet121": (64, {}),
    "efficientnet_b0": (64, {}),
    "efficientnet_v2_s": (64, {}),
    "googlenet": (64, {"init_weights": False}),
    "inception_v3": (96, {"init_weights": False}),
    "maxvit_t": (224, {}),
    "mnasnet0_5": (64, {}),
    "mobilenet_v2": (64, {}),
    "mobilenet_v3_small": (64, {}),
    "regnet_x_400mf": (64, {}),
    "regnet_y_400mf": (64, {}),
    "resnet18": (64, {}),
    "resnext50_32x4d": (64, {}),
    "shufflenet_v2_x0_5": (64, {}),
    "squeezenet1_1": (64, {}),
    "swin_t": (64, {}),
    "swin_v2_t": (64, {}),
    "vgg11": (64, {}),
    "vgg11_bn": (64, {}),
    "vit_b_32": (64, {"image_size": 64}),
    "wide_resnet50_2": (64, {}),
}
LACKS = {
    **{name: {ATTENTION, BIASES} for name in ("convnext_tiny", "swin_t", "swin_v2_t", "maxvit_t")},
    "vit_b_32": {BIASES},
}


QUICK = ("resnet18", "mobilenet_v3_small")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in FAMILIES]
)
def test_every_method_runs_or_is_not_offered(name: str) -> None:
    size, options = FAMILIES[name]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        graph = random_graph(name, size, **options)
        x = torch.randn(1, 3, size, size)
    lacks = LACKS.get(name, {ATTENTION})
    assert graph.offers == {GRADIENT, FEATURE_MAP, ATTENTION, BIASES} - lacks
    target = int(graph.logits(x).argmax())
    for method in METHODS.values():
        found = cell(graph, x, target, method)
        if method.needs & lacks:
            assert found == ", ".join(sorted(method.needs & lacks))
        else:
            assert isinstance(found, float), f"{method.key}: {found}"
