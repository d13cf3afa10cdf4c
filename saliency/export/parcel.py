"""Everything about one photo in one parcel: the answer to read, slides to show, data to go on with."""

from __future__ import annotations

import json
from typing import Any

from saliency.checks.check import Check
from saliency.explanation import Explanation
from saliency.export.check_slide import check_slide
from saliency.export.checked_area import CheckedArea
from saliency.export.outline import outlined
from saliency.export.result_page import result_page
from saliency.export.slide import slide
from saliency.export.slide_words import SlideWords
from saliency.export.words import BEARINGS, TRIED
from saliency.files import png, stem
from saliency.verdict import sentences
from saliency.verdict.words import TO_DO


def parcel(
    e: Explanation,
    words: SlideWords,
    *,
    checked: CheckedArea | None = None,
    record: dict[str, Any] | None = None,
    strength: float = 0.6,
) -> dict[str, bytes]:
    """The files, by name: those of :meth:`saliency.Explanation.parts`, and these.

    * ``…-answer.txt``: the verdict or finding, and what has to be said with it;
    * ``…-page.html``: all of it as a page of its own (:mod:`saliency.export.result_page`);
    * ``…-slide.png``, and where an area was checked ``…-check-slide.png``;
    * ``…-photo.png``: the photo as it was read;
    * where an area was checked, ``…-before.png`` and one ``…-covered-….png`` for each way of covering, and
      ``…-check.json`` with the conclusion and all figures.

    Args:
        e: The explanation.
        words: What the slides say.
        checked: The area that was tested on it, if one was.
        record: Figures of the check; those of covering and keeping it if ``None``.
        strength: As in `saliency.heat.heatmap.overlay`.
    """
    start, notes = stem(e.photo.name), _warning(e)
    said = slide_notes(e, words, checked)
    files = {
        f"{start}-answer.txt": answer(e, words, checked).encode(),
        f"{start}-page.html": result_page(e, words, checked=checked, strength=strength),
        f"{start}-slide.png": png(slide(e, words, strength, checked=checked), said),
    }
    if checked is not None:
        files |= _check_files(e, checked, record, start, notes)
        files[f"{start}-check-slide.png"] = png(check_slide(e, checked, words), said)
    return {**files, f"{start}-photo.png": png(e.photo.image, {}), **e.parts()}


def answer(e: Explanation, words: SlideWords, checked: CheckedArea | None = None) -> str:
    """The answer as plain text: warnings first, then verdict or finding, its reason, doubt and evidence."""
    lines = [f"WARNING: {e.warning}"] if e.warning else []
    lines += [f"Photo: {e.photo.name}", f"Model: {e.model}"]
    lines += [*([] if e.outputs.exclusive else [sentences.outcome(e.scores, e.outputs)]), ""]
    if checked is None:
        lines.append(words.finding)
    else:
        conclusion = checked.conclusion
        lines += [conclusion.title, conclusion.reason]
        lines += [f"Doubt: {conclusion.own_doubt}"] if conclusion.own_doubt else []
        lines += [f"{TO_DO} {conclusion.advice}", "", f"{TRIED}:"]
        said = [(entry.sentence, BEARINGS[entry.bearing]) for entry in conclusion.evidence]
        lines += [f"- {sentence}{f' ({bearing})' if bearing else ''}" for sentence, bearing in said]
    lines += ["", *(caution for caution in e.cautions if caution != e.warning), words.details, words.limits]
    return "\n".join(lines) + "\n"


def slide_notes(e: Explanation, words: SlideWords, checked: CheckedArea | None = None) -> dict[str, str]:
    """The answer as text that goes with the picture of a slide, for those who cannot see that."""
    return _warning(e) | {"Description": answer(e, words, checked)}


def _warning(e: Explanation) -> dict[str, str]:
    return {"Warning": e.warning} if e.warning else {}


def _check_files(
    e: Explanation,
    checked: CheckedArea,
    record: dict[str, Any] | None,
    start: str,
    notes: dict[str, str],
) -> dict[str, bytes]:
    probe, frame = checked.test.probe, (e.photo.width, e.photo.height)
    figures = record or Check(checked.test, e, None).record()
    text = json.dumps({"conclusion": checked.conclusion.record(), **figures}, indent=2, ensure_ascii=False)
    files = {
        f"{start}-check.json": f"{text}\n".encode(),
        f"{start}-before.png": png(outlined(e.received_image(frame), probe.area), notes),
    }
    for fill, outcome in checked.test.cover.fills.items():
        files[f"{start}-covered-{fill}.png"] = png(probe.question.in_photo(outcome.picture, frame), notes)
    return files
