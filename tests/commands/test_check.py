"""``python -m saliency check``: one JSON object an area; exit code 2 and one line for what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import models
from commands.main import main

SAMPLES = Path(models.__file__).parent / "showroom" / "samples"
MUG, MASK, PLANT = (SAMPLES / name for name in ("full-table.jpg", "full-table-mask.png", "plant.jpg"))
AREA = "0.75,0.05,0.2,0.2"


def run(capsys, *arguments):
    try:
        code = main(["check", *(str(a) for a in arguments)])
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err


def test_one_object_an_area(capsys):
    code, records, err = run(capsys, MUG, "--area", AREA, "--mask", MASK, "--paste", PLANT, MUG, "--seed", 3)
    assert (code, err) == (0, "")
    assert [r["photo"] for r in records] == [str(MUG)] * 2
    assert [r["finding"] for r in records] == ["little", "depends"]
    assert [r["conclusion"]["verdict"] for r in records] == ["does not depend", "depends"]
    assert "“mug” depends on the marked area" in records[1]["conclusion"]["headline"]
    assert records[0]["area"]["boxes"] == [[0.75, 0.05, 0.2, 0.2]]
    assert "outline" in records[1]["area"]
    assert records[0]["check_seed"] == 3
    assert [row["photo"] for row in records[0]["paste"]["photos"]] == ["plant.jpg"]  # not into itself
    assert records[1]["influence"]["lift"] > 2
    assert records[1]["influence"]["rank_auc"]["value"] > 0.9


@pytest.mark.slow
def test_suggestions_of_several_photos_rather_than_another_class(capsys):
    options = ("--suggest", "--method", "hires-cam", "--target", "mug", "--rather-than", "bottle")
    code, records, err = run(capsys, MUG, PLANT, *options)
    assert (code, err) == (0, "")
    assert {r["photo"] for r in records} == {str(MUG), str(PLANT)}
    assert {(r["target"], r["rather_than"]) for r in records} == {("mug", "bottle")}
    assert records[0]["explanation"]["method"] == "hires-cam"
    assert records[0]["paste"] is None


@pytest.mark.slow
def test_the_same_seed_gives_the_same_numbers(capsys):
    found = []
    for seed in (1, 1, 2):
        _, (record,), _ = run(capsys, MUG, "--area", AREA, "--seed", seed)
        found.append(record["cover"])
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ([], "--area"),
        (["--area", "0.1,0.2"], "four numbers"),
        (["--area", "120,40,60,60"], "outside the photo"),
        (["--area", "0,0,1,1"], "almost the whole photo"),
        (["--area", AREA, "--target", "zebra"], "does not know"),
        (["--area", AREA, "--target", "mug", "--rather-than", "mug"], "cannot be told from itself"),
        (["--area", AREA, "--method", "grad-cma"], "grad-cam"),
        (["--area", AREA, "--method", "rollout"], "attention"),
        (["--area", AREA, "--framing", "diagonal"], "framing"),
        (["--area", AREA, "--model", "showrom"], "showroom"),
        (["--area", AREA, "--paste", "gone.jpg"], "gone.jpg"),
        (["--mask", "gone.png"], "gone.png"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_two(capsys, extra, says):
    code, records, err = run(capsys, MUG, *extra)
    assert (code, records) == (2, [])
    assert len(err.splitlines()) == 1
    assert says in err


@pytest.mark.slow
def test_what_is_wrong_with_one_area_or_photo_does_not_stop_the_rest(capsys, tmp_path):
    wide = tmp_path / "wide.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (100, 400, 3), np.uint8)).save(wide)
    areas = ("--area", "0,0.2,0.1,0.5", "--area", "0.45,0.2,0.1,0.5")
    code, records, err = run(capsys, wide, tmp_path / "gone.jpg", MUG, *areas, "--framing", "crop")
    assert code == 2
    assert [r["photo"] for r in records] == [str(wide), str(MUG), str(MUG)]
    first, second = err.splitlines()
    assert "wide.png" in first
    assert "cut off" in first
    assert "gone.jpg" in second
    code, records, err = run(capsys, wide, "--mask", MASK)
    assert (code, records) == (2, [])
    assert "640 × 640" in err
    assert "400 × 100" in err


def test_nothing_to_suggest_is_said(capsys, tmp_path):
    import torch
    from safetensors.torch import save_file

    from models.torchvision_guard import import_torchvision

    folder = tmp_path / "silent"
    folder.mkdir()
    module = import_torchvision().models.squeezenet1_1(num_classes=2)
    torch.nn.init.zeros_(module.classifier[1].weight)
    save_file(module.state_dict(), folder / "weights.safetensors")
    (folder / "labels.txt").write_text("mug\nlamp\n")
    (folder / "model.json").write_text('{"architecture": "squeezenet1_1"}')
    code, records, err = run(capsys, MUG, "--suggest", "--model", folder)
    assert (code, records) == (2, [])
    assert "No part stands out" in err


def test_a_page_begins_with_the_verdict_of_its_one_area(capsys, tmp_path):
    page = tmp_path / "mug.html"
    code, records, err = run(capsys, MUG, "--area", AREA, "--mask", MASK, "--page", page)
    assert (code, records) == (2, [])
    assert "shows one area, and there are 2" in err
    assert not page.exists()
    _, (record,), _ = run(capsys, MUG, "--area", AREA, "--page", page)
    written = page.read_text(encoding="utf-8")
    assert record["page"] == str(page)
    title = record["conclusion"]["meaning"] or record["conclusion"]["headline"]
    assert f"><bdi>{title}</bdi></h1>" in written
