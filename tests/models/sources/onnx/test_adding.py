"""An ONNX file as people have it, from adding it to a map and to its removal."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from corner import photo_of
from PIL import Image
from torch import nn

import models
import saliency
from commands.main import main as saliency_main
from commands.models import main
from models.errors import ModelError
from models.sources.adding import add
from models.sources.statements import Wishes

LABELS = "cat\ndog\nbird"


def network(channels: int = 3) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Conv2d(channels, 8, 3, stride=2, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(16, 3),
        ).eval()


def exported(
    where: Path, newer: bool = False, channels: int = 3, size: tuple[int, int] = (64, 64), apart: bool = False
) -> Path:
    """The network in an ONNX file, by torch's newer exporter or its older one; weights apart or inside."""
    where.mkdir(parents=True, exist_ok=True)
    path, pictures = where / "shelves.onnx", (torch.zeros(2, channels, *size),)
    names = {"input_names": ["pictures"], "output_names": ["scores"]}
    if newer:
        pytest.importorskip("onnxscript")
        free = ({0: torch.export.Dim("batch")},)
        torch.onnx.export(
            network(channels), pictures, path, dynamo=True, dynamic_shapes=free, external_data=apart,
            verbose=False, **names,
        )  # fmt: skip
    else:
        axes = {"pictures": {0: "batch"}, "scores": {0: "batch"}}
        torch.onnx.export(network(channels), pictures, path, dynamo=False, dynamic_axes=axes, **names)
    return path


@pytest.mark.filterwarnings("ignore")  # the exporters' own
@pytest.mark.parametrize("newer", [False, True], ids=["torchscript", "dynamo"])
def test_a_file_is_added_explained_and_removed(
    own: Path, tmp_path: Path, newer: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    path = exported(tmp_path / "given", newer)
    (tmp_path / "names.txt").write_text(LABELS)
    assert main(["add", str(path), "--labels", str(tmp_path / "names.txt"), "--as", "own-shelves"]) == 0
    assert "Added as own-shelves." in capsys.readouterr().out
    assert json.loads((own / "own-shelves" / "model.json").read_text())["format"] == "onnx"
    classifier, x = models.load("own-shelves"), torch.randn(3, 3, 64, 64)
    with torch.no_grad():
        assert torch.allclose(classifier.graph.logits(x), network()(x), atol=1e-5)
    pixels = np.random.default_rng(0).integers(0, 256, (80, 90, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    asked = ["explain", str(tmp_path / "photo.png"), "--model", "own-shelves", "--out", str(tmp_path / "out")]
    assert saliency_main(asked) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["scores"]
    assert list((tmp_path / "out").iterdir())
    assert main(["check", "own-shelves"]) == 0
    assert main(["remove", "own-shelves"]) == 0
    assert list(own.iterdir()) == []


@pytest.mark.filterwarnings("ignore")
def test_the_graph_has_the_modules_own_gradients(own: Path, tmp_path: Path) -> None:
    added = add(_with_labels(exported(tmp_path / "given")), Wishes())
    graph, module = models.load(added.key).graph, network()
    x = torch.randn(2, 3, 64, 64, requires_grad=True)
    (given,) = torch.autograd.grad(graph(x)[:, 1].sum(), x)
    (expected,) = torch.autograd.grad(module(x)[:, 1].sum(), x)
    torch.testing.assert_close(given, expected, rtol=1e-4, atol=1e-7)
    maps, values = module[:5](x), graph.feature_gradient(x.detach(), lambda logits: logits[:, 1])
    (slope,) = torch.autograd.grad(module[5:](maps)[:, 1].sum(), maps)
    torch.testing.assert_close(values[0], maps.detach(), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(values[1], slope, rtol=1e-4, atol=1e-7)
    together = graph.logits(x)
    alone = torch.cat([graph.logits(each[None]) for each in x])
    torch.testing.assert_close(together, alone, rtol=1e-5, atol=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_weights_kept_beside_the_file_come_with_it(own: Path, tmp_path: Path) -> None:
    path = _with_labels(exported(tmp_path / "given", newer=True, apart=True))
    beside = path.with_name("shelves.onnx.data")
    assert beside.is_file()
    added = add(path, Wishes())
    assert models.load(added.key).labels == ("cat", "dog", "bird")
    beside.rename(tmp_path / "elsewhere.data")
    with pytest.raises(ModelError, match="is not there"):
        add(path, Wishes(key="again"))
    beside.symlink_to(tmp_path / "elsewhere.data")
    with pytest.raises(ModelError, match="not in its folder"):
        add(path, Wishes(key="again"))


@pytest.mark.filterwarnings("ignore")
def test_grey_pictures(own: Path, tmp_path: Path) -> None:
    added = add(_with_labels(exported(tmp_path / "given", channels=1)), Wishes(mean=(0.5,), std=(0.5,)))
    assert json.loads((added.folder / "model.json").read_text())["channels"] == "grey"
    x = torch.randn(2, 1, 64, 64)
    with torch.no_grad():  # grey in all three colours is that grey
        torch.testing.assert_close(
            models.load(added.key).graph.logits(x.expand(-1, 3, -1, -1)), network(1)(x), rtol=1e-4, atol=1e-5
        )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("size", [(48, 64), (64, 28)])
def test_pictures_that_are_not_square(own: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    added = add(_with_labels(exported(tmp_path / "given", size=size)), Wishes())
    model = models.load(added.key)
    photo = photo_of(np.random.default_rng(0).integers(0, 255, (90, 120, 3), np.uint8))
    for framing, cut in (("whole", 0), ("crop", 1)):
        x, placement = model.prepare(photo, framing)
        assert (tuple(x.shape[2:]), placement.input_size, placement.cut_share > 0) == (size, size, bool(cut))
        assert not placement.squeezed or framing == "whole"
        found = saliency.explain(model, photo, method="input-x-gradient", framing=framing)
        assert found.attribution.shape == size
        assert found.heat_map.shape == (90, 120)


@pytest.mark.filterwarnings("ignore")
def test_a_wrong_size_is_one_sentence(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _with_labels(exported(tmp_path / "given", channels=1))
    assert main(["add", str(path), "--order", "rgb"]) == 2
    said = capsys.readouterr().err
    assert "could not be run on pictures" in said
    assert said.count("\n") == 1


@pytest.mark.filterwarnings("ignore")
def test_a_link_inside_a_zip_is_refused(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "shelves.zip"
    link = zipfile.ZipInfo("shelves.onnx.data")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(exported(tmp_path / "given"), "shelves.onnx")
        packed.writestr(link, "/etc/passwd")
    with pytest.raises(ModelError, match="leads out of it"):
        add(path, Wishes())


def _with_labels(path: Path) -> Path:
    path.with_name("labels.txt").write_text(LABELS)
    return path


@pytest.mark.filterwarnings("ignore")  # the exporter's own
def test_names_in_the_file_are_replaced_by_those_that_are_given_and_that_is_said(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = exported(tmp_path / "given")
    model = onnx.load(path)
    model.metadata_props.add(key="names", value="['cat', 'dog', 'bird']")
    onnx.save(model, path)
    assert main(["add", str(path), "--as", "as-they-are"]) == 0
    assert "replaced" not in capsys.readouterr().out
    (tmp_path / "names.txt").write_text("Katze\ndog\nVogel")
    assert main(["add", str(path), "--labels", str(tmp_path / "names.txt"), "--as", "renamed"]) == 0
    said = "2 of the 3 names in the files are replaced: “cat” is called “Katze”, “bird” is called “Vogel”."
    assert said in capsys.readouterr().out
    assert models.load("renamed").labels == ("Katze", "dog", "Vogel")
