"""A traced classifier computes what the module computes, and can be cut in two."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
import torch
from small_models import SMALL, lively, pictures, small_graph, small_module
from torch import Tensor, nn

from models.torchvision_guard import import_torchvision
from saliency.attribution import attribute
from saliency.errors import SaliencyError
from saliency.graph import Graph, gradient
from saliency.remembering import Remembering
from saliency.structure import shapes


class Family(NamedTuple):
    """What a torchvision classifier should turn out to be."""

    features: tuple[int, int, int]  # the last feature map (C, h, w)
    linear_head: bool = True
    any_size: bool = True
    size: int = 224
    blocks: int = 0


FAMILIES = {
    "alexnet": Family((256, 13, 13), False),
    "convnext_tiny": Family((768, 7, 7), False),
    "densenet121": Family((1024, 7, 7)),
    "efficientnet_b0": Family((1280, 7, 7)),
    "googlenet": Family((1024, 7, 7)),
    "inception_v3": Family((2048, 8, 8), size=299),
    "maxvit_t": Family((512, 7, 7), False, any_size=False),
    "mnasnet0_5": Family((1280, 7, 7)),
    "mobilenet_v2": Family((1280, 7, 7)),
    "mobilenet_v3_small": Family((576, 7, 7), False),
    "regnet_y_400mf": Family((440, 7, 7)),
    "resnet18": Family((512, 7, 7)),
    "shufflenet_v2_x0_5": Family((1024, 7, 7)),
    "squeezenet1_1": Family((512, 13, 13), False),
    "swin_t": Family((768, 7, 7)),
    "swin_v2_t": Family((768, 8, 8), size=256),
    "vgg11_bn": Family((512, 14, 14), False),
    "vit_b_16": Family((768, 14, 14), False, any_size=False, blocks=12),
}


def torchvision_model(name: str) -> nn.Module:
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return lively(import_torchvision().models.get_model(name, weights=None, **options))


def assert_same_logits(found: Tensor, expected: Tensor) -> None:
    """To 1e-4 of the largest logit: random weights can make them large."""
    assert expected.abs().max() > 1e-3, "logits of nothing test nothing"
    assert (found - expected).abs().max() <= 1e-4 * max(1.0, float(expected.abs().max()))


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_computes_what_the_module_computes(name: str) -> None:
    family, module = FAMILIES[name], torchvision_model(name)
    x = torch.randn((1, 3, family.size, family.size), generator=torch.Generator().manual_seed(0))
    graph = Graph(module, size=family.size)
    with torch.no_grad():
        expected = module(x)
    assert_same_logits(graph.logits(x), expected)
    features, logits_from = graph.features(x)
    assert features.shape == (1, *family.features)
    with torch.no_grad():
        assert_same_logits(logits_from(features), expected)
    assert (graph.head is not None) is family.linear_head
    if graph.head is not None:
        head = graph.head
        assert_same_logits(features.mean((2, 3)) @ head.weight.T + head.bias, expected)
    assert graph.any_size is family.any_size
    assert len(graph.blocks) == family.blocks
    sizes = [layer.height for layer in graph.layers]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("name", ["alexnet", "resnet18", "squeezenet1_1", "shufflenet_v2_x0_5"])
def test_other_sizes_and_aspects(name: str) -> None:
    module = torchvision_model(name)
    graph, x = Graph(module), torch.randn((2, 3, 224, 300), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert_same_logits(graph.logits(x), module(x))


def test_the_feature_map_of_vgg_and_alexnet_is_the_relu_before_the_pooling() -> None:
    for name in ("vgg11_bn", "alexnet"):
        module = torchvision_model(name)
        x = torch.randn((1, 3, 224, 224), generator=torch.Generator().manual_seed(2))
        with torch.no_grad():
            expected = module.features[:-1](x)
        assert isinstance(module.features[-1], nn.MaxPool2d)
        torch.testing.assert_close(Graph(module).features(x).values, expected, rtol=1e-4, atol=1e-4)


def test_the_feature_map_of_squeezenet_is_the_last_fire_module() -> None:
    module = torchvision_model("squeezenet1_1")
    x = torch.randn((1, 3, 224, 224), generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        expected = module.features(x)
    torch.testing.assert_close(Graph(module).features(x).values, expected, rtol=1e-4, atol=1e-4)


def test_the_tokens_of_a_vit_lie_on_their_grid_without_the_class_token() -> None:
    module, graph, x = small_module("vit"), small_graph("vit"), pictures("vit", 2)
    with torch.no_grad():
        tokens = module._process_input(x)
        tokens = torch.cat([module.class_token.expand(2, -1, -1), tokens], 1)
        tokens = tokens + module.encoder.pos_embedding
        *earlier, last = module.encoder.layers
        for block in earlier:
            tokens = block(tokens)
        tokens = last.ln_1(tokens)
    found = graph.features(x).values
    assert tokens.shape[1] == 17
    for row in range(4):
        for column in range(4):
            torch.testing.assert_close(found[:, :, row, column], tokens[:, 1 + 4 * row + column])


def test_the_feature_map_of_swin_is_channels_first() -> None:
    module, graph, x = small_module("swin"), small_graph("swin"), pictures("swin", 2)
    with torch.no_grad():
        expected = module.norm(module.features(x)).permute(0, 3, 1, 2)
    torch.testing.assert_close(graph.features(x).values, expected, rtol=1e-4, atol=1e-5)
    assert graph.head is not None


@pytest.mark.parametrize("name", SMALL)
def test_small_models_whole_and_in_halves(name: str) -> None:
    graph, x = small_graph(name), pictures(name)
    with torch.no_grad():
        expected = small_module(name)(x)
        torch.testing.assert_close(graph(x), expected, rtol=1e-4, atol=1e-5)
        for layer in graph.layers:
            values, logits_from = graph.features(x, layer.name)
            torch.testing.assert_close(logits_from(values), expected, rtol=1e-4, atol=1e-5)
            if not layer.tokens:
                prefix, suffix = graph.split(layer.name)
                torch.testing.assert_close(suffix(prefix(x)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", SMALL)
def test_the_suffix_takes_many_variants_of_one_picture_and_changes_none(name: str) -> None:
    graph, x = small_graph(name), pictures(name, 1)
    for layer in graph.layers:
        values, logits_from = graph.features(x, layer.name)
        variants = torch.cat([values, values * 0.5, values * 0])
        before = variants.clone()
        with torch.no_grad():
            together = logits_from(variants)
            alone = torch.cat([logits_from(v[None]) for v in variants])
        torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)
        assert torch.equal(variants, before), "the suffix works in place"


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


def test_a_split_that_something_flows_around_is_refused() -> None:
    graph = small_graph("residual")
    inner = next(n.name for n in graph.module.graph.nodes if str(n.target) == "inner")
    with pytest.raises(SaliencyError, match="flows around"):
        graph.split(inner)
    with pytest.raises(SaliencyError, match="no layer called"):
        graph.split("nowhere")
    with pytest.raises(SaliencyError, match="It has: "):
        graph.features(pictures("residual"), "nowhere")
    with pytest.raises(SaliencyError, match="flows around"):
        small_graph("vit").split()


class Branching(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3)) if x.sum() > 0 else x.amax((2, 3))


class Looping(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([row.mean((1, 2)) for row in x])


class Ranging(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return sum(x[:, :, i].mean(2) for i in range(x.shape[2]))


class Assigning(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        x[:, 0] = 0
        return x.mean((2, 3))


class Refusing(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if not isinstance(x, Tensor):
            raise ValueError("not a tensor")
        return x.mean((2, 3))


@pytest.mark.parametrize("module", [Branching(), Looping(), Ranging(), Assigning(), Refusing()])
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


def test_a_model_without_feature_map_offers_gradients_only() -> None:
    graph = Graph(nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 2)), size=8)
    assert graph.offers == {"gradient"}
    assert not graph.any_size
    with pytest.raises(SaliencyError, match="no feature map"):
        graph.features(torch.zeros(1, 3, 8, 8))


def test_double_precision_is_kept() -> None:
    module = copy.deepcopy(small_module("plain")).double()
    graph, x = Graph(module, size=32), pictures("plain").double()
    assert graph.head is not None
    with torch.no_grad():
        torch.testing.assert_close(graph(x), module(x), rtol=1e-10, atol=1e-12)
    assert attribute(graph, x, 1).dtype == torch.float64


def test_shapes_are_found_without_touching_the_weights() -> None:
    graph = small_graph("plain")
    found = shapes(graph.module, 32, 40)
    assert found[graph.layers[-1].name] == (1, 12, 8, 10)
    assert all(p.device.type == "cpu" for p in graph.module.parameters())


def test_models_can_be_traced_while_others_work() -> None:
    """torch.fx replaces nn.Module.__call__ for all threads while it traces; ours must not notice."""
    graph, x = small_graph("residual"), pictures("residual")
    expected, stop = graph.logits(x), threading.Event()
    call, getter = nn.Module.__call__, nn.Module.__getattr__

    def work() -> int:
        count = 0
        while not stop.is_set() or count < 5:
            assert torch.equal(graph.logits(x), expected)
            count += 1
        return count

    def trace(name: str) -> Tensor:
        return Graph(small_module(name), size=SMALL[name].size).logits(pictures(name))

    with ThreadPoolExecutor(6) as pool:
        workers = [pool.submit(work) for _ in range(3)]
        try:
            names = ["plain", "vit", "swin"] * 3
            traced = list(pool.map(trace, names))
        finally:
            stop.set()
        assert all(worker.result() >= 5 for worker in workers)
    for name, found in zip(names, traced, strict=True):
        torch.testing.assert_close(found, small_graph(name).logits(pictures(name)))
    assert nn.Module.__call__ is call
    assert nn.Module.__getattr__ is getter


@pytest.mark.parametrize("name", SMALL)
def test_a_remembering_graph_gives_the_same(name: str) -> None:
    graph, x = small_graph(name), pictures(name, 1)
    remembering = Remembering(graph, x)
    for _ in range(2):
        torch.testing.assert_close(remembering.logits(x), graph.logits(x), rtol=1e-4, atol=1e-6)
        for target in (0, 3):
            found = attribute(remembering, x, target)
            torch.testing.assert_close(found, attribute(graph, x, target), rtol=1e-4, atol=1e-6)
    other = pictures(name, 1, seed=5)  # another picture is not mixed up with the remembered one
    torch.testing.assert_close(remembering.logits(other), graph.logits(other))
    torch.testing.assert_close(attribute(remembering, other, 0), attribute(graph, other, 0))
