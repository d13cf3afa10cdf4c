"""A photo beside its twin, for people."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from saliency.audit.reports.side_by_side import side_by_side
from saliency.errors import SaliencyError
from saliency.photo.reading import read_photo

_HIGH, _GAP = 300, 8  # pixels of both pictures, and between them


def twin_sheet(photo: Path, twin: Path, between: str | None = "white") -> Image.Image | None:
    """Both side by side, as high as each other; ``None`` where either cannot be read any more.

    Args:
        photo: The photo.
        twin: Its twin.
        between: Colour of the gap between them; ``None``: it is transparent.
    """
    try:
        pair = [_small(path) for path in (photo, twin)]
    except SaliencyError:
        return None
    return side_by_side(pair, _GAP, between)


def _small(path: Path) -> Image.Image:
    picture = read_photo(path).image
    size = max(1, round(_HIGH * picture.width / picture.height)), _HIGH
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
