"""Logos, lettering and cut-outs to be put into photos, as pictures with opacity."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.shortcuts.photos import Pixels

_FINE = 8  # drawn so many times as large, then made smaller
_WHITE = (250, 250, 246, 255)
_DARK, _RIM = (40, 40, 44), 5  # of lettering of 100 points
_SEEN = 0.1  # opacity from which something is there


def logo(style: int, size: int, shade: tuple[int, int, int]) -> Image.Image:
    """One of nine logos: a disc, a shield or a rounded square with a star, rings or bars in it, RGBA."""
    side = size * _FINE
    picture = Image.new("RGBA", (side, side))
    draw, colour = ImageDraw.Draw(picture), (*shade, 255)
    middle, whole = side / 2, (0, 0, side - 1, side - 1)
    outline = style % 3
    if outline == 0:
        draw.ellipse(whole, fill=colour)
    elif outline == 1:
        draw.rounded_rectangle(whole, side * 0.18, fill=colour)
    else:
        points = [(0, 0), (side - 1, 0), (side - 1, 0.55 * side), (middle, side - 1), (0, 0.55 * side)]
        draw.polygon(points, fill=colour)
    sign = style // 3 % 3
    if sign == 0:
        corners = [
            (middle + radius * math.sin(turn), 0.47 * side - radius * math.cos(turn))
            for step in range(10)
            for radius, turn in [(side * (0.34 if step % 2 == 0 else 0.14), step * math.pi / 5)]
        ]
        draw.polygon(corners, fill=_WHITE)
    elif sign == 1:
        for radius, fill in ((0.34, _WHITE), (0.24, colour), (0.12, _WHITE)):
            low, high = middle - radius * side, middle + radius * side
            draw.ellipse((low, low - 0.03 * side, high, high - 0.03 * side), fill=fill)
    else:
        for bar in range(3):
            top = (0.22 + 0.19 * bar) * side
            draw.rectangle((0.22 * side, top, (0.78 - 0.12 * bar) * side, top + 0.1 * side), fill=_WHITE)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def word(text: str, length: float, angle: float, *, opacity: float) -> Image.Image:
    """White lettering with a dark rim, of a length in pixels, turned by an angle in degrees, RGBA."""
    font = ImageFont.load_default(100)
    left, top, right, bottom = map(round, font.getbbox(text, stroke_width=_RIM))
    picture = Image.new("RGBA", (right - left, bottom - top), (*_DARK, 0))
    ImageDraw.Draw(picture).text(
        (-left, -top), text, fill=_WHITE, font=font, stroke_width=_RIM, stroke_fill=(*_DARK, 255)
    )
    height = max(1, round(length * picture.height / picture.width))
    picture = picture.resize((round(length), height), Image.Resampling.LANCZOS)
    picture = picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(*_DARK, 0))
    picture.putalpha(picture.getchannel("A").point(lambda value: round(value * opacity)))
    return picture


def cutout(photo: Pixels, size: int) -> Image.Image:
    """The middle of a photo in an ellipse with a soft edge, RGBA."""
    side = len(photo)
    part = Image.fromarray(photo).crop((side // 8, side // 8, side - side // 8, side - side // 8))
    picture = part.resize((size, size), Image.Resampling.BICUBIC).convert("RGBA")
    across = (np.arange(size) + 0.5) / size * 2 - 1
    radius = np.hypot(across[:, None], across)
    opacity = np.clip((1 - radius) / 0.12, 0, 1) * 255
    picture.putalpha(Image.fromarray(opacity.astype(np.uint8)))
    return picture


def pasted(photo: Pixels, thing: Image.Image, left: int, top: int) -> tuple[Pixels, NDArray[np.bool_]]:
    """A photo with a thing in it, and the rectangle around what is seen of it."""
    picture = Image.fromarray(photo)
    picture.paste(thing, (left, top), thing)
    seen = np.zeros(photo.shape[:2], bool)
    opacity = np.asarray(thing.getchannel("A")) / 255
    rows, columns = np.nonzero(opacity > _SEEN)
    seen[top + rows.min() : top + rows.max() + 1, left + columns.min() : left + columns.max() + 1] = True
    return np.array(picture), seen
