"""Photos that are nearly the same are counted as such; different ones are not."""

from __future__ import annotations

import io

from PIL import Image, ImageEnhance
from stand_in import draw

from models.showroom.samples import FOLDER
from saliency.audit.evidence.near_copies import fingerprint, near_copies

SAMPLES = [Image.open(path).convert("RGB") for path in sorted(FOLDER.glob("*.jpg"))]


def copies(image: Image.Image) -> list[Image.Image]:
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=50)
    smaller = image.resize((image.width // 2, image.height // 2))
    return [Image.open(packed), smaller, ImageEnhance.Brightness(image).enhance(1.15)]


def test_saved_anew_made_smaller_or_brighter_it_is_nearly_the_same() -> None:
    for image in SAMPLES[:4]:
        prints = [fingerprint(copy) for copy in (image, *copies(image))]
        assert near_copies(prints) == len(prints)


def test_different_photos_are_not() -> None:
    assert near_copies([fingerprint(image) for image in SAMPLES]) == 2, "one teapot with a badge and without"
    assert near_copies([fingerprint(draw(seed=seed)) for seed in range(2)] * 2) == 4
    assert near_copies([]) == near_copies([fingerprint(SAMPLES[0])]) == 0


def test_any_photo_has_one() -> None:
    for size in ((1, 1), (2, 5000), (3, 3)):
        assert len(fingerprint(Image.new("RGB", size))) == 64
