"""What holds of methods on models of tags, and of one number."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import torch
from small_models import SMALL, pictures, small_graph, small_module
from torch import Tensor, nn

from saliency.methods.attribution import attribute
from saliency.methods.registry import METHODS
from saliency.network.graph import Graph

SOON = ("covered-cam", "finer-cam", "grad-cam", "integrated-gradients", "occlusion", "score-cam")
"""Methods of different families; the others are tried where time is no matter."""
MODELS = ("plain", "vit")
EACH = [
    pytest.param(key, name, marks=() if key in SOON and name == "plain" else pytest.mark.slow)
    for key, entry in METHODS.items()
    for name in MODELS
    if entry.needs <= SMALL[name].offers
]
FEW = {"grid": 4, "samples": 12, "steps": 10, "window": 12, "stride": 8}


class OneNumber(nn.Module):
    """The logit of one class of another model, times a factor, as a number on a scale."""

    def __init__(self, module: nn.Module, times: float) -> None:
        super().__init__()
        self.module, self.times = module, times

    def forward(self, x: Tensor) -> Tensor:
        return self.times * self.module(x)[:, 1:2]


def settings(key: str) -> dict[str, Any]:
    """Those that make a method of many passes a method of few."""
    return {k: max(FEW[k], s.low) for k, s in METHODS[key].settings.items() if k in FEW}


@functools.cache
def number(name: str, times: float = 1.0) -> Graph:
    return Graph(OneNumber(small_module(name), times), size=SMALL[name].size, single="score", exclusive=False)


@pytest.mark.parametrize(("key", "name"), EACH)
def test_a_tag_and_a_number_are_explained_by_their_own_logit(key: str, name: str) -> None:
    """Where nothing excludes anything, a tag's map is that of the same number alone."""
    x, few = pictures(name, 1), settings(key)
    tags = Graph(small_module(name), size=SMALL[name].size, exclusive=False)
    assert number(name).classes == 1
    one = attribute(tags, x, 1, method=key, **few)
    assert one.isfinite().all()
    if METHODS[key].needs <= number(name).offers and key != "score-cam":  # weighs a number's gains anew
        other = attribute(number(name), x, 0, method=key, **few)
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-3 * float(one.abs().max()))


@pytest.mark.parametrize("key", [key for key in SOON if METHODS[key].signed])
def test_a_number_that_is_turned_round_turns_its_map(key: str) -> None:
    x, few = pictures("plain", 1), settings(key)
    there, back = (attribute(number("plain", t), x, 0, method=key, **few) for t in (1.0, -1.0))
    assert float((there + back).abs().max()) < float((there - back).abs().max())


@pytest.mark.parametrize("times", [1e-3, 1e4])
@pytest.mark.parametrize("key", SOON)
def test_the_unit_of_a_number_is_no_matter(key: str, times: float) -> None:
    x, few = pictures("plain", 1), settings(key)
    one, other = (attribute(number("plain", t), x, 0, method=key, **few) for t in (1.0, times))
    one, other = (each / each.abs().max() for each in (one, other))
    torch.testing.assert_close(one, other, rtol=1e-3, atol=5e-3)


def test_what_only_counts_classes_apart_is_told_by_the_graph() -> None:
    assert small_graph("plain").exclusive
    assert not number("plain").exclusive
