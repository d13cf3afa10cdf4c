"""Setting text on a picture with the DejaVu fonts that matplotlib ships, so that no system font is needed."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
from arabic_reshaper import ArabicReshaper
from bidi import get_display
from matplotlib.ft2font import FT2Font
from PIL import ImageDraw, ImageFont

ELLIPSIS = "…"
SEPARATOR = "·"  # between the parts of a line
Rgb = tuple[int, int, int]
_OPENING = dict(zip("([{«‹", ")]}»›", strict=True))
_CLOSING = {closing: opening for opening, closing in _OPENING.items()}
_LIGATURES = {"delete_harakat": False, "ARABIC LIGATURE ALLAH": False}  # the font lacks that one


def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans at a size in pixels; a text looks the same whether or not Pillow finds FriBidi."""
    return ImageFont.truetype(font_file(bold=bold), size, layout_engine=ImageFont.Layout.BASIC)


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


def visual_order(text: str) -> str:
    """One line as it is seen from left to right, for what draws characters one after the other.

    Runs written from right to left are reversed by Unicode's bidirectional algorithm (UAX 9), and Arabic
    letters take the forms that join them. The line as a whole runs from left to right.
    """
    if not any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        return text
    return _brackets_turned(get_display(_reshaper().reshape(text), base_dir="L"))


def _brackets_turned(shown: str) -> str:
    """The line with brackets turned that were reversed as a pair: the library leaves them facing outwards."""
    characters = list(shown)
    unpaired: list[int] = []
    for position, character in enumerate(shown):
        partner = _OPENING.get(character) or _CLOSING.get(character)
        if partner is None:
            continue
        if not unpaired or characters[unpaired[-1]] != partner:
            unpaired.append(position)
            continue
        before = unpaired.pop()
        if character in _OPENING:
            characters[before], characters[position] = character, partner
    return "".join(characters)


@dataclass(frozen=True)
class Block:
    """Lines of text in one font, ready to be drawn.

    Attributes:
        lines: Each no wider than asked for, in the order in which it is seen.
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
        """Pixels from the top of the first line to where the next would start."""
        return self.leading * len(self.lines)

    @property
    def width(self) -> int:
        """Width of the widest line in pixels."""
        return max((round(self.font.getlength(line)) for line in self.lines), default=0)

    def write(self, draw: ImageDraw.ImageDraw, x: int, y: int, ink: Rgb, anchor: str = "la") -> int:
        """Draw the lines, which start at ``x``, or have their middle there with the anchor "ma".

        Returns:
            Where the next line would have its top.
        """
        for line in self.lines:
            draw.text((x, y), line, ink, self.font, anchor)
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
        words = _parts(text, face, width)
        lines = _lines(words, face, width)
        if len(lines) <= most:
            lines = _balanced(words, face, width, len(lines))
            break
    else:
        lines = [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), face, width)]
    return Block(tuple(map(visual_order, lines)), face)


def _length(text: str, face: ImageFont.FreeTypeFont) -> float:
    """Width of a line in pixels."""
    return face.getlength(visual_order(text))


def _lines(words: list[str], face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Greedy breaking at spaces, and inside a word that is wider than a line; no line begins with a dot."""
    lines: list[str] = []
    for word in words:
        if lines and _length(f"{lines[-1]} {word}", face) <= width:
            lines[-1] += f" {word}"
            continue
        while _length(word, face) > width:
            longest = len(word.removesuffix(f" {SEPARATOR}")) - 1  # the separator goes with what is left
            count = max(1, min(longest, _fitting(word, face, width)))
            lines.append(word[:count])
            word = word[count:]
        lines += [word] if word else []
    return lines


def _words(text: str) -> list[str]:
    """The words of a text; what belongs together stays so: a dot and the word before it, “score 0.99”."""
    return re.split(rf"(?<!\(score) (?!{SEPARATOR})", text) if text else []


def _parts(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The parts of a line with dots between them, none of which breaks where each fits; else the words."""
    parts = re.split(rf"(?<= {SEPARATOR}) ", text)
    whole = len(parts) > 1 and all(_length(part, face) <= width for part in parts)
    return parts if whole else _words(text)


def _balanced(words: list[str], face: ImageFont.FreeTypeFont, width: int, count: int) -> list[str]:
    """As many lines, but of the least width that needs no more of them, so that none holds a lone word."""
    widest = max((_length(word, face) for word in words), default=0)

    def fits(least: int) -> bool:
        return widest <= least and len(_lines(words, face, least)) <= count

    return _lines(words, face, 1 + bisect_left(range(1, width), True, key=fits) if count > 1 else width)


def _cut(text: str, face: ImageFont.FreeTypeFont, width: int) -> str:
    """The text, its end replaced by an ellipsis where it is too wide."""
    if _length(text, face) <= width:
        return text
    room = width - face.getlength(ELLIPSIS)
    return text[: _fitting(text, face, room)].rstrip() + ELLIPSIS


def _fitting(text: str, face: ImageFont.FreeTypeFont, width: float) -> int:
    """How many characters from the start fit."""
    counts = range(1, len(text) + 1)
    return bisect_right(counts, width, key=lambda count: _length(text[:count], face))


@cache
def _reshaper() -> ArabicReshaper:
    return ArabicReshaper(_LIGATURES)


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
