"""ONNX files that cannot be taken apart are asked from outside, by onnxruntime, and say why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from odd_onnx import odd_model
from onnx import TensorProto

import models
from commands.models import main
from models.errors import ModelError
from models.sources import onnx as source
from models.sources.adding import add
from models.sources.onnx import runtime
from models.sources.statements import Wishes

onnxruntime = pytest.importorskip("onnxruntime")
LABELS = "ant\nbee\ncow\ndog\nelk"
SIDE = 32


def made(where: Path, **how: Any) -> Path:
    (where / "labels.txt").write_text(LABELS)
    return odd_model(where, **how)


def expected(path: Path, x: torch.Tensor, **how: Any) -> torch.Tensor:
    session = onnxruntime.InferenceSession(path)
    values = x.permute(0, 2, 3, 1) if how.get("layout") == "NHWC" else x
    dtype = np.uint8 if how.get("kind") == TensorProto.UINT8 else np.float32
    most = how["batch"] if isinstance(how.get("batch"), int) else len(values)
    rows = [
        session.run(None, {"x": np.ascontiguousarray(part.numpy().astype(dtype))})[0]
        for part in values.split(most)
    ]
    return torch.from_numpy(np.concatenate(rows))


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"batch": 1},
        {"layout": "NHWC"},
        {"kind": TensorProto.UINT8, "layout": "NHWC"},
        {"end": "Sigmoid"},
        {"end": "Tanh"},
    ],
)
def test_the_model_is_asked_and_says_which_operator(tmp_path: Path, how: dict[str, Any]) -> None:
    read = source.read([made(tmp_path, **how)])
    x = (255 * torch.rand(3, 3, SIDE, SIDE)).round() if "kind" in how else torch.randn(3, 3, SIDE, SIDE)
    torch.testing.assert_close(read.module(x), expected(tmp_path / "model.onnx", x, **how))
    assert read.outside == "the file uses the operator GlobalLpPool, which cannot be read"
    kinds = {"Softmax": "probabilities", "Sigmoid": "labels", "Tanh": None}
    assert read.outputs == kinds[how.get("end", "Softmax")]
    assert read.size == (SIDE, SIDE)
    assert read.labels == tuple(LABELS.split())


def test_a_file_for_three_pictures_takes_any_number(tmp_path: Path) -> None:
    read = source.read([made(tmp_path, batch=3)])
    x = torch.randn(6, 3, SIDE, SIDE)
    found = expected(tmp_path / "model.onnx", x, batch=3)
    for count in (1, 2, 4, 6):
        torch.testing.assert_close(read.module(x[:count]), found[:count])


def test_what_no_runtime_knows_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"uses the operator Wavelet of com\.example, which cannot be read"):
        source.read([made(tmp_path, operator="Wavelet", domain="com.example")])


def test_without_onnxruntime_the_command_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path)
    monkeypatch.setattr(runtime, "find_spec", lambda name: None)
    with pytest.raises(ModelError) as told:
        source.read([path])
    for part in ("operator GlobalLpPool", "package onnxruntime", "pip install -r requirements-models.txt"):
        assert part in told.value.message


def test_command_line_list_and_classifier_carry_the_note(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path)
    note = (
        "This model is asked from outside, because the file uses the operator GlobalLpPool, which cannot "
        "be read; views that look inside the model are not offered."
    )
    assert main(["add", str(path), "--as", "animals"]) == 0
    assert capsys.readouterr().out.count(note) == 1
    assert main(["check", "animals"]) == 0
    assert note in capsys.readouterr().out
    classifier = models.load("animals")
    assert classifier.graph.outside == note
    assert classifier.graph.offers == frozenset()
    assert classifier.graph.nbytes == path.stat().st_size
    x = torch.randn(2, 3, SIDE, SIDE)
    torch.testing.assert_close(classifier.graph.logits(x).softmax(1), expected(path, x))
    assert models.load(path).graph.outside == note
    (tmp_path / "labels.txt").write_text("ant\nbee")
    with pytest.raises(ModelError, match="5 scores"):
        add(path, Wishes(key="other", labels=tmp_path / "labels.txt"))
