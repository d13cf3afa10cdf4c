"""Photos that are nearly the same: re-saved, made smaller, brighter, or cut a little.

A photo's fingerprint is a difference hash: whether each of 16 × 16 places is brighter than the one to its
left (Krawetz 2013, Kind of Like That). Files with the same bytes need none of this: an audit leaves out all
but the first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

_SIDE = 16
NEAR = 32
"""Of 256 bits, up to which two photos count as nearly the same (``docs/audits.md``)."""

_MOST = 2000  # photos that are compared, each with each


def fingerprint(image: Image.Image) -> str:
    """256 bits, written in hexadecimal digits."""
    luma = np.asarray(image.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX), np.int16)
    return np.packbits(luma[:, 1:] > luma[:, :-1]).tobytes().hex()


def near_copies(fingerprints: Sequence[str]) -> int:
    """How many of these photos are nearly the same as another one of them; of many, among the first."""
    bits = [np.frombuffer(bytes.fromhex(text), np.uint8) for text in fingerprints[:_MOST]]
    if len(bits) < 2:
        return 0
    photos = np.stack(bits)
    near = np.zeros(len(photos), bool)
    for number, photo in enumerate(photos):
        apart = np.bitwise_count(photos ^ photo).sum(1)
        apart[number] = NEAR + 1
        near[number] = apart.min() <= NEAR
    return int(near.sum())
