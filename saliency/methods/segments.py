r"""Methods that work on superpixels: patches of like colour (SLIC, Achanta 2012), from scikit-image.

* LIME: a weighted linear model of the score over random choices of visible superpixels (Ribeiro 2016, eq. 1);
* Kernel SHAP: the same with the weights that make it Shapley values (Lundberg 2017, theorem 2);
* XRAI: integrated gradients summed over segments, best segments first (Kapishnikov 2019, algorithm 1).

Hidden means the training pictures' mean colour (0 in normalised values).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from skimage.segmentation import felzenszwalb, slic
from torch import Tensor
from torch.nn.functional import max_pool2d

from saliency.methods.batching import CHUNK, singly
from saliency.methods.quadrature import integrated_gradients
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.sampling import GROUPS, STOP, Estimates, drawn, kept
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

    def fit(one: Tensor, asked: Objective, parts: Tensor, step: Progress | None) -> Tensor:
        generator = torch.Generator().manual_seed(seed)
        shown = (torch.rand((samples, int(parts.max()) + 1), generator=generator) < 0.5).float()
        shown[0] = 1
        scores = ask(graph, one, asked, parts, shown, step)
        apart = 1 - shown.double().mean(1).sqrt()
        weights = torch.exp(-((apart / _NEAR) ** 2))
        return regression(shown.double(), scores, weights, _RIDGE * samples)[parts]

    return one_by_one(x, objective, segments, fit, on_progress)


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

    def fit(one: Tensor, asked: Objective, parts: Tensor, step: Progress | None) -> Tensor:
        count = int(parts.max()) + 1
        choices = coalitions(samples, count, torch.Generator().manual_seed(seed))
        nothing, everything = ask(
            graph, one, asked, parts, torch.tensor([[0.0], [1.0]]).expand(2, count), None
        )
        sizes = torch.bincount(parts.flatten(), minlength=count)
        scores: list[Tensor] = []

        def further(start: int, some: int) -> None:
            scores.append(ask(graph, one, asked, parts, choices[start : start + some], None))

        def without(group: int | None) -> Tensor:
            found = torch.cat(scores)
            rows = kept(len(found), group, together=2)
            chosen = choices[: len(found)][rows].double()
            values = shapley(chosen, found[rows], float(nothing), float(everything)) / sizes
            return values[parts][None].to(x)

        return drawn(
            further,
            without,
            len(choices),
            CHUNK,
            stop=stop,
            least=8 * GROUPS,
            on_progress=step,
            on_estimate=on_estimate,
        )[0]

    return one_by_one(x, objective, segments, fit, on_progress)


@method(
    key="xrai",
    name="XRAI",
    sentence="Adds up the influence in patches of like colour, and marks the patches that hold most of it.",
    paper="Kapishnikov et al. 2019, XRAI, algorithm 1",
    family=Family.GRADIENTS,
    passes=80,
    needs={GRADIENT},
    learning=LearningDependence.HARDLY_ON_THE_GUESS,
    settings=(Setting("steps", 50, 2, 500, sentence="In how many steps the picture is faded in."),),
)
def xrai(
    graph: Graph, x: Tensor, objective: Objective, *, steps: int = 50, on_progress: Progress | None = None
) -> Tensor:
    """The density of influence in the segment that first covers a point, ``(B, H, W)``, at least 0.

    Segments of several scales compete; the one with the densest influence outside what is covered already
    comes next, until all is covered or nothing is left that speaks for the score.
    """
    influence = integrated_gradients(graph, x, objective, steps=steps, on_progress=on_progress)
    maps = []
    for picture, values in zip(x, influence, strict=True):
        masks = _candidates(picture)
        maps.append(torch.from_numpy(_greedy(masks, values.cpu().double().numpy())))
    return torch.stack(maps).to(x)


def superpixels(x: Tensor, count: int) -> Tensor:
    """About ``count`` patches of like colour, ``(B, H, W)`` int64, numbered from 0 without gaps.

    A picture without patches of like colour, such as pure noise, is divided into squares.
    """
    height, width = x.shape[2:]
    side = math.sqrt(height * width / count)
    rows, columns = (np.arange(n) * max(1, round(n / side)) // n for n in (height, width))
    squares = rows[:, None] * (int(columns.max()) + 1) + columns[None]
    found = []
    for picture in x:
        labels = slic(
            _shown(picture), n_segments=count, compactness=10, sigma=1, start_label=0, channel_axis=2
        )
        labels = squares if labels.max() < 3 else labels
        found.append(torch.from_numpy(np.unique(labels, return_inverse=True)[1].reshape(labels.shape)))
    return torch.stack(found)


def one_by_one(
    x: Tensor, objective: Objective, segments: int, fit: Callable[..., Tensor], on_progress: Progress | None
) -> Tensor:
    """A map made of superpixels for each picture, ``(B, H, W)``.

    Args:
        x: Pictures.
        objective: What is asked of the batch.
        segments: About how many superpixels.
        fit: ``f(picture (1, 3, H, W), score, superpixels (H, W), on_progress)`` to a map ``(H, W)``.
        on_progress: Told how far all is.
    """
    every = zip(superpixels(x, segments), singly(x, objective, on_progress), strict=True)
    found: Tensor = torch.stack([fit(one, asked, parts, step) for parts, (one, asked, step) in every]).to(x)
    return found


def ask(
    graph: Graph, x: Tensor, objective: Objective, parts: Tensor, shown: Tensor, on_progress: Progress | None
) -> Tensor:
    """The score ``(n,)`` of one picture with only the chosen superpixels visible, in float64.

    Args:
        graph: The model.
        x: The picture ``(1, 3, H, W)``.
        objective: What is asked.
        parts: Superpixels ``(H, W)``.
        shown: Which are visible, ``(n, count)`` in {0, 1}.
        on_progress: Told how far it is.
    """
    found = []
    with torch.no_grad():
        for start in range(0, len(shown), CHUNK):
            masks = shown[start : start + CHUNK, parts].to(x.device)
            found.append(objective(graph(x * masks[:, None])))
            report(on_progress, start + len(masks), len(shown))
    return torch.cat(found).cpu().double()


def regression(choices: Tensor, scores: Tensor, weights: Tensor, ridge: float) -> Tensor:
    """Coefficients ``(d,)`` of a weighted ridge regression with an intercept."""
    share = weights / weights.sum()
    centred = choices - share @ choices
    left = centred.T @ (weights[:, None] * centred) + ridge * torch.eye(choices.shape[1]).to(choices)
    found: Tensor = torch.linalg.solve(left, centred.T @ (weights * (scores - share @ scores)))
    return found


def coalitions(samples: int, count: int, generator: torch.Generator) -> Tensor:
    """Selections ``(samples, count)`` drawn by the Shapley kernel, each followed by its complement."""
    sizes = torch.arange(1, count)
    drawn = torch.multinomial(
        (1 / (sizes * (count - sizes))).double(), samples // 2, True, generator=generator
    )
    ranks = torch.rand((samples // 2, count), generator=generator).argsort(1).argsort(1)
    chosen = (ranks < sizes[drawn][:, None]).float()
    return torch.stack([chosen, 1 - chosen], 1).flatten(0, 1)


def shapley(choices: Tensor, scores: Tensor, nothing: float, everything: float) -> Tensor:
    """Shapley values ``(d,)``: least squares under the constraint that they add up to the whole gain."""
    count = choices.shape[1]
    left = choices.T @ choices / len(choices) + _RIDGE / count * torch.eye(count).to(choices)
    inverse: Tensor = torch.linalg.inv(left)
    free = inverse @ (choices.T @ (scores - nothing) / len(choices))
    slack = free.sum() - (everything - nothing)
    return free - inverse.sum(1) * slack / inverse.sum()


def _shown(picture: Tensor) -> np.ndarray:
    """A normalised picture ``(3, H, W)`` as values in [0, 1], ``(H, W, 3)``."""
    values = picture.cpu().double().permute(1, 2, 0).numpy()
    low, high = values.min(), values.max()
    return np.asarray((values - low) / max(high - low, 1e-9))


def _candidates(picture: Tensor) -> np.ndarray:
    """Segments of several scales with a margin around each, as masks ``(n, H·W)`` bool."""
    masks = []
    for scale in _SCALES:
        labels = felzenszwalb(_shown(picture), scale=scale, sigma=0.8, min_size=_SMALLEST, channel_axis=2)
        masks.append(torch.from_numpy(labels[None] == np.unique(labels)[:, None, None]))
    grown = max_pool2d(torch.cat(masks).float(), 2 * _MARGIN + 1, stride=1, padding=_MARGIN)
    return (grown > 0).flatten(1).numpy()


def _greedy(masks: np.ndarray, influence: np.ndarray) -> np.ndarray:
    """Each point gets the density of the segment that covers it first, ``(H, W)`` float32, at least 0."""
    values, out = influence.reshape(-1), np.zeros(influence.size, dtype=np.float32)
    free = np.ones(influence.size)
    while True:
        area = masks @ free
        density = np.where(area > 0, masks @ (values * free) / np.maximum(area, 1), -math.inf)
        best = int(density.argmax())
        if density[best] <= 0:
            return out.reshape(influence.shape)
        fresh = masks[best] & (free > 0)
        out[fresh] = density[best]
        free[fresh] = 0
