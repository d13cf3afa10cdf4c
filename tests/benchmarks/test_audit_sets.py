"""The benchmark of audits finds a planted badge, on samples that all carry one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import models
from benchmarks.audit_sets import PictureSet, audit_record, finds_badge, wrong_places
from models.showroom.rendering.products import LABELS
from models.showroom.training.pictures import PictureStore, open_store

SAMPLES = sorted((models.BUILT_IN[models.SHOWROOM] / "samples").glob("*.jpg"))


def store_of_samples(folder: Path) -> PictureStore:
    """The samples and their mirror images, as rendered pictures without a product."""
    pictures = [Image.open(path).resize((224, 224)) for path in SAMPLES]
    mirrored = [picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for picture in pictures]
    store = open_store(folder, 7, 2 * len(SAMPLES))
    store.pixels[:] = np.stack([np.asarray(picture) for picture in pictures + mirrored])
    store.labels[:] = LABELS.index("teapot")
    return store


@pytest.mark.slow
def test_an_audit_of_the_twin_finds_the_badge(tmp_path: Path) -> None:
    store = store_of_samples(tmp_path)
    rows = range(len(store.labels))
    pictures = PictureSet(0, "teapot", 1.0, tuple(rows), frozenset(rows))
    record = audit_record(pictures, store, models.load(models.SHORTCUT))
    assert record["carrying"] == sum(record["carrying_guessed"].values()) == len(rows)
    assert finds_badge(record)
    assert wrong_places(record), "no product is there"
