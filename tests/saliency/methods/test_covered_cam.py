"""Grad-CAM checked by covering: what its parts are, on models whose answer is known."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from saliency.methods.attribution import attribute, class_objective
from saliency.methods.covered_cam import doubted_mean, falls_when_covered, log_odds, squares_over
from saliency.network.graph import Graph


class Corner(nn.Module):
    """Class 1 is how bright the upper left quarter is; class 2 is how bright the whole picture is."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Conv2d(3, 3, 8, stride=8, bias=False)
        nn.init.constant_(self.features.weight, 1 / 192)
        self.mix = nn.Conv2d(3, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        cells = self.mix(self.features(x))
        height, width = cells.shape[2:]
        corner = cells[:, :1, : height // 2, : width // 2].mean((2, 3))
        return torch.cat([0 * corner, corner, cells[:, 1:2].mean((2, 3))], 1)


@pytest.fixture
def corner() -> Graph:
    module = Corner()
    with torch.no_grad():
        module.mix.weight.copy_(torch.eye(3)[:, :, None, None])
        module.mix.bias.zero_()
    return Graph(module, size=64)


def test_log_odds_are_the_lead_over_all_others_together() -> None:
    logits = torch.tensor([[1.0, 3.0, -2.0, 0.5], [0.0, 0.0, 0.0, 0.0]])
    score = log_odds(lambda rows: rows[:, 1])
    share = logits.softmax(1)[:, 1]
    torch.testing.assert_close(score(logits), (share / (1 - share)).log())


def test_a_contrast_and_a_single_logit_stay_as_they_are() -> None:
    logits = torch.tensor([[1.0, 3.0, -2.0]])
    assert float(log_odds(lambda rows: rows[:, 1] - rows[:, 0])(logits)) == 2.0
    assert float(log_odds(lambda rows: rows[:, 0])(torch.tensor([[1.5]]))) == 1.5


@pytest.mark.parametrize(
    ("height", "width", "count"), [(224, 224, 49), (224, 448, 49), (60, 33, 9), (5, 5, 900)]
)
def test_squares_cover_everything_and_are_about_as_many(height: int, width: int, count: int) -> None:
    masks = squares_over(height, width, count)
    assert masks.any(0).all()
    assert 0.6 * min(count, height * width) <= len(masks) <= 1.4 * count
    areas = masks.sum((1, 2))
    assert areas.min() == areas.max()
    step = math.sqrt(height * width / count)
    assert areas[0] <= (2 * step + 2) ** 2


def test_places_on_which_accounts_disagree_count_less() -> None:
    every, most, few, none = range(4)
    accounts = [
        torch.tensor([[4.0, 4.0, 4.0, -4.0]]),
        torch.tensor([[2.0, 2.0, -0.1, -2.0]]),
        torch.tensor([[1.0, 0.0, 0.0, -1.0]]),
    ]
    found = doubted_mean(accounts, [2.0, 1.0, 1.0])[0]
    assert float(found[every]) == 1.0
    assert float(found[most]) == pytest.approx(0.5 * 3 / 4)
    assert float(found[few]) == pytest.approx(0.1 * (2 - 0.05) / 4)
    assert float(found[none]) == -1.0, "what speaks against the class is left as it is"


def test_falls_are_exact_on_a_model_that_knows_one_corner(corner: Graph) -> None:
    x = torch.rand((1, 3, 64, 64), generator=torch.Generator().manual_seed(0))
    parts = torch.zeros(2, 64, 64, dtype=torch.bool)
    parts[0, 40:, 40:] = True
    parts[1, :32, :32] = True
    found = falls_when_covered(corner, x, lambda logits: logits[:, 1], parts, None)
    assert float(found[0]) == pytest.approx(0, abs=1e-6)
    assert float(found[1]) != 0


def test_influence_lies_where_it_is_and_other_classes_cancel(corner: Graph) -> None:
    x = torch.zeros(1, 3, 64, 64)
    x[:, :, 8:24, 8:24] = 2.0  # a bright spot in the corner that class 1 is about
    x[:, :, 40:56, 40:56] = 2.0  # and one that only class 2 counts

    def in_the_corner(method: str, **settings: int) -> float:
        found = attribute(corner, x, 1, method=method, **settings)[0].clamp(min=0)
        rows, columns = (side // 2 for side in found.shape)
        return float(found[:rows, :columns].sum() / found.sum())

    assert in_the_corner("grad-cam") == pytest.approx(0.5, abs=0.02), "it weighs channels, not places"
    assert in_the_corner("covered-cam", squares=64, segments=16) > 0.6
    spots = torch.zeros(2, 64, 64, dtype=torch.bool)
    spots[0, 4:28, 4:28] = spots[1, 36:60, 36:60] = True
    score = class_objective(corner, 1, 1)
    own, other = falls_when_covered(corner, x, log_odds(score), spots, None)
    assert own > 0 > other, "covering what speaks for another class raises the odds"


def test_where_covering_does_nothing_there_is_nothing_to_show(corner: Graph) -> None:
    even = torch.full((1, 3, 64, 64), 0.7)  # a blur of one colour is that colour
    found = attribute(corner, even, 1, method="covered-cam")
    assert float(found.abs().max()) < 1e-4
    assert float(class_objective(corner, 1, 1)(corner.logits(even))) > 0.1


def test_a_tag_has_no_others_that_it_could_lead() -> None:
    """What another label says of the picture does not change the map of this one."""

    def two_tags(other: float) -> nn.Module:
        torch.manual_seed(0)
        linear = nn.Linear(3, 2)
        with torch.no_grad():
            linear.weight[1] *= other
        return nn.Sequential(nn.Conv2d(3, 3, 8, stride=8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), linear)

    quiet, loud = two_tags(0.0), two_tags(50.0)
    loud[0].load_state_dict(quiet[0].state_dict())
    x = torch.randn(1, 3, 64, 64)
    maps = {
        exclusive: [
            attribute(Graph(each, size=64, exclusive=exclusive), x, 0, method="covered-cam", squares=16)
            for each in (quiet, loud)
        ]
        for exclusive in (True, False)
    }
    torch.testing.assert_close(*maps[False])
    assert not torch.allclose(*maps[True])
