"""What importing a package brings into memory. The layers themselves are held by ``lint-imports``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def packages_after(statement: str) -> set[str]:
    """Top-level packages in memory once a fresh interpreter has run a statement."""
    command = [sys.executable, "-c", f"{statement}; {PACKAGES}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("statement", "unwelcome"),
    [
        ("import saliency", {"streamlit", "torchvision", "models", "ui"}),
        ("import models", {"streamlit", "torchvision", "ui"}),
    ],
)
def test_packages_pull_in_only_what_is_below_them(statement: str, unwelcome: set[str]) -> None:
    packages = packages_after(statement)
    assert "torch" in packages
    assert not packages & unwelcome
