"""The built-in model for people's own photos."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import models
import saliency
from saliency.classifier import Classifier, Score

FOLDER = Path(models.__file__).parent / "everyday"
PHOTOS = Path(__file__).parents[4] / "shared" / "data" / "photos"
DOGS = ("0160", "0211", "0214", "0221", "0246", "0252")
SHOWN = {**dict.fromkeys(DOGS, "dog"), "0391": "fish", "0574": "golf ball", "0610": "top"}
NEITHER = ("0697",)  # clothes, but none of its kinds for certain


@pytest.fixture(scope="module")
def everyday() -> Classifier:
    return models.load("everyday")


@pytest.fixture(scope="module")
def guesses(everyday: Classifier) -> dict[str, list[Score]]:
    """Scores of the real photos, by file name."""
    paths = sorted(PHOTOS.glob("*.jpg"))
    if not paths:
        pytest.skip("the real photos are not on this machine")
    return {path.stem: everyday.predict(saliency.read_photo(path)) for path in paths}


def test_small_in_half_precision_with_a_fine_last_map(everyday: Classifier) -> None:
    weights = FOLDER / "weights.safetensors"
    assert weights.stat().st_size <= 6e6
    assert {value.dtype for value in load_file(weights).values() if value.is_floating_point()} == {torch.half}
    side = everyday.preprocessing.crop_size
    values = everyday.graph.features(torch.zeros(1, 3, side, side)).values
    assert min(values.shape[2:]) >= 10


def test_everything_it_knows_is_in_its_sentence(everyday: Classifier) -> None:
    choice = next(choice for choice in models.choices() if choice.key == models.EVERYDAY)
    assert choice.present
    assert len(everyday.labels) == 19
    assert [label for label in everyday.labels if label not in choice.sentence] == []


def test_real_photos_of_what_it_knows(guesses: dict[str, list[Score]]) -> None:
    right = [name for name, label in SHOWN.items() if guesses[name][0].label == label]
    assert len(right) >= 8


def test_says_so_for_most_photos_of_what_it_does_not_know(
    everyday: Classifier, guesses: dict[str, list[Score]]
) -> None:
    careful = {name: everyday.may_know_nothing(scores) for name, scores in guesses.items()}
    strange = [careful[name] for name in careful if name not in (*SHOWN, *NEITHER)]
    assert sum(strange) > len(strange) / 2
    assert sum(careful[name] for name in SHOWN) <= 3


def test_the_figures_in_the_card_are_those_measured() -> None:
    figures = json.loads((FOLDER / "figures.json").read_text())
    card = (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")
    for key in ("top 1", "top 5", "calibration error"):
        assert f"{100 * figures[key]:.1f} %" in card
    for key in ("area under the ROC curve, evidence", "area under the ROC curve, top score"):
        assert f"{figures[key]:.2f}" in card
    described = json.loads((FOLDER / "model.json").read_text())
    assert described["temperature"] == round(figures["temperature"], 2)
    assert described["evidence_below"] == pytest.approx(
        figures["evidence below which one in ten known photos lies"], abs=0.05
    )


def test_too_little_evidence_means_that_a_photo_may_show_nothing_known(everyday: Classifier) -> None:
    some = replace(everyday, unsure_below=0.0, evidence_below=0.0)

    def scores(logit: float) -> list[Score]:
        return [Score(label, 1 / 19, i, logit) for i, label in enumerate(everyday.labels)]

    enough = -math.log(19)  # log Σ exp is then 0
    assert some.may_know_nothing(scores(enough - 0.1))
    assert not some.may_know_nothing(scores(enough + 0.1))
    assert not replace(some, evidence_below=-math.inf).may_know_nothing(scores(-100.0))
