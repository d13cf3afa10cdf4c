"""The words of the guide."""

from __future__ import annotations

from saliency.verdict.words import beside, course, percent, ratio, score
from ui.guide.examples import BADGE, MISLEADING, PRODUCT, RIGHT, SHORTCUT, SPOT, UNDECIDED, WRONG, Example
from ui.guide.rehearsal import GuideRehearsal
from ui.words import DOT, finding, plain

TITLE = "How to read a heat map"
INTRO = (
    "A picture classifier is a program that has learned from examples to put a name to a photo. A heat map "
    "marks the parts of one photo that had the most influence on one of its scores. "
    "It turns the question “what did it respond to?” into a picture that you can discuss."
)

IS_TITLE, IS_NOT_TITLE = "What it is", "What it is not"
IS = (
    "- An account of **one** model, **one** photo and **one** answer.\n"
    "- A question: *was it the product, or the shelf behind it?*\n"
    "- A way to find photos that are missing from the training examples."
)
IS_NOT = (
    "- Not a website or eye-tracking heat map. Those count clicks or glances of visitors; "
    "no person was watched for this one.\n"
    "- Not a verdict. A convincing map can belong to a wrong answer.\n"
    "- Not a comparison. The colours of two pictures do not share a scale, except on the Compare page."
)

COLOURS_TITLE = "How to read the colours"
COLOURS = (
    "- **Bright** areas had more influence on the score, **dark** areas less.\n"
    "- The **line** surrounds the strongest places, at most a fifth of the picture, so you can "
    "read the map without colours.\n"
    "- Some views use two colours: **orange** areas spoke for the answer, **blue** ones against it.\n"
    "- If nothing stands out, the page says so instead of showing colours."
)

EXAMPLES_TITLE = "Five maps, and what a test makes of them"
EXAMPLES_INTRO = (
    "A heat map is a question; the answer is a test. In each example an area is covered, the model is asked "
    "again, and the score is compared with the scores when equal areas elsewhere are covered. "
    "All of it is computed on this computer."
)
MEETING, MEETING_HELP = "Meeting mode", "One example at a time in large type, for a screen across the room."
PREVIOUS, NEXT = "Previous", "Next"
POSITION = "Example {number} of {count}"
WORKING = "Asking the model…"
MAP, TEST, TO_DO = "What the map shows", "What the test shows", "What to do next"
MAP_PICTURE, COVERED_PICTURE = "Heat map, with the area in blue", "The area covered"
AS_IS, COVERED, ELSEWHERE = "As it is", "Area covered", "Elsewhere covered"
CHART = "Score for '{label}'"
MAP_ALT = "The photo '{photo}' under the colours of its heat map for '{label}', with {place} outlined"
COVERED_ALT = "What the model received with {place} covered"
FACTS = DOT.join(["Photo: {photo}", "Model: {model}", "View: {view}"])
TRY_IT = "Try it yourself on the Explain page"
MISSING = "Two more examples need the model with a built-in shortcut, which is not on this computer."
LEFT_OUT = "This example is left out: with the model on this computer, it does not show what it should."

PLACES = {PRODUCT: "the product", BADGE: "the badge", SPOT: "the marked spot"}
BANNER = "An advertisement for three products"
TITLES = {
    RIGHT: "Right, for the right reason",
    SHORTCUT: "Right, for the wrong reason",
    WRONG: "Wrong, and the map shows why",
    UNDECIDED: "Undecided",
    MISLEADING: "A misleading map, and the test that overturns it",
}

SHARE = "{heat} % of the influence falls inside {place}, which covers {area} % of what the model received."
SHARE_FOR = (
    "{heat} % of the influence in favour falls inside {place}, which covers {area} % of what the model "
    "received."
)
NEAR_IT = (
    "That is {times} its share of the picture, although maps are coarse and spill over the edges of things."
)
MAPS = {
    RIGHT: "{finding} {share}",
    SHORTCUT: "{finding} That is right. But {share}",
    WRONG: "{finding} But the photo shows {a_truth}. {share}",
    UNDECIDED: "{finding} The next ones are {others}. The map marks one thing of three.",
    MISLEADING: "{finding} This view has its strongest spot beside the {truth}: {share}",
}
CHANGE = "With {place} covered, the score {course}{then}. With equal areas elsewhere covered, it {elsewhere}."
CHANGE_ALONE = "With {place} covered, the score {course}{then}."
THEN_GUESS = ", and the model's answer is then '{label}'"
FINDINGS = {
    "depends": "**On this picture, the answer depends on {place}.**",
    "little": "**Covering {place} made little difference.**",
    "inconclusive": "**This test is inconclusive.**",
}
TO_DOS = {
    RIGHT: "Nothing to repair here. Test more photos of this product, on other backgrounds and from other "
    "sides, before you rely on it.",
    SHORTCUT: "A right answer is not enough. Ask whoever trains the model to add photos of {a_truth} without "
    "the badge, and of other products with it. After training, cover the badge again: the score should stay.",
    WRONG: "Ask whoever trains the model to add photos of {a_truth} with the badge, filed as '{truth}', and "
    "of {a_guess} without it. "
    "Once all products carry the badge, it says nothing about which one it is.",
    UNDECIDED: "Do not rely on this map: the model has not decided. Show one product at a time, or "
    "ask whoever trains the model to add photos with several products, filed under the one that is meant.",
    MISLEADING: "Do nothing on the strength of this map alone. Test a spot before you act on it, and try a "
    "second view. Only if a test says that the answer depends on such a thing, ask for photos of {a_truth} "
    "without it to be added.",
}

REMEDY = "Would such photos help?"
REMEDY_OFFER = (
    "It can be rehearsed here: the model's last step is trained again with products with and without a "
    "badge, and the same photo is tested again."
)
REMEDY_START, REMEDY_WORKING = "Rehearse the remedy", "Training the model's last step again…"
BEFORE, AFTER = "Before", "After the rehearsal"
REMEDY_ALT = "{title}: the photo under the colours of its heat map for '{label}', with the badge outlined"
REMEDY_COURSES = (
    "Before, covering the badge took the score for '{label}' from {before} to {covered}. After the "
    "rehearsal, it {course}. {finding}"
)
REMEDY_OTHER = (
    "The {truth} with a badge, before called '{before}' ({before_score}), is now called '{after}' "
    "({after_score})."
)
REMEDY_RESTS_ON = (
    "Learned from {pictures} pictures made of the other samples, each with and without a badge; the photos "
    "with a badge shown here are not among them. A rehearsal trains only the model's last step: it shows "
    "that such photos would help, not how much a full training would. How far that step may change was set "
    "with these two photos in view; an audit's rehearsal finds it on photos that it leaves out."
)
REMEDY_FINDINGS = {
    "depends": "**The answer still depends on the badge.**",
    "little": "**The answer does not depend on the badge any more.**",
    "inconclusive": "**Whether the answer still depends on the badge, this test cannot tell.**",
}

TODO_TITLE = "When the model responds to the wrong thing"
TODO = (
    "The remedy is better examples. Ask whoever trains the model to add photos that separate what always "
    "came together. Then test the new model."
)
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
    "1. Read the score first. Where the model is undecided, there is little to explain.\n"
    "2. Try a second view. If two views point to different areas, treat it as a question, not a finding.\n"
    "3. Try several photos of the same kind. One photo can always be an exception.\n"
    "4. Send the slide with its last line: it says what a map cannot tell."
)


def heading(number: int, kind: str) -> str:
    """An example's title, with its number."""
    return f"{number}. {TITLES[kind]}"


def photo_title(example: Example) -> str:
    """What the photo of an example is called, as plain text."""
    return example.sample.title if example.sample else BANNER


def facts(example: Example) -> str:
    """Which photo, model and view an example is of."""
    photo, model = plain(photo_title(example)), plain(example.explanation.model)
    return FACTS.format(photo=photo, model=model, view=plain(example.view))


def map_shows(example: Example) -> str:
    """What the map of an example shows."""
    scores, share, inside = example.explanation.scores, "", example.inside
    if inside is not None:
        template = SHARE_FOR if inside.signed else SHARE
        heat, area = percent(inside.share.value), percent(inside.area)
        share = template.format(heat=heat, area=area, place=PLACES[example.place])
        if example.place == BADGE and (times := ratio(inside.share.value, inside.area)):
            share = f"{share} {NEAR_IT.format(times=times)}" if inside.share.value < 0.5 else share
    others = " and ".join(f"{plain(entry.label)} ({score(entry.score)})" for entry in scores[1:3])
    truth = {"a_truth": a(example.truth), "truth": plain(example.truth)}
    text = MAPS[example.kind].format(finding=finding(scores), share=share, others=others, **truth)
    return text.replace(" %", "\u00a0%")


def test_shows(example: Example) -> str:
    """What the test of an example shows."""
    cover, place = example.cover, PLACES[example.place]
    before, after, elsewhere = cover.before.score, cover.after, cover.elsewhere
    change = (CHANGE_ALONE if elsewhere is None else CHANGE).format(
        place=place,
        course=course(before, after),
        then=THEN_GUESS.format(label=plain(example.next_guess)) if example.next_guess else "",
        elsewhere="" if elsewhere is None else beside(before, after, elsewhere),
    )
    return f"{change} {FINDINGS[str(cover.finding)].format(place=place)}"


def to_do(example: Example) -> str:
    """What to do next: which pictures to add."""
    truth, guess = example.truth, example.explanation.target.label
    return TO_DOS[example.kind].format(a_truth=a(truth), truth=plain(truth), a_guess=a(guess))


def remedy_shows(before: Example, made: GuideRehearsal) -> str:
    """What the rehearsal does to the second example, and to a photo of another thing."""
    cover, label = before.cover, plain(before.explanation.target.label)
    after = made.after
    same = after.explanation.target.label == before.explanation.target.label
    text = REMEDY_COURSES.format(
        label=label,
        before=score(cover.before.score),
        covered=score(cover.after),
        course=course(after.cover.before.score, after.cover.after),
        finding=REMEDY_FINDINGS[str(after.cover.finding)] if same else "",
    ).strip()
    if made.other is None or made.other_before is None or made.other_after is None:
        return text
    other = REMEDY_OTHER.format(
        truth=plain(made.other.label),
        before=plain(made.other_before.label),
        before_score=score(made.other_before.score),
        after=plain(made.other_after.label),
        after_score=score(made.other_after.score),
    )
    return f"{text} {other}"


def remedy_rests_on(made: GuideRehearsal) -> str:
    """What was learned from, and what a rehearsal cannot tell."""
    return REMEDY_RESTS_ON.format(pictures=made.pictures)


def a(label: str) -> str:
    """A class with its article."""
    return f"an {plain(label)}" if label[:1].lower() in set("aeiou") else f"a {plain(label)}"
