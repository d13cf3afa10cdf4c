r"""Integrated gradients to a given error: ``∫₀¹ d(α) dα``, ``d(α) = Σ_c (x − x')_c · g_c(x' + α(x − x'))``.

The gradient of a network of ReLUs jumps all along the path, so that errors of opposite signs cancel in the
sum over the picture long before the map stands still: 13 nodes may miss 0.2 % of the score's change and 26 %
of the map. So a map is held against a coarser one. Each piece of the path has both, the trapezoid rule with
its middle (fine) and without (coarse), and the pieces where they differ most are halved until, over the
whole, they differ by no more than a given share of the map. What is missing of the score's change is held to
a share too. The trapezoid rule uses every gradient again when a piece is halved; rules of higher order do no
better where the gradient jumps.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor

from saliency.methods.baselines import BASELINE, baseline_of
from saliency.methods.batching import CHUNK, singly
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.sampling import Estimate, Estimates, worst_of
from saliency.network.graph import GRADIENT, Graph, Objective
from saliency.progress import Progress, report

_PIECES = 4  # to begin with
_HALVED = 2  # pieces at a time: four new gradients, as quick each as eight, and no more than are needed

ERROR = Setting("error", 0.04, 0.001, 1.0, sentence="Share of the map that may be off, by an estimate.")
"""The setting of all methods that stop by it."""


class Piece(NamedTuple):
    """The integral over a piece of the path, ``(1, H, W)``, and by how much it differs from a coarser one."""

    low: float
    high: float
    fine: Tensor
    difference: Tensor


class Path(Protocol):
    """A path that ends at a picture, by ``α`` from 0 to 1, with the scores known along it, ``(1,)`` each."""

    scores: dict[float, Tensor]

    def ask(self, alphas: list[float]) -> None:
        """Takes a few gradients at once."""

    def piece(self, low: float, high: float) -> Piece:
        """The integral over a piece, whose ends and middle were asked for."""


@method(
    key="integrated-gradients",
    name="Integrated gradients",
    sentence="Adds up the gradient while the picture is faded in from its own mean colour, for and against.",
    paper="Sundararajan et al. 2017, Axiomatic Attribution for Deep Networks, eq. 1",
    family=Family.GRADIENTS,
    passes=250,
    needs={GRADIENT},
    signed=True,
    learning=LearningDependence.DEPENDS,
    settings=(
        Setting("steps", 200, 2, 1000, sentence="In how many steps the picture is faded in, at most."),
        Setting("gap", 0.01, 0.0, 1.0, sentence="Share of the score's change that may be missing."),
        ERROR,
        BASELINE,
    ),
)
def integrated_gradients(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    steps: int = 200,
    gap: float = 0.01,
    error: float = 0.04,
    baseline: str = "own",
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
) -> Tensor:
    """The path integral, ``(B, H, W)``, signed.

    Summed over the picture it gives ``S(x) − S(baseline)`` (completeness). Nodes are chosen for each picture
    by itself, until at most ``gap`` of it is missing and the map is off by at most ``error``, by an estimate
    that is nearly twice the error; with ``gap`` 0 they are the ``steps`` nodes of Gauss–Legendre quadrature.
    The picture's own mean colour does better than black and, by most measures, than the mean colour of the
    training pictures, 0 in normalised values, which is captum's (``docs/quality.md``).
    """
    estimates = []
    for picture, own, progress in singly(x, objective, on_progress):
        path = _Line(graph, baseline_of(graph, picture, baseline), picture, own)
        chosen = adaptive(path, gap, error, steps, progress) if gap > 0 else _legendre(path, steps, progress)
        estimates.append(chosen)
    estimate = worst_of(estimates)
    if on_estimate is not None:
        on_estimate(estimate)
    return estimate.values


class _Line:
    """``d`` and ``S`` at points of the line from baselines to pictures, both ``(1, 3, H, W)``, by ``α``."""

    def __init__(self, graph: Graph, start: Tensor, end: Tensor, objective: Objective) -> None:
        self._graph, self._start, self._end, self._objective = graph, start, end, objective
        self.slopes: dict[float, Tensor] = {}
        self.scores: dict[float, Tensor] = {}

    def ask(self, alphas: list[float]) -> None:
        """Takes a few gradients at once."""
        difference = self._end - self._start
        places = torch.tensor(alphas, dtype=torch.float64).to(self._start)[:, None, None, None]
        points = self._start + places * difference
        slopes, scores = slopes_and_scores(self._graph, points, self._objective)
        maps = (slopes * difference).sum(1)
        self.slopes |= zip(alphas, maps[:, None], strict=True)
        self.scores |= zip(alphas, scores[:, None], strict=True)

    def change(self) -> Tensor:
        """What the whole should add up to, ``S`` at the picture less ``S`` at the baseline, ``(1,)``."""
        first, last = (self._objective(self._graph.logits(end)) for end in (self._start, self._end))
        return (last - first).cpu().double()

    def piece(self, low: float, high: float) -> Piece:
        """The integral over a piece, whose ends and middle were asked for."""
        ends, middle = self.slopes[low] + self.slopes[high], self.slopes[(low + high) / 2]
        fine = (high - low) / 4 * (ends + 2 * middle)
        return Piece(low, high, fine, fine - (high - low) / 2 * ends)


def slopes_and_scores(graph: Graph, points: Tensor, objective: Objective) -> tuple[Tensor, Tensor]:
    """Gradients at pictures ``(n, 3, H, W)``, of that shape, and their scores ``(n,)`` in float64."""
    with torch.enable_grad():
        leaf = points.detach().requires_grad_(True)
        scores = objective(graph(leaf))
        (slopes,) = torch.autograd.grad(scores.sum(), leaf)
    return slopes, scores.detach().cpu().double()


def adaptive(path: Path, gap: float, error: float, most: int, on_progress: Progress | None) -> Estimate:
    """The integral from pieces that are halved until map and sum are near enough.

    Args:
        path: The path.
        gap: The share of ``S(end) − S(start)`` that may be missing.
        error: The share of the map, by L1 norm, by which it may differ from the coarser one.
        most: How many gradients to take at most; at least 9 are.
        on_progress: Told how far it is.
    """
    total = max(most, 10)
    ends = [number / _PIECES for number in range(_PIECES + 1)]
    spans = list(pairwise(ends))
    alphas = sorted({*ends, *((low + high) / 2 for low, high in spans)})
    pieces: list[Piece] = []
    while True:
        for some in np.array_split(alphas, -(-len(alphas) // CHUNK)):  # never one alone
            path.ask(some.tolist())
            report(on_progress, min(len(path.scores), total - 1), total)
        pieces += [path.piece(*span) for span in spans]
        values = torch.stack([piece.fine for piece in pieces]).sum(0)
        difference = torch.stack([piece.difference for piece in pieces]).sum(0)
        off = float(difference.abs().sum() / values.abs().sum().clamp(min=1e-30))
        change = path.scores[1.0] - path.scores[0.0]
        missing = float((values.cpu().double().sum() - change).abs() / change.abs().clamp(min=1e-9))
        if (off <= error and missing <= gap) or len(path.scores) + 2 > most:
            break
        room = min(_HALVED, (most - len(path.scores)) // 2)
        pieces.sort(key=lambda piece: float(piece.difference.abs().sum()), reverse=True)
        halved, pieces = pieces[:room], pieces[room:]
        spans = [
            span for low, high, *_ in halved for span in ((low, (low + high) / 2), ((low + high) / 2, high))
        ]
        alphas = [(low + high) / 2 for low, high in spans]
    report(on_progress, total, total)
    return Estimate(values, len(path.scores), gap=missing, map_error=off)


def _legendre(path: _Line, steps: int, on_progress: Progress | None) -> Estimate:
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
    missing = (values.cpu().double().sum((1, 2)) - change).abs() / change.abs().clamp(min=1e-9)
    return Estimate(values, steps, gap=float(missing.max()))
