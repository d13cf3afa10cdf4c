"""Photos that are nearly the same are grouped; different ones are not."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps
from stand_in import draw

from models.showroom.samples import FOLDER
from saliency.audit.evidence import near_copies as module
from saliency.audit.evidence.near_copies import copy_groups, fingerprint, near_copies

SAMPLES = [Image.open(path).convert("RGB") for path in sorted(FOLDER.glob("*.jpg"))]


def copies(image: Image.Image) -> list[Image.Image]:
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=50)
    smaller = image.resize((image.width // 2, image.height // 2))
    brighter = ImageEnhance.Brightness(image).enhance(1.15)
    return [Image.open(packed), smaller, brighter]


def near(images: list[Image.Image]) -> int:
    return near_copies(copy_groups([fingerprint(image) for image in images]))


def test_saved_anew_made_smaller_or_brighter_it_is_nearly_the_same() -> None:
    for image in SAMPLES[:4]:
        images = [image, *copies(image)]
        assert copy_groups([fingerprint(copy) for copy in images]).tolist() == [0] * len(images)


def test_a_mirrored_copy_of_a_picture_full_of_detail_is_nearly_the_same() -> None:
    cells = np.random.default_rng(0).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    image = Image.fromarray(cells).resize((160, 120), Image.Resampling.BICUBIC)
    assert near([image, ImageOps.mirror(image)]) == 2
    assert near([image, ImageOps.flip(image)]) == 0


def test_different_photos_are_not() -> None:
    assert near(SAMPLES) == 2, "one teapot with a badge and without"
    assert near([draw(seed=seed) for seed in range(2)] * 2) == 4
    assert near([]) == near([SAMPLES[0]]) == 0


def on_white(*box: int) -> Image.Image:
    image = Image.new("RGB", (160, 160), "white")
    ImageDraw.Draw(image).ellipse(box, fill=(120, 30, 40))
    return image


def test_things_on_a_plain_background_are_told_apart_and_a_plain_picture_is_no_copy_of_another() -> None:
    assert near([on_white(10, 10, 70, 70), on_white(90, 80, 150, 150)]) == 0
    assert near([Image.new("RGB", (64, 64), colour) for colour in ("black", "white", "red")]) == 0


def test_groups_are_the_same_however_many_are_compared_at_a_time(monkeypatch) -> None:
    r = np.random.default_rng(0)
    bits = r.integers(0, 2, (40, 256), dtype=np.uint8)
    bits[20:30] = bits[3]
    bits[20:30, 5] ^= 1
    prints = [np.packbits(row).tobytes().hex() for row in bits]
    whole = copy_groups([*prints, None])
    assert whole.tolist() == [*range(20), *[3] * 10, *range(30, 41)]
    assert near_copies(whole) == 11
    monkeypatch.setattr(module, "_ROWS", 7)
    monkeypatch.setattr(module, "_COLUMNS", 11)
    assert copy_groups([*prints, None]).tolist() == whole.tolist()


def test_any_photo_has_one() -> None:
    for size in ((1, 1), (2, 5000), (3, 3)):
        assert len(fingerprint(Image.new("RGB", size))) == 64
