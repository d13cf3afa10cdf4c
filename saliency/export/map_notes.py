"""What a map says, in sentences: where the influence lies, and what has to be known to read it."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.classifier import OutputKind, Outputs
from saliency.explanation import Explanation
from saliency.export.words import topic
from saliency.heat.scale import MapKind
from saliency.methods.registry import find
from saliency.verdict.words import percent

EMPTY = "This view found no influence on {topic} in this photo, so there is nothing to show."
EVEN = "According to this view, all parts of this photo had about the same influence on {topic}."
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
COARSE = 16  # cells along a side, up to which one is as large as a thing in the photo
NOT_CLASS_SPECIFIC = "This view shows one map for the whole photo: it is the same for every {answer}."
UNLEARNED = {
    "does not": (
        "This view does not depend on what the model learned: it drew much the same map when the model had "
        "forgotten everything. Do not rely on it alone."
    ),
    "hardly on the guess": (
        "This view hardly depends on the answer: it drew much the same map when the model had forgotten "
        "which name goes with what. Do not rely on it alone."
    ),
    "unmeasured": (
        "It was not measured whether this view depends on what the model learned. Do not rely on it alone."
    ),
}


def map_notes(e: Explanation, label: str) -> tuple[str, ...]:
    """The sentences, the influence first.

    Args:
        e: The explanation.
        label: What the map is about, to stand between single quotation marks, written as all of it will be.
    """
    outputs, signed, facts = e.outputs, e.signed, find(e.method)
    if e.empty:
        nothing = EMPTY if e.kind is MapKind.EMPTY else EVEN
        said = [nothing.format(topic=topic(label, outputs))]
    else:
        said = [spots(label, outputs, signed=signed), contour(outputs, signed=signed)]
        said.append(grain(e.attribution.shape))
    if not facts.class_specific:
        said.append(not_class_specific(outputs))
    if not e.empty:
        said.append(UNLEARNED.get(facts.learning, ""))
    if e.placement.cut_share > 0:
        said.append(cut_off(e.placement.cut_share))
    if e.placement.squeezed:
        said.append(SQUEEZED)
    if e.cells is not None and not e.cells.derived and not e.empty:
        said.append(SUPPOSED)
    return tuple(filter(None, said))


def grain(cells: Sequence[int]) -> str:
    """How coarse a map of so many rows and columns of cells is; empty where that hides nothing."""
    rows, columns = cells
    if min(rows, columns) > COARSE:
        return ""
    return f"The map is coarse, {columns} fields wide and {rows} high: it shows nothing smaller than a field."


def contour(outputs: Outputs, *, signed: bool) -> str:
    """What the line on a map is."""
    if not signed:
        return CONTOUR
    return CONTOUR_OF_NUMBER if outputs.is_score else CONTOUR_SIGNED


def spots(label: str, outputs: Outputs, *, signed: bool) -> str:
    """What the colours of a map stand for; the label is Markdown."""
    sentence = (SIGNED_NUMBER if outputs.is_score else SIGNED) if signed else BRIGHTEST
    return sentence.format(label=label, topic=topic(label, outputs))


def not_class_specific(outputs: Outputs) -> str:
    """What is said of a view that does not tell answers apart; where there is one number, nothing."""
    if outputs.is_score:
        return ""
    return NOT_CLASS_SPECIFIC.format(answer="tag" if outputs.kind is OutputKind.LABELS else "answer")


def cut_off(share: float) -> str:
    """How much of the photo the model did not receive."""
    return (
        f"The model did not receive the edges of your photo ({percent(share)} % was cut off). "
        "Nothing there can have influenced it."
    )
