"""Measures Everyday: ``python -m benchmarks.everyday FOLDER --unknown FOLDER``.

Writes ``figures.json`` and ``training.png``, from which the model card is written.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import numpy as np
import torch
from matplotlib import pyplot
from scipy.stats import mannwhitneyu
from torch import Tensor

import saliency
from benchmarks import mosaics
from benchmarks.placed import placed_attribution
from models.everyday.photos import SHORT, Photos, open_photos
from models.everyday.train import CACHE, FOLDER, build, logits_on, middle
from models.showroom.training.calibration import calibration_error, fit_temperature, probabilities
from models.showroom.training.changes import changes
from models.showroom.training.loop import normalised
from models.sources.folder import load_folder
from saliency.classifier import Classifier

_VIEWS = ("hires-cam", "layer-cam", "grad-cam", "gradient")
_KEPT = 0.9  # share of photos of known things that the threshold lets through


def top_scores(logits: np.ndarray, temperature: float) -> np.ndarray:
    """The score of the top guess, ``(n,)``."""
    return np.asarray(probabilities(logits, temperature).max(1))


def evidence(logits: np.ndarray) -> np.ndarray:
    """``log Σ exp(logits)`` of each photo, ``(n,)``."""
    return np.asarray(np.logaddexp.reduce(logits, axis=1))


def page_logits(classifier: Classifier, paths: list[Path]) -> np.ndarray:
    """Logits ``(n, K)`` of photos as the page gives them to the model."""
    rows = []
    for path in paths:
        x, _ = classifier.prepare(saliency.read_photo(path))
        rows.append(classifier.graph.logits(x)[0].numpy())
    return np.array(rows)


def measure(classifier: Classifier, logits: np.ndarray, validation: Photos) -> dict[str, Any]:
    """The figures on the validation photos.

    The temperature is fitted on every second photo, and the calibration error measured on the others.
    """
    labels = validation.labels
    temperature = fit_temperature(logits[::2], labels[::2])
    scores = probabilities(logits, temperature)
    order = np.argsort(-logits, axis=1)
    right = order[:, 0] == labels
    confused = np.zeros((len(classifier.labels),) * 2, dtype=int)
    np.add.at(confused, (labels, order[:, 0]), 1)
    return {
        "photos": len(labels),
        "top 1": float(right.mean()),
        "top 5": float((order[:, :5] == labels[:, None]).any(1).mean()),
        "per class": {name: float(right[labels == i].mean()) for i, name in enumerate(classifier.labels)},
        "photos per class": np.bincount(labels).tolist(),
        "temperature": temperature,
        "calibration error": calibration_error(scores[1::2], labels[1::2]),
        "calibration error at temperature 1": calibration_error(
            probabilities(logits, 1.0)[1::2], labels[1::2]
        ),
        "confused": confused.tolist(),
    }


def roc_area(known: np.ndarray, unknown: np.ndarray) -> float:
    """The chance, in [0, 1], that a known photo's figure ``(n,)`` exceeds an unknown one's ``(m,)``."""
    return float(mannwhitneyu(known, unknown).statistic / (len(known) * len(unknown)))


def against_unknown(known: np.ndarray, unknown: np.ndarray, temperature: float) -> dict[str, float]:
    """How well photos of known things ``(n, K)`` are told from others ``(m, K)``."""
    threshold = float(np.quantile(evidence(known), 1 - _KEPT))
    return {
        "unknown photos": len(unknown),
        "area under the ROC curve, top score": roc_area(
            top_scores(known, temperature), top_scores(unknown, temperature)
        ),
        "area under the ROC curve, evidence": roc_area(evidence(known), evidence(unknown)),
        "evidence below which one in ten known photos lies": threshold,
        "unknown photos below it": float((evidence(unknown) < threshold).mean()),
    }


def grid_shares(classifier: Classifier, validation: Photos, count: int = 100) -> dict[str, float]:
    """The mean share of influence in the right photo of four, by method; each photo of a mosaic is asked for.

    Mosaics are made of photos that the model gets right; a quarter is what a map without knowledge gets.
    """
    sure = logits_on(classifier.graph.module, validation).argmax(1).numpy() == validation.labels
    usable = np.flatnonzero(sure)
    found: dict[str, list[float]] = {}
    for chosen in mosaics.draws(validation.labels[usable].tolist(), count):
        picture = mosaics.mosaic(middle(validation, usable[chosen]))
        for quarter, label in enumerate(validation.labels[usable[chosen]].tolist()):
            for name in _VIEWS:
                attribution = placed_attribution(classifier.graph, picture, label, name)
                found.setdefault(name, []).append(mosaics.share(attribution, quarter))
    return {name: float(np.nanmean(values)) for name, values in found.items()}


def robust(classifier: Classifier, validation: Photos) -> dict[str, float]:
    """Share of right answers on every fourth photo, changed as for Showroom's card."""
    at = np.arange(0, len(validation), 4)
    recipe = classifier.preprocessing
    mean, std = (torch.tensor(v)[:, None, None] for v in (recipe.mean, recipe.std))
    plain = middle(validation, at) * std + mean
    square = {name: change for name, change in changes().items() if "wide" not in name}
    square["64 pixels and back"] = lambda x, _: resized(resized(x, 64), SHORT)
    shares = {}
    for name, change in square.items():
        generator = torch.Generator().manual_seed(0)
        logits = [classifier.graph.logits(normalised(change(x, generator))) for x in plain.split(32)]
        shares[name] = float((torch.cat(logits).argmax(1).numpy() == validation.labels[at]).mean())
    return shares


def resized(x: Tensor, side: int) -> Tensor:
    """Pictures ``(B, 3, h, w)`` as squares, smoothed where they shrink."""
    return torch.nn.functional.interpolate(x, size=(side, side), mode="bilinear", antialias=True)


def halving_changes(logits: Tensor, checkpoint: Path, validation: Photos) -> float:
    """Share of answers that differ between half-precision weights and those of the training's checkpoint."""
    average = torch.load(checkpoint, weights_only=True)["average"]
    module = build(len(validation.classes))
    module.load_state_dict({k.removeprefix("module."): v for k, v in average.items() if k != "n_averaged"})
    whole = logits_on(module.eval(), validation)
    return float((whole.argmax(1) != logits.argmax(1)).float().mean())


def plot(log: list[dict[str, float]], path: Path) -> None:
    """The training as a small picture."""
    figure, left = pyplot.subplots(figsize=(6, 3), layout="constrained")
    epochs = [row["epoch"] for row in log]
    left.plot(epochs, [row["validation accuracy"] for row in log], color="#0b6e4f")
    left.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0, 1))
    right = left.twinx()
    right.plot(epochs, [row["loss"] for row in log], color="#b35900")
    right.set_ylabel("training loss (hardened photos)")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.everyday", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with val/CLASS/*.jpg")
    parser.add_argument("--unknown", type=Path, help="folder of photos, to tell known things from others")
    parser.add_argument(
        "--except", nargs="*", default=[], dest="leave", help="files there that show known things"
    )
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--model", type=Path, default=FOLDER, help="folder of the model")
    options = parser.parse_args()
    torch.set_num_threads(2)
    validation = open_photos(options.data / "val", options.cache)
    classifier = load_folder(options.model)
    logits = logits_on(classifier.graph.module, validation)
    figures = measure(classifier, logits.numpy(), validation)
    checkpoint = options.cache / "checkpoint.pt"
    if checkpoint.exists():
        figures["answers changed by half precision"] = halving_changes(logits, checkpoint, validation)
    figures["robustness"] = robust(classifier, validation)
    figures["grid share"] = grid_shares(classifier, validation)
    if options.unknown:
        known = page_logits(classifier, sorted((options.data / "val").glob("*/*.jpg")))
        paths = [p for p in sorted(options.unknown.glob("*.jpg")) if p.name not in options.leave]
        figures |= against_unknown(known, page_logits(classifier, paths), figures["temperature"])
    (options.model / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    plot(json.loads((options.model / "training-log.json").read_text()), options.model / "training.png")


if __name__ == "__main__":
    main()
