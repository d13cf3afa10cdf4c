"""Which baseline suits each path method, by insertion and deletion.

    python -m benchmarks.baselines FILE [--model everyday|showroom] [--half 1] [--photos 8] [--only KEY …]

Insertion less deletion (:mod:`benchmarks.faithfulness`) of maps from several baselines, on every second photo
of those that the model gets right, to choose, or on the others, to confirm. Hidden parts are replaced by the
photo's blur, or by another photo, which favours no baseline. A map of points is also tried on 16 × 16 cells,
the sum of its points in each: point by point, order says little about what people see of such a map. With
``--model showroom``: the share of the positive influence inside the product's mask, on unseen pictures.
Rows go to ``FILE`` as they are done, so that a run can go on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import models
import saliency
from benchmarks import real_photos
from benchmarks.faithfulness import insertion_less_deletion, substrates
from benchmarks.machine import description, today
from benchmarks.rendered import add_cache, masked_pictures, unseen_pictures
from benchmarks.showroom_truth import share_inside
from benchmarks.tables import line
from saliency.grids.likeness import in_cells
from saliency.network.graph import Graph

_STEPS = 8  # of insertion and deletion
_FROM = ("black", "mean", "own", "blur")

Judge = Callable[[Tensor], list[float]]
"""From a map ``(h, w)`` to figures: by points on the blur, by cells on it, and by cells on another photo."""

CANDIDATES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "integrated-gradients": ({"steps": 16, "gap": 0.0}, [{"baseline": name} for name in _FROM]),
    "deep-lift": ({}, [{"baseline": name} for name in _FROM]),
    "xrai": ({"steps": 12}, [{"baseline": name} for name in _FROM]),
    "blur-ig": ({"steps": 25}, [{"blur": width} for width in (0.05, 0.1, 0.2)]),
    "guided-ig": ({"steps": 25}, [{"baseline": name} for name in _FROM]),
}
"""Settings that all maps of a method are made with, and those that are compared."""

AVERAGES = {"integrated-gradients": [("black", "mean", "blur"), ("mean", "blur"), ("own", "blur")]}
"""Baselines whose maps are averaged."""


def photos(model: str) -> tuple[Graph, Tensor, list[int]]:
    """A model, the photos ``(N, 3, 224, 224)`` that it gets right, normalised for it, and their classes."""
    squeezenet = Graph(real_photos.squeezenet())
    x, labels = real_photos.photos_guessed_right(squeezenet)
    if model == "squeezenet":
        return squeezenet, x, labels
    classifier = models.load(model)
    prepared = classifier.preprocessing
    graph = classifier.graph
    values = x * _channels(0.229, 0.224, 0.225) + _channels(0.485, 0.456, 0.406)
    x = (values - _channels(*prepared.mean)) / _channels(*prepared.std)
    right = torch.cat([graph.logits(part) for part in x.split(8)]).argmax(1) == torch.tensor(labels)
    return graph, x[right], torch.tensor(labels)[right].tolist()


def maps(graph: Graph, x: Tensor, target: int, key: str) -> dict[str, Tensor]:
    """The maps of a photo that are compared, ``(h, w)``, by what is special about each."""
    common, candidates = CANDIDATES[key]
    found = {
        _name(settings): saliency.attribute(graph, x, target, method=key, **common, **settings)[0]
        for settings in candidates
    }
    for names in AVERAGES.get(key, ()):
        found[" + ".join(names)] = torch.stack([found[name] for name in names]).mean(0)
    return found


def cases(options: argparse.Namespace) -> Iterator[tuple[int, Graph, Tensor, int, Judge]]:
    """The pictures of the half asked for: number, model, picture, class, and what judges a map of it."""
    if options.model == models.SHOWROOM:
        graph = models.load(models.SHOWROOM).graph
        pictures = masked_pictures(unseen_pictures(options.cache), 2 * options.photos)
        for number, (picture, mask, target) in enumerate(pictures):
            if number % 2 == options.half:
                yield number, graph, picture, target, partial(_inside, mask)
        return
    graph, x, labels = photos(options.model)
    for number in range(options.half, min(len(x), 2 * options.photos), 2):
        other = x[(number + 7) % len(x)][None]
        photo = x[number : number + 1]
        yield number, graph, photo, labels[number], partial(_areas, graph, photo, labels[number], other)


def _areas(graph: Graph, x: Tensor, target: int, other: Tensor, attribution: Tensor) -> list[float]:
    """Insertion less deletion by each of the measures."""
    blur, cells = substrates(x)["blur"], in_cells(attribution[None])[0]
    tries = ((attribution, blur), (cells, blur), (cells, other))
    return [insertion_less_deletion(graph, x, target, each, under, _STEPS) for each, under in tries]


def _inside(mask: Tensor, attribution: Tensor) -> list[float]:
    return [share_inside(attribution.clamp(min=0), mask)]


def measure(options: argparse.Namespace) -> None:
    """Measure what the file does not hold yet."""
    kept: dict[str, Any] = json.loads(options.file.read_text()) if options.file.exists() else {}
    keys = options.only or list(CANDIDATES)
    for number, graph, x, target, judge in cases(options):
        for key in keys:
            name = f"{options.model}/{options.half}/{key}/{number}"
            if name not in kept:
                kept[name] = {which: judge(each) for which, each in maps(graph, x, target, key).items()}
                options.file.write_text(json.dumps(kept, indent=1))
    for key in keys:
        print("\n".join(table(kept, options.model, options.half, key)), flush=True)


def table(kept: Mapping[str, Any], model: str, half: int, key: str) -> list[str]:
    """Means and standard errors of each candidate as lines of a table."""
    photos = [row for name, row in kept.items() if name.startswith(f"{model}/{half}/{key}/")]
    lines = []
    for candidate in photos[0] if photos else ():
        values = np.array([row[candidate] for row in photos])
        errors = values.std(0) / len(photos) ** 0.5
        cells = [f"{m:.3f} ± {e:.3f}" for m, e in zip(values.mean(0), errors, strict=True)]
        lines.append(line([f"`{key}`", candidate, *cells, str(len(photos))]))
    return lines


def _name(settings: Mapping[str, Any]) -> str:
    return ", ".join(str(value) for value in settings.values()) or "default"


def _channels(*values: float) -> Tensor:
    return torch.tensor(values)[:, None, None]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.baselines", description=__doc__)
    parser.add_argument("file", type=Path, help="JSON file with the figures")
    parser.add_argument(
        "--model", choices=["squeezenet", models.EVERYDAY, models.SHOWROOM], default="squeezenet"
    )
    parser.add_argument("--half", type=int, choices=[0, 1], default=0, help="which photos")
    parser.add_argument("--photos", type=int, default=8, help="at most")
    parser.add_argument("--only", nargs="*", help="measure these only")
    add_cache(parser)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    measure(options)
    print(f"{description()}; {today()}")


if __name__ == "__main__":
    main()
