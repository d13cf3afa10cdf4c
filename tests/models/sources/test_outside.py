"""Modules that cannot be taken apart are asked from outside, with the reason; others are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import models
from commands.models import main
from models.sources import registry
from models.sources.adding import add
from models.sources.read_model import ReadModel
from models.sources.statements import Wishes
from saliency.errors import SaliencyError

SIDE = 32


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer, self.head = nn.Conv2d(3, 6, 3), nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.layer(x).relu().mean((2, 3)))


class ByItsBrightness(Plain):
    """Its structure depends on the picture, so that neither torch.fx nor torch.export makes a graph of it."""

    def forward(self, x: Tensor) -> Tensor:
        rows = [super(ByItsBrightness, self).forward(p if p.mean() > 0 else -p) for p in x.split(1)]
        return torch.cat(rows)


class Shares(ByItsBrightness):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


class Tags(ByItsBrightness):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).sigmoid()


class AlwaysFailing(ByItsBrightness):
    def forward(self, x: Tensor) -> Tensor:
        if x.mean() > 0.4:
            raise ValueError("too bright for me")
        return super().forward(x)


class Source:
    """A format of modules of this file."""

    NAME = "a test's module"

    def __init__(self, kind: type[nn.Module], outputs: Any) -> None:
        self.kind, self.outputs = kind, outputs

    def recognises(self, files: Any) -> bool:
        return True

    def read(self, files: Any) -> ReadModel:
        torch.manual_seed(0)
        return ReadModel(self.kind(), size=(SIDE, SIDE), channels="rgb", outputs=self.outputs)


def added(
    where: Path, monkeypatch: pytest.MonkeyPatch, kind: type[nn.Module], outputs: Any = "softmax"
) -> Path:
    (where / "given").mkdir()
    (where / "given" / "model.bin").write_bytes(b"1")
    (where / "given" / "labels.txt").write_text("a\nb\nc")
    monkeypatch.setattr(registry, "sources", lambda: {"test": Source(kind, outputs)})
    return where / "given"


REASON = "its structure depends on the picture"


@pytest.mark.parametrize(
    ("kind", "outputs"), [(ByItsBrightness, "softmax"), (Shares, "probabilities"), (Tags, "labels")]
)
def test_what_depends_on_the_picture_is_asked_from_outside(
    own: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: type[nn.Module],
    outputs: str,
) -> None:
    folder = added(tmp_path, monkeypatch, kind, outputs)
    assert main(["add", str(folder), "--as", "odd"]) == 0
    note = f"This model is asked from outside, because {REASON}; views that look inside"
    assert note in capsys.readouterr().out
    classifier = models.load("odd")
    assert classifier.graph.outside.startswith(note)
    assert str(classifier.outputs.kind) == outputs
    torch.manual_seed(0)
    module, x = kind(), torch.randn(3, 3, SIDE, SIDE)
    with torch.no_grad():
        shown = classifier.outputs.values(classifier.graph.logits(x))
        own_outputs = module(x).softmax(1) if outputs == "softmax" else module(x)
    torch.testing.assert_close(shown, own_outputs, rtol=1e-4, atol=1e-5)


def test_what_can_be_taken_apart_is(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = add(added(tmp_path, monkeypatch, Plain), Wishes(key="plain")).notes
    assert not any("outside" in note for note in notes)
    assert models.load("plain").graph.layers


def test_tags_are_not_let_in_as_classes(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = added(tmp_path, monkeypatch, Tags, "probabilities")
    with pytest.raises(models.ModelError, match="said to give shares"):
        add(folder, Wishes(key="tags"))


def test_what_it_fails_of_is_said(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(added(tmp_path, monkeypatch, AlwaysFailing), Wishes(key="shy"))
    graph = models.load("shy").graph
    with pytest.raises(SaliencyError, match="too bright for me"):
        graph.logits(torch.ones(1, 3, SIDE, SIDE))
    assert json.loads((own / "shy" / "model.json").read_text())["format"] == "test"
