"""Photographs of a folder ``CLASS/*.jpg``, decoded once into one array that every process reads.

Also finds what should not be trained on: the same photograph twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

SHORT, LONGEST = 160, 320  # pixels: short side, and what longer photos are cropped to
_FILES = ("*.jpg", "*.jpeg", "*.png", "*.webp")


@dataclass(frozen=True, eq=False)
class Photos:
    """Decoded photographs of different shapes, one behind the other.

    Attributes:
        pixels: All values, flat uint8; photo i is ``(height, width, 3)`` from ``starts[i]``.
        shapes: ``(N, 2)``, height and width.
        starts: ``(N,)`` int64.
        labels: ``(N,)`` int64, indices of ``classes``.
        names: ``CLASS/FILE``, one a photo.
        classes: Names of the class folders, sorted.
    """

    pixels: np.ndarray
    shapes: np.ndarray
    starts: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def array(self, i: int) -> np.ndarray:
        """Photo ``(height, width, 3)``, uint8."""
        height, width = self.shapes[i]
        start = self.starts[i]
        return self.pixels[start : start + height * width * 3].reshape(height, width, 3)

    def tensor(self, i: int) -> Tensor:
        """Photo ``(3, height, width)``, uint8."""
        return torch.from_numpy(np.array(self.array(i))).permute(2, 0, 1)


def found(folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """The photos of a folder, by class and name, and the classes.

    Raises:
        SystemExit: There is no photo.
    """
    classes = (
        tuple(sorted(path.name for path in folder.iterdir() if path.is_dir())) if folder.is_dir() else ()
    )
    files = [path for name in classes for kind in _FILES for path in sorted((folder / name).glob(kind))]
    if not files:
        raise SystemExit(
            f"There are no photos in {folder}. It has to hold a folder of photos for each class."
        )
    return files, classes


def read(path: Path) -> np.ndarray:
    """One photo, upright, short side ``SHORT``, the middle of what is longer than ``LONGEST``."""
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    scale = SHORT / min(upright.size)
    if scale != 1:
        width, height = (max(SHORT, round(side * scale)) for side in upright.size)
        upright = upright.resize((width, height), Image.Resampling.BICUBIC)
    width, height = upright.size
    left, top = max(0, width - LONGEST) // 2, max(0, height - LONGEST) // 2
    return np.asarray(upright.crop((left, top, min(width, left + LONGEST), min(height, top + LONGEST))))


def open_photos(folder: Path, cache: Path) -> Photos:
    """All photos of a folder, from the cache where they were decoded before.

    Args:
        folder: Holds a folder for each class.
        cache: Where decoded photos are kept (about 2 GB for 20,000).
    """
    files, classes = found(folder)
    names = tuple(f"{path.parent.name}/{path.name}" for path in files)
    stem = cache / folder.name
    index = stem.with_suffix(".npz")
    if not index.exists() or tuple(np.load(index)["names"]) != names:
        cache.mkdir(parents=True, exist_ok=True)
        shapes = []
        with stem.with_suffix(".bin").open("wb") as out:
            for path in files:
                pixels = read(path)
                shapes.append(pixels.shape[:2])
                out.write(pixels.tobytes())
        np.savez(index, names=np.array(names), shapes=np.array(shapes, dtype=np.int64))
    shapes_read = np.load(index)["shapes"]
    sizes = shapes_read.prod(1) * 3
    return Photos(
        np.memmap(stem.with_suffix(".bin"), dtype=np.uint8, mode="r"),
        shapes_read,
        np.concatenate([[0], np.cumsum(sizes)[:-1]]),
        np.array([classes.index(name.split("/")[0]) for name in names]),
        names,
        classes,
    )


def fingerprints(photos: Photos, side: int = 16) -> np.ndarray:
    """A difference hash of each photo, ``(N, side · side)`` bool: is a place darker than the next?"""
    rows = []
    for i in range(len(photos)):
        grey = Image.fromarray(photos.array(i)).convert("L").resize((side + 1, side), Image.Resampling.BOX)
        values = np.asarray(grey, dtype=np.int16)
        rows.append((values[:, 1:] > values[:, :-1]).reshape(-1))
    return np.array(rows)


def twins(first: np.ndarray, second: np.ndarray, most: int = 20) -> list[tuple[int, int]]:
    """Pairs (i, j) whose fingerprints differ in at most ``most`` bits; i < j within one set.

    Args:
        first: fingerprints ``(N, n)``.
        second: fingerprints ``(M, n)``; the same array to compare a set with itself.
        most: bits of 256; chance gives about 128.
    """
    same = first is second
    signs = second.astype(np.float32) * 2 - 1
    pairs = []
    for start in range(0, len(first), 1000):
        block = first[start : start + 1000].astype(np.float32) * 2 - 1
        apart = (signs.shape[1] - block @ signs.T) / 2
        for i, j in np.argwhere(apart <= most):
            if not same or start + i < j:
                pairs.append((start + int(i), int(j)))
    return pairs
