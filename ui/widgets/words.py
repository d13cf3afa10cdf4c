"""The words of widgets that several pages share."""

from __future__ import annotations

from saliency.export.words import STRENGTH as STRENGTH

FINGER = "Draw with a finger"
ONLY_HERE = "Only this computer can open this page."
COLUMNS = ("What", "How")


def alt_colour_bar(low: str, high: str) -> str:
    """What a colour bar shows, for those who cannot see it."""
    return f"Colour scale from {low} to {high}"
