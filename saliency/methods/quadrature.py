r"""Integrated gradients to a given gap: ``∫₀¹ d(α) dα``, ``d(α) = Σ_c (x − x')_c · g_c(x' + α(x − x'))``.

What a piece of the path should add up to is known: ``S`` at its end less ``S`` at its beginning. So the
pieces that miss most are halved until the whole misses at most a given share. Simpson's rule uses every
gradient again when a piece is halved, and each gradient comes with its score: nothing is computed for the
check alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from saliency.methods.batching import CHUNK, repeated
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.sampling import Estimate, Estimates
from saliency.network.graph import GRADIENT, Graph, Objective
from saliency.progress import Progress, report

_PIECES = 4  # to begin with
_HALVED = 2  # pieces at a time: four new gradients, as quick each as eight, and no more than are needed


@method(
    key="integrated-gradients",
    name="Integrated gradients",
    sentence="Adds up the gradient while the picture is faded in from black, for and against.",
    paper="Sundararajan et al. 2017, Axiomatic Attribution for Deep Networks, eq. 1",
    family=Family.GRADIENTS,
    passes=60,
    needs={GRADIENT},
    signed=True,
    learning=LearningDependence.DEPENDS,
    settings=(
        Setting("steps", 200, 2, 1000, sentence="In how many steps the picture is faded in, at most."),
        Setting("gap", 0.01, 0.0, 1.0, sentence="Share of the score's change that may be missing."),
        Setting(
            "baseline",
            "black",
            choices=("black", "mean"),
            sentence="What the picture is faded in from: black, or the training pictures' mean colour.",
        ),
    ),
)
def integrated_gradients(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    steps: int = 200,
    gap: float = 0.01,
    baseline: str = "black",
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
) -> Tensor:
    """The path integral, ``(B, H, W)``, signed.

    Summed over the picture it gives ``S(x) − S(baseline)`` (completeness). Nodes are chosen until at most
    ``gap`` of it is missing; with ``gap`` 0 they are the ``steps`` nodes of Gauss–Legendre quadrature.
    A baseline of zeros in normalised values is the training pictures' *mean colour*; black is
    ``(0 − mean) / std``, which the graph knows as ``graph.black``.
    """
    start = graph.black.to(x) if baseline == "black" else torch.zeros(3).to(x)
    start = start[:, None, None].expand_as(x)
    if gap > 0:
        found = integral(graph, start, x, objective, gap=gap, most=steps, on_progress=on_progress)
    else:
        found = legendre(graph, start, x, objective, steps=steps, on_progress=on_progress)
    if on_estimate is not None:
        on_estimate(Estimate(found.values, found.gradients, gap=found.gap))
    return found.values


@dataclass(frozen=True, eq=False)
class Integral:
    """A path integral.

    Attributes:
        values: The map ``(B, H, W)``.
        gap: By how much its sum misses ``S(x) − S(x')``, as a share of it, of the worst picture.
        gradients: How many gradients were taken.
    """

    values: Tensor
    gap: float
    gradients: int


class _Path:
    """``d`` and ``S`` at the points of a straight line that were asked for, by ``α``."""

    def __init__(self, graph: Graph, start: Tensor, end: Tensor, objective: Objective) -> None:
        self._graph, self._start, self._difference, self._objective = graph, start, end - start, objective
        self.slopes: dict[float, Tensor] = {}
        self.scores: dict[float, Tensor] = {}

    def ask(self, alphas: list[float]) -> None:
        """Takes a few gradients at once."""
        at = torch.tensor(alphas, dtype=torch.float64).to(self._start)[:, None, None, None, None]
        batch = len(self._start)
        with torch.enable_grad():
            points = (self._start + at * self._difference).flatten(0, 1).requires_grad_(True)
            scores = repeated(self._objective, batch, len(alphas))(self._graph(points))
            (slopes,) = torch.autograd.grad(scores.sum(), points)
        maps = (slopes.unflatten(0, (len(alphas), batch)) * self._difference).sum(2)
        for alpha, slope, score in zip(alphas, maps, scores.detach().unflatten(0, (-1, batch)), strict=True):
            self.slopes[alpha], self.scores[alpha] = slope, score.double()

    def piece(self, low: float, high: float) -> Tensor:
        """The integral over a piece, ``(B, H, W)``, by Simpson's rule."""
        middle = self.slopes[(low + high) / 2]
        return (high - low) / 6 * (self.slopes[low] + 4 * middle + self.slopes[high])

    def missing(self, low: float, high: float) -> Tensor:
        """What the piece should add up to, less what it does, ``(B,)``."""
        return self.scores[high] - self.scores[low] - self.piece(low, high).double().sum((1, 2))


def integral(
    graph: Graph,
    start: Tensor,
    end: Tensor,
    objective: Objective,
    *,
    gap: float,
    most: int,
    on_progress: Progress | None = None,
) -> Integral:
    """The integral along the line from ``start`` to ``end``, both ``(B, 3, H, W)``.

    Args:
        graph: The model.
        start: Baselines.
        end: Pictures.
        objective: What is explained.
        gap: The share of ``S(end) − S(start)`` that may be missing.
        most: How many gradients to take at most; at least 9 are.
        on_progress: Told how far it is.
    """
    path, total = _Path(graph, start, end, objective), max(most, 10)
    ends = [i / _PIECES for i in range(_PIECES + 1)]
    pieces = list(pairwise(ends))
    wanted = sorted({*ends, *((low + high) / 2 for low, high in pieces)})
    while True:
        for some in np.array_split(wanted, -(-len(wanted) // CHUNK)):  # never one alone
            path.ask(some.tolist())
            report(on_progress, min(len(path.slopes), total - 1), total)
        missing = torch.stack([path.missing(*piece) for piece in pieces])  # (pieces, B)
        change = (path.scores[1.0] - path.scores[0.0]).abs().clamp(min=1e-9)
        worst = float((missing.sum(0).abs() / change).max())
        if worst <= gap or len(path.slopes) + 2 > most:
            break
        room = min(_HALVED, (most - len(path.slopes)) // 2)
        order = (missing.abs() / change).amax(1).argsort(descending=True)[:room].tolist()
        halved = [pieces[i] for i in order]
        pieces = [piece for i, piece in enumerate(pieces) if i not in order]
        wanted = []
        for low, high in halved:
            middle = (low + high) / 2
            pieces += [(low, middle), (middle, high)]
            wanted += [(low + middle) / 2, (middle + high) / 2]
    report(on_progress, total, total)
    values = torch.stack([path.piece(*piece) for piece in pieces]).sum(0)
    return Integral(values, worst, len(path.slopes))


def legendre(
    graph: Graph,
    start: Tensor,
    end: Tensor,
    objective: Objective,
    *,
    steps: int,
    on_progress: Progress | None = None,
) -> Integral:
    """The same by Gauss–Legendre quadrature with as many nodes as asked for."""
    path = _Path(graph, start, end, objective)
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    values = torch.zeros_like(start[:, 0])
    alphas = ((nodes + 1) / 2).tolist()
    for begin in range(0, steps, CHUNK):
        some = alphas[begin : begin + CHUNK]
        path.ask(some)
        for alpha, weight in zip(some, weights[begin : begin + CHUNK], strict=True):
            values += weight / 2 * path.slopes.pop(alpha)
        path.scores.clear()
        report(on_progress, begin + len(some), steps)
    change = (objective(graph.logits(end)) - objective(graph.logits(start))).double()
    missing = (values.double().sum((1, 2)) - change).abs() / change.abs().clamp(min=1e-9)
    return Integral(values, float(missing.max()), steps)
