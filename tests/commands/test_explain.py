"""The command line: one JSON object a photo, files beside it; exit code 2 and one line for what is wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from commands.main import main
from models.torchvision_guard import import_torchvision
from saliency import METHODS

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def own_model(tmp_path_factory):
    """A small model of one's own with random weights and three classes."""
    import torch
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("own")
    torch.manual_seed(0)
    module = import_torchvision().models.squeezenet1_1(num_classes=3)
    torch.nn.init.constant_(module.classifier[1].bias, 1.0)  # so that no score is zero
    save_file(module.state_dict(), folder / "weights.safetensors")
    (folder / "labels.txt").write_text("mug\nlamp\nchair\n")
    settings = {"architecture": "squeezenet1_1", "crop_size": 64, "resize_size": 72}
    (folder / "model.json").write_text(json.dumps(settings))
    return folder


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "red cup.png"
    noise = np.random.default_rng(0).integers(0, 255, (80, 120, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


def run(capsys, *arguments):
    try:
        code = main([str(a) for a in arguments])
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err


def test_a_photo_gives_one_object_and_the_files_it_names(capsys, own_model, photo, tmp_path):
    out = tmp_path / "out"
    code, (record,), err = run(
        capsys,
        "explain",
        photo,
        "--model",
        own_model,
        "--method",
        "hires-cam",
        "--target",
        "lamp",
        "--out",
        out,
    )
    assert (code, err) == (0, "")
    assert record["photo"] == str(photo)
    assert record["target"] == "lamp"
    assert record["method"] == "hires-cam"
    assert [s["label"] for s in record["scores"]] != []
    assert sum(s["score"] for s in record["scores"]) == pytest.approx(1, abs=1e-4)
    assert record["seconds"] >= 0
    assert record["familiarity"]["footing"] in ("sure", "leans", "does not know this")
    assert record["familiarity"]["sentence"]
    assert record["warning"] == ""
    assert sorted(Path(f) for f in record["files"]) == sorted(out.iterdir())
    assert sorted(Path(f).suffix for f in record["files"]) == [".json", ".npy", ".png", ".png"]
    assert all(Path(f).name.startswith("red") for f in record["files"])
    heat = np.load(next(f for f in record["files"] if f.endswith(".npy")))
    assert heat.shape == (80, 120)


def test_names_of_any_kind(capsys, own_model, photo, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in (
        b"caf\xe9.png",
        "Ku\u0308che \u202e\x1b[31m.png".encode(),
        b"broken \x1b]0;title\x07\xff.png",
    ):
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.write_bytes(b"" if name.startswith(b"broken") else photo.read_bytes())
    out = tmp_path / "out"
    code, records, err = run(
        capsys, "explain", folder, "--model", own_model, "--target", "LAMP", "--out", out
    )
    assert code == 2
    assert {os.fsencode(Path(record["photo"]).name) for record in records} == {
        b"caf\xe9.png",
        "Ku\u0308che \u202e\x1b[31m.png".encode(),
    }
    assert len([file for record in records for file in record["files"] if Path(file).is_file()]) == 8
    assert err.count("\n") == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", err)


def test_a_class_that_two_names_can_mean(capsys, own_model, photo, tmp_path):
    model = shutil.copytree(own_model, tmp_path / "model")
    (model / "labels.txt").write_text("Cardigan\ncardigan\nlamp", encoding="utf-8")
    arguments = ("explain", photo, "--model", model, "--out", tmp_path / "out", "--target")
    assert run(capsys, *arguments, "cardigan")[1][0]["target"] == "cardigan"
    assert run(capsys, *arguments, "Cardigan")[1][0]["target"] == "Cardigan"
    code, records, err = run(capsys, *arguments, "CARDIGAN")
    assert (code, records) == (2, [])
    assert err.startswith("“CARDIGAN” can mean “Cardigan” (number 0) or “cardigan” (number 1).")


def test_a_bad_photo_is_reported_and_the_rest_go_on(capsys, own_model, photo, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"")
    Image.new("RGB", (60, 60), "navy").save(folder / "b.jpg")
    code, records, err = run(
        capsys,
        "explain",
        folder,
        photo,
        tmp_path / "gone.jpg",
        "--model",
        own_model,
        "--out",
        tmp_path / "out",
    )
    assert code == 2
    assert [Path(r["photo"]).name for r in records] == ["b.jpg", "red cup.png"]
    assert len(err.splitlines()) == 2
    assert "a.jpg" in err
    assert "gone.jpg" in err


def test_photos_of_one_name_do_not_overwrite_each_other(capsys, own_model, photo, tmp_path):
    again = tmp_path / "other" / photo.name
    again.parent.mkdir()
    again.write_bytes(photo.read_bytes())
    _, (first, second), _ = run(
        capsys, "explain", photo, again, "--model", own_model, "--out", tmp_path / "out"
    )
    assert not set(first["files"]) & set(second["files"])


def test_same_seed_same_numbers(capsys, own_model, photo, tmp_path):
    arguments = ["explain", photo, "--model", own_model, "--method", "rise", "--set", "samples=16", "--out"]
    maps = []
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        _, (record,), _ = run(capsys, *arguments, tmp_path / folder, "--seed", seed)
        assert record["settings"]["samples"] == 16
        maps.append(np.load(next(f for f in record["files"] if f.endswith(".npy"))))
    np.testing.assert_array_equal(maps[0], maps[1])
    assert not np.array_equal(maps[0], maps[2])


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (["--method", "grad-cma"], "grad-cam"),
        (["--target", "teapot"], "does not know"),
        (["--set", "samples=many", "--method", "rise"], "whole number"),
        (["--set", "samples"], "NAME=VALUE"),
        (["--set", "speed=3"], "no setting"),
        (["--framing", "diagonal"], "framing"),
        (["--model", "no-such-model"], "no-such-model"),
        (["--method", "transformer-attribution"], "attention"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_two(capsys, own_model, photo, tmp_path, extra, says):
    arguments = ["explain", photo, "--out", tmp_path / "out"]
    if "--model" not in extra:
        arguments += ["--model", own_model]
    code, records, err = run(capsys, *arguments, *extra)
    assert (code, records) == (2, [])
    assert len(err.splitlines()) == 1
    assert says in err


def test_methods_lists_the_registry(capsys):
    assert main(["methods", "--json"]) == 0
    assert [row["key"] for row in json.loads(capsys.readouterr().out)] == list(METHODS)
    assert main(["methods"]) == 0
    table = capsys.readouterr().out
    assert all(key in table and entry.paper in table for key, entry in METHODS.items())


def test_as_a_program():
    finished = subprocess.run(
        [sys.executable, "-m", "saliency", "explain"], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 2
    assert len(finished.stderr.splitlines()) == 1
    assert "Traceback" not in finished.stderr


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared photos and weights are not here")
def test_real_weights_name_real_photos(capsys, tmp_path):
    folder = tmp_path / "squeezenet"
    folder.mkdir()
    (folder / "weights.safetensors").write_bytes((SHARED / "squeezenet1_0_imagenet.safetensors").read_bytes())
    (folder / "model.json").write_text('{"architecture": "squeezenet1_0"}')
    entry = import_torchvision().models.SqueezeNet1_0_Weights.IMAGENET1K_V1
    names = entry.meta["categories"]
    (folder / "labels.txt").write_text("\n".join(names), encoding="utf-8")
    truth = {
        r["file"]: names[r["class"]] for r in json.loads((SHARED / "photos" / "labels.json").read_text())
    }
    code, records, _ = run(
        capsys,
        "explain",
        SHARED / "photos",
        "--model",
        folder,
        "--framing",
        "crop",
        "--out",
        tmp_path / "out",
    )
    assert code == 0
    assert len(records) == 40
    assert sum(r["target"] == truth[Path(r["photo"]).name] for r in records) >= 36


def test_one_class_rather_than_another(capsys, own_model, photo, tmp_path):
    common = ("explain", photo, "--model", own_model, "--target", "mug", "--out", tmp_path / "out")
    code, (record,), _ = run(capsys, *common, "--rather-than", "Lamp")
    assert (code, record["target"], record["rather_than"]) == (0, "mug", "lamp")
    code, records, err = run(capsys, *common, "--rather-than", "mug")
    assert (code, records) == (2, [])
    assert "cannot be told from itself" in err
    code, records, err = run(capsys, *common, "--rather-than", "teapot")
    assert (code, records) == (2, [])
    assert "does not know" in err


@pytest.mark.parametrize("command", ["explain", "check", "audit"])
def test_a_device_that_is_not_there_is_one_line(capsys, monkeypatch, own_model, photo, tmp_path, command):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    source = photo.parent if command == "audit" else photo
    arguments = [command, source, "--model", own_model]
    arguments += ["--suggest"] if command == "check" else ["--out", tmp_path / "out"]
    code, out, err = run(capsys, *arguments, "--device", "cuda")
    assert (code, out) == (2, [])
    assert "There is no device “cuda”" in err
    assert "--device cpu" in err
    code, out, err = run(capsys, *arguments, "--device", "cpu", "--precision", "half")
    assert (code, out) == (2, [])
    assert "for graphics cards" in err


def test_a_page_of_one_photo(capsys, own_model, photo, tmp_path):
    page = tmp_path / "new" / "red cup.html"
    arguments = ("explain", photo, "--model", own_model, "--out", tmp_path / "out", "--page")
    code, (record,), err = run(capsys, *arguments, page)
    assert (code, err, record["page"]) == (0, "", str(page))
    assert str(page) not in record["files"]
    written = page.read_text(encoding="utf-8")
    assert written.startswith("<!doctype html>")
    for part in ("red cup.png", record["weights_sha256"], "Photo as received", "One picture only."):
        assert part in written


def test_a_page_that_cannot_be(capsys, own_model, photo, tmp_path):
    arguments = ["explain", photo, "--model", own_model, "--out", tmp_path / "out", "--page"]
    for extra, says in (
        ([tmp_path / "page.pdf"], "ends in .html"),
        ([tmp_path / "page.html", photo], "shows one photo, and 2"),
        ([photo / "page.html"], "could not be written"),
    ):
        code, _, err = run(capsys, *arguments[:2], *extra[1:], *arguments[2:], extra[0])
        assert code == 2
        assert len(err.splitlines()) == 1
        assert says in err
