"""How far apart fingerprints of changed copies and of different photos are, in bits of 256.

``python -m benchmarks.near_copies FOLDER`` takes the photos below a folder in a random order: the
threshold is chosen on every other one, and confirmed on the rest.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from saliency.audit.evidence.near_copies import NEAR, fingerprint

MOST = 300


def saved(image: Image.Image) -> Image.Image:
    """The photo as a JPEG of low quality."""
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=50)
    return Image.open(packed).convert("RGB")


def cut(image: Image.Image) -> Image.Image:
    """The photo without a hundredth at each edge."""
    width, height = image.size
    return image.crop((round(0.01 * width), round(0.01 * height), round(0.99 * width), round(0.99 * height)))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG of quality 50": saved,
    "half as large": lambda image: image.reduce(2),
    "15 % brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    "1 % cut off at each edge": cut,
}


def bits(image: Image.Image) -> np.ndarray:
    """The fingerprint as zeros and ones."""
    return np.unpackbits(np.frombuffer(bytes.fromhex(fingerprint(image)), np.uint8))


def rows(files: list[Path]) -> Iterator[str]:
    """What is measured, line by line."""
    images = [Image.open(file).convert("RGB") for file in files]
    prints = np.stack([bits(image) for image in images])
    apart = (prints[:, None] != prints[None]).sum(2)[np.triu_indices(len(prints), 1)]
    yield f"{len(apart)} pairs of different photos: nearest {apart.min()}, {(apart <= NEAR).mean():.2%} near"
    for name, change in CHANGES.items():
        moved = [(bits(change(image)) != own).sum() for image, own in zip(images, prints, strict=True)]
        yield f"{name}: farthest {max(moved)}, {np.mean(np.array(moved) <= NEAR):.1%} near"


if __name__ == "__main__":
    found = sorted(path for path in Path(sys.argv[1]).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    random.Random(0).shuffle(found)
    for name, half in (("chosen on", found[:MOST:2]), ("confirmed on", found[1:MOST:2])):
        print(f"{name} {len(half)} photos")
        for row in rows(half):
            print(f"  {row}")
