"""A decoded picture of any mode to upright 8-bit sRGB.

Pillow keeps a picture in 4 bytes a pixel, and each of its conversions makes another copy. A photo of
50 megapixels would pass through half a gigabyte of them, so it is converted in strips of rows, and the strips
are written through a turned view into the one array that remains.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from saliency.photo.decoding import DEEP
from saliency.photo.effort import MAX_PROFILE
from saliency.photo.levels import STRETCHED, extremes, scaled, value_range
from saliency.photo.orientation import as_stored, empty_upright, orientation

STRIP = 1 << 20  # pixels converted at a time
SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # colour space of a profile: Pillow's mode
BROKEN_PROFILE = "The colour profile of this photo could not be used; colours may be slightly off."

Levels = Callable[[NDArray[Any]], NDArray[np.uint8]]


def srgb(picture: Image.Image, profile: bytes | None) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Convert a loaded picture to upright sRGB on white.

    Args:
        picture: A picture in any of Pillow's modes, loaded.
        profile: ICC profile of its colours; ``None`` for sRGB.

    Returns:
        ``(H, W, 3)`` uint8, and sentences about what was done to it.
    """
    levels, stretched = _levels(picture) if picture.mode in DEEP else (None, False)
    transform, broken = _transform(picture, profile)
    notes = (*([STRETCHED] if stretched else []), *([BROKEN_PROFILE] if broken else []))
    width, height = picture.size
    direction = orientation(picture)
    upright = empty_upright(picture.size, direction)
    stored = as_stored(upright, direction)
    rows = max(1, STRIP // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        stored[top:bottom] = _strip(picture.crop((0, top, width, bottom)), levels, transform)
    return upright, notes


def _strip(
    strip: Image.Image, levels: Levels | None, transform: ImageCms.ImageCmsTransform | None
) -> NDArray[np.uint8]:
    """A few rows of the picture, ``(rows, W, 3)``, in sRGB on white."""
    alpha = None
    if levels is not None:
        values = np.asarray(strip)
        key = strip.info.get("transparency")
        alpha = np.where(values == key, 0, 255).astype(np.uint8) if isinstance(key, int) else None
        base = Image.fromarray(levels(values))
    elif strip.has_transparency_data:
        grey = strip.mode in ("LA", "La")
        with_alpha = strip.convert("RGBA" if not grey else "LA")
        alpha = np.asarray(with_alpha.getchannel("A"))
        base = with_alpha.convert("L" if grey else "RGB")
    else:
        base = strip.convert("L") if strip.mode == "1" else strip
    wanted = transform.input_mode if transform is not None else "RGB"
    if base.mode not in ("L", "RGB", "CMYK", wanted) or (base.mode == "L" and wanted == "RGB"):
        base = base.convert("RGB")
    if transform is not None and transform.input_mode == base.mode:
        colours = np.asarray(ImageCms.applyTransform(base, transform))
    else:
        colours = np.asarray(base.convert("RGB"))
    if alpha is None or alpha.min() == 255:
        return colours
    opacity = alpha[..., None].astype(np.uint16)
    return ((colours * opacity + 255 * (255 - opacity) + 127) // 255).astype(np.uint8)


def _levels(picture: Image.Image) -> tuple[Levels, bool]:
    """How to bring deep grey values to 0 to 255, and whether that took more than dividing by their range."""
    if picture.mode.startswith("I;16"):
        bits = getattr(picture, "tag_v2", {}).get(258, (16,))[0]
        return lambda values: scaled(values, 0.0, 4095.0 if bits == 12 else 65535.0), False
    low, high, stretched = value_range(*_extremes(picture), whole=picture.mode == "I")
    return lambda values: scaled(values, low, high), stretched


def _extremes(picture: Image.Image) -> tuple[float, float]:
    """Smallest and largest finite value of a picture; 0 and 0 where there is none."""
    low, high = np.inf, -np.inf
    rows = max(1, STRIP // picture.width)
    for top in range(0, picture.height, rows):
        part = extremes(np.asarray(picture.crop((0, top, picture.width, min(top + rows, picture.height)))))
        low, high = min(low, part[0]), max(high, part[1])
    return (low, high) if low <= high else (0.0, 0.0)


def grey_levels(picture: Image.Image) -> NDArray[np.uint8]:
    """Brightness ``(H, W)``, 0 to 255, of a picture of more than 8 bits a channel."""
    return _levels(picture)[0](np.asarray(picture))


def _transform(picture: Image.Image, data: bytes | None) -> tuple[ImageCms.ImageCmsTransform | None, bool]:
    """The way from a picture's colour profile to sRGB, and whether its profile is broken.

    A profile that changes no colour by more than one step in 255, as every copy of sRGB, needs no transform.
    Grey values under a profile of colours are its greys.
    """
    if picture.mode == "LAB":
        return _to_srgb(ImageCms.createProfile("LAB"), "LAB"), False
    if not data:
        return None, False
    if len(data) > MAX_PROFILE or b"mpet" in data:  # long chains of steps, which no photo needs
        return None, True
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        mode = SPACES.get(profile.profile.xcolor_space, "")
        if mode not in (base := _base_mode(picture), "RGB" if base == "L" else base):
            return None, True
        transform = _to_srgb(profile, mode)
        return (transform if _changes(transform) else None), False
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None, True


def _to_srgb(profile: Any, mode: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        profile, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
    )


def _base_mode(picture: Image.Image) -> str:
    """The mode, without transparency, that a picture is brought to before its profile is applied."""
    if picture.mode in ("1", "L", "LA", "La", *DEEP):
        return "L"
    return "CMYK" if picture.mode == "CMYK" else "RGB"


def _changes(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether a transform changes any of a few hundred colours by more than one step in 255."""
    channels = len(transform.input_mode)
    steps = np.linspace(0, 255, 18 if channels == 1 else 7).astype(np.uint8)
    grid = np.stack(np.meshgrid(*[steps] * channels, indexing="ij"), axis=-1).reshape(1, -1, channels)
    probe = Image.fromarray(grid[..., 0] if channels == 1 else grid, transform.input_mode)
    before = np.asarray(probe.convert("RGB")).astype(int)
    after = np.asarray(ImageCms.applyTransform(probe, transform)).astype(int)
    return bool(np.abs(after - before).max() > 1)
