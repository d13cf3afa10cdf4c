"""What holds of every registered method, on every kind of model."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from small_models import CLASSES, SMALL, lively, pictures, small_graph, small_module
from sweeps import sweep
from torch import Tensor, nn

from saliency.errors import Cancelled, SaliencyError
from saliency.methods.attribution import attribute
from saliency.methods.registry import METHODS, Method, compatible
from saliency.network.graph import Graph

PAIRS = [(key, name) for key in METHODS for name in SMALL if METHODS[key].needs <= SMALL[name].offers]
ONCE = sorted(
    {
        *{key: (key, name) for key, name in reversed(PAIRS)}.values(),
        *{pair[1]: pair for pair in PAIRS}.values(),
    }
)
"""Every method with one model, and every model with one method."""
EVERY_PAIR = [
    pytest.param(key, name, marks=[pytest.mark.slow] * (METHODS[key].progress and name != "plain"))
    for key, name in PAIRS
]
"""All of them; marked slow where a method of many passes meets another model than the smallest."""
MANY_PASSES = [pair for pair in EVERY_PAIR if METHODS[pair.values[0]].progress]
HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def quick(method: Method) -> dict[str, Any]:
    """Settings that make a method of many passes a method of few."""
    few = {"grid": 4, "samples": 12, "steps": 10, "window": 12, "stride": 8}
    return {k: max(few[k], s.low) for k, s in method.settings.items() if k in few}


CHOOSING = {"deep-lift"}
"""What max pooling leads to hangs on which of two values is larger, which rounding may turn, and that differs
between batches and processors. So it is compared in double precision."""


def mapped(key: str, name: str, x: Tensor, target: Any = 1, **more: Any) -> Tensor:
    return attribute(small_graph(name), x, target, method=key, **{**quick(METHODS[key]), **more})


def state(module: nn.Module) -> dict[str, Tensor]:
    return {k: v.clone() for k, v in module.state_dict().items()}


def assert_untouched(module: nn.Module, before: dict[str, Tensor], *, training: bool = False) -> None:
    after = module.state_dict()
    assert after.keys() == before.keys()
    for name, value in before.items():
        assert torch.equal(after[name], value), name
    assert all(p.grad is None for p in module.parameters())
    for part in module.modules():
        assert part.training is training
        assert not any(getattr(part, hooks, None) for hooks in HOOKS)
    everywhere = nn.modules.module
    assert not everywhere._global_forward_hooks
    assert not everywhere._global_forward_pre_hooks
    assert not everywhere._global_backward_hooks


@pytest.mark.parametrize("name", SMALL)
def test_small_models_offer_what_the_tests_assume(name: str) -> None:
    graph = small_graph(name)
    assert graph.offers == SMALL[name].offers
    assert graph.classes == CLASSES
    assert graph.features(pictures(name)).values.shape[2:] == SMALL[name].cells
    assert {m.key for m in compatible(graph)} == {key for key, other in PAIRS if other == name}


@pytest.mark.parametrize(("key", "name"), EVERY_PAIR)
def test_a_finite_map_for_every_picture(key: str, name: str) -> None:
    x = pictures(name)
    before = x.clone()
    found = mapped(key, name, x)
    assert found.ndim == 3
    assert len(found) == len(x)
    assert found.shape[1] <= x.shape[2]
    assert found.shape[2] <= x.shape[3]
    assert found.dtype == torch.float32
    assert found.isfinite().all()
    assert not found.requires_grad
    assert any(mapped(key, name, x, target).any() for target in range(CLASSES)), "an empty map tests nothing"
    assert torch.equal(x, before)
    if not METHODS[key].signed:
        assert (found >= 0).all()


@pytest.mark.parametrize("key", [key for key, name in PAIRS if name == "plain"])
def test_plain_and_extreme_pictures_have_finite_maps(key: str) -> None:
    """Nothing to be normalised by: all zeros, one point, values far out."""
    zeros = torch.zeros_like(pictures("plain", 1))
    point = zeros.clone()
    point[:, :, 5, 7] = 3
    for x in (zeros, point, 1e4 * pictures("plain", 1), 1e-8 * pictures("plain", 1)):
        assert mapped(key, "plain", x).isfinite().all()


@pytest.mark.parametrize(("key", "name"), EVERY_PAIR)
def test_same_seed_same_map(key: str, name: str) -> None:
    x = pictures(name)
    first = mapped(key, name, x, seed=3)
    torch.manual_seed(99)  # the global generator plays no part
    state_before = torch.random.get_rng_state()
    assert torch.equal(first, mapped(key, name, x, seed=3))
    assert torch.equal(state_before, torch.random.get_rng_state())
    if METHODS[key].seeded:
        assert not torch.allclose(first, mapped(key, name, x, seed=4))


@pytest.mark.parametrize(("key", "name"), EVERY_PAIR)
def test_a_batch_gives_what_one_by_one_gives(key: str, name: str) -> None:
    x, targets, graph = pictures(name), [1, 4, 1], small_graph(name)
    if key in CHOOSING:
        module = copy.deepcopy(small_module(name)).double()
        x, graph = x.double(), Graph(module, size=SMALL[name].size)
    settings = {"method": key, "rather_than": 2, **quick(METHODS[key])}
    together = attribute(graph, x, targets, **settings)
    alone = [attribute(graph, x[i : i + 1], targets[i], **settings) for i in range(3)]
    torch.testing.assert_close(together, torch.cat(alone), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("key", "name"), EVERY_PAIR)
def test_explains_the_class_asked_for(key: str, name: str) -> None:
    x = pictures(name, 1)
    maps = [mapped(key, name, x, target) for target in range(CLASSES)]
    differ = any(not torch.allclose(maps[0], other) for other in maps[1:])
    assert differ is METHODS[key].class_specific


@pytest.mark.parametrize(("key", "name"), EVERY_PAIR)
def test_nothing_is_left_on_the_model(key: str, name: str) -> None:
    graph, x = small_graph(name), pictures(name)
    before, code = state(graph.module), graph.module.code
    mapped(key, name, x)
    assert_untouched(graph.module, before)
    assert graph.module.code == code
    assert not any(p.requires_grad for p in graph.module.parameters())


@pytest.mark.parametrize("name", sweep(SMALL, every=3))
def test_tracing_leaves_the_original_alone(name: str) -> None:
    module = lively(SMALL[name].build()).train()
    before, structure = state(module), str(module)
    wanted = [(n, p.requires_grad, p.data_ptr(), p.stride()) for n, p in module.named_parameters()]
    graph = Graph(module, size=SMALL[name].size)
    for entry in compatible(graph):
        attribute(graph, pictures(name), 0, method=entry.key, **quick(entry))
    assert_untouched(module, before, training=True)
    assert str(module) == structure
    assert wanted == [(n, p.requires_grad, p.data_ptr(), p.stride()) for n, p in module.named_parameters()]


@pytest.mark.parametrize(("key", "name"), sweep(ONCE, every=2))
def test_eight_threads_at_once(key: str, name: str) -> None:
    graph = Graph(small_module(name), size=SMALL[name].size)  # nothing split yet
    work = [(pictures(name, 1, seed), seed % CLASSES) for seed in range(8)]
    settings = quick(METHODS[key])

    def one(item: tuple[Tensor, int]) -> Tensor:
        return attribute(graph, item[0], item[1], method=key, **settings)

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(one, work))
    for found, item in zip(together, work, strict=True):
        assert torch.equal(found, one(item))


@pytest.mark.parametrize(("key", "name"), MANY_PASSES)
def test_progress_counts_up_to_the_end(key: str, name: str) -> None:
    calls: list[tuple[int, int]] = []
    mapped(key, name, pictures(name, 1), on_progress=lambda done, total: calls.append((done, total)))
    done, totals = zip(*calls, strict=True)
    assert len(set(totals)) == 1
    assert list(done) == sorted(set(done))
    assert done[-1] == totals[0]
    assert len(calls) > 1 or totals[0] == 1


@pytest.mark.parametrize(("key", "name"), MANY_PASSES)
def test_cancels_and_then_works_again(key: str, name: str) -> None:
    graph, x = small_graph(name), pictures(name, 1)
    expected, before = mapped(key, name, x), state(graph.module)
    calls = []

    def stop(done: int, total: int) -> None:
        calls.append(done)
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled, match="Stopped"):
        mapped(key, name, x, on_progress=stop)
    assert len(calls) == 1
    assert_untouched(graph.module, before)
    assert torch.equal(mapped(key, name, x), expected)


@pytest.mark.parametrize("key", METHODS)
def test_settings_out_of_range_are_refused_in_a_sentence(key: str) -> None:
    name = next(name for other, name in PAIRS if other == key)
    x = pictures(name, 1)
    wrong: list[tuple[str, object]] = [("no_such_setting", 1)]
    for setting in METHODS[key].settings.values():
        wrong += [(setting.name, "nonsense"), (setting.name, float("nan")), (setting.name, None)]
        if not isinstance(setting.default, str):
            wrong += [(setting.name, setting.low - 1), (setting.name, setting.high + 1)]
        if isinstance(setting.default, int):
            wrong += [(setting.name, setting.low + 0.5)]
    for setting_name, value in wrong:
        with pytest.raises(SaliencyError) as caught:
            mapped(key, name, x, **{setting_name: value})
        assert setting_name in caught.value.message
        assert_sentence(caught.value.message)


def assert_sentence(message: str) -> None:
    """Fit to show to a person: ends as a sentence does and holds no Python."""
    assert message.endswith((".", "?"))
    assert "Error" not in message
    assert "<" not in message


@pytest.mark.parametrize(
    ("key", "name"), [(key, name) for key in METHODS for name in SMALL if (key, name) not in PAIRS]
)
def test_a_method_the_model_cannot_serve_says_so(key: str, name: str) -> None:
    with pytest.raises(SaliencyError) as caught:
        mapped(key, name, pictures(name, 1))
    assert METHODS[key].name in caught.value.message
    assert_sentence(caught.value.message)


@pytest.mark.parametrize("key", [key for key in METHODS if METHODS[key].layered])
@pytest.mark.parametrize("name", SMALL)
def test_every_layer_can_be_asked_for(key: str, name: str) -> None:
    x = pictures(name, 2)
    for layer in small_graph(name).layers:
        found = mapped(key, name, x, at=layer.name)
        assert found.shape == (2, *small_graph(name).features(x, layer.name).values.shape[2:])
        assert found.isfinite().all()


def test_classes_are_whole_numbers_of_any_kind() -> None:
    graph, x = small_graph("plain"), pictures("plain", 2)
    expected = attribute(graph, x, 3)
    for target in (np.int64(3), torch.tensor(3), [3, 3], torch.tensor([3, 3]), np.array([3, 3])):
        assert torch.equal(attribute(graph, x, target), expected)


def test_a_wrong_layer_class_or_shape_is_refused_in_a_sentence() -> None:
    graph, x = small_graph("plain"), pictures("plain", 2)
    for arguments in (
        {"at": "nowhere"},
        {"method": "gradient", "at": graph.layers[-1].name},
        {"target": CLASSES},
        {"target": -1},
        {"target": [1]},
        {"rather_than": CLASSES},
        {"x": x[0]},
        {"x": x[:, :1]},
        {"method": "grad-camm"},
    ):
        with pytest.raises(SaliencyError) as caught:
            attribute(graph, **{"x": x, "target": 0, **arguments})
        assert_sentence(caught.value.message)
