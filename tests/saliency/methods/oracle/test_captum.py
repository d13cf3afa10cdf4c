"""Beside captum, on the plain module with captum's hooks."""

from __future__ import annotations

import copy

import pytest
import torch
from captum.attr import (
    DeepLift,
    InputXGradient,
    IntegratedGradients,
    LayerGradCam,
    NoiseTunnel,
    Occlusion,
    Saliency,
)
from peers import PAIRS, assert_same_maps, pair
from sweeps import sweep

from saliency.methods.attribution import attribute
from saliency.network.graph import Graph

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Input Tensor .* did not already require gradients"),
    pytest.mark.filterwarnings("ignore:Setting forward, backward hooks"),
]


@pytest.mark.parametrize("name", PAIRS)
def test_gradient(name: str) -> None:
    """captum's Saliency leaves the channels apart; our reduction is the paper's, the maximum."""
    p = pair(name)
    theirs = Saliency(p.module).attribute(p.x, target=p.targets, abs=True).amax(1)
    assert_same_maps(attribute(p.graph, p.x, p.targets, method="gradient"), theirs)


@pytest.mark.parametrize("name", PAIRS)
def test_input_x_gradient(name: str) -> None:
    """captum leaves the channels apart; ours are summed, as contributions are."""
    p = pair(name)
    theirs = InputXGradient(p.module).attribute(p.x.clone(), target=p.targets).detach().sum(1)
    assert_same_maps(attribute(p.graph, p.x, p.targets, method="input-x-gradient"), theirs)


@pytest.mark.parametrize("baseline", sweep(["black", "mean"], every=2))
@pytest.mark.parametrize("name", PAIRS)
def test_integrated_gradients(name: str, baseline: str) -> None:
    """The same quadrature, from black and from zeros, in double precision.

    captum's default baseline is zeros, which in normalised values is the training pictures' mean colour;
    black is ``(0 − mean) / std``. In single precision rounding puts a ReLU on the path now on one side
    and now on the other, in captum as here, which is no difference of definition.
    """
    p = pair(name)
    module, x = copy.deepcopy(p.module).double(), p.x[:1, :, :32, :40].double()
    target = int(module(x)[0].argmax())
    graph = Graph(module, size=64)
    start = (graph.black if baseline == "black" else torch.zeros(3)).to(x)[None, :, None, None]
    theirs = IntegratedGradients(module).attribute(
        x, start.expand_as(x), target=target, n_steps=50, method="gausslegendre", internal_batch_size=10
    )
    found = attribute(graph, x, target, method="integrated-gradients", steps=50, gap=0, baseline=baseline)
    assert_same_maps(found, theirs.sum(1))


@pytest.mark.parametrize("name", PAIRS)
def test_smooth_grad(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With our noise handed to captum: its own comes from the global generator, ours from a seed.

    captum's tunnel around Saliency takes the absolute value of every copy first unless ``abs=False``; the
    paper averages the signed gradients, and so do we. Its spread is absolute; ours is relative to the
    picture's range, as in the paper.
    """
    p = pair(name)
    x, target = p.x[:1], p.targets[0]
    draws = torch.randn((8, 1, *x.shape[1:]), generator=torch.Generator().manual_seed(5))[:, 0]
    monkeypatch.setattr(torch, "normal", lambda mean, std: mean + std * draws)
    spread = 0.15 * float(x.max() - x.min())
    theirs = NoiseTunnel(Saliency(p.module)).attribute(
        x, nt_type="smoothgrad", nt_samples=8, stdevs=spread, target=target, abs=False
    )
    found = attribute(p.graph, x, target, method="smooth-grad", samples=8, noise=0.15, seed=5)
    assert_same_maps(found, theirs.abs().amax(1))


@pytest.mark.parametrize(("window", "stride"), sweep([(12, 7), (16, 8)], every=2))
@pytest.mark.parametrize("name", PAIRS)
def test_occlusion(name: str, window: int, stride: int) -> None:
    """captum gives every channel the whole drop, so that its sum over channels is three times the drop.

    Ours is the drop itself: one of its channels. Both average overlaps, and let the last patch of a row
    reach past the edge where the stride does not divide the picture.
    """
    p = pair(name)
    x = p.x[..., :48, :54]
    theirs = Occlusion(p.module).attribute(
        x,
        sliding_window_shapes=(3, window, window),
        strides=(3, stride, stride),
        baselines=0,
        target=p.targets,
        perturbations_per_eval=4,
    )
    torch.testing.assert_close(theirs[:, 0], theirs[:, 2])
    found = attribute(p.graph, x, p.targets, method="occlusion", window=window, stride=stride)
    assert_same_maps(found, theirs[:, 0].float())


@pytest.mark.parametrize("name", PAIRS)
def test_grad_cam(name: str) -> None:
    p = pair(name)
    theirs = LayerGradCam(p.module, p.layer).attribute(p.x, target=p.targets, relu_attributions=True)
    assert_same_maps(attribute(p.graph, p.x, p.targets, method="grad-cam"), theirs[:, 0].detach())


@pytest.mark.parametrize("name", sweep(["squeezenet1_1", "vgg11", "plain"], every=3))
def test_deep_lift(name: str) -> None:
    """On networks of convolutions, ReLUs that are used once, and max pooling, the rules are the same.

    captum refuses a ReLU used twice (torchvision's ResNet), and takes plain gradients for GELU, SiLU,
    Hardswish and norms without saying so, where ours still add up to the change of the score. It loses part
    of the score where windows of max pooling overlap (the next test), so SqueezeNet has others here. In
    double precision: in single, the two differ where a difference is next to nothing.
    """
    module, x = copy.deepcopy(pair(name).module).double(), pair(name).x[:1].double()
    for part in module.modules():
        if isinstance(part, torch.nn.MaxPool2d):
            part.kernel_size = part.stride = 2
    graph = Graph(module, size=64)
    target = int(graph.logits(x)[0].argmax())
    theirs = DeepLift(separate(module)).attribute(x, target=target).detach().sum(1)
    assert_same_maps(attribute(graph, x, target, method="deep-lift", baseline="mean"), theirs.float())


def test_deep_lift_where_windows_overlap() -> None:
    """captum's attributions miss the change of the score by more than half of it here; ours add up."""
    p = pair("squeezenet1_1")
    x, target = p.x[:1], p.targets[0]
    change = float((p.graph.logits(x) - p.graph.logits(torch.zeros_like(x)))[0, target])
    theirs = float(DeepLift(separate(p.module)).attribute(x, target=target).detach().sum())
    assert abs(theirs - change) > 0.5 * abs(change)
    ours = float(attribute(p.graph, x, target, method="deep-lift", baseline="mean").sum())
    assert ours == pytest.approx(change, rel=1e-4)


def separate(module: torch.nn.Module) -> torch.nn.Module:
    """A copy in which no unit works in place, which captum's hooks do not survive."""
    copied = copy.deepcopy(module)
    for part in copied.modules():
        if hasattr(part, "inplace"):
            part.inplace = False
    return copied
