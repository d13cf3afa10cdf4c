"""What torch.fx cannot trace is exported, and becomes a graph of modules and functions like any other."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from saliency.errors import SaliencyError
from saliency.methods.attribution import attribute
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


class OwnMap(nn.Module):
    """Not to be traced, with a feature map whose gradient is known from autograd."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.last = nn.Conv2d(8, 8, 3, padding=1)
        self.head = nn.Linear(8, 4)

    def maps(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for _ in range(x.shape[1] // 4):
            x = self.last(x).relu()
        return x

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.maps(x).mean((2, 3)))


def test_a_maps_gradient_is_the_modules_own() -> None:
    torch.manual_seed(0)
    module, x = OwnMap().eval(), torch.randn(3, 3, 32, 32)
    graph = Graph(module, size=32)
    assert graph.module.meta[EXPORTED]
    values, given = graph.feature_gradient(x, lambda logits: logits[:, 2])
    maps = module.maps(x)
    (expected,) = torch.autograd.grad(module.head(maps.mean((2, 3)))[:, 2].sum(), maps)
    torch.testing.assert_close(values, maps.detach(), rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(given, expected, rtol=1e-4, atol=1e-8)
    alone = torch.cat([graph.logits(each[None]) for each in x])
    torch.testing.assert_close(graph.logits(x), alone, rtol=1e-5, atol=1e-6)


def test_two_threads_export_while_others_infer_and_learn(module: nn.Module) -> None:
    torch.manual_seed(0)
    layer, x = nn.Linear(4, 4), torch.randn(2, 3, 32, 32)
    call, attribute = nn.Module.__call__, nn.Module.__getattr__
    with torch.no_grad():
        expected, ready = module(x), Graph(module, size=32)
    stop, failures = threading.Event(), list[object]()

    def watch() -> None:
        try:
            while not stop.is_set():
                with torch.no_grad():
                    assert torch.allclose(module(x), expected, atol=1e-6)
                    assert torch.allclose(ready.logits(x), expected, atol=1e-4)
                assert torch.is_grad_enabled()
                assert layer(torch.ones(1, 4)).requires_grad
        except BaseException as error:
            failures.append(error)

    def export() -> None:
        try:
            graph = Graph(module, size=32)
            assert torch.allclose(graph.logits(x), expected, atol=1e-4)
        except BaseException as error:
            failures.append(error)

    watching, exporting = threading.Thread(target=watch), [threading.Thread(target=export) for _ in range(2)]
    for thread in (watching, *exporting):
        thread.start()
    for thread in exporting:
        thread.join()
    stop.set()
    watching.join()
    assert not failures, failures
    assert (nn.Module.__call__, nn.Module.__getattr__) == (call, attribute)
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("method", ["smooth-grad", "grad-cam"])
def test_a_map_is_the_same_alone_and_in_a_batch(module: nn.Module, method: str) -> None:
    torch.manual_seed(0)
    graph, x = Graph(module, size=32), torch.randn(2, 3, 32, 32)
    settings = {"samples": 4} if method == "smooth-grad" else {}
    together = attribute(graph, x, 1, method=method, seed=3, **settings)
    again = attribute(graph, x, 1, method=method, seed=3, **settings)
    alone = torch.cat([attribute(graph, each[None], 1, method=method, seed=3, **settings) for each in x])
    assert torch.equal(together, again)
    torch.testing.assert_close(together, alone, rtol=1e-3, atol=1e-6)


class InParts(nn.Module):
    """Runs parts of itself in full precision and without gradients, one inside the other, as timm does."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.head = nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[0] < 0:  # no one graph for torch.fx
            return x
        x = self.first(x).relu()
        with torch.amp.autocast("cpu", enabled=False):
            scale, x = x.float().mean((2, 3)), x * 2
            with torch.no_grad():
                twice = scale * 2
        return self.head(x.mean((2, 3)) + twice + scale)


def test_parts_run_in_other_modes_are_part_of_the_graph() -> None:
    torch.manual_seed(0)
    module, x = InParts().eval(), torch.randn(3, 3, 32, 32)
    graph = Graph(module, size=32)
    assert graph.module.meta[EXPORTED]
    assert not any(isinstance(part, torch.fx.GraphModule) for part in graph.module.children())
    torch.testing.assert_close(graph.logits(x), module(x).detach(), rtol=1e-5, atol=1e-6)
    assert attribute(graph, x, 1, method="grad-cam").isfinite().all()
