"""What torch.fx cannot trace is exported, and becomes a graph of modules and functions like any other."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from saliency.errors import SaliencyError
from saliency.network.exported import EXPORTED
from saliency.network.graph import Graph
from saliency.network.outputs import Ending


class Untraceable(nn.Module):
    """Much of what models do, with a loop over a size, which ``torch.fx`` cannot follow."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.stem_norm = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding="same", groups=8)
        self.wide = nn.Conv2d(8, 12, 1)
        self.norm = nn.LayerNorm(12)
        self.register_buffer("order", torch.arange(11, -1, -1))
        self.head = nn.Linear(12, 4)
        for norm in (self.stem_norm,):
            nn.init.uniform_(norm.running_mean)
            nn.init.uniform_(norm.running_var, 0.5, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem_norm(self.stem(x)).relu_()
        for _ in range(x.shape[1] // 4):
            x = x + functional.dropout(self.depthwise(x), 0.5, self.training)
        x += 0.1
        x = self.wide(functional.max_pool2d(x, 2))[:, self.order]
        x = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        tokens = self.norm(x.flatten(2).transpose(1, 2))
        mixed = functional.scaled_dot_product_attention(tokens, tokens, tokens)
        mixed = mixed + torch.linspace(0, 1, 12)
        return self.head(mixed[..., -12:].mean(1))


@pytest.fixture(scope="module")
def module() -> nn.Module:
    torch.manual_seed(0)
    return Untraceable().eval()


def test_the_graph_computes_what_the_module_does(module: nn.Module) -> None:
    graph, x = Graph(module, size=32), torch.randn(3, 3, 32, 32)
    assert graph.module.meta[EXPORTED]
    leaf = x.clone().requires_grad_(True)
    torch.testing.assert_close(graph(leaf), module(leaf), rtol=1e-4, atol=1e-5)
    (given,), (expected,) = (torch.autograd.grad(f(leaf)[:, 1].sum(), leaf) for f in (graph, module))
    torch.testing.assert_close(given, expected, rtol=1e-3, atol=1e-6)
    kinds = {type(part) for part in graph.module.modules()}
    assert {nn.Conv2d, nn.Linear} <= kinds
    assert nn.BatchNorm2d not in kinds  # folded
    targets = {node.target for node in graph.module.graph.nodes}
    assert not any(isinstance(target, torch._ops.OpOverload) for target in targets)


def test_one_picture_and_a_layer(module: nn.Module) -> None:
    graph, x = Graph(module, size=32), torch.randn(1, 3, 32, 32)
    assert torch.allclose(graph.logits(x), module(x), atol=1e-5)
    values, slope = graph.feature_gradient(x, lambda logits: logits[:, 0])
    assert values.shape == slope.shape
    assert slope.abs().max() > 0


class SizeWrittenIn(Untraceable):
    """Does something else with pictures of other sizes, which an export does not see."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) * (1.0 if x.shape[2] == 32 else 2.0)


def test_other_sizes_are_offered_only_where_they_are_right() -> None:
    torch.manual_seed(0)
    assert not Graph(SizeWrittenIn(), size=32).any_size


class Squashed(Untraceable):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(-1)


def test_a_softmax_at_the_end_is_cut_off() -> None:
    assert Graph(Squashed(), size=32).ending is Ending.SOFTMAX


class DependsOnValues(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(3, 4)

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean((2, 3))
        return self.head(means if means.sum() > 0 else -means)


def test_what_depends_on_values_is_refused() -> None:
    with pytest.raises(SaliencyError, match="structure depends on the picture"):
        Graph(DependsOnValues(), size=32)
