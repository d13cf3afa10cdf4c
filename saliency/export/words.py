"""The words that everything people take away shares: slides, pages, the answer as text."""

from __future__ import annotations

from saliency.checks.fills import Fill
from saliency.classifier import OutputKind, Outputs, Score
from saliency.photo.area import Area
from saliency.verdict.evidence import Bearing
from saliency.verdict.words import LEGEND, SHARES

TITLE = "What does the model respond to?"
LIMITS = "One picture only. This does not tell you whether the model is right, fair or safe."
PICTURES = RECEIVED, HEAT, BOTH = "Photo as received", "Heat map", "Both together"
STRENGTH = "Strength of the colours"
FRAMINGS = {"whole": "Whole photo", "crop": "Centre crop"}
FILLS = {Fill.BLUR: "Blurred", Fill.GROWN: "Filled in"}
COVERED = {Fill.BLUR: "Area blurred: {score}", Fill.GROWN: "Area filled in: {score}"}
COVERED_ALT = "What the model received with the marked area covered: {fill}"
BEFORE_ALT = "What the model received, with the marked area outlined"
ANSWER = "Answer: “{label}”"
SHAPES = ("Blue box", "Blue boxes", "Blue line")
TRIED = "What was tried"
MAP, SCORES, ORIGIN = "Where the influence lies", "What the model answers", "How this was made"
ON_THE_MAP = "(the one on the map)"
ASKED, TEST = "Asked", "Test"
COMPARED = "area covered in two ways, compared with {count} equal areas elsewhere; random seed {seed}"
ALONE = "This page holds the photo. It is complete in itself: it loads nothing, and sends nothing anywhere."
SCORE_COLUMNS = ("Answer", "", "Score")
AGAINST, FOR = "against", "in favour (this picture only)"
LOWERS, RAISES = "lowers the score", "raises the score (this picture only)"
BEARINGS = {  # of a test on the verdict; that there was nothing to measure, its sentence says
    Bearing.SUPPORTS: "supports the verdict",
    Bearing.AGAINST: "speaks against the verdict",
    Bearing.UNCLEAR: "leaves it open",
    Bearing.NOTHING: "",
}


def topic(label: str, outputs: Outputs) -> str:
    """What a map is about, in the middle of a sentence; the label is written as it is."""
    if outputs.is_score:
        return label if label.lower().startswith("the ") else f"the {label}"
    return f"the {'tag' if outputs.kind is OutputKind.LABELS else 'score for'} '{label}'"


def standing(entry: Score, outputs: Outputs) -> str:
    """What a class, a tag or a scale is given, behind "is": "0.81", "given (0.81)", "7.2"."""
    value = outputs.shown(entry.score)
    if outputs.kind is not OutputKind.LABELS:
        return value
    return f"{'given' if outputs.given(entry.score) else 'not given'} ({value})"


def shape(area: Area) -> str:
    """What the line around an area looks like; boxes that touch are surrounded together."""
    if area.mask is not None or area.joined:
        return SHAPES[2]
    return SHAPES[len(area.boxes) > 1]


def ends(*, signed: bool, outputs: Outputs = SHARES) -> tuple[str, str]:
    """The words at the two ends of the bar of a map's colours."""
    if not signed:
        return LEGEND
    return (LOWERS, RAISES) if outputs.is_score else (AGAINST, FOR)


def alt(picture: str, photo: str, label: str, outputs: Outputs = SHARES) -> str:
    """What one of the three pictures shows, for those who cannot see it."""
    influence = f"the influence on {topic(label, outputs)}"
    return {
        RECEIVED: f"The photo '{photo}' as the model received it",
        HEAT: f"Heat map of '{photo}': brighter where {influence} was greater",
        BOTH: f"The photo '{photo}' under the colours of its heat map for '{label}'",
    }[picture]
