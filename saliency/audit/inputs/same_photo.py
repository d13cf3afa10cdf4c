"""A photo that was audited, read once more: only if it is still the same one."""

from __future__ import annotations

from pathlib import Path

from saliency.errors import SaliencyError
from saliency.photo.reading import Photo, read_photo


class ChangedPhotoError(SaliencyError):
    """A photo is another one than was audited, which no result may be made of."""


def same_photo(folder: Path, file: str, digest: str) -> Photo:
    """A photo of an audit, as it was when it was audited.

    Args:
        folder: Where the photos are.
        file: The photo's path inside it.
        digest: SHA-256 of the photo's bytes when it was audited.

    Raises:
        ChangedPhotoError: It is another one now.
        SaliencyError: It cannot be read any more.
    """
    photo = read_photo(folder / file)
    if photo.digest != digest:
        raise ChangedPhotoError(
            f"“{file}” has changed since the audit began. Put it back, or begin a new audit."
        )
    return photo
