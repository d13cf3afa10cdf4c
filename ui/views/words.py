"""The words of views, the ways to measure influence: their names, their times and what they depend on."""

from __future__ import annotations

from saliency.export.map_notes import NOT_CLASS_SPECIFIC as NOT_CLASS_SPECIFIC
from saliency.export.map_notes import UNLEARNED as UNLEARNED
from saliency.export.map_notes import not_class_specific as not_class_specific
from saliency.methods.registry import Method
from ui.views.quick_and_careful import CAREFUL, PIECES, QUICK
from ui.words import about, plain

VIEW = "View"
VIEW_HELP = "Different ways to measure influence. The times are measured on this computer."
NAMES = {QUICK: "Quick view", CAREFUL: "Careful view", PIECES: "For and against"}
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


def not_offered(view: str, model: str) -> str:
    """A view that a model cannot be asked for."""
    unavailable = f"The view '{plain(view)}' is not available for the model '{plain(model)}'."
    return f"{unavailable} The page shows “Quick view” instead."
