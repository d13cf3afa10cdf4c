r"""Methods that work on superpixels: patches of like colour (SLIC, Achanta 2012), from scikit-image.

Hidden means the training pictures' mean colour (0 in normalised values).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from saliency.methods.baselines import BASELINE
from saliency.methods.batching import CHUNK, fitting, singly
from saliency.methods.quadrature import integrated_gradients
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.sampling import GROUPS, STOP, Estimates, outside, sampled_map
from saliency.network.graph import GRADIENT, Graph, Objective
from saliency.progress import Progress, report

_NEAR = 0.25  # LIME's kernel width, for cosine distances
_RIDGE = 1e-3
_SCALES = (50, 100, 250, 500)  # of XRAI's segments
_SMALLEST, _MARGIN = 150, 5  # points of an XRAI segment at least, and its margin

_PARTS = Setting("segments", 50, 4, 400, sentence="In about how many patches the picture is divided.")


@method(
    key="lime",
    name="LIME",
    sentence="Shows chance selections of patches, and fits which patches raise the score.",
    paper="Ribeiro et al. 2016, “Why Should I Trust You?”, eq. 1",
    family=Family.COVERING,
    passes=400,
    needs=set(),
    signed=True,
    learning=LearningDependence.DEPENDS,
    settings=(_PARTS, Setting("samples", 400, 20, 20000, sentence="How many selections are tried.")),
)
def lime(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    segments: int = 50,
    samples: int = 400,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Tensor:
    """Coefficients of a ridge regression of S on visibility, weighted by nearness, ``(B, H, W)``, signed.

    Each superpixel is visible with chance ½; nearness is ``exp(−d² / 0.25²)``, d the cosine distance to the
    whole picture.
    """

    def fitted(x: Tensor, objective: Objective, parts: Tensor, on_progress: Progress | None) -> Tensor:
        generator = torch.Generator().manual_seed(seed)
        visible = (torch.rand((samples, int(parts.max()) + 1), generator=generator) < 0.5).float()
        visible[0] = 1
        scores = scores_with(graph, x, objective, parts, visible, on_progress)
        distance = 1 - visible.double().mean(1).sqrt()
        weights = torch.exp(-((distance / _NEAR) ** 2))
        return regression(visible.double(), scores, weights, _RIDGE * samples)[parts]

    return one_by_one(x, objective, segments, fitted, on_progress)


@method(
    key="kernel-shap",
    name="Kernel SHAP",
    sentence="Shares the score out fairly among patches, as if they were players of a team.",
    paper="Lundberg and Lee 2017, A Unified Approach to Interpreting Model Predictions, theorem 2",
    family=Family.COVERING,
    passes=400,
    needs=set(),
    signed=True,
    learning=LearningDependence.DEPENDS,
    settings=(_PARTS, Setting("samples", 400, 20, 20000, sentence="How many selections are tried."), STOP),
)
def kernel_shap(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    segments: int = 50,
    samples: int = 400,
    stop: str = "settled",
    seed: int = 0,
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
) -> Tensor:
    """Shapley values of superpixels, spread evenly over their points, ``(B, H, W)``, signed.

    Sizes of selections are drawn by the Shapley kernel, each selection with its complement; the values add
    up to ``S(x) − S(hidden)`` exactly. Estimates are of one picture after the other.
    """

    def fitted(x: Tensor, objective: Objective, parts: Tensor, on_progress: Progress | None) -> Tensor:
        count = int(parts.max()) + 1
        choices = coalitions(samples, count, torch.Generator().manual_seed(seed))
        ends = torch.tensor([[0.0], [1.0]]).expand(2, count)
        nothing, everything = scores_with(graph, x, objective, parts, ends, None).tolist()
        sizes = torch.bincount(parts.flatten(), minlength=count)
        answers: list[Tensor] = []

        def draw(start: int, some: int) -> None:
            answers.append(scores_with(graph, x, objective, parts, choices[start : start + some], None))

        def map_without(group: int | None) -> Tensor:
            scores = torch.cat(answers)
            rows = outside(group, len(scores), together=2)
            chosen = choices[: len(scores)][rows].double()
            values = shapley(chosen, scores[rows], nothing, everything) / sizes
            return values[parts][None].to(x)

        least, most = 8 * GROUPS, fitting(graph, x, CHUNK)
        return sampled_map(
            draw, map_without, len(choices), CHUNK, stop, on_progress, on_estimate, least, most
        )[0]

    return one_by_one(x, objective, segments, fitted, on_progress)


@method(
    key="xrai",
    name="XRAI",
    sentence="Adds up the influence in patches of like colour, and marks the patches that hold most of it.",
    paper="Kapishnikov et al. 2019, XRAI, algorithm 1",
    family=Family.GRADIENTS,
    passes=80,
    needs={GRADIENT},
    learning=LearningDependence.HARDLY_ON_THE_GUESS,
    settings=(
        Setting("steps", 50, 2, 500, sentence="In how many steps the picture is faded in."),
        BASELINE,
    ),
)
def xrai(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    steps: int = 50,
    baseline: str = "own",
    on_progress: Progress | None = None,
) -> Tensor:
    """The density of influence in the segment that first covers a point, ``(B, H, W)``, at least 0.

    Segments of several scales compete; the one with the densest influence outside what is covered already
    comes next, until all is covered or nothing is left that speaks for the score.
    """
    influence = integrated_gradients(
        graph, x, objective, steps=steps, baseline=baseline, on_progress=on_progress
    )
    pairs = zip(map(_candidates, x), influence.cpu().double().numpy(), strict=True)
    return torch.stack([torch.from_numpy(_greedy(masks, values)) for masks, values in pairs]).to(x)


def superpixels(x: Tensor, count: int) -> Tensor:
    """About ``count`` patches of like colour, ``(B, H, W)`` int64, numbered from 0 without gaps.

    A picture without patches of like colour, such as pure noise, is divided into squares.
    """
    from skimage.segmentation import slic  # takes a while, and few methods need it

    height, width = x.shape[2:]
    side = math.sqrt(height * width / count)
    rows, columns = (np.arange(n) * max(1, round(n / side)) // n for n in (height, width))
    squares = rows[:, None] * (int(columns.max()) + 1) + columns[None]
    numbers = []
    for colours in map(_colours, x):
        labels = slic(colours, n_segments=count, compactness=10, sigma=1, start_label=0, channel_axis=2)
        labels = squares if labels.max() < 3 else labels
        numbers.append(torch.from_numpy(np.unique(labels, return_inverse=True)[1].reshape(labels.shape)))
    return torch.stack(numbers)


def one_by_one(
    x: Tensor, objective: Objective, count: int, fitted: Callable[..., Tensor], on_progress: Progress | None
) -> Tensor:
    """A map made of superpixels for each picture, ``(B, H, W)``.

    Args:
        x: Pictures.
        objective: What is explained, of the batch.
        count: About how many superpixels.
        fitted: ``f(picture (1, 3, H, W), objective, superpixels (H, W), on_progress)`` to a map ``(H, W)``.
        on_progress: Told how far all is.
    """
    pairs = zip(superpixels(x, count), singly(x, objective, on_progress), strict=True)
    return torch.stack([fitted(picture, own, parts, step) for parts, (picture, own, step) in pairs]).to(x)


def scores_with(
    graph: Graph, x: Tensor, objective: Objective, parts: Tensor, shown: Tensor, on_progress: Progress | None
) -> Tensor:
    """The score ``(n,)`` of one picture with only the chosen superpixels visible, in float64.

    Args:
        graph: The model.
        x: The picture ``(1, 3, H, W)``.
        objective: What is explained.
        parts: Superpixels ``(H, W)``.
        shown: Which are visible, ``(n, count)`` in {0, 1}.
        on_progress: Told how far it is.
    """
    scores: list[Tensor] = []
    with torch.no_grad():
        for chosen in shown.split(fitting(graph, x, CHUNK)):
            masks = chosen[:, parts].to(x.device)
            scores += objective(graph(x * masks[:, None])).split(1)
            report(on_progress, len(scores), len(shown))
    return torch.cat(scores).cpu().double()


def regression(choices: Tensor, scores: Tensor, weights: Tensor, ridge: float) -> Tensor:
    """Coefficients ``(d,)`` of a weighted ridge regression with an intercept."""
    share = weights / weights.sum()
    centred = choices - share @ choices
    left = centred.T @ (weights[:, None] * centred) + ridge * torch.eye(choices.shape[1]).to(choices)
    coefficients: Tensor = torch.linalg.solve(left, centred.T @ (weights * (scores - share @ scores)))
    return coefficients


def coalitions(samples: int, count: int, generator: torch.Generator) -> Tensor:
    """Selections ``(samples, count)`` drawn by the Shapley kernel, each followed by its complement."""
    sizes = torch.arange(1, count)
    chances = (1 / (sizes * (count - sizes))).double()
    size = sizes[torch.multinomial(chances, samples // 2, True, generator=generator)]
    ranks = torch.rand((samples // 2, count), generator=generator).argsort(1).argsort(1)
    chosen = (ranks < size[:, None]).float()
    return torch.stack([chosen, 1 - chosen], 1).flatten(0, 1)


def shapley(choices: Tensor, scores: Tensor, nothing: float, everything: float) -> Tensor:
    """Shapley values ``(d,)``: least squares under the constraint that they add up to the whole gain."""
    count = choices.shape[1]
    left = choices.T @ choices / len(choices) + _RIDGE / count * torch.eye(count).to(choices)
    inverse: Tensor = torch.linalg.inv(left)
    free = inverse @ (choices.T @ (scores - nothing) / len(choices))
    slack = free.sum() - (everything - nothing)
    return free - inverse.sum(1) * slack / inverse.sum()


def _colours(picture: Tensor) -> np.ndarray:
    """A normalised picture ``(3, H, W)`` as values in [0, 1], ``(H, W, 3)``."""
    values = picture.cpu().double().permute(1, 2, 0).numpy()
    low, high = values.min(), values.max()
    return np.asarray((values - low) / max(high - low, 1e-9))


def _candidates(picture: Tensor) -> np.ndarray:
    """Segments of several scales with a margin around each, as masks ``(n, H·W)`` bool."""
    from skimage.segmentation import felzenszwalb

    masks = []
    for scale in _SCALES:
        labels = felzenszwalb(_colours(picture), scale=scale, sigma=0.8, min_size=_SMALLEST, channel_axis=2)
        masks.append(torch.from_numpy(labels[None] == np.unique(labels)[:, None, None]))
    grown = max_pool2d(torch.cat(masks).float(), 2 * _MARGIN + 1, stride=1, padding=_MARGIN)
    return (grown > 0).flatten(1).numpy()


def _greedy(masks: np.ndarray, influence: np.ndarray) -> np.ndarray:
    """Each point gets the density of the segment that covers it first, ``(H, W)`` float32, at least 0."""
    values, density_first = influence.reshape(-1).astype(float), np.zeros(influence.size, dtype=np.float32)
    free = np.ones(influence.size, dtype=bool)
    area, total = masks.sum(1), masks @ values  # of what each segment has left
    while True:
        density = np.where(area > 0, total / np.maximum(area, 1), -math.inf)
        best = int(density.argmax())
        if density[best] <= 0:
            return density_first.reshape(influence.shape)
        fresh = masks[best] & free
        density_first[fresh] = density[best]
        free &= ~fresh
        taken = masks[:, fresh]
        area, total = area - taken.sum(1), total - taken @ values[fresh]
