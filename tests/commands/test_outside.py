"""A model that is asked from outside on the command line, without a view named: explain, check, audit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from odd_onnx import odd_model
from stand_in import draw

from commands.main import main

pytest.importorskip("onnxruntime")
NOTE = "asked from outside, because the file uses the operator GlobalLpPool"


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = odd_model(tmp_path, side=96)
    (tmp_path / "labels.txt").write_text("ant\nbee\ncow\ndog\nelk")
    return str(path)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    for seed in range(4):
        draw(96, 96, seed).save(tmp_path / "photos" / f"{seed}.jpg")
    return tmp_path / "photos"


def test_explain_and_check(
    model: str, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = str(photos / "0.jpg")
    assert main(["explain", photo, "--model", model, "--out", str(tmp_path / "out")]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["method"] == "occlusion"
    assert NOTE in record["asked_from_outside"]
    assert main(["check", photo, "--model", model, "--area", "0.2,0.2,0.3,0.3"]) == 0
    assert NOTE in json.loads(capsys.readouterr().out)["explanation"]["asked_from_outside"]
    assert main(["explain", photo, "--model", model, "--method", "grad-cam", "--out", str(tmp_path)]) == 2
    assert "Choose another view, such as occlusion" in capsys.readouterr().err


@pytest.mark.slow
def test_an_audit(model: str, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "audit"
    assert main(["audit", str(photos), "--model", model, "--second", "sobol", "--out", str(out)]) == 0
    findings = json.loads((out / "findings.json").read_text())
    assert findings["settings"]["method"] == "occlusion"
    assert NOTE in findings["asked_from_outside"]
    assert NOTE in (out / "report.html").read_text()
    assert main(["audit", str(photos), "--model", model, "--out", str(out), "--resume"]) == 2
