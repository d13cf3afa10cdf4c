"""A classifier: a graph, how photos are prepared for it, its classes, and what its numbers are."""

from saliency.classifier.classifier import Classifier
from saliency.classifier.outputs import OutputKind, Outputs, Score, answers_of
from saliency.classifier.preprocessing import Preprocessing
from saliency.classifier.yes_no_classifier import yes_no_classifier, yes_no_question
from saliency.classifier.yes_no_question import YesNoQuestion

__all__ = [
    "Classifier",
    "OutputKind",
    "Outputs",
    "Preprocessing",
    "Score",
    "YesNoQuestion",
    "answers_of",
    "yes_no_classifier",
    "yes_no_question",
]
