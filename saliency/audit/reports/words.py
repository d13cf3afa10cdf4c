"""The words of the reports of an audit; figures are written as the record has them."""

from __future__ import annotations

import datetime

from saliency.audit.evidence.findings import ENOUGH
from saliency.audit.evidence.statistics import LEVEL
from saliency.audit.inputs.settings import Settings
from saliency.audit.reports.review import ReviewEntry
from saliency.audit.reports.sentences import (
    EMPTY,
    answered,
    brief,
    counted,
)
from saliency.audit.reports.sentences import day as day
from saliency.audit.reports.shared_words import COMPARED
from saliency.classifier import OutputKind, YesNoQuestion
from saliency.errors import SaliencyError
from saliency.methods.registry import find
from saliency.verdict.words import LEGEND as LEGEND
from saliency.verdict.words import ONE_SCALE as ONE_SCALE
from saliency.verdict.words import SCORE_MEANS, score

Pair = tuple[str, str]

COUNTED = (
    "In brackets: where the share most likely lies in more pictures like these "
    f"({100 * LEVEL:.0f}\u00a0% interval). Equal areas: elsewhere in the same picture. "
    "p-values are in findings.json."
)
MARKS = (
    "Colour: influence on the answer. Curved line: around the strongest fifth. Box: the place tested. "
    f"{SCORE_MEANS}"
)
NO_PHOTO = "This photo was not at hand, or has changed since the audit."
CROPS = "Something like this: where the influence lies, and what was covered"
BOX, OF_THIS_KIND = "Box: the place covered", "Photos of this kind"
NO_MAP = EMPTY
CHANCE = "By chance"
AVERAGE = "Average heat map"
EYES = "Pictures worth a look, wrong ones first"
WRONG = "All wrong photos, the most certain answer first"
BY_TRUE_ANSWER = "How good: by the true answer"
BY_TRUTH, BY_GUESS = "How good: by what the photos show", "Pictures by answer"
WHY, ADD = "Why wrong: what wrong photos share", "What to add"
OBSERVED = (
    "These are observations, not causes. Each is one that chance would rarely bring about, even "
    "with all that was compared (the tests are in findings.json)."
)
BALANCE = (
    "How many: as many photos as make the rare kind as frequent as the usual one in a set like this; of "
    "photos like those not recognised, as many as the set has with that label. In steps of 5, from 10 to "
    "100. The next audit shows whether they help."
)
CHECKLIST = (
    "checklist.csv has the same to tick off: who takes which pictures until when, and how many there are."
)
ALSO = "What else to do"
BATCHES = ("How many", "Which pictures", "How to take them")
STEP = "What to do next"
SAME = "As for the finding above."
LACKING = "Characters that this document cannot draw are shown as “…”; report.html has all of them."
NOTHING = "Nothing to list."
UNJUDGED = "What could not be judged"
TRUTH = ("The photo shows", "Photos", "Recognised", "Not recognised", "Taken for instead")
TRUE_ANSWERS = ("True answer", "Photos", "Right", "Wrong", "The model's answer then")
NUMBERS = {OutputKind.LABELS: "Share", OutputKind.SCORE: "Number"}

CLEAR = 4.0
"""Standard errors from which a place of an average map stands out; by chance, one in 30,000 does."""


def view(key: str) -> str:
    """What people call a view."""
    try:
        return find(key).name
    except SaliencyError:
        return key


def about(settings: Settings, date: datetime.date, known_as: str = "") -> str:
    """Model, view (by the name that people know it by, if it has one) and date on a line."""
    question = f"{settings.question.sentence} · " if settings.question else ""
    return f"{question}Model: {settings.model} · View: {known_as or view(settings.method)} · {day(date)}"


def compared(count: int) -> str:
    """What wrong photos were compared with right ones by, where nothing came of it."""
    if not count:
        return "No class has enough wrong photos and right ones to be compared."
    were = "was" if count == 1 else "were"
    return (
        f"{counted(count, 'comparison')} {were} made, of {COMPARED}. "
        "None of them tells wrong photos from right ones."
    )


def guessed(guess: str, value: float) -> str:
    """A guess with its score."""
    return f"Answer “{guess}”, score {score(value)}"


def said(entry: ReviewEntry, question: YesNoQuestion | None) -> str:
    """What the model said to a picture."""
    if question is None or entry.value is None:
        return guessed(brief(entry.guess), entry.score)
    return brief(answered(entry.guess, entry.value, question))


def pair(guess: str) -> str:
    """What two pictures on a slide are."""
    return f"“{guess}” on average, and by chance"


def beside_wrong(shown: str, guess: str) -> str:
    """What two pictures on a slide are, the second of which is of a wrong guess."""
    return f"{shown}. Beside it, a wrong photo: {guess[0].lower()}{guess[1:]}"


def peak(pictures: int, errors: float) -> str:
    """Whether the strongest place of an average map is one that chance would hardly give."""
    stands_out = "stands out clearly from" if errors >= CLEAR else "does not stand out clearly from"
    return (
        f"Average of {counted(pictures, 'picture')}. Its strongest place {stands_out} what chance would give."
    )


def pictures_shown(count: int, total: int) -> str:
    """How much of a gallery is there."""
    rest = "" if count == total else " findings.json lists all of them."
    return f"{count} of {counted(total, 'picture')} shown.{rest}"


def classes_shown(count: int, total: int) -> str:
    """How many classes have their average map shown."""
    return f"{count} of {counted(total, 'answer', 'answers')} with at least {ENOUGH} heat maps shown."


def rows_shown(count: int, total: int) -> str:
    """How much of a table is there."""
    return f"{count} of {total} shown; findings.json has all of them."
