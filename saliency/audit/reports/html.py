"""The report as one web page: no script, nothing fetched, light and dark, on paper and on a phone."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Iterator
from importlib.resources import files

from saliency.audit.reports import blocks, words
from saliency.audit.reports.blocks import ClassAverage, FindingText, Shot, Table, Text
from saliency.audit.reports.pictures import ReportPicture, ReportPictures, average_pictures, legend_bar
from saliency.audit.reports.report import Report
from saliency.audit.reports.sentences import visible
from saliency.audit.reports.words import Pair

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_CLASSES = {"text": "", "quiet": "quiet", "small": "quiet small"}


def page(report: Report, pictures: ReportPictures) -> str:
    """The page, with its pictures in it."""
    style = files("saliency.audit.reports").joinpath("report.css").read_text(encoding="utf-8")
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(report.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
    )
    body = [*_summary(report, pictures)]
    for section in report.sections:
        blocks = (_block(block, pictures) for block in section.blocks)
        body.append(f"<h2>{escape(section.heading)}</h2>{''.join(blocks)}\n")
    return f"{head}{''.join(body)}</main>\n</body>\n</html>\n"


def _block(block: blocks.Block, pictures: ReportPictures) -> str:
    match block:
        case Text():
            heading = f"<h3>{escape(block.heading)}</h3>" if block.heading else ""
            return heading + _p(block.text, _CLASSES[block.style])
        case blocks.Legend():
            bar = _img(legend_bar(), "")
            low, high = map(escape, block.ends)
            return f'<p class="legend"><span>{low}</span>{bar}<span>{high}</span></p>'
        case blocks.Pairs():
            return _pairs(block.rows)
        case Table():
            return _table(block)
        case blocks.Gallery():
            shots = (_shot(shot, pictures) for shot in block.shots)
            return f'<div class="gallery">{"".join(shots)}</div>\n'
        case blocks.Averages():
            return f'<div class="averages">{"".join(map(_average, block.classes))}</div>\n'
        case FindingText():
            return _finding(block, pictures)


def _summary(report: Report, pictures: ReportPictures) -> Iterator[str]:
    if report.warning:
        yield f'<p class="alarm">{_name(report.warning)}</p>'
    yield f'<header><p class="quiet">{_name(report.title)}</p>'
    yield f'<h1 class="{report.merit}">{_name(report.headline)}</h1>'
    yield (
        (_p(report.unfamiliar, "alarming") if report.unfamiliar else "")
        + _p(report.about, "quiet")
        + "</header>\n"
    )
    tiles = (
        f"<div><strong>{escape(value)}</strong><span>{escape(text)}</span></div>"
        for value, text in report.figures
    )
    yield f'<div class="figures">{"".join(tiles)}</div>\n'
    for question, answer in report.answers:
        yield f'<h2 class="answer">{escape(question)}</h2>{"".join(map(_p, answer.splitlines()))}\n'
    if report.unjudged:
        yield f'<p class="step"><b>{escape(words.UNJUDGED)}:</b> {_name(report.unjudged)}</p>'
    yield '<div class="summary"><div>'
    for finding in report.leading:
        link = f'<a href="#finding-{finding.number + 1}">{_name(finding.heading)}</a>'
        yield f'<div class="lead">{_statement(finding, link)}</div>'
    yield f"{_p(report.more)}</div>" if report.more else "</div>"
    first = report.first_picture(pictures)
    if first is not None:
        beside = (blocks.Legend(words.LEGEND), Text(words.MARKS, "small"))
        wrong = report.wrong_picture(pictures)
        below = "" if wrong is None else _shot(wrong, pictures)
        legend = "".join(_block(block, pictures) for block in beside)
        yield f"<div>{_shot(first, pictures)}{legend}{below}</div>"
    yield "</div>\n"
    if first is None and report.averages:
        for block in (blocks.Legend(words.ONE_SCALE), blocks.Averages(report.averages[:2])):
            yield _block(block, pictures)
    yield _p(report.limits, "limits")


def _statement(finding: FindingText, heading: str) -> str:
    """A finding's verdict, heading, sentence and step."""
    return (
        f'<p class="verdict">{escape(finding.verdict)}</p><h3>{heading}</h3>{_p(finding.sentence)}'
        f'<p class="step"><b>{escape(words.STEP)}:</b> {_name(finding.step)}</p>'
    )


def _finding(finding: FindingText, pictures: ReportPictures) -> str:
    gallery = ""
    if finding.gallery.shots:
        note = _p(f"Pictures that depend on it: {finding.gallery.note}", "quiet")
        gallery = note + _block(finding.gallery, pictures)
    statement = _statement(finding, _name(finding.heading))
    number = finding.number + 1
    return f'<article id="finding-{number}">{statement}{_pairs(finding.counts)}{gallery}</article>\n'


def _shot(shot: Shot, pictures: ReportPictures) -> str:
    picture = pictures.get((shot.file, shot.finding))
    first, *rest = shot.lines
    lines = [f'<b title="{escape(shot.file)}">{_name(first)}</b>', *map(_name, rest)]
    if picture is None:
        image = f'<div class="missing">{escape(words.NO_PHOTO)}</div>'
    else:
        image = _img(picture, f"{shot.file}, with the influence on its answer as colours")
        lines += [] if picture.has_map or words.NO_MAP in rest else [escape(words.NO_MAP)]
    return f"<figure>{image}<figcaption>{'<br>'.join(lines)}</figcaption></figure>"


def _average(of: ClassAverage) -> str:
    captions = (words.AVERAGE, words.CHANCE)
    pair = "".join(
        f"<figure>{_img(picture, f'{caption}: {of.guess}')}<figcaption>{caption}</figcaption></figure>"
        for picture, caption in zip(average_pictures(of.average), captions, strict=True)
    )
    heading, sentence = _name(of.guess), _p(of.sentence, "quiet")
    return f"<article><h3>{heading}</h3><div>{pair}</div>{sentence}</article>"


def _table(table: Table) -> str:
    kind = ' class="numbers"' if table.numbers else ""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.head)
    body = "".join(f"<tr>{''.join(f'<td>{_name(cell)}</td>' for cell in row)}</tr>\n" for row in table.rows)
    note = _p(table.note, "quiet") if table.note else ""
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide"><table{kind}>{rows}</table></div>{note}'


def _pairs(pairs: Iterable[Pair]) -> str:
    rows = "".join(f"<div><dt>{escape(key)}</dt><dd>{_name(value)}</dd></div>" for key, value in pairs)
    return f"<dl>{rows}</dl>\n"


def _p(text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f"<p{attribute}>{_name(text)}</p>"


def escape(text: str) -> str:
    """Text without markup, with what cannot be seen written out."""
    return html.escape(visible(text))


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
