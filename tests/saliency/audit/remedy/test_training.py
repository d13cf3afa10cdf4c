"""The last step trained again: what it must find can be said beforehand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from saliency.audit.remedy.training import STRENGTHS, Lesson, best_strength, loss, trained_again


def lesson(count: int = 200, *, shortcut: bool, seed: int = 0) -> Lesson:
    """Two classes told by the first number; the second one goes along with it, or says nothing."""
    r = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    first = labels + 0.1 * r.standard_normal(count)
    second = labels if shortcut else r.integers(0, 2, count)
    features = torch.tensor(np.stack([first, second], 1), dtype=torch.float32)
    return Lesson(features, torch.tensor(labels), torch.ones(count), np.arange(count))


OLD = torch.tensor([[0.0, 0.0], [1.0, 4.0], [0.0, 0.0]]), torch.tensor([0.0, -2.5, -9.0])


def test_what_goes_along_no_more_is_relied_on_no_more() -> None:
    held = [trained_again(lesson(shortcut=it), *OLD, (0, 1), 0.001)[0] for it in (True, False)]
    lead = [float((weight[1] - weight[0])[1] / (weight[1] - weight[0])[0]) for weight in held]
    assert lead[0] > 0.5, "it still goes along"
    assert abs(lead[1]) < 0.1
    assert loss(lesson(shortcut=False), *OLD) > 10 * loss(
        lesson(shortcut=False), *trained_again(lesson(shortcut=False), *OLD, (0, 1), 0.001)
    )


def test_at_the_minimum_the_gradient_is_that_of_the_definition() -> None:
    learned, strength = lesson(shortcut=False), 0.1
    weight, bias = (part.clone() for part in trained_again(learned, *OLD, (0, 1), strength))
    weight.requires_grad_()
    bias.requires_grad_()
    scale = learned.features.square().sum(1).mean()
    fit = torch.nn.functional.cross_entropy(learned.features @ weight.T + bias, learned.labels)
    held = scale * (weight - OLD[0]).square().sum() + (bias - OLD[1]).square().sum()
    (fit + strength / 2 * held).backward()
    assert weight.grad[:2].abs().max() < 1e-3
    assert bias.grad[:2].abs().max() < 1e-3


def test_other_classes_stay_and_the_old_weights_are_not_changed() -> None:
    before = [part.clone() for part in OLD]
    weight, bias = trained_again(lesson(shortcut=False), *OLD, (0, 1), 0.01)
    assert torch.equal(weight[2], OLD[0][2])
    assert torch.equal(bias[2], OLD[1][2])
    assert all(torch.equal(*pair) for pair in zip(before, OLD, strict=True))


def test_held_on_to_without_end_nothing_changes() -> None:
    weight, bias = trained_again(lesson(shortcut=False), *OLD, (0, 1), 1e6)
    assert torch.allclose(weight, OLD[0], atol=1e-4)
    assert torch.allclose(bias, OLD[1], atol=1e-4)


def test_what_fits_new_photos_best_is_chosen_and_always_the_same() -> None:
    plain = best_strength(lesson(shortcut=False), *OLD, (0, 1))
    assert plain == best_strength(lesson(shortcut=False), *OLD, (0, 1))
    assert plain == min(STRENGTHS)
    r = np.random.default_rng(0)
    noise = torch.tensor(r.standard_normal((200, 40)), dtype=torch.float32)
    guessing = Lesson(noise, torch.tensor(r.integers(0, 2, 200)), torch.ones(200), np.arange(200))
    nothing = torch.zeros(2, 40), torch.zeros(2)
    assert best_strength(guessing, *nothing, (0, 1)) == max(STRENGTHS), "there is nothing to learn"


def test_copies_are_left_out_together() -> None:
    learned = lesson(4, shortcut=False)
    alone = Lesson(learned.features, learned.labels, learned.weights, np.zeros(4, int))
    assert best_strength(alone, *OLD, (0, 1)) == max(STRENGTHS), "nothing can be left out"


@pytest.mark.parametrize("strength", STRENGTHS)
def test_the_weights_of_the_pictures_count(strength: float) -> None:
    learned = lesson(60, shortcut=False)
    doubled = Lesson(
        torch.cat([learned.features] * 2),
        torch.cat([learned.labels] * 2),
        torch.cat([learned.weights, learned.weights]) / 2,
        np.concatenate([learned.groups] * 2),
    )
    for one, other in zip(
        trained_again(learned, *OLD, (0, 1), strength),
        trained_again(doubled, *OLD, (0, 1), strength),
        strict=True,
    ):
        assert torch.allclose(one, other, atol=2e-2)
