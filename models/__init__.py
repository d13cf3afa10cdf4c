"""What is explained: built-in models, models of one's own, and torchvision's classifiers.

Importing this package is quick: torch is imported when one of its names is first asked for (PEP 562), and
torchvision when a model or the list of models that needs it is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.built_in import BUILT_IN, EVERYDAY, SHORTCUT, SHOWROOM
    from models.errors import ModelError
    from models.inventory import Choice, choices, load

_ELSEWHERE = {"ModelError": "models.errors"} | dict.fromkeys(
    ("BUILT_IN", "EVERYDAY", "SHORTCUT", "SHOWROOM"), "models.built_in"
)
__all__ = ["BUILT_IN", "EVERYDAY", "SHORTCUT", "SHOWROOM", "Choice", "ModelError", "choices", "load"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "models.inventory")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
