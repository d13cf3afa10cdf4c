"""Photos that are not trained on: twice the same, in the validation set too, or mislabelled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from models.everyday.photos import Photos, fingerprints, twins

_BITS = 16  # of 256
_APART = 10.0  # mean difference of thumbnails, of 255


def left_out(photos: Photos, validation: Photos, mislabelled: Path) -> dict[str, str]:
    """Names of training photos to leave out, each with the reason.

    Two photos are the same if their difference hashes differ in at most 16 of 256 bits and their 16×16
    thumbnails by at most 10 of 255 on average.

    Args:
        photos: the training photos.
        validation: the validation photos; a training photo that is among them is left out.
        mislabelled: a list of names found by looking, one a line; may be absent.
    """
    reasons: dict[str, str] = {}
    prints, others = fingerprints(photos), fingerprints(validation)
    for i, j in twins(prints, prints, _BITS):
        if _alike(photos, i, photos, j):
            reasons.setdefault(photos.names[j], f"the same photo as {photos.names[i]}")
    for i, j in twins(prints, others, _BITS):
        if _alike(photos, i, validation, j):
            reasons[photos.names[i]] = f"the same photo as {validation.names[j]} of the validation set"
    if mislabelled.exists():
        listed = mislabelled.read_text(encoding="utf-8").split()
        reasons |= dict.fromkeys(listed, "does not show its class")
    return reasons


def _alike(first: Photos, i: int, second: Photos, j: int) -> bool:
    a, b = (
        np.asarray(Image.fromarray(p.array(n)).resize((16, 16), Image.Resampling.BOX), dtype=float)
        for p, n in ((first, i), (second, j))
    )
    return float(np.abs(a - b).mean()) <= _APART
