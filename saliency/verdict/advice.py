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
    BOTH = "both"


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
            Good is only good if the answer is right: see :mod:`saliency.verdict.rightness`.
        meaning: The same in a sentence; empty where it is open.
        to_do: What to do next; a question, where the answer to it decides.
    """

    merit: Merit
    meaning: str
    to_do: str


def _open(to_do: str) -> Advice:
    return Advice(Merit.OPEN, "", to_do)


_COLLECT = (
    "For now, keep what is in the area out of your photos. To mend the model, ask whoever trains it to add "
    "photos of the product without that, and of other things with it."
)
_ASK = "ask whoever trains the model to add photos of"
_NEXT_BEST = "Choose the model's next best answer, and test the {area} for that: it may speak for that one."
_TEST_PRODUCT = "Mark the product itself next, and test that."
_FIND_OTHER = "Mark what else it could be, such as a badge or the background, and test that."
_OTHER_NEXT = f"{_FIND_OTHER[0].lower()}{_FIND_OTHER[1:]}"
_BY_OTHER = "The answer comes from something that is not the product."
_APART = Advice(
    Merit.OPEN,
    "",
    "With both in it, the area cannot tell which of them counts: mark the product alone, and test that; then "
    "the other thing alone.",
)
_WHOLE = "Mark all of the product next, and test that."
_HOPED = (
    "If the answer is right, and the area is the product, or a part that all such products have, this is "
    "what you would hope for. If it is something else, such as a badge or the background, keep that out of "
    "your photos."
)
_KIND_ONLY = (
    "Do not rely on this one answer; what kind of thing it is seems clear. If that is enough for you, see "
    "whether more photos get answers of this kind. If not, only a model trained on such products helps."
)
_STRANGE = "The model does not seem to know this product: do not rely on its answer."
_OTHER_MODEL = "Only a model that was trained on such products helps: add one under Models."
_TRY_WHOLE = (
    "Try a photo that shows all of the product, and nothing else. If the answer stays strange, only a model "
    "that was trained on such products helps: add it under Models."
)

OPEN: Mapping[str, Advice] = {
    "depends": _open(_HOPED),
    "either": _open(
        f"If the area is the product, {_ASK} other things in such surroundings. If it is anything else, "
        "photos of other things with that."
    ),
    "partly": _open(
        "If the area is only a part of the product: mark all of the product, and test that. If it is all of "
        "it: mark what else could count, such as a badge or the background."
    ),
    "most": _open(
        "If the area is only a part of the product: mark all of the product, and test that. If it is all of "
        "it, this speaks for the product: see whether a second photo says the same."
    ),
    "shared": _open(
        "If the area is only a part of the product: mark all of the product, and test that. Otherwise mark "
        "less, close around one thing, or try another photo."
    ),
    "not alone": _open(
        "If the area is only a part of the product: mark all of the product, and test that. If it is all of "
        "it, this speaks for the product, but what stands around it counts as well: try a photo of it before "
        "another background."
    ),
    "not": _open(
        "If the area is only a part of the product, such as a logo: mark all of the product, and test that. "
        "If it is all of it: the answer comes from something else, so mark what that could be. If it is "
        "something else: as it should be, if the answer is right; test the product next."
    ),
    "against": _open(_NEXT_BEST.format(area="area")),
    "unknown": _open("Mark a little more or a little less, or try the same thing in another photo."),
    "too large": _open(
        "Mark a smaller area, close around one thing. If all of it is the product: try a photo that shows "
        "more around it."
    ),
    "surer": _open(_HOPED),
    "low": _open("Choose the model's top answer, and test the area for that one."),
    "lowers": _open(
        "If the number is right, and the area is what should lower it, this is what you would hope for. If "
        "not, ask whoever trains the model to add photos that have it and deserve a high one."
    ),
    "held down": _open(_NEXT_BEST.format(area="area")),
    "lead": _open(
        "If the answer is right, and the marked area is what tells the two apart for you as well, this is "
        "what you would hope for. If not, mark what should tell them apart, and test that."
    ),
    "another": _open(
        "This is not the model's own answer. To learn what that depends on, choose it, and test the area "
        "for it."
    ),
    "in the way": _open(
        "Do not rely on this answer. If a thing is in the marked area that does not belong to your product, "
        "take it out of the photo, or cut the photo so that it is not in it, and try again. If the area is "
        "your product, the model does not know it."
    ),
    "one kind": _open(
        "Do not rely on this one answer; what kind of thing it is seems clear. If something that is not your "
        "product is in the marked area, take it out of the photo, and try again."
    ),
    "stranger": _open(
        "Do not rely on this answer. If this photo shows other things, or not all of your product, try one "
        "that shows all of it and nothing else. If the answer stays strange, the model does not know the "
        "product: only one that was trained on such products helps."
    ),
}
"""What to do where nobody has said what the area is, or that makes no difference."""

SAID: Mapping[str, Mapping[AreaRole, Advice]] = {
    "depends": {
        AreaRole.PRODUCT: Advice(
            Merit.GOOD,
            "The model answers by the product.",
            "One photo can be an exception: test more of your photos, or a whole set with Audit.",
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED,
            "The model answers by a detail of the product.",
            f"Do all such products have it, and nothing else? If not, {_ASK} the product without it, and of "
            "other things with it.",
        ),
        AreaRole.OTHER: Advice(Merit.BAD, _BY_OTHER, _COLLECT),
    },
    "surer": {
        AreaRole.PRODUCT: Advice(
            Merit.GOOD,
            "The product makes the model surer of its answer.",
            "One photo can be an exception: test more of your photos, or a whole set with Audit.",
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED, "A detail of the product makes the model surer of its answer.", _WHOLE
        ),
        AreaRole.OTHER: Advice(
            Merit.MIXED,
            "Something that is not the product makes the model surer of its answer.",
            f"{_TEST_PRODUCT} {_COLLECT}",
        ),
    },
    "either": {
        AreaRole.PRODUCT: Advice(
            Merit.MIXED,
            "The product is enough for the model, and so is what stands around it.",
            "Ask whoever trains the model to add photos of other things in such surroundings.",
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED,
            "A detail is enough for the model, and so is the rest of the photo.",
            f"Do only such products have it? If not, {_ASK} other things with it.",
        ),
        AreaRole.OTHER: Advice(
            Merit.BAD,
            "Something that is not the product is enough for the model.",
            "Ask whoever trains the model to add photos of other things with it.",
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
    "most": {
        AreaRole.PRODUCT: Advice(
            Merit.MIXED,
            "The product counts more for the model than most other places do.",
            "That speaks for the product, but does not settle it: see whether a second photo says the same.",
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED, "This detail counts more for the model than most other places do.", _WHOLE
        ),
        AreaRole.OTHER: Advice(
            Merit.MIXED,
            "Something that is not the product counts more for the model than most other places do.",
            _TEST_PRODUCT,
        ),
    },
    "shared": {
        AreaRole.PRODUCT: Advice(
            Merit.MIXED,
            "The product counts for the model, but so do other places.",
            "If a part of the product is outside the area, mark that too, and test again. If not: "
            f"{_OTHER_NEXT}",
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED, "This detail counts for the model, but so do other places.", _WHOLE
        ),
        AreaRole.OTHER: Advice(
            Merit.MIXED,
            "Something that is not the product counts for the model, but so do other places.",
            _TEST_PRODUCT,
        ),
    },
    "not alone": {
        AreaRole.PRODUCT: Advice(
            Merit.MIXED,
            "The product counts most for the model, but other places count, too.",
            "If a part of the product is outside the area, mark that too, and test again. If not, try a "
            "photo of the product before another background: does the answer stay?",
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED, "This detail counts most for the model, but other places count, too.", _WHOLE
        ),
        AreaRole.OTHER: Advice(
            Merit.BAD,
            "Something that is not the product counts most for the model.",
            f"{_TEST_PRODUCT} {_COLLECT}",
        ),
    },
    "not": {
        AreaRole.PRODUCT: Advice(Merit.BAD, "The model does not answer by the product.", _FIND_OTHER),
        AreaRole.DETAIL: Advice(
            Merit.MIXED, "The model can do without this part; it may still answer by the rest.", _WHOLE
        ),
        AreaRole.OTHER: Advice(
            Merit.GOOD, "What is not the product makes no difference to the model.", _TEST_PRODUCT
        ),
    },
    "against": {
        AreaRole.PRODUCT: Advice(
            Merit.BAD,
            "The model gives this answer in spite of the product.",
            _NEXT_BEST.format(area="product"),
        ),
    },
    "in the way": {
        AreaRole.PRODUCT: Advice(Merit.BAD, _STRANGE, _OTHER_MODEL),
        AreaRole.DETAIL: Advice(
            Merit.BAD,
            "One part of the product leads the model to a strange answer: do not rely on it.",
            _TRY_WHOLE,
        ),
        AreaRole.BOTH: Advice(Merit.BAD, _STRANGE, _TRY_WHOLE),
        AreaRole.OTHER: Advice(
            Merit.BAD,
            _BY_OTHER,
            "Do not rely on this answer. Take that thing out of the photo, or cut the photo so that it is "
            "not in it, and try again.",
        ),
    },
    "one kind": {
        AreaRole.PRODUCT: Advice(
            Merit.MIXED, "The model tells by the product what kind of thing it is, but not which.", _KIND_ONLY
        ),
        AreaRole.DETAIL: Advice(
            Merit.MIXED, "The model tells by a detail what kind of thing it is, but not which.", _KIND_ONLY
        ),
        AreaRole.OTHER: Advice(Merit.BAD, _BY_OTHER, f"Do not rely on this answer. {_COLLECT}"),
    },
    "stranger": {
        AreaRole.PRODUCT: Advice(Merit.BAD, _STRANGE, _OTHER_MODEL),
        AreaRole.DETAIL: Advice(Merit.BAD, _STRANGE, _TRY_WHOLE),
        AreaRole.BOTH: Advice(Merit.BAD, _STRANGE, _TRY_WHOLE),
        AreaRole.OTHER: Advice(
            Merit.BAD,
            "The model does not seem to know what this photo shows: do not rely on its answer.",
            "Take other things out of the photo, or cut it close around the product, and try again. If the "
            f"answer stays strange: {_OTHER_MODEL[0].lower()}{_OTHER_MODEL[1:]}",
        ),
    },
}
"""What a verdict on the model's own answer means where a person has said what the area is."""


def advice(key: str, role: AreaRole | None) -> Advice:
    """What a verdict means and what to do, by the verdict's key and by what the area is."""
    if role is None or key not in SAID:
        return OPEN[key]
    return SAID[key].get(role) or (_APART if role is AreaRole.BOTH else OPEN[key])
