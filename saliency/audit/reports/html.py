"""The report as one web page: no script, nothing fetched, light and dark, on paper and on a phone."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from saliency.audit.reports import words
from saliency.audit.reports.blocks import (
    AverageMap,
    Content,
    Gallery,
    GalleryEntry,
    Shot,
    Table,
    first_picture,
)
from saliency.audit.reports.pictures import Drawn, ReportPicture, average_map, legend_bar
from saliency.audit.reports.report import named
from saliency.audit.reports.words import Pairs

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def page(said: Content, drawn: Drawn) -> str:
    """The page.

    Args:
        said: What it says.
        drawn: Its pictures.
    """
    style = files("saliency.audit.reports").joinpath("report.css").read_text(encoding="utf-8")
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(said.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
    )
    return f"{head}{''.join(_parts(said, drawn))}</main>\n</body>\n</html>\n"


def _parts(said: Content, drawn: Drawn) -> Iterator[str]:
    yield from _summary(said, drawn)
    if said.entries:
        yield _section("Findings in detail", _legend(words.LEGEND))
        yield _p(words.MARKS, "quiet small") + _p(words.COUNTED, "quiet small")
        for entry in said.entries:
            yield from _entry(entry, drawn)
    if said.others.rows:
        yield _section("Further findings") + _table(said.others)
    if said.classes.rows:
        yield _section("Pictures by guess") + _table(said.classes, numbers=True)
    if said.averages:
        yield _section("Average heat maps", _p(said.averages_note, "quiet"), _legend(words.ONE_SCALE))
        yield _averages(said.averages)
    yield _section(words.EYES)
    if said.eyes.shots:
        yield _p(said.eyes.note, "quiet") + _legend(words.LEGEND) + _gallery(said.eyes, drawn)
    else:
        yield _p(words.NOTHING)
    yield _section("Photos left out")
    yield _table(said.left_out) if said.left_out.rows else _p(words.NOTHING)
    yield _section("Method and limits")
    for heading, text in said.method:
        yield f"<h3>{escape(heading)}</h3>{_p(text)}"
    yield _section("How this was made") + _pairs(said.provenance)


def _summary(said: Content, drawn: Drawn) -> Iterator[str]:
    yield f'<header><p class="quiet">{_name(said.title)}</p><h1>{_name(said.headline)}</h1>'
    yield _p(said.about, "quiet") + "</header>\n"
    tiles = (
        f"<div><strong>{escape(value)}</strong><span>{escape(text)}</span></div>"
        for value, text in said.figures
    )
    yield f'<div class="figures">{"".join(tiles)}</div>\n'
    leading = first_picture(said, drawn)
    yield '<div class="summary"><div>'
    for entry in said.leading:
        yield (
            f'<div class="lead"><p class="verdict">{escape(entry.verdict)}</p>'
            f'<h3><a href="#finding-{entry.number + 1}">{_name(named(entry.heading))}</a></h3>'
            f"{_p(named(entry.sentence))}{_step(entry.brief_step)}</div>"
        )
    yield f"{_p(said.more)}</div>" if said.more else "</div>"
    if leading is not None:
        yield f"<div>{_shot(leading, drawn)}{_legend(words.LEGEND)}{_p(words.MARKS, 'quiet small')}</div>"
    yield "</div>\n"
    if leading is None and said.averages:
        yield _legend(words.ONE_SCALE) + _averages(said.averages[:2])
    yield _p(said.limits, "limits")


def _entry(entry: GalleryEntry, drawn: Drawn) -> Iterator[str]:
    yield (
        f'<article id="finding-{entry.number + 1}"><p class="verdict">{escape(entry.verdict)}'
        f"</p><h3>{_name(entry.heading)}</h3>{_p(entry.sentence)}{_step(entry.step)}"
        f"{_pairs(entry.counts)}"
    )
    if entry.gallery.shots:
        yield _p(f"Pictures that depend on it: {entry.gallery.note}", "quiet") + _gallery(
            entry.gallery, drawn
        )
    yield "</article>\n"


def _step(step: str) -> str:
    return f'<p class="step"><b>{escape(words.STEP)}:</b> {_name(step)}</p>'


def _gallery(gallery: Gallery, drawn: Drawn) -> str:
    return f'<div class="gallery">{"".join(_shot(shot, drawn) for shot in gallery.shots)}</div>\n'


def _shot(shot: Shot, drawn: Drawn) -> str:
    picture = drawn.get((shot.file, shot.finding))
    first, *rest = shot.lines
    lines = [f'<b title="{escape(shot.file)}">{_name(first)}</b>', *map(_name, rest)]
    if picture is None:
        shown = f'<div class="missing">{escape(words.NO_PHOTO)}</div>'
    else:
        shown = _img(picture, f"{shot.file}, with the influence on its guess as colours")
        lines += [] if picture.has_map or words.NO_MAP in rest else [escape(words.NO_MAP)]
    return f"<figure>{shown}<figcaption>{'<br>'.join(lines)}</figcaption></figure>"


def _averages(averages: Iterable[AverageMap]) -> str:
    return f'<div class="averages">{"".join(map(_average, averages))}</div>\n'


def _average(one: AverageMap) -> str:
    captions = zip(average_map(one.cells, one.by_chance), (words.AVERAGE, words.CHANCE), strict=True)
    pair = "".join(
        f"<figure>{_img(picture, f'{caption}: {one.guess}')}<figcaption>{caption}</figcaption></figure>"
        for picture, caption in captions
    )
    return f"<article><h3>{_name(one.guess)}</h3><div>{pair}</div>{_p(one.sentence, 'quiet')}</article>"


def _legend(ends: tuple[str, str]) -> str:
    bar = _img(legend_bar(), "")
    return f'<p class="legend"><span>{escape(ends[0])}</span>{bar}<span>{escape(ends[1])}</span></p>'


def _table(table: Table, *, numbers: bool = False) -> str:
    kind = ' class="numbers"' if numbers else ""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in table.head)
    body = "".join(f"<tr>{_cells(row)}</tr>\n" for row in table.rows)
    note = _p(table.note, "quiet") if table.note else ""
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide"><table{kind}>{rows}</table></div>{note}'


def _cells(row: Iterable[str]) -> str:
    return "".join(f"<td>{_name(one)}</td>" for one in row)


def _pairs(pairs: Pairs) -> str:
    rows = "".join(f"<div><dt>{escape(key)}</dt><dd>{_name(value)}</dd></div>" for key, value in pairs)
    return f"<dl>{rows}</dl>\n"


def _section(heading: str, *under: str) -> str:
    return f"<h2>{escape(heading)}</h2>{''.join(under)}\n"


def _p(text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f"<p{named}>{_name(text)}</p>"


def _name(text: str) -> str:
    """Text from outside: escaped, and kept from turning the direction of what is around it."""
    return f"<bdi>{escape(text)}</bdi>"


def _img(picture: ReportPicture, alt: str) -> str:
    data = base64.b64encode(picture.data).decode()
    width, height = picture.size
    return (
        f'<img alt="{escape(alt)}" width="{width}" height="{height}" '
        f'src="data:image/{picture.kind};base64,{data}">'
    )
