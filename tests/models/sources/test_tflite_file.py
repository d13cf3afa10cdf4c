"""TFLite files: float and quantised ones are asked from outside, with the labels that are in them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

pytest.importorskip("ai_edge_litert")

from tflite_files import SIDE, lite_file, metadata, weights

import models
from commands.models import main
from models.errors import ModelError
from models.sources import registry
from models.sources.adding import add
from models.sources.statements import Wishes
from saliency.explanation import explain
from saliency.photo.reading import Photo, read_photo

LABELS = "red\ngreen\nblue\n"


def expected(x: torch.Tensor) -> torch.Tensor:
    """The logits of pictures ``(N, 3, H, W)``."""
    return x.permute(0, 2, 3, 1).flatten(1) @ torch.from_numpy(weights()).T


@pytest.mark.parametrize("softmax", [True, False])
def test_a_float_file(tmp_path: Path, softmax: bool) -> None:
    path = lite_file(tmp_path / "model.tflite", softmax=softmax, labels=LABELS)
    assert registry.format_of([path]) == "tflite-file"
    read = registry.read("tflite-file", [path])
    x = torch.randn(3, 3, SIDE, SIDE)
    logits = expected(x)
    torch.testing.assert_close(read.module(x), logits.softmax(1) if softmax else logits, rtol=1e-4, atol=1e-5)
    assert (read.size, read.labels) == ((SIDE, SIDE), ("red", "green", "blue"))
    assert read.outputs == ("probabilities" if softmax else None)
    assert (read.mean, read.std) == (None, None)
    assert read.outside == "a TFLite file cannot be taken apart"


@pytest.mark.parametrize("kind", ["uint8", "int8"])
@pytest.mark.parametrize("softmax", [True, False])
def test_a_quantised_file_says_how_its_numbers_are_meant(tmp_path: Path, kind: str, softmax: bool) -> None:
    read = registry.read("tflite-file", [lite_file(tmp_path / "m.tflite", quantised=kind, softmax=softmax)])
    assert read.mean == pytest.approx((128 / 255,) * 3)
    assert read.std == pytest.approx((128 / 255,) * 3)
    assert read.channels == "rgb"
    pixels = torch.randint(0, 256, (4, 3, SIDE, SIDE)) / 255
    x = (pixels - read.mean[0]) / read.std[0]
    logits = expected(x)
    found = read.module(x)
    torch.testing.assert_close(found, logits.softmax(1) if softmax else logits, rtol=0, atol=0.06)


@pytest.mark.parametrize(("mean", "std"), [((127.5,), (127.5,)), ((103.5, 116.3, 123.7), (57.4, 57.1, 58.4))])
def test_metadata_says_how_pictures_are_prepared_and_where_labels_are(
    own: Path, tmp_path: Path, mean: tuple[float, ...], std: tuple[float, ...]
) -> None:
    path = lite_file(tmp_path / "m.tflite", labels=LABELS, name="names", about=metadata(mean, std, ["names"]))
    read = registry.read("tflite-file", [path])
    assert read.mean == pytest.approx([value / 255 for value in mean])
    assert read.std == pytest.approx([value / 255 for value in std])
    assert (read.channels, read.labels) == ("rgb", ("red", "green", "blue"))
    described = add(path, Wishes(key="colours")).folder / "model.json"
    content = json.loads(described.read_text())
    assert "warning" not in content
    assert content["mean"] == pytest.approx([mean[min(n, len(mean) - 1)] / 255 for n in range(3)])


def test_a_quantised_file_is_prepared_as_its_numbers_say(tmp_path: Path) -> None:
    path = lite_file(tmp_path / "m.tflite", quantised="uint8", about=metadata((0.0,), (1.0,)))
    assert registry.read("tflite-file", [path]).mean == pytest.approx((128 / 255,) * 3)


@pytest.mark.parametrize(
    "about",
    [
        metadata((127.5,), (0.0,)),
        metadata((-5.0,), (127.5,)),
        metadata((1.0, 2.0), (1.0, 2.0)),
        metadata((float("nan"),), (1.0,)),
        metadata(),
        metadata((127.5,), (127.5,))[:60],
        b"nothing",
        bytes(64),
        b"\xff" * 200,
    ],
)
def test_metadata_that_says_nothing_or_is_damaged_is_passed_over(tmp_path: Path, about: bytes) -> None:
    read = registry.read("tflite-file", [lite_file(tmp_path / "m.tflite", about=about)])
    assert (read.mean, read.std, read.channels) == (None, None, None)


def test_a_quantised_share_of_nothing_is_not_endlessly_small(tmp_path: Path) -> None:
    read = registry.read("tflite-file", [lite_file(tmp_path / "m.tflite", quantised="uint8")])
    shares = read.module(torch.ones(1, 3, SIDE, SIDE) * torch.tensor([3.0, -3.0, -3.0])[:, None, None])
    assert shares.argmax() == 0
    assert shares.min() == pytest.approx(1 / 256 / 6)
    assert shares.sum() == pytest.approx(1, abs=1 / 256)


def test_it_is_added_explained_and_says_how_it_is_asked(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lite_file(tmp_path / "colours.tflite", quantised="uint8", labels=LABELS)
    assert main(["add", str(path), "--as", "colours"]) == 0
    assert "asked from outside, because a TFLite file cannot be taken apart" in capsys.readouterr().out
    classifier = models.load("colours")
    assert classifier.warning == "", "the file says how photos are prepared"
    result = explain(classifier, green_corner(), method="occlusion", window=8, stride=8)
    assert result.scores[0].label == "green"
    assert result.attribution[:16, :16].mean() > result.attribution[16:, 16:].mean()


def green_corner() -> Photo:
    pixels = np.full((SIDE, SIDE, 3), 128, np.uint8)
    pixels[: SIDE // 2, : SIDE // 2, 1] = 160
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "PNG")
    return read_photo(packed.getvalue())


def test_labels_that_do_not_fit_and_files_that_are_none(own: Path, tmp_path: Path) -> None:
    read = registry.read("tflite-file", [lite_file(tmp_path / "a.tflite", labels="red\ngreen")])
    assert read.labels is None
    assert "names 2 classes and gives 3 scores" in read.notes[0]
    (tmp_path / "b.tflite").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="no TFLite file"):
        registry.read("tflite-file", [tmp_path / "b.tflite"])
    whole = lite_file(tmp_path / "c.tflite").read_bytes()
    for cut in (12, 40, len(whole) // 2, len(whole) - 8):
        (tmp_path / "c.tflite").write_bytes(whole[:cut])
        with pytest.raises(ModelError, match="LiteRT cannot run"):
            registry.read("tflite-file", [tmp_path / "c.tflite"])
