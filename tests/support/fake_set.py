"""Sets of photos made up for what is looked for in a set itself: labels, guesses, vectors, fingerprints."""

from __future__ import annotations

import numpy as np

from saliency.audit.evidence.hygiene.set_photos import SetPhoto
from saliency.audit.evidence.look import PhotoLook

LOOK = PhotoLook(0.5, 0.2, 0.5)


def set_photo(number: int, label: str | None = "cat", guess: str = "", **more) -> SetPhoto:
    """A photo whose guess is its label, unless another is given."""
    values = {
        "number": number,
        "file": f"{number:03}.jpg",
        "label": label,
        "shows": label,
        "guess": guess or label or "cat",
        "score": 0.9,
        "label_score": 0.9 if not guess or guess == label else 0.05,
        "size": (640, 480),
        "look": LOOK,
        "fingerprint": None,
    }
    return SetPhoto(**{**values, **more})


def vectors(classes: list[int], noise: float = 0.3, seed: int = 0) -> list[np.ndarray]:
    """Unit vectors around one centre a class."""
    r = np.random.default_rng(seed)
    centres = r.normal(size=(max(classes) + 1, 32))
    made = centres[classes] + noise * r.normal(size=(len(classes), 32))
    return list((made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float16))
