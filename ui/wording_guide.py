"""The words of the guide."""

from __future__ import annotations

from ui.wording import number, plain, score

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
    "- Not a comparison. The colours of two pictures do not share a scale."
)

COLOURS_TITLE = "How to read the colours"
COLOURS = (
    "- **Bright** areas had more influence on the score, **dark** areas less.\n"
    "- The **line** surrounds the strongest places, at most a fifth of the picture, so you can "
    "read the map without colours.\n"
    "- Some views use two colours: **orange** areas spoke in favour of the guess, **blue** ones against it.\n"
    "- If nothing stands out, the page says so instead of showing colours."
)

EXAMPLES_TITLE = "Examples, computed just now"
OVERLAP = (
    "{heat} % of the influence falls inside the product, which covers {area} % of what the model received."
)
AT_THE_PRODUCT = "The score depended mostly on the product itself."
NEAR_IT = (
    "That is {times:.0f} times its share of the picture: maps are coarse and spill over the edges of things."
)
AROUND_IT = "Much of the influence lies elsewhere. Ask what else these photos have in common in training."
NOTHING_HERE = "There is no product here, and the model says so: its top guess is '{label}'."
WRONG_GUESS = (
    "There is no product here, yet the model's top guess is '{label}' (score {score}). "
    "The bright areas had the most influence on that wrong guess."
)
MISLEADING_TITLE = "A misleading one"
MISLEADING = (
    "We asked about '{label}', which this photo does not show; its score is {score}. "
    "There is a map all the same. "
    "**A map can be drawn for any guess, also for a wrong one**, so read the score first."
)

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


def overlap(heat: float, area: float) -> str:
    """How much of the influence falls inside the product, and what that says; shares in [0, 1]."""
    said = OVERLAP.format(heat=round(100 * heat), area=round(100 * area))
    if heat >= 0.5:
        return f"{said} {AT_THE_PRODUCT}"
    return f"{said} {NEAR_IT.format(times=heat / area) if heat >= 2 * area else AROUND_IT}"


def misleading(label: str, value: float) -> str:
    """A map for a guess that is not in the photo."""
    return MISLEADING.format(label=plain(label), score=score(value))


def no_product(label: str, value: float, none_label: str) -> str:
    """A photo without a product, and what the model makes of it."""
    words = NOTHING_HERE if label == none_label else WRONG_GUESS
    return words.format(label=plain(label), score=score(value))


def examples_intro(count: int, model: str) -> str:
    """How many examples follow, and which model they are about."""
    return f"{number(count).capitalize()} maps of the model “{plain(model)}”, made on this computer."
