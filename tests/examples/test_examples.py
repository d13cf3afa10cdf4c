"""The examples run as they stand, and leave what they say."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

from models.sources.folder import check_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs an example; what it prints, and the names of its files."""
    monkeypatch.chdir(ROOT)

    def run(name: str) -> tuple[str, set[str]]:
        monkeypatch.setattr(sys, "argv", [name, str(tmp_path / "out")])
        runpy.run_module(f"examples.{name}", run_name="__main__")
        return capsys.readouterr().out, {path.name for path in (tmp_path / "out").iterdir()}

    return run


def test_explain_a_photo(run) -> None:
    output, files = run("explain_photo")
    assert output.startswith("mug, ")
    assert len(files) == len(output.splitlines()) - 1
    assert {"full-table-overlay.png", "full-table.json"} <= files


def test_check_an_area(run, tmp_path: Path) -> None:
    output, files = run("check_area")
    assert output == "“mug” and the badge: depends\n"
    assert files == {"check.json"}
    assert json.loads((tmp_path / "out" / "check.json").read_text(encoding="utf-8"))["finding"] == "depends"


def test_audit_a_folder(run) -> None:
    output, files = run("audit_folder")
    assert output.splitlines()[0].startswith("15 photos; ")
    assert {"findings.json", "results.csv", "report.pdf", "report.html", "slide.png"} <= files


def test_kinds_of_output(run, tmp_path: Path) -> None:
    output, files = run("kinds_of_output")
    assert files == {"labels", "yes-no", "score"}
    labels, score, yes = output.splitlines()
    assert labels.startswith("labels: badge 0.9")
    assert "teapot 0.9" in labels
    assert "mug 0.0" in labels
    assert score.startswith("score: ad score 9.")
    assert yes.startswith("yes-no: drinking vessel 0.9")
    for name in files:
        assert not check_folder(tmp_path / "out" / name)


def test_every_example_is_tried() -> None:
    assert {path.stem for path in (ROOT / "examples").glob("*.py")} == {
        "explain_photo",
        "check_area",
        "audit_folder",
        "kinds_of_output",
    }
