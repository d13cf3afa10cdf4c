"""Photos of an audit are decoded inside what the caller gives for that, and computed outside of it."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
from photo_set import JUDGE, begun, gather, make_set
from PIL import Image

from saliency.audit import audit
from saliency.audit.evidence import probe
from saliency.audit.inputs import masks as mask_files
from saliency.audit.workers import pool
from saliency.audit.workers.pool import LocalPool


def test_photos_and_masks_are_decoded_inside_and_computed_outside(tmp_path, monkeypatch):
    photos = make_set(tmp_path / "photos", bright=4, dark=2, broken=1)
    for path in sorted((photos / "bright").glob("*.png")):
        with Image.open(path) as photo:
            marked = np.zeros((photo.height, photo.width), np.uint8)
        marked[10:30, 10:30] = 255
        target = tmp_path / "masks" / "bright" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(marked).save(target)
    inside, seen = [False], []

    @contextmanager
    def reading():
        assert not inside[0]
        inside[0] = True
        try:
            yield
        finally:
            inside[0] = False

    def noted(owner, name):
        original = getattr(owner, name)

        def note(*args, **kwargs):
            seen.append((name, inside[0]))
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, note)

    noted(pool, "read_photo")
    noted(mask_files, "read_mask")
    noted(probe, "explain")
    source = gather(photos, masks=tmp_path / "masks")
    seen.clear()  # what was looked into before
    with begun(tmp_path / "job", source) as job:
        audit(job, JUDGE, photos, pool=LocalPool(JUDGE, reading))
    assert {name for name, _ in seen} == {"read_photo", "read_mask", "explain"}
    assert all(within == name.startswith("read") for name, within in seen)
