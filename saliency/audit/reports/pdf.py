"""The report as PDF, A4."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import IO, Any

from reportlab.lib.units import mm
from reportlab.platypus import Image as Placed
from reportlab.platypus import KeepInFrame, KeepTogether, PageBreak, Spacer, TableStyle
from reportlab.platypus import Table as Grid

from saliency.audit.reports import words
from saliency.audit.reports.content import Average, Content, Entry, Gallery, Pairs, Shot, Table, brief
from saliency.audit.reports.paper import HEIGHT, INK, RULE, SOFT, WIDTH, Story, build, text
from saliency.audit.reports.pictures import Drawn, Picture, average_map, legend_bar

_ACROSS = 3  # pictures a row
_GAP = 5 * mm
_COLUMN = (WIDTH - (_ACROSS - 1) * _GAP) / _ACROSS
_PICTURE = (_COLUMN, _COLUMN * 0.8)  # at most
_PLAIN = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
          ("VALIGN", (0, 0), (-1, -1), "TOP")]  # fmt: skip
_SHORTEST = 34  # characters of a name in the summary


def write_pdf(said: Content, drawn: Drawn, file: IO[bytes]) -> int:
    """Write the report, and return how many pages it has.

    It is laid out twice, as a page says how many there are.

    Args:
        said: What it says.
        drawn: Its pictures.
        file: Where to.
    """
    pages = build(io.BytesIO(), _story(said, drawn), title=said.title, pages=0)
    return build(file, _story(said, drawn), title=said.title, pages=pages)


def _story(said: Content, drawn: Drawn) -> Story:
    story: Story = [KeepInFrame(WIDTH, HEIGHT - 1, _summary(said, drawn), mode="shrink"), PageBreak()]
    if said.entries:
        story += [text("Findings in detail", "section"), _legend(words.LEGEND), text(words.MARKS, "small")]
        for entry in said.entries:
            story += _entry(entry, drawn)
    story += _tables(said)
    if said.averages:
        head = [text("Average heat maps", "section"), text(said.averages_note, "quiet")]
        story += [*head, _legend(words.ONE_SCALE), *_averages(said.averages)]
    story.append(text("Pictures worth a person’s eyes", "section"))
    if said.eyes.shots:
        story += [text(said.eyes.note, "quiet"), _legend(words.LEGEND), *_gallery(said.eyes, drawn)]
    else:
        story.append(text(words.NOTHING))
    story.append(text("Photos left out", "section"))
    if said.left_out.rows:
        story += _table(said.left_out, (0.38, 0.62))
    else:
        story.append(text(words.NOTHING))
    story.append(text("Method and limits", "section"))
    for heading, paragraph in said.method:
        story.append(KeepTogether([text(heading, "finding"), text(paragraph), Spacer(1, 4)]))
    story += [text("How this was made", "section"), _pairs(said.provenance)]
    return story


def _summary(said: Content, drawn: Drawn) -> Story:
    """One page."""
    leading = next((s for e in said.leading for s in e.gallery.shots if (s.file, s.finding) in drawn), None)
    texts: Story = []
    for entry in said.leading:
        texts += [text(words.verdict(entry.verdict), "verdict"), text(_brief(entry.heading), "finding")]
        texts += [text(_brief(entry.sentence)), _step(entry), Spacer(1, 7)]
    if said.more:
        texts.append(text(said.more, "quiet"))
    story: Story = [text(brief(said.title, 90), "kicker"), text(_brief(said.headline), "headline")]
    story += [text(said.about, "quiet"), Spacer(1, 8), _figures(said.figures), Spacer(1, 16)]
    if leading is None:
        story += texts
    else:
        beside = [
            *_shot(leading, drawn),
            Spacer(1, 6),
            _legend(words.LEGEND, _COLUMN),
            text(words.MARKS, "small"),
        ]
        columns = [WIDTH - _COLUMN - 8 * mm, 8 * mm, _COLUMN]
        story.append(Grid([[texts, "", beside]], columns, style=TableStyle(_PLAIN)))
    return [*story, Spacer(1, 10), _rule(), Spacer(1, 6), text(said.limits, "quiet")]


def _brief(sentence: str) -> str:
    """A sentence with the names that stand in it in quotation marks made brief."""
    parts = sentence.split("“")
    for at, part in enumerate(parts[1:], 1):
        name, closed, rest = part.partition("”")
        parts[at] = f"{brief(name, _SHORTEST)}{closed}{rest}"
    return "“".join(parts)


def _figures(figures: Pairs) -> Grid:
    cells = [[text(value, "figure"), text(what, "small")] for value, what in figures]
    look = [("BACKGROUND", (0, 0), (-1, -1), SOFT), ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 9), ("TOPPADDING", (0, 0), (-1, -1), 7),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 9)]  # fmt: skip
    return Grid([cells], [WIDTH / len(cells)] * len(cells), style=TableStyle(look))


def _entry(entry: Entry, drawn: Drawn) -> Story:
    head: Story = [Spacer(1, 12), text(words.verdict(entry.verdict), "verdict")]
    head += [text(entry.heading, "finding"), text(entry.sentence), _step(entry), _pairs(entry.counts)]
    if not entry.gallery.shots:
        return [KeepTogether(head), Spacer(1, 8)]
    note = text(f"Pictures that depend on it: {entry.gallery.note}", "quiet")
    first, *others = _gallery(entry.gallery, drawn)
    return [KeepTogether(head), KeepTogether([Spacer(1, 6), note, first]), *others, Spacer(1, 8)]


def _step(entry: Entry) -> Any:
    return text(entry.step, "step", before=f"{words.STEP}:")


def _gallery(gallery: Gallery, drawn: Drawn) -> Story:
    """Rows of pictures, none of which breaks."""
    rows: Story = []
    for start in range(0, len(gallery.shots), _ACROSS):
        shots = gallery.shots[start : start + _ACROSS]
        cells: list[Any] = [_shot(shot, drawn) for shot in shots] + [""] * (_ACROSS - len(shots))
        rows.append(_columns(cells))
    return rows


def _columns(cells: Sequence[Any]) -> Grid:
    """Cells side by side with gaps."""
    spaced: list[Any] = [cells[0]]
    widths = [_COLUMN]
    for cell in cells[1:]:
        spaced += ["", cell]
        widths += [_GAP, _COLUMN]
    return Grid([spaced], widths, style=TableStyle([*_PLAIN, ("BOTTOMPADDING", (0, 0), (-1, -1), 9)]))


def _shot(shot: Shot, drawn: Drawn) -> Story:
    picture = drawn.get((shot.file, shot.finding))
    first, *rest = shot.lines
    if picture is None:
        rest.append(words.NO_PHOTO)
    elif not picture.has_map and words.NO_MAP not in rest:
        rest.append(words.NO_MAP)
    shown: Story = [] if picture is None else [_placed(picture, _PICTURE), Spacer(1, 3)]
    return [*shown, text(first, "cell"), *(text(line, "small") for line in rest)]


def _placed(picture: Picture, most: tuple[float, float]) -> Placed:
    width, height = picture.size
    factor = min(most[0] / width, most[1] / height)
    return Placed(io.BytesIO(picture.data), width * factor, height * factor, hAlign="LEFT")


def _averages(averages: Sequence[Average]) -> Story:
    made: Story = []
    side = (WIDTH - 3 * _GAP) / 4
    for start in range(0, len(averages), 2):
        cells: list[Any] = []
        for one in averages[start : start + 2]:
            pictures = average_map(one.cells, one.by_chance)
            pair = [
                [_placed(picture, (side, side)) for picture in pictures],
                [text(caption, "small") for caption in (words.AVERAGE, words.CHANCE)],
            ]
            grid = Grid(pair, [side + _GAP, side], style=TableStyle(_PLAIN), hAlign="LEFT")
            cells.append([text(brief(one.guess), "finding"), grid, text(one.sentence, "small")])
        cells += [""] * (2 - len(cells))
        half = 2 * side + _GAP
        look = TableStyle([*_PLAIN, ("BOTTOMPADDING", (0, 0), (-1, -1), 12)])
        made.append(Grid([[cells[0], "", cells[1]]], [half, _GAP, half], style=look))
    return made


def _tables(said: Content) -> Story:
    story: Story = []
    if said.others.rows:
        story += [text("Further findings", "section"), *_table(said.others, (0.17, 0.45, 0.19, 0.19))]
    if said.classes.rows:
        count = len(said.classes.head) - 1
        shares = (0.4, *[0.6 / count] * count)
        story += [text("Pictures by guess", "section"), *_table(said.classes, shares, numbers=True)]
    return story


def _table(table: Table, shares: Sequence[float], *, numbers: bool = False) -> Story:
    """A table that goes on over pages with its head repeated."""
    cell = "number" if numbers else "cell"
    kinds = ["cell", *[cell] * (len(shares) - 1)]
    rows = [
        [text(one, f"quiet {kind}") for one, kind in zip(table.head, kinds, strict=True)],
        *([text(one, kind) for one, kind in zip(row, kinds, strict=True)] for row in table.rows),
    ]
    look = [*_PLAIN, ("RIGHTPADDING", (0, 0), (-2, -1), 8), ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK), ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4)]  # fmt: skip
    widths = [share * WIDTH for share in shares]
    grid = Grid(rows, widths, style=TableStyle(look), repeatRows=1, splitInRow=1)
    return [grid, *([Spacer(1, 4), text(table.note, "quiet")] if table.note else [])]


def _pairs(pairs: Pairs) -> Grid:
    rows = [[text(key, "quiet cell"), text(value, "cell")] for key, value in pairs]
    look = [*_PLAIN, ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE), ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5)]  # fmt: skip
    return Grid(rows, [WIDTH * 0.42, WIDTH * 0.58], style=TableStyle(look), spaceBefore=4, spaceAfter=6)


def _rule() -> Grid:
    return Grid([[""]], [WIDTH], [1], style=TableStyle([("LINEABOVE", (0, 0), (-1, 0), 0.5, RULE)]))


def _legend(ends: tuple[str, str], width: float = WIDTH) -> Any:
    """The colour bar between its words; in a narrow column below them."""
    bar = _placed(legend_bar(), (34 * mm, 8))
    if width < WIDTH:
        return Grid([[bar], [text(f"{ends[0]} … {ends[1]}", "small")]], [width], style=TableStyle(_PLAIN))
    row = [[text(ends[0], "small"), bar, text(ends[1], "small")]]
    look = TableStyle(
        [*_PLAIN, ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("BOTTOMPADDING", (0, 0), (-1, -1), 6)]
    )
    return Grid(row, [25 * mm, 38 * mm, WIDTH - 63 * mm], style=look)
