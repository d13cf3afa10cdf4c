"""The grid pointing game: how much of a map lies in the one picture of four that shows the class asked for.

Four pictures of four different classes are set in a 2 × 2 mosaic (Böhle 2021, section 3.1). A map that knows
nothing of the model puts a quarter of its influence in the right one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor


def draws(labels: Sequence[int], count: int, seed: int = 0) -> Iterator[np.ndarray]:
    """``count`` times four positions, ``(4,)``, whose labels differ."""
    r = np.random.default_rng(seed)
    classes = np.asarray(labels)
    for _ in range(count):
        four = r.choice(np.unique(classes), 4, replace=False)
        yield np.array([r.choice(np.flatnonzero(classes == label)) for label in four])


def mosaic(four: Tensor) -> Tensor:
    """Pictures ``(4, 3, h, w)`` as one, ``(1, 3, 2h, 2w)``: first the upper row, left to right."""
    return torch.cat([torch.cat(list(row), 2) for row in four.unflatten(0, (2, 2))], 1)[None]


def share(attribution: Tensor, quarter: int) -> float:
    """Share of the positive influence ``(h, w)`` in a quarter, 0 to 3; ``nan`` if there is none."""
    positive = attribution.double().clamp(min=0)
    large = torch.nn.functional.interpolate(
        positive[None, None], size=(448, 448), mode="bilinear", align_corners=False
    )[0, 0]
    row, column = divmod(quarter, 2)
    inside = large[224 * row : 224 * (row + 1), 224 * column : 224 * (column + 1)].sum()
    return float(inside / large.sum()) if large.sum() > 0 else float("nan")
