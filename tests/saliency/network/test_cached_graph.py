"""A graph that remembers one picture gives what the graph itself gives, and computes it once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from small_models import SMALL, pictures, small_graph

from saliency.methods.attribution import attribute
from saliency.network.cached_graph import CachedGraph


@pytest.mark.parametrize("name", SMALL)
def test_it_gives_the_same(name: str) -> None:
    graph, x = small_graph(name), pictures(name, 1)
    cached = CachedGraph(graph, x)
    for _ in range(2):
        torch.testing.assert_close(cached.logits(x), graph.logits(x), rtol=1e-4, atol=1e-6)
        for target in (0, 3):
            attribution = attribute(cached, x, target)
            torch.testing.assert_close(attribution, attribute(graph, x, target), rtol=1e-4, atol=1e-6)
    other = pictures(name, 1, seed=5)  # another picture is not mixed up with the remembered one
    torch.testing.assert_close(cached.logits(other), graph.logits(other))
    torch.testing.assert_close(attribute(cached, other, 0), attribute(graph, other, 0))


def test_an_equal_picture_is_the_same_picture() -> None:
    graph, x = small_graph("plain"), pictures("plain", 1)
    cached = CachedGraph(graph, x)
    assert cached.logits(x.clone()) is cached.logits(x)
    assert cached.features(x.clone()) is cached.features(x)
    earlier = graph.layers[0].name
    assert cached.features(x, earlier) is cached.features(x.clone(), earlier)
    changed = x.clone()
    changed[0, 0, 0, 0] += 1
    assert cached.features(changed) is not cached.features(x)
    assert not torch.equal(cached.features(changed).values, cached.features(x).values)


def test_all_else_is_the_graphs_own() -> None:
    graph, x = small_graph("plain"), pictures("plain", 1)
    cached = CachedGraph(graph, x)
    for name in ("module", "layers", "blocks", "classes", "offers", "head", "black", "any_size", "device"):
        assert getattr(cached, name) is getattr(graph, name) or getattr(cached, name) == getattr(graph, name)
    torch.testing.assert_close(cached(x), graph(x))
    prefix, suffix = cached.split()
    torch.testing.assert_close(suffix(prefix(x)), graph(x))
    with pytest.raises(AttributeError):
        cached.nothing_of_the_kind  # noqa: B018


def test_many_threads_may_ask_it_at_once() -> None:
    graph, x = small_graph("residual"), pictures("residual", 1)
    cached, expected = CachedGraph(graph, x), [attribute(graph, x, target) for target in range(5)]
    with ThreadPoolExecutor(8) as pool:
        maps = list(pool.map(lambda number: attribute(cached, x.clone(), number % 5), range(40)))
    for number, attribution in enumerate(maps):
        torch.testing.assert_close(attribution, expected[number % 5], rtol=1e-4, atol=1e-6)
