"""The set of photos of an audit once more, for another model: the same files, labels and areas."""

from __future__ import annotations

from pathlib import Path

from saliency.audit.inputs.source import Source
from saliency.audit.job import Job
from saliency.errors import SaliencyError


def same_set(folder: Path, photos: Path | None = None) -> Source:
    """What an audit was asked about.

    Args:
        folder: Its job's folder.
        photos: Where the photos are now; ``None``: where they were.

    Raises:
        SaliencyError: There is no audit, or its photos are not found.
    """
    with Job(folder, alone=False) as job:
        if not job.has_begun:
            raise SaliencyError(
                f"There is no audit in “{folder}”. Name the folder of one (--out) that has run."
            )
        where = photos or job.photos
        if where is None or not where.is_dir():
            raise SaliencyError(
                f"The photos of the audit in “{folder}” are not where they were. Say where they are: "
                f"python -m saliency audit FOLDER --against {folder}."
            )
        items = tuple(job.item(number) for number in range(job.counts()[1]))
        refused = tuple((left_out.file, left_out.problem) for left_out in job.refused)
        return Source(where, items, job.settings.photos, refused, job.masks)
