"""Which of a model's methods stands up front as the quick view and which as the careful check.

The order of preference is the project's; what is available follows from what the model offers.
"""

from __future__ import annotations

from collections.abc import Sequence

from saliency.methods.registry import Method
from ui.session import CAREFUL, QUICK

# Where a model has attention, the method made for it. HiResCAM never marks what the model did not use.
_QUICK = ("transformer-attribution", "hires-cam", "layer-cam", "grad-cam", "gradient")
# The first is the best measured (docs/quality.md); the others only cover parts and ask again, on every model.
_CAREFUL = ("covered-cam", "occlusion", "rise")


def chosen(view: str, methods: Sequence[Method]) -> Method | None:
    """The method a view stands for; None where the model does not offer it.

    Args:
        view: "quick", "careful" or a method's key.
        methods: Those the model offers, at least one.
    """
    offered = {method.key: method for method in methods}
    wanted = {QUICK: _QUICK, CAREFUL: _CAREFUL}.get(view, (view,))
    return next((offered[key] for key in wanted if key in offered), None)


def named(view: str, methods: Sequence[Method]) -> str:
    """The view, by its name up front where it has one: a link may name the method that stands there."""
    front = (name for name in (QUICK, CAREFUL) if getattr(chosen(name, methods), "key", "") == view)
    return next(front, view)


def others(methods: Sequence[Method]) -> list[Method]:
    """The methods behind "More views": all but the two up front."""
    front = (chosen(QUICK, methods), chosen(CAREFUL, methods))
    return [method for method in methods if not any(method is first for first in front)]
