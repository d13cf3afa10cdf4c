"""The words of views, the ways to measure influence: their names, their times and what they depend on."""

from __future__ import annotations

from saliency.classifier import OutputKind, Outputs
from saliency.methods.registry import Method
from ui.views.quick_and_careful import CAREFUL, PIECES, QUICK
from ui.words import about, plain

VIEW = "View"
VIEW_HELP = "Different ways to measure influence. The times are measured on this computer."
NAMES = {QUICK: "Quick view", CAREFUL: "Careful view", PIECES: "For and against"}
NOT_CLASS_SPECIFIC = "This view shows one map for the whole photo: it is the same for every {answer}."
UNLEARNED = {
    "does not": (
        "This view does not depend on what the model learned: it drew much the same map when the model had "
        "forgotten everything. Do not rely on it alone."
    ),
    "hardly on the guess": (
        "This view hardly depends on the answer: it drew much the same map when the model had forgotten "
        "which name goes with what. Do not rely on it alone."
    ),
    "unmeasured": (
        "It was not measured whether this view depends on what the model learned. Do not rely on it alone."
    ),
}
_BADGES = {
    "does not": "Does not depend on what the model learned.",
    "hardly on the guess": "Hardly depends on the answer.",
    "unmeasured": "Not measured: whether it depends on what the model learned.",
}


def view_name(view: str, method: Method) -> str:
    """The name of a view as people know it."""
    return NAMES.get(view, method.name)


def name_with_time(name: str, seconds: float) -> str:
    """A view in a list, with its time where it is known."""
    return f"{plain(name)} ({about(seconds)})" if seconds else plain(name)


def view_sentence(sentence: str, learning: str) -> str:
    """What a view does, and a badge unless it was measured to depend on what the model learned.

    Args:
        sentence: What it does.
        learning: Whether it does, a :class:`saliency.methods.registry.LearningDependence`.
    """
    badge = _BADGES.get(learning)
    return plain(sentence) + (f" :material/warning: **{badge}**" if badge else "")


def not_class_specific(outputs: Outputs) -> str:
    """What is said of a view that does not tell answers apart; where there is one number, nothing."""
    if outputs.is_score:
        return ""
    return NOT_CLASS_SPECIFIC.format(answer="tag" if outputs.kind is OutputKind.LABELS else "guess")


def not_offered(view: str, model: str) -> str:
    """A view that a model cannot be asked for."""
    unavailable = f"The view '{plain(view)}' is not available for the model '{plain(model)}'."
    return f"{unavailable} The page shows “Quick view” instead."
