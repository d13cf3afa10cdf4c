"""The words that several pages share; each folder has a `words.py` with those of its own.

The rules are fixed: *score*, *influence*, *responds to*; a map is a question and never an answer. Sentences
about scores follow thresholds, stated as constants below. Text that comes from outside (labels, file
names) goes through `plain` before it stands in a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from models import Choice
from saliency.classifier import Score
from saliency.export.map_notes import EMPTY as EMPTY
from saliency.export.map_notes import EVEN as EVEN
from saliency.export.map_notes import cut_off as cut_off
from saliency.export.words import FRAMINGS as FRAMINGS
from saliency.export.words import LIMITS as LIMITS
from saliency.familiarity import Familiarity, Footing
from saliency.names import readable
from saliency.verdict.words import LEANING, score

FAVOURITE = 0.80  # score from which the top guess is a clear favourite, if it is also so far ahead:
AHEAD = 0.50

APP = "Spotlight"
PURPOSE = (
    "Does an image model answer for the right reason? See which part of a photo counts, and test it: that is "
    "covered, and the model is asked again."
)
PAGES = {  # title, icon and purpose, by the name of the script
    "explain": (
        "Explain",
        "image_search",
        "See which parts of a photo had the most influence on a model's answer.",
    ),
    "compare": ("Compare", "compare", "One photo with two models, two views or two answers, side by side."),
    "audit": (
        "Audit",
        "fact_check",
        "A whole set of photos at once: which pictures should a person look at?",
    ),
    "models": (
        "Models",
        "deployed_code",
        "What is on this computer, what each model knows and where it comes from; add your own.",
    ),
    "guide": ("Guide", "menu_book", "How to read a heat map, and what to do about what it shows."),
}
UNKNOWN_KIND = (
    "The model is not sure what this photo shows. Its three best answers are all kinds of {kind} ({together} "
    "of 1 together); the best is {label} ({score})."
)
UNKNOWN = "The model does not seem to know what this photo shows. Its answer is {label} (score {score} of 1)."
UNSTEADY = (
    "The model answers {label} (score {score} of 1), but it is not sure of it when the photo is mirrored or "
    "cut closer. Do not rely on it."
)
SHAKY = (
    "The model answers {label} (score {score} of 1), but less surely when the photo is mirrored or cut "
    "closer ({steady} on average)."
)

UPLOAD_HELP = (
    "JPG, PNG, WebP, AVIF or HEIC, up to 20 MB. It is kept in memory until two minutes after this page is "
    "closed or you choose another photo, and nobody else sees it."
)
MODEL, MODEL_HELP = "Model", "The program that is examined."
MODEL_MORE = "Its training data and its model card are on the page Models."
NOT_IN_ORDER = "not in order"
FRAMING = "How the photo is given to the model"
FRAMING_HELP = (
    "Whole photo: nothing is cut off. Centre crop: the square in the middle, as models are usually tested."
)
TAKE = "Take it with you"
SLIDE, SLIDE_HELP = "Slide (PNG)", "One picture for your presentation, 1920 × 1080."
DETAILS = "Technical details"
UNEXPECTED = "Something went wrong on our side. Your photo was not saved. Code {code}."

DOT = "\u00a0· "  # between the parts of a line; never at the start of the next one

_NUMBERS = re.findall(r"\w+", "no one two three four five six seven eight nine ten eleven twelve")
_ORDINALS = re.findall(r"\w+", "none first second third fourth fifth sixth seventh eighth ninth")
_JOINER = "\u2060"  # nobody sees it; it takes apart what Streamlit's Markdown would make something of
_ISOLATE, _END = "\u2068", "\u2069"  # what stands between them does not turn the direction of what follows
# Icons and colours (:red[…]), addresses, mail addresses, arrows and dashes: backslashes do not help there.
_APART = re.compile(
    r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?<=\S)(?=@)|(?<=[-<>~])(?=[-=>])",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_FIRST = re.compile(r"^(\d{0,9})([-+=.)])")  # begins a list, a line or a heading


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Text from outside as Markdown that shows it as it is, on one line; what nobody sees is left out.

    This is the one way of names and sentences from outside into the page, except into lists, which are no
    Markdown: see `listed`.
    """
    shown = _MARKUP.sub(r"\\\1", _APART.sub(_JOINER, readable(text)))
    shown = _FIRST.sub(r"\1\\\2", shown)
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in shown)
    return f"{_ISOLATE}{shown}{_END}" if turns else shown


def listed(markdown: str) -> str:
    """What `plain` and sentences with it say, for a list box, a tooltip or other text that is no Markdown."""
    said = re.sub(r"(?<!\\)\*\*", "", markdown)  # bold is for the eye alone
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", said.replace(_JOINER, ""))


def page_title(name: str) -> str:
    """What a browser calls a page on its tab, in its history and to those who cannot see it."""
    return f"{name} · {APP}"


def number(count: int) -> str:
    """A small number as a word, a larger one in figures."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def ordinal(place: int) -> str:
    """A place in a row: "second", "third", "number 12"."""
    return _ORDINALS[place] if 0 < place < len(_ORDINALS) else f"number {place:,}"


def about(seconds: float) -> str:
    """A duration as people say it, never more precise than it is known."""
    if seconds < 1.5:
        return "about 1 s"
    if seconds < 10:
        return f"about {seconds:.0f} s"
    if seconds < 90:
        return f"about {5 * round(seconds / 5)} s"
    return f"about {max(2, round(seconds / 60))} min"


def finding(
    scores: Sequence[Score], known: Familiarity | None = None, *, markup: bool = True, yes_no: bool = False
) -> str:
    """The finding in one sentence, by the score rules; out of its depth, no answer is called a favourite.

    Args:
        scores: All classes, best first.
        known: Whether the model knows what the photo shows, where that was asked.
        markup: Whether the sentence is for the page (labels escaped, the first one bold) or for a picture.
        yes_no: Whether there is only yes or no, so that the other one goes without saying.
    """
    first, second = scores[0], scores[1] if len(scores) > 1 else None
    label = f"**{plain(first.label)}**" if markup else f"“{first.label}”"
    if known is not None and known.strange:
        if known.doubtful and known.kind:
            return UNKNOWN_KIND.format(
                kind=plain(known.kind) if markup else known.kind,
                together=score(known.together),
                label=label,
                score=score(first.score),
            )
        return (UNKNOWN if known.doubtful else UNSTEADY).format(label=label, score=score(first.score))
    ahead = first.score - (second.score if second else 0.0)
    if first.score >= FAVOURITE and ahead >= AHEAD:
        if known is not None and known.footing is not Footing.SURE:
            return SHAKY.format(label=label, score=score(first.score), steady=score(known.steady))
        favourite = "The answer is" if yes_no else "The model's clear favourite is"
        return f"{favourite} {label} (score {score(first.score)} of 1)."
    if first.score >= LEANING and second:
        runner_up = plain(second.label) if markup else f"“{second.label}”"
        if score(first.score) == score(second.score):
            return (
                f"The model hesitates between {label} and {runner_up} (score {score(first.score)} of 1 each)."
            )
        if not yes_no:
            next_is = f"next is {runner_up} ({score(second.score)})"
            return f"The model leans towards {label} (score {score(first.score)} of 1); {next_is}."
    if first.score >= LEANING:
        return f"The model leans towards {label} (score {score(first.score)} of 1)."
    return f"The model is undecided. Its top answer is {label}. Read the map with extra care."


def target_name(target: Score, rival: Score | None) -> str:
    """What a map is about, to stand between single quotation marks."""
    return plain(target.label) + (f"' compared with '{plain(rival.label)}" if rival else "")


def model_name(choice: Choice) -> str:
    """The name of a model, the same as on slides and in files."""
    return plain(choice.title)


def licence(choice: Choice) -> str:
    """The licence of a model, where one is stated."""
    return f"Licence: {plain(choice.licence)}" if choice.licence else ""


def model_help(choice: Choice) -> str:
    """All about a model: its technical name, the room it takes, its licence."""
    technical = f"Technical name: {plain(choice.technical)}, {choice.megabytes:.0f} MB."
    more = MODEL_MORE if choice.kind == "built-in" else ""
    return f"{MODEL_HELP} {plain(choice.sentence)} {technical} {licence(choice)} {more}".rstrip()


def model_in_list(choice: Choice) -> str:
    """A model in a list, with what has to be downloaded."""
    name = model_name(choice)
    missing = choice.kind == "catalogue" and not choice.present
    if choice.problem:
        return f"{name} · {NOT_IN_ORDER}"
    return name + (f" · {choice.megabytes:.0f} MB to download" if missing else "")
