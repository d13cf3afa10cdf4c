"""The words of the Explain page: its controls, its pictures, what a map says, its slide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models import Choice
from saliency.classifier import OutputKind, Outputs
from saliency.verdict.words import SHARES
from ui.answers.words import topic
from ui.words import licence, plain

TITLE = "What does the model respond to?"  # on the slide
CHOSEN_FOR_OWN = "The page chose this model for your photo. Some of the samples belong to another model."
MORE_MODELS, MORE_MODELS_LABEL, SEARCH = "More models", "All other models", "Type to search"
MORE_VIEWS, MORE_VIEWS_LABEL = "For experts", "Other ways to measure influence"
GUESSES = "Top answers: choose one to see the influence for it"
ANSWERS = "Answers: choose one to see the influence for it"
TAGS = "Tags: choose one to see the influence on it"
TICK = ":material/check: given, which a tag is from {threshold}"
MORE_TAGS, MORE_TAGS_LABEL = "More tags", "All other tags"
ELSE, ELSE_LABEL = "Is it something else?", "All {count:,} answers that this model knows, with their scores"
ELSE_HELP = "Type what the photo shows. What is not in this list, the model cannot answer."
RIVAL, CHOSEN_RIVAL, NO_RIVAL = "Compare with another answer", "Compared with {label}", "No comparison"
RIVAL_LABEL = "Which parts speak for the answer, and which for this other one?"

RECEIVED, HEAT, BOTH = "Photo as received", "Heat map", "Both together"
GIVEN = "{framing}, {width} × {height} pixels: all that the model was given."
MEANWHILE = "Until then: Quick view"
ANSWER = "The model answers “{label}” (score {score})."
SO_FAR = "The map so far, after {samples:,} trials. It still changes; wait before you read it."
CONTOUR = "The line surrounds the strongest places, at most a fifth of the picture."
CONTOUR_SIGNED = (
    "The line surrounds the strongest places, at most a fifth of the picture; "
    "it is dashed where the influence is against."
)
CONTOUR_OF_NUMBER = (
    "The line surrounds the strongest places, at most a fifth of the picture; "
    "it is dashed where they lower the score."
)
BRIGHTEST = "The brightest areas had the most influence on {topic}, according to this view."
SIGNED = (
    "Orange areas spoke in favour of '{label}' and blue areas against it, according to this view: "
    "the stronger the colour, the more influence."
)
SIGNED_NUMBER = (
    "Orange areas raised {topic} and blue areas lowered it, according to this view: "
    "the stronger the colour, the more influence."
)
SQUEEZED = "This model only accepts squares, so it received the photo squeezed into one."
SUPPOSED = (
    "For this model, it is not known exactly which place each part of the map stands for, so the parts are "
    "spread evenly over the photo. What is marked may lie a little beside its true place."
)
TEST_SLIDE, TEST_SLIDE_HELP = (
    "Slide of the test (PNG)",
    "The verdict, the photo before and after covering, and the equal areas elsewhere; 1920 × 1080.",
)
ZIP, ZIP_HELP = (
    "All files (ZIP)",
    "The answer in words, both slides, photo, overlay, heat map as picture and numbers, the test, and a "
    "record of how it was made.",
)
COARSE = 16  # cells along a side, up to which one is as large as a thing in the photo
SHARE = (
    "The address of this page leads others to the same sample, model, view, answer and marked area. Your "
    "own photos are not part of it."
)


def asked(model: str, view: str) -> str:
    """Which model gave the answer, and which view shows what it responds to; both are Markdown."""
    return f":small[Model: **{model}** · View: **{view}**]"


def grain(cells: Sequence[int]) -> str:
    """How coarse a map of so many rows and columns of cells is; empty where that hides nothing."""
    rows, columns = cells
    if min(rows, columns) > COARSE:
        return ""
    return f"This map has {columns} × {rows} cells: it shows nothing smaller than one of them."


def guesses(outputs: Outputs) -> str:
    """What stands over the answers to choose from."""
    return {OutputKind.LABELS: TAGS, OutputKind.YES_NO: ANSWERS}.get(outputs.kind, GUESSES)


def contour(outputs: Outputs, *, signed: bool) -> str:
    """What the line on a map is."""
    if not signed:
        return CONTOUR
    return CONTOUR_OF_NUMBER if outputs.is_score else CONTOUR_SIGNED


def spots(label: str, outputs: Outputs, *, signed: bool) -> str:
    """What the colours of a map stand for; the label is Markdown."""
    sentence = (SIGNED_NUMBER if outputs.is_score else SIGNED) if signed else BRIGHTEST
    return sentence.format(label=label, topic=topic(label, outputs))


def alt(picture: str, photo: str, label: str, outputs: Outputs = SHARES) -> str:
    """What a picture shows, for those who cannot see it."""
    influence = f"the influence on {topic(label, outputs)}"
    return {
        RECEIVED: f"The photo '{photo}' as the model received it",
        HEAT: f"Heat map of '{photo}': brighter where {influence} was greater",
        BOTH: f"The photo '{photo}' under the colours of its heat map for '{label}'",
    }[picture]


def model_sentence(choice: Choice) -> str:
    """The first sentence about a model, and its licence; all of them stand in its help."""
    first, stop, _ = choice.sentence.partition(". ")
    return f"{plain(first + stop.strip())} {licence(choice)}".strip()


def chosen_for_own_photo(choice: Choice) -> str:
    """Why an own photo is shown to another model than the samples, and how to change that."""
    larger = "The list has larger ones, which are downloaded once." if choice.kind == "built-in" else ""
    return f"{CHOSEN_FOR_OWN} {larger}".strip()


def slide_details(view: str, label: str, today: date) -> str:
    """One line on the slide, which names model and photo: what was asked, and when."""
    return f"View: {view} · Influence on: {label} · {today.day} {today:%B %Y}"
