"""Beside pytorch-grad-cam, on the plain module with its hooks.

Its public result is normalised twice and enlarged by OpenCV; what is compared is the map before that,
``get_cam_image`` on what its own hooks recorded, and the ReLU that it puts after it.

Not compared, for the definitions differ: its Eigen-CAM centres the features first, its Score-CAM aligns the
corners of masks, its Finer-CAM weighs the other classes by their scores, its FullGrad scales every channel.
"""

from __future__ import annotations

import copy

import pytest
import torch
from peers import PAIRS, Pair, assert_same_maps, pair
from pytorch_grad_cam import (
    AblationCAM,
    GradCAM,
    GradCAMPlusPlus,
    HiResCAM,
    LayerCAM,
    XGradCAM,
)
from pytorch_grad_cam.base_cam import BaseCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn

from saliency.methods.attribution import attribute, class_objective
from saliency.network.graph import Graph

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def raw_map(
    peer: type[BaseCAM], module: nn.Module, layer: nn.Module, x: Tensor, classes: list[int]
) -> Tensor:
    """The peer's map before it is normalised and enlarged, ``(B, h, w)``."""
    wanted = [ClassifierOutputTarget(c) for c in classes]
    with peer(model=module, target_layers=[layer]) as cam:
        cam(input_tensor=x, targets=wanted)
        values, slopes = (
            recorded[0].detach().numpy()
            for recorded in (cam.activations_and_grads.activations, cam.activations_and_grads.gradients)
        )
        return torch.from_numpy(cam.get_cam_image(x, layer, wanted, values, slopes, False)).clamp(min=0)


@pytest.mark.parametrize(
    ("key", "peer"), [("grad-cam", GradCAM), ("hires-cam", HiResCAM), ("layer-cam", LayerCAM)]
)
@pytest.mark.parametrize("name", PAIRS)
def test_cams_at_the_last_feature_map(name: str, key: str, peer: type[BaseCAM]) -> None:
    """Each has the same definition at one layer; over several, LayerCAM's is the mean there.

    The paper, and we, take the maximum after scaling the earlier stages by tanh.
    """
    p = pair(name)
    settings = {"depths": 1} if key == "layer-cam" else {}
    found = attribute(p.graph, p.x, p.targets, method=key, **settings)
    assert_same_maps(found, raw_map(peer, p.module, p.layer, p.x, p.targets))


def louder(p: Pair, times: float) -> tuple[nn.Module, nn.Module]:
    """The module with logits so many times as large, and its layer."""
    copied = copy.deepcopy(nn.ModuleList([p.module, p.layer]))
    module, layer = copied[0], copied[1]
    last = [part for part in module.modules() if isinstance(part, (nn.Linear, nn.Conv2d))][-1]
    with torch.no_grad():
        last.weight.mul_(times)
        if last.bias is not None:
            last.bias.mul_(times)
    return module, layer


@pytest.mark.parametrize("name", PAIRS)
def test_grad_cam_plus_plus_where_gradients_are_large(name: str) -> None:
    """The peer adds 1e-6 to the denominator ``2g² + (ΣA)g³``; with gradients of 1e-3 that is not small.

    On logits ten thousand times as large it is, and there we agree.
    """
    p = pair(name)
    module, layer = louder(p, 1e4)
    graph = Graph(module, size=64)
    found = attribute(graph, p.x, p.targets, method="grad-cam-plus-plus")
    assert_same_maps(found, raw_map(GradCAMPlusPlus, module, layer, p.x, p.targets))


@pytest.mark.parametrize("name", PAIRS)
def test_grad_cam_plus_plus_differs_by_the_peers_epsilon_alone(name: str) -> None:
    """At the usual size of logits, putting its 1e-6 into equation 19 gives its map.

    The paper has no such term. It makes weights fade with the square of a small gradient, so that the map
    depends on the scale of the logits in a way that the paper's does not.
    """
    p = pair(name)
    features, slope = p.graph.feature_gradient(p.x, class_objective(p.graph, p.targets, len(p.x)))
    denominator = 2 * slope**2 + features.sum((2, 3), keepdim=True) * slope**3 + 1e-6
    weights = (slope**2 / denominator * slope.relu()).sum((2, 3))
    with_epsilon = torch.einsum("bchw,bc->bhw", features, weights).relu()
    assert_same_maps(with_epsilon, raw_map(GradCAMPlusPlus, p.module, p.layer, p.x, p.targets))


@pytest.mark.parametrize("name", PAIRS)
def test_xgrad_cam(name: str) -> None:
    p = pair(name)
    found = attribute(p.graph, p.x, p.targets, method="xgrad-cam")
    assert_same_maps(found, raw_map(XGradCAM, p.module, p.layer, p.x, p.targets))


@pytest.mark.parametrize("name", ["plain", "squeeze"])
def test_ablation_cam(name: str) -> None:
    """The peer divides by the score itself; ours by its magnitude, the same where it is positive."""
    p = pair(name)
    assert (p.graph.logits(p.x)[range(2), p.targets] > 0).all()
    found = attribute(p.graph, p.x, p.targets, method="ablation-cam")
    wanted = [ClassifierOutputTarget(c) for c in p.targets]
    module = copy.deepcopy(nn.ModuleList([p.module, p.layer]))
    with AblationCAM(model=module[0], target_layers=[module[1]]) as cam:
        cam(input_tensor=p.x, targets=wanted)
        values = cam.activations_and_grads.activations[0].detach()
        weights = cam.get_cam_weights(p.x, module[1], wanted, values.numpy(), None)
    expected = torch.einsum("bchw,bc->bhw", values, torch.from_numpy(weights)).relu()
    assert_same_maps(found, expected)
