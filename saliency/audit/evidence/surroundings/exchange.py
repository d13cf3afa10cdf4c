"""Pictures of one product with other surroundings, and what the model says to them.

After Xiao, Engstrom, Ilyas and Mądry 2020, Noise or Signal: The Role of Image Backgrounds in Object
Recognition (arXiv 2006.09994): their Mixed-Same, Mixed-Rand, Only-FG and Only-BG, made of a set's own photos.
Pasting leaves traces, so the product is also pasted back into its own surroundings: with those the others are
compared, not with the photo as it is. Another photo's product is taken out first, its surroundings grown over
its place (:class:`saliency.checks.fills.Fill`), with the wide edge that hides an outline; what is pasted has
a narrow one, or it would carry its old surroundings along. The corners of a box do that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

from saliency.audit.evidence.surround import Surround
from saliency.checks.fills import Fill, Filling, dilation, edge_of, soft_masks
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.methods.batching import at_once
from saliency.photo.area import LARGEST, Area
from saliency.photo.framing import Framing
from saliency.photo.reading import Photo
from saliency.progress import Progress

_SEAM = 0.005  # width of the edge of what is pasted, as a share of the short side
_LEAST = 0.05  # share of the picture that has to be left around the product and its edge
_LUMA = (0.299, 0.587, 0.114)

_FILLED = (
    "The product takes up so much of the picture that hardly anything is left around it. "
    "Its surroundings were not exchanged."
)


@dataclass(frozen=True, eq=False)
class MarkedPicture:
    """A picture and where its product is.

    Attributes:
        pixels: ``(h, w, 3)`` uint8, sRGB.
        mask: ``(h, w)`` bool.
        outlined: Whether the mask follows an outline; else it is made of boxes.
    """

    pixels: NDArray[np.uint8]
    mask: Tensor
    outlined: bool

    def __post_init__(self) -> None:
        """Make sure that there is a product, and something around it.

        Raises:
            SaliencyError: There is not.
        """
        edge = edge_of(self.mask, outline=self.outlined)
        around = 1 - float(dilation(self.mask[None], edge).float().mean())
        if float(self.mask.float().mean()) > LARGEST or around < _LEAST:
            raise SaliencyError(_FILLED)

    @cached_property
    def values(self) -> Tensor:
        """The picture, ``(1, 3, h, w)`` in [−0.5, 0.5]."""
        return torch.from_numpy(np.array(self.pixels)).permute(2, 0, 1)[None].float() / 255 - 0.5

    @cached_property
    def emptied(self) -> Tensor:
        """The picture with its surroundings grown over the product, ``(1, 3, h, w)`` in [−0.5, 0.5]."""
        soft = soft_masks(self.mask[None], edge_of(self.values, outline=self.outlined))
        return Filling(self.values).pictures(soft, Fill.GROWN)


def marked_on_input(
    classifier: Classifier, photo: Photo, areas: Sequence[Area], framing: Framing | str
) -> MarkedPicture:
    """A photo as a model receives it, with all areas of it that are its product.

    Raises:
        SaliencyError: The model did not receive an area, or hardly anything else.
    """
    received, placement = classifier.receive(photo, framing)
    mask = torch.stack([area.on_input(placement) for area in areas]).any(0)
    return MarkedPicture(received, mask, any(area.mask is not None for area in areas))


def exchanged(
    own: MarkedPicture,
    same: MarkedPicture | None = None,
    other: MarkedPicture | None = None,
    *,
    described: bool = True,
) -> dict[Surround, NDArray[np.uint8]]:
    """Pictures ``(h, w, 3)`` uint8 of a product, where it was, with other surroundings.

    Args:
        own: The product's picture.
        same: Another one of its class.
        other: One of another class.
        described: Also with grey, blurred and no surroundings, and these without it.
    """
    grounds = {Surround.OWN: own.emptied}
    if described:
        luma = (own.emptied * torch.tensor(_LUMA)[:, None, None]).sum(1, keepdim=True)
        grounds[Surround.GREYED] = luma.expand_as(own.emptied)
        grounds[Surround.BLURRED] = Filling(own.emptied).blur
        grounds[Surround.ALONE] = torch.zeros_like(own.emptied)
    for surround, picture in ((Surround.SAME, same), (Surround.OTHER, other)):
        if picture is not None:
            grounds[surround] = _filling_frame(picture.emptied, own.mask.shape)
    seam = soft_masks(own.mask[None], max(1, round(_SEAM * min(own.mask.shape))))[:, None]
    pictures = {
        surround: _pixels(ground + seam * (own.values - ground)) for surround, ground in grounds.items()
    }
    return pictures | ({Surround.WITHOUT: _pixels(own.emptied)} if described else {})


def guesses(
    classifier: Classifier,
    pictures: dict[Surround, NDArray[np.uint8]],
    on_progress: Progress | None = None,
) -> dict[str, str]:
    """The top guess for each picture ``(h, w, 3)`` uint8, by its name.

    Args:
        classifier: The model.
        pictures: All of one size, as it receives them.
        on_progress: Told how many are done; what it raises stops the work.
    """
    inputs = torch.cat([classifier.normalised(picture) for picture in pictures.values()])
    tops: list[int] = []
    for part in inputs.split(at_once(classifier.graph, inputs)):
        tops += classifier.graph.logits(part).argmax(1).tolist()
        if on_progress is not None:
            on_progress(len(tops), len(inputs))
    return {str(surround): classifier.labels[top] for surround, top in zip(pictures, tops, strict=True)}


def _filling_frame(ground: Tensor, size: Sequence[int]) -> Tensor:
    """A picture ``(1, 3, h, w)`` in another frame: as small as fills it, what overhangs cut off evenly."""
    height, width = size
    if ground.shape[2:] == (height, width):
        return ground
    factor = max(height / ground.shape[2], width / ground.shape[3])
    scaled = tuple(max(side, round(factor * old)) for side, old in zip(size, ground.shape[2:], strict=True))
    large = interpolate(ground, size=scaled, mode="bilinear", antialias=True)
    top, left = (scaled[0] - height) // 2, (scaled[1] - width) // 2
    return large[:, :, top : top + height, left : left + width]


def _pixels(values: Tensor) -> NDArray[np.uint8]:
    """A picture ``(1, 3, h, w)`` in [−0.5, 0.5] as ``(h, w, 3)`` uint8."""
    colours = ((values[0] + 0.5) * 255).round().clamp(0, 255).to(torch.uint8)
    pixels: NDArray[np.uint8] = colours.permute(1, 2, 0).numpy()
    return pixels
