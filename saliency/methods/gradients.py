r"""Methods that differentiate the score with respect to the picture, ``∂S/∂x`` of shape ``(B, 3, H, W)``."""

from __future__ import annotations

import torch
from torch import Tensor

from saliency.methods.batching import BACKWARD_CHUNK, fitting, in_units, repeated
from saliency.methods.registry import Family, LearningDependence, Setting, method
from saliency.methods.sampling import GROUPS, STOP, Estimates, Sums, sampled_map
from saliency.network.graph import GRADIENT, Graph, Objective, gradient
from saliency.progress import Progress


def input_gradient(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """``∂S/∂x``, of the shape of ``x``."""
    return gradient(lambda pictures: objective(graph(pictures)), x)


@method(
    key="gradient",
    name="Gradient",
    sentence="Marks the points where a tiny change in colour would change the score most.",
    paper="Simonyan et al. 2013, Deep Inside Convolutional Networks, section 3.1",
    family=Family.GRADIENTS,
    passes=2.5,
    needs={GRADIENT},
    learning=LearningDependence.HARDLY_ON_THE_GUESS,
)
def plain_gradient(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """``max_c |∂S/∂x_c|``, ``(B, H, W)``."""
    return input_gradient(graph, x, objective).abs().amax(1)


@method(
    key="input-x-gradient",
    name="Input × gradient",
    sentence="Weighs each point's sensitivity by how far its colour is from average, for and against.",
    paper="Shrikumar et al. 2016, Not Just a Black Box, section 3",
    family=Family.GRADIENTS,
    passes=2.5,
    needs={GRADIENT},
    signed=True,
    learning=LearningDependence.DEPENDS,
)
def input_x_gradient(graph: Graph, x: Tensor, objective: Objective) -> Tensor:
    """``Σ_c x_c · ∂S/∂x_c``, ``(B, H, W)``, signed."""
    return (x * input_gradient(graph, x, objective)).sum(1)


@method(
    key="smooth-grad",
    name="SmoothGrad",
    sentence="Averages the gradient over slightly noisy copies of the picture: chance speckle cancels.",
    paper="Smilkov et al. 2017, SmoothGrad, eq. 2",
    family=Family.GRADIENTS,
    passes=50,
    needs={GRADIENT},
    learning=LearningDependence.DOES_NOT,
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

    def noise_of(count: int) -> Tensor:
        return torch.randn((count, 1, *x.shape[1:]), generator=generator)

    def draw(start: int, count: int) -> None:
        normal = in_units(noise_of, count, BACKWARD_CHUNK).to(x.device)
        noisy = (x + noise * span * normal).flatten(0, 1)
        slope = input_gradient(graph, noisy, repeated(objective, len(x), count))
        sums.add(slope.unflatten(0, (count, len(x))))

    def map_without(group: int | None) -> Tensor:
        return sums.mean(group).abs().amax(1)

    most = fitting(graph, x, BACKWARD_CHUNK)
    return sampled_map(draw, map_without, samples, BACKWARD_CHUNK, stop, on_progress, on_estimate, most=most)
