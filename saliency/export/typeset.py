"""Setting text on a picture with the DejaVu fonts that matplotlib ships, so that no system font is needed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font
from PIL import ImageDraw, ImageFont

ELLIPSIS = "…"
LTR_MARK = "\u200e"


def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans at a size in pixels."""
    return ImageFont.truetype(font_file(bold=bold), size)


def readable(text: str) -> str:
    """The text with what the font cannot draw left out, on one line.

    Emoji and control characters go; a run of letters of a script the font lacks (such as Chinese) becomes an
    ellipsis, so that a reader sees that something stood there. What is left of nothing is an ellipsis too.
    """
    drawn: list[str] = []
    for character in " ".join(unicodedata.normalize("NFC", text).split()):
        if ord(character) in _drawable() and unicodedata.category(character)[0] != "C":
            drawn.append(character)
        elif unicodedata.category(character)[0] in "LN" and drawn[-1:] != [ELLIPSIS]:
            drawn.append(ELLIPSIS)
    return " ".join("".join(drawn).split()) or (ELLIPSIS if text.strip() else "")


def complete(text: str) -> bool:
    """Whether the font can draw all that can be seen of a text."""
    return readable(text) == " ".join(unicodedata.normalize("NFC", text).split())


@dataclass(frozen=True)
class Block:
    """Lines of text in one font, ready to be drawn.

    Attributes:
        lines: Each no wider than asked for.
        font: The font they were measured with.
    """

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont

    @property
    def leading(self) -> int:
        """Pixels from one line to the next."""
        return round(float(self.font.size) * 1.3)

    @property
    def height(self) -> int:
        """In pixels."""
        return self.leading * len(self.lines)

    @property
    def width(self) -> int:
        """Of the widest line, in pixels."""
        return max((round(self.font.getlength(line)) for line in self.lines), default=0)

    def write(self, draw: ImageDraw.ImageDraw, x: int, y: int, ink: tuple[int, int, int]) -> int:
        """Draw the lines from their top left corner; returns where the next would start."""
        for line in self.lines:
            draw.text((x, y), line, ink, self.font)
            y += self.leading
        return y

    def write_centred(self, draw: ImageDraw.ImageDraw, x: int, y: int, ink: tuple[int, int, int]) -> int:
        """The same with each line centred on ``x``."""
        for line in self.lines:
            draw.text((x - self.font.getlength(line) / 2, y), line, ink, self.font)
            y += self.leading
        return y


def block(text: str, width: int, *, sizes: tuple[int, ...], most: int, bold: bool = False) -> Block:
    """Break a text into lines, at the first of the sizes at which it fits; cut with an ellipsis if at none.

    Args:
        text: Any text.
        width: Of the lines, in pixels.
        sizes: Font sizes to try, in pixels, largest first.
        most: Number of lines.
        bold: Whether to use the bold face.
    """
    text = readable(text)
    for size in sizes:
        face = font(size, bold=bold)
        lines = _lines(text, face, width)
        if len(lines) <= most:
            return _set(_balanced(text, face, width, len(lines)), face)
    return _set([*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), face, width)], face)


def _set(lines: list[str], face: ImageFont.FreeTypeFont) -> Block:
    """The lines, each marked to run left to right as a whole even if it starts with Arabic or Hebrew."""
    rightward = [any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in line) for line in lines]
    return Block(tuple(LTR_MARK * mark + line for mark, line in zip(rightward, lines, strict=True)), face)


def _lines(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Greedy breaking at spaces, and inside a word that is wider than a line."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if face.getlength(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while face.getlength(line) > width:
            fits = max(1, _fitting(line, face, width))
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def _balanced(text: str, face: ImageFont.FreeTypeFont, width: int, count: int) -> list[str]:
    """As many lines, but of the least width that needs no more of them, so that none holds a lone word."""
    low, high = 1, width
    while count > 1 and low < high:
        middle = (low + high) // 2
        broken = max(map(face.getlength, text.split())) > middle
        low, high = (middle + 1, high) if broken or len(_lines(text, face, middle)) > count else (low, middle)
    return _lines(text, face, high)


def _cut(text: str, face: ImageFont.FreeTypeFont, width: int) -> str:
    """The text, its end replaced by an ellipsis where it is too wide."""
    if face.getlength(text) <= width:
        return text
    room = width - face.getlength(ELLIPSIS)
    return text[: _fitting(text, face, room)].rstrip() + ELLIPSIS


def _fitting(text: str, face: ImageFont.FreeTypeFont, width: float) -> int:
    """How many characters from the start fit, by bisection."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if face.getlength(text[:middle]) <= width else (low, middle - 1)
    return low


@cache
def font_file(*, bold: bool) -> Path:
    """DejaVu Sans as matplotlib ships it."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name


@cache
def _drawable() -> frozenset[int]:
    """Code points that both faces can draw."""
    regular, bold = (FT2Font(str(font_file(bold=face))).get_charmap() for face in (False, True))
    return frozenset(regular) & frozenset(bold)
