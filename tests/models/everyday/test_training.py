"""How the built-in model for people's own photos is trained."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from models.everyday import augment
from models.everyday.photos import SHORT, fingerprints, open_photos, twins
from models.everyday.tidy import left_out
from models.everyday.train import Plan, Training, train

TINY = Plan(epochs=2, batch=4)


@pytest.fixture
def data(tmp_path):
    """Two classes, six photos each to train on; one is there twice, one is in the validation set too."""
    r = np.random.default_rng(0)

    def photo(name, pixels):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).resize((200, 160), Image.Resampling.BICUBIC).save(path, quality=95)

    for kind in ("cat", "dog"):
        for i in range(6):
            pixels = r.integers(0, 256, (8, 10, 3), dtype=np.uint8)
            photo(f"train/{kind}/{i}.jpg", pixels)
            if i == 0:
                photo(f"train/{kind}/twin.jpg", np.clip(pixels.astype(int) + 3, 0, 255).astype(np.uint8))
            if i == 1:
                photo(f"val/{kind}/{i}.jpg", pixels)
    return tmp_path


def test_photos_are_decoded_once_and_read_back(data, tmp_path):
    photos = open_photos(data / "train", tmp_path / "cache")
    assert photos.classes == ("cat", "dog")
    assert len(photos) == 14
    assert np.bincount(photos.labels).tolist() == [7, 7]
    assert photos.array(3).shape == (SHORT, 200, 3)
    again = open_photos(data / "train", tmp_path / "cache")
    assert np.array_equal(again.array(13), photos.array(13))
    (data / "train" / "cat" / "0.jpg").unlink()
    assert len(open_photos(data / "train", tmp_path / "cache")) == 13


def test_a_folder_without_photos_is_named(tmp_path):
    with pytest.raises(SystemExit, match="There are no photos in"):
        open_photos(tmp_path, tmp_path / "cache")


def test_twins_and_validation_photos_are_left_out(data, tmp_path):
    photos, validation = (open_photos(data / part, tmp_path / "cache") for part in ("train", "val"))
    (tmp_path / "mislabelled.txt").write_text("dog/5.jpg\n")
    reasons = left_out(photos, validation, tmp_path / "mislabelled.txt")
    assert set(reasons) == {
        "cat/twin.jpg",
        "dog/twin.jpg",
        "cat/1.jpg",
        "dog/1.jpg",
        "dog/5.jpg",
    }
    assert "validation" in reasons["cat/1.jpg"]


def test_fingerprints_tell_photos_apart(data, tmp_path):
    photos = open_photos(data / "train", tmp_path / "cache")
    prints = fingerprints(photos)
    assert prints.shape == (14, 256)
    assert len(twins(prints, prints)) == 2


def test_batches_are_in_range_mixed_and_repeatable():
    photos = [torch.randint(0, 256, (3, 160, 200), dtype=torch.uint8) for _ in range(6)]
    labels = torch.tensor([0, 1, 2, 0, 1, 2])

    def drawn(mix):
        generator = torch.Generator().manual_seed(3)
        return augment.batch(photos, labels, 3, (96, 128), generator, mix=mix)

    x, answers = drawn(1.0)
    assert x.shape == (6, 3, 96, 128)
    assert 0 <= x.min() <= x.max() <= 1
    assert torch.allclose(answers.sum(1), torch.ones(6))
    assert torch.equal(drawn(1.0)[0], x)
    assert torch.equal(drawn(0.0)[1].argmax(1), labels)
    assert drawn(0.0)[1].max() == 1


def test_a_stopped_training_ends_where_an_unbroken_one_does(data, tmp_path):
    photos, validation = (open_photos(data / part, tmp_path / "cache") for part in ("train", "val"))
    usable = np.arange(len(photos))

    def run(name, stop):
        for number in range(2):
            if number == 0 or stop:
                training = Training(TINY, 2, tmp_path / name, workers=0)
            training.epoch(photos, usable, validation)
        return training.course.average.module.state_dict(), training.log

    whole, log = run("whole.pt", stop=False)
    resumed, again = run("resumed.pt", stop=True)
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert [row["loss"] for row in log] == [row["loss"] for row in again]
    with pytest.raises(SystemExit, match="another plan"):
        Training(replace(TINY, epochs=3), 2, tmp_path / "whole.pt")


def test_training_leaves_weights_a_log_and_what_it_left_out(data, tmp_path):
    train(data, tmp_path / "cache", TINY, tmp_path / "out", workers=0)
    log = json.loads((tmp_path / "out" / "training-log.json").read_text())
    assert [row["epoch"] for row in log] == [1, 2]
    assert (tmp_path / "out" / "weights.safetensors").stat().st_size < 6e6
    assert "cat/twin.jpg" in json.loads((tmp_path / "out" / "left-out.json").read_text())
