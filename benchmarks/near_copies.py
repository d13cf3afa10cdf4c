"""How many changed copies of photos, and how many different photos, count as nearly the same.

``python -m benchmarks.near_copies FOLDER`` takes the photos below a folder in a random order: the
threshold is chosen on every other one, and confirmed on the rest.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageEnhance, ImageOps

from saliency.audit.evidence.near_copies import copy_groups, fingerprint, near_copies

MOST = 300


def saved(image: Image.Image) -> Image.Image:
    """The photo as a JPEG of low quality."""
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=50)
    return Image.open(packed).convert("RGB")


def cut(share: float) -> Callable[[Image.Image], Image.Image]:
    """Cuts a share of a photo off at each edge."""

    def change(image: Image.Image) -> Image.Image:
        left, top = (share * side for side in image.size)
        return image.crop((round(left), round(top), round(image.width - left), round(image.height - top)))

    return change


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG of quality 50": saved,
    "half as large": lambda image: image.reduce(2),
    "15 % brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    "1 % cut off at each edge": cut(0.01),
    "3 % cut off at each edge": cut(0.03),
    "mirrored": ImageOps.mirror,
}


def rows(files: list[Path]) -> Iterator[str]:
    """What is measured, line by line."""
    images = [Image.open(file).convert("RGB") for file in files]
    prints = [fingerprint(image) for image in images]
    pairs = len(prints) * (len(prints) - 1) // 2
    yield f"{near_copies(copy_groups(prints))} photos are nearly the same as another one, of {pairs} pairs"
    for name, change in CHANGES.items():
        changed = [fingerprint(change(image)) for image in images]
        found = sum(copy_groups(pair)[1] == 0 for pair in zip(prints, changed, strict=True))
        yield f"{name}: {found} of {len(prints)}, {found / len(prints):.1%}"


if __name__ == "__main__":
    found = sorted(path for path in Path(sys.argv[1]).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    random.Random(0).shuffle(found)
    for name, half in (("chosen on", found[:MOST:2]), ("confirmed on", found[1:MOST:2])):
        print(f"{name} {len(half)} photos")
        for row in rows(half):
            print(f"  {row}")
