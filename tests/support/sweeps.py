"""Sweeps over many cases: a few are tried at every change, the others by `pytest -m slow`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sweep(cases: Iterable[Any], every: int) -> list[Any]:
    """The cases, of which each n-th, from the first on, is quick and the others are slow."""
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)), marks=[pytest.mark.slow] * (n % every > 0)
        )
        for n, case in enumerate(cases)
    ]
