"""What it costs to ask a model that is behind an address, for the page."""

from __future__ import annotations

from models.endpoint import cost as costs
from saliency.classifier import Classifier
from saliency.explanation.questions import questions_of
from saliency.methods.registry import Method
from ui.words import plain


def cost(classifier: Classifier, pictures: int) -> str:
    """What asking about so many pictures costs; empty for a model on this computer."""
    return plain(costs.cost(classifier, pictures))


def cost_of_view(classifier: Classifier, method: Method) -> str:
    """What a view of a photo costs."""
    if not costs.cost(classifier, 0):
        return ""
    return cost(classifier, questions_of(method.key, *classifier.preprocessing.size))
