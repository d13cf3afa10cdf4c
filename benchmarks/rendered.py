"""Showroom's rendered test pictures, of which it is known exactly where the product is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from torch import Tensor

from models.showroom.rendering.products import LABELS, NONE
from models.showroom.training.loop import normalised
from models.showroom.training.pictures import CACHE, TEST_COUNT, TEST_SEED, PictureStore, open_store


def add_cache(command: argparse.ArgumentParser, default: Path | None = CACHE) -> None:
    """The argument for where the pictures are kept."""
    command.add_argument("--cache", type=Path, default=default, help="folder with the rendered test pictures")


def unseen_pictures(cache: Path) -> PictureStore:
    """The pictures of the test seeds; some may not be rendered yet."""
    return open_store(cache, TEST_SEED, TEST_COUNT)


def product_rows(store: PictureStore) -> np.ndarray:
    """The rows of the store that show a product, (n,)."""
    rows = store.rendered_rows()
    return rows[store.labels[rows] != LABELS.index(NONE)]


def masked_pictures(store: PictureStore, count: int) -> Iterator[tuple[Tensor, Tensor, int]]:
    """Normalised pictures ``(1, 3, 224, 224)``, masks ``(224, 224)`` of their products, and classes."""
    for row in product_rows(store)[:count]:
        x, masks = store.batch(np.array([row]))
        yield normalised(x), masks[0, 0], int(store.labels[row])
