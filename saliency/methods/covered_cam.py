r"""A class activation map checked by covering: what a model has counted, and what it cannot do without.

Three accounts of the same question are added up, each scaled by its own peak:

* Grad-CAM of the score without its ReLU (Selvaraju 2016, eq. 1), which counts twice: what speaks for the
  class and what against it;
* the fall of the log-odds under overlapping squares (occlusion, Zeiler 2013, section 4.2): what this class
  needs more than the others do;
* the same fall under superpixels (SLIC, Achanta 2012): it follows the edges of things.

The fall is that of the log-odds, ``S − log Σ_{other classes} exp``, not of the logit: what speaks for all
classes alike cancels. Where classes do not exclude each other, the logit has no others and stays as it is.
Places on which the three disagree count less, and so do those that Grad-CAM hardly counts. What is covered is
replaced by a heavy blur of the picture. Squares and weights were chosen by measurement (``docs/quality.md``);
about a hundred forward passes in all.

Where the feature map is made of a transformer's tokens, only the two falls count: Grad-CAM supposes that
channels are averaged over the picture, and tokens that a class token reads through attention are not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from saliency.grids.cells import laid_out
from saliency.methods.baselines import gaussian_blur
from saliency.methods.batching import at_once, singly
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.segments import superpixels
from saliency.network.graph import FEATURE_MAP, Graph, Objective, gradient
from saliency.progress import Progress, report

_BLUR = 0.1  # standard deviation, as a share of the short side
_SPAN = 2  # side of a square, in steps
_WEIGHT = 2.0  # of Grad-CAM beside one of the others
_UNCOUNTED = 0.3  # what is left of a place that Grad-CAM does not count for the class
_DOUBTED = (1.0, 0.5, 0.1)  # what is left of a place that none, one, or more of the accounts do not speak for


@method(
    key="covered-cam",
    name="Grad-CAM checked by covering",
    sentence="Marks what the model counts towards the answer, checked by covering one part after another and "
    "asking again.",
    paper="Selvaraju et al. 2016, Grad-CAM, eq. 1 and 2, with Zeiler and Fergus 2013, section 4.2",
    family=Family.CLASS_ACTIVATION,
    passes=102,
    needs={FEATURE_MAP},
    signed=True,
    learning=LearningDependence.DEPENDS,
    half=False,
    settings=(
        Setting("squares", 49, 4, 900, sentence="About how many overlapping squares are covered."),
        Setting("segments", 50, 4, 400, sentence="About how many patches of like colour are covered."),
    ),
)
def covered_cam(
    graph: Graph,
    x: Tensor,
    objective: Objective,
    *,
    squares: int = 49,
    segments: int = 50,
    on_progress: Progress | None = None,
) -> Tensor:
    """``P · C · D · (2 · CAM / max |CAM| + F_1 / max |F_1| + F_2 / max |F_2|) / 4``, ``(B, H, W)``, signed.

    ``D`` is what is left where the three do not all speak for the class (:func:`doubted_mean`), and ``C`` is
    ``0.3 + 0.7 · max(CAM, 0) / max |CAM|``. ``F_1`` and ``F_2`` are the falls of the log-odds under squares
    and under superpixels, each the mean over the parts that cover a point. ``P`` is the larger of their
    peaks: where covering does nothing, there is nothing to show. On tokens the CAM is left out.
    """
    tokens, (height, width) = graph.layer().tokens, x.shape[2:]
    odds = log_odds if graph.exclusive else _as_it_is
    maps = []
    for picture, own, progress in singly(x, objective, on_progress):
        parts = (squares_over(height, width, squares).to(x.device), _patches(picture, segments))
        falls = falls_when_covered(graph, picture, odds(own), torch.cat(parts), progress)
        spread = [_spread(*pair) for pair in zip(falls.split([*map(len, parts)]), parts, strict=True)]
        peak = torch.stack([account.abs().amax() for account in spread]).amax()
        if tokens:
            maps.append(peak * doubted_mean(spread, [1.0, 1.0]))
            continue
        cam = _signed_cam(graph, picture, own)
        counted = _UNCOUNTED + (1 - _UNCOUNTED) * _scaled(cam).clamp(min=0)
        maps.append(peak * counted * doubted_mean([cam, *spread], [_WEIGHT, 1.0, 1.0]))
    return torch.stack(maps)


def doubted_mean(accounts: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """The weighted mean of several maps ``(H, W)``, each scaled to a peak of 1, doubted where they disagree.

    A place that speaks for the class counts in full where all maps say so, half where all but one do, and a
    tenth where fewer do.
    """
    scaled = torch.stack([_scaled(account) for account in accounts])
    mean = torch.einsum("n,nhw->hw", torch.tensor(weights).to(scaled), scaled) / sum(weights)
    doubt = torch.tensor(_DOUBTED).to(mean)[(scaled <= 0).sum(0).clamp(max=len(_DOUBTED) - 1)]
    return torch.where(mean > 0, mean * doubt, mean)


def log_odds(objective: Objective) -> Objective:
    """The lead of a class over all others together, from the score of the class.

    ``S − log Σ exp`` over the logits that ``S`` does not rise with. A contrast of two classes is one already,
    and a model with one logit has no others: both stay as they are.
    """

    def odds(logits: Tensor) -> Tensor:
        slope = gradient(objective, logits)
        others = logits.masked_fill(slope > 0, -math.inf).logsumexp(1)
        own: Tensor = objective(logits)
        return torch.where((slope < 0).any(1) | others.isneginf(), own, own - others)

    return odds


def _as_it_is(objective: Objective) -> Objective:
    return objective


def squares_over(height: int, width: int, count: int) -> Tensor:
    """About ``count`` squares that overlap by half their side and reach every edge, ``(n, H, W)`` bool."""
    step = math.sqrt(height * width / count)
    masks = []
    for length in (height, width):
        side = min(length, max(1, round(_SPAN * step)))
        starts = torch.linspace(0, length - side, max(1, round(length / step))).round()
        places = torch.arange(length)
        masks.append((places >= starts[:, None]) & (places < starts[:, None] + side))
    rows, columns = masks
    return (rows[:, None, :, None] & columns[None, :, None, :]).flatten(0, 1)


def falls_when_covered(
    graph: Graph, x: Tensor, odds: Objective, parts: Tensor, on_progress: Progress | None
) -> Tensor:
    """How far the score of a picture ``(1, 3, H, W)`` falls with each of n parts blurred, ``(n,)``."""
    under = gaussian_blur(x, _BLUR * min(x.shape[2:]))
    with torch.no_grad():
        intact = odds(graph(x))
        falls: list[Tensor] = []
        for chunk in parts.split(at_once(graph, parts)):
            falls += (intact - odds(graph(torch.where(chunk[:, None], under, x)))).split(1)
            report(on_progress, len(falls), len(parts))
    return torch.cat(falls)


def _signed_cam(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """Grad-CAM without its ReLU, in the frame of a picture ``(1, 3, H, W)``, ``(H, W)``."""
    features, slope = graph.feature_gradient(x, objective)
    cam = torch.einsum("bchw,bc->bhw", features, slope.mean((2, 3)))
    return laid_out(cam, x.shape[2:], graph.cells(cam.shape[1:], x.shape[2:]))[0]


def _patches(x: Tensor, count: int) -> Tensor:
    """About ``count`` superpixels of a picture ``(1, 3, H, W)``, ``(n, H, W)`` bool."""
    numbers = superpixels(x, count)[0].to(x.device)
    return numbers == torch.arange(int(numbers.max()) + 1).to(numbers)[:, None, None]


def _spread(falls: Tensor, parts: Tensor) -> Tensor:
    """Each point's mean ``(H, W)`` of the falls ``(n,)`` of the parts ``(n, H, W)`` that cover it."""
    return torch.einsum("n,nhw->hw", falls, parts.to(falls)) / parts.sum(0).clamp(min=1)


def _scaled(values: Tensor) -> Tensor:
    """A map with its largest magnitude at 1; zeros stay zeros."""
    peak = values.abs().amax()
    return torch.where(peak > 0, values / peak, 0.0)
