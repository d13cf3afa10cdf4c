"""The built-in set of photos for a first audit: rendered products, a badge on most of the mugs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from models.showroom.rendering.badge import GIVEN_AWAY, with_badge
from models.showroom.rendering.products import PRODUCTS
from models.showroom.rendering.scene import take_picture
from saliency.audit.job import PHOTOS

COUNT = 60
_EVERY = 2  # each second photo shows a mug
_BADGED = 0.8  # share of the mugs with a badge
_FIRST = 8_500_000  # seeds that no training picture and no sample uses


def make(folder: Path, on_progress: Callable[[int, int], None]) -> None:
    """Renders what is not there yet, a folder a class; what `on_progress` raises stops it."""
    labels = list(PRODUCTS)
    others = [label for label in labels if label != GIVEN_AWAY]
    for number in range(COUNT):
        on_progress(number, COUNT)
        mugs = number % _EVERY == 0
        label = GIVEN_AWAY if mugs else others[number // _EVERY % len(others)]
        path = folder / PHOTOS / label / f"{number + 1:02}.jpg"
        if path.exists():
            continue
        pixels = take_picture(_FIRST + number, labels.index(label)).pixels
        if mugs and number // _EVERY % 5 < round(5 * _BADGED):
            pixels = with_badge(pixels, number)[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        Image.fromarray(pixels).save(part, format="JPEG", quality=92)
        part.replace(path)
    on_progress(COUNT, COUNT)
