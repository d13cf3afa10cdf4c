"""Pictures of photos and maps as the page shows them, the bar of their colours, and how strong those are."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, TypeVar

import streamlit as st
from PIL import Image

from saliency.explanation import Explanation
from saliency.export.outline import outlined
from saliency.heat import heatmap
from saliency.photo.area import Area
from saliency.photo.reading import Photo
from ui.widgets import words

_SMALL_SIDE = 360  # pixels along the long side of a small picture
_LONG_SIDE = (640, 1000)  # of the pictures on the page, in pixels: at least and at most
_TALL = 520  # height in pixels that portrait photos are shown at
FIRST_SCREEN = 230  # the same of a row that has to fit on the first screen, with what stands above and below
_KEPT = 16  # things made of one result: pictures, places
_QUALITY = 92  # of a JPEG: what it loses is not seen

_ENDS = (  # beside each other, however narrow a column is
    '<div style="display:flex;justify-content:space-between;gap:0.5rem;font-size:0.875rem;line-height:1.3">'
    '<span>{low}</span><span style="text-align:right">{high}</span></div>'
)

T = TypeVar("T")


def png(picture: Image.Image) -> bytes:
    """A picture as the bytes of a PNG file, packed for speed."""
    packed = io.BytesIO()
    picture.save(packed, format="PNG", compress_level=3)
    return packed.getvalue()


def jpeg(picture: Image.Image, quality: int = _QUALITY) -> bytes:
    """A picture as the bytes of a JPEG file: made in a tenth of the time of a PNG, and a fifth as large."""
    packed = io.BytesIO()
    picture.save(packed, format="JPEG", quality=quality, subsampling="4:4:4")
    return packed.getvalue()


def kept(result: object, key: tuple[object, ...], make: Callable[[], T]) -> T:
    """What was made of a result; made once, and kept with it, for the page is drawn anew at every click.

    Several tabs may show the same result.

    Args:
        result: An explanation, a comparison or a check.
        key: What it is, and what else it depends on.
        make: Makes it.
    """
    things: dict[tuple[object, ...], Any] = vars(result).setdefault("_kept", {})
    made: T | None = things.pop(key, None)
    thing = make() if made is None else made
    things[key] = thing
    for old in list(things)[:-_KEPT]:  # the one not asked for for longest stands first
        things.pop(old, None)
    return thing


def kept_jpeg(result: object, key: tuple[object, ...], draw: Callable[[], Image.Image]) -> bytes:
    """A picture of a result as the bytes of a JPEG file, drawn once; arguments as for `kept`."""
    return kept(result, key, lambda: jpeg(draw()))


def received_jpeg(explanation: Explanation, area: Area | None = None) -> bytes:
    """What the model received, at the size at which the photo is shown; with a line around an area."""
    size = display_size(explanation.photo)
    if area is None:
        return kept_jpeg(explanation, ("received", size), lambda: explanation.received_image(size))
    key = ("received", size, area.boxes)  # no boxes: the outline that comes with the photo
    return kept_jpeg(explanation, key, lambda: outlined(explanation.received_image(size), area))


def heat_jpeg(explanation: Explanation) -> bytes:
    """The heat map, at the size at which the photo is shown."""
    size = display_size(explanation.photo)
    return kept_jpeg(explanation, ("heat", size), lambda: explanation.heat_image(size))


def overlay_jpeg(explanation: Explanation, strength: float) -> bytes:
    """The photo under the colours of its map, at the size at which it is shown.

    Another strength, in [0, 1], only blends anew: the picture without colour and the strongest one are kept.
    """
    size = display_size(explanation.photo)

    def ends() -> tuple[Image.Image, Image.Image]:
        return explanation.overlay(0.0, size), explanation.overlay(1.0, size)

    def draw() -> Image.Image:
        return Image.blend(*kept(explanation, ("ends", size), ends), strength)

    return kept_jpeg(explanation, ("overlay", size, strength), draw)


def data_address(content: bytes) -> str:
    """A JPEG in a data address."""
    return "data:image/jpeg;base64," + base64.b64encode(content).decode("ascii")


def show_picture(picture: Image.Image | bytes, alt: str) -> None:
    """Draws a picture, or the JPEG file of one, with words for those who cannot see it."""
    content = picture if isinstance(picture, bytes) else jpeg(picture)
    st.image(content, width="stretch", output_format="JPEG", alt=alt)


def titled_picture(
    title: str, picture: Image.Image | bytes, alt: str, photo: Photo, *, tallest: int = _TALL
) -> None:
    """A picture in the frame of a photo below its title: as wide as the column, unless that were too tall.

    Args:
        title: What it is.
        picture: What is drawn.
        alt: The same for those who cannot see it.
        photo: The photo.
        tallest: Pixels of height that it takes at most.
    """
    st.markdown(f"### {title}", anchors=False)
    tall = tallest < _TALL or photo.height > photo.width * 1.05
    width: int | Literal["stretch"] = round(tallest * photo.width / photo.height) if tall else "stretch"
    with st.container(horizontal_alignment="center"), st.container(width=width):
        show_picture(picture, alt)


def colour_bar(low: str, high: str, *, signed: bool) -> None:
    """The colours of a map over the words at their two ends."""
    with st.container(gap="xxsmall"):
        show_picture(_legend(signed=signed), words.alt_colour_bar(low, high))
        st.html(_ENDS.format(low=low, high=high))


@cache
def _legend(*, signed: bool) -> bytes:
    return jpeg(heatmap.legend(signed=signed))


def display_size(photo: Photo) -> tuple[int, int]:
    """Width and height at which a photo is shown: sharp on a projector, light to send."""
    long_side = max(photo.width, photo.height)
    return _scaled(photo, min(max(long_side, _LONG_SIDE[0]), _LONG_SIDE[1]))


def small_size(photo: Photo) -> tuple[int, int]:
    """Width and height of a small picture of a photo."""
    return _scaled(photo, _SMALL_SIDE)


def _scaled(photo: Photo, long_side: int) -> tuple[int, int]:
    scale = long_side / max(photo.width, photo.height)
    return max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
