"""The report as one web page: no script, nothing fetched, light and dark, on paper and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from saliency.audit.reports import blocks, words
from saliency.audit.reports.blocks import CROPS, ClassAverage, FindingText, Shot, Table, Text
from saliency.audit.reports.pictures import ReportPicture, ReportPictures, average_pictures, legend_bar
from saliency.audit.reports.report import Report
from saliency.export.web import document, escape, name, pairs, paragraph, picture

_CLASSES = {"text": "", "quiet": "quiet", "small": "quiet small"}


def page(report: Report, pictures: ReportPictures) -> str:
    """The page, with its pictures in it."""
    style = files("saliency.audit.reports").joinpath("report.css").read_text(encoding="utf-8")
    body = [*_summary(report, pictures)]
    for section in report.sections:
        blocks = (_block(block, pictures) for block in section.blocks)
        body.append(f"<h2>{escape(section.heading)}</h2>{''.join(blocks)}\n")
    return document(report.title, body, style)


def _block(block: blocks.Block, pictures: ReportPictures) -> str:
    match block:
        case Text():
            heading = f"<h3>{escape(block.heading)}</h3>" if block.heading else ""
            return heading + paragraph(block.text, _CLASSES[block.style])
        case blocks.Legend():
            bar = _img(legend_bar(), "")
            low, high = map(escape, block.ends)
            return f'<p class="legend"><span>{low}</span>{bar}<span>{high}</span></p>'
        case blocks.Pairs():
            return pairs(block.rows)
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
        yield f'<p class="alarm">{name(report.warning)}</p>'
    yield f'<header><p class="quiet">{name(report.title)}</p>'
    yield f'<h1 class="{report.merit}">{name(report.headline)}</h1>'
    yield (
        (paragraph(report.unfamiliar, "alarming") if report.unfamiliar else "")
        + paragraph(report.about, "quiet")
        + "</header>\n"
    )
    tiles = (
        f"<div><strong>{escape(value)}</strong><span>{escape(text)}</span></div>"
        for value, text in report.figures
    )
    yield f'<div class="figures">{"".join(tiles)}</div>\n'
    for question, answer in report.answers:
        yield f'<h2 class="answer">{escape(question)}</h2>{"".join(map(paragraph, answer.splitlines()))}\n'
    if report.judgements:
        yield paragraph(report.judgements)
    if report.unjudged:
        yield f'<p class="step"><b>{escape(words.UNJUDGED)}:</b> {name(report.unjudged)}</p>'
    yield '<div class="summary"><div>'
    for finding in report.leading:
        link = f'<a href="#finding-{finding.number + 1}">{name(finding.heading)}</a>'
        yield f'<div class="lead">{_statement(finding, link)}{_crops(finding, pictures)}</div>'
    yield f"{paragraph(report.more)}</div>" if report.more else "</div>"
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
    yield paragraph(report.limits, "limits")


def _statement(finding: FindingText, heading: str) -> str:
    """A finding's verdict, heading, sentence and step."""
    return (
        f'<p class="verdict">{escape(finding.verdict)}</p><h3>{heading}</h3>{paragraph(finding.sentence)}'
        f"{paragraph(finding.judged, 'quiet') if finding.judged else ''}"
        f'<p class="step"><b>{escape(words.STEP)}:</b> {name(finding.step)}</p>'
    )


def _finding(finding: FindingText, pictures: ReportPictures) -> str:
    gallery = ""
    if finding.gallery.shots:
        note = paragraph(f"Pictures that depend on it: {finding.gallery.note}", "quiet")
        gallery = note + _block(finding.gallery, pictures)
    statement = _statement(finding, name(finding.heading))
    number, crops = finding.number + 1, _crops(finding, pictures)
    return f'<article id="finding-{number}">{statement}{pairs(finding.counts)}{crops}{gallery}</article>\n'


def _crops(finding: FindingText, pictures: ReportPictures) -> str:
    """What a thing looks like where it was covered; empty of all else."""
    sheet, caption = pictures.get((CROPS, finding.number)), escape(finding.crops)
    return f"<figure>{_img(sheet, caption)}<figcaption>{caption}</figcaption></figure>" if sheet else ""


def _shot(shot: Shot, pictures: ReportPictures) -> str:
    picture = pictures.get((shot.file, shot.finding))
    first, *rest = shot.lines
    lines = [f'<b title="{escape(shot.file)}">{name(first)}</b>', *map(name, rest)]
    if picture is None:
        image = f'<div class="missing">{escape(words.NO_PHOTO)}</div>'
    elif shot.exchanged:
        image = _img(picture, f"{shot.file}: {rest[0]}")
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
    heading, sentence = name(of.guess), paragraph(of.sentence, "quiet")
    return f"<article><h3>{heading}</h3><div>{pair}</div>{sentence}</article>"


def _table(table: Table) -> str:
    kind = ' class="numbers"' if table.numbers else ""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.head)
    body = "".join(f"<tr>{''.join(f'<td>{name(cell)}</td>' for cell in row)}</tr>\n" for row in table.rows)
    note = paragraph(table.note, "quiet") if table.note else ""
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide"><table{kind}>{rows}</table></div>{note}'


def _img(of: ReportPicture, alt: str) -> str:
    return picture(of.data, of.kind, of.size, alt)
