"""Areas of photos that people named: a box, or what a mask marks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from saliency.audit.inputs.masks import mask_area
from saliency.photo.area import Area, Box
from saliency.photo.reading import Photo

UNNAMED = "your area"
"""What an area without a name is called."""


@dataclass(frozen=True, slots=True)
class NamedBox:
    """A box, in shares of the photo, and what people call it."""

    name: str
    box: Box

    def area(self, photo: Photo, masks: Path | None) -> Area:
        """The area, as the checks take it."""
        return Area((self.box,))


@dataclass(frozen=True, slots=True)
class NamedMask:
    """What a mask marks, and what people call it.

    Attributes:
        mask: The mask's path in the folder of the masks, with forward slashes.
        sha256: SHA-256 of its bytes, in hexadecimal.
    """

    name: str
    mask: str
    sha256: str

    def area(self, photo: Photo, masks: Path | None) -> Area:
        """The area, as the checks take it.

        Args:
            photo: The photo that it is an area of.
            masks: The folder of the masks.

        Raises:
            SaliencyError: The mask cannot be read, has changed, or does not fit the photo.
        """
        return mask_area(masks or Path(), self.mask, photo, self.sha256)


NamedArea = NamedBox | NamedMask
"""An area of a photo that people named."""
