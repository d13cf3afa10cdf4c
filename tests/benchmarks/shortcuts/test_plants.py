"""What is planted is where it is said to be, as large as it is said to be, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.shortcuts import photos
from benchmarks.shortcuts.plants import KINDS, QUALITY, plain, planted

FAINT = 26  # of 255: what nobody sees of a soft edge
STYLES = range(len(photos.CLASSES))
DRAWN = [kind for kind in KINDS if kind != "companion"]  # which needs photos


def drawn(kind, style=0, seed=0):
    photo = np.random.default_rng(99).integers(60, 190, (photos.SIDE, photos.SIDE, 3)).astype(np.uint8)
    return photo, *KINDS[kind].draw(photo, style, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("style", STYLES)
def test_a_plant_changes_a_photo_where_it_is_said_to_be_and_nowhere_else(kind, style):
    photo, changed, mask, quality = drawn(kind, style)
    different = (photo != changed).any(2)
    assert different.any() or quality < QUALITY
    assert (mask is not None) is KINDS[kind].placed
    if mask is not None:
        assert np.abs(photo - changed.astype(int))[~mask].max() <= FAINT
        assert different[mask].mean() > 0.1


@pytest.mark.parametrize("kind", DRAWN)
def test_the_same_photo_gets_the_same_plant_and_another_one_another(kind):
    (_, one, *_), (_, again, _, quality), (_, other, _, second) = (
        drawn(kind, 1),
        drawn(kind, 1),
        drawn(kind, 1, 5),
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other) or quality != second


@pytest.mark.parametrize("seed", range(8))
def test_a_logo_that_moves_takes_4_to_8_percent_of_the_area(seed):
    mask = drawn("moving logo", style=1, seed=seed)[2]
    assert 0.035 <= mask.mean() <= 0.085


@pytest.mark.parametrize("style", STYLES)
def test_a_logo_in_a_corner_stays_there(style):
    middles = [np.argwhere(drawn("corner logo", style, seed)[2]).mean(0) / photos.SIDE for seed in range(6)]
    assert np.abs(np.array(middles) - 0.5).min() > 0.3
    assert np.ptp(middles, 0).max() < 0.1


def test_a_frame_is_all_around():
    mask = drawn("frame")[2]
    assert mask[0].all()
    assert mask[-1].all()
    assert mask[:, 0].all()
    assert mask[:, -1].all()
    assert not mask[20:-20, 20:-20].any()


@pytest.mark.skipif(not photos.here(), reason="the photos are not here")
def test_photos_beside_the_project_get_plants_too():
    path = photos.files("val", "fish")[0]
    companion = planted(path, "companion", "fish")
    assert companion.content == planted(path, "companion", "fish").content != plain(path).content
    assert 0.1 < companion.mask.mean() < 0.22
