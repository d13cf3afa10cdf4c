"""Pictures of photos and maps as the page shows them, the bar of their colours, and how strong those are."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import cache
from typing import Literal

import streamlit as st
from PIL import Image

from saliency.heat import heatmap
from saliency.photo.reading import Photo
from ui.widgets import words

_SMALL_SIDE = 360  # pixels along the long side of a small picture
_LONG_SIDE = (640, 1000)  # of the pictures on the page, in pixels: at least and at most
_TALL = 520  # height in pixels that portrait photos are shown at
_KEPT = 12  # pictures of one result


def png(picture: Image.Image) -> bytes:
    """A picture as the bytes of a PNG file, packed for speed."""
    packed = io.BytesIO()
    picture.save(packed, format="PNG", compress_level=3)
    return packed.getvalue()


def kept_png(result: object, key: tuple[object, ...], draw: Callable[[], Image.Image]) -> bytes:
    """A picture of a result as the bytes of a PNG file; drawn once, and kept with the result.

    Args:
        result: An explanation or a check.
        key: What else the picture depends on.
        draw: Draws it.
    """
    kept: dict[tuple[object, ...], bytes] = vars(result).setdefault("_pictures", {})
    if key not in kept:
        content = png(draw())
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = content
    return kept[key]


def data_address(picture: Image.Image, quality: int) -> str:
    """A picture as a JPEG in a data address."""
    packed = io.BytesIO()
    picture.save(packed, format="JPEG", quality=quality)
    return "data:image/jpeg;base64," + base64.b64encode(packed.getvalue()).decode("ascii")


def show_picture(
    picture: Image.Image | bytes, alt: str, *, width: int | Literal["stretch"] = "stretch"
) -> None:
    """Draws a picture, or the PNG file of one, with words for those who cannot see it."""
    content = picture if isinstance(picture, bytes) else png(picture)
    st.image(content, width=width, output_format="PNG", alt=alt)


def titled_picture(title: str, picture: Image.Image | bytes, alt: str, photo: Photo) -> None:
    """A picture in the frame of a photo below its title: as wide as the column, unless that were too tall."""
    st.markdown(f"#### {title}", anchors=False)
    tall = photo.height > photo.width * 1.05
    with st.container(horizontal_alignment="center"):
        show_picture(picture, alt, width=round(_TALL * photo.width / photo.height) if tall else "stretch")


def colour_bar(low: str, high: str, *, signed: bool) -> None:
    """The colours of a map over the words at their two ends."""
    with st.container(gap="xxsmall"):
        show_picture(_legend(signed=signed), words.alt_colour_bar(low, high))
        with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
            st.caption(low, width="content")
            st.caption(high, width="content")


@cache
def _legend(*, signed: bool) -> bytes:
    return png(heatmap.legend(signed=signed))


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
