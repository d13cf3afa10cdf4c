"""The built-in model for people's own photos."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import models
import saliency
from models.sources.package import installed_file, packaged_weights
from saliency.classifier import Classifier, Score

FOLDER = Path(models.__file__).parent / "everyday"
PHOTOS = Path(__file__).parents[4] / "shared" / "data" / "photos"
DOGS, CATS = range(151, 269), range(281, 286)


@pytest.fixture(scope="module")
def everyday() -> Classifier:
    return models.load("everyday")


def guess(everyday: Classifier, name: str, framing: str = "whole") -> Score:
    """The top guess for a picture that comes with scikit-image."""
    return everyday.predict(saliency.read_photo(installed_file("skimage", f"data/{name}")), framing)[0]


@pytest.mark.parametrize("framing", ["whole", "crop"])
def test_a_cat_and_a_cup_of_coffee_are_recognised(everyday: Classifier, framing: str) -> None:
    cat, coffee = guess(everyday, "chelsea.png", framing), guess(everyday, "coffee.png", framing)
    assert cat.index in CATS
    assert coffee.label == "espresso"
    assert coffee.score > 0.8


@pytest.mark.parametrize("name", ["brick.png", "cell.png", "moon.png", "page.png", "gravel.png"])
def test_what_has_no_class_is_no_confident_guess(everyday: Classifier, name: str) -> None:
    scores = everyday.predict(saliency.read_photo(installed_file("skimage", f"data/{name}")))
    assert everyday.may_know_nothing(scores)
    assert everyday.caution


@pytest.mark.parametrize("framing", ["whole", "crop"])
def test_real_photos(everyday: Classifier, framing: str) -> None:
    if not PHOTOS.is_dir():
        pytest.skip("the real photos are not on this machine")
    entries = json.loads((PHOTOS / "labels.json").read_text(encoding="utf-8"))
    scores = {e["file"]: everyday.predict(saliency.read_photo(PHOTOS / e["file"]), framing) for e in entries}
    right = [entry["file"] for entry in entries if scores[entry["file"]][0].index == entry["class"]]
    assert len(right) >= 39  # of 40
    assert sum(everyday.may_know_nothing(row) for row in scores.values()) <= 2
    assert sum(row[0].score for row in scores.values()) / len(scores) == pytest.approx(0.9, abs=0.06)


def test_labels_are_a_thousand_and_no_two_alike(everyday: Classifier) -> None:
    assert len({label.casefold() for label in everyday.labels}) == 1000
    assert everyday.labels[0] == "tench (fish)"
    assert everyday.labels[134] == "crane (bird)"
    assert everyday.labels[517] == "crane (machine)"
    assert all("dog" in everyday.labels[index].lower() for index in DOGS)


def test_the_file_is_the_one_that_was_measured(everyday: Classifier) -> None:
    packaged = packaged_weights(FOLDER)
    assert packaged is not None
    assert everyday.digest == packaged.sha256


def test_it_is_here_without_a_download() -> None:
    choice = next(choice for choice in models.choices() if choice.key == models.EVERYDAY)
    assert choice.present
    assert choice.kind == "built-in"
    assert choice.megabytes < 30


def test_the_figures_in_the_card_are_those_measured() -> None:
    figures = json.loads((FOLDER / "figures.json").read_text(encoding="utf-8"))
    card = (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")
    described = json.loads((FOLDER / "model.json").read_text(encoding="utf-8"))
    whole, crop = (next(row for row in figures["framings"] if row["framing"] == f) for f in ("whole", "crop"))
    for row in (whole, crop):
        for key in ("right", "calibration error, other half", "unknown things said to be unsure"):
            assert f"{100 * row[key]:.1f} %" in card, key
        assert f"{row['area under the ROC curve']:.2f}" in card
    assert described["whole_temperature"] == pytest.approx(whole["temperature"], abs=0.02)
    assert described["temperature"] == pytest.approx(crop["temperature"], abs=0.02)
    assert whole["right"] >= crop["right"]
