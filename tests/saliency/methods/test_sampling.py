"""How sure a map is that was drawn by chance, and when drawing stops."""

from __future__ import annotations

import pytest
import torch
from small_models import pictures, small_graph

from saliency.errors import Cancelled
from saliency.methods.attribution import attribute
from saliency.methods.registry import METHODS
from saliency.methods.sampling import GROUPS, SETTLED, Estimate, Sums, estimate, outside, sampled_map

SAMPLED = [key for key, method in METHODS.items() if "stop" in method.settings]
QUICK = {"sobol": {"samples": 16, "grid": 4}, "kernel-shap": {"samples": 160, "segments": 12}}


def test_methods_that_draw_samples_say_how_sure_they_are() -> None:
    assert set(SAMPLED) >= {"rise", "sobol", "hsic", "kernel-shap", "smooth-grad", "expected-gradients"}
    assert all(METHODS[key].estimates for key in SAMPLED)


def test_the_error_of_a_mean_is_the_usual_one() -> None:
    values = torch.randn((GROUPS, 2, 3, 4), generator=torch.Generator().manual_seed(0))
    sums = Sums(torch.zeros(GROUPS, 2, 3, 4))
    sums.add(values)
    found = estimate(sums.mean, GROUPS)
    assert found.error is not None
    torch.testing.assert_close(found.values, values.mean(0))
    torch.testing.assert_close(found.error, values.std(0) / GROUPS**0.5)


def test_groups_keep_neighbours_together() -> None:
    assert outside(None, 20).all()
    assert (~outside(3, 20)).nonzero().flatten().tolist() == [3, 11, 19]
    assert (~outside(3, 20, together=2)).nonzero().flatten().tolist() == [6, 7]


def test_settled_is_the_share_of_the_strongest_fifth_that_belongs_there() -> None:
    values = torch.arange(100.0).view(1, 10, 10)
    sure = Estimate(values, 100, torch.full_like(values, 1e-3))
    unsure = Estimate(values, 100, torch.full_like(values, 1e6))
    half = Estimate(values, 100, torch.full_like(values, 20.0))
    assert sure.settled == pytest.approx(1.0, abs=1e-6)
    assert unsure.settled == pytest.approx(0.5, abs=0.01)
    assert unsure.settled < half.settled < sure.settled
    generator = torch.Generator().manual_seed(0)
    noisy = values.flatten() + 20 * torch.randn((4000, 100), generator=generator)
    belongs = (values.flatten() + 0 * noisy >= 80) & (noisy >= noisy.sort(1).values[:, 80:81])
    assert half.settled == pytest.approx(float(belongs.float().sum(1).mean() / 20), abs=0.15)
    assert Estimate(values, 100).settled is None


def test_drawing_stops_once_the_map_is_settled_and_not_before() -> None:
    def run(noise: float, stop: str) -> int:
        generator = torch.Generator().manual_seed(1)
        sums, truth, counts = Sums(torch.zeros(GROUPS, 1, 8, 8)), torch.arange(64.0).view(1, 8, 8), []

        def draw(start: int, count: int) -> None:
            sums.add(truth + noise * torch.randn((count, 1, 8, 8), generator=generator))

        sampled_map(draw, sums.mean, 400, 8, stop, None, lambda estimate: counts.append(estimate.samples))
        return counts[-1]

    assert run(1e-3, "settled") == 16
    assert 16 < run(15.0, "settled") < 400
    assert run(1e4, "settled") == 400
    assert run(1e-3, "never") == 400


@pytest.mark.parametrize("key", SAMPLED)
def test_the_errors_are_as_large_as_chance_makes_them(key: str) -> None:
    """The error a map states beside the scatter of maps from other seeds."""
    graph, x = small_graph("plain"), pictures("plain", 1)
    settings = {"samples": 96, "stop": "never", **QUICK.get(key, {})}
    maps, errors = [], []
    for seed in range(24):
        found: list[Estimate] = []
        attribute(graph, x, 1, method=key, seed=seed, on_estimate=found.append, **settings)
        assert found[-1].error is not None
        maps.append(found[-1].cells)
        errors.append(found[-1].error)
    scatter = torch.stack(maps).var(0).mean().sqrt()
    stated = torch.stack(errors).square().mean().sqrt()
    assert 0.5 < float(stated / scatter) < 2


@pytest.mark.parametrize("key", SAMPLED)
def test_what_is_told_last_is_what_is_returned(key: str) -> None:
    graph, x = small_graph("plain"), pictures("plain", 1)
    found: list[Estimate] = []
    settings = {"samples": 400, **QUICK.get(key, {})}
    result = attribute(graph, x, 1, method=key, on_estimate=found.append, **settings)
    assert torch.equal(result, found[-1].values.detach())
    settled = [e.settled for e in found if e.settled is not None]
    assert all(share < SETTLED for share in settled[:-1])
    silent = attribute(graph, x, 1, method=key, **settings)
    assert torch.equal(result, silent)

    def stop(estimate: Estimate) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        attribute(graph, x, 1, method=key, on_estimate=stop, **settings)


@pytest.mark.parametrize("key", SAMPLED)
def test_a_picture_settles_in_a_batch_when_it_does_alone(key: str) -> None:
    """One of them is plain, and settles at another time than its noisy neighbour."""
    graph, x = small_graph("plain"), pictures("plain", 2)
    x[1] *= 0.02
    settings = {"samples": 120, **QUICK.get(key, {})}
    both = attribute(graph, x, 1, method=key, **settings)
    for number, together in enumerate(both):
        (alone,) = attribute(graph, x[number : number + 1], 1, method=key, **settings)
        rounding = 1e-5 * float(alone.abs().max()) + 6e-8  # of the map, and of the scores it is made of
        torch.testing.assert_close(together, alone, rtol=1e-3, atol=rounding)
