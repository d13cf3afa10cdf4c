"""Photos in which little can be seen, or that are unlike all others, are named once, with the set's usual."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from fake_set import LOOK, set_photo, vectors

from saliency.audit.evidence.hygiene.flaws import flawed_photos, odd_photos
from saliency.audit.evidence.hygiene.neighbours import neighbours


def test_dark_flat_blurred_and_tiny_photos() -> None:
    photos = [set_photo(number) for number in range(30)]
    photos[3] = set_photo(3, look=replace(LOOK, brightness=0.05, contrast=0.01))
    photos[4] = set_photo(4, look=replace(LOOK, contrast=0.01))
    photos[5] = set_photo(5, look=replace(LOOK, sharpness=0.001))
    photos[6] = set_photo(6, size=(60, 45))
    photos[7] = set_photo(7, look=None)
    flawed = list(flawed_photos(photos))
    assert [(photo.file, photo.flaw) for photo in flawed] == [
        ("003.jpg", "dark"), ("004.jpg", "flat"), ("005.jpg", "blurred"), ("006.jpg", "tiny"),
    ]  # fmt: skip
    assert (flawed[3].value, flawed[3].usual) == (45, 480)


def test_a_set_of_small_or_soft_photos_is_not_flawed_all_over() -> None:
    photos = [set_photo(n, size=(32, 32), look=replace(LOOK, sharpness=0.02)) for n in range(30)]
    assert list(flawed_photos(photos)) == []


def test_a_photo_unlike_all_others_is_odd() -> None:
    photos = [set_photo(number) for number in range(61)]
    given = vectors([*[number % 3 for number in range(60)], 3])
    odd = list(odd_photos(photos, neighbours(given, np.arange(61))))
    assert [photo.file for photo in odd] == ["060.jpg"]
    assert list(odd_photos(photos[:60], neighbours(given[:60], np.arange(60)))) == []
    assert list(odd_photos(photos[:10], neighbours(given[:10], np.arange(10)))) == []
