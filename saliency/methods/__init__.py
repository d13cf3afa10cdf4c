"""The methods, a small module a family. Importing this package fills :data:`registry.METHODS`.

A method is one pure function ``f(graph, x, objective, *, settings…) -> attribution``:
``x`` is ``(B, 3, H, W)``, normalised; ``objective`` maps logits ``(B, K)`` to ``(B,)``; the attribution is
``(B, h, w)``, signed where the method is, and not normalised. Same inputs and seed, same output.

Every module in this folder is imported; nothing else has to be told of a new one.
"""

from importlib import import_module
from pkgutil import iter_modules

from saliency.methods.registry import METHODS

_ORDER = (
    *("attention", "cam", "gradients", "paths", "quadrature", "segments", "covered_cam", "channels"),
    *("deep_lift", "sobol_hsic", "extremal", "full_grad", "occlusion", "score_cam"),
)
"""Modules in the order in which their methods are listed; those not named here come last, by name."""

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

_places = {f"{__name__}.{name}": place for place, name in enumerate(_ORDER)}
_listed = sorted(METHODS.values(), key=lambda entry: _places.get(entry.function.__module__, len(_places)))
METHODS.clear()
METHODS.update({method.key: method for method in _listed})
