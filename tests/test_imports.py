"""Imports run one way, seen from a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOADED = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def loaded_by(statement: str) -> set[str]:
    """Top-level packages in memory once a fresh interpreter has run a statement."""
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}; {LOADED}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "kept_out"),
    [
        ("import saliency", {"streamlit", "torchvision", "models", "ui"}),
        ("import models", {"streamlit", "ui"}),
    ],
)
def test_packages_pull_in_only_what_is_below_them(statement: str, kept_out: set[str]) -> None:
    found = loaded_by(statement)
    assert "torch" in found
    assert not found & kept_out


def test_no_source_file_imports_upwards() -> None:
    """Imports inside functions too, which a fresh interpreter does not reach."""
    rules = {"saliency": ("streamlit", "torchvision", "models", "ui"), "models": ("streamlit", "ui")}
    for package, above in rules.items():
        for path in (ROOT / package).rglob("*.py"):
            if package == "saliency" and path.name == "__main__.py":
                above_here = tuple(name for name in above if name != "models")  # it loads models by name
            else:
                above_here = above
            for line in path.read_text(encoding="utf-8").splitlines():
                words = line.split()
                if words[:1] in (["import"], ["from"]):
                    assert words[1].partition(".")[0] not in above_here, f"{path.name}: {line.strip()}"
