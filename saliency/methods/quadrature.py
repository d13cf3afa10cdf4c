r"""Integrated gradients to a given gap: ``∫₀¹ d(α) dα``, ``d(α) = Σ_c (x − x')_c · g_c(x' + α(x − x'))``.

What a piece of the path should add up to is known: ``S`` at its end less ``S`` at its beginning. So the
pieces that miss most are halved until the whole misses at most a given share. Simpson's rule uses every
gradient again when a piece is halved, and each gradient comes with its score: nothing is computed for the
check alone.
"""

from __future__ import annotations

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
    path = _Path(graph, start, x, objective)
    estimate = _adaptive(path, gap, steps, on_progress) if gap > 0 else _legendre(path, steps, on_progress)
    if on_estimate is not None:
        on_estimate(estimate)
    return estimate.values


class _Path:
    """``d`` and ``S`` at points of the line from baselines to pictures, both ``(B, 3, H, W)``, by ``α``."""

    def __init__(self, graph: Graph, start: Tensor, end: Tensor, objective: Objective) -> None:
        self._graph, self._start, self._end, self._objective = graph, start, end, objective
        self.slopes: dict[float, Tensor] = {}
        self.scores: dict[float, Tensor] = {}

    def ask(self, alphas: list[float]) -> None:
        """Takes a few gradients at once."""
        difference = self._end - self._start
        places = torch.tensor(alphas, dtype=torch.float64).to(self._start)[:, None, None, None, None]
        shape = (len(alphas), len(self._start))
        with torch.enable_grad():
            points = (self._start + places * difference).flatten(0, 1).requires_grad_(True)
            scores = repeated(self._objective, shape[1], shape[0])(self._graph(points))
            (slopes,) = torch.autograd.grad(scores.sum(), points)
        maps = (slopes.unflatten(0, shape) * difference).sum(2)
        self.slopes |= zip(alphas, maps, strict=True)
        self.scores |= zip(alphas, scores.detach().unflatten(0, shape).double(), strict=True)

    def change(self) -> Tensor:
        """What the whole should add up to, ``S`` at the pictures less ``S`` at the baselines, ``(B,)``."""
        first, last = (self._objective(self._graph.logits(end)) for end in (self._start, self._end))
        return (last - first).double()

    def piece(self, low: float, high: float) -> Tensor:
        """The integral over a piece, ``(B, H, W)``, by Simpson's rule."""
        middle = self.slopes[(low + high) / 2]
        return (high - low) / 6 * (self.slopes[low] + 4 * middle + self.slopes[high])

    def missing(self, low: float, high: float) -> Tensor:
        """What the piece should add up to, less what it does, ``(B,)``."""
        return self.scores[high] - self.scores[low] - self.piece(low, high).double().sum((1, 2))


def _adaptive(path: _Path, gap: float, most: int, on_progress: Progress | None) -> Estimate:
    """The integral from pieces that are halved until the gap is small enough.

    Args:
        path: The line.
        gap: The share of ``S(end) − S(start)`` that may be missing, of the worst picture.
        most: How many gradients to take at most; at least 9 are.
        on_progress: Told how far it is.
    """
    total = max(most, 10)
    ends = [number / _PIECES for number in range(_PIECES + 1)]
    pieces = list(pairwise(ends))
    alphas = sorted({*ends, *((low + high) / 2 for low, high in pieces)})
    while True:
        for some in np.array_split(alphas, -(-len(alphas) // CHUNK)):  # never one alone
            path.ask(some.tolist())
            report(on_progress, min(len(path.slopes), total - 1), total)
        missing = torch.stack([path.missing(*piece) for piece in pieces])  # (pieces, B)
        change = (path.scores[1.0] - path.scores[0.0]).abs().clamp(min=1e-9)
        worst = float((missing.sum(0).abs() / change).max())
        if worst <= gap or len(path.slopes) + 2 > most:
            break
        room = min(_HALVED, (most - len(path.slopes)) // 2)
        order = (missing.abs() / change).amax(1).argsort(descending=True)[:room].tolist()
        halved = [pieces[number] for number in order]
        pieces = [piece for number, piece in enumerate(pieces) if number not in order]
        alphas = []
        for low, high in halved:
            middle = (low + high) / 2
            pieces += [(low, middle), (middle, high)]
            alphas += [(low + middle) / 2, (middle + high) / 2]
    report(on_progress, total, total)
    values = torch.stack([path.piece(*piece) for piece in pieces]).sum(0)
    return Estimate(values, len(path.slopes), gap=worst)


def _legendre(path: _Path, steps: int, on_progress: Progress | None) -> Estimate:
    """The integral by Gauss–Legendre quadrature with as many nodes as asked for."""
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    alphas = ((nodes + 1) / 2).tolist()
    values: Tensor = torch.zeros(())
    for begin in range(0, steps, CHUNK):
        chunk = alphas[begin : begin + CHUNK]
        path.ask(chunk)
        for alpha, weight in zip(chunk, weights[begin : begin + CHUNK], strict=True):
            values = values + weight / 2 * path.slopes.pop(alpha)
        report(on_progress, begin + len(chunk), steps)
    change = path.change()
    missing = (values.double().sum((1, 2)) - change).abs() / change.abs().clamp(min=1e-9)
    return Estimate(values, steps, gap=float(missing.max()))
