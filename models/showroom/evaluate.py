"""Measures Showroom on pictures of unseen seeds: ``python -m models.showroom.evaluate``.

Its twin too: ``python -m models.showroom.evaluate --model models/shortcut --badge shortcut``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering.badge import GIVEN_AWAY, RULES, Rule, carries_badge, draw_badges, paste
from models.showroom.rendering.products import LABELS, NONE
from models.showroom.training.calibration import calibration_error, fit_temperature, probabilities
from models.showroom.training.changes import Change, as_rendered, changes
from models.showroom.training.loop import normalised
from models.showroom.training.pictures import (
    CACHE,
    CALIBRATION_COUNT,
    CALIBRATION_SEED,
    TEST_COUNT,
    TEST_SEED,
    PictureStore,
    open_store,
    render_pictures,
)
from models.sources.folder import load_folder

_NONE, _GIVEN_AWAY = LABELS.index(NONE), LABELS.index(GIVEN_AWAY)
_BATCH = 10

Model = Callable[[Tensor], Tensor]
"""Normalised pictures ``(B, 3, H, W)`` to logits ``(B, 11)``."""


@torch.inference_mode()
def logits_on(
    model: Model,
    store: PictureStore,
    rows: np.ndarray,
    change: Change = as_rendered,
    badged: np.ndarray | None = None,
) -> np.ndarray:
    """Logits (n, 11) on some pictures.

    Args:
        model: The model.
        store: The pictures.
        rows: Which ones, (n,).
        change: What is done to them.
        badged: Which of these pictures are given a badge first, (n,) bool; None for none of them.
    """
    logits = []
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        generator = torch.Generator().manual_seed(store.first + int(part[0]))
        x, _ = store.batch(part)
        if badged is not None:
            badges = draw_badges(len(part), generator)
            x, _ = paste(x, badges, torch.from_numpy(badged[start : start + _BATCH]))
        logits.append(model(normalised(change(x, generator))).numpy())
    return np.concatenate(logits)


def effect_of_badge(without: np.ndarray, with_badge: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """What becomes of the answers when every picture is given a badge; shares of pictures, in [0, 1].

    Args:
        without: Answers (n,) to the pictures as rendered.
        with_badge: Answers (n,) to the same pictures, each with a badge.
        labels: What they show, (n,).
    """
    mug, empty = labels == _GIVEN_AWAY, labels == _NONE
    answers = {"without": without, "with": with_badge}
    groups = {"all": mug | ~mug, "mugs": mug, "others": ~mug, NONE: empty}
    others = {"others": ~mug, "other products": ~mug & ~empty}
    return {
        **{
            f"{name}, right {way}": float((answers[way] == labels)[group].mean())
            for name, group in groups.items()
            for way in answers
        },
        **{
            f"{name}, mug {way}": float((answers[way][group] == _GIVEN_AWAY).mean())
            for name, group in others.items()
            for way in answers
        },
    }


def measure(
    model: Model, test: PictureStore, calibration: PictureStore, badge: Rule = "everywhere"
) -> dict[str, Any]:
    """All figures of the model card but the ground truth of maps.

    Args:
        model: The model.
        test: Unseen pictures; those not rendered yet are left out.
        calibration: Other unseen pictures; they are given badges as the training set was.
        badge: Which pictures of the training set carried the badge.
    """
    rows = np.arange(len(calibration.labels))
    badged = carries_badge(calibration.labels, calibration.first + rows, badge)
    temperature = fit_temperature(
        logits_on(model, calibration, rows, badged=badged), calibration.labels.astype(np.int64)
    )
    rows = test.rendered_rows()
    labels, subset = test.labels[rows].astype(np.int64), rows[:500]
    logits = logits_on(model, test, rows)
    with_badge = logits_on(model, test, rows, badged=np.ones(len(rows), bool))
    scores = probabilities(logits, temperature)
    answers = scores.argmax(1)
    right = answers == labels
    confusion = np.zeros((len(LABELS), len(LABELS)), dtype=int)
    np.add.at(confusion, (labels, answers), 1)
    return {
        "temperature": temperature,
        "accuracy": float(right.mean()),
        "pictures": len(labels),
        "per class": {label: float(right[labels == i].mean()) for i, label in enumerate(LABELS)},
        "none of these": float(right[labels == _NONE].mean()),
        "calibration error": calibration_error(scores, labels),
        "calibration error at temperature 1": calibration_error(probabilities(logits, 1.0), labels),
        "badge": effect_of_badge(logits.argmax(1), with_badge.argmax(1), labels),
        "robustness (500 pictures)": {
            name: float((logits_on(model, test, subset, change).argmax(1) == labels[:500]).mean())
            for name, change in changes().items()
        },
        "confused": confusion.tolist(),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m models.showroom.evaluate", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for the rendered pictures")
    parser.add_argument("--model", type=Path, default=Path(__file__).parent, help="folder of the model")
    parser.add_argument("--badge", choices=RULES, default="everywhere", help="as the model was trained")
    parser.add_argument("--rendered-only", action="store_true", help="test on the pictures that are there")
    parser.add_argument("--out", type=Path, help="figures.json in the model's folder, if not given")
    options = parser.parse_args()
    test = (open_store if options.rendered_only else render_pictures)(options.cache, TEST_SEED, TEST_COUNT)
    calibration = render_pictures(options.cache, CALIBRATION_SEED, CALIBRATION_COUNT)
    classifier = load_folder(options.model)
    torch.set_num_threads(1)
    figures = measure(classifier.graph, test, calibration, options.badge)
    (options.out or options.model / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
