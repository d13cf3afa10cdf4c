"""Functions that read ONNX's operators, one a kind, grouped by family."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def register_all() -> None:
    """Import every family, which registers its functions."""
    for family in iter_modules(__path__):
        import_module(f"{__name__}.{family.name}")
