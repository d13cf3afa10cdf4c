r"""Extremal perturbations: the smallest parts of the picture that keep the score (Fong 2019).

For each area ``a`` the mask ``m_a = argmax_m S(m ⊗ x) − λ ‖sort(m) − r_a‖²`` is found by gradient steps;
``m ⊗ x`` shows the picture where m is 1 and something plain where it is 0, and ``r_a`` is 1 for the share
``a`` of its cells and 0 for the others (eq. 2 to 4). λ grows from 0, so that no cell
takes a place before the score has had its say.

The score counts from 0 (all hidden) to 1 (nothing hidden), so that one λ serves all models. Masks are
coarse and enlarged bilinearly, in place of the paper's smooth max-convolution: no holes finer than a cell.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from saliency.methods.baselines import gaussian_blur
from saliency.methods.batching import singly
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.network.graph import GRADIENT, Graph, Objective, gradient
from saliency.progress import Progress, report

AREAS = (0.05, 0.1, 0.2, 0.4)

_CELLS = 14  # of a mask, along the picture's short side
_RATE, _MOMENTUM = 0.02, 0.9  # of the gradient steps; a step of 1 changes the score by a cell's fair share
_WEIGHT = 20.0  # λ at the end
_NOTHING = 1e-6  # a change of the score that is none
_ENOUGH = 0.9  # share of the score that counts as kept
_BLUR = 0.1  # spread of the blur, as a share of the short side


@method(
    key="extremal",
    name="Extremal perturbation",
    sentence="Searches for the smallest parts of the picture that alone keep the score.",
    paper="Fong et al. 2019, Understanding Deep Networks via Extremal Perturbations, eq. 2 to 4",
    family=Family.COVERING,
    passes=1000,
    needs={GRADIENT},
    learning=LearningDependence.DEPENDS,
    half=False,
    settings=(
        Setting("steps", 120, 2, 2000, sentence="How many steps the search takes."),
        Setting("hidden", "blur", choices=("blur", "mean"), sentence="What takes the place of hidden parts."),
    ),
)
def extremal(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    steps: int = 120,
    hidden: str = "blur",
    on_progress: Progress | None = None,
) -> Tensor:
    """The mean of the masks up to the smallest that keeps 90 % of the score, ``(B, h, w)`` in [0, 1].

    A cell is 1 if it has a place even in the smallest mask, of 5 % of the picture; the largest is of 40 %.
    """
    every = singly(x, objective, on_progress)  # rounding decides which of two like cells comes first
    return torch.cat([_search(graph, *picture, steps, hidden) for picture in every])


def _search(
    graph: Graph, x: Tensor, objective: Objective, on_progress: Progress | None, steps: int, hidden: str
) -> Tensor:
    """The map of one picture, ``(1, h, w)``."""
    plain = gaussian_blur(x, _BLUR * min(x.shape[2:])) if hidden == "blur" else torch.zeros_like(x)
    ends = objective(graph.logits(torch.cat((plain, x))))
    reach = (ends[1] - ends[0]).abs()
    reach = torch.where(reach < _NOTHING, 1.0, reach)
    targets = _targets(x)

    def share_kept(masks: Tensor) -> Tensor:
        """How far each mask is from the score with all hidden (0) to that with nothing hidden (1)."""
        large = interpolate(masks[:, None], size=x.shape[2:], mode="bilinear", align_corners=False)
        return (objective(graph(plain + large * (x - plain))) - ends[0]) / reach

    masks, speed = torch.full_like(targets, 0.5), torch.zeros_like(targets)
    for step in range(steps):
        weight = _WEIGHT * step / steps
        slope = gradient(share_kept, masks) - weight * gradient(lambda m: _excess(m, targets), masks)
        speed = _MOMENTUM * speed + _RATE * slope * slope[0].numel()
        masks = (masks + speed).clamp(0, 1)
        report(on_progress, step + 1, steps)
    with torch.no_grad():
        enough = (share_kept(masks) >= _ENOUGH).int()
    return masks[enough.cumsum(0) - enough == 0].mean(0, keepdim=True)  # up to the first that keeps enough


def _excess(masks: Tensor, targets: Tensor) -> Tensor:
    """``‖sort(m) − r_a‖²`` as a mean over cells, ``(areas,)``."""
    ordered, _ = torch.sort(masks.flatten(1), dim=1, descending=True, stable=True)
    return (ordered - targets.flatten(1)).square().mean(1)


def _targets(x: Tensor) -> Tensor:
    """``r_a`` of each area, laid out as masks ``(areas, h, w)``: ones first."""
    height, width = x.shape[2:]
    cell = max(1.0, min(height, width) / _CELLS)
    rows, columns = round(height / cell), round(width / cell)
    order = torch.arange(rows * columns, device=x.device)
    return torch.stack([(order < area * len(order)).to(x) for area in AREAS]).reshape(-1, rows, columns)
