"""The words of "Test an area": what is asked, what came out, what that means and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.checks import permutation_test
from saliency.checks.cover import Cover
from saliency.checks.question import Answer
from saliency.classifier import OutputKind, Outputs
from saliency.export.words import COVERED_ALT as COVERED_ALT
from saliency.export.words import FILLS as FILLS
from saliency.verdict.advice import Merit
from saliency.verdict.evidence import Bearing, Verdict
from saliency.verdict.words import course, sentence_start
from ui.answers.words import topic
from ui.words import number

TITLE = "Test an area"
INTRO = (
    "A heat map is a question; the answer is a test. The strongest place of the map is tested first; if that "
    "leaves it open, all its strong places together, then the whole thing. Mark another area, and the page "
    "asks the model again without it."
)
TOGETHER = (
    "The brightest place of the heat map was covered first. That did not settle it, so all its bright places "
    "were covered together."
)
WHOLE = (
    "The brightest place of the heat map was covered first. That did not settle it, so all of the thing "
    "around it was covered. If the blue line does not go around your product, draw a box around that."
)
TEST_WHOLE = "Test the whole thing"
AS_MUCH_AT = "Orange: where the score falls as much. {places}"
AS_MUCH_ALT = (
    "The photo with lines around the marked area (blue) and around places that count as much (orange)"
)
FILLED = "{fill}: “{answer}”, {score}"
FILLED_SCORE = "{fill}: {score}"
MARK_ANCHOR = "test-an-area"
MARK_ANOTHER = f"[Mark another area ↓](#{MARK_ANCHOR})"
COVERED = "Marked area covered"
NOT_COVERED = (
    "Once a marked area is tested, you see the photo without it here, and what the model then answers."
)
THEN = "With the area blurred, {topic} {course}{tag}."
TAG_THEN = {  # whether it was given, and whether it still is
    (True, True): " and is still given",
    (True, False): " and is no longer given",
    (False, True): " and is now given",
    (False, False): " and is still not given",
}
GUESS_THEN = "The {top} is then '{guess}'."
GUESS_STAYS = "The {top} stays '{guess}'."
NOTHING_MARKED = (
    "Draw a box around the part of the picture you wonder about, with mouse or finger, "
    "or choose an area below it."
)
WHAT_FOLLOWS = (
    "1. The area is covered, and the model is asked again.\n"
    "2. So are equal areas elsewhere, for comparison.\n"
    "3. You read what that shows, and what it does not."
)
MARK_LABEL = (
    "The photo '{photo}'. Draw a box on it to mark an area; the fields and sliders below do the same."
)
HEAT_OVER = "Show the heat map"
SUGGESTIONS = "Or choose an area"
SPOTS, ALL_SPOTS = ("Strongest place", "Second strongest", "Third strongest"), "All strong places"
WHOLE_THING = "The whole thing"
OUTLINE = "The product's outline"
SUGGESTIONS_HELP = (
    "These are the strongest separate places of the heat map. If nothing stands out, there are none."
)
CLEAR = "Clear"
WITHOUT_POINTER = "Mark without drawing: nine fields, or sliders"
FIELD_ROWS = ("Upper third", "Middle third", "Lower third")
FIELD_COLUMNS = ("left", "middle", "right")
ACROSS, DOWN = "From left to right", "From top to bottom"

ICONS = {
    Verdict.DEPENDS: ":material/target:",
    Verdict.EITHER: ":material/alt_route:",
    Verdict.PARTLY: ":material/contrast:",
    Verdict.DOES_NOT: ":material/remove_circle_outline:",
    Verdict.UNKNOWN: ":material/help:",
}
MERIT_ICONS = {
    Merit.GOOD: ":material/check_circle:",
    Merit.MIXED: ":material/error_outline:",
    Merit.BAD: ":material/warning:",
}
COLOURS = {Merit.GOOD: "green", Merit.MIXED: "orange", Merit.BAD: "red"}
ROLE = "What is the marked area?"
SAID_BEFORE = "Of the area that was marked before, you said: **{role}**. That is kept."
BACK_TO_IT = "Back to that area"
EVIDENCE = "What was tried, and what that says"
BEARINGS = {
    Bearing.SUPPORTS: ":material/check: **Supports the verdict.**",
    Bearing.AGAINST: ":material/close: **Speaks against the verdict.**",
    Bearing.UNCLEAR: ":material/question_mark: **Leaves it open.**",
    Bearing.NOTHING: ":material/remove: **Nothing to measure.**",
}
AS_IS, YOURS, OTHERS = "As it is", "Marked area", "Elsewhere"
CHART = "{Topic}: as it is, with the marked area covered, and with equal areas elsewhere covered{line}"
CHART_LINE = "; the line stands where a tag begins to be given"
CHART_ALT = (
    "Strip chart of scores from {low} to {high}. As it is: {before}. With the marked area covered, on "
    "average: {after}. With equal areas elsewhere covered, on average: {elsewhere}."
)

CHANCE_HELP = (
    "Chance is the same heat map, shifted and mirrored in 255 ways: its shape stays, only its place changes."
)
SHARE_ALT = "The marked area outlined on the heat map"

HOW_SURE = "How sure is this? Figures for experts"
P_VALUE = (
    "**p = {value}** for “the marked area is like any other of its size”: {beaten} of the {count} equal "
    "areas elsewhere {did} the score as {much} as it did. Where the two ways of covering differ, the larger "
    "number counts. The smaller p is, the less it looks like chance; with {count} areas it cannot be smaller "
    "than {least}."
)
P_WHY = (
    "“Depends” needs three things:\n"
    "1. {effect}\n"
    "2. It does so with both ways of covering: blurred, and filled in from the surroundings.\n"
    "3. At most one in twenty of the equal areas elsewhere {does} the score as {much}."
)
EFFECTS = {
    OutputKind.YES_NO: "The score falls by at least a fifth, or the answer turns.",
    OutputKind.LABELS: "The score of the tag falls by at least a fifth, or it is no longer given.",
    OutputKind.SCORE: "The score moves by at least a fifth of its usual range, up or down.",
}
EFFECT = "The score falls by at least a fifth, or the answer changes."
NO_CONTROLS = "There were no equal areas to compare with, so no p can be given."
RECORD, RECORD_HELP = (
    "Record of this check (JSON)",
    "All settings and figures, to repeat or to file this check.",
)

COVER_INTRO = "The marked area is covered in two ways, and so are equal areas elsewhere."


def then(label: str, before: Answer, after: Answer, guesses: tuple[str, str], outputs: Outputs) -> str:
    """Score and top guess, or tag, before and after, below the picture; label and guesses are plain text."""
    tags = outputs.kind is OutputKind.LABELS
    sentence = THEN.format(
        topic=topic(label, outputs),
        course=course(before.score, after.score, outputs),
        tag=TAG_THEN[before.ahead, after.ahead] if tags else "",
    )
    if not outputs.exclusive or not all(guesses):
        return sentence  # in a comparison of two classes there is no guess to speak of
    top = "answer" if outputs.kind is OutputKind.YES_NO else "top answer"
    guess = GUESS_STAYS if before.top == after.top else GUESS_THEN
    return f"{sentence} {guess.format(top=top, guess=guesses[1])}"


def chart(label: str, outputs: Outputs) -> str:
    """What the chart of scores shows; the label is Markdown."""
    line = CHART_LINE if outputs.kind is OutputKind.LABELS else ""
    return CHART.format(Topic=sentence_start(topic(label, outputs).removeprefix("the ")), line=line)


def p_value(cover: Cover, outputs: Outputs) -> str:
    """The permutation test in words."""
    if cover.count == 0:
        return NO_CONTROLS
    did, much = ("moved", "far") if outputs.is_score else ("lowered", "much")
    return P_VALUE.format(
        value=f"{cover.p_value:.2f}",
        beaten=number(cover.exceedances) if cover.exceedances else "none",
        count=cover.count,
        did=did,
        much=much,
        least=f"{permutation_test.p_value(0, cover.count):.2f}",
    )


def p_why(outputs: Outputs) -> str:
    """What the verdict "depends" takes."""
    does, much = ("moves", "far") if outputs.is_score else ("lowers", "much")
    return P_WHY.format(effect=EFFECTS.get(outputs.kind, EFFECT), does=does, much=much)


def mark_label(photo: str, *, marked: bool) -> str:
    """What the picture to draw on shows, for those who cannot see it."""
    return MARK_LABEL.format(photo=photo) + (" An area is marked." if marked else "")


def suggestion(key: str) -> str:
    """A suggested area on its pill."""
    return {"outline": OUTLINE, "all": ALL_SPOTS, "whole": WHOLE_THING}.get(key) or SPOTS[int(key)]


def as_much_at(places: Sequence[str]) -> str:
    """Where the places lie that count as much as the marked area; empty: it cannot be said in a word."""
    *others, last = places or [""]
    named = f"{', '.join(others)} and {last}" if others else last
    return AS_MUCH_AT.format(places=f"At the {named}." if named else "").rstrip()


def filled(fill: str, label: str, value: str) -> str:
    """What the model answers with the area covered in one way; the label is Markdown, empty where none is."""
    return (FILLED if label else FILLED_SCORE).format(fill=fill, answer=label, score=value)


def field(number: int) -> str:
    """A field of the grid."""
    return sentence_start(FIELD_COLUMNS[number % 3])


def fill_caption(fill: str, value: str) -> str:
    """How it was covered, and the score then, below a small picture."""
    return f"{fill}: score {value}"
