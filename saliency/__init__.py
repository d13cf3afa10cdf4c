"""Which parts of a picture did a classifier's score depend on? All that is computed, and no web page."""

from saliency.checks.check import Check, check
from saliency.classifier import Classifier, Preprocessing, Score
from saliency.comparison import Comparison, compare
from saliency.errors import Cancelled, SaliencyError
from saliency.explanation import Explanation, explain
from saliency.familiarity import Familiarity
from saliency.methods.attribution import attribute
from saliency.methods.registry import METHODS, compatible, find
from saliency.photo.area import Area
from saliency.photo.framing import Framing
from saliency.photo.reading import Photo, read_photo
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.conclusion import Conclusion, conclude, conclusion_of

__all__ = [
    "METHODS",
    "Area",
    "Cancelled",
    "Check",
    "Classifier",
    "Comparison",
    "Conclusion",
    "Explanation",
    "Familiarity",
    "Framing",
    "Photo",
    "PreparedPhoto",
    "Preprocessing",
    "SaliencyError",
    "Score",
    "attribute",
    "check",
    "compare",
    "compatible",
    "conclude",
    "conclusion_of",
    "explain",
    "find",
    "read_photo",
]
