"""The rows of the table: what is timed, ours and the peers', at the same settings.

Peers are made as their documentation shows, anew for each map where they attach hooks. PAIR's ``saliency``
is left out: its package has the name of ours, and both cannot be installed side by side.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import captum.attr
import torch
import torchcam.methods
from torch import nn
from torch.nn.functional import interpolate

import saliency
from benchmarks.random_models import random_module
from benchmarks.speed.timing import Contest, Run
from saliency.network.graph import Graph

TARGET = 7
SAMPLES = 25
STEPS = 50
_PHOTO = Path(__file__).parents[2] / "models/showroom/samples/full-table.jpg"
_FEW = 5  # rounds of a contest of half a minute
_SLOW = 2  # rounds of a contest of minutes, at most


class Bench:
    """A model with random weights, plain as peers take it and as our graph, and one picture."""

    def __init__(self, name: str) -> None:
        """Args: name: One of torchvision's classifiers."""
        self.plain = lively(random_module(name))
        self.graph = Graph(self.plain)
        photo = saliency.read_photo(_PHOTO).pixels
        values = torch.from_numpy(photo.copy()).permute(2, 0, 1)[None].float() / 255
        self.x = (interpolate(values, (224, 224), mode="area") - 0.45) / 0.226

    def ours(self, method: str, **settings: Any) -> Run:
        """A map of ours."""
        return lambda: saliency.attribute(self.graph, self.x, TARGET, method=method, **settings)

    def forward(self) -> object:
        """One forward pass of the plain module without gradients."""
        with torch.inference_mode():
            return self.plain(self.x)

    def contest(self, ours: dict[str, Run], peers: dict[str, Run], target: float, **more: Any) -> Contest:
        """A contest of this model."""
        return Contest(ours, peers, target, self.forward, **more)

    def grad_cam_package(self, kind: str, **settings: Any) -> Run:
        """A map of pytorch-grad-cam's at the last block."""
        import pytorch_grad_cam  # imports torchvision, which the guard has to do first
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

        def run() -> object:
            layers = [] if kind == "FullGrad" else [self.plain.layer4]
            with getattr(pytorch_grad_cam, kind)(model=self.plain, target_layers=layers) as cam:
                for name, value in settings.items():
                    setattr(cam, name, value)
                return cam(input_tensor=self.x, targets=[ClassifierOutputTarget(TARGET)])

        return run

    def torchcam(self, kind: str, **settings: Any) -> Run:
        """A map of torchcam's at the last block."""

        def run() -> object:
            with getattr(torchcam.methods, kind)(self.plain, "layer4", **settings) as cam:
                return cam(TARGET, self.plain(self.x))

        return run


def lively(module: nn.Module) -> nn.Module:
    """The module with norms that shift: as it comes, a network of random weights is linear along a ray."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            for values in (part.running_mean, part.bias.data):
                assert values is not None, "torchvision's classifiers keep statistics"
                nn.init.normal_(values, std=0.2)
    return module


def cams(b: Bench) -> Contest:
    """Class activation maps at the last layer, beside the peers' plainest."""
    layer_grad_cam = captum.attr.LayerGradCam(b.plain, b.plain.layer4)
    return b.contest(
        {
            "Grad-CAM": b.ours("grad-cam"),
            "Grad-CAM++": b.ours("grad-cam-plus-plus"),
            "HiResCAM": b.ours("hires-cam"),
            "LayerCAM, one depth": b.ours("layer-cam", depths=1),
            "XGrad-CAM": b.ours("xgrad-cam"),
        },
        {
            "torchcam Grad-CAM": b.torchcam("GradCAM"),
            "pytorch-grad-cam Grad-CAM": b.grad_cam_package("GradCAM"),
            "captum LayerGradCam": lambda: layer_grad_cam.attribute(b.x, target=TARGET),
        },
        0.85,
    )


def gradient(b: Bench) -> Contest:
    """One gradient with respect to the picture."""
    peer = captum.attr.Saliency(b.plain)
    leaf = b.x.clone().requires_grad_(True)
    return b.contest(
        {"gradient": b.ours("gradient")},
        {"captum Saliency": lambda: peer.attribute(leaf, target=TARGET)},
        0.8,
    )


def smooth_grad(b: Bench) -> Contest:
    """The mean gradient of noisy copies, none left out."""
    peer = captum.attr.NoiseTunnel(captum.attr.Saliency(b.plain))
    leaf = b.x.clone().requires_grad_(True)
    noise = 0.15 * float(b.x.max() - b.x.min())

    def theirs() -> object:
        return peer.attribute(
            leaf, nt_type="smoothgrad", nt_samples=SAMPLES, stdevs=noise, target=TARGET, abs=False
        )

    ours = b.ours("smooth-grad", samples=SAMPLES, stop="never")
    return b.contest({f"SmoothGrad, {SAMPLES} copies": ours}, {"captum NoiseTunnel": theirs}, 0.6)


def integrated_gradients(b: Bench) -> Contest:
    """As near to completeness as captum is at fifty steps, from the same baseline."""
    peer = captum.attr.IntegratedGradients(b.plain)
    black = b.graph.black[:, None, None].expand_as(b.x)
    _, delta = peer.attribute(b.x, black, target=TARGET, n_steps=STEPS, return_convergence_delta=True)
    ends = b.graph.logits(torch.cat((b.x, black)))[:, TARGET]
    gap = float(delta.abs() / (ends[0] - ends[1]).abs())
    return b.contest(
        {f"integrated gradients, gap {gap:.2%}": b.ours("integrated-gradients", gap=gap, baseline="black")},
        {f"captum, {STEPS} steps": lambda: peer.attribute(b.x, black, target=TARGET, n_steps=STEPS)},
        0.35,
    )


def expected_gradients(b: Bench) -> Contest:
    """Straight lines from as many random pictures."""
    peer = captum.attr.GradientShap(b.plain)

    def theirs() -> object:
        return peer.attribute(b.x, torch.randn(SAMPLES, 3, 224, 224), n_samples=SAMPLES, target=TARGET)

    ours = b.ours("expected-gradients", samples=SAMPLES, stop="never")
    return b.contest({f"expected gradients, {SAMPLES}": ours}, {"captum GradientShap": theirs}, 0.4)


def occlusion(b: Bench) -> Contest:
    """A square of 32 points that moves by 16."""
    peer = captum.attr.Occlusion(b.plain)

    def theirs(together: int) -> Run:
        return lambda: peer.attribute(
            b.x, (3, 32, 32), strides=(3, 16, 16), target=TARGET, perturbations_per_eval=together
        )

    peers = {f"captum Occlusion, {n} at a time": theirs(n) for n in (1, 8)}
    return b.contest({"occlusion 32/16": b.ours("occlusion")}, peers, 0.5, rounds=_FEW)


def eigen_cam(b: Bench) -> Contest:
    """The first principal component of the last feature map."""
    peer = {"pytorch-grad-cam": b.grad_cam_package("EigenCAM")}
    return b.contest({"Eigen-CAM": b.ours("eigen-cam")}, peer, 0.5)


def full_grad(b: Bench) -> Contest:
    """Input and bias gradients."""
    peer = {"pytorch-grad-cam": b.grad_cam_package("FullGrad")}
    return b.contest({"FullGrad": b.ours("full-grad")}, peer, 0.1)


def ablation_cam(b: Bench) -> Contest:
    """Every one of 2048 channels left out."""
    peer = {"pytorch-grad-cam": b.grad_cam_package("AblationCAM", batch_size=8)}
    return b.contest({"Ablation-CAM, exact": b.ours("ablation-cam")}, peer, 0.005, rounds=_SLOW)


def score_cam(b: Bench) -> Contest:
    """Every one of 2048 channels shown alone; and our default, where most take the score of one like them."""
    peers = {
        "pytorch-grad-cam": b.grad_cam_package("ScoreCAM", batch_size=8),
        "torchcam": b.torchcam("ScoreCAM", batch_size=8),
    }
    quick = "Score-CAM, 128 channels tried"
    ours = {"Score-CAM, exact": b.ours("score-cam", channels=0), quick: b.ours("score-cam")}
    return b.contest(ours, peers, 0.45, targets={quick: 0.05}, rounds=1)


def deep_lift(b: Bench) -> Contest:
    """The rescale rule; captum cannot do ResNet's ReLUs, used twice, nor such as work in place."""
    module = copy.deepcopy(b.plain)
    for part in module.modules():
        if hasattr(part, "inplace"):
            part.inplace = False
    peer = captum.attr.DeepLift(module)
    leaf = b.x.clone().requires_grad_(True)
    return b.contest(
        {"DeepLIFT (SqueezeNet 1.1)": b.ours("deep-lift")},
        {"captum DeepLift": lambda: peer.attribute(leaf, target=TARGET)},
        0.7,
    )


ROWS: dict[str, tuple[str, Callable[[Bench], Contest]]] = {
    "cams": ("resnet50", cams),
    "gradient": ("resnet50", gradient),
    "smooth-grad": ("resnet50", smooth_grad),
    "integrated-gradients": ("resnet50", integrated_gradients),
    "expected-gradients": ("resnet50", expected_gradients),
    "occlusion": ("resnet50", occlusion),
    "eigen-cam": ("resnet50", eigen_cam),
    "full-grad": ("resnet50", full_grad),
    "ablation-cam": ("resnet50", ablation_cam),
    "score-cam": ("resnet50", score_cam),
    "deep-lift": ("squeezenet1_1", deep_lift),
}
"""Which model each is timed on, and what."""
