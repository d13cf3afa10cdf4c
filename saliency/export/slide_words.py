"""What is said of one explanation wherever it is taken along: on a slide, on a page, as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saliency.explanation import Explanation
from saliency.export import words
from saliency.export.map_notes import map_notes
from saliency.methods.registry import find
from saliency.verdict import sentences
from saliency.verdict.words import SCORE_MEANS


@dataclass(frozen=True)
class SlideWords:
    """What a slide or a page says of one explanation.

    Attributes:
        title: What it is about.
        finding: One sentence, the largest type.
        details: View, what it was asked about, and date on one line.
        limits: What it does not say.
        captions: The words over what was received, over the heat map and over both together.
        legend: The words at the two ends of the colour bar.
        notes: What else has to be known to read the map, in sentences; a slide has no room for it.
    """

    title: str
    finding: str
    details: str
    limits: str
    captions: tuple[str, str, str]
    legend: tuple[str, str]
    notes: tuple[str, ...] = ()


def slide_words(e: Explanation, today: date) -> SlideWords:
    """The words that go with an explanation, as far as it can tell them by itself."""
    return SlideWords(
        title=words.TITLE,
        finding=sentences.outcome(e.scores, e.outputs),
        details=details(find(e.method).name, asked(e), today),
        limits=words.LIMITS if e.outputs.is_score else f"{words.LIMITS} {SCORE_MEANS}",
        captions=(words.RECEIVED, words.HEAT, words.BOTH),
        legend=words.ends(signed=e.signed, outputs=e.outputs),
        notes=map_notes(e, asked(e, "' compared with '")),
    )


def details(view: str, label: str, today: date) -> str:
    """One line beside the names of model and photo: what was asked, and when."""
    return f"View: {view} · Influence on: {label} · {today.day} {today:%B %Y}"


def asked(e: Explanation, between: str = " compared with ") -> str:
    """What the map is about, with these words between two labels."""
    return e.target.label + (f"{between}{e.rather_than.label}" if e.rather_than else "")
