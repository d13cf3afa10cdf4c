"""A classifier: a graph, how photos are prepared for it, its classes, and what its numbers are."""

from saliency.classifier.classifier import Classifier
from saliency.classifier.outputs import OutputKind, Outputs, Score, answers_of
from saliency.classifier.preprocessing import Preprocessing

__all__ = ["Classifier", "OutputKind", "Outputs", "Preprocessing", "Score", "answers_of"]
