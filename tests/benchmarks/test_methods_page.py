"""The page about methods is made from the registry; where it is behind, a warning says so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import methods_page
from saliency.methods.registry import METHODS


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the page, with an old page and no picture."""
    monkeypatch.setattr(methods_page, "DOCS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["methods_page", "--check"])
    (tmp_path / "methods.md").write_text("old", encoding="utf-8")
    return tmp_path


def test_the_page_tells_of_every_method() -> None:
    page = methods_page.page()
    for entry in METHODS.values():
        assert f"## {entry.name} (`{entry.key}`)" in page
        assert entry.paper in page


def test_a_page_that_is_behind_is_warned_of(docs: Path, monkeypatch, capsys) -> None:
    assert methods_page.main() == 1
    said = capsys.readouterr().err
    assert "Warning: Grad-CAM has no picture" in said
    assert "docs/methods.md is behind" in said
    assert "LeGrad" not in said  # no model at hand has attention
    assert (docs / "methods.md").read_text(encoding="utf-8") == "old"
    monkeypatch.setattr(sys, "argv", ["methods_page", "--text"])
    assert methods_page.main() == 0
    said = capsys.readouterr().err
    assert "Warning: Grad-CAM has no picture" in said
    assert "is behind" not in said
    assert (docs / "methods.md").read_text(encoding="utf-8") == methods_page.page()
