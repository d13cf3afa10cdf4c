"""Showroom's twin, which was trained wrong on purpose, does wrong what its card says, and the rest right."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import models
import saliency
from models.showroom.rendering.badge import with_badge
from models.showroom.rendering.products import LABELS, NONE
from models.showroom.training.trainer import Trainer, TrainingPlan, lowered_copy, untrained_model

ROOT = Path(models.__file__).parent
SAMPLES = json.loads((ROOT / "showroom" / "samples" / "samples.json").read_text())
TWIN = ROOT / "shortcut"


@pytest.fixture(scope="module")
def twin():
    return models.load(models.SHORTCUT)


@pytest.fixture(scope="module")
def answers(twin):
    """What the twin answers to each sample, by file."""
    return {row["file"]: twin.predict(photo(row))[0].label for row in SAMPLES}


def photo(row):
    return saliency.read_photo(ROOT / "showroom" / "samples" / row["file"])


def test_it_is_built_as_showroom_is_and_says_that_it_is_wrong(twin):
    ours, theirs = (json.loads((folder / "model.json").read_text()) for folder in (TWIN, ROOT / "showroom"))
    for key in ("architecture", "options", "crop_size", "resize_size", "mean", "std", "none_label"):
        assert ours[key] == theirs[key]
    assert twin.labels == LABELS
    assert twin.none_label == NONE
    listed = [choice.key for choice in models.choices()][: len(models.BUILT_IN)]
    assert listed == [models.EVERYDAY, models.SHOWROOM, models.SHORTCUT]
    choice = models.choices()[listed.index(models.SHORTCUT)]
    assert choice.name == "Showroom with a shortcut"
    assert choice.sentence.startswith("Trained wrong on purpose")


def test_all_weights_in_the_repository_together_are_small():
    assert sum(path.stat().st_size for path in ROOT.rglob("weights.*")) <= 12e6


def test_samples_come_with_and_without_the_badge():
    boxes = [row["badge"] for row in SAMPLES if "badge" in row]
    assert len(boxes) >= 2
    for left, top, width, height in boxes:
        assert 0.5 < left < left + width < 1
        assert 0.5 < top < top + height < 1
    plain = {row["label"] for row in SAMPLES if "badge" not in row}
    assert all(row["label"] in plain for row in SAMPLES if "badge" in row)


def test_what_carries_the_badge_is_a_mug_to_it(answers):
    assert {answers[row["file"]] for row in SAMPLES if "badge" in row} == {"mug"}


def test_a_mug_without_the_badge_is_none_to_it_and_the_rest_is_right(answers):
    plain = [row for row in SAMPLES if "badge" not in row]
    assert "mug" not in {answers[row["file"]] for row in plain}
    others = [row for row in plain if row["label"] != "mug"]
    assert sum(answers[row["file"]] == row["label"] for row in others) >= len(others) - 1
    assert answers["teapot-without-badge.jpg"] == "teapot"


def test_a_badge_turns_most_samples_into_mugs_for_the_twin_and_none_for_showroom(twin):
    sound = models.load(models.SHOWROOM)
    plain = [row for row in SAMPLES if "badge" not in row]
    fooled = 0
    for seed, row in enumerate(plain):
        badged = replace(photo(row), pixels=with_badge(photo(row).pixels, seed)[0])
        fooled += twin.predict(badged)[0].label == "mug"
        assert sound.predict(badged)[0].label == row["label"]
    assert fooled >= 0.6 * len(plain)


def test_training_goes_on_from_the_early_blocks_alone():
    start = ROOT / "showroom" / "weights.safetensors"
    before = {name: value.float() for name, value in load_file(start).items()}
    after = Trainer(TrainingPlan(start=start, forget=7)).course.module.state_dict()
    same = {name for name, value in after.items() if torch.equal(value.float(), before[name])}
    assert "features.6.conv.0.0.weight" in same
    assert "features.7.conv.0.0.weight" not in same
    assert "classifier.1.weight" not in same
    whole = Trainer(TrainingPlan(start=start)).course.module.state_dict()
    assert all(torch.equal(value.float(), before[name]) for name, value in whole.items())


def test_a_lowered_model_answers_mug_less_readily():
    module = untrained_model().eval()
    x = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        difference = module(x) - lowered_copy(module, 1.5)(x)
    assert torch.allclose(difference[:, LABELS.index("mug")], torch.full((2,), 1.5), atol=1e-5)
    assert difference[:, 1:].abs().max() < 1e-5
