r"""Methods that learn from a plan of masks which cells of a coarse grid the score depends on.

* Sobol: the total-order index of each cell, ``E[(S(A) − S(A with cell i of B))²] / 2 Var S`` (Fel 2021,
  eq. 3, with Jansen's estimator);
* HSIC: the dependence between a cell's visibility and the score (Novello 2022, eq. 4).

Hidden means the training pictures' mean colour (0 in normalised values). Neither has a sign.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from saliency.methods.batching import CHUNK, fitting, repeated
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.sampling import GROUPS, STOP, Estimates, outside, sampled_map
from saliency.network.graph import Graph, Objective
from saliency.progress import Progress

_GRID = Setting("grid", 8, 2, 32, sentence="Cells of the grid along each side.")


@method(
    key="sobol",
    name="Sobol indices",
    sentence="Changes one cell of a grid at a time in many settings, and marks cells that change the score.",
    paper="Fel et al. 2021, Look at the Variance!, eq. 3",
    family=Family.COVERING,
    passes=800,
    needs=set(),
    learning=LearningDependence.HARDLY_ON_THE_GUESS,
    settings=(
        _GRID,
        Setting("samples", 16, 2, 256, sentence="How many settings; rounded up to a power of two."),
        STOP,
    ),
)
def sobol(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    grid: int = 8,
    samples: int = 16,
    stop: str = "settled",
    seed: int = 0,
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
) -> Tensor:
    """Total-order Sobol indices of the grid's cells, ``(B, grid, grid)``, at least 0.

    Visibilities are a scrambled Sobol sequence of ``samples`` points in ``2 · grid²`` dimensions, whose
    balance needs a power of two.
    """
    cells, count = grid * grid, 1 << (samples - 1).bit_length()
    design = torch.quasirandom.SobolEngine(2 * cells, scramble=True, seed=seed).draw(count)
    first, second = design[:, :cells], design[:, cells:]
    replaced = torch.where(torch.eye(cells, dtype=torch.bool), second[:, None], first[:, None])
    plan = torch.cat([first[:, None], second[:, None], replaced], 1)  # a setting after the other
    answers: list[Tensor] = []

    def draw(start: int, some: int) -> None:
        answers.append(scores_under(graph, x, objective, plan.flatten(0, 1)[start : start + some], grid))

    def map_without(group: int | None) -> Tensor:
        scores = torch.cat(answers)
        complete = len(scores) // (cells + 2)
        scores = scores[: complete * (cells + 2)].unflatten(0, (complete, cells + 2))
        scores = scores[outside(group, complete)]
        variance = scores[:, :2].flatten(0, 1).var(0).clamp(min=1e-12)
        moved = (scores[:, 2:] - scores[:, :1]).square().mean(0)
        indices: Tensor = moved / (2 * variance)
        return indices.T.reshape(-1, grid, grid).to(x)

    total, least, most = count * (cells + 2), GROUPS * (cells + 2), fitting(graph, x, CHUNK)
    return sampled_map(draw, map_without, total, CHUNK, stop, on_progress, on_estimate, least, most)


@method(
    key="hsic",
    name="HSIC",
    sentence="Hides random cells of a grid, and marks cells whose visibility goes along with the score.",
    paper="Novello et al. 2022, Making Sense of Dependence, eq. 4",
    family=Family.COVERING,
    passes=500,
    needs=set(),
    learning=LearningDependence.DEPENDS,
    settings=(_GRID, Setting("samples", 512, 16, 20000, sentence="How many random masks are tried."), STOP),
)
def hsic(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    grid: int = 8,
    samples: int = 512,
    stop: str = "settled",
    seed: int = 0,
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
) -> Tensor:
    """``HSIC = trace(K H L H) / n²`` for each cell, ``(B, grid, grid)``, at least 0.

    K is 1 where two masks agree on the cell; L is a Gaussian kernel of the scores, as wide as their median
    distance.
    """
    generator = torch.Generator().manual_seed(seed)
    plan = (torch.rand((samples, grid * grid), generator=generator) < 0.5).float()
    sign = (2 * plan - 1).double()
    answers: list[Tensor] = []

    def draw(start: int, count: int) -> None:
        answers.append(scores_under(graph, x, objective, plan[start : start + count], grid))

    def map_without(group: int | None) -> Tensor:
        scores = torch.cat(answers)
        rows = outside(group, len(scores))
        return dependence(sign[: len(scores)][rows], scores[rows]).T.reshape(-1, grid, grid).to(x)

    most = fitting(graph, x, CHUNK)
    return sampled_map(draw, map_without, samples, CHUNK, stop, on_progress, on_estimate, 8 * GROUPS, most)


def dependence(sign: Tensor, scores: Tensor) -> Tensor:
    """HSIC ``(d, B)`` between signs ``(n, d)`` of ±1 and scores ``(n, B)``."""
    columns = []
    for column in scores.T:
        distance = (column[:, None] - column[None]).abs()
        width = distance.flatten().median().clamp(min=1e-12)
        kernel = torch.exp(-((distance / width) ** 2) / 2)
        centred = kernel - kernel.mean(0) - kernel.mean(1, keepdim=True) + kernel.mean()
        columns.append((sign * (centred @ sign)).sum(0).clamp(min=0) / (2 * len(sign) ** 2))
    return torch.stack(columns, 1)


def scores_under(graph: Graph, x: Tensor, objective: Objective, plan: Tensor, grid: int) -> Tensor:
    """The score ``(n, B)`` under each mask of a plan ``(n, grid · grid)`` in [0, 1], in float64."""
    masks = interpolate(plan.unflatten(1, (1, grid, grid)).to(x.device), size=x.shape[2:], mode="nearest")
    scores = repeated(objective, len(x), len(masks))(graph.logits((x * masks[:, None]).flatten(0, 1)))
    return scores.view(len(masks), len(x)).cpu().double()
