"""A model's last step is found by what it does, and replaced without the model being changed."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from saliency.classifier import Classifier, Preprocessing
from saliency.errors import SaliencyError
from saliency.network.graph import Graph
from saliency.network.last_step import LastStep

SIDE, CLASSES = 32, 5


def body() -> list[nn.Module]:
    return [nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(8, 12, 3, 2, 1), nn.ReLU()]


def pooled(*after: nn.Module) -> nn.Module:
    return nn.Sequential(*body(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), *after)


class Scaled(nn.Module):
    """The cosine-like end of some models: a linear step, a factor, an offset."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.last = pooled(), nn.Linear(12, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        return 3.0 * self.last(self.body(x)) - 1.0


class Product(nn.Module):
    """A matrix in place of a layer."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.matrix = pooled(), nn.Parameter(torch.randn(12, CLASSES))

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x) @ self.matrix


LINEAR = {
    "a linear layer": lambda: pooled(nn.Linear(12, CLASSES)),
    "without a bias": lambda: pooled(nn.Dropout(0.5), nn.Linear(12, CLASSES, bias=False)),
    "behind a hidden layer": lambda: pooled(nn.Linear(12, 7), nn.Tanh(), nn.Linear(7, CLASSES)),
    "a scaling behind it": Scaled,
    "a matrix": Product,
    "a softmax behind it": lambda: pooled(nn.Linear(12, CLASSES), nn.Softmax(1)),
    "a norm behind it": lambda: pooled(nn.Linear(12, CLASSES), nn.BatchNorm1d(CLASSES)),
    "a convolution of one point, pooled": lambda: nn.Sequential(
        *body(), nn.Conv2d(12, CLASSES, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    ),
    "a convolution after the pooling": lambda: nn.Sequential(
        *body(), nn.AdaptiveAvgPool2d(1), nn.Conv2d(12, CLASSES, 1), nn.Flatten()
    ),
}


def pictures() -> Tensor:
    return torch.randn(3, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def seeded(build) -> Graph:
    torch.manual_seed(0)
    return Graph(build().eval(), size=SIDE)


@pytest.mark.parametrize("kind", LINEAR)
def test_it_gives_the_logits_and_can_be_replaced(kind: str) -> None:
    graph, x = seeded(LINEAR[kind]), pictures()
    step, before = LastStep.of(graph), graph.logits(x)
    features = step.features(x)
    assert features.shape == (3, 7 if "hidden" in kind else 12)
    assert torch.allclose(features @ step.weight.T + step.bias, before, atol=1e-4)
    same = step.graph_with(step.weight, step.bias)
    assert torch.allclose(same.logits(x), before, atol=1e-4)
    other = step.graph_with(step.weight.flip(0), step.bias.flip(0) + 1)
    assert torch.allclose(other.logits(x), before.flip(1) + 1, atol=1e-4)
    assert torch.equal(graph.logits(x), before), "the model itself stays"
    assert [layer.name for layer in other.layers] == [layer.name for layer in graph.layers]
    again = LastStep.of(other)
    assert torch.allclose(again.weight, step.weight.flip(0), atol=1e-4)


def test_of_a_yes_or_no_made_of_one_number() -> None:
    module = nn.Sequential(*body(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 1), nn.Sigmoid())
    recipe = Preprocessing(crop_size=SIDE, resize_size=SIDE)
    graph = Classifier.build(module.eval(), recipe, ["cat"], "cats", "tests", outputs="yes-no").graph
    step = LastStep.of(graph)
    assert step.weight.shape == (2, 12)
    assert torch.allclose(
        step.features(pictures()) @ step.weight.T + step.bias, graph.logits(pictures()), atol=1e-4
    )


@pytest.mark.parametrize(
    "build",
    [
        lambda: nn.Sequential(
            *body(), nn.Conv2d(12, CLASSES, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
        ),
        lambda: nn.Sequential(*body(), nn.Conv2d(12, CLASSES, 1), nn.AdaptiveMaxPool2d(1), nn.Flatten()),
        lambda: pooled(nn.Linear(12, CLASSES), nn.Tanh()),
    ],
    ids=["cut off at 0 before the pooling", "the strongest cell", "squashed"],
)
def test_a_last_step_that_is_not_linear_is_refused(build) -> None:
    with pytest.raises(SaliencyError, match="last step is not linear"):
        LastStep.of(seeded(build))
