r"""Class activation maps ``ReLU(Σ_k w_k · A_k)`` with other weights ``w_k`` of the channels than Grad-CAM's.

``A (C, h, w)`` is the feature map, ``g`` is ``∂S/∂A``. Eigen-CAM asks about no class at all.
"""

from __future__ import annotations

import torch
from torch import Tensor

from saliency.methods.batching import repeated
from saliency.methods.cam import grad_cam, weighted_sum
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.network.graph import FEATURE_MAP, Graph, Objective, gradient
from saliency.progress import Progress, report

_CLOSE = 1e-6
_BEND = 0.05  # how far A is scaled up and down to see how its gradient changes
_ABLATED = 8  # channels a pass through the rest of the model


@method(
    key="xgrad-cam",
    name="XGrad-CAM",
    sentence="Like Grad-CAM, with weights chosen so that the map adds up to the score as closely as it can.",
    paper="Fu et al. 2020, Axiom-based Grad-CAM, eq. 8",
    family=Family.CLASS_ACTIVATION,
    passes=1.2,
    needs={FEATURE_MAP},
    learning=LearningDependence.DEPENDS,
)
def xgrad_cam(graph: Graph, x: Tensor, objective: Objective, *, at: str | None = None) -> Tensor:
    """``w_k = Σ (g_k ⊙ A_k) / Σ A_k``, 0 where the channel is silent, ``(B, h, w)``, at least 0.

    Activations that are signed can cancel in ``Σ A_k``; a channel whose sum is nearly 0 beside its
    magnitude counts as silent.
    """
    features, slope = graph.feature_gradient(x, objective, at)
    whole, magnitude = features.sum((2, 3)), features.abs().sum((2, 3))
    silent = whole.abs() <= _CLOSE * magnitude
    weights = torch.where(silent, 0.0, (features * slope).sum((2, 3)) / torch.where(silent, 1.0, whole))
    return weighted_sum(features, weights)


@method(
    key="eigen-cam",
    name="Eigen-CAM",
    sentence="Marks what stands out most to the model in the picture, whatever the answer.",
    paper="Muhammad and Yeasin 2020, Eigen-CAM, eq. 3",
    family=Family.CLASS_ACTIVATION,
    passes=1.1,
    needs={FEATURE_MAP},
    class_specific=False,
    learning=LearningDependence.DOES_NOT,
)
def eigen_cam(graph: Graph, x: Tensor, objective: Objective, *, at: str | None = None) -> Tensor:
    """``A`` as ``(h·w, C)`` projected on its first right singular vector, ``(B, h, w)``, at least 0.

    The vector's sign is free; it is chosen so that the larger part of the projection is positive. Found from
    the ``(h·w, h·w)`` products, whose first eigenvector times the first singular value is the projection.
    """
    features = graph.features(x, at).values
    cells = features.flatten(2).transpose(1, 2).cpu().double()  # MPS has no such precision
    values, vectors = torch.linalg.eigh(cells @ cells.transpose(1, 2))
    projection: Tensor = vectors[:, :, -1] * values[:, -1:].clamp(min=0).sqrt()
    sign = torch.where(projection.sum(1, keepdim=True) < 0, -1.0, 1.0)
    return (projection * sign).relu().view(len(x), *features.shape[2:]).to(features)


@method(
    key="ablation-cam",
    name="Ablation-CAM",
    sentence="Switches off one learned feature after another, and marks where those that mattered lay.",
    paper="Ramaswamy and Desai 2020, Ablation-CAM, eq. 2",
    family=Family.CLASS_ACTIVATION,
    passes=1.3,
    needs={FEATURE_MAP},
    learning=LearningDependence.DEPENDS,
)
def ablation_cam(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    at: str | None = None,
    on_progress: Progress | None = None,
) -> Tensor:
    """``w_k = (S − S with channel k at 0) / |S|``, ``(B, h, w)``, at least 0.

    The paper divides by ``S``, which turns the map upside down where the logit is negative; its magnitude
    is taken here. With a linear head the drop has a closed form; else only the model's second half runs.
    """
    channels, head = graph.layer(at).channels, graph.closed_form(at)
    features = graph.features(x, at).values
    with torch.no_grad():
        if head is not None:
            logits = head.logits(features)
            intact, taken = objective(logits), torch.einsum("bc,kc->cbk", features.mean((2, 3)), head.weight)
            without = repeated(objective, len(x), channels)((logits - taken).flatten(0, 1))
            without = without.unflatten(0, (channels, len(x)))
            report(on_progress, 1, 1)
        else:
            intact = objective(graph.logits(x))
            without = _without_each(graph, x, objective, at, on_progress)
    scale = torch.where(intact.abs() > _CLOSE, intact.abs(), 1.0)
    return weighted_sum(features, ((intact - without) / scale).T)


@method(
    key="shapley-cam",
    name="Shapley-CAM",
    sentence="Like Grad-CAM, but shares out fairly what features achieve only together.",
    paper="Cai 2025, CAMs as Shapley Value-based Explainers, eq. 12",
    family=Family.CLASS_ACTIVATION,
    passes=1.3,
    needs={FEATURE_MAP},
    learning=LearningDependence.DEPENDS,
)
def shapley_cam(graph: Graph, x: Tensor, objective: Objective, *, at: str | None = None) -> Tensor:
    """``w_k = mean(g_k − ½ (H A)_k)``, ``(B, h, w)``, at least 0.

    ``H A`` is the slope's change as A grows, from its values at 0.95 and 1.05 A: torch's fused attention has
    no second derivative. After global average pooling and one linear layer, ``H = 0`` for a logit: then this
    is Grad-CAM.
    """
    if graph.closed_form(at) is not None:
        return grad_cam(graph, x, objective, at=at)
    features, logits_from = graph.features(x, at)

    def slope_at(values: Tensor) -> Tensor:
        return gradient(lambda cells: objective(logits_from(cells)), values)

    little, more = slope_at(features * (1 - _BEND)), slope_at(features * (1 + _BEND))
    bend = (more - little) / (2 * _BEND)
    return weighted_sum(features, (slope_at(features) - bend / 2).mean((2, 3)))


@method(
    key="finer-cam",
    name="Finer-CAM",
    sentence="Marks what tells the answer from the answers most like it.",
    paper="Zhang et al. 2025, Finer-CAM, eq. 4",
    family=Family.CLASS_ACTIVATION,
    passes=1.2,
    needs={FEATURE_MAP},
    learning=LearningDependence.DEPENDS,
    settings=(
        Setting("others", 3, 1, 20, sentence="With how many similar classes it is compared."),
        Setting("share", 0.6, 0.0, 1.0, sentence="How much of the other classes' score is taken off."),
    ),
)
def finer_cam(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    others: int = 3,
    share: float = 0.6,
    at: str | None = None,
) -> Tensor:
    """Grad-CAM of ``S − share · mean S_d`` over ``others`` classes; for tags and numbers, Grad-CAM itself.

    The classes are those whose logits are nearest to ``S``. Where classes do not exclude each other, as with
    tags, there is none to be told from.
    """
    if not graph.exclusive:
        return grad_cam(graph, x, objective, at=at)

    def lead(logits: Tensor) -> Tensor:
        own = gradient(objective, logits) > 0  # the class itself is not another one
        distance = (logits - objective(logits)[:, None]).detach().abs().masked_fill(own, float("inf"))
        near = distance.argsort(dim=1, stable=True)[:, : min(others, logits.shape[1] - 1)]
        return objective(logits) - share * logits.gather(1, near).mean(1)

    return grad_cam(graph, x, lead, at=at)


def _without_each(
    graph: Graph, x: Tensor, objective: Objective, at: str | None, on_progress: Progress | None
) -> Tensor:
    """The score with each channel set to 0, ``(C, B)``, by running the model's second half."""
    singles = [graph.features(picture, at) for picture in x.split(1)]
    channels = singles[0].values.shape[1]
    answers = []
    for start in range(0, channels, _ABLATED):
        count = min(_ABLATED, channels - start)
        logits = []
        for values, logits_from in singles:
            ablated, rows = values.repeat(count, 1, 1, 1), torch.arange(count, device=values.device)
            ablated[rows, start + rows] = 0
            logits.append(logits_from(ablated))
        scores = repeated(objective, len(x), count)(torch.stack(logits, 1).flatten(0, 1))
        answers.append(scores.unflatten(0, (count, len(x))))
        report(on_progress, start + count, channels)
    return torch.cat(answers)
