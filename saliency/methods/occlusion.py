r"""Methods that hide parts of the picture and ask the model again: a sliding patch, or random masks.

Hidden means the training pictures' mean colour (0 in normalised values).
"""

from __future__ import annotations

import math
from itertools import product

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from saliency.methods.batching import CHUNK, fitting, in_units, repeated, singly
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.sampling import GROUPS, STOP, Estimates, Sums, sampled_map
from saliency.network.graph import Graph, Objective
from saliency.progress import Progress, report


@method(
    key="occlusion",
    name="Occlusion",
    sentence="Slides a plain square over the picture and marks where covering it lowers the score.",
    paper="Zeiler and Fergus 2013, Visualizing and Understanding Convolutional Networks, section 4.2",
    family=Family.COVERING,
    passes=110,
    needs=set(),
    signed=True,
    states_falls=True,
    learning=LearningDependence.DEPENDS,
    half=False,
    settings=(
        Setting(
            "window",
            32,
            2,
            512,
            sentence="Side of the square, in points of what the model receives.",
            of_side=(1 / 14, 1 / 4),
        ),
        Setting(
            "stride", 16, 1, 512, sentence="How far the square moves each time.", of_side=(1 / 28, 1 / 8)
        ),
    ),
)
def occlusion(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    window: int = 32,
    stride: int = 16,
    on_progress: Progress | None = None,
) -> Tensor:
    """``mean over patches that cover the point of S(x) − S(x covered)``, ``(B, H, W)``, signed."""
    height, width = x.shape[2:]
    patches = list(product(_spans(height, window, stride), _spans(width, window, stride)))
    cover = x.new_zeros(height, width)
    for patch in patches:
        cover[patch] += 1
    drops = []
    for picture, own, step in singly(x, objective, on_progress):
        intact, logits = own(graph.logits(picture)), graph.covering(picture, patches)
        drop, count = x.new_zeros(height, width), fitting(graph, picture, CHUNK)
        for start in range(0, len(patches), count):
            chunk = patches[start : start + count]
            for patch, score in zip(chunk, own(logits(chunk)), strict=True):
                drop[patch] += intact[0] - score
            report(step, start + len(chunk), len(patches))
        drops.append(drop)
    return torch.stack(drops) / cover.clamp(min=1)


@method(
    key="rise",
    name="RISE",
    sentence="Hides random parts up to a thousand times and marks what had to be visible for a high score.",
    paper="Petsiuk et al. 2018, RISE: Randomized Input Sampling for Explanation, eq. 6",
    family=Family.COVERING,
    passes=1000,
    needs=set(),
    signed=True,
    learning=LearningDependence.HARDLY_ON_THE_GUESS,
    settings=(
        Setting("samples", 1000, 8, 20000, sentence="How many random masks are tried."),
        Setting("grid", 7, 2, 32, sentence="Cells of a mask along the picture's short side."),
        Setting("visible", 0.5, 0.05, 0.95, sentence="Share of the picture that a mask leaves visible."),
        STOP,
    ),
)
def rise(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    samples: int = 1000,
    grid: int = 7,
    visible: float = 0.5,
    stop: str = "settled",
    seed: int = 0,
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
) -> Tensor:
    """``Σ_i S_i · M_i / Σ_i M_i − mean_i S_i``, ``(B, H, W)``, signed.

    The paper's map has the mean score as its floor everywhere; it is taken off, so that 0 means "visible
    or hidden, no difference". Ranks do not change.
    """
    generator = torch.Generator().manual_seed(seed)
    height, width = x.shape[2:]
    weighted = Sums(x.new_zeros(GROUPS, len(x), height, width))
    visibility = Sums(x.new_zeros(GROUPS, height, width))
    total = Sums(x.new_zeros(GROUPS, len(x)))

    def masks_of(count: int) -> Tensor:
        return random_masks(count, height, width, grid, visible, generator)

    def draw(start: int, count: int) -> None:
        masks = in_units(masks_of, count, CHUNK).to(x.device)
        logits = graph.logits((x * masks[:, None, None]).flatten(0, 1))
        scores = repeated(objective, len(x), count)(logits).unflatten(0, (count, len(x)))
        weighted.add(scores[:, :, None, None] * masks[:, None])
        visibility.add(masks)
        total.add(scores)

    def map_without(group: int | None) -> Tensor:
        shown, floor = visibility.sum(group), total.mean(group)[:, None, None]
        return torch.where(shown > 1e-6, weighted.sum(group) / shown.clamp(min=1e-6) - floor, 0.0)

    most = fitting(graph, x, CHUNK)
    return sampled_map(draw, map_without, samples, CHUNK, stop, on_progress, on_estimate, 8 * GROUPS, most)


def random_masks(
    count: int, height: int, width: int, grid: int, visible: float, generator: torch.Generator
) -> Tensor:
    """Smooth random masks ``(count, height, width)`` in [0, 1]: a coarse grid, enlarged and shifted."""
    cell = math.ceil(min(height, width) / grid)
    rows, columns = math.ceil(height / cell), math.ceil(width / cell)
    coarse = (torch.rand((count, 1, rows + 1, columns + 1), generator=generator) < visible).float()
    large = interpolate(
        coarse, size=((rows + 1) * cell, (columns + 1) * cell), mode="bilinear", align_corners=False
    )
    shifts = torch.randint(0, cell, (count, 2), generator=generator).tolist()
    return torch.stack(
        [large[i, 0, top : top + height, left : left + width] for i, (top, left) in enumerate(shifts)]
    )


def _spans(length: int, window: int, stride: int) -> list[slice]:
    """Where patches lie along a side, so that the far edge is covered too."""
    count = math.ceil(max(0, length - window) / stride) + 1
    return [slice(number * stride, number * stride + window) for number in range(count)]
