"""How many pictures a view asks a model about: what somebody pays for, where the model is a service."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from saliency.errors import Cancelled
from saliency.methods.attribution import attribute
from saliency.methods.registry import find
from saliency.network.outputs import Ending
from saliency.network.outside import OutsideModel

_BESIDE = 2  # pictures that a method asks about beside those of which it tells how far it is


@lru_cache
def questions_of(method: str, height: int, width: int, **settings: Any) -> int:
    """At most so many pictures a method asks about, of a model that is asked from outside.

    The method is begun with a model that knows nothing, and stopped once it says how much there is to do.

    Args:
        method: Its key; it needs no more than answers.
        height: Of the model's pictures, in pixels.
        width: The same.
        **settings: The method's own settings.

    Raises:
        SaliencyError: There is no such method, or it needs to look into the model.
    """
    totals: list[int] = []

    def note(_: int, total: int) -> None:
        totals.append(total)
        raise Cancelled("It is known how much there is to do.")

    graph = OutsideModel(_nothing, size=(height, width), endings=(Ending.LOGITS,))
    picture = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0))
    with suppress(Cancelled):
        attribute(graph, picture, 0, method=method, on_progress=note, **settings)
    return (totals[0] if totals else round(find(method).passes)) + _BESIDE


def _nothing(pictures: Tensor) -> Tensor:
    return torch.zeros(len(pictures), 2)
