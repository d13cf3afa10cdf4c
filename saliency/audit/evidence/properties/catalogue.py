"""The properties of a whole picture that are looked for, each with what it is called and what changes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.picture_measures import LOSSLESS
from saliency.audit.evidence.properties.changes import Setting

_NO_FRAME = (0.0,) * 7
_FAMILIES = {"quality": "jpeg", "blocks": "jpeg", "exposure": "brightness"}


@dataclass(frozen=True)
class Property:
    """A property of the whole picture.

    Attributes:
        key: What it is called in a job.
        change: What changes it, as a trial of a property has it.
        value: How much of it a photo has; ``None`` where that is not known.
        setting: What it is changed to, to be as in a photo.
        little: What photos with little of it have, as it stands behind "the".
        much: What those with much of it have.
    """

    key: str
    change: str
    value: Callable[[PhotoLook], float | None]
    setting: Callable[[PhotoLook], Setting]
    little: str
    much: str

    @property
    def family(self) -> str:
        """What it is a measure of: of several measures of one thing, only one is tried."""
        return _FAMILIES.get(self.change, self.change)


def _frame(look: PhotoLook) -> Setting:
    return (*look.frame, *look.frame_colour) if look.frame and look.frame_colour else _NO_FRAME


def _quality(look: PhotoLook) -> float | None:
    return None if look.blocks is None else float(look.jpeg_quality or LOSSLESS)


def _tint(look: PhotoLook) -> Setting:
    return look.red_blue or 0.0, look.green_magenta or 0.0


PROPERTIES = (
    Property(
        "frame",
        "frame",
        lambda look: None if look.frame is None else sum(look.frame),
        _frame,
        "lack of a frame",
        "frame",
    ),
    Property(
        "brightness",
        "brightness",
        lambda look: None if look.saturation is None else look.brightness,
        lambda look: (look.brightness,),
        "darkness",
        "brightness",
    ),
    Property(
        "exposure",
        "exposure",
        lambda look: look.exposure,
        lambda look: (look.exposure or 0.0,),
        "under-exposure",
        "over-exposure",
    ),
    Property(
        "contrast",
        "contrast",
        lambda look: None if look.saturation is None else look.contrast,
        lambda look: (look.contrast,),
        "low contrast",
        "strong contrast",
    ),
    Property(
        "saturation",
        "saturation",
        lambda look: look.saturation,
        lambda look: (look.saturation or 0.0,),
        "pale colours",
        "strong colours",
    ),
    Property("red_blue", "tint", lambda look: look.red_blue, _tint, "cold tint", "warm tint"),
    Property(
        "green_magenta",
        "tint",
        lambda look: look.green_magenta,
        _tint,
        "magenta tint",
        "green tint",
    ),
    Property(
        "detail",
        "focus",
        lambda look: look.detail,
        lambda look: (look.detail or 0.0,),
        "softness",
        "sharpness",
    ),
    Property(
        "jpeg_quality",
        "quality",
        _quality,
        lambda look: (_quality(look) or LOSSLESS,),
        "low JPEG quality",
        "high JPEG quality",
    ),
    Property(
        "blocks",
        "blocks",
        lambda look: look.blocks,
        lambda look: (look.blocks or 0.0,),
        "high JPEG quality",
        "low JPEG quality",
    ),
)
"""All properties that are looked for."""
