"""Measures the built-in model for people's photos: ``python -m benchmarks.everyday KNOWN --unknown FOLDER``.

``KNOWN`` is a JSON file, a list of ``{"file": …, "class": …}`` with paths beside it and ImageNet's class
numbers; ``FOLDER`` holds pictures of what ImageNet has no class for. Every second photo is fitted on, the
others confirm.
Figures go to ``models/everyday/figures.json``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from scipy.stats import mannwhitneyu

import models
from benchmarks import machine
from models.showroom.training.calibration import calibration_error, fit_temperature, probabilities
from saliency.classifier import Classifier
from saliency.photo.framing import Framing
from saliency.photo.reading import read_photo

FIGURES = Path(models.__file__).parent / "everyday" / "figures.json"

Array = NDArray[Any]


def logits(classifier: Classifier, paths: list[Path], framing: Framing) -> Array:
    """The model's outputs for photos, ``(N, K)``."""
    rows = []
    for path in paths:
        x, _ = classifier.prepare(read_photo(path), framing)
        rows.append(classifier.graph.logits(x)[0].numpy())
    return np.stack(rows).astype(np.float64)


def roc_area(known: Array, unknown: Array) -> float:
    """Probability that a known thing scores higher than an unknown one; ties count half."""
    return float(mannwhitneyu(known, unknown).statistic / (len(known) * len(unknown)))


def figures_of(
    framing: Framing, known: Array, classes: Array, unknown: Array, unsure: float
) -> dict[str, Any]:
    """All that is measured of one framing, from logits ``(N, K)`` and classes ``(N,)`` of known things."""
    right = known.argmax(1) == classes
    temperature = fit_temperature(known[::2], classes[::2])
    scores = probabilities(known, temperature)
    raw, top = probabilities(known, 1.0).max(1), scores.max(1)
    strange = probabilities(unknown, temperature).max(1)
    return {
        "framing": str(framing),
        "right": round(float(right.mean()), 3),
        "mean top score without temperature": round(float(raw.mean()), 3),
        "temperature": round(temperature, 2),
        "mean top score": round(float(top.mean()), 3),
        "calibration error, fitted half": round(calibration_error(scores[::2], classes[::2]), 3),
        "calibration error, other half": round(calibration_error(scores[1::2], classes[1::2]), 3),
        "area under the ROC curve": round(roc_area(top, strange), 2),
        "area under the ROC curve, by evidence": round(
            roc_area(logsumexp(known, 1), logsumexp(unknown, 1)), 2
        ),
        "known things said to be unsure": round(float((top < unsure).mean()), 3),
        "unknown things said to be unsure": round(float((strange < unsure).mean()), 3),
        "unknown things with a score of 0.8 or more": round(float((strange >= 0.8).mean()), 3),
    }


def main() -> None:
    """Measures, writes the figures, prints them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.everyday", description=__doc__)
    parser.add_argument("known", type=Path)
    parser.add_argument("--unknown", type=Path, required=True)
    arguments = parser.parse_args()
    entries = json.loads(arguments.known.read_text(encoding="utf-8"))
    paths = [arguments.known.parent / entry["file"] for entry in entries]
    strange = sorted(path for path in arguments.unknown.iterdir() if path.is_file())
    classes = np.array([entry["class"] for entry in entries])
    classifier = models.load(models.EVERYDAY)
    rows = [
        figures_of(
            framing,
            logits(classifier, paths, framing),
            classes,
            logits(classifier, strange, framing),
            classifier.unsure_below,
        )
        for framing in Framing
    ]
    figures = {
        "known": len(paths),
        "unknown": len(strange),
        "machine": machine.provenance("benchmarks.everyday"),
        "framings": rows,
    }
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(FIGURES.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
