"""Any module becomes a private graph that computes the same, or a sentence says why it cannot."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from small_models import SMALL, pictures, small_graph, small_module
from torch import Tensor, nn

from saliency.errors import SaliencyError
from saliency.methods.attribution import attribute
from saliency.network.graph import Graph, gradient


def test_gradients_through_the_halves_are_those_of_the_whole() -> None:
    graph, x = small_graph("residual"), pictures("residual")
    prefix, suffix = graph.split()
    whole = gradient(lambda t: graph(t)[:, 1], x)
    torch.testing.assert_close(gradient(lambda t: suffix(prefix(t))[:, 1], x), whole, rtol=1e-4, atol=1e-6)
    leaf = x.clone().requires_grad_(True)
    (expected,) = torch.autograd.grad(out_of_place_residual(leaf)[:, 1].sum(), leaf)
    torch.testing.assert_close(whole, expected, rtol=1e-3, atol=1e-5)


def out_of_place_residual(x: Tensor) -> Tensor:
    """The residual model once more, with nothing in place and nothing folded."""
    m = small_module("residual")
    kept = torch.relu(m.stem_norm(m.stem(x)))
    both = torch.nn.functional.max_pool2d(torch.relu(m.inner_norm(m.inner(kept)) + kept), 2)
    wide = torch.relu(m.wide(both)) * 1.5
    joined = m.last(torch.cat([wide, torch.relu(-wide + 0.2)], 1))
    return m.out(torch.tanh(m.hidden(torch.nn.functional.hardswish(joined).mean((2, 3)))))


class UsedAfterwards(nn.Module):
    """Works in place on a value that is read again, in every way that torch knows."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3)
        self.relu = nn.ReLU(inplace=True)
        self.linear = nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        a = x - 0.1
        self.relu(a)  # the result is not used, but a has changed
        b = x + 0.1
        nn.functional.relu(b, inplace=True)
        c = x * 2
        kept = self.relu(c)
        d = -x
        d.clamp_(min=0.2)
        e = x + 1
        e += kept
        f = x + 0.3
        nn.functional.relu(f, True)
        return self.linear((a + 2 * b + c + kept + d + e + f).mean((2, 3)))


def test_a_value_changed_in_place_is_changed_for_all_that_read_it_later() -> None:
    torch.manual_seed(0)
    module = UsedAfterwards()
    x = torch.randn(2, 3, 16, 16)
    graph = Graph(module, size=16)
    with torch.no_grad():
        torch.testing.assert_close(graph(x), module(x))
    for layer in graph.layers:
        values, logits_from = graph.features(x, layer.name)
        before = values.clone()
        with torch.no_grad():
            logits_from(values)
        assert torch.equal(values, before)


def test_batch_norm_is_folded_where_it_can_be() -> None:
    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.both = nn.Conv2d(3, 6, 3), nn.Conv2d(6, 6, 3, padding=1)
            self.last = nn.Conv2d(6, 6, 1)
            self.norm, self.other = nn.BatchNorm2d(6), nn.BatchNorm2d(6, affine=False)
            self.batch = nn.BatchNorm2d(6, track_running_stats=False)
            self.linear = nn.Linear(6, 4)

        def forward(self, x: Tensor) -> Tensor:
            x = self.norm(self.first(x))  # can be folded
            y = self.other(self.both(x))  # the convolution is used twice
            z = self.norm(self.both(y))
            return self.linear((self.batch(self.last(z)) + y).mean((2, 3)))

    torch.manual_seed(0)
    module = lively_without_affine(Shared())
    graph, x = Graph(module, size=16), torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        torch.testing.assert_close(graph(x), module(x), rtol=1e-4, atol=1e-5)
    left = {str(n.target) for n in graph.module.graph.nodes if n.op == "call_module"}
    assert left == {"first", "both", "other", "norm", "last", "batch", "linear"}
    folded = [str(n.target) for n in graph.module.graph.nodes if n.op == "call_module"]
    assert folded.count("norm") == 1


def lively_without_affine(module: nn.Module) -> nn.Module:
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d) and part.running_mean is not None:
            part.running_mean.uniform_(-0.3, 0.3)
            part.running_var.uniform_(0.5, 1.5)
    return module.eval()


class Branching(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3)) if x.sum() > 0 else x.amax((2, 3))


class Looping(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([row.mean((1, 2)) for row in x])


class Ranging(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return sum(x[:, :, i].mean(2) for i in range(x.shape[2]))


class Refusing(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if not isinstance(x, Tensor):
            raise ValueError("not a tensor")
        return x.mean((2, 3))


@pytest.mark.parametrize("module", [Ranging(), Refusing()])
def test_a_module_that_refuses_stand_ins_is_exported(module: nn.Module) -> None:
    graph, x = Graph(module, size=16), torch.randn(3, 3, 16, 16)
    assert torch.allclose(graph(x), module(x), atol=1e-5)


@pytest.mark.parametrize("module", [Branching(), Looping()])
def test_a_module_that_cannot_be_traced_says_so(module: nn.Module) -> None:
    with pytest.raises(SaliencyError, match="cannot be explained") as caught:
        Graph(module)
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    ("module", "says"),
    [
        (nn.Conv2d(3, 4, 3), "one row of scores"),
        (nn.Flatten(0), "one row of scores"),
        (nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten()), "does not accept pictures"),
        (nn.Sequential(nn.Flatten(), nn.Linear(7, 2)), "does not accept pictures"),
        (nn.Bilinear(3, 3, 2), "picture"),
    ],
)
def test_what_is_no_image_classifier_says_so(module: nn.Module, says: str) -> None:
    with pytest.raises(SaliencyError, match=says) as caught:
        Graph(module, size=32)
    assert caught.value.message.endswith(".")


def test_double_precision_is_kept() -> None:
    module = copy.deepcopy(small_module("plain")).double()
    graph, x = Graph(module, size=32), pictures("plain").double()
    assert graph.head is not None
    with torch.no_grad():
        torch.testing.assert_close(graph(x), module(x), rtol=1e-10, atol=1e-12)
    assert attribute(graph, x, 1).dtype == torch.float64


def test_models_can_be_traced_while_others_work() -> None:
    """torch.fx replaces nn.Module.__call__ for all threads while it traces; ours must not notice."""
    graph, x = small_graph("residual"), pictures("residual")
    expected, stop = graph.logits(x), threading.Event()
    modules = {name: small_module(name) for name in ("plain", "vit", "swin")}
    call, getter = nn.Module.__call__, nn.Module.__getattr__

    def work() -> int:
        count = 0
        while not stop.is_set() or count < 5:
            assert torch.equal(graph.logits(x), expected)
            count += 1
        return count

    def trace(name: str) -> Tensor:
        return Graph(modules[name], size=SMALL[name].size).logits(pictures(name))

    with ThreadPoolExecutor(6) as pool:
        workers = [pool.submit(work) for _ in range(3)]
        try:
            names = list(modules) * 3
            traced = list(pool.map(trace, names))
        finally:
            stop.set()
        assert all(worker.result() >= 5 for worker in workers)
    for name, found in zip(names, traced, strict=True):
        torch.testing.assert_close(found, small_graph(name).logits(pictures(name)))
    assert nn.Module.__call__ is call
    assert nn.Module.__getattr__ is getter


class ManyAxes(nn.Module):
    """Constants of every rank, as windowed transformers of other libraries have them."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution, self.linear = nn.Conv2d(3, 6, 3), nn.Linear(6, 4)
        self.weight = nn.Parameter(torch.randn(1, 6, 1, 1, 1))
        self.register_buffer("mask", torch.randn(1, 1, 6, 1, 1))
        self.constant = torch.randn(1, 6, 1, 1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        cells = self.convolution(x)[:, :, None] * self.weight
        cells = (cells.transpose(1, 2) + self.mask).transpose(1, 2)
        return self.linear((cells[..., None] * self.constant).mean((2, 3, 4, 5)))


def test_constants_may_have_any_number_of_axes() -> None:
    torch.manual_seed(0)
    module, x = ManyAxes().eval(), torch.randn(2, 3, 16, 20)
    before = [tensor.stride() for tensor in (module.weight, module.mask, module.convolution.weight)]
    graph = Graph(module, size=16)
    with torch.no_grad():
        torch.testing.assert_close(graph(x), module(x))
    assert attribute(graph, x, 1, method="gradient").shape == (2, 16, 20)
    assert before == [tensor.stride() for tensor in (module.weight, module.mask, module.convolution.weight)]


class Masked(nn.Module):
    """Attention of which each patch sees only those before it."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.linear = nn.Linear(8, 4)
        self.register_buffer("mask", torch.full((16, 16), float("-inf")).triu(1))

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        tokens = self.attention(tokens, tokens, tokens, attn_mask=self.mask, need_weights=False)[0]
        return self.linear(tokens.mean(1))


def test_attention_under_a_mask_is_not_taken_for_plain_attention() -> None:
    graph = Graph(Masked(), size=16)
    assert "attention" not in graph.offers
    assert graph.blocks == ()


class WithMask(nn.Module):
    """Takes a mask beside the pictures, which is not given."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 6, 3), nn.Linear(6, 4)

    def forward(self, x: Tensor, mask: Tensor | None = None, *, doubled: bool = False) -> Tensor:
        cells = self.first(x)
        if mask is not None:
            cells = cells * mask
        return self.last(cells.relu().mean((2, 3))) * (2 if doubled else 1)


def test_what_a_module_takes_beside_pictures_has_its_default() -> None:
    torch.manual_seed(0)
    module, x = WithMask().eval(), torch.randn(2, 3, 16, 16)
    graph = Graph(module, size=16)
    with torch.no_grad():
        torch.testing.assert_close(graph(x), module(x), rtol=1e-4, atol=1e-5)
    assert [node.name for node in graph.module.graph.nodes if node.op == "placeholder"] == ["x"]
    assert graph.head is None or graph.layers


class Chance(nn.Module):
    """Draws by chance in eval mode too."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.dropout(x, 0.5, True).mean((2, 3))


class Counting(nn.Module):
    """Writes down how often it was called, in a buffer of its own, and counts it in."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        self.calls.add_(1)
        return x.mean((2, 3)) * self.calls


class Exploding(nn.Module):
    """Gives no numbers."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3)) * float("inf") * 0


class InPieces(nn.Module):
    """Another thing when it is traced than when it is run."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3)) * (2 if isinstance(x, torch.fx.Proxy) else 1)


@pytest.mark.parametrize(
    ("module", "says"),
    [
        (Chance(), "other scores each time"),
        (Exploding(), "no numbers"),
        (InPieces(), "taken apart faithfully"),
    ],
)
def test_a_graph_that_is_not_its_module_is_refused(module: nn.Module, says: str) -> None:
    with pytest.raises(SaliencyError, match=says) as caught:
        Graph(module.eval(), size=16)
    assert caught.value.message.endswith(".")


def test_buffers_that_a_module_writes_to_are_left_as_they_are() -> None:
    module = Counting()
    Graph(module, size=16)
    assert module.calls == 0


def test_weights_made_at_each_call_are_not_folded() -> None:
    """Weight norm of both kinds: a hook that makes the weight anew, and a parametrisation."""
    for normed in (nn.utils.parametrizations.weight_norm, nn.utils.parametrizations.spectral_norm):
        torch.manual_seed(0)
        module = nn.Sequential(
            normed(nn.Conv2d(3, 6, 3)),
            nn.BatchNorm2d(6),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(6, 4),
        ).eval()
        lively_without_affine(module)
        x = torch.randn(2, 3, 16, 16)
        with torch.no_grad():
            torch.testing.assert_close(Graph(module, size=16)(x), module(x), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("module", "says"),
    [
        (lambda x: x.mean((2, 3)), "nn.Module"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.LazyLinear(4)), "cannot be copied"),
        (nn.Sequential(nn.Conv2d(3, 4, 3).double(), nn.Flatten(), nn.Linear(784, 4)), "same dtype"),
    ],
)
def test_what_is_no_module_or_is_not_ready_is_refused_in_a_sentence(module: nn.Module, says: str) -> None:
    with pytest.raises(SaliencyError, match=says) as caught:
        Graph(module, size=16)
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("wrapped", [lambda module: torch.compile(module, backend="eager"), nn.DataParallel])
def test_what_spreads_or_compiles_a_module_is_left_out(wrapped: Callable[[nn.Module], nn.Module]) -> None:
    module, x = small_module("plain"), pictures("plain")
    graph = Graph(wrapped(module), size=32)
    torch.testing.assert_close(graph.logits(x), small_graph("plain").logits(x))
