"""Beside torchcam, on the plain module with its hooks; raw maps (``normalized=False``)."""

from __future__ import annotations

import pytest
import torch
from peers import PAIRS, Pair, assert_same_maps, pair
from torch import Tensor
from torchcam.methods import GradCAM, GradCAMpp, LayerCAM
from torchcam.methods.gradient import _GradCAM

from saliency.methods.attribution import attribute, class_objective

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def raw_map(peer: type[_GradCAM], p: Pair) -> Tensor:
    """The peer's map, ``(B, h, w)``."""
    with peer(p.module, p.layer) as extractor:
        scores = p.module(p.x.clone().requires_grad_(True))
        (found,) = extractor(p.targets, scores, normalized=False)
    return found.detach()


@pytest.mark.parametrize(("key", "peer"), [("grad-cam", GradCAM), ("layer-cam", LayerCAM)])
@pytest.mark.parametrize("name", PAIRS)
def test_cams_at_the_last_feature_map(name: str, key: str, peer: type[_GradCAM]) -> None:
    p = pair(name)
    settings = {"depths": 1} if key == "layer-cam" else {}
    assert_same_maps(attribute(p.graph, p.x, p.targets, method=key, **settings), raw_map(peer, p))


@pytest.mark.parametrize("name", PAIRS)
def test_grad_cam_plus_plus_is_another_formula_there(name: str) -> None:
    """Its α is ``g²``, without the denominator, so that its weights are ``Σ ReLU(g)³``; this shows it.

    It divides ``alpha[mask]`` in place, and a tensor indexed by a mask is a copy. The denominator that is
    lost, ``2g² + Σ(A·g³)``, would have the cube inside the sum; equation 19 of the paper has
    ``2g² + (Σ A)·g³``, the cube at the cell whose α it is. Ours is the paper's, and pytorch-grad-cam's.
    """
    p = pair(name)
    features, slope = p.graph.feature_gradient(p.x, class_objective(p.graph, p.targets, len(p.x)))
    cubes = torch.einsum("bchw,bc->bhw", features, (slope.relu() ** 3).sum((2, 3))).relu()
    theirs = raw_map(GradCAMpp, p)
    assert_same_maps(cubes, theirs)
    ours = attribute(p.graph, p.x, p.targets, method="grad-cam-plus-plus")
    scaled = [m / m.amax((1, 2), keepdim=True) for m in (ours, theirs)]
    assert (scaled[0] - scaled[1]).abs().max() > 0.01
