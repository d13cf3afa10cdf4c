"""A sheet of crops: what a thing looks like in the photos in which it was covered, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from saliency.audit.evidence.findings import AuditFinding, Crop
from saliency.errors import SaliencyError
from saliency.export.outline import outlined
from saliency.photo.area import Area, Box
from saliency.photo.reading import Photo, read_photo

MOST, COLUMNS = 12, 6
_SIDE, _GAP = 128, 6  # pixels of a crop, and between two
_AROUND = 0.3  # of the longer side of a box: how much of its surroundings is shown


def shown_crops(finding: AuditFinding) -> list[Crop]:
    """The crops that stand for a thing: those first whose answer depends on it."""
    depend = set(finding.files)
    return sorted(finding.crops or (), key=lambda crop: crop.file not in depend)[:MOST]


def crop_sheet(photos: Path, crops: Sequence[Crop]) -> Image.Image | None:
    """Crops in rows of six, each with a little around its box; ``None`` if no photo can be read."""
    pictures = []
    for crop in crops:
        try:
            pictures.append(_crop(read_photo(photos / crop.file), crop.box))
        except SaliencyError:  # it has gone since
            continue
    if not pictures:
        return None
    columns, rows = min(COLUMNS, len(pictures)), -(-len(pictures) // COLUMNS)
    step = _SIDE + _GAP
    sheet = Image.new("RGB", (columns * step - _GAP, rows * step - _GAP), "white")
    for place, picture in enumerate(pictures):
        sheet.paste(picture, (place % COLUMNS * step, place // COLUMNS * step))
    return sheet


def _crop(photo: Photo, box: Box) -> Image.Image:
    """The square around a box, with the box outlined."""
    left, top = box[0] * photo.width, box[1] * photo.height
    width, height = box[2] * photo.width, box[3] * photo.height
    side = min((1 + 2 * _AROUND) * max(width, height), photo.width, photo.height)
    x = min(max(0.0, left + (width - side) / 2), photo.width - side)
    y = min(max(0.0, top + (height - side) / 2), photo.height - side)
    picture = photo.image.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC, box=(x, y, x + side, y + side))
    return outlined(picture, Area((((left - x) / side, (top - y) / side, width / side, height / side),)))
