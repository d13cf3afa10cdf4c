r"""Integrated gradients along other paths, and from other beginnings.

With ``g = ∂S/∂x``, of shape ``(B, 3, H, W)``, each sums ``g · dx`` along a path that ends at the picture.
Summed over the picture, expected and blur integrated gradients give about ``S(x) − S(start)`` (completeness).
Guided integrated gradients stay below it: each step is priced at its beginning, where the gradient was least.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from saliency.methods.baselines import BASELINE, baseline_of, gaussian_blur
from saliency.methods.batching import BACKWARD_CHUNK, fitting, in_units, repeated, singly
from saliency.methods.gradients import input_gradient
from saliency.methods.quadrature import ERROR, Piece, adaptive, slopes_and_scores
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.sampling import GROUPS, STOP, Estimates, Sums, sampled_map, worst_of
from saliency.network.graph import GRADIENT, Graph, Objective, gradient
from saliency.progress import Progress, report

_GOLDEN = (math.sqrt(5) - 1) / 2
_GAP = 0.01  # share of the score's change that may be missing of blur integrated gradients
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
    passes=290,
    needs={GRADIENT},
    signed=True,
    learning=LearningDependence.DEPENDS,
    settings=(
        Setting("steps", 200, 2, 500, sentence="In how many steps it is brought into focus, at most."),
        Setting("blur", 0.2, 0.01, 1.0, sentence="Blur to begin with, as a share of the short side."),
        ERROR,
    ),
)
def blur_ig(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    steps: int = 200,
    blur: float = 0.2,
    error: float = 0.04,
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
) -> Tensor:
    """``∫ Σ_c g_c(x_t) dx_t`` over ever sharper pictures ``x_t``, ``(B, H, W)``, signed.

    Summed over the picture it gives ``S(x) − S(x_0)``, ``x_0`` the blurred one (completeness). The blur's
    deviation is ``(1 − t)²`` times that of ``x_0``, which is ``blur`` times the short side: most detail
    appears at small blurs. Steps are chosen as integrated gradients choose theirs, until the map is off by at
    most ``error``, by an estimate that is above the error.
    """
    widest = blur * min(x.shape[2:])
    estimates = [
        adaptive(_Focus(graph, picture, widest, own), _GAP, error, steps, progress)
        for picture, own, progress in singly(x, objective, on_progress)
    ]
    estimate = worst_of(estimates)
    if on_estimate is not None:
        on_estimate(estimate)
    return estimate.values


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
        BASELINE,
    ),
)
def guided_ig(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    steps: int = 50,
    share: float = 0.1,
    baseline: str = "own",
    on_progress: Progress | None = None,
) -> Tensor:
    """``Σ g · dx`` from the baseline, points of little gradient first, ``(B, H, W)``, signed.

    The baseline is the picture's own mean colour unless another is chosen. After step t the L1 distance to
    the picture is ``1 − t/steps`` of what it was; in a step the ``share`` of points with the least gradient
    among those not there yet moves until that is so.
    """
    path, total = baseline_of(graph, x, baseline).clone(), torch.zeros_like(x)
    whole = (x - path).abs().sum((1, 2, 3))
    for step in range(steps):
        slope = gradient(lambda now: objective(torch.cat([graph(picture) for picture in now.split(1)])), path)
        goal = whole * (1 - (step + 1) / steps)
        before = path.clone()
        for number in range(len(x)):
            _advance(path[number], x[number], slope[number], float(goal[number]), share)
        total += slope * (path - before)
        report(on_progress, step + 1, steps)
    return total.sum(1)


class _Focus:
    """A picture ``(1, 3, H, W)`` as it is brought into focus."""

    def __init__(self, graph: Graph, x: Tensor, widest: float, objective: Objective) -> None:
        """Args: widest: The blur's standard deviation at the beginning, in points."""
        self._graph, self._x, self._widest, self._objective = graph, x, widest, objective
        self._pictures: dict[float, Tensor] = {}
        self._slopes: dict[float, Tensor] = {}
        self.scores: dict[float, Tensor] = {}

    def ask(self, alphas: list[float]) -> None:
        """Takes the gradient at a few pictures of the path at once."""
        pictures = torch.cat([gaussian_blur(self._x, self._widest * (1 - alpha) ** 2) for alpha in alphas])
        slopes, scores = slopes_and_scores(self._graph, pictures, self._objective)
        self._pictures |= zip(alphas, pictures, strict=True)
        self._slopes |= zip(alphas, slopes, strict=True)
        self.scores |= zip(alphas, scores[:, None], strict=True)

    def piece(self, low: float, high: float) -> Piece:
        """The integral over a piece: mean gradients of neighbours times how their pictures differ."""
        places = (low, (low + high) / 2, high)
        first, middle, last = (self._slopes[place] for place in places)
        to_middle, to_end = torch.stack([self._pictures[place] for place in places]).diff(dim=0)
        fine = ((first + middle) * to_middle + (middle + last) * to_end).sum(0) / 2
        coarse = ((first + last) * (to_middle + to_end)).sum(0) / 2
        return Piece(low, high, fine[None], (fine - coarse)[None])


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
