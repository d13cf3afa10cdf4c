"""The words of the Explain page: its controls, its pictures, what a map says, its slide."""

from __future__ import annotations

from collections.abc import Sequence

from models import Choice
from saliency.classifier import OutputKind, Outputs
from saliency.explanation import Explanation
from saliency.export.map_notes import contour as contour
from saliency.export.words import BOTH as BOTH
from saliency.export.words import HEAT as HEAT
from saliency.export.words import RECEIVED as RECEIVED
from saliency.export.words import SHAPES as SHAPES
from saliency.export.words import TITLE as TITLE
from saliency.export.words import alt as alt
from saliency.export.words import shape
from saliency.photo.area import Area
from ui.words import licence, ordinal, plain

CHOSEN_FOR_OWN = "The page chose this model for your photo. Some of the samples belong to another model."
MORE_MODELS, MORE_MODELS_LABEL, SEARCH = "More models", "All other models", "Type to search"
MORE_MODELS_DIFFER = (
    "Those of the catalogue all know the same 1,000 things. They differ in size, and in how often they are "
    "right."
)
MORE_VIEWS, MORE_VIEWS_LABEL = "For experts", "Other ways to measure influence"
GUESSES = "Top answers and scores: choose one to look into it"
ANSWERS = "Answers and scores: choose one to look into it"
TAGS = "Tags and scores: choose one to look into it"
TICK = ":material/check: given, which a tag is from {threshold}"
ELSE, ELSE_EXAMPLE = "Is it something else? Type what it is", "For example: coffee mug"
ELSE_HELP = "The page looks for it among the {count:,} answers that this model can give."
UNKNOWN_THING = "Unless it has another word for it, it cannot recognise it."
NO_SUCH_ANSWER = "None of the {count:,} answers of this model is called “{typed}”."
NEAR = "Nearest by name: {names}. Does {one} mean the same? Then choose it above. {unknown}"
NOT_THE_TOP = (
    "You see what speaks for “{label}”. That is not what the model answers: it comes {place} of {count:,}, "
    "with a score of {score}."
)
RIVAL, CHOSEN_RIVAL, NO_RIVAL = "Compare with another answer", "Compared with {label}", "No comparison"
RIVAL_LABEL = "Which parts speak for the answer, and which for this other one?"

SHAPE_IS = "**{shape}:** the marked area, which is covered to test it."
LINE_IS = "**Curved line:** the strongest places of the heat map."
COLOURS = "**Colours:** the brighter, the more influence on the answer."
COLOURS_SIGNED = "**Colours:** orange speaks for the answer, blue against it."
COLOURS_NUMBER = "**Colours:** orange raises the number, blue lowers it."
GIVEN = "{framing}, at {width} × {height} pixels"
MEANWHILE = "Until then: Quick view"
ANSWER = "The model answers “{label}” (score {score} of 1)."
SO_FAR = "The map so far, after {samples:,} trials. It still changes; wait before you read it."
TEST_SLIDE, TEST_SLIDE_HELP = (
    "Slide of the test (PNG)",
    "The verdict, the photo before and after covering, and the equal areas elsewhere; 1920 × 1080.",
)
MORE_FILES, MORE_FILES_HELP = (
    "More files",
    "A second slide, and all that goes with the result.",
)
ZIP, ZIP_HELP = (
    "All files (ZIP)",
    "The answer in words and as a page to send, both slides, photo, overlay, heat map as picture and "
    "numbers, the test, and a record of how it was made.",
)
SHARE = (
    "The address of this page leads others to the same sample, model, view, answer and marked area. Your "
    "own photos are not part of it."
)


def asked(model: str, view: str) -> str:
    """Which model gave the answer, and which view shows what it responds to; both are Markdown."""
    return f":small[Model: **{model}** · View: **{view}**]"


def guesses(outputs: Outputs) -> str:
    """What stands over the answers to choose from."""
    return {OutputKind.LABELS: TAGS, OutputKind.YES_NO: ANSWERS}.get(outputs.kind, GUESSES)


def no_such_answer(typed: str, near: Sequence[str], count: int) -> str:
    """That no answer is called what a person typed, and which ones are near; all names are Markdown."""
    said = NO_SUCH_ANSWER.format(typed=typed, count=count)
    if not near:
        return f"{said} **{UNKNOWN_THING}**"
    names = ", ".join(f"“{name}”" for name in near)
    one = "that" if len(near) == 1 else "one of them"
    return f"{said} {NEAR.format(names=names, one=one, unknown=f'**{UNKNOWN_THING}**')}"


def legend(explanation: Explanation, area: Area | None) -> str:
    """What the lines and the colours in the pictures are, in one line."""
    said = [] if area is None else [SHAPE_IS.format(shape=shape(area))]
    if not explanation.empty:
        signed = COLOURS_NUMBER if explanation.outputs.is_score else COLOURS_SIGNED
        said += [LINE_IS, signed if explanation.signed else COLOURS]
    return " ".join(said)


def not_the_top(label: str, place: int, count: int, score: str) -> str:
    """That the answer on the page is not the model's own; the label is Markdown."""
    return NOT_THE_TOP.format(label=label, place=ordinal(place), count=count, score=score)


def model_sentence(choice: Choice) -> str:
    """The first sentence about a model, and its licence; all of them stand in its help."""
    first, stop, _ = choice.sentence.partition(". ")
    return f"{plain(first + stop.strip())} {licence(choice)}".strip()


def chosen_for_own_photo(choice: Choice) -> str:
    """Why an own photo is shown to another model than the samples, and how to change that."""
    larger = "The list has larger ones, which are downloaded once." if choice.kind == "built-in" else ""
    return f"{CHOSEN_FOR_OWN} {larger}".strip()
