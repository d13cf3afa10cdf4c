"""The pictures of the reports: photos with their heat maps from the cells that a job keeps; average maps.

No model is run. Rows are read one at a time and only the photos that are shown are opened, one after the
other; what is kept of each is a small JPEG.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from saliency.audit.job import Cells, Job
from saliency.audit.reports.blocks import Content, Shot
from saliency.errors import SaliencyError
from saliency.heat.heatmap import colours, heat_map, legend, overlay
from saliency.photo.area import Box
from saliency.photo.framing import Placement
from saliency.photo.reading import Photo, read_photo

LONG = 480  # pixels of the long side
_BYTES = 40_000  # of a picture, above which it is saved more coarsely
_QUALITIES = (84, 72, 58, 40)
_AVERAGE = 240  # pixels of the side of an average map
_LEGEND = (360, 18)  # pixels

Found = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class ReportPicture:
    """An encoded picture.

    Attributes:
        data: The file.
        kind: ``jpeg`` or ``png``.
        size: Width and height in pixels.
        has_map: Whether there is a heat map on it.
    """

    data: bytes
    kind: str
    size: tuple[int, int]
    has_map: bool = True

    @property
    def image(self) -> Image.Image:
        """Decoded, RGB."""
        return Image.open(io.BytesIO(self.data)).convert("RGB")


Drawn = Mapping[tuple[str, int], ReportPicture]
"""Pictures by photo and by the number of the finding that is marked on them."""


def draw(job: Job, photos: Path | None, said: Content, findings: Sequence[Found]) -> Drawn:
    """The pictures of all galleries; without those whose photo is missing or has changed.

    Args:
        job: With a row and a map a photo.
        photos: Where the photos lie; ``None``: there are none to show.
        said: What the report says, with its galleries.
        findings: As in the record.
    """
    wanted: dict[str, set[int]] = {}
    for shot in shots(said):
        wanted.setdefault(shot.file, set()).add(shot.finding)
    drawn: dict[tuple[str, int], ReportPicture] = {}
    if photos is None:
        return drawn
    for _, row, cells in job.rows():
        marks = wanted.get(row["file"])
        photo = _photo(photos, row) if marks else None
        if marks is None or photo is None:
            continue
        base, has_map = with_heat(photo, cells), cells is not None and float(cells.max()) > 0
        for finding in sorted(marks):
            boxes = _boxes(row, findings[finding]) if finding >= 0 else []
            drawn[row["file"], finding] = _jpeg(_marked(base, boxes), has_map=has_map)
    return drawn


def shots(said: Content) -> Iterable[Shot]:
    """All pictures that a report shows."""
    for entry in said.entries + said.leading:
        yield from entry.gallery.shots
    yield from said.eyes.shots


def average_map(cells: Sequence[Sequence[float]], by_chance: float) -> tuple[ReportPicture, ReportPicture]:
    """An average map, and the even one that chance would give, on one scale."""
    shares = np.asarray(cells, np.float32)
    rows, columns = shares.shape
    frame = Placement((_AVERAGE, _AVERAGE), (0.0, 0.0, float(_AVERAGE), float(_AVERAGE)), (rows, columns))
    heat = np.clip(frame.to_photo(shares / max(float(shares.max()), by_chance)), 0, 1)
    even = np.full_like(heat, by_chance / max(float(shares.max()), by_chance))
    return _png(Image.fromarray(colours(heat, signed=False))), _png(
        Image.fromarray(colours(even, signed=False))
    )


def legend_bar() -> ReportPicture:
    """The colour bar."""
    return _png(legend(signed=False, width=_LEGEND[0], height=_LEGEND[1]))


def _photo(photos: Path, row: Found) -> Photo | None:
    """The photo of a row, if it is still the one that was audited."""
    try:
        photo = read_photo(photos / row["file"])
    except SaliencyError:
        return None
    return photo if photo.digest == row.get("photo_sha256") else None


def with_heat(photo: Photo, cells: Cells | None) -> Image.Image:
    """A small copy of a photo under its heat map ``(r, c)``; without one where there is none."""
    factor = LONG / max(photo.width, photo.height)
    size = max(1, round(photo.width * factor)), max(1, round(photo.height * factor))
    small = photo.image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    if cells is None or not float(cells.max()) > 0:
        return small
    frame = Placement(size, (0.0, 0.0, float(size[0]), float(size[1])), (cells.shape[0], cells.shape[1]))
    heat = heat_map(cells / cells.max(), frame, signed=False)
    return overlay(np.asarray(small), heat, signed=False)


def _boxes(row: Found, finding: Found) -> list[Box]:
    """The place of a finding in a photo: the spot, or the areas of that name."""
    if finding["box"] is not None:
        return [tuple(finding["box"])]
    return [tuple(area["box"]) for area in row.get("areas", ()) if area["name"] == finding["place"]]


def _marked(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """A picture with boxes: a white line between two dark ones, seen on any ground and without colour."""
    marked = picture.copy()
    pen = ImageDraw.Draw(marked)
    width, height = picture.size
    for x, y, across, down in boxes:
        corners = (
            round(x * (width - 1)), round(y * (height - 1)),
            round((x + across) * (width - 1)), round((y + down) * (height - 1)),
        )  # fmt: skip
        left, top, right, bottom = corners
        for inset, ink in ((0, "#171b21"), (2, "white"), (6, "#171b21")):
            if right - left > 2 * inset + 4 and bottom - top > 2 * inset + 4:
                box = (left + inset, top + inset, right - inset, bottom - inset)
                pen.rectangle(box, outline=ink, width=4 if ink == "white" else 2)
    return marked


def _jpeg(picture: Image.Image, *, has_map: bool) -> ReportPicture:
    for quality in _QUALITIES:
        encoded = io.BytesIO()
        picture.save(encoded, "JPEG", quality=quality, optimize=True)
        if encoded.tell() <= _BYTES:
            break
    return ReportPicture(encoded.getvalue(), "jpeg", picture.size, has_map)


def _png(picture: Image.Image) -> ReportPicture:
    encoded = io.BytesIO()
    picture.save(encoded, "PNG", optimize=True)
    return ReportPicture(encoded.getvalue(), "png", picture.size)
