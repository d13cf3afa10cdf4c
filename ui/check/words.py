"""The words of "Test an area": what is asked, what came out, what that means and what to do next."""

from __future__ import annotations

from collections.abc import Iterable

from saliency.checks import permutation_test
from saliency.checks.controls import Kind
from saliency.checks.cover import Cover, Finding, Reason
from saliency.checks.fills import Fill
from saliency.checks.influence import Influence
from saliency.checks.question import Answer
from ui.words import number, score

TITLE = "Test an area"
INTRO = (
    "A heat map is a question; the answer is a test. The strongest place of the map is tested first: "
    "mark another area, and the page asks the model again without it."
)
COVERED = "Marked area covered"
THEN = "Score for '{label}': {before}, then {after}."
GUESS_THEN = "The top guess is then '{guess}'."
GUESS_STAYS = "The top guess stays '{guess}'."
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
    "The spots are the strongest separate places of the heat map. Where nothing stands out, there is none."
)
CLEAR = "Clear"
WITHOUT_POINTER = "Mark without drawing: nine fields, or sliders"
FIELD_ROWS = ("Upper third", "Middle third", "Lower third")
FIELD_COLUMNS = ("left", "middle", "right")
ACROSS, DOWN = "From left to right", "From top to bottom"

FINDINGS = {
    Finding.DEPENDS: "On this picture, the guess depends on the marked area.",
    Finding.LITTLE: "Covering the marked area made little difference.",
    Finding.INCONCLUSIVE: "This test is inconclusive.",
}
ICONS = {
    Finding.DEPENDS: ":material/target:",
    Finding.LITTLE: ":material/remove_circle_outline:",
    Finding.INCONCLUSIVE: ":material/help:",
}
DEPENDS_SCORE = "On this picture, the score for '{label}' depends on the marked area."
CHANGE = "With the marked area covered, the score goes from {before} to {after}."
NO_CHANGE = "With the marked area covered, the score stays {after}."
ELSEWHERE = "Covering {count} {kind} elsewhere takes it to {elsewhere} on average."
ELSEWHERE_SAME = "Covering {count} {kind} elsewhere leaves it {elsewhere} on average, too."
KINDS = {
    Kind.MOVED: "equal areas",
    Kind.WRAPPED: "equal areas",
    Kind.BLOBS: "areas of the same size",
    Kind.NONE: "",
}
REASONS = {
    Reason.GUESS_CHANGES: "However it is covered, the model then guesses something else: '{other}'. "
    "Equal areas elsewhere have no such effect.",
    Reason.SCORE_FALLS: "However it is covered, the score falls clearly, and further than with equal areas "
    "elsewhere covered.",
    Reason.SMALL_CHANGE: "However it is covered, the score moves by less than a tenth of itself, and the "
    "guess stays.",
    Reason.TOO_LARGE: "The marked area is so large that no equal one fits elsewhere, so there is nothing to "
    "compare it with.",
    Reason.LOW_SCORE: "The score is so low to begin with that it cannot fall.",
    Reason.FILLS_DISAGREE: "The two ways of covering it disagree: {blur} when blurred, {grown} when filled "
    "in from its surroundings. What was put there may have mattered, not only what was taken away.",
    Reason.AS_MUCH_ELSEWHERE: "The score falls, but with some equal areas elsewhere covered it falls as "
    "much.",
    Reason.IN_BETWEEN: "The score moves, but neither clearly nor hardly at all.",
    Reason.SCORE_RISES: "The score rises: something in the marked area speaks against this guess.",
}
_IF_IT_DEPENDS = (
    "If the marked area is the product, this is what you would hope for. If it is anything else, paste it "
    "into other photos below, and plan training photos without it."
)
NEXT = {
    Reason.GUESS_CHANGES: _IF_IT_DEPENDS,
    Reason.SCORE_FALLS: _IF_IT_DEPENDS,
    Reason.SMALL_CHANGE: "The rest of the picture is enough for this guess. Mark a larger area, or try "
    "another photo before you rule this area out.",
    Reason.TOO_LARGE: "Mark a smaller area, close around one thing.",
    Reason.LOW_SCORE: "Choose the top guess above, and test the area for that one.",
    Reason.FILLS_DISAGREE: "Mark a little more or a little less, or test the same thing in another photo.",
    Reason.AS_MUCH_ELSEWHERE: "Mark an area closer around the thing you suspect, or test it in another "
    "photo.",
    Reason.IN_BETWEEN: "Mark a little more of the thing you suspect, or test it in another photo.",
    Reason.SCORE_RISES: "Choose the next guess above, and see whether the area speaks for that one.",
}
AS_IS, YOURS, OTHERS = "As it is", "Marked area", "Elsewhere"
CHART = "Score for '{label}': as it is, with the marked area covered, and with equal areas elsewhere covered"
FILLS = {Fill.BLUR: "Blurred", Fill.GROWN: "Filled in"}
CHART_ALT = (
    "Strip chart of scores from 0 to 1. As it is: {before}. With the marked area covered: {after}. "
    "With equal areas elsewhere covered: {elsewhere}."
)
COVERED_ALT = "What the model received with the marked area covered: {fill}"

SHARE = (
    "{heat} % of the influence falls inside the marked area, which covers {area} % of what the model "
    "received."
)
SHARE_FOR = (
    "{heat} % of the influence in favour falls inside the marked area, which covers {area} % of what the "
    "model received."
)
MORE_THAN_CHANCE = "By chance it would be {chance} %, so the marked area stands out in this view."
NO_MORE_THAN_CHANCE = "By chance it would be {chance} %, so the marked area does not stand out in this view."
CHANCE_HELP = (
    "Chance is the same heat map, shifted and mirrored in 255 ways: its shape stays, only its place changes."
)
NO_SHARE = "This view found nothing to show, so there is no influence to count. The test does not need it."
SHARE_ALT = "The marked area outlined on the heat map"

HOW_SURE = "How sure is this?"
P_VALUE = (
    "**p = {value}** for “the marked area is like any other of its size”: {beaten} of the {count} equal "
    "areas elsewhere lowered the score as much as it did. Where the two ways of covering differ, the larger "
    "number counts. The smaller p is, the less it looks like chance; with {count} areas it cannot be smaller "
    "than {least}."
)
P_WHY = (
    "“Depends” takes three things:\n"
    "1. The score falls by at least a fifth, or the guess changes.\n"
    "2. It does so with both ways of covering: blurred, and filled in from the surroundings.\n"
    "3. Hardly an equal area elsewhere does as much."
)
NO_CONTROLS = "There were no equal areas to compare with, so no p can be given."
RECORD, RECORD_HELP = (
    "Record of this check (JSON)",
    "All settings and figures, to repeat or to file this check.",
)

COVER_INTRO = "The marked area is covered in two ways, and so are equal areas elsewhere."


def finding(cover: Cover, label: str, *, is_top: bool) -> str:
    """What covering an area shows, in one sentence; about the score where it is not the model's guess."""
    if cover.finding is Finding.DEPENDS and not is_top:
        return DEPENDS_SCORE.format(label=label)
    return FINDINGS[cover.finding]


def change(cover: Cover) -> str:
    """The score before and after, and with equal areas elsewhere covered."""
    before, after = score(cover.before.score), score(cover.after)
    moved = before != after
    sentence = CHANGE.format(before=before, after=after) if moved else NO_CHANGE.format(after=_at(after))
    if cover.elsewhere is None:
        return sentence
    elsewhere = score(cover.elsewhere)
    areas = {"count": cover.count, "kind": KINDS[cover.kind]}
    if moved or elsewhere != before:
        return f"{sentence} {ELSEWHERE.format(elsewhere=elsewhere, **areas)}"
    return f"{sentence} {ELSEWHERE_SAME.format(elsewhere=_at(elsewhere), **areas)}"


def then(label: str, before: Answer, after: Answer, guesses: tuple[str, str]) -> str:
    """Score and top guess before and after, below the picture; label and guesses are plain text."""
    sentence = THEN.format(label=label, before=score(before.score), after=score(after.score))
    if not all(guesses):  # in a comparison of two classes there is no guess to speak of
        return sentence
    return f"{sentence} {(GUESS_STAYS if before.top == after.top else GUESS_THEN).format(guess=guesses[1])}"


def _at(value: str) -> str:
    """A score that something stays at: "at 0.52", but "above 0.99"."""
    return f"at {value}" if value[0].isdigit() else value


def reason(cover: Cover, guesses: Iterable[str]) -> str:
    """Why this is the finding; the guesses are those with the area covered, as plain text."""
    return REASONS[cover.reason].format(
        other="' or '".join(dict.fromkeys(guesses)),
        blur=score(cover.fills[Fill.BLUR].after.score),
        grown=score(cover.fills[Fill.GROWN].after.score),
    )


def percent(share: float) -> str:
    """A share in [0, 1] as a percentage, never more precise than a person needs."""
    if 0 < share < 0.01:
        return "less than 1"
    return "more than 99" if 0.99 < share < 1 else f"{100 * share:.0f}"


def influence_share(inside: Influence) -> str:
    """How much of the influence is inside the area, and what it would be by chance."""
    influence = (SHARE_FOR if inside.signed else SHARE).format(
        heat=percent(inside.share.value), area=percent(inside.area)
    )
    chance = MORE_THAN_CHANCE if inside.share.p_value <= 0.05 else NO_MORE_THAN_CHANCE
    return f"{capitalised(influence)} {chance.format(chance=percent(inside.share.chance))}"


def capitalised(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


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
    return capitalised(FIELD_COLUMNS[number % 3])


def fill_caption(fill: str, value: str) -> str:
    """How it was covered, and the score then, below a small picture."""
    return f"{fill}: score {value}"
