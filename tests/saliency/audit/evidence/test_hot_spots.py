"""Hot spots: planted places are found, nothing is found in noise."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from fake_audit import anywhere, blob, planted

from saliency.audit.evidence.hot_spots import (
    LIFT,
    average_map,
    gathers,
    hot_spots,
    influence_shares,
)
from saliency.audit.evidence.places import place_of
from saliency.photo.area import box_overlap

CORNER = (0.75, 0.75, 0.25, 0.25)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.3])
def test_a_planted_corner_is_discovered(share: float) -> None:
    maps = influence_shares([photo.coarse_map for photo in planted(40, share)])
    (spot,) = hot_spots(maps)
    assert place_of(spot.box) == "lower right corner"
    assert box_overlap(spot.box, CORNER) > 0.8
    assert spot.discovery.gathered >= 40 * share
    assert spot.discovery.by_chance < 5
    assert gathers(maps, spot.box).sum() == spot.discovery.gathered


def test_its_p_value_is_that_of_counting_all_cases() -> None:
    maps = influence_shares([photo.coarse_map for photo in planted(10, 0.7)])
    (spot,) = hot_spots(maps)
    width, height = (round(16 * side) for side in spot.box[2:])
    shifted = [np.roll(maps, (-y, -x), (1, 2)) for y in range(16) for x in range(16)]
    needed = LIFT * width * height / 256 - 1e-9
    chances = np.mean([m[:, :height, :width].sum((1, 2)) >= needed for m in shifted], 0)
    expected = sum(
        math.prod(c if yes else 1 - c for c, yes in zip(chances, case, strict=True))
        for case in itertools.product((0, 1), repeat=10)
        if sum(case) >= spot.discovery.gathered
    )
    assert spot.discovery.p_value == pytest.approx(expected)
    assert spot.discovery.by_chance == pytest.approx(chances.sum())


def test_beside_a_thing_in_the_middle_both_are_discovered() -> None:
    r = np.random.default_rng(1)
    maps = [blob(*r.normal(7.5, 1, 2), r) + 0.9 * blob(13.5, 13.5, r) * (n % 2) for n in range(40)]
    places = {place_of(spot.box) for spot in hot_spots(influence_shares(maps))}
    assert places == {"middle", "lower right corner"}


def test_in_maps_that_lie_anywhere_nothing_is_discovered() -> None:
    r = np.random.default_rng(2)
    spots = [hot_spots(influence_shares([anywhere(r) for _ in range(30)])) for _ in range(60)]
    assert sum(map(bool, spots)) <= 6  # 3 in the long run
    assert hot_spots(influence_shares([blob(13, 13, r)] * 4)) == []  # too few


def test_an_even_map_gathers_nowhere() -> None:
    even = influence_shares([np.ones((16, 16), np.float32)] * 20)
    assert hot_spots(even) == []
    assert average_map(even).standard_error_by_chance == 0


def test_the_average_map_beside_its_null() -> None:
    r = np.random.default_rng(3)
    maps = influence_shares([anywhere(r) for _ in range(50)])
    shifted = [
        np.mean([np.roll(m, r.integers(0, 16, 2), (0, 1)) for m in maps], 0)[0, 0] for _ in range(2000)
    ]
    average = average_map(maps)
    assert average.standard_error_by_chance == pytest.approx(np.std(shifted), rel=0.1)
    corner = average_map([photo.coarse_map for photo in planted(50, 0.5)])
    assert average.peak_in_standard_errors < 5 < corner.peak_in_standard_errors
    assert np.sum(average.cells) == pytest.approx(1, abs=1e-3)
