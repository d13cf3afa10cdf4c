"""Setting the report on A4: faces, styles, headers and page numbers, and texts from outside made safe."""

from __future__ import annotations

from functools import cache
from typing import IO, Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from saliency.export.page import MERITS as INKS
from saliency.export.typeset import font_file, readable, visual_order
from saliency.export.web import visible

INK, QUIET, RULE, SOFT = (HexColor(ink) for ink in ("#1b2430", "#545c68", "#d0d5db", "#f3f5f8"))
ALARM = HexColor("#961212")  # behind white: 8.6:1
MERITS = {merit: HexColor("#{:02x}{:02x}{:02x}".format(*ink)) for merit, ink in INKS.items()}
SIDE, TOP, BOTTOM = 20 * mm, 24 * mm, 22 * mm
WIDTH, HEIGHT = A4[0] - 2 * SIDE, A4[1] - TOP - BOTTOM
_FACE, _BOLD = "Spotlight", "Spotlight-Bold"

Story = list[Any]
"""What platypus lays out, from top to bottom."""


@cache
def styles() -> dict[str, ParagraphStyle]:
    """The styles by name; the faces are registered on first use."""
    pdfmetrics.registerFont(TTFont(_FACE, str(font_file(bold=False))))
    pdfmetrics.registerFont(TTFont(_BOLD, str(font_file(bold=True))))
    pdfmetrics.registerFontFamily(_FACE, normal=_FACE, bold=_BOLD, italic=_FACE, boldItalic=_BOLD)
    base = ParagraphStyle(
        "text", fontName=_FACE, fontSize=9, leading=13.5, textColor=INK, spaceAfter=5, splitLongWords=1,
        allowWidows=0, allowOrphans=0,
    )  # fmt: skip

    def like(name: str, **settings: Any) -> ParagraphStyle:
        return ParagraphStyle(name, parent=base, **settings)

    heading = {"fontName": _BOLD, "keepWithNext": 1}
    every = (
        base,
        like("quiet", textColor=QUIET),
        like("small", fontSize=7.5, leading=10.5, textColor=QUIET, spaceAfter=0),
        like("cell", fontSize=8, leading=11, spaceAfter=0),
        like("quiet cell", fontSize=8, leading=11, spaceAfter=0, textColor=QUIET),
        like("number", fontSize=8, leading=11, spaceAfter=0, alignment=2),
        like("quiet number", fontSize=8, leading=11, spaceAfter=0, alignment=2, textColor=QUIET),
        like("figure", fontName=_BOLD, fontSize=19, leading=23, spaceAfter=1),
        like("kicker", textColor=QUIET, fontSize=10, leading=14, spaceAfter=3),
        *(
            like(f"headline {merit}", **heading, fontSize=19, leading=24.5, spaceAfter=6, textColor=ink)
            for merit, ink in MERITS.items()
        ),
        like("section", **heading, fontSize=14, leading=19, spaceBefore=18, spaceAfter=6),
        like("finding", **heading, fontSize=10.5, leading=14.5, spaceAfter=3),
        like("verdict", **heading, fontSize=9, leading=13, spaceAfter=1),
        like("alarm", fontName=_BOLD, fontSize=10, leading=14, textColor="#ffffff", spaceAfter=0),
        like("alarming", fontName=_BOLD, textColor=ALARM),
        like("step", leftIndent=9, borderPadding=0, spaceAfter=6),
    )
    return {style.name: style for style in every}


def paragraph(text: str, style: str = "text", *, before: str = "") -> Paragraph:
    """A paragraph of any text: what the faces cannot draw is left out, and no markup in it has a meaning.

    Args:
        text: The text.
        style: See :func:`styles`.
        before: Bold words to begin with.
    """
    start = f"<b>{escape(readable(before))}</b> " if before else ""
    return Paragraph(start + escape(drawable(text)), styles()[style])


def drawable(text: str) -> str:
    """A text as the faces can draw it, from left to right; lines break nowhere else than before."""
    return "\u00a0".join(readable(visual_order(readable(part))) for part in visible(text).split("\u00a0"))


def build(file: IO[bytes] | str, story: Story, *, title: str, pages: int) -> int:
    """Lay out a report and write it; returns how many pages it has.

    Args:
        file: An open file, or a path.
        story: What it is made of; used up.
        title: In the header and in the file's properties.
        pages: How many pages to say there are.
    """
    heading = drawable(title)
    document = BaseDocTemplate(
        file, pagesize=A4, title=heading, author="Spotlight", lang="en", invariant=1, pageCompression=1
    )  # fmt: skip
    frame = Frame(SIDE, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0)

    def furniture(canvas: Any, document: Any) -> None:
        _furniture(canvas, document.page, pages, heading)

    document.addPageTemplates(PageTemplate("page", [frame], onPage=furniture))
    document.build(story)
    return int(document.page)


def _furniture(canvas: Any, page: int, pages: int, title: str) -> None:
    """Header, from the second page on, and page number."""
    styles()
    canvas.saveState()
    canvas.setFont(_FACE, 7.5)
    canvas.setFillColor(QUIET)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    if page > 1:
        line = A4[1] - TOP + 8 * mm
        canvas.drawString(SIDE, line, _fitting(title, WIDTH * 0.7))
        canvas.drawRightString(A4[0] - SIDE, line, "Spotlight audit")
        canvas.line(SIDE, line - 5, A4[0] - SIDE, line - 5)
    canvas.drawRightString(A4[0] - SIDE, 12 * mm, f"{page} of {pages}")
    canvas.restoreState()


def _fitting(title: str, width: float) -> str:
    """The title, its end left out where it is too long."""
    while pdfmetrics.stringWidth(title, _FACE, 7.5) > width:
        title = f"{title.rstrip('…')[:-1].rstrip()}…"
    return title
