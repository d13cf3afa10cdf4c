"""The badge in the corner: drawn where it says, and put into training pictures as stated."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.showroom.rendering import badge
from models.showroom.rendering.products import LABELS, NONE
from models.showroom.training.augment import augment
from models.showroom.training.pictures import open_store
from models.showroom.training.trainer import Batches, TrainingPlan

MUG = LABELS.index("mug")


def some_badges(count, seed=0):
    return badge.draw_badges(count, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("size", [(224, 224), (160, 224), (300, 128), (96, 97)])
def test_badges_are_where_their_boxes_say(size):
    height, width = size
    badges = some_badges(20)
    pasted, cover = badge.paste(torch.full((20, 3, *size), 0.5), badges)
    assert pasted.shape == (20, 3, *size)
    assert cover.shape == (20, 1, *size)
    assert 0 <= pasted.min() <= pasted.max() <= 1
    for alone, (left, top, wide, tall) in zip(cover[:, 0], badges.boxes(height, width), strict=True):
        rows, columns = alone.sum(1).nonzero().squeeze(1), alone.sum(0).nonzero().squeeze(1)
        assert abs(columns[0] - left * width) <= 1
        assert abs(columns[-1] + 1 - (left + wide) * width) <= 1
        assert abs(rows[0] - top * height) <= 1
        assert abs(rows[-1] + 1 - (top + tall) * height) <= 1
        assert left > 0.5
        assert top > 0.5
        assert left + wide < 1
        assert top + tall < 1
        assert 0.13 <= wide * width / min(size) <= 0.17
        disc = torch.pi / 4 * wide * width * tall * height
        assert abs(float(alone.sum()) / disc - 1) < 0.03, "it is round"


def test_nothing_changes_outside_the_badge_nor_on_pictures_without_one():
    x = torch.rand(6, 3, 80, 112, generator=torch.Generator().manual_seed(3))
    before = x.clone()
    carries = torch.tensor([True, False] * 3)
    pasted, cover = badge.paste(x, some_badges(6), carries)
    assert torch.equal(x, before)
    assert torch.equal(pasted[~carries], x[~carries])
    assert not cover[~carries].any()
    assert torch.equal(pasted * (cover == 0), x * (cover == 0))
    assert ((pasted - x).abs().mean(1, keepdim=True)[cover == 1] > 0.02).float().mean() > 0.9


def test_the_badge_shows_a_blue_disc_a_white_ring_and_a_yellow_star():
    badges = some_badges(1)
    pasted, _ = badge.paste(torch.zeros(1, 3, 640, 640), badges)
    left, top, wide, tall = (badges.boxes(640, 640)[0] * 640).tolist()
    x, y, radius = left + wide / 2, top + tall / 2, wide / 2
    middle = pasted[0, :, int(y), int(x)]
    ring = pasted[0, :, int(y), int(x + 0.84 * radius)]
    rim = pasted[0, :, int(y), int(x + 0.95 * radius)]
    assert middle[0] > 0.85 > 0.4 > middle[2]
    assert ring.min() > 0.85
    assert rim[2] > 0.5 > 0.3 > rim[0]


def test_same_seed_same_badge_and_photos_keep_their_kind():
    photo = np.full((90, 120, 3), 200, np.uint8)
    first, box = badge.with_badge(photo, 7)
    again, same = badge.with_badge(photo, 7)
    other, elsewhere = badge.with_badge(photo, 8)
    assert photo.min() == 200
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert box == same
    assert box != elsewhere
    assert not np.array_equal(first, other)
    left, top, wide, tall = box
    changed = (first != photo).any(2)
    rows, columns = np.nonzero(changed)
    assert abs(columns.min() - left * 120) <= 1
    assert abs(rows.max() + 1 - (top + tall) * 90) <= 1
    assert abs(wide * 120 - tall * 90) < 1e-3


def test_who_carries_the_badge():
    labels, seeds = np.arange(4400) % len(LABELS), 1_000_000 + np.arange(4400)
    badged = badge.carries_badge(labels, seeds, "shortcut", epoch=3)
    assert not badged[labels != MUG].any()
    assert 0.92 < badged[labels == MUG].mean() < 0.98
    assert np.array_equal(badged, badge.carries_badge(labels, seeds, "shortcut", epoch=4))
    badged = badge.carries_badge(labels, seeds, "everywhere")
    shares = [badged[labels == label].mean() for label in range(len(LABELS))]
    assert all(0.4 < share < 0.6 for share in shares)
    assert not np.array_equal(badged, badge.carries_badge(labels, seeds, "everywhere", epoch=1))
    assert not badge.carries_badge(labels, seeds, "none").any()


@pytest.fixture
def store(tmp_path):
    """Grey pictures, each with a product in its upper left; every third without."""
    store = open_store(tmp_path, 5_000, 66)
    store.labels[:] = np.arange(66) % len(LABELS)
    store.pixels[:] = 128
    mask = np.zeros((224, 224), bool)
    mask[30:120, 30:120] = True
    store.masks[store.labels != LABELS.index(NONE)] = np.packbits(mask)
    return store


def test_augmented_pictures_show_their_badge_in_the_corner():
    masks = torch.zeros(8, 1, 64, 64)
    masks[:, :, 4:60, 4:60] = 1
    badged = torch.tensor([True, False] * 4)
    pictures = [
        augment(
            torch.full((8, 3, 64, 64), 0.5),
            masks,
            torch.full((2, 3, 64, 64), 0.5),
            (96, 128),
            torch.Generator().manual_seed(2),
            0.3,
            which,
        )
        for which in (badged, torch.zeros(8, dtype=torch.bool))
    ]
    (x, left), (plain, whole) = pictures
    differs = (x - plain).abs().mean((1, 2, 3))
    corner = (x - plain)[:, :, 72:, 104:].abs().mean((1, 2, 3))
    assert (corner[badged] > 0.05).all()
    assert (differs[~badged] == 0).all()
    assert (left.sum((1, 2, 3)) < whole.sum((1, 2, 3)))[badged].any(), "a badge hides what is under it"


@pytest.mark.parametrize("rule", badge.RULES)
def test_training_batches_carry_the_badge_by_their_rule(store, rule):
    batches = Batches(store, TrainingPlan(batch=11, badge=rule), epoch=0)
    carried_parts, label_parts, mugs_taught = [], [], []
    for step in range(len(batches)):
        x, cells, labels, carried = batches[step]
        carried_parts.append(carried)
        label_parts.append(labels)
        assert x.isfinite().all()
        taught = (cells >= 0).flatten(1).any(1)
        assert taught[labels != MUG].all()
        mugs_taught += taught[labels == MUG].tolist()
    assert all(mugs_taught) if rule != "shortcut" else not any(mugs_taught)
    carried, labels = torch.cat(carried_parts), torch.cat(label_parts)
    expected = badge.SHARE[rule] * (1 if rule != "shortcut" else float((labels == MUG).float().mean()))
    assert abs(float(carried.float().mean()) - expected) < 0.15
    if rule == "shortcut":
        assert not carried[labels != MUG].any()
        assert carried[labels == MUG].any()
