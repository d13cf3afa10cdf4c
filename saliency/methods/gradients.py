r"""Methods that differentiate the score with respect to the picture.

With ``g = ∂S/∂x`` of shape ``(B, 3, H, W)``:

* gradient: ``max_c |g_c|`` (Simonyan 2013, section 3.1);
* input × gradient: ``Σ_c x_c · g_c`` (Shrikumar 2016, section 3);
* SmoothGrad: the signed gradient averaged over noisy copies, then reduced likewise (Smilkov 2017, eq. 2);
* integrated gradients: ``Σ_c (x − x')_c · ∫₀¹ g_c(x' + α(x − x')) dα`` (Sundararajan 2017, eq. 1).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from saliency.graph import GRADIENT, Graph, Score, gradient
from saliency.registry import Estimates, Progress, Setting, method
from saliency.stability import GROUPS, STOP, Sums, drawn

CHUNK = 8
"""Pictures a pass: measured fastest on two cores, small enough for a cancel within a fraction of a second."""


def input_gradient(graph: Graph, x: Tensor, score: Score) -> Tensor:
    """``∂S/∂x``, of the shape of ``x``."""
    return gradient(lambda inputs: score(graph(inputs)), x)


@method(
    key="gradient",
    name="Gradient",
    sentence="Marks the points where a tiny change in colour would change the score most.",
    paper="Simonyan et al. 2013, Deep Inside Convolutional Networks, section 3.1",
    passes=3,
    needs={GRADIENT},
)
def plain_gradient(graph: Graph, x: Tensor, score: Score) -> Tensor:
    """``max_c |∂S/∂x_c|``, ``(B, H, W)``."""
    return input_gradient(graph, x, score).abs().amax(1)


@method(
    key="input-x-gradient",
    name="Input × gradient",
    sentence="Weighs each point's sensitivity by how far its colour is from average, for and against.",
    paper="Shrikumar et al. 2016, Not Just a Black Box, section 3",
    passes=3,
    needs={GRADIENT},
    signed=True,
)
def input_x_gradient(graph: Graph, x: Tensor, score: Score) -> Tensor:
    """``Σ_c x_c · ∂S/∂x_c``, ``(B, H, W)``, signed."""
    return (x * input_gradient(graph, x, score)).sum(1)


@method(
    key="smooth-grad",
    name="SmoothGrad",
    sentence="Averages the gradient over slightly noisy copies of the picture: chance speckle cancels.",
    paper="Smilkov et al. 2017, SmoothGrad, eq. 2",
    passes=60,
    needs={GRADIENT},
    settings=(
        Setting("samples", 25, 1, 1000, sentence="How many noisy copies are averaged."),
        Setting("noise", 0.15, 0.0, 1.0, sentence="Spread of the noise, as a share of the picture's range."),
        STOP,
    ),
)
def smooth_grad(
    graph: Graph,
    x: Tensor,
    score: Score,
    *,
    samples: int = 25,
    noise: float = 0.15,
    stop: str = "settled",
    seed: int = 0,
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
) -> Tensor:
    """``max_c |mean_i ∂S/∂x(x + ε_i)|`` with ``ε_i ~ N(0, (noise · (max x − min x))²)``, ``(B, H, W)``."""
    generator = torch.Generator().manual_seed(seed)
    span = (x.amax((1, 2, 3)) - x.amin((1, 2, 3)))[:, None, None, None]
    sums = Sums(x.new_zeros(GROUPS, *x.shape))

    def step(start: int, count: int) -> None:
        draws = torch.randn((count, 1, *x.shape[1:]), generator=generator).to(x.device)
        noisy = (x + noise * span * draws).flatten(0, 1)
        slope = input_gradient(graph, noisy, repeated(score, len(x), count))
        sums.add(slope.unflatten(0, (count, len(x))))

    return drawn(
        step,
        lambda group: sums.mean(group).abs().amax(1),
        samples,
        CHUNK,
        stop=stop,
        on_progress=on_progress,
        on_estimate=on_estimate,
    )


@method(
    key="integrated-gradients",
    name="Integrated gradients",
    sentence="Adds up the gradient while the picture is faded in from black, for and against.",
    paper="Sundararajan et al. 2017, Axiomatic Attribution for Deep Networks, eq. 1",
    passes=120,
    needs={GRADIENT},
    signed=True,
    settings=(
        Setting("steps", 50, 2, 1000, sentence="In how many steps the picture is faded in."),
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
    score: Score,
    *,
    steps: int = 50,
    baseline: str = "black",
    on_progress: Progress | None = None,
) -> Tensor:
    """The path integral by Gauss–Legendre quadrature, ``(B, H, W)``, signed.

    Summed over the picture it gives ``S(x) − S(baseline)`` up to the quadrature's error (completeness).
    A baseline of zeros in normalised values is the training pictures' *mean colour*; black is
    ``(0 − mean) / std``, which the graph knows as ``graph.black``.
    """
    start_at = graph.black.to(x) if baseline == "black" else torch.zeros(3).to(x)
    difference = x - start_at[:, None, None]
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    alphas = torch.from_numpy((nodes + 1) / 2).to(x)
    shares = torch.from_numpy(weights / 2).to(x)
    total = torch.zeros_like(x)
    for start in range(0, steps, CHUNK):
        alpha = alphas[start : start + CHUNK, None, None, None, None]
        path = (start_at[:, None, None] + alpha * difference).flatten(0, 1)
        slope = input_gradient(graph, path, repeated(score, len(x), len(alpha)))
        share = shares[start : start + CHUNK, None, None, None, None]
        total += (share * slope.unflatten(0, (len(alpha), len(x)))).sum(0)
        report(on_progress, start + len(alpha), steps)
    return (difference * total).sum(1)


def repeated(score: Score, batch: int, count: int) -> Score:
    """The score of ``count`` variants of each of ``batch`` pictures, laid out ``(count · batch, K)``."""
    if batch == 1:
        return score
    return lambda logits: torch.cat([score(part) for part in logits.unflatten(0, (count, batch))])


def report(on_progress: Progress | None, done: int, total: int) -> None:
    """Tell the caller how far it is; the caller may raise to stop."""
    if on_progress is not None:
        on_progress(done, total)
