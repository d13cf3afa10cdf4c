"""What paths begin from: each baseline is what it is called, and maps add up to the change from it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from small_models import pictures, small_graph

from saliency.methods.attribution import attribute
from saliency.methods.baselines import CHOICES, baseline_of, gaussian_blur
from saliency.methods.registry import METHODS

WITH_BASELINE = [key for key, method in METHODS.items() if "baseline" in method.settings]
COMPLETE = ["integrated-gradients", "deep-lift"]


def test_path_methods_have_a_baseline_that_can_be_chosen() -> None:
    assert set(WITH_BASELINE) >= {"integrated-gradients", "guided-ig", "xrai", "deep-lift"}
    for key in WITH_BASELINE:
        assert METHODS[key].settings["baseline"].choices == CHOICES


def test_baselines_are_what_they_are_called() -> None:
    graph, x = small_graph("plain"), pictures("plain", 2)
    assert torch.equal(baseline_of(graph, x, "black")[1, :, 3, 5], graph.black)
    assert not baseline_of(graph, x, "mean").any()
    own = baseline_of(graph, x, "own")
    torch.testing.assert_close(own[:, :, 0, 0], x.mean((2, 3)))
    assert float(own.std((2, 3)).max()) < 1e-5
    assert torch.equal(baseline_of(graph, x, "blur"), gaussian_blur(x, 0.1 * min(x.shape[2:])))


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("key", COMPLETE)
def test_maps_add_up_to_the_change_from_the_baseline(key: str, name: str) -> None:
    graph, x = small_graph("plain"), pictures("plain", 2)
    change = (graph.logits(x) - graph.logits(baseline_of(graph, x, name)))[:, 3]
    found = attribute(graph, x, 3, method=key, baseline=name).sum((1, 2))
    torch.testing.assert_close(found, change, rtol=0.011, atol=1e-4)


@pytest.mark.parametrize("key", WITH_BASELINE)
def test_a_picture_has_the_baseline_that_it_has_alone(key: str) -> None:
    graph, x = small_graph("plain"), pictures("plain", 2)
    x[1] *= 0.3
    for name in CHOICES:
        both = attribute(graph, x, [1, 3], method=key, baseline=name)
        alone = attribute(graph, x[1:], 3, method=key, baseline=name)
        torch.testing.assert_close(both[1:], alone, rtol=1e-3, atol=1e-4 * float(alone.abs().max()))


@pytest.mark.parametrize("deviation", [0.3, 1.0, 4.7, 30.0])
def test_the_blur_is_scipys(deviation: float) -> None:
    x = torch.randn((2, 3, 41, 56), generator=torch.Generator().manual_seed(0))
    radii = [min(int(np.ceil(3 * deviation)), side - 1) for side in x.shape[2:]]
    expected = gaussian_filter(x.double().numpy(), deviation, mode="mirror", radius=(0, 0, *radii))
    torch.testing.assert_close(
        gaussian_blur(x, deviation).double(), torch.from_numpy(expected), atol=1e-5, rtol=0
    )


def test_a_blur_of_nothing_is_the_picture() -> None:
    x = pictures("plain", 1)
    assert gaussian_blur(x, 0.0) is x
