r"""Methods that differentiate the score with respect to the picture.

With ``g = ∂S/∂x`` of shape ``(B, 3, H, W)``:

* gradient: ``max_c |g_c|`` (Simonyan 2013, section 3.1);
* input × gradient: ``Σ_c x_c · g_c`` (Shrikumar 2016, section 3);
* SmoothGrad: the signed gradient averaged over noisy copies, then reduced likewise (Smilkov 2017, eq. 2).
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from saliency.methods.registry import Estimates, Setting, method
from saliency.methods.sampling import GROUPS, STOP, Sums, drawn
from saliency.network.graph import GRADIENT, Graph, Objective, gradient
from saliency.progress import Progress

CHUNK = 8
"""Pictures a pass: measured fastest on two cores, small enough for a cancel within a fraction of a second."""

BACK_CHUNK = 4
"""Pictures a pass with a way back, for which much is kept: as quick each as eight, in less memory."""


def at_once(pictures: Tensor) -> int:
    """How many of pictures ``(…, H, W)`` to take a pass: fewer where they are larger than usual."""
    return max(1, min(CHUNK, CHUNK * 224 * 224 // (pictures.shape[-2] * pictures.shape[-1])))


def input_gradient(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """``∂S/∂x``, of the shape of ``x``."""
    return gradient(lambda inputs: objective(graph(inputs)), x)


@method(
    key="gradient",
    name="Gradient",
    sentence="Marks the points where a tiny change in colour would change the score most.",
    paper="Simonyan et al. 2013, Deep Inside Convolutional Networks, section 3.1",
    passes=2.5,
    needs={GRADIENT},
)
def plain_gradient(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """``max_c |∂S/∂x_c|``, ``(B, H, W)``."""
    return input_gradient(graph, x, objective).abs().amax(1)


@method(
    key="input-x-gradient",
    name="Input × gradient",
    sentence="Weighs each point's sensitivity by how far its colour is from average, for and against.",
    paper="Shrikumar et al. 2016, Not Just a Black Box, section 3",
    passes=2.5,
    needs={GRADIENT},
    signed=True,
)
def input_x_gradient(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """``Σ_c x_c · ∂S/∂x_c``, ``(B, H, W)``, signed."""
    return (x * input_gradient(graph, x, objective)).sum(1)


@method(
    key="smooth-grad",
    name="SmoothGrad",
    sentence="Averages the gradient over slightly noisy copies of the picture: chance speckle cancels.",
    paper="Smilkov et al. 2017, SmoothGrad, eq. 2",
    passes=50,
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
    objective: Objective,
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
        slope = input_gradient(graph, noisy, repeated(objective, len(x), count))
        sums.add(slope.unflatten(0, (count, len(x))))

    return drawn(
        step,
        lambda group: sums.mean(group).abs().amax(1),
        samples,
        BACK_CHUNK,
        stop=stop,
        on_progress=on_progress,
        on_estimate=on_estimate,
    )


def repeated(objective: Objective, batch: int, count: int) -> Objective:
    """The score of ``count`` variants of each of ``batch`` pictures, laid out ``(count · batch, K)``."""
    if batch == 1:
        return objective
    return lambda logits: torch.cat([objective(part) for part in logits.unflatten(0, (count, batch))])


def singly(
    x: Tensor, objective: Objective, on_progress: Progress | None
) -> Iterator[tuple[Tensor, Objective, Progress | None]]:
    """Each picture ``(1, 3, H, W)`` with its own score, of any number of its variants, and its progress."""
    for i in range(len(x)):

        def asked(logits: Tensor, i: int = i) -> Tensor:
            everyone = repeated(objective, len(x), len(logits))(logits.repeat_interleave(len(x), 0))
            mine: Tensor = everyone.unflatten(0, (len(logits), len(x)))[:, i]
            return mine

        yield x[i : i + 1], asked, None if on_progress is None else _part_of(on_progress, i, len(x))


def _part_of(on_progress: Progress, i: int, count: int) -> Progress:
    """The progress of one picture of several."""
    return lambda done, total: on_progress(i * total + done, count * total)


def report(on_progress: Progress | None, done: int, total: int) -> None:
    """Tell the caller how far it is; the caller may raise to stop."""
    if on_progress is not None:
        on_progress(done, total)
