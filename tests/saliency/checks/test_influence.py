"""How much of a map's influence lies inside an area, and how much would by chance: closed forms."""

from __future__ import annotations

import pytest
import torch

from saliency.checks.influence import influence_inside
from saliency.errors import SaliencyError


def corner(side: int = 16, part: int = 4) -> torch.Tensor:
    mask = torch.zeros(side, side, dtype=torch.bool)
    mask[:part, :part] = True
    return mask


def test_all_of_it() -> None:
    found = influence_inside(corner().float(), corner())
    assert found is not None
    assert found.area == 1 / 16
    assert found.share.value == 1
    assert found.lift == 16
    assert found.rank.value == 1
    assert found.share.p_value <= 4 / 256
    # every shift and mirroring of the map holds the mask's 16 points once a turn of the torus on average
    assert found.share.chance == pytest.approx((256 / 16 - 1) / 255, abs=0.01)


def test_none_of_it() -> None:
    found = influence_inside((~corner()).float(), corner())
    assert found is not None
    assert found.share.value == 0
    assert found.rank.value == 0
    assert found.share.p_value == 1


def test_an_even_map_has_as_much_as_the_area() -> None:
    found = influence_inside(torch.ones(16, 16), corner())
    assert found is not None
    assert found.share.value == pytest.approx(1 / 16)
    assert found.lift == pytest.approx(1)
    assert found.rank.value == 0.5
    assert found.share.p_value == 1


def test_ties_count_half() -> None:
    values = torch.zeros(16, 16)
    values[0, 0] = 1  # one of 16 inside beats all; the 15 others tie with all
    found = influence_inside(values, corner())
    assert found is not None
    assert found.rank.value == pytest.approx((1 + 15 * 0.5) / 16)


def test_only_influence_for_the_class_counts() -> None:
    values = torch.where(corner(), 1.0, -3.0)
    found = influence_inside(values, corner(), signed=True)
    assert found is not None
    assert found.share.value == 1
    assert found.signed


def test_a_coarse_map_is_laid_over_what_was_received() -> None:
    coarse = torch.zeros(2, 2)
    coarse[0, 0] = 1
    mask = torch.zeros(64, 64, dtype=torch.bool)
    mask[:32, :32] = True
    found = influence_inside(coarse, mask)
    assert found is not None
    assert found.share.value == pytest.approx(0.875**2, abs=0.01)  # of a bilinear hill: 7/8 along each side


def test_an_empty_map_has_no_figures() -> None:
    assert influence_inside(torch.zeros(8, 8), corner()) is None
    assert influence_inside(-torch.ones(8, 8), corner()) is None


def test_by_chance_a_map_that_is_moved_is_not_rare() -> None:
    """Of maps made of smooth noise, one in twenty is among the highest twentieth, as it has to be."""
    generator = torch.Generator().manual_seed(0)
    rare = 0
    for _ in range(200):
        noise = torch.rand(1, 1, 6, 6, generator=generator)
        smooth = torch.nn.functional.interpolate(noise, size=(32, 32), mode="bicubic")[0, 0]
        found = influence_inside(smooth, corner(32, 8))
        assert found is not None
        rare += found.share.p_value <= 0.05
    assert rare <= 20


@pytest.mark.parametrize("mask", [torch.zeros(8, 8), torch.ones(8, 8)])
def test_nothing_and_everything_are_no_areas(mask: torch.Tensor) -> None:
    with pytest.raises(SaliencyError, match="part of what the model received"):
        influence_inside(torch.rand(8, 8), mask.bool())
