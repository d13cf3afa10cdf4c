"""The words of the sheet of an audit's photos: what can be chosen, and where one is in it."""

from __future__ import annotations

from saliency.audit.reports.set_sentences import FLAWS
from saliency.audit.reports.shared_words import QUARTERS
from saliency.audit.sheet.selection import AREA, COPIES, FLAW

SHOWN, ANSWER, LABEL = "What to show", "Answer", "The photo shows"
PROPERTY, DOUBT, ORDER = "How it looks", "Right, wrong or in doubt", "Sort by"
ANY = "All"
DOUBTS = {
    "right": "Right",
    "wrong": "Wrong",
    "unsure": "The model is unsure",
    "label": "The label is doubtful",
    "unknown": "The model may not know it",
}
ORDERS = {
    "worth": "Worth a look first",
    "surest": "Most certain first",
    "least": "Least certain first",
    "file": "File name",
}
NOTHING = "No photo fits. Take a filter away."
ALL_AWAY = "Take all filters away"
COPY = "One of several copies"


def shown(first: int, last: int, total: int) -> str:
    """Which photos of a sheet are on the page."""
    if total == 1:
        return "1 photo"
    return f"{first:,} to {last:,} of {total:,} photos"


def property_name(name: str) -> str:
    """A property by its name in a query, as people choose it."""
    if name == COPIES:
        return COPY
    if name.startswith(AREA):
        return f"With “{name.removeprefix(AREA)}” marked"
    if name.startswith(FLAW):
        return FLAWS[name.removeprefix(FLAW)].capitalize()
    return QUARTERS[name][0].upper() + QUARTERS[name][1:]


MATRIX = "Photos by what they show (rows) and by the answer (columns). Choose a cell to see its photos."
CORNER = "Shows / answer"
PAIRS = "Confused most often"
NO_PAIR = "All photos"
MAPS = "The colours show what speaks for “{guess}” rather than for “{label}”; the box is the strongest place."
OFFER = (
    "See why “{guess}” rather than “{label}”, for {photos}: a map of what speaks for the one and not the "
    "other, and its strongest place covered."
)


def pair_title(label: str, guess: str) -> str:
    """A pair as a heading."""
    return f"“{label}” taken for “{guess}”"


def pair_choice(label: str, guess: str, photos: int, of: int) -> str:
    """A pair in a list."""
    return f"“{label}” taken for “{guess}” ({photos} of {of})"


def contrast_alt(file: str, label: str, guess: str) -> str:
    """What a map of one answer rather than another shows, for screen readers."""
    return f"The photo “{file}” with the map of what speaks for “{guess}” rather than “{label}” over it"
