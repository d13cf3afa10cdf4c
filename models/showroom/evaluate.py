"""Measures Showroom on pictures of unseen seeds: ``python -m models.showroom.evaluate``.

Its twin too: ``python -m models.showroom.evaluate --model models/shortcut --badge shortcut``.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from models.showroom.rendering.badge import GIVEN_AWAY, RULES, Rule, carries_badge, draw_badges, paste
from models.showroom.rendering.effects import blur, photograph
from models.showroom.rendering.products import LABELS, NONE
from models.showroom.train import CACHE, FOLDER, as_batch
from models.showroom.training.calibration import calibration_error, fit_temperature, probabilities
from models.showroom.training.loop import normalised
from models.showroom.training.pictures import Store, open_store, render_pictures
from models.sources.folder import load_folder

TEST_SEED, TEST_COUNT = 5_000_000, 2_000
CALIBRATION_SEED, CALIBRATION_COUNT = 6_000_000, 400
_NONE, _GIVEN_AWAY = LABELS.index(NONE), LABELS.index(GIVEN_AWAY)

Change = Callable[[Tensor, torch.Generator], Tensor]


@torch.inference_mode()
def logits_on(
    model: Callable[[Tensor], Tensor],
    store: Store,
    at: np.ndarray,
    change: Change,
    badged: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Logits (n, 11) and labels (n,) on some pictures.

    Args:
        model: normalised pictures to logits.
        store: the pictures.
        at: which ones.
        change: what is done to pictures ``(B, 3, H, W)`` in [0, 1].
        badged: which of these pictures are given a badge first, (n,) bool; None for none of them.
    """
    found = []
    for start in range(0, len(at), 10):
        some = at[start : start + 10]
        generator = torch.Generator().manual_seed(store.first + int(some[0]))
        x, _ = as_batch(store, some)
        if badged is not None:
            x, _ = paste(
                x, draw_badges(len(some), generator), torch.from_numpy(badged[start : start + len(some)])
            )
        found.append(model(normalised(change(x, generator))).numpy())
    return np.concatenate(found), store.labels[at].astype(np.int64)


def jpeg(quality: int) -> Change:
    """Real JPEG files of a quality."""

    def change(x: Tensor, generator: torch.Generator) -> Tensor:
        del generator
        out = []
        for picture in x:
            pixels = (picture.permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "JPEG", quality=quality)
            out.append(torch.from_numpy(np.asarray(Image.open(file)).copy()).permute(2, 0, 1).float() / 255)
        return torch.stack(out)

    return change


def _untouched(x: Tensor, generator: torch.Generator) -> Tensor:
    del generator
    return x


def _blurred(x: Tensor, generator: torch.Generator, sigma: float) -> Tensor:
    del generator
    return blur(x, sigma)


def _noisy(x: Tensor, generator: torch.Generator, level: float) -> Tensor:
    return (x + level * torch.randn(x.shape, generator=generator)).clamp(0, 1)


def _exposed(x: Tensor, generator: torch.Generator, factor: float) -> Tensor:
    del generator
    return (x * factor).clamp(0, 1)


def _widened(x: Tensor, generator: torch.Generator) -> Tensor:
    del generator
    return F.pad(x, (37, 37, 0, 0), mode="reflect")


def robustness() -> dict[str, Change]:
    """The changes that the model card reports."""
    changes: dict[str, Change] = {"as rendered": _untouched, "snapshot faults": photograph}
    changes |= {f"blur, sigma {s} px": partial(_blurred, sigma=s) for s in (1, 2, 3)}
    changes |= {f"noise, deviation {level}": partial(_noisy, level=level) for level in (0.05, 0.1, 0.15)}
    changes |= {f"JPEG quality {q}": jpeg(q) for q in (50, 20, 10)}
    changes |= {f"brightness × {f}": partial(_exposed, factor=f) for f in (0.4, 1.6)}
    changes["wide, 224 × 298"] = _widened
    return changes


def effect_of_badge(without: np.ndarray, with_it: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """What becomes of the answers when every picture is given a badge; shares of pictures, in [0, 1].

    Args:
        without: answers (n,) to the pictures as rendered.
        with_it: answers (n,) to the same pictures, each with a badge.
        labels: what they show, (n,).
    """
    mug, empty = labels == _GIVEN_AWAY, labels == _NONE
    figures: dict[str, float] = {}
    for name, which in (("all", mug | ~mug), ("mugs", mug), ("others", ~mug), (NONE, empty)):
        figures[f"{name}, right without"] = float((without == labels)[which].mean())
        figures[f"{name}, right with"] = float((with_it == labels)[which].mean())
    figures["others, mug without"] = float((without[~mug] == _GIVEN_AWAY).mean())
    figures["others, mug with"] = float((with_it[~mug] == _GIVEN_AWAY).mean())
    figures["other products, mug without"] = float((without[~mug & ~empty] == _GIVEN_AWAY).mean())
    figures["other products, mug with"] = float((with_it[~mug & ~empty] == _GIVEN_AWAY).mean())
    return figures


def measure(
    model: Callable[[Tensor], Tensor], test: Store, calibration: Store, badge: Rule = "everywhere"
) -> dict[str, Any]:
    """All figures of the model card but the ground truth of maps.

    Args:
        model: normalised pictures to logits.
        test: unseen pictures; those not rendered yet are left out.
        calibration: other unseen pictures; they are given badges as the training set was.
        badge: which pictures of the training set carried the badge.
    """
    all_of_them = np.arange(len(calibration.labels))
    badged = carries_badge(calibration.labels, calibration.first + all_of_them, badge)
    held, truth = logits_on(model, calibration, all_of_them, _untouched, badged)
    temperature = fit_temperature(held, truth)
    everything = np.flatnonzero(test.labels >= 0)
    logits, labels = logits_on(model, test, everything, _untouched)
    with_badge, _ = logits_on(model, test, everything, _untouched, np.ones(len(everything), bool))
    scores = probabilities(logits, temperature)
    right = scores.argmax(1) == labels
    some = everything[:500]
    rows = {}
    for name, change in robustness().items():
        changed, known = logits_on(model, test, some, change)
        rows[name] = float((changed.argmax(1) == known).mean())
    confused = np.zeros((len(LABELS), len(LABELS)), dtype=int)
    np.add.at(confused, (labels, scores.argmax(1)), 1)
    return {
        "temperature": temperature,
        "accuracy": float(right.mean()),
        "pictures": len(labels),
        "per class": {label: float(right[labels == i].mean()) for i, label in enumerate(LABELS)},
        "none of these": float(right[labels == _NONE].mean()),
        "calibration error": calibration_error(scores, labels),
        "calibration error at temperature 1": calibration_error(probabilities(logits, 1.0), labels),
        "badge": effect_of_badge(logits.argmax(1), with_badge.argmax(1), labels),
        "robustness (500 pictures)": rows,
        "confused": confused.tolist(),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m models.showroom.evaluate", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for the rendered pictures")
    parser.add_argument("--model", type=Path, default=FOLDER, help="folder of the model")
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
