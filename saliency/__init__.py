"""Which parts of a picture did a classifier's score depend on? All that is computed, and no web page."""

from saliency.area import Area
from saliency.attribution import attribute
from saliency.checks import Check, check
from saliency.classifier import Classifier, Preprocessing, Score
from saliency.comparison import Comparison, compare
from saliency.errors import Cancelled, SaliencyError
from saliency.explanation import Explanation, explain
from saliency.photo import Framing, Photo, read_photo
from saliency.registry import METHODS, compatible, find
from saliency.remembering import Known

__all__ = [
    "METHODS",
    "Area",
    "Cancelled",
    "Check",
    "Classifier",
    "Comparison",
    "Explanation",
    "Framing",
    "Known",
    "Photo",
    "Preprocessing",
    "SaliencyError",
    "Score",
    "attribute",
    "check",
    "compare",
    "compatible",
    "explain",
    "find",
    "read_photo",
]
