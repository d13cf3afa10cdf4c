"""The views up front: which of a model's methods each one stands for.

The order of preference is the project's; what is available follows from what the model offers. Any other
view is a method, by its key.
"""

from __future__ import annotations

from collections.abc import Sequence

from saliency.methods.registry import METHODS, LearningDependence, Method

QUICK, CAREFUL, PIECES = "quick", "careful", "pieces"
_PREFERENCES = {
    # Where a model has attention, the method made for it. HiResCAM never marks what the model did not use,
    # nor does it when drawn finer, the better of the two on photos (docs/quality.md).
    # A model that is asked from outside offers none of these, so that the quickest that only covers is left.
    QUICK: (
        "transformer-attribution",
        "hires-layer-cam",
        "hires-cam",
        "layer-cam",
        "grad-cam",
        "gradient",
        "occlusion",
    ),
    # The first is the best measured (docs/quality.md); the others cover parts and ask again, on every model.
    CAREFUL: ("covered-cam", "occlusion", "rise"),
    # Of another kind: the photo in pieces, each with its share of the score, for or against.
    PIECES: ("kernel-shap", "lime"),
}


def views() -> tuple[str, ...]:
    """Every view there is."""
    return (*_PREFERENCES, *METHODS)


def method_of(view: str, methods: Sequence[Method]) -> Method | None:
    """The method a view stands for; None where the model does not offer it.

    Args:
        view: `QUICK`, `CAREFUL`, `PIECES` or a method's key.
        methods: Those the model offers, at least one.
    """
    if view in _PREFERENCES:
        return front(methods).get(view)
    return next((method for method in methods if method.key == view), None)


def front(methods: Sequence[Method]) -> dict[str, Method]:
    """The methods of the views up front, as far as the model offers them, each of them once."""
    offered = {method.key: method for method in methods}
    views: dict[str, Method] = {}
    for view, preferences in _PREFERENCES.items():
        method = next((offered[key] for key in preferences if key in offered), None)
        if method is not None and method not in views.values():
            views[view] = method
    return views


def others(methods: Sequence[Method]) -> list[Method]:
    """The methods for experts: all but those up front, last those not known to depend on what was learned."""
    first = {method.key for method in front(methods).values()}
    rest = [method for method in methods if method.key not in first]
    return sorted(rest, key=lambda method: method.learning is not LearningDependence.DEPENDS)


def name_up_front(view: str, methods: Sequence[Method]) -> str:
    """The view, by its name up front where it has one: a link may name the method that stands there."""
    return next((name for name, method in front(methods).items() if method.key == view), view)
