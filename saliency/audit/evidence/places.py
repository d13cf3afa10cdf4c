"""Where a box is, in words."""

from __future__ import annotations

from saliency.photo.area import Box

EXPECTED = ("product", "object", "thing")
"""Names of areas that a guess should depend on."""

MIDDLE = "middle"
"""Where the thing itself usually is."""

PLACES = (
    ("upper left corner", "middle of the upper edge", "upper right corner"),
    ("middle of the left edge", MIDDLE, "middle of the right edge"),
    ("lower left corner", "middle of the lower edge", "lower right corner"),
)
_EDGE = 0.3  # of a side: what belongs to its edge


def place_of(box: Box) -> str:
    """Where a box is, in words: one of :data:`PLACES`."""
    return PLACES[_third(box[1] + box[3] / 2)][_third(box[0] + box[2] / 2)]


def _third(middle: float) -> int:
    return 0 if middle < _EDGE else 2 if middle > 1 - _EDGE else 1
