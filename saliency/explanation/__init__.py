"""Which parts of one photo did one score depend on: the question and its answer."""

from saliency.explanation.question import Sketches, explain
from saliency.explanation.result import Explanation, Size

__all__ = ["Explanation", "Size", "Sketches", "explain"]
