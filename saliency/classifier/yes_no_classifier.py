"""A model of tags or of a number as one that answers a single question with yes or no.

So that whatever counts answers of classes that exclude each other works for it too: an audit, for one.
"""

from __future__ import annotations

import math
from dataclasses import replace

from saliency.classifier.classifier import Classifier
from saliency.classifier.outputs import OutputKind, Outputs
from saliency.classifier.yes_no_question import YesNoQuestion
from saliency.errors import SaliencyError
from saliency.photo.framing import Framing

_NAMED = 5  # tags in a sentence


def yes_no_question(
    classifier: Classifier, target: str | int | None = None, at_least: float | None = None
) -> YesNoQuestion | None:
    """The question to put to a model; ``None`` where its classes exclude each other, which needs none.

    Args:
        classifier: The model.
        target: The tag that is asked for, by name or position; needed where the model gives several.
        at_least: Share from which the tag counts as given, by default the model's own; or number from which
            the answer is yes, by default the middle of its usual range.

    Raises:
        SaliencyError: No tag is named, there is no such tag, or no answer would be yes, or none no.
    """
    outputs = classifier.outputs
    if outputs.exclusive:
        if target is not None or at_least is not None:
            raise SaliencyError(
                "This model's classes exclude each other, so it is asked which of them a photo shows. "
                "Leave out the tag and the limit."
            )
        return None
    if outputs.kind is OutputKind.SCORE:
        return _about_score(classifier, target, at_least)
    if target is None:
        names = ", ".join(f"“{label}”" for label in classifier.labels[:_NAMED])
        rest = " and others" if len(classifier.labels) > _NAMED else ""
        raise SaliencyError(
            "This model gives tags, several of which may be true of a photo, and an audit asks about one. "
            f"Name it (--target on the command line). Its tags: {names}{rest}."
        )
    limit = outputs.threshold if at_least is None else at_least
    if not 0 < limit < 1:
        raise SaliencyError(f"A tag is given from a share between 0 and 1, such as 0.5; it was {limit:g}.")
    return YesNoQuestion(outputs.kind, classifier.labels[classifier.index(target)], limit)


def _about_score(classifier: Classifier, target: str | int | None, at_least: float | None) -> YesNoQuestion:
    label = classifier.labels[classifier.index(0 if target is None else target)]
    low, high = classifier.outputs.usual_range
    middle = round((low + high) / 2, 2 - math.floor(math.log10(high - low)))
    limit = middle if at_least is None else at_least
    if not low <= limit <= high:
        raise SaliencyError(
            f"The {label} usually lies between {low:g} and {high:g}. Ask for a number between; "
            f"it was {limit:g}."
        )
    return YesNoQuestion(classifier.outputs.kind, label, limit, (low, high))


def yes_no_classifier(
    classifier: Classifier, question: YesNoQuestion | None, framing: Framing | str = Framing.WHOLE
) -> Classifier:
    """The model as one with two classes, yes and no; itself without a question.

    Its log-odds of yes are those of the tag less those of the limit, or how far the number is above the
    limit, in tenths of the usual range. It shares the weights.

    Args:
        classifier: The model.
        question: As :func:`yes_no_question` gives it.
        framing: How photos are handed over; a model may have a temperature for each way.

    Raises:
        SaliencyError: The model has no such label.
    """
    if question is None:
        return classifier
    scale = question.scale / classifier.temperature_of(framing)
    return replace(
        classifier,
        graph=classifier.graph.yes_or_no(classifier.index(question.label), scale, question.less),
        labels=question.answers,
        name=f"{classifier.name} ({question.answers[0]})",
        temperature=1.0,
        whole_temperature=None,
        none_label="",
        unsure_below=0.0,
        evidence_below=-math.inf,
        sure_from=0.0,  # how sure it is of a yes or no was never measured
        outputs=Outputs(OutputKind.YES_NO),
        question=question,
    )
