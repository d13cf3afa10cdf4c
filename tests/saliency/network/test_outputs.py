"""A softmax or sigmoid at a module's end is cut off, and what a graph gives follows from its logits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from saliency.methods.attribution import attribute
from saliency.network.graph import Graph
from saliency.network.outputs import Ending


class Ended(nn.Module):
    """Logits, and something made of them."""

    def __init__(self, end: Callable[[Tensor], Tensor], classes: int = 4) -> None:
        super().__init__()
        self.convolution, self.head = nn.Conv2d(3, 6, 3, padding=1), nn.Linear(6, classes)
        self.end = end

    def logits(self, x: Tensor) -> Tensor:
        return self.head(self.convolution(x).relu().mean((2, 3)))

    def forward(self, x: Tensor) -> Tensor:
        return self.end(self.logits(x))


def ended(end: Callable[[Tensor], Tensor], classes: int = 4) -> Ended:
    torch.manual_seed(0)
    module = Ended(end, classes).eval()
    with torch.no_grad():
        module.head.weight.mul_(8)
    return module


CUT = {
    "nn.Softmax": (nn.Softmax(dim=1), Ending.SOFTMAX),
    "nn.Softmax of the last axis": (nn.Softmax(dim=-1), Ending.SOFTMAX),
    "nn.LogSoftmax": (nn.LogSoftmax(1), Ending.LOG_SOFTMAX),
    "nn.Sigmoid": (nn.Sigmoid(), Ending.SIGMOID),
    "F.softmax": (lambda z: F.softmax(z, 1), Ending.SOFTMAX),
    "F.log_softmax": (lambda z: F.log_softmax(z, dim=-1), Ending.LOG_SOFTMAX),
    "torch.softmax": (lambda z: torch.softmax(z, dim=1), Ending.SOFTMAX),
    "a method": (lambda z: z.softmax(-1), Ending.SOFTMAX),
    "torch.sigmoid": (torch.sigmoid, Ending.SIGMOID),
    "exp of a log_softmax": (lambda z: z.log_softmax(1).exp(), Ending.SOFTMAX),
    "in place": (lambda z: z.sigmoid_(), Ending.SIGMOID),
    "with a temperature": (lambda z: (z / 3).softmax(1), Ending.SOFTMAX),
    "with dropout after": (nn.Sequential(nn.Softmax(1), nn.Dropout(0.5)), Ending.SOFTMAX),
    "reshaped after": (lambda z: z[:, :, None, None].softmax(1).flatten(1), Ending.SOFTMAX),
    "squeezed after": (lambda z: torch.sigmoid(z[..., None]).squeeze(2), Ending.SIGMOID),
}


@pytest.mark.parametrize("key", CUT)
@pytest.mark.parametrize("classes", [2, 4])
def test_the_end_is_cut_off(key: str, classes: int) -> None:
    end, ending = CUT[key]
    module, x = ended(end, classes), torch.randn(3, 3, 12, 12)
    graph = Graph(module, size=12)
    assert graph.ending is ending
    with torch.no_grad():
        torch.testing.assert_close(ending.outputs(graph.logits(x)), module(x), rtol=1e-4, atol=1e-5)
    if "temperature" not in key:
        torch.testing.assert_close(graph.logits(x), module.logits(x).detach(), rtol=1e-4, atol=1e-4)
        assert (graph.head is not None) is ("after" not in key or "dropout" in key)


def test_a_certain_softmax_has_the_map_of_its_logit() -> None:
    """Its own gradient is 0 everywhere."""
    module, x = ended(lambda z: (100 * z).softmax(1)), torch.randn(1, 3, 12, 12)
    plain = Ended(lambda z: 100 * z).eval()
    plain.load_state_dict(module.state_dict())
    with torch.no_grad():
        score, certain = module(x)[0].max(0)
    assert score > 0.999
    found = attribute(Graph(module, size=12), x, int(certain), method="gradient")
    expected = attribute(Graph(plain, size=12), x, int(certain), method="gradient")
    assert found.abs().max() > 0.1
    torch.testing.assert_close(found, expected)


PROBABILITIES = {
    "a mean of two": lambda z: (z.softmax(1) + (2 * z).softmax(1)) / 2,
    "yes and no": lambda z: torch.cat((z[:, :1].sigmoid(), 1 - z[:, :1].sigmoid()), 1),
    "shares of positive scores": lambda z: z.exp() / z.exp().sum(1, keepdim=True),
    "clamped": lambda z: z.softmax(1).clamp(1e-7, 1),
}


@pytest.mark.parametrize("key", PROBABILITIES)
def test_the_logits_of_other_probabilities_are_their_logarithms(key: str) -> None:
    module, x = ended(PROBABILITIES[key]), torch.randn(3, 3, 12, 12)
    graph = Graph(module, size=12)
    assert graph.ending is Ending.PROBABILITIES
    with torch.no_grad():
        torch.testing.assert_close(graph.logits(x).softmax(1), module(x), rtol=1e-4, atol=1e-5)
    assert attribute(graph, x, 1, method="gradient").abs().max() > 1e-3


@pytest.mark.parametrize(
    "end",
    [
        lambda z: 100 * z.softmax(1),
        lambda z: z.softmax(1)[:, :3],
        lambda z: F.hardsigmoid(z),
        lambda z: F.logsigmoid(z),
        lambda z: 5 * z.sigmoid(),
        lambda z: (z.sigmoid() + (z - 1).sigmoid()) / 2,
        lambda z: z.softmax(0),
        torch.tanh,
    ],
)
def test_what_is_squashed_and_adds_up_to_nothing_is_told(end: Callable[[Tensor], Tensor]) -> None:
    assert Graph(ended(end), size=12).ending is Ending.UNKNOWN


@pytest.mark.parametrize(
    "end",
    [
        lambda z: z,
        F.relu,
        lambda z: z * z.sigmoid(),
        lambda z: z + z.softmax(1),
        lambda z: F.silu(z),
        lambda z: z.softmax(1) @ torch.eye(4).roll(1, 0) * z,
        lambda z: z.softmax(1).log(),
    ],
)
def test_logits_are_left_as_they_are(end: Callable[[Tensor], Tensor]) -> None:
    module, x = ended(end), torch.randn(2, 3, 12, 12)
    graph = Graph(module, size=12)
    assert graph.ending is Ending.LOGITS
    with torch.no_grad():
        torch.testing.assert_close(graph.logits(x), module(x), rtol=1e-4, atol=1e-5)
