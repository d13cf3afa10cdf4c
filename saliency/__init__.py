"""Which parts of a picture did a classifier's score depend on? All that is computed, and no web page.

A name is imported from its module when it is first asked for (PEP 562): importing this package is quick, and
what a program does not use, it does not wait for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from saliency.checks.check import Check, check
    from saliency.classifier import Classifier, OutputKind, Outputs, Preprocessing, Score
    from saliency.comparison import Comparison, compare
    from saliency.errors import Cancelled, SaliencyError
    from saliency.explanation import Explanation, explain
    from saliency.export.result_page import result_page
    from saliency.export.slide_words import slide_words
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
    "OutputKind",
    "Outputs",
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
    "result_page",
    "slide_words",
]

_HOMES = {
    "Check": "saliency.checks.check",
    "check": "saliency.checks.check",
    "Classifier": "saliency.classifier",
    "OutputKind": "saliency.classifier",
    "Outputs": "saliency.classifier",
    "Preprocessing": "saliency.classifier",
    "Score": "saliency.classifier",
    "Comparison": "saliency.comparison",
    "compare": "saliency.comparison",
    "Cancelled": "saliency.errors",
    "SaliencyError": "saliency.errors",
    "Explanation": "saliency.explanation",
    "explain": "saliency.explanation",
    "result_page": "saliency.export.result_page",
    "slide_words": "saliency.export.slide_words",
    "Familiarity": "saliency.familiarity",
    "attribute": "saliency.methods.attribution",
    "METHODS": "saliency.methods.registry",
    "compatible": "saliency.methods.registry",
    "find": "saliency.methods.registry",
    "Area": "saliency.photo.area",
    "Framing": "saliency.photo.framing",
    "Photo": "saliency.photo.reading",
    "read_photo": "saliency.photo.reading",
    "PreparedPhoto": "saliency.prepared_photo",
    "Conclusion": "saliency.verdict.conclusion",
    "conclude": "saliency.verdict.conclusion",
    "conclusion_of": "saliency.verdict.conclusion",
}
"""The module of each name."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
