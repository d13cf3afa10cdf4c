"""What is kept of a photo to look at the set as a whole: what the model sees in it, where it comes from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from saliency.audit.evidence.origin import PhotoOrigin
from saliency.prepared_photo import PreparedPhoto

FEWEST_SCORES = 3
"""Classes from which a model's scores may stand for what it sees: of two they say no more than its answer."""

Vector = NDArray[np.float16]


class PhotoTrace(NamedTuple):
    """A photo's trace, by its number in the set.

    Attributes:
        vector: ``(C,)`` of unit length: the model's last feature map, its mean over all places; of a model
            that is asked from outside, its scores; ``None`` where it gives neither.
    """

    number: int
    origin: PhotoOrigin
    vector: Vector | None


def vector(prepared: PreparedPhoto) -> Vector | None:
    """What the model sees in a photo, see :class:`PhotoTrace`; costs no pass where its map was computed."""
    graph = prepared.graph
    if graph.layers:
        values = graph.features(prepared.x).values[0].mean((1, 2))
    elif len(prepared.scores) >= FEWEST_SCORES:
        values = graph.logits(prepared.x)[0].softmax(0).sqrt()
    else:
        return None
    values = values.detach().to("cpu", torch.float32)
    length = float(values.norm())
    if not 0 < length < float("inf"):
        return None
    return np.asarray((values / length).numpy(), np.float16)
