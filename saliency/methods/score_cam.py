r"""Score-CAM: a channel of the feature map ``A`` counts by how much of the score what it marks alone keeps.

``ReLU(Σ_k w_k · A_k)`` with ``w = softmax_k(S(x ⊙ M_k) − S(0))``, ``M_k`` channel k enlarged and scaled to
[0, 1] (Wang 2019, eq. 7 and 8). A ResNet-50 has 2048 channels, and as many passes are minutes. But many of
them mark much the same parts of a picture, so that their masks are alike, and their scores too. So only some
are tried: first those in the middle of clusters of like masks, then those most like the best. Any other takes
the score of the most alike one that was tried.

On 19 photos and three trained models (512 and 1280 channels), trying 128 gave maps with rank correlations of
0.97 to 1.00 to those of trying all, 0.99 in the mean; the 128 strongest channels alone −0.24 to 0.98.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from saliency.grids.cells import CellGrid, laid_out
from saliency.methods.batching import CHUNK, fitting, singly
from saliency.methods.cam import weighted_sum
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.network.graph import FEATURE_MAP, Graph, Objective
from saliency.progress import Progress, report

_CLOSE = 1e-6
_ROUNDS = 8  # of k-means
_LARGEST = 10.0  # of the gains of a number on a scale, in logits
_SPREAD = 0.75  # share of the channels tried that stand for clusters

Ask = Callable[[Tensor], Tensor]
"""Gains ``(n,)`` of the channels ``(n,)``."""


@method(
    key="score-cam",
    name="Score-CAM",
    sentence="Shows the model only what each learned feature marks, and keeps those that raise the score.",
    paper="Wang et al. 2019, Score-CAM, eq. 7 and 8",
    family=Family.CLASS_ACTIVATION,
    passes=140,
    needs={FEATURE_MAP},
    learning=LearningDependence.HARDLY_ON_THE_GUESS,
    settings=(
        Setting(
            "channels",
            128,
            0,
            4096,
            sentence="How many features are tried; the others count as the most alike. 0 for all.",
        ),
    ),
)
def score_cam(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    channels: int = 128,
    at: str | None = None,
    on_progress: Progress | None = None,
) -> Tensor:
    """``w = softmax_k(S(x ⊙ M_k) − S(0))``, ``M_k`` channel k enlarged and scaled to [0, 1], ``(B, h, w)``.

    A number on a scale may be in any unit, so the largest of its gains counts as much as a clear logit. The
    picture is hidden towards the training pictures' mean colour. A channel that is not tried takes the
    score of the most alike one that is.
    """
    maps = []
    for picture, own, step in singly(x, objective, on_progress):
        features = graph.features(picture, at).values
        masks = _scaled(features)[0]
        marking = masks.flatten(1).any(1).nonzero()[:, 0]  # of others the gain is 0: nothing is shown
        most = min(channels or len(marking), len(marking))
        cells = graph.cells(features.shape[2:], x.shape[2:], at)
        ask = _gains(graph, picture, own, features[:, marking], cells, most, step)
        gains = features.new_zeros(features.shape[1])
        every = most == len(marking)
        gains[marking] = ask(torch.arange(most)) if every else gains_of_all(ask, masks[marking], most)
        if graph.classes == 1:
            gains *= _LARGEST / gains.abs().amax().clamp(min=torch.finfo(gains.dtype).tiny)
        maps.append(weighted_sum(features, gains.softmax(0)[None]))
    return torch.cat(maps)


def _gains(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    features: Tensor,
    grid: CellGrid | None,
    most: int,
    on_progress: Progress | None,
) -> Ask:
    """What asks the model of one picture ``(1, 3, H, W)`` for the gains of channels, ``most`` in all."""
    hidden, done = objective(graph.logits(torch.zeros_like(x))), 0

    def ask(chosen: Tensor) -> Tensor:
        nonlocal done
        gains = [features.new_zeros(0)]
        for part in chosen.split(fitting(graph, x, CHUNK)) if len(chosen) else ():
            cells = features[:, part.to(x.device)]
            large = laid_out(cells, x.shape[2:], grid)
            gains.append(objective(graph.logits(x * _scaled(large)[0, :, None])) - hidden)
            done += len(part)
            report(on_progress, done, most)
        return torch.cat(gains)

    return ask


def gains_of_all(ask: Ask, masks: Tensor, most: int) -> Tensor:
    """The gain of every channel, ``(C,)``, of which ``most`` are asked for.

    Args:
        ask: Gives the gains of channels.
        masks: What each channel marks, ``(C, h, w)`` in [0, 1].
        most: How many to ask for.
    """
    flat = masks.flatten(1)
    chosen = representatives(flat, max(1, round(_SPREAD * most)))
    gains = ask(chosen)
    while True:
        distance, alike = torch.cdist(flat, flat[chosen]).min(1)
        expected = gains[alike]
        if len(chosen) >= most:
            return expected.index_copy(0, chosen.to(expected.device), gains)
        rest = expected.clone()
        rest[chosen] = -torch.inf
        nearest = distance.argsort(stable=True)
        best = nearest[rest[nearest].argsort(descending=True, stable=True)]
        more = best[: min(CHUNK, most - len(chosen))].to(chosen.device)
        chosen, gains = torch.cat((chosen, more)), torch.cat((gains, ask(more)))


def representatives(points: Tensor, count: int) -> Tensor:
    """Indices of at most ``count`` points ``(n, d)``, each in the middle of a cluster of k-means.

    It begins with points far from each other, so that nothing is left to chance.
    """
    begin = [int((points - points.mean(0)).square().sum(1).argmin())]
    distance = (points - points[begin[0]]).square().sum(1)
    for _ in range(count - 1):
        begin.append(int(distance.argmax()))
        distance = torch.minimum(distance, (points - points[begin[-1]]).square().sum(1))
    middles = points[begin].clone()
    for _ in range(_ROUNDS):
        cluster = torch.cdist(points, middles).argmin(1)
        for k in range(count):
            if (cluster == k).any():
                middles[k] = points[cluster == k].mean(0)
    distance = torch.cdist(points, middles)
    cluster = distance.argmin(1)
    outside = cluster[:, None] != torch.arange(count, device=points.device)
    closest = distance.masked_fill(outside, torch.inf).argmin(0)
    return closest[(~outside).any(0)].cpu()


def _scaled(maps: Tensor) -> Tensor:
    """Maps ``(1, C, h, w)`` scaled to [0, 1], each for itself; constant ones become 0."""
    low, high = maps.amin((2, 3), keepdim=True), maps.amax((2, 3), keepdim=True)
    return (maps - low) / (high - low).clamp(min=_CLOSE)
