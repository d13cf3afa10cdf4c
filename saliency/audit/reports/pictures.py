"""The pictures of the reports: photos with their heat maps from the cells that a job keeps; average maps.

No model is run. Rows are read one at a time and only the photos that are shown are opened, one after the
other; what is kept of each is a small JPEG.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from saliency.audit.evidence.confusions.matrix import Confusions
from saliency.audit.evidence.contrast import ContrastOutcome
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.hot_spots import AverageMap
from saliency.audit.evidence.rows import CoarseMap, PhotoRow
from saliency.audit.evidence.surroundings.figures import SurroundingsRecord
from saliency.audit.job import Job
from saliency.audit.reports.blocks import CONTRASTED, CROPS, TWIN, FindingText, Shot, parts, surround_number
from saliency.audit.reports.crops import crop_sheet, shown_crops
from saliency.audit.reports.remedy.pictures import twin_sheet
from saliency.audit.reports.report import Report
from saliency.audit.reports.surroundings_pictures import example_pictures
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


ReportPictures = Mapping[tuple[str, int], ReportPicture]
"""Pictures by photo and by the number of the finding that is marked on them; sheets of crops as ``CROPS``."""


def report_pictures(
    job: Job,
    photos: Path | None,
    report: Report,
    findings: Sequence[AuditFinding],
    surroundings: SurroundingsRecord | None = None,
    twins: Mapping[str, tuple[Path, Path]] | None = None,
    confusions: Confusions | None = None,
) -> ReportPictures:
    """The pictures of a report's galleries; without those whose photo is missing or has changed.

    Args:
        job: With a row and a map a photo.
        photos: Where the photos lie; ``None``: there are none to show.
        report: The report.
        findings: Its record's, whose places are marked.
        surroundings: Its record's, of which examples are shown.
        twins: A photo and its twin in a rehearsal, by the twin's name.
        confusions: Its record's, of which the maps of one answer rather than another are shown.
    """
    marks: dict[str, set[int]] = defaultdict(set)
    exchanged: set[str] = set()
    pairs = confusions.pairs if confusions else ()
    contrasts = {photo.file: photo.outcome for pair in pairs for photo in pair.contrasts}
    pictures: dict[tuple[str, int], ReportPicture] = {}
    for shot in parts(report, Shot):
        if shot.finding == TWIN:
            if (pair := (twins or {}).get(shot.file)) and (sheet := twin_sheet(*pair)):
                pictures[shot.file, TWIN] = encoded(sheet)
        elif shot.exchanged:
            exchanged.add(shot.file)
        else:
            marks[shot.file].add(shot.finding)
    if photos is None:
        return pictures
    numbers: dict[str, int] = {}
    for number, _, row, coarse_map in job.finished():
        numbers[row.file] = number
        if not isinstance(row, PhotoRow) or row.file not in marks:
            continue
        photo = _photo(photos, row)
        if photo is None:
            continue
        base = with_heat(photo, coarse_map)
        has_map = coarse_map is not None and float(coarse_map.max()) > 0
        for finding in sorted(marks[row.file]):
            if finding == CONTRASTED:
                pictures[row.file, finding] = _contrast(photo, contrasts[row.file])
                continue
            boxes = findings[finding].boxes_in(row) if finding >= 0 else []
            pictures[row.file, finding] = encoded(marked(base, boxes), has_map=has_map)
    for text in parts(report, FindingText):
        sheet = crop_sheet(photos, shown_crops(findings[text.number])) if text.crops else None
        if sheet is not None:
            pictures[CROPS, text.number] = encoded(sheet, has_map=False)
    examples = [group.example for group in surroundings.groups if group.example] if surroundings else []
    for example in {one.file: one for one in examples if one.file in exchanged}.values():
        others = (numbers.get(file or "") for file in (example.same, example.other))
        with suppress(SaliencyError):  # one of them has gone since
            exchange = example_pictures(job, photos, numbers[example.file], *others)
            for surround, picture in exchange.items():
                pictures[example.file, surround_number(surround)] = encoded(picture, has_map=False)
    return pictures


def average_pictures(average: AverageMap) -> tuple[ReportPicture, ReportPicture]:
    """An average map, and the even one that chance would give, on one scale."""
    shares = np.asarray(average.cells, np.float32)
    largest = max(float(shares.max()), average.by_chance)
    rows, columns = shares.shape
    frame = Placement((_AVERAGE, _AVERAGE), (0.0, 0.0, float(_AVERAGE), float(_AVERAGE)), (rows, columns))
    heat = np.clip(frame.to_photo(shares / largest), 0, 1)
    even = np.full_like(heat, average.by_chance / largest)
    return _png(Image.fromarray(colours(heat, signed=False))), _png(
        Image.fromarray(colours(even, signed=False))
    )


def legend_bar() -> ReportPicture:
    """The colour bar."""
    return _png(legend(signed=False, width=_LEGEND[0], height=_LEGEND[1]))


def with_heat(
    photo: Photo, coarse_map: CoarseMap | None, long_side: int = LONG, *, quick: bool = False
) -> Image.Image:
    """A small copy of a photo under its heat map ``(r, c)``; without one where there is none.

    Args:
        photo: The photo.
        coarse_map: Its map.
        long_side: Pixels of the copy's long side.
        quick: Whether the line around the strongest places is made quickly, as for many pictures at once.
    """
    factor = long_side / max(photo.width, photo.height)
    size = max(1, round(photo.width * factor)), max(1, round(photo.height * factor))
    small = photo.image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    if coarse_map is None or not float(coarse_map.max()) > 0:
        return small
    rows, columns = coarse_map.shape
    frame = Placement(size, (0.0, 0.0, float(size[0]), float(size[1])), (rows, columns))
    heat = heat_map(coarse_map / coarse_map.max(), frame, signed=False)
    return overlay(np.asarray(small), heat, signed=False, quick=quick)


def contrast_picture(photo: Photo, outcome: ContrastOutcome, long_side: int = LONG) -> Image.Image:
    """A small copy of a photo under the map of its answer rather than another, its strongest place marked."""
    cells = None if outcome.cells is None else np.asarray(outcome.cells, np.float32)
    return marked(with_heat(photo, cells, long_side), [outcome.box] if outcome.box else [])


def _contrast(photo: Photo, outcome: ContrastOutcome) -> ReportPicture:
    return encoded(contrast_picture(photo, outcome), has_map=outcome.cells is not None)


def _photo(photos: Path, row: PhotoRow) -> Photo | None:
    """The photo of a row, if it is still the one that was audited."""
    try:
        photo = read_photo(photos / row.file)
    except SaliencyError:
        return None
    return photo if photo.digest == row.photo_sha256 else None


def marked(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
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


def encoded(picture: Image.Image, *, has_map: bool = True) -> ReportPicture:
    """A picture as a small JPEG."""
    for quality in _QUALITIES:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality, optimize=True)
        if file.tell() <= _BYTES:
            break
    return ReportPicture(file.getvalue(), "jpeg", picture.size, has_map)


def _png(picture: Image.Image) -> ReportPicture:
    encoded = io.BytesIO()
    picture.save(encoded, "PNG", optimize=True)
    return ReportPicture(encoded.getvalue(), "png", picture.size)
