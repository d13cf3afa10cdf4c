"""What an audit is asked; with the photos, all that its results depend on."""

from __future__ import annotations

from dataclasses import dataclass, field

from saliency.audit.json_types import OPTIONAL
from saliency.classifier import YesNoQuestion

VERSION = 2
"""The way in which rows are computed; a job goes on only in the one that it began in."""


@dataclass(frozen=True)
class Settings:
    """What a job is asked; it goes on only with the same.

    Attributes:
        model: What people call the model.
        weights: SHA-256 of its weights file.
        method: Key of the view.
        second: Key of a second view that is compared with it; empty for none.
        framing: How photos are handed over.
        seed: Where random numbers start.
        controls: How many equal areas elsewhere an area is compared with.
        photos: Digest of the set: names, sizes, labels and areas.
        version: The way in which rows are computed.
        question: What a model of tags or of a number is asked; ``None`` of one whose classes exclude each
            other.
    """

    model: str
    weights: str
    method: str
    second: str
    framing: str
    seed: int
    controls: int
    photos: str
    version: int = VERSION
    question: YesNoQuestion | None = field(default=None, metadata=OPTIONAL)
