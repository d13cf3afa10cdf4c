"""What the built-in models' training scripts share."""

from __future__ import annotations

import torch
from safetensors.torch import load_file
from torch import nn

from models.showroom.training.loop import Course, learning_rate, normalised, save


def test_the_learning_rate_rises_and_falls():
    rates = [learning_rate(i / 100, 1.0) for i in range(101)]
    assert rates[0] == 0.05
    assert max(rates) == rates[15] == 1
    assert rates[:16] == sorted(rates[:16])
    assert rates[15:] == sorted(rates[15:], reverse=True)
    assert rates[-1] < 0.01


def test_a_course_learns_and_its_average_follows():
    torch.manual_seed(0)
    module, beside = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)), nn.Linear(2, 2)
    x = torch.randn(64, 2)
    labels = (x[:, 0] > 0).long()
    course = Course(module, peak=0.05, decay=0.0, remember=0.9, beside=[beside])
    before = beside.weight.clone()
    for i in range(60):
        logits = beside(course.module(x))
        course.step(nn.functional.cross_entropy(logits, labels), i / 60)
    assert not torch.equal(before, beside.weight)
    settled = course.settled([x] * 3)
    assert not settled.training
    right = (beside(settled(x)).argmax(1) == labels).float().mean()
    assert right > 0.9


def test_saved_weights_are_halved_and_counters_kept(tmp_path):
    module = nn.BatchNorm2d(3)
    save(module, tmp_path / "folder" / "weights.safetensors")
    entries = load_file(tmp_path / "folder" / "weights.safetensors")
    assert entries["weight"].dtype == torch.float16
    assert entries["num_batches_tracked"].dtype == torch.int64


def test_normalised_is_zero_at_the_mean_colour():
    grey = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    assert torch.allclose(normalised(grey), torch.zeros(1, 3, 1, 1))
