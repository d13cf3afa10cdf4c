"""The pictures of a comparison: one photo twice, under the old model's heat map and under the new one's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from saliency.audit.comparison.finding_changes import FindingChange
from saliency.audit.comparison.side import AuditSide
from saliency.audit.evidence.rows import CoarseMap
from saliency.audit.inputs.same_photo import same_photo
from saliency.audit.job import Job
from saliency.audit.reports.blocks import Shot, parts
from saliency.audit.reports.pictures import ReportPicture, ReportPictures, encoded, marked, with_heat
from saliency.audit.reports.report import Report
from saliency.audit.reports.side_by_side import side_by_side
from saliency.errors import SaliencyError
from saliency.heat.scale import MapKind
from saliency.photo.area import Box

_GAP = 12  # pixels between the two


def pair_picture(
    photos: Path,
    digest: str,
    old: AuditSide,
    new: AuditSide,
    boxes: Sequence[Box] = (),
    between: str | None = "white",
) -> Image.Image | None:
    """A photo under the old model's map, and beside it under the new one's.

    Args:
        photos: Where the new audit's photos are.
        digest: SHA-256 of the photo.
        old: The old audit.
        new: The new one.
        boxes: What is marked on both.
        between: Colour of the gap between them; ``None``: it is transparent.

    Returns:
        The picture; ``None`` where the photo is missing or has changed.
    """
    try:
        photo = same_photo(photos, new.photos[digest].row.file, digest)
    except SaliencyError:
        return None
    both = [marked(with_heat(photo, _map(side, digest)), boxes) for side in (old, new)]
    return side_by_side(both, _GAP, between)


def boxes_of(finding: FindingChange, side: AuditSide, digest: str) -> list[Box]:
    """Where a finding is in a photo, as the audit has it that found it."""
    found = next((f for f in side.findings if f.key == finding.key), None)
    photo = side.photos.get(digest)
    return [] if found is None or photo is None else found.boxes_in(photo.row)


def comparison_pictures(
    report: Report, findings: Sequence[FindingChange], old: AuditSide, new: AuditSide, photos: Path | None
) -> ReportPictures:
    """The pictures of a report's galleries; without those whose photo is missing or has changed."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for shot in parts(report, Shot):
        wanted[shot.file].add(shot.finding)
    pictures: dict[tuple[str, int], ReportPicture] = {}
    digests = {photo.row.file: digest for digest, photo in new.photos.items()}
    for file, numbers in wanted.items() if photos is not None else ():
        for number in sorted(numbers):
            digest, boxes = digests[file], []
            if number >= 0:
                side = new if findings[number].found_in == "new" else old
                boxes = boxes_of(findings[number], side, digest)
            sheet = None if photos is None else pair_picture(photos, digest, old, new, boxes)
            if sheet is not None:
                pictures[file, number] = encoded(sheet)
    return pictures


def _map(side: AuditSide, digest: str) -> CoarseMap | None:
    """The heat map of a photo in an audit, if it has one."""
    photo = side.photos[digest]
    if photo.row.map is not MapKind.SPOTS:
        return None
    with Job(side.folder, alone=False) as job:
        return job.coarse_map(photo.number)
