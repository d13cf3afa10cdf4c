"""Which views depend on what the model learned: ``python -m benchmarks.forgetting [--only KEY …]``.

Prints, for every method on the built-in model's samples, the rank correlation of its map with that of a model
whose last layer, or all of it, was shuffled. ``LIKE`` in :mod:`saliency.checks.sanity` is where the line is
drawn.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import median

import torch

import models
import saliency
from benchmarks.machine import description
from saliency.checks.sanity import LIKE, likeness_when_shuffled
from saliency.methods.registry import compatible

_FEW = {"samples": 64, "steps": 24, "grid": 4}
"""Enough for a rank correlation on 16 × 16 cells."""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forgetting", description=__doc__)
    parser.add_argument("--photos", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="these views only, by key")
    options = parser.parse_args()
    torch.set_num_threads(2)
    classifier = models.load(models.SHOWROOM)
    folder = Path(models.__file__).parent / models.SHOWROOM / "samples"
    inputs = [
        classifier.prepare(saliency.read_photo(path))[0]
        for path in sorted(folder.glob("*.jpg"))[: options.photos]
    ]
    print(f"{description()}\n\n| Method | Last layer shuffled | All shuffled | |\n|---|--:|--:|---|")
    for method in compatible(classifier.graph):
        if options.only and method.key not in options.only:
            continue
        settings = {k: v for k, v in _FEW.items() if k in method.settings}
        tests = [
            likeness_when_shuffled(
                classifier.graph,
                x,
                int(classifier.graph.logits(x)[0].argmax()),
                method.key,
                size=classifier.preprocessing.size,
                **settings,
            )
            for x in inputs
        ]
        head, everything = median(test.head for test in tests), median(test.everything for test in tests)
        verdict = "depends on it" if max(head, everything) <= LIKE else ""
        verdict = "does not depend on it" if everything > LIKE else verdict or "hardly on the guess"
        print(f"| `{method.key}` | {head:.2f} | {everything:.2f} | {verdict} |", flush=True)


if __name__ == "__main__":
    main()
