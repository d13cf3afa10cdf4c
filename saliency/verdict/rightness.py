"""Whether the answer is right, which only a person can say, and what follows from it for a verdict."""

from __future__ import annotations

from dataclasses import replace

from saliency.checks.question import ScoreQuestion
from saliency.verdict.advice import Advice, Merit

IF_RIGHT = "That is as it should be, if the answer is right."
IS_RIGHT = "That is as it should be, as the answer is right."
NOT_RIGHT = "But the answer seems to be wrong."
KNOWN = (
    "A person typed that this is “{shown}”: the answer “{answer}” is wrong for this photo, whatever it "
    "depends on. Ask whoever trains the model to add photos like this one, or try another model."
)
UNKNOWN = (
    "A person typed that this is “{shown}”. Unless that means “{answer}”, the answer is wrong for this "
    "photo, whatever it depends on. Ask whoever trains the model to add photos of that, or use a model that "
    "knows it."
)
_SENTENCES = {True: IS_RIGHT, False: NOT_RIGHT, None: IF_RIGHT}
_MERITS = {True: Merit.GOOD, False: Merit.MIXED, None: Merit.OPEN}


def rightness(question: ScoreQuestion, shown: str, *, ahead: bool) -> bool | None:
    """Whether the model's own answer is right; ``None`` where nobody has said so, or another is asked about.

    Args:
        question: What is asked.
        shown: What the photo shows, as a person says; empty where nobody has.
        ahead: Whether the answer that is asked about is the model's own.
    """
    compared = question.rather_than is not None
    if not shown or compared or not ahead or not question.outputs.exclusive:
        return None
    return question.target.label == shown


def weighed(means: Advice, *, right: bool | None) -> Advice:
    """An advice where good is only good if the answer is right; ``None``: nobody has said whether it is."""
    if means.merit is not Merit.GOOD:
        return means
    return replace(means, merit=_MERITS[right], meaning=f"{means.meaning} {_SENTENCES[right]}")


def correction(question: ScoreQuestion, shown: str) -> str:
    """What to do about an answer that is not what a person says that the photo shows."""
    known = shown in question.prepared.classifier.labels
    return (KNOWN if known else UNKNOWN).format(shown=shown, answer=question.target.label)
