"""The words of the guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.check.words import percent
from ui.words import finding, plain, score

if TYPE_CHECKING:
    from ui.guide.examples import Example

TITLE = "How to read a heat map"
INTRO = (
    "A picture classifier is a program that has learned from examples to put a name to a photo. A heat map "
    "marks the parts of one photo that had the most influence on one of its scores. "
    "It turns “what did it go by?” into a picture you can discuss."
)

IS_TITLE, IS_NOT_TITLE = "What it is", "What it is not"
IS = (
    "- An account of **one** model, **one** photo and **one** guess.\n"
    "- A question: *was it the product, or the shelf behind it?*\n"
    "- A way to find photos that are missing from the training examples."
)
IS_NOT = (
    "- Not a website or eye-tracking heat map. Those count clicks or glances of visitors; "
    "no person was watched for this one.\n"
    "- Not a verdict. A convincing map can belong to a wrong guess.\n"
    "- Not a comparison. The colours of two pictures do not share a scale, except on the Compare page."
)

COLOURS_TITLE = "How to read the colours"
COLOURS = (
    "- **Bright** areas had more influence on the score, **dark** areas less.\n"
    "- The **line** surrounds the strongest places, at most a fifth of the picture, so you can "
    "read the map without colours.\n"
    "- Some views use two colours: **orange** areas spoke in favour of the guess, **blue** ones against it.\n"
    "- If nothing stands out, the page says so instead of showing colours."
)

EXAMPLES_TITLE = "Five maps, and what a test makes of them"
EXAMPLES_INTRO = (
    "A heat map is a question; the answer is a test. In each example an area is covered, the model is asked "
    "again, and the score is held against the scores with equal areas elsewhere covered. "
    "All of it is computed on this computer."
)
MEETING, MEETING_HELP = "Meeting mode", "One example at a time in large type, for a screen across the room."
PREVIOUS, NEXT = "Previous", "Next"
WORKING = "Asking the model…"
MAP, TEST, TO_DO = "What the map shows", "What the test shows", "What to do next"
MAP_PICTURE, COVERED_PICTURE = "Heat map, with the area in blue", "The area covered"
AS_IS, COVERED, ELSEWHERE = "As it is", "Area covered", "Elsewhere covered"
CHART = "Score for '{label}'"
MAP_ALT = "The photo '{photo}' under the colours of its heat map for '{label}', with {place} outlined"
COVERED_ALT = "What the model received with {place} covered"
FACTS = "Photo: {photo} · Model: {model} · View: {view}"
TRY_IT = "Try it yourself on the Explain page"
MISSING = "Two more examples need the model with a built-in shortcut, which is not on this computer."
LEFT_OUT = "This example is left out: with the model on this computer it does not come out as it should."

PRODUCT, BADGE, SPOT = "the product", "the badge", "the marked spot"
BANNER = "An advertisement for three products"
TITLES = {
    "right": "Right, for the right reason",
    "shortcut": "Right, for the wrong reason",
    "wrong": "Wrong, and the map shows why",
    "undecided": "Undecided",
    "misleading": "A misleading map, and the test that overturns it",
}

SHARE = "{heat} % of the influence falls inside {place}, which covers {area} % of what the model received."
SHARE_FOR = (
    "{heat} % of the influence in favour falls inside {place}, which covers {area} % of what the model "
    "received."
)
NEAR_IT = (
    "That is {times:.0f} times its share of the picture: maps are coarse and spill over the edges of things."
)
MAPS = {
    "right": "{finding} {share}",
    "shortcut": "{finding} That is right. But {share}",
    "wrong": "{finding} But the photo shows {a_truth}. {share}",
    "undecided": "{finding} The next ones are {others}. The map marks one thing of three.",
    "misleading": "{finding} This view has its strongest spot beside the {truth}: {share}",
}
CHANGE = (
    "With {place} covered, the score goes from {before} to {after}{then}. "
    "With equal areas elsewhere covered, it is {elsewhere} on average."
)
CHANGE_ALONE = "With {place} covered, the score goes from {before} to {after}{then}."
THEN_GUESS = ", and the model's guess is '{label}'"
FINDINGS = {
    "depends": "**On this picture, the guess depends on {place}.**",
    "little": "**Covering {place} made little difference.**",
    "inconclusive": "**This test is inconclusive.**",
}
TO_DOS = {
    "right": "Nothing to repair here. Test more photos of this product, on other backgrounds and from other "
    "sides, before you rely on it.",
    "shortcut": "A right guess is not enough. Add photos of {a_truth} without the badge, and of other "
    "products with it. After training, cover the badge again: the score should stay.",
    "wrong": "Add photos of {a_truth} with the badge, filed as '{truth}', and of {a_guess} without it. "
    "A mark that all products carry gives none of them away.",
    "undecided": "Do not build on this map: the model has settled on nothing. Show one product at a time, or "
    "add photos with several products, filed under the one that is meant.",
    "misleading": "Add no photos on the strength of this map. Test a spot before you act on it, and ask a "
    "second view. Only if a test says that the guess depends on such a thing, add photos of {a_truth} "
    "without it.",
}

TODO_TITLE = "When the model responds to the wrong thing"
TODO = "The remedy is better examples. Add photos that pull apart what always came together, and ask again."
TODO_COLUMNS = ("Where the influence lies", "Photos to add to the training examples")
TODO_ROWS = (
    (
        "The background: a shelf, a table, a wall",
        "The product on many other backgrounds, and the same background without the product.",
    ),
    (
        "A logo, a price tag, a watermark",
        "The product without it, and the same logo or tag on other things.",
    ),
    (
        "Something that often stands beside it: a hand, a plate, a person",
        "The product alone, and the companion alone, filed under the right name.",
    ),
    (
        "One detail only: a handle, a lid",
        "The product from sides on which the detail is hidden, and other things that share it.",
    ),
    (
        "The edges or corners of the photo",
        "The product at other places in the picture and at other sizes, cropped differently.",
    ),
)
THEN = (
    "Keep some of the new photos aside. After training, ask the new model about those and the old ones: "
    "the influence should have moved, and the scores should still be right."
)

CHECK_TITLE = "Before you show a map to others"
CHECK = (
    "1. Read the score first. An undecided model has no settled view to explain.\n"
    "2. Try a second view. If two views point to different areas, treat it as a question, not a finding.\n"
    "3. Try several photos of the same kind. One photo can always be an exception.\n"
    "4. Send the slide with its last line: it says what a map cannot tell."
)


def position(number: int, count: int) -> str:
    """Which example is shown in meeting mode."""
    return f"Example {number} of {count}"


def heading(number: int, kind: str) -> str:
    """An example's title, with its number."""
    return f"{number}. {TITLES[kind]}"


def map_shows(shown: Example) -> str:
    """What the map of an example shows."""
    scores, said = shown.result.scores, ""
    if shown.inside is not None:
        heat, area = percent(shown.inside.share.value), percent(shown.inside.area)
        template = SHARE_FOR if shown.inside.signed else SHARE
        said = template.format(heat=heat, area=area, place=shown.place)
        if shown.place == BADGE and shown.inside.share.value < 0.5:
            said = f"{said} {NEAR_IT.format(times=shown.inside.lift)}"
    others = " and ".join(f"{plain(other.label)} ({score(other.score)})" for other in scores[1:3])
    text = MAPS[shown.kind].format(
        finding=finding(scores), share=said, a_truth=a(shown.truth), truth=plain(shown.truth), others=others
    )
    return text.replace(" %", "\u00a0%")


def facts(shown: Example) -> str:
    """Which photo, model and view an example is of."""
    return FACTS.format(photo=plain(shown.title), model=plain(shown.result.model), view=plain(shown.view))


def test_shows(shown: Example) -> str:
    """What the test of an example shows."""
    found = shown.cover
    said = (CHANGE_ALONE if found.elsewhere is None else CHANGE).format(
        place=shown.place,
        before=score(found.before.score),
        after=score(found.after),
        then=THEN_GUESS.format(label=plain(shown.then)) if shown.then else "",
        elsewhere="" if found.elsewhere is None else score(found.elsewhere),
    )
    return f"{said} {FINDINGS[str(found.finding)].format(place=shown.place)}"


def to_do(shown: Example) -> str:
    """What to do next: which pictures to add."""
    guess = shown.result.target.label
    return TO_DOS[shown.kind].format(a_truth=a(shown.truth), truth=plain(shown.truth), a_guess=a(guess))


def a(label: str) -> str:
    """A class with its article."""
    return f"an {plain(label)}" if label[:1].lower() in set("aeiou") else f"a {plain(label)}"
