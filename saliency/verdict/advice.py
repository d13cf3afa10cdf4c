"""What a verdict means and what to do about it, by what the area is: only a person can say that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AreaRole(StrEnum):
    """What the marked area is in the photo, as a person says."""

    PRODUCT = "product"
    DETAIL = "detail"
    OTHER = "other"


class Merit(StrEnum):
    """Whether what a verdict says is what a person would hope for."""

    GOOD = "good"
    MIXED = "mixed"
    BAD = "bad"
    OPEN = "open"


@dataclass(frozen=True)
class Advice:
    """What a verdict means.

    Attributes:
        merit: Whether that is good; open where nobody has said what the area is, or it makes no difference.
        meaning: The same in a sentence; empty where it is open.
        to_do: What to do next; a question, where the answer to it decides.
    """

    merit: Merit
    meaning: str
    to_do: str


def _open(to_do: str) -> Advice:
    return Advice(Merit.OPEN, "", to_do)


_COLLECT = (
    "For now, keep it out of your photos. To mend the model, collect photos of the product without it, and "
    "of other things with it, and have the model trained with them."
)
_NEXT_BEST = "Choose the model's next best answer, and test the {area} for that: it may speak for it."
_TEST_PRODUCT = "Mark the product itself next, and test that."
_FIND_OTHER = "Mark what else it could be, such as a badge or the background, and test that."
_BY_OTHER = "The answer comes from something that is not the product."
_WHOLE = "Mark all of the product next, and test that."

OPEN: Mapping[str, Advice] = {
    "depends": _open(
        "Is the marked area the product? Then this is what you would hope for. Is it something else, such as "
        "a badge or the background? Then collect photos without it."
    ),
    "either": _open(
        "Is the marked area the product? Then collect photos of other things in such surroundings. Else "
        "collect photos of other things with it."
    ),
    "partly": _open(
        "Is the marked area all of the product? If not, mark the rest of it, too; if so, mark what else "
        "could count."
    ),
    "shared": _open(
        "Is the marked area close around one thing? If not, mark less; if so, try another photo."
    ),
    "not": _open(
        "Is the marked area the product? Then the answer comes from something else: find out what. If it is "
        "anything else, this is good: test the product next."
    ),
    "against": _open(_NEXT_BEST.format(area="area")),
    "unknown": _open("Mark a little more or a little less, or try the same thing in another photo."),
    "too large": _open("Mark a smaller area, close around one thing."),
    "low": _open("Choose the model's top answer, and test the area for that one."),
    "lowers": _open(
        "Is the area what should lower the number? Then this is what you would hope for. If it is not, have "
        "the model trained with photos that have it and deserve a high one."
    ),
    "held down": _open(_NEXT_BEST.format(area="area")),
    "lead": _open(
        "If the marked area is what tells the two apart for you, too, good. Else mark what should, and test "
        "that."
    ),
    "another": _open(
        "This is not the model's own answer. To learn what that depends on, choose it, and test the area "
        "for it."
    ),
    "in the way": _open(
        "Do not rely on this answer. Without the marked area the model answers something else: if a thing is "
        "there that does not belong to your product, take it out of the photo, and try again."
    ),
    "stranger": _open(
        "Do not rely on this answer, whatever it depends on. Ask a model that knows such things, or try a "
        "photo of one thing that this model knows."
    ),
}
"""What to do where nobody has said what the area is, or that makes no difference."""

SAID: Mapping[str, Mapping[AreaRole, Advice]] = {
    "depends": {
        AreaRole.PRODUCT: Advice(
            Merit.GOOD,
            "The model answers by the product: good, if the answer is right.",
            "One photo can be an exception: test more of your photos, or a whole set with Audit.",
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED,
            "The model answers by a detail of the product.",
            "Do all such products have it, and nothing else? If not, collect photos of the product without "
            "it, and of other things with it.",
        ),
        AreaRole.OTHER: Advice(Merit.BAD, _BY_OTHER, _COLLECT),
    },
    "either": {
        AreaRole.PRODUCT: Advice(
            Merit.MIXED,
            "The product is enough for the model, and so is what stands around it.",
            "Collect photos of other things in such surroundings, and have the model trained with them.",
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED,
            "A detail is enough for the model, and so is the rest of the photo.",
            "Do only such products have it? If not, collect photos of other things with it.",
        ),
        AreaRole.OTHER: Advice(
            Merit.BAD,
            "Something that is not the product is enough for the model.",
            "Collect photos of other things with it, and have the model trained with them.",
        ),
    },
    "partly": {
        AreaRole.PRODUCT: Advice(
            Merit.MIXED, "The model answers by the product, but only in part.", _FIND_OTHER
        ),
        AreaRole.DETAIL: Advice(Merit.MIXED, "The model answers by this detail, but only in part.", _WHOLE),
        AreaRole.OTHER: Advice(
            Merit.BAD, "The model answers in part by something that is not the product.", _COLLECT
        ),
    },
    "shared": {
        AreaRole.PRODUCT: Advice(
            Merit.MIXED, "The product counts for the model no more than other places do.", _FIND_OTHER
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED, "This detail counts for the model no more than other places do.", _WHOLE
        ),
        AreaRole.OTHER: Advice(
            Merit.MIXED,
            "Something that is not the product counts for the model, but no more than other places do.",
            _TEST_PRODUCT,
        ),
    },
    "not": {
        AreaRole.PRODUCT: Advice(Merit.BAD, "The model does not answer by the product.", _FIND_OTHER),
        AreaRole.DETAIL: Advice(Merit.MIXED, "The model can do without this detail.", _WHOLE),
        AreaRole.OTHER: Advice(
            Merit.GOOD, "What is not the product makes no difference to the model: good.", _TEST_PRODUCT
        ),
    },
    "against": {
        AreaRole.PRODUCT: Advice(
            Merit.BAD,
            "The model gives this answer in spite of the product.",
            _NEXT_BEST.format(area="product"),
        ),
    },
}
"""What a verdict on the model's own answer means where a person has said what the area is."""


def advice(key: str, role: AreaRole | None) -> Advice:
    """What a verdict means and what to do, by the verdict's key and by what the area is."""
    said = None if role is None else SAID.get(key, {}).get(role)
    return OPEN[key] if said is None else said
