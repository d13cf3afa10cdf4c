r"""Class activation maps: how strongly each cell of a feature map ``A (C, h, w)`` argues for the score ``S``.

``g`` is ``∂S/∂A``. A map that is constant, or zero, stays so: nothing is normalised here.
"""

from __future__ import annotations

import torch
from torch import Tensor

from saliency.grids.cells import CellGrid, moved
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.network.graph import FEATURE_MAP, Graph, Objective
from saliency.network.layer import Layer


def weighted_sum(features: Tensor, weights: Tensor) -> Tensor:
    """``ReLU(Σ_k w_k · A_k)`` of ``(B, C, h, w)`` and ``(B, C)``, ``(B, h, w)``."""
    return torch.einsum("bchw,bc->bhw", features, weights).relu()


@method(
    key="grad-cam",
    name="Grad-CAM",
    sentence="Marks regions that hold what the model, on the whole, counts towards the answer.",
    paper="Selvaraju et al. 2016, Grad-CAM, eq. 1 and 2",
    family=Family.CLASS_ACTIVATION,
    passes=1.2,
    needs={FEATURE_MAP},
    learning=LearningDependence.DEPENDS,
)
def grad_cam(graph: Graph, x: Tensor, objective: Objective, *, at: str | None = None) -> Tensor:
    """``ReLU(Σ_k mean(g_k) · A_k)``, ``(B, h, w)``, at least 0."""
    features, slope = graph.feature_gradient(x, objective, at)
    return weighted_sum(features, slope.mean((2, 3)))


@method(
    key="grad-cam-plus-plus",
    name="Grad-CAM++",
    sentence="Like Grad-CAM, but counts several small copies of the same thing as much as one large one.",
    paper="Chattopadhyay et al. 2017, Grad-CAM++, eq. 10 and 19",
    family=Family.CLASS_ACTIVATION,
    passes=1.2,
    needs={FEATURE_MAP},
    learning=LearningDependence.DOES_NOT,
)
def grad_cam_plus_plus(graph: Graph, x: Tensor, objective: Objective, *, at: str | None = None) -> Tensor:
    """``ReLU(Σ_k w_k · A_k)`` with the weights of eq. 10 and 19, ``(B, h, w)``, at least 0.

    The paper differentiates ``exp(S)``, whose derivatives are powers of ``g`` times ``exp(S)``; that common
    positive factor scales the whole map and is left out. ``α`` is ``1 / (2 + (ΣA) · g)``, divided through by
    ``g²``, which would vanish in float32 for small gradients; where ``g`` is 0, ``ReLU(g)`` is too.
    """
    features, slope = graph.feature_gradient(x, objective, at)
    denominator = 2 + features.sum((2, 3), keepdim=True) * slope
    alpha = torch.where(denominator != 0, 1 / denominator, 0.0)
    return weighted_sum(features, (alpha * slope.relu()).sum((2, 3)))


@method(
    key="hires-cam",
    name="HiResCAM",
    sentence="Marks exactly the regions that raised the score, and nothing that the model did not use.",
    paper="Draelos and Carin 2020, Use HiResCAM instead of Grad-CAM, eq. 3",
    family=Family.CLASS_ACTIVATION,
    passes=1.2,
    needs={FEATURE_MAP},
    learning=LearningDependence.DEPENDS,
)
def hires_cam(graph: Graph, x: Tensor, objective: Objective, *, at: str | None = None) -> Tensor:
    """``ReLU(Σ_k g_k ⊙ A_k)``, ``(B, h, w)``, at least 0."""
    features, slope = graph.feature_gradient(x, objective, at)
    return (features * slope).sum(1).relu()


def stages(graph: Graph, at: str | None, *, depths: int) -> tuple[Layer, ...]:
    """The layers that LayerCAM reads, finest first."""
    return graph.layers[-depths:] if at is None else (graph.layer(at),)


def finest_stage(graph: Graph, at: str | None, *, depths: int) -> Layer:
    """The layer whose cells are those of LayerCAM's map."""
    return stages(graph, at, depths=depths)[0]


@method(
    key="layer-cam",
    name="LayerCAM",
    sentence="Marks regions that raised the score, drawn finer by also using earlier stages of the model.",
    paper="Jiang et al. 2021, LayerCAM, eq. 4, 5 and 8",
    family=Family.CLASS_ACTIVATION,
    passes=3,
    needs={FEATURE_MAP},
    learning=LearningDependence.DOES_NOT,
    reads=finest_stage,
    settings=(Setting("depths", 2, 1, 8, sentence="How many stages of the model, from the last, are used."),),
)
def layer_cam(
    graph: Graph, x: Tensor, objective: Objective, *, depths: int = 2, at: str | None = None
) -> Tensor:
    """``ReLU(Σ_k ReLU(g_k) ⊙ A_k)``, ``(B, h, w)`` of the finest layer used, at least 0.

    Earlier stages are scaled by ``tanh(2M / max M)`` and fused by the maximum, as the paper does
    (section III-C); the result is in units of the last layer's maximum.
    """
    names = [layer.name for layer in stages(graph, at, depths=depths)]
    maps = []
    for name in names:
        features, slope = graph.feature_gradient(x, objective, name)
        maps.append((features * slope.relu()).sum(1).relu())
    if len(maps) == 1:
        return maps[0]
    size = x.shape[2:]
    grids = [
        graph.cells(m.shape[1:], size, name) or CellGrid.even(m.shape[1:], size)
        for m, name in zip(maps, names, strict=True)
    ]
    peaks = [m.amax((1, 2), keepdim=True) for m in maps]
    scaled = [torch.where(p > 0, m / p, 0.0) for m, p in zip(maps, peaks, strict=True)]
    scaled[:-1] = [torch.tanh(2 * m) for m in scaled[:-1]]
    large = [moved(m, grid, grids[0]) for m, grid in zip(scaled, grids, strict=True)]
    return torch.stack(large).amax(0) * peaks[-1]


def stage_before(graph: Graph, at: str | None) -> Layer:
    """The stage before the last, which is finer; the last where there is one only."""
    return graph.layers[-2:][0]


@method(
    key="hires-layer-cam",
    name="HiResCAM drawn finer",
    sentence="Marks only regions that raised the score, and the finer parts of them that an earlier stage of "
    "the model found.",
    paper="Draelos and Carin 2020, Use HiResCAM instead of Grad-CAM, eq. 3, times Jiang et al. 2021, "
    "LayerCAM, eq. 4, of the stage before",
    family=Family.CLASS_ACTIVATION,
    passes=2.5,
    needs={FEATURE_MAP},
    learning=LearningDependence.DEPENDS,
    reads=stage_before,
)
def hires_layer_cam(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """``H · M / max M``: HiResCAM times LayerCAM of the stage before, ``(B, h, w)``, at least 0.

    ``H`` is read at the finer stage's cells. Where it is zero the product is: what the model did not use
    stays unmarked, which LayerCAM alone does not hold to. In units of ``H``, which stays as it is where the
    stage before has nothing to add. How it compares was measured (``docs/quality.md``).
    """
    cam, size = hires_cam(graph, x, objective), x.shape[2:]
    name = stage_before(graph, None).name
    if name == graph.layer().name:
        return cam
    fine = layer_cam(graph, x, objective, at=name)
    grids = [
        graph.cells(m.shape[1:], size, at) or CellGrid.even(m.shape[1:], size)
        for m, at in ((cam, None), (fine, name))
    ]
    peak = fine.amax((1, 2), keepdim=True)
    return moved(cam, *grids) * torch.where(peak > 0, fine / peak, 1.0)
