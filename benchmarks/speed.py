"""Speed beside one plain forward pass and beside captum and torchcam, as ratios in one run.

Every round times all contestants once, one after the other, so that a slow moment of the machine
hits all of them; a figure is the median over rounds of the ratio within a round. Random weights: speed
does not depend on them.

    python -m benchmarks.speed [--rounds 15] [--threads 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

import saliency
from benchmarks.machine import description
from models.torchvision_guard import import_torchvision
from saliency.graph import Graph

TARGET = 7

Contestants = dict[str, Callable[[], object]]
Seconds = dict[str, list[float]]


def main() -> None:
    """Time, print a table, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    plain = import_torchvision().models.resnet50(weights=None).eval()
    x = torch.randn(1, 3, 224, 224)
    seconds = {
        **timed(cams(plain, x), options.rounds),
        **timed(gradients(plain, x), options.rounds),
        **timed(slow(plain, x), max(3, options.rounds // 3)),
    }
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    forward = medians["plain forward pass"]
    print(f"ResNet-50, one picture of 224 × 224, {options.threads} threads, {description()}\n")
    print(f"{'':<44} {'seconds':>8} {'× forward':>10}")
    for name, median in medians.items():
        print(f"{name:<44} {median:>8.3f} {median / forward:>10.2f}")
    print()
    figures = ratios(seconds)
    for name, (value, goal) in figures.items():
        print(f"{name:<60} {value:>6.2f}  (goal at most {goal:.2f}) {'met' if value <= goal else 'MISSED'}")
    if options.json:
        options.json.write_text(json.dumps({"machine": description(), "seconds": medians}, indent=2))


def timed(contestants: Contestants, rounds: int) -> Seconds:
    """Seconds of each contestant a round; one unmeasured round comes first."""
    seconds: Seconds = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            if number:
                seconds[name].append(time.perf_counter() - started)
    return seconds


def forward_pass(plain: nn.Module, x: torch.Tensor) -> Callable[[], object]:
    """One forward pass of the plain module without gradients."""

    def run() -> object:
        with torch.inference_mode():
            return plain(x)

    return run


def cams(plain: nn.Module, x: torch.Tensor) -> Contestants:
    """The Grad-CAM family, ours and the peers'."""
    from captum.attr import LayerGradCam
    from torchcam.methods import GradCAM

    graph = Graph(plain)
    captum_cam = LayerGradCam(plain, plain.layer4)

    def torchcam() -> object:
        with GradCAM(plain, "layer4") as cam:
            return cam(TARGET, plain(x))

    def ours(method: str) -> Callable[[], object]:
        return lambda: saliency.attribute(graph, x, TARGET, method=method)

    names = ["grad-cam", "grad-cam-plus-plus", "hires-cam"]
    return {
        "plain forward pass": forward_pass(plain, x),
        "folded forward pass (ours)": lambda: graph.logits(x),
        **{f"{name} (ours)": ours(name) for name in names},
        "layer-cam, last layer (ours)": lambda: saliency.attribute(
            graph, x, TARGET, method="layer-cam", depths=1
        ),
        "Grad-CAM (torchcam)": torchcam,
        "Grad-CAM (captum)": lambda: captum_cam.attribute(x, target=TARGET),
    }


def gradients(plain: nn.Module, x: torch.Tensor) -> Contestants:
    """One gradient, ours and captum's."""
    from captum.attr import Saliency

    graph = Graph(plain)
    peer = Saliency(plain)
    return {
        "gradient (ours)": lambda: saliency.attribute(graph, x, TARGET, method="gradient"),
        "gradient (captum)": lambda: peer.attribute(x.clone().requires_grad_(True), target=TARGET),
    }


def slow(plain: nn.Module, x: torch.Tensor) -> Contestants:
    """SmoothGrad and integrated gradients, ours and captum's at its defaults."""
    from captum.attr import IntegratedGradients, NoiseTunnel, Saliency

    graph = Graph(plain)
    tunnel = NoiseTunnel(Saliency(plain))
    integrated = IntegratedGradients(plain)
    leaf = x.clone().requires_grad_(True)
    return {
        "smooth-grad 25 (ours)": lambda: saliency.attribute(graph, x, TARGET, method="smooth-grad"),
        "smooth-grad 25 (captum)": lambda: tunnel.attribute(
            leaf, nt_type="smoothgrad", nt_samples=25, stdevs=0.15, target=TARGET
        ),
        "integrated-gradients 50 (ours)": lambda: saliency.attribute(
            graph, x, TARGET, method="integrated-gradients"
        ),
        "integrated-gradients 50 (captum)": lambda: integrated.attribute(x, target=TARGET, n_steps=50),
    }


def ratios(seconds: Seconds) -> dict[str, tuple[float, float]]:
    """The figures asked for, each with its goal."""
    family = [name for name in seconds if name.endswith("(ours)") and "cam" in name]
    peers = ["Grad-CAM (torchcam)", "Grad-CAM (captum)"]

    def median(ours: str, other: str) -> float:
        return statistics.median(a / b for a, b in zip(seconds[ours], seconds[other], strict=True))

    return {
        "Grad-CAM family, slowest of ours / plain forward pass": (
            max(median(name, "plain forward pass") for name in family),
            1.15,
        ),
        "Grad-CAM, ours / fastest peer": (max(median("grad-cam (ours)", peer) for peer in peers), 1.0),
        "gradient, ours / captum": (median("gradient (ours)", "gradient (captum)"), 0.85),
        "SmoothGrad 25, ours / captum": (median("smooth-grad 25 (ours)", "smooth-grad 25 (captum)"), 0.7),
        "integrated gradients 50, ours / captum": (
            median("integrated-gradients 50 (ours)", "integrated-gradients 50 (captum)"),
            0.7,
        ),
    }


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning)  # the peers' own
        main()
