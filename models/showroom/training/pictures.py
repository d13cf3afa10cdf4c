"""A store of rendered pictures on disk: filled by several processes, resumable, read as one array."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering.scene import take_picture

CACHE = Path.home() / ".cache" / "spotlight" / "showroom"
"""Where rendered pictures are kept."""

TRAIN_SEED = 1_000_000
TEST_SEED, TEST_COUNT = 5_000_000, 2_000
CALIBRATION_SEED, CALIBRATION_COUNT = 6_000_000, 400

SIZE = 224
_MISSING = -1
_NICE = 5


@dataclass(frozen=True, eq=False)
class PictureStore:
    """Pictures of the seeds ``first``, ``first + 1``, … as memory-mapped arrays.

    Args:
        pixels: (N, 224, 224, 3) uint8.
        masks: (N, 6272) uint8, the product's mask, eight pixels a byte.
        labels: (N,) int8, -1 where not rendered yet.
        first: the seed of picture 0.
    """

    pixels: np.ndarray
    masks: np.ndarray
    labels: np.ndarray
    first: int

    def rendered_rows(self) -> np.ndarray:
        """The rows that hold a picture already, (n,)."""
        return np.flatnonzero(self.labels != _MISSING)

    def mask(self, rows: np.ndarray) -> np.ndarray:
        """Masks (n, 224, 224) bool of some pictures."""
        return np.unpackbits(self.masks[rows], axis=-1).reshape(-1, SIZE, SIZE).astype(bool)

    def batch(self, rows: np.ndarray) -> tuple[Tensor, Tensor]:
        """Some pictures ``(B, 3, 224, 224)`` in [0, 1] and their masks ``(B, 1, 224, 224)``."""
        x = torch.from_numpy(self.pixels[rows]).permute(0, 3, 1, 2).float().div_(255)
        return x, torch.from_numpy(self.mask(rows)).float()[:, None]


def open_store(folder: Path, first: int, count: int) -> PictureStore:
    """Opens the store for these seeds in a folder, making it where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {"pixels": (count, SIZE, SIZE, 3), "masks": (count, SIZE * SIZE // 8), "labels": (count,)}
    arrays = {}
    for name, shape in shapes.items():
        path = folder / f"seeds-{first}-{first + count - 1}-{name}.npy"
        if not path.exists():
            kind = np.int8 if name == "labels" else np.uint8
            array = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
            if name == "labels":
                array[:] = _MISSING
            array.flush()
        arrays[name] = np.lib.format.open_memmap(path, mode="r+")
    return PictureStore(**arrays, first=first)


def _fill(folder: Path, first: int, count: int, part: int, parts: int) -> None:
    torch.set_num_threads(1)
    os.nice(_NICE)
    store = open_store(folder, first, count)
    for row in range(part, count, parts):
        if store.labels[row] == _MISSING:
            picture = take_picture(first + row)
            store.pixels[row] = picture.pixels
            store.masks[row] = np.packbits(picture.mask.reshape(-1))
            store.labels[row] = picture.label


def render_pictures(
    folder: Path, first: int, count: int, *, processes: int = 2, report: Callable[[str], None] = print
) -> PictureStore:
    """Renders the pictures of these seeds that the folder does not hold yet.

    Args:
        folder: where to keep them.
        first: first seed.
        count: how many seeds.
        processes: worker processes, one thread each, that step back behind other programs.
        report: takes a line of progress about once a minute.

    Raises:
        RuntimeError: if a worker ended early.
    """
    store = open_store(folder, first, count)
    start, before = time.perf_counter(), len(store.rendered_rows())
    if before == count:
        return store
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        parts = [pool.submit(_fill, folder, first, count, part, processes) for part in range(processes)]
        while wait(parts, timeout=60).not_done:
            done = len(store.rendered_rows())
            seconds = (time.perf_counter() - start) / max(done - before, 1)
            report(f"rendered {done} of {count}, {seconds:.3f} s each")
        if failures := [part.exception() for part in parts if part.exception()]:
            raise RuntimeError(
                "a rendering process ended early; run the same command again to go on where it stopped"
            ) from failures[0]
    return store
