r"""Integrated gradients along other paths, and from other beginnings.

With ``g = ∂S/∂x``, of shape ``(B, 3, H, W)``, each sums ``g · dx`` along a path that ends at the picture.
Summed over the picture, expected and blur integrated gradients give about ``S(x) − S(start)`` (completeness).
Guided integrated gradients stay below it: each step is priced at its beginning, where the gradient was least.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from saliency.methods.batching import BACKWARD_CHUNK, fitting, in_units, repeated
from saliency.methods.gradients import input_gradient
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.sampling import GROUPS, STOP, Estimates, Sums, sampled_map
from saliency.network.graph import GRADIENT, Graph, Objective, gradient
from saliency.progress import Progress, report

_GOLDEN = (math.sqrt(5) - 1) / 2
_SPREAD = 1.0  # standard deviation of expected gradients' baselines, in normalised values


@method(
    key="expected-gradients",
    name="Expected gradients",
    sentence="Adds up the gradient while the picture is faded in from many chance pictures.",
    paper="Erion et al. 2021, Improving Performance with Axiomatic Attribution Priors, eq. 3",
    family=Family.GRADIENTS,
    passes=50,
    needs={GRADIENT},
    signed=True,
    learning=LearningDependence.DEPENDS,
    settings=(Setting("samples", 25, 1, 2000, sentence="How many chance pictures are used."), STOP),
)
def expected_gradients(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    samples: int = 25,
    stop: str = "settled",
    seed: int = 0,
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
) -> Tensor:
    """``mean_i Σ_c (x − x'_i)_c · g_c(x'_i + α_i(x − x'_i))``, ``(B, H, W)``, signed.

    ``x'_i ~ N(0, 1)`` in normalised values, whose 0 is the mean colour. The ``α_i`` are steps of the golden
    ratio around [0, 1] from a chance beginning: however many there are, they lie evenly.
    """
    generator = torch.Generator().manual_seed(seed)
    begin = torch.rand((), generator=generator, dtype=torch.float64)
    sums = Sums(x.new_zeros(GROUPS, len(x), *x.shape[2:]))

    def baselines_of(count: int) -> Tensor:
        return _SPREAD * torch.randn((count, 1, *x.shape[1:]), generator=generator)

    def draw(start: int, count: int) -> None:
        baselines = in_units(baselines_of, count, BACKWARD_CHUNK).to(x.device)
        alpha = ((begin + _GOLDEN * torch.arange(start, start + count)) % 1).to(x)[:, None, None, None, None]
        difference = x - baselines
        path = (baselines + alpha * difference).flatten(0, 1)
        slope = input_gradient(graph, path, repeated(objective, len(x), count))
        sums.add((difference * slope.unflatten(0, (count, len(x)))).sum(2))

    most = fitting(graph, x, BACKWARD_CHUNK)
    return sampled_map(draw, sums.mean, samples, BACKWARD_CHUNK, stop, on_progress, on_estimate, most=most)


@method(
    key="blur-ig",
    name="Blur integrated gradients",
    sentence="Adds up the gradient while the picture is brought into focus.",
    paper="Xu et al. 2020, Attribution in Scale and Space, eq. 6",
    family=Family.GRADIENTS,
    passes=110,
    needs={GRADIENT},
    signed=True,
    learning=LearningDependence.DEPENDS,
    settings=(
        Setting("steps", 50, 2, 500, sentence="In how many steps the picture is brought into focus."),
        Setting("blur", 0.2, 0.01, 1.0, sentence="Blur to begin with, as a share of the short side."),
    ),
)
def blur_ig(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    steps: int = 50,
    blur: float = 0.2,
    on_progress: Progress | None = None,
) -> Tensor:
    """``Σ_i Σ_c g_c(x_i) · (x_i − x_{i−1})_c`` over ever sharper pictures, ``(B, H, W)``, signed.

    The blur's deviation falls with equal steps of its square root, from ``blur`` times the short side to 0:
    most detail appears at small blurs. The gradient is taken halfway between two pictures.
    """
    widest = blur * min(x.shape[2:])
    widths = [widest * (1 - i / steps) ** 2 for i in range(steps + 1)]
    total = torch.zeros_like(x)
    before = gaussian_blur(x, widths[0])
    count = fitting(graph, x, BACKWARD_CHUNK)
    for start in range(0, steps, count):
        sharper = [gaussian_blur(x, width) for width in widths[start + 1 : start + 1 + count]]
        pictures = torch.stack([before, *sharper])
        middle = (pictures[1:] + pictures[:-1]) / 2
        slope = input_gradient(graph, middle.flatten(0, 1), repeated(objective, len(x), len(sharper)))
        total += (slope.unflatten(0, (len(sharper), len(x))) * pictures.diff(dim=0)).sum(0)
        before = sharper[-1]
        report(on_progress, start + len(sharper), steps)
    return total.sum(1)


@method(
    key="guided-ig",
    name="Guided integrated gradients",
    sentence="Fades the picture in where the score reacts least first, so that noise has little say.",
    paper="Kapishnikov et al. 2021, Guided Integrated Gradients, algorithm 1",
    family=Family.GRADIENTS,
    passes=130,
    needs={GRADIENT},
    signed=True,
    learning=LearningDependence.DEPENDS,
    settings=(
        Setting("steps", 50, 4, 500, sentence="In how many steps the picture is faded in."),
        Setting("share", 0.1, 0.01, 1.0, sentence="Share of the points that move in a step."),
    ),
)
def guided_ig(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    steps: int = 50,
    share: float = 0.1,
    on_progress: Progress | None = None,
) -> Tensor:
    """``Σ g · dx`` from black, points of little gradient first, ``(B, H, W)``, signed.

    After step t the L1 distance to the picture is ``1 − t/steps`` of what it was; in a step the ``share`` of
    points with the least gradient among those not there yet moves until that is so.
    """
    black = graph.black.to(x)[:, None, None].expand_as(x)
    path, total = black.clone(), torch.zeros_like(x)
    whole = (x - black).abs().sum((1, 2, 3))
    for step in range(steps):
        slope = gradient(lambda now: objective(torch.cat([graph(picture) for picture in now.split(1)])), path)
        goal = whole * (1 - (step + 1) / steps)
        before = path.clone()
        for number in range(len(x)):
            _advance(path[number], x[number], slope[number], float(goal[number]), share)
        total += slope * (path - before)
        report(on_progress, step + 1, steps)
    return total.sum(1)


def gaussian_blur(x: Tensor, deviation: float) -> Tensor:
    """Gaussian blur of pictures ``(B, C, H, W)``, ``deviation`` in points; edges are mirrored."""
    if deviation < 0.2:
        return x
    reach = [min(math.ceil(3 * deviation), side - 1) for side in x.shape[2:]]
    for axis, radius in zip((2, 3), reach, strict=True):
        line = torch.arange(-radius, radius + 1).to(x)
        kernel = torch.exp(-0.5 * (line / deviation) ** 2)
        kernel = (kernel / kernel.sum()).reshape((1, 1, -1, 1) if axis == 2 else (1, 1, 1, -1))
        padding = (0, 0, radius, radius) if axis == 2 else (radius, radius, 0, 0)
        kernels = kernel.expand(x.shape[1], -1, -1, -1)
        x = F.conv2d(F.pad(x, padding, mode="reflect"), kernels, groups=x.shape[1])
    return x


def _advance(point: Tensor, end: Tensor, slope: Tensor, goal: float, share: float) -> None:
    """Moves values of ``point`` towards ``end``, least gradient first, until ``goal`` is left (in place)."""
    while True:
        distance = (end - point).abs()
        remaining = float(distance.sum())
        if remaining <= goal * (1 + 1e-6) + 1e-6:
            return
        reaction = torch.where(distance > 0, slope.abs(), float("inf"))
        waiting = int((distance > 0).sum())
        limit = reaction.flatten().kthvalue(max(1, math.ceil(share * waiting))).values
        chosen = reaction <= limit
        part = min(1.0, (remaining - goal) / float(distance[chosen].sum()))
        point[chosen] = end[chosen] if part == 1.0 else point[chosen] + part * (end - point)[chosen]
