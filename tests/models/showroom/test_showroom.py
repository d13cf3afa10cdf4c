"""The built-in model: its renderer, its weights, its samples."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter

import models
import saliency
from models.showroom.rendering import effects, sdf
from models.showroom.rendering.collage import collage
from models.showroom.rendering.products import LABELS, NONE, PRODUCTS
from models.showroom.rendering.scene import take_picture
from models.showroom.rendering.thing import bounds
from models.showroom.training import augment
from models.showroom.training.loop import normalised
from models.showroom.training.pictures import open_store, render_pictures

FOLDER = Path(models.__file__).parent / "showroom"
SAMPLES = json.loads((FOLDER / "samples" / "samples.json").read_text())
NONE_INDEX = LABELS.index(NONE)


@pytest.fixture(scope="module")
def classifier():
    return models.load("showroom")


def answers(classifier, pictures):
    x = torch.stack([torch.from_numpy(p.pixels).permute(2, 0, 1).float() / 255 for p in pictures])
    with torch.inference_mode():
        return classifier.graph(normalised(x)).argmax(1).tolist()


def test_same_seed_gives_same_picture_and_another_does_not():
    first, again, other = (take_picture(seed, 0, size=64) for seed in (42, 42, 43))
    assert np.array_equal(first.pixels, again.pixels)
    assert np.array_equal(first.mask, again.mask)
    assert not np.array_equal(first.pixels, other.pixels)


@pytest.mark.parametrize("label", range(len(PRODUCTS)), ids=list(PRODUCTS))
def test_mask_covers_the_product(label):
    picture = take_picture(9_000_100 + label, label, size=72)
    assert picture.label == label
    assert picture.pixels.shape == (72, 72, 3)
    assert picture.pixels.dtype == np.uint8
    assert picture.mask.shape == (72, 72)
    assert 0.03 < picture.mask.mean() < 0.5
    assert picture.pixels[picture.mask].std() > 1, "a product is not one flat colour"


@pytest.mark.parametrize("make", PRODUCTS.values(), ids=list(PRODUCTS))
def test_products_fit_their_frame_and_stand_on_the_floor(make):
    low, high = bounds(make(np.random.default_rng(3)))
    assert min(low) > -1.1
    assert max(high) < 2.1
    assert -0.12 < low[1] < 0.05


def test_nothing_has_no_mask_and_no_product():
    for seed in range(3):
        picture = take_picture(seed, NONE_INDEX, size=48)
        assert picture.label == NONE_INDEX
        assert not picture.mask.any()
    assert collage(np.random.default_rng(1), 32).shape == (32, 32, 3)


def test_distances_of_solids():
    p = tuple(torch.tensor(v) for v in ([2.0, 0.0, 0.5], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]))
    assert torch.allclose(sdf.sphere(p, 1.0), torch.tensor([1.0, -1.0, -0.5]))
    assert torch.allclose(sdf.box(p, (1.0, 1.0, 1.0)), torch.tensor([1.0, -1.0, -0.5]))
    assert torch.allclose(sdf.disc(p, 1.0, 1.0), torch.tensor([1.0, -1.0, -0.5]))
    assert torch.allclose(sdf.torus(p, 1.0, 0.25), torch.tensor([0.75, 0.75, 0.25]))
    assert torch.allclose(sdf.rod(p, (-1.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.5), torch.tensor([0.5, -0.5, -0.5]))


def test_effects_keep_range_and_follow_their_seed():
    x = torch.rand(4, 3, 40, 52, generator=torch.Generator().manual_seed(1))
    first, again = (effects.photograph(x, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(first, again)
    assert first.shape == x.shape
    assert 0 <= first.min() <= first.max() <= 1
    fine = effects.compress(x, torch.full((4,), 1e-5))
    assert torch.allclose(fine, x, atol=1e-3), "with tiny steps compression loses nothing"


def test_augmented_pictures_keep_their_product():
    masks = torch.zeros(6, 1, 64, 64)
    masks[:, :, 4:30, 4:30] = 1
    x = torch.rand(6, 3, 64, 64)
    out, moved = augment.augment(
        x, masks, torch.rand(2, 3, 64, 64), (48, 60), torch.Generator().manual_seed(2)
    )
    assert out.shape == (6, 3, 48, 60)
    assert (moved.mean((1, 2, 3)) > 0.04).all()
    cells = augment.dense_targets(moved, torch.arange(6), NONE_INDEX, (4, 5))
    assert cells.shape == (6, 4, 5)
    assert set(cells.unique().tolist()) <= {-100, NONE_INDEX, *range(6)}


def test_store_goes_on_where_it_stopped(tmp_path, monkeypatch):
    store = open_store(tmp_path, 77, 2)
    store.labels[:] = 3
    monkeypatch.setattr("models.showroom.training.pictures.take_picture", None)
    again = render_pictures(tmp_path, 77, 2)
    assert again.labels.tolist() == [3, 3]


@pytest.mark.slow
def test_fresh_pictures_are_recognised(classifier):
    pictures = [take_picture(9_100_000 + i, i % len(PRODUCTS)) for i in range(20)]
    right = sum(a == p.label for a, p in zip(answers(classifier, pictures), pictures, strict=True))
    assert right >= 18


@pytest.mark.slow
def test_pictures_without_products_are_none_of_these(classifier):
    pictures = [take_picture(9_200_000 + i, NONE_INDEX) for i in range(24)]
    assert sum(a == NONE_INDEX for a in answers(classifier, pictures)) >= 20


def test_labels_and_weights(classifier):
    assert classifier.labels == LABELS
    assert classifier.none_label == NONE
    assert (FOLDER / "weights.safetensors").stat().st_size <= 6e6
    assert classifier.graph.any_size


def test_samples_are_small_and_complete():
    files = list((FOLDER / "samples").iterdir())
    assert sum(f.stat().st_size for f in files) <= 1.5e6
    assert len(SAMPLES) >= 8
    assert {f.name for f in files} == {"samples.json"} | {row[k] for row in SAMPLES for k in ("file", "mask")}
    assert sum(row["label"] == NONE for row in SAMPLES) >= 1


@pytest.mark.parametrize(
    "row",
    SAMPLES,
    ids=[row["file"] for row in SAMPLES],
)
def test_the_model_gets_the_samples_right(classifier, row):
    photo = saliency.read_photo(FOLDER / "samples" / row["file"])
    assert (photo.width, photo.height) == (640, 640)
    assert classifier.predict(photo)[0].label == row["label"]
    mask = np.asarray(Image.open(FOLDER / "samples" / row["mask"]))
    assert mask.dtype == bool
    assert mask.shape == (640, 640)
    assert mask.any() == (row["label"] != NONE)


@pytest.mark.slow
def test_the_first_sample_has_its_influence_within_a_cell_of_the_product(classifier):
    photo = saliency.read_photo(FOLDER / "samples" / SAMPLES[0]["file"])
    heat = saliency.explain(classifier, photo, method="hires-cam").heat_map
    cell = 2 * (640 // 14) + 1
    mask = Image.open(FOLDER / "samples" / SAMPLES[0]["mask"]).convert("L")
    near = np.asarray(mask.filter(ImageFilter.MaxFilter(cell))) > 0
    assert near.mean() < 0.35
    assert heat[near].sum() / heat.sum() > 0.85


def test_photographs_of_other_things_are_mostly_met_with_caution(classifier):
    folder = Path(__file__).parents[4] / "shared" / "data" / "photos"
    photos = sorted(folder.glob("*.jpg"))[:40]
    if not photos:
        pytest.skip("the photos that this check uses are not here")
    careful = [classifier.may_know_nothing(classifier.predict(saliency.read_photo(path))) for path in photos]
    assert sum(careful) >= 0.7 * len(careful)
    assert classifier.caution
