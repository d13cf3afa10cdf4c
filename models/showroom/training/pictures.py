"""A store of rendered pictures on disk: filled by several processes, resumable, read as one array."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models.showroom.rendering.scene import take_picture

SIZE = 224
_MISSING = -1


@dataclass(frozen=True, eq=False)
class Store:
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

    def mask(self, at: np.ndarray) -> np.ndarray:
        """Masks (n, 224, 224) bool of some pictures."""
        return np.unpackbits(self.masks[at], axis=-1).reshape(-1, SIZE, SIZE).astype(bool)


def open_store(folder: Path, first: int, count: int) -> Store:
    """Opens the store for these seeds in a folder, making it where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"seeds-{first}-{first + count - 1}"
    shapes = {"pixels": (count, SIZE, SIZE, 3), "masks": (count, SIZE * SIZE // 8), "labels": (count,)}
    arrays = {}
    for name, shape in shapes.items():
        path = stem.with_name(f"{stem.name}-{name}.npy")
        if not path.exists():
            kind = np.int8 if name == "labels" else np.uint8
            fresh = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
            if name == "labels":
                fresh[:] = _MISSING
            fresh.flush()
        arrays[name] = np.lib.format.open_memmap(path, mode="r+")
    return Store(arrays["pixels"], arrays["masks"], arrays["labels"], first)


def _fill(folder: Path, first: int, count: int, part: int, parts: int, nice: int) -> None:
    torch.set_num_threads(1)
    os.nice(nice)
    store = open_store(folder, first, count)
    for i in range(part, count, parts):
        if store.labels[i] != _MISSING:
            continue
        picture = take_picture(first + i)
        store.pixels[i] = picture.pixels
        store.masks[i] = np.packbits(picture.mask.reshape(-1))
        store.labels[i] = picture.label


def render_pictures(
    folder: Path,
    first: int,
    count: int,
    *,
    processes: int = 2,
    nice: int = 5,
    report: Callable[[str], None] = print,
) -> Store:
    """Renders the pictures of these seeds that the folder does not hold yet.

    Args:
        folder: where to keep them.
        first: first seed.
        count: how many seeds.
        processes: worker processes, one thread each.
        nice: how far the workers step back behind other programs.
        report: takes a line of progress about once a minute.

    Raises:
        RuntimeError: if a worker ended early.
    """
    store = open_store(folder, first, count)
    if not (store.labels == _MISSING).any():
        return store
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_fill, args=(folder, first, count, part, processes, nice))
        for part in range(processes)
    ]
    started, before = time.perf_counter(), int((store.labels != _MISSING).sum())
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        workers[0].join(30)
        workers[-1].join(30)
        done = int((store.labels != _MISSING).sum())
        seconds = time.perf_counter() - started
        report(f"rendered {done} of {count}, {seconds / max(done - before, 1):.3f} s each")
    if any(worker.exitcode for worker in workers):
        raise RuntimeError(
            "a rendering process ended early; run the same command again to go on where it stopped"
        )
    return store
