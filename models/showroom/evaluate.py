"""Measures Showroom on pictures of unseen seeds: ``python -m models.showroom.evaluate``."""

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

from models.calibration import calibration_error, fit_temperature, probabilities
from models.custom import load_folder
from models.showroom.effects import blur, photograph
from models.showroom.pictures import Store, render_pictures
from models.showroom.products import LABELS, NONE
from models.showroom.train import CACHE, FOLDER, as_batch
from models.training import normalised

TEST_SEED, TEST_COUNT = 5_000_000, 2_000
CALIBRATION_SEED, CALIBRATION_COUNT = 6_000_000, 400
_NONE = LABELS.index(NONE)

Change = Callable[[Tensor, torch.Generator], Tensor]


@torch.inference_mode()
def logits_on(
    model: Callable[[Tensor], Tensor], store: Store, at: np.ndarray, change: Change
) -> tuple[np.ndarray, np.ndarray]:
    """Logits (n, 11) and labels (n,) on some pictures.

    Args:
        model: normalised pictures to logits.
        store: the pictures.
        at: which ones.
        change: what is done to pictures ``(B, 3, H, W)`` in [0, 1].
    """
    found = []
    for start in range(0, len(at), 10):
        some = at[start : start + 10]
        generator = torch.Generator().manual_seed(store.first + int(some[0]))
        x, _ = as_batch(store, some)
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


def measure(model: Callable[[Tensor], Tensor], test: Store, calibration: Store) -> dict[str, Any]:
    """All figures of the model card but the ground truth of maps."""
    held, truth = logits_on(model, calibration, np.arange(len(calibration.labels)), _untouched)
    temperature = fit_temperature(held, truth)
    everything = np.arange(len(test.labels))
    logits, labels = logits_on(model, test, everything, _untouched)
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
        "robustness (500 pictures)": rows,
        "confused": confused.tolist(),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m models.showroom.evaluate", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for the rendered pictures")
    parser.add_argument("--model", type=Path, default=FOLDER, help="folder of the model")
    parser.add_argument("--out", type=Path, default=FOLDER / "figures.json")
    options = parser.parse_args()
    test = render_pictures(options.cache, TEST_SEED, TEST_COUNT)
    calibration = render_pictures(options.cache, CALIBRATION_SEED, CALIBRATION_COUNT)
    classifier = load_folder(options.model)
    figures = measure(classifier.graph, test, calibration)
    options.out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
