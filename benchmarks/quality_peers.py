"""The peers' methods, as their users call them, for :mod:`benchmarks.quality`."""

from __future__ import annotations

from collections.abc import Callable

import torch
from captum import attr
from torch import Tensor, nn

from models.torchvision_guard import import_torchvision
from saliency.network.graph import Graph

import_torchvision()  # pytorch-grad-cam imports it without the guard
import pytorch_grad_cam  # noqa: E402
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402

Map = Callable[[Tensor, int], Tensor]
"""A picture ``(1, 3, H, W)`` and a class to a map ``(h, w)``."""


def peers(module: nn.Module) -> dict[str, tuple[Map, bool]]:
    """The peers' best methods on a SqueezeNet, and whether each is slow."""
    layer = module.get_submodule("features")[-1]  # type: ignore[index]
    methods: dict[str, tuple[Map, bool]] = {
        "captum Occlusion 32/16": (_occlusion(module), True),
        "captum GuidedGradCam": (_captum(attr.GuidedGradCam(module, layer)), False),
        "captum IntegratedGradients": (_captum(attr.IntegratedGradients(module)), True),
        "captum DeepLift": (_captum(attr.DeepLift(module)), False),
    }
    for name in ("GradCAM", "HiResCAM", "LayerCAM", "XGradCAM", "ScoreCAM"):
        kind = getattr(pytorch_grad_cam, name)
        methods[f"pytorch-grad-cam {name}"] = (_grad_cam(kind, module, layer), name == "ScoreCAM")
    return methods


class PeerModule(nn.Module):
    """A graph as peers take it: a module with a layer ``features`` that gives the last feature map."""

    def __init__(self, graph: Graph) -> None:
        """Args: graph, the model."""
        super().__init__()
        self.whole = graph.module  # so that the device is known
        self._halves = graph.split()
        self.features = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(B, K)`` of pictures ``(B, 3, H, W)``."""
        before, after = self._halves
        return after(self.features(before(x)))


def peers_of_graph(graph: Graph) -> dict[str, tuple[Map, bool]]:
    """The peers' methods that need no more of a model than a layer, and whether each is slow."""
    module = PeerModule(graph)
    methods: dict[str, tuple[Map, bool]] = {
        "captum Occlusion 32/16": (_occlusion(module), True),
        "captum IntegratedGradients": (_captum(attr.IntegratedGradients(module)), True),
    }
    for name in ("GradCAM", "HiResCAM", "GradCAMPlusPlus", "LayerCAM", "XGradCAM", "EigenCAM"):
        kind = getattr(pytorch_grad_cam, name)
        methods[f"pytorch-grad-cam {name}"] = (_grad_cam(kind, module, module.features), False)
    return methods


def _captum(method: attr.Attribution) -> Map:
    return lambda x, target: (
        method.attribute(x.clone().requires_grad_(True), target=target).sum(1)[0].detach()
    )


def _occlusion(module: nn.Module) -> Map:
    method = attr.Occlusion(module)

    def run(x: Tensor, target: int) -> Tensor:
        scale = x.shape[-1] // 224  # as many squares on a mosaic as on a photo
        window, stride = (3, 32 * scale, 32 * scale), (3, 16 * scale, 16 * scale)
        with torch.no_grad():
            attribution: Tensor = method.attribute(
                x, window, target=target, strides=stride, perturbations_per_eval=8
            )
        return attribution.sum(1)[0]

    return run


def _grad_cam(kind: type, module: nn.Module, layer: nn.Module) -> Map:
    def run(x: Tensor, target: int) -> Tensor:
        with kind(model=module, target_layers=[layer]) as cam:
            cam.batch_size = 8
            x = x.clone().requires_grad_(True)  # the weights of a graph are frozen
            return torch.from_numpy(cam(input_tensor=x, targets=[ClassifierOutputTarget(target)])[0])

    return run
