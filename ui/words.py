"""Every sentence a person reads, in one place.

The rules are fixed: *score*, *influence*, *responds to*; a map is a question and never an answer. Sentences
about scores follow thresholds, stated as constants below. Text that comes from outside (labels, file
names) goes through `plain` before it stands in one of these sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models import Choice
    from saliency.classifier import Score
    from saliency.methods.registry import Method

FAVOURITE = 0.80  # score from which the top guess is a clear favourite, if it is also so far ahead:
AHEAD = 0.50
LEANING = 0.40  # score from which the model leans towards it

APP = "Spotlight"
TITLE = "What does the model respond to?"
LIMITS = "One picture only. This does not tell you whether the model is right, fair or safe."
LESS, MORE = "less influence", "more influence (within this picture only)"
AGAINST, FOR = "influence against", "influence in favour (within this picture only)"
RECEIVED, HEAT, BOTH = "What the model received", "Heat map", "Both together"
CONTOUR = "The line surrounds the strongest places, at most a fifth of the picture."
CONTOUR_SIGNED = (
    "The line surrounds the strongest places, at most a fifth of the picture; "
    "it is dashed where the influence is against."
)

PAGE_EXPLAIN, PAGE_COMPARE, PAGE_AUDIT, PAGE_GUIDE = "Explain", "Compare", "Audit", "Guide"
PAGE_EXPLAIN_HELP = "See which parts of a photo had the most influence on a model's guess."
PAGE_COMPARE_HELP = "One photo with two models, two views or two guesses, side by side."
PAGE_AUDIT_HELP = "A whole set of photos at once: which pictures should a person look at?"
PAGE_GUIDE_HELP = "How to read a heat map, and what to do about what it shows."

SAMPLES = "Try a sample"
OWN_PHOTO = "Your photo"
UPLOAD = "Or your own photo: JPG, PNG, WebP, AVIF, HEIC"
UPLOAD_HELP = (
    "JPG, PNG, WebP, AVIF or HEIC, up to 20 MB. It is only kept while this page is open, and "
    "nobody else sees it."
)
CAMERA = "Camera"
CAMERA_LABEL = "Take a photo"
MODEL, MODEL_HELP = "Model", "What is being examined."
CHOSEN_FOR_OWN = "The page chose this model for your photo, and shows the samples to another."
MORE_MODELS = "More models"
MORE_MODELS_LABEL = "Every other model"
SEARCH = "Type to search"
VIEW = "View"
VIEW_HELP = "Different ways to measure influence. The times are measured on this computer."
MORE_VIEWS = "More views"
MORE_VIEWS_LABEL = "Other ways to measure influence"
FRAMING = "How the photo is given to the model"
FRAMINGS = {"whole": "Whole photo", "crop": "Centre crop"}
FRAMING_HELP = (
    "Whole photo: nothing is cut off. Centre crop: the square in the middle, as models are usually tested."
)
GUESSES = "Top guesses: choose one to see the influence for it"
RIVAL = "Rather than …"
RIVAL_LABEL = "Compare with another guess: which parts speak for the one rather than the other?"
NO_RIVAL = "No comparison"
STRENGTH = "Strength of the colours"
TAKE = "Take it with you"
SLIDE, SLIDE_HELP = "Slide (PNG)", "One picture for your presentation, 1920 × 1080."
ZIP, ZIP_HELP = (
    "All files (ZIP)",
    "Overlay, heat map as picture and numbers, and a record of how it was made.",
)
DETAILS = "Technical details"
SHARE = (
    "The address of this page leads others to the same sample, model, view and guess. Your own "
    "photos stay here."
)

EMPTY = "This view found no influence on the score for '{label}' in this photo, so there is nothing to show."
EVEN = (
    "According to this view, all parts of this photo had about the same influence on the score for '{label}'."
)
BRIGHTEST = "The brightest areas had the most influence on the score for '{label}', according to this view."
SIGNED = (
    "Orange areas spoke in favour of '{label}' and blue areas against it, according to this view: "
    "the stronger the colour, the more influence."
)
NOT_CLASS_SPECIFIC = "This view shows one map for the whole photo: it is the same for every guess."
UNLEARNED = {
    "does not": (
        "This view does not depend on what the model learned: it drew much the same map when the model had "
        "forgotten everything. Do not rely on it alone."
    ),
    "hardly on the guess": (
        "This view hardly depends on the guess: it drew much the same map when the model had forgotten which "
        "name goes with what. Do not rely on it alone."
    ),
    "unmeasured": (
        "It was not measured whether this view depends on what the model learned. Do not rely on it alone."
    ),
}
_BADGES = {
    "does not": "Does not depend on what the model learned.",
    "hardly on the guess": "Hardly depends on the guess.",
    "unmeasured": "Not measured: whether it depends on what the model learned.",
}
SQUEEZED = "This model only accepts squares, so it received the photo squeezed into one."
RUNNING = "Measuring the influence: {percent} % done{left}."
START = "Start ({about})"
CANCEL = "Cancel"
CANCELLED = "Stopped. Nothing was changed; you can start again at any time."
DOWNLOAD_OFFER = "**{name}** is not on this computer yet. The download has {megabytes} MB."
DOWNLOAD = "Download ({megabytes} MB)"
DOWNLOAD_STOPPED = "The download was stopped. You can start it again at any time."
BACK_TO_BUILT_IN = "Use the built-in model"

BAD_LINK = (
    "The link asked for {what} '{value}', which is not available here. The page shows the "
    "usual choice instead."
)
LINK_PARTS = {
    "sample": "the sample",
    "model": "the model",
    "view": "the view",
    "class": "the guess",
    "rather": "the comparison",
    "framing": "the framing",
}
UNEXPECTED = "Something went wrong on our side. Your photo was not saved. Code {code}."

_VIEWS = {"quick": "Quick view", "careful": "Careful check"}
_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


def plain(text: str) -> str:
    """Text from outside, so that the page shows it as it is: no markup, no icons, no line breaks."""
    flat = re.sub(r"\s+", " ", text).strip()
    return re.sub(r":(?=\S)", ":\u2060", _MARKUP.sub(r"\\\1", flat))


def score(value: float) -> str:
    """A score in two decimals; never quite 0 or 1."""
    if value >= 0.995:
        return "above 0.99"
    return f"{value:.2f}" if value >= 0.005 else "below 0.01"


def finding(scores: Sequence[Score], *, markup: bool = True) -> str:
    """The finding in one sentence, by the score rules.

    Args:
        scores: All classes, best first.
        markup: Whether the sentence is for the page (labels escaped, the first one bold) or for a picture.
    """
    first, second = scores[0], scores[1] if len(scores) > 1 else None
    label = f"**{plain(first.label)}**" if markup else f"“{first.label}”"
    ahead = first.score - (second.score if second else 0.0)
    if first.score >= FAVOURITE and ahead >= AHEAD:
        return f"The model's clear favourite is {label} (score {score(first.score)})."
    if first.score >= LEANING and second:
        other = plain(second.label) if markup else f"“{second.label}”"
        next_is = f"next is {other} ({score(second.score)})"
        return f"The model leans towards {label} (score {score(first.score)}); {next_is}."
    return f"The model is undecided. Its top guess is {label}. Read the map with extra care."


def received(width: int, height: int, framing: str) -> str:
    """What the model was given, under its picture."""
    return f"{FRAMINGS[framing]}, {width} × {height} pixels: all that the model was given."


def cut_off(share: float) -> str:
    """How much of the photo the model did not receive."""
    percent = f"{100 * share:.0f}" if share >= 0.01 else "less than 1"
    return (
        f"The model did not receive the edges of your photo ({percent} % was cut off). "
        "Nothing there can have influenced it."
    )


def number(count: int) -> str:
    """A small number as a word, a larger one in figures."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def about(seconds: float) -> str:
    """A duration as people say it, never more precise than it is known."""
    if seconds < 1.5:
        return "about 1 s"
    if seconds < 10:
        return f"about {seconds:.0f} s"
    if seconds < 90:
        return f"about {5 * round(seconds / 5)} s"
    return f"about {max(2, round(seconds / 60))} min"


def view_name(kind: str, seconds: float) -> str:
    """The two views up front, with their time where it is known."""
    name = _VIEWS[kind]
    return f"{name} ({about(seconds)})" if seconds else name


def waiting(ahead: int) -> str:
    """The place in the line for heavy work."""
    if ahead <= 1:
        return "Someone else's check is running. Yours is next."
    return f"{number(ahead).capitalize()} other checks are before yours."


def slow_view(view: str, seconds: float, sentence: str) -> str:
    """What a slow view does and how long it takes, before it is started."""
    return f"**{plain(view)}** takes {about(seconds)} on this computer. {plain(sentence)}"


def downloading(name: str, done: int, total: int) -> str:
    """Progress of a download, in bytes."""
    return f"Downloading {name}: {done / 1e6:.0f} of {total / 1e6:.0f} MB."


def running(done: int, total: int, left: float) -> str:
    """Progress of a slow view, with the time left once it can be told."""
    percent = 100 * done // total if total else 0
    return RUNNING.format(percent=percent, left=f", {about(left)} left" if 0 < done < total else "")


def so_far(samples: int) -> str:
    """What stands below a map that is still being made."""
    return f"The map so far, after {samples:,} trials. It still changes; wait before you read it."


def guess(entry: Score) -> str:
    """A top guess on its pill."""
    return f"{plain(entry.label)} · {score(entry.score)}"


def asked(target: Score, rival: Score | None) -> str:
    """What the map is about, to stand between single quotation marks."""
    return plain(target.label) + (f"' rather than '{plain(rival.label)}" if rival else "")


def rather_than(entry: Score) -> str:
    """The class a guess is compared with, on its button."""
    return f"Rather than {plain(entry.label)}"


def own_photo(name: str, notes: Sequence[str]) -> str:
    """The uploaded photo, and what was left out of it or changed."""
    return " ".join([f"{OWN_PHOTO}: **{plain(name)}**", *(f"· {plain(note)}" for note in notes)])


def sample(title: str, sentence: str) -> str:
    """The sample shown."""
    return f"Sample: **{plain(title)}**" + (f" · {plain(sentence)}" if sentence else "")


def model_name(choice: Choice) -> str:
    """The everyday name of a model."""
    name = {"built-in": f"Built-in ({choice.name.lower()})", "own": f"Your own: {choice.name}"}
    return plain(name.get(choice.kind, choice.name))


def model_sentence(choice: Choice) -> str:
    """The first sentence about a model; all of them stand in its help."""
    first, stop, _ = choice.sentence.partition(". ")
    return plain(first + stop.strip())


def model_help(choice: Choice) -> str:
    """All about a model: its technical name, the room it takes."""
    technical = f"Technical name: {plain(choice.technical)}, {choice.megabytes:.0f} MB."
    return f"{MODEL_HELP} {plain(choice.sentence)} {technical}"


def chosen_for_own_photo(choice: Choice) -> str:
    """Why an own photo is shown to another model than the samples, and how to change that."""
    larger = "Larger ones are in the list, to be downloaded once." if choice.kind == "built-in" else ""
    return f"{CHOSEN_FOR_OWN} {larger}".strip()


def model_in_list(choice: Choice) -> str:
    """A model in the long list, with what has to be downloaded."""
    known = model_name(choice)
    name = known if choice.technical in ("", choice.name) else f"{known} ({plain(choice.technical)})"
    return name + _to_download(choice)


def model_in_front(choice: Choice) -> str:
    """A model in the short list, with what has to be downloaded."""
    return model_name(choice) + _to_download(choice)


def _to_download(choice: Choice) -> str:
    missing = choice.kind == "catalogue" and not choice.present
    return f" · {choice.megabytes:.0f} MB to download" if missing else ""


def view(key: str, method: Method) -> str:
    """The name of a view as people know it."""
    return _VIEWS.get(key, method.name)


def view_in_list(name: str, seconds: float) -> str:
    """A view in the long list, with its time where it is known."""
    return f"{plain(name)} ({about(seconds)})" if seconds else plain(name)


def view_sentence(sentence: str, learned: str) -> str:
    """What a view does, and a badge unless it was measured to depend on what the model learned.

    Args:
        sentence: What it does.
        learned: Whether it does, a :class:`saliency.methods.registry.LearningDependence`.
    """
    badge = _BADGES.get(learned)
    return plain(sentence) + (f" :material/warning: **{badge}**" if badge else "")


def not_offered(view: str, model: str) -> str:
    """A view that a model cannot be asked for."""
    said = f"The view '{plain(view)}' is not available for the model '{plain(model)}'."
    return f"{said} The page shows the quick view instead."


def bad_link(part: str, value: str) -> str:
    """What a link asked for in vain."""
    return BAD_LINK.format(what=LINK_PARTS[part], value=plain(value[:60]))
