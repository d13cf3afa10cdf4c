"""The words of "Test an area": what is asked, what came out, what that means and what to do next."""

from __future__ import annotations

from saliency.checks import permutation_test
from saliency.checks.cover import Cover
from saliency.checks.fills import Fill
from saliency.checks.question import Answer
from saliency.verdict.advice import AreaRole, Merit
from saliency.verdict.evidence import Bearing, Verdict
from saliency.verdict.words import course, sentence_start
from ui.words import number

TITLE = "Test an area"
INTRO = (
    "A heat map is a question; the answer is a test. The strongest place of the map is tested first: "
    "mark another area, and the page asks the model again without it."
)
COVERED = "Marked area covered"
NOT_COVERED = (
    "Once a marked area is tested, you see the photo without it here, and what the model then answers."
)
THEN = "With the area blurred, the score for '{label}' {course}."
GUESS_THEN = "The top answer is then '{guess}'."
GUESS_STAYS = "The top answer stays '{guess}'."
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
SPOT, OUTLINE = "Spot {number}", "The product's outline"
SUGGESTIONS_HELP = (
    "The spots are the strongest separate places of the heat map. If nothing stands out, there are none."
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
ROLES = {
    AreaRole.PRODUCT: "The product",
    AreaRole.DETAIL: "A detail",
    AreaRole.OTHER: "Something else",
}
EVIDENCE = "What was tried, and what that says"
BEARINGS = {
    Bearing.SUPPORTS: ":material/check: **Supports it.**",
    Bearing.AGAINST: ":material/close: **Speaks against it.**",
    Bearing.UNCLEAR: ":material/question_mark: **Leaves it open.**",
    Bearing.NOTHING: ":material/remove: **Nothing to measure.**",
}
AS_IS, YOURS, OTHERS = "As it is", "Marked area", "Elsewhere"
CHART = "Score for '{label}': as it is, with the marked area covered, and with equal areas elsewhere covered"
FILLS = {Fill.BLUR: "Blurred", Fill.GROWN: "Filled in"}
CHART_ALT = (
    "Strip chart of scores from 0 to 1. As it is: {before}. With the marked area covered: {after}. "
    "With equal areas elsewhere covered: {elsewhere}."
)
COVERED_ALT = "What the model received with the marked area covered: {fill}"

CHANCE_HELP = (
    "Chance is the same heat map, shifted and mirrored in 255 ways: its shape stays, only its place changes."
)
SHARE_ALT = "The marked area outlined on the heat map"

HOW_SURE = "How sure is this? Figures for experts"
P_VALUE = (
    "**p = {value}** for “the marked area is like any other of its size”: {beaten} of the {count} equal "
    "areas elsewhere lowered the score as much as it did. Where the two ways of covering differ, the larger "
    "number counts. The smaller p is, the less it looks like chance; with {count} areas it cannot be smaller "
    "than {least}."
)
P_WHY = (
    "“Depends” needs three things:\n"
    "1. The score falls by at least a fifth, or the answer changes.\n"
    "2. It does so with both ways of covering: blurred, and filled in from the surroundings.\n"
    "3. At most one in twenty of the equal areas elsewhere lowers the score as much."
)
NO_CONTROLS = "There were no equal areas to compare with, so no p can be given."
RECORD, RECORD_HELP = (
    "Record of this check (JSON)",
    "All settings and figures, to repeat or to file this check.",
)

COVER_INTRO = "The marked area is covered in two ways, and so are equal areas elsewhere."


def then(label: str, before: Answer, after: Answer, guesses: tuple[str, str]) -> str:
    """Score and top guess before and after, below the picture; label and guesses are plain text."""
    sentence = THEN.format(label=label, course=course(before.score, after.score))
    if not all(guesses):  # in a comparison of two classes there is no guess to speak of
        return sentence
    return f"{sentence} {(GUESS_STAYS if before.top == after.top else GUESS_THEN).format(guess=guesses[1])}"


def p_value(cover: Cover) -> str:
    """The permutation test in words."""
    if cover.count == 0:
        return NO_CONTROLS
    return P_VALUE.format(
        value=f"{cover.p_value:.2f}",
        beaten=number(cover.exceedances) if cover.exceedances else "none",
        count=cover.count,
        least=f"{permutation_test.p_value(0, cover.count):.2f}",
    )


def mark_label(photo: str, *, marked: bool) -> str:
    """What the picture to draw on shows, for those who cannot see it."""
    return MARK_LABEL.format(photo=photo) + (" An area is marked." if marked else "")


def suggestion(key: str) -> str:
    """A suggested area on its pill."""
    return OUTLINE if key == "outline" else SPOT.format(number=int(key) + 1)


def field(number: int) -> str:
    """A field of the grid."""
    return sentence_start(FIELD_COLUMNS[number % 3])


def fill_caption(fill: str, value: str) -> str:
    """How it was covered, and the score then, below a small picture."""
    return f"{fill}: score {value}"
