"""One result as a page of its own, to send: the verdict, the pictures, the test, and how all that was made.

It is one HTML file that needs nothing else, on a computer without a network too. The strength of the colours
follows a slider; without scripts it stays as it was.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image

from saliency.classifier import OutputKind
from saliency.explanation import Explanation
from saliency.export import words
from saliency.export.charts import bar, strip
from saliency.export.check_slide import AS_IS, ROWS, check_title, strip_title
from saliency.export.checked_area import CheckedArea
from saliency.export.outline import outlined
from saliency.export.provenance import provenance
from saliency.export.slide_words import SlideWords, asked
from saliency.export.web import document, escape, name, pairs, paragraph, picture, shared
from saliency.heat import heatmap
from saliency.methods.registry import find
from saliency.verdict import sentences
from saliency.verdict.words import TO_DO

LARGEST = 120_000
"""Bytes of a picture, above which it is saved more coarsely: with eight of them, a page has below 1.4 MB."""

_LONG = 900  # pixels of the long side, at most
_QUALITIES = (90, 82, 74, 62, 48, 34)
_TAGS, _CLASSES = 9, 5  # scores that are listed


def result_page(
    e: Explanation, said: SlideWords, *, checked: CheckedArea | None = None, strength: float = 0.6
) -> bytes:
    """The page, UTF-8; all that has names from outside is escaped in it.

    Args:
        e: What to show.
        said: What to say.
        checked: The area that was tested on it, if one was: the page begins with the verdict.
        strength: As in `saliency.heat.heatmap.overlay`; where the slider begins, in steps of a hundredth.
    """
    percent = round(100 * strength)
    title = said.finding if checked is None else checked.conclusion.title
    body = [
        *_summary(e, said, checked),
        *_pictures(e, said, checked, percent),
        *(() if checked is None else _check(e, checked)),
        *_scores(e),
        *_origin(e, said, checked),
    ]
    style = shared("result_page.css") + f"#colours {{ opacity: {percent / 100}; }}\n"
    page = document(f"{e.photo.name} · {title}", body, style, shared("result_page.js"))
    return page.encode("utf-8", "replace")


def _summary(e: Explanation, said: SlideWords, checked: CheckedArea | None) -> Iterator[str]:
    """Warnings, verdict or finding, its reason, its doubt, what to do; what else has to be said."""
    if e.warning:
        yield f'<p class="alarm">{name(e.warning)}</p>\n'
    outcome = "" if e.outputs.exclusive else sentences.outcome(e.scores, e.outputs)
    texts = [outcome] if outcome and outcome not in said.finding else []
    yield f'<header><p class="quiet">{name(said.title)}</p>\n'
    if checked is None:
        yield f"<h1>{name(said.finding)}</h1>\n"
    else:
        conclusion = checked.conclusion
        texts = [said.finding, *texts]
        yield f'<h1 class="{conclusion.merit}">{name(conclusion.title)}</h1>\n{paragraph(conclusion.reason)}'
        if conclusion.own_doubt:
            yield paragraph(conclusion.own_doubt)
        yield f'<p class="step"><b>{escape(TO_DO)}</b> {name(conclusion.advice)}</p>\n'
    yield from map(paragraph, texts)
    shown = " ".join([*texts, "" if checked is None else checked.conclusion.doubt])
    yield from (paragraph(text, "alarming") for text in cautions(e) if text not in shown)
    yield f"{paragraph(f'Photo: {e.photo.name} · Model: {e.model} · {said.details}', 'quiet')}</header>\n"


def cautions(e: Explanation) -> list[str]:
    """What has to be said of the photo and of the model, beside the model's warning."""
    known, texts = e.familiarity, [text for text in e.cautions if text != e.warning]
    if known is not None and known.doubtful and e.prepared is not None:
        texts.append(e.prepared.classifier.caution)
    return [text for text in (*texts, e.outside) if text]


def _pictures(e: Explanation, said: SlideWords, checked: CheckedArea | None, percent: int) -> Iterator[str]:
    """The three pictures, the bar of their colours, and what has to be known to read them."""
    size = _frame(e)
    received = e.received_image(size)
    first = received if checked is None else outlined(received, checked.test.probe.area)
    alts = [words.alt(which, e.photo.name, asked(e), e.outputs) for which in words.PICTURES]
    stack = (
        f'<div class="stack">{_jpeg(e.overlay(0.0, size), alts[2])}'
        f"{_jpeg(e.overlay(1.0, size), '', 'colours')}</div>"
    )
    slider = (
        '<div class="strength" id="strength-row" hidden>'
        f'<label for="strength">{escape(words.STRENGTH)}</label>: '
        f'<output id="strength-now" for="strength">{percent} %</output>'
        f'<input type="range" id="strength" min="0" max="100" step="1" value="{percent}" '
        f'aria-valuetext="{percent} %"></div>'
    )
    low, high = map(escape, said.legend)
    ramp = _jpeg(heatmap.legend(signed=e.signed, width=360, height=18), "")
    legend = f'<p class="legend"><span>{low}</span>{ramp}<span>{high}</span></p>'
    yield f'<section><h2>{escape(words.MAP)}</h2>\n<div class="row">'
    drawn = (_jpeg(first, alts[0]), _jpeg(e.heat_image(size), alts[1]) + legend, stack + slider)
    for caption, drawing in zip(said.captions, drawn, strict=True):
        yield f"<figure><h3>{escape(caption)}</h3>{drawing}</figure>\n"
    yield f"</div>{paragraph(' '.join(said.notes), 'small')}</section>\n"


def _check(e: Explanation, checked: CheckedArea) -> Iterator[str]:
    """The photo before and after covering the area, all scores on one line, and what each test showed."""
    test, size = checked.test, _frame(e)
    question, outputs, cover = test.probe.question, test.probe.question.outputs, test.cover
    yield f'<section><h2>{escape(check_title(test))}</h2>\n<div class="row">'
    shown = [(AS_IS, words.BEFORE_ALT, cover.before, e.received_image(size))]
    for fill, outcome in cover.fills.items():
        alt = words.COVERED_ALT.format(fill=words.FILLS[fill].lower())
        shown.append((words.COVERED[fill], alt, outcome.after, question.in_photo(outcome.picture, size)))
    for caption, alt, given, image in shown:
        answer = f"<br>{name(words.ANSWER.format(label=question.label(given)))}" if outputs.exclusive else ""
        said = f"<b>{escape(caption.format(score=outputs.shown(given.score)))}</b>{answer}"
        drawing = _jpeg(outlined(image, test.probe.area), alt)
        yield f"<figure>{drawing}<figcaption>{said}</figcaption></figure>\n"
    yield f"</div></section>\n<section><h3>{name(strip_title(test))}</h3>{strip(test, ROWS)}</section>\n"
    yield f'<section><h3>{escape(words.TRIED)}</h3><ul class="evidence">'
    for entry in checked.conclusion.evidence:
        bearing = words.BEARINGS[entry.bearing]
        yield f"<li>{name(entry.sentence)}{f' <b>({escape(bearing)})</b>' if bearing else ''}</li>\n"
    yield "</ul></section>\n"


def _scores(e: Explanation) -> Iterator[str]:
    """The best scores as bars, that of the map among them."""
    most = _TAGS if e.outputs.kind is OutputKind.LABELS else _CLASSES
    listed = list(e.scores[:most])
    listed += [] if e.target in listed else [e.target]
    yield f'<section><h2>{escape(words.SCORES)}</h2>\n<table class="scores"><thead><tr>'
    yield "".join(f'<th scope="col">{text}</th>' if text else "<td></td>" for text in words.SCORE_COLUMNS)
    yield "</tr></thead><tbody>\n"
    for entry in listed:
        explained, note = "", ""
        if entry == e.target and len(listed) > 1:
            explained, note = ' class="explained"', f" {escape(words.ON_THE_MAP)}"
        standing = escape(words.standing(entry, e.outputs))
        yield (
            f'<tr{explained}><th scope="row">{name(entry.label)}{note}</th>'
            f"<td>{bar(entry.score, e.outputs)}</td><td>{standing}</td></tr>\n"
        )
    yield "</tbody></table></section>\n"


def _origin(e: Explanation, said: SlideWords, checked: CheckedArea | None) -> Iterator[str]:
    """What all this does not say, and how it was made."""
    yield paragraph(said.limits, "limits")
    rows = [(words.ASKED, said.details), *provenance(e.record(), find(e.method)).items()]
    if checked is not None:
        test = checked.test
        rows.append((words.TEST, words.COMPARED.format(count=test.cover.count, seed=test.probe.seed)))
    yield f"<h2>{escape(words.ORIGIN)}</h2>{pairs(rows)}"
    yield paragraph(words.ALONE, "quiet small")


def _frame(e: Explanation) -> tuple[int, int]:
    """Width and height of the pictures: the photo's, of a size that is light to send."""
    scale = _LONG / max(e.photo.width, e.photo.height, _LONG * 2 // 3)
    return max(1, round(e.photo.width * scale)), max(1, round(e.photo.height * scale))


def _jpeg(image: Image.Image, alt: str, key: str = "") -> str:
    """A picture in the page, as fine as its bytes allow; very noisy ones get smaller, too."""
    size = image.size
    while True:
        for quality in _QUALITIES:
            encoded = io.BytesIO()
            image.save(encoded, "JPEG", quality=quality, subsampling="4:4:4", optimize=True)
            if encoded.tell() <= LARGEST:
                return picture(encoded.getvalue(), "jpeg", size, alt, key)
        image = image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.BOX)
