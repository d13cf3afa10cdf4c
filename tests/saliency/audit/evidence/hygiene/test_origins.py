"""A class whose photos alone come from one source is named; mixed ones are not, however many are asked."""

from __future__ import annotations

import numpy as np
from fake_set import set_photo

from saliency.audit.evidence.hygiene.origins import class_origins
from saliency.audit.evidence.origin import PhotoOrigin

SIZES = [(300 + number, 200 + number) for number in range(200)]


def test_a_class_of_one_size_one_camera_and_one_background() -> None:
    photos = [
        set_photo(n, "cat" if n < 40 else "dog", size=(640, 480) if n < 40 else SIZES[n]) for n in range(100)
    ]
    origins = {
        n: PhotoOrigin("JPEG", "", "Canon" if n < 38 else "", "white" if n % 2 else "") for n in range(100)
    }
    size, camera = class_origins(photos, origins)
    assert (size.label, size.trait, size.value) == ("cat", "size", "640 × 480")
    assert (size.having, size.photos, size.others_having, size.others) == (40, 40, 0, 60)
    assert (camera.trait, camera.value, camera.having) == ("camera", "Canon", 38)
    assert camera.p_value < 1e-6


def test_mixed_sources_and_small_classes_are_not_named() -> None:
    r = np.random.default_rng(0)
    sizes = [(640, 480), (480, 640), (160, 160)]
    for _ in range(20):
        drawn = r.integers(0, 3, 90)
        photos = [set_photo(n, ("cat", "dog", "hat")[n % 3], size=sizes[drawn[n]]) for n in range(90)]
        assert class_origins(photos, {}) == ()
    few = [set_photo(n, "cat" if n < 4 else "dog", size=(640, 480) if n < 4 else SIZES[n]) for n in range(50)]
    assert class_origins(few, {}) == ()
    assert class_origins([set_photo(n) for n in range(30)], {}) == ()
