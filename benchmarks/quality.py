"""How well maps explain: every method and the peers' best, beside controls, on photos and on exact masks.

    python -m benchmarks.quality measure FILE [--photos 35] [--mosaics 20] [--only KEY …] [--cache FOLDER]
    python -m benchmarks.quality table FILE [--page docs/quality.md]

``--model squeezenet``, with real weights, or ``everyday``, the built-in model for photos. On the photos in
``../shared/data`` that it gets right: the grid pointing game on 2 × 2 mosaics, and insertion less deletion on
two substrates. On Showroom's unseen pictures, if ``--cache`` says where they are: the share of the influence
inside the product's exact mask. Each row is written when it is done, with where and when, so that a run can
go on. ``--page`` puts the table where a page has the place for that model's; without it the table is printed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import models
from benchmarks import faithfulness, mosaics
from benchmarks.machine import description, today
from benchmarks.photo_models import PHOTO_MODELS
from benchmarks.placed import placed_attribution
from benchmarks.quality_peers import Map
from benchmarks.rendered import add_cache, masked_pictures, unseen_pictures
from benchmarks.showroom_truth import centre_gaussian, share_inside
from benchmarks.tables import line, write_table
from saliency.methods.registry import METHODS, compatible
from saliency.network.graph import Graph

_SLOW = 110  # passes from which a method is tried on fewer pictures
_FEW = 4  # how many times fewer
_MEASURES = {
    "blur": "insertion less deletion, blur",
    "mean colour": "〃, mean colour",
    "grid": "grid share",
    "mask": "inside the mask",
}
_MARKS = "¹²³⁴⁵"


def methods_of(graph: Graph) -> dict[str, tuple[Map, bool]]:
    """All methods the model offers at default settings, and whether each is slow."""

    def map_of(key: str) -> Map:
        return lambda x, target: placed_attribution(graph, x, target, key)

    return {method.key: (map_of(method.key), method.passes > _SLOW) for method in compatible(graph)}


def controls() -> dict[str, tuple[Map, bool]]:
    """Maps that know nothing of the model."""
    generator = torch.Generator().manual_seed(0)
    return {
        "*random values*": (lambda x, target: torch.rand(14, 14, generator=generator), False),
        "*Gaussian in the middle*": (lambda x, target: centre_gaussian(x.shape[-1]), False),
    }


def grid_shares(explain: Map, x: Tensor, labels: list[int], count: int) -> list[float]:
    """Share in the right quarter of ``count`` mosaics; one quarter of each is asked for."""
    shares = []
    for number, four in enumerate(mosaics.draws(labels, count)):
        quarter = number % 4
        influence = explain(mosaics.mosaic(x[four]), labels[four[quarter]])
        shares.append(mosaics.share(influence, quarter))
    return [share for share in shares if share == share]


def areas(graph: Graph, explain: Map, x: Tensor, labels: list[int]) -> dict[str, list[float]]:
    """Insertion less deletion on each substrate, a figure a photo."""
    figures: dict[str, list[float]] = {}
    for photo, target in zip(x.split(1), labels, strict=True):
        influence = explain(photo, target)
        for name, under in faithfulness.substrates(photo).items():
            figure = faithfulness.insertion_less_deletion(graph, photo, target, influence, under)
            figures.setdefault(name, []).append(figure)
    return figures


def masked(explain: Map, pictures: list[tuple[Tensor, Tensor, int]]) -> list[float]:
    """Share of the influence inside the product's mask, a figure a picture."""
    return [share_inside(explain(x, target).clamp(min=0), mask) for x, mask, target in pictures]


def row(values: Mapping[str, list[float]]) -> dict[str, Any]:
    """Mean, standard error and count of each measure."""
    return {
        name: [float(np.mean(v)), float(np.std(v) / max(1, len(v)) ** 0.5), len(v)]
        for name, v in values.items()
        if v
    }


def measure(options: argparse.Namespace) -> None:
    """Measure what the file does not hold yet."""
    figures: dict[str, Any] = json.loads(options.file.read_text()) if options.file.exists() else {"rows": {}}
    if figures.setdefault("model", options.model) != options.model:
        raise SystemExit(f"{options.file} holds figures of {figures['model']}; name another file.")
    model = PHOTO_MODELS[options.model]()
    graph, x, labels = model.graph, model.x[: options.photos], model.labels[: options.photos]
    showroom = models.load(models.SHOWROOM).graph
    pictures = [*masked_pictures(unseen_pictures(options.cache), options.pictures)] if options.cache else []
    inside = {key: explain for key, (explain, _) in {**methods_of(showroom), **controls()}.items()}
    contestants = {**controls(), **methods_of(graph), **model.peers}
    for key, (explain, slow) in contestants.items():
        if key in figures["rows"] or (options.only and key not in options.only):
            continue
        start, part = time.perf_counter(), _FEW if slow else 1
        few = -(-len(x) // part)
        values = areas(graph, explain, x[:few], labels[:few])
        values["grid"] = grid_shares(explain, x, labels, options.mosaics // part)
        if key in inside and pictures:
            values["mask"] = masked(inside[key], pictures[: len(pictures) // part])
        figures["rows"][key] = {**row(values), "measured": f"{description()}; {today()}"}
        options.file.write_text(json.dumps(figures, indent=1))
        print(f"{key}: {time.perf_counter() - start:.0f} s", flush=True)


def table(options: argparse.Namespace) -> None:
    """Print the figures as a page, the best grid share first, or put them into one."""
    figures = json.loads(options.file.read_text())
    lines = [*table_lines(figures)]
    if options.page:
        write_table(options.page, f"quality on {figures.get('model', 'squeezenet')}", lines)
    else:
        print(*lines, sep="\n")


def table_lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """Where the figures are from, and the table; measures that none has are left out."""
    rows = sorted(figures["rows"].items(), key=lambda pair: -pair[1]["grid"][0])
    usual, *others = (place for place, _ in Counter(row["measured"] for _, row in rows).most_common())
    yield f"{usual}; `python -m benchmarks.quality`."
    marks = dict(zip(others, _MARKS, strict=False))
    yield from (f"Rows marked {mark}: {place}." for place, mark in marks.items())
    titles = {name: title for name, title in _MEASURES.items() if any(name in row for _, row in rows)}
    yield from ("", line(["", "passes", *titles.values()]), line(["---", "--:", *["--:"] * len(titles)]))

    def cell(figure: list[float] | None) -> str:
        return "–" if figure is None else f"{figure[0]:.3f} ± {figure[1]:.3f} ({figure[2]:.0f})"

    for key, measures in rows:
        name = f"`{key}`" if key in METHODS else key
        passes = f"{METHODS[key].passes:g}" if key in METHODS else "–"
        cells = (cell(measures.get(measure)) for measure in titles)
        yield line([f"{name} {marks.get(measures['measured'], '')}".rstrip(), passes, *cells])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("what", choices=["measure", "table"])
    parser.add_argument("file", type=Path, help="JSON file with the figures")
    parser.add_argument("--model", choices=PHOTO_MODELS, default="squeezenet")
    parser.add_argument("--page", type=Path, help="page that has a place for the table")
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--mosaics", type=int, default=20)
    parser.add_argument("--pictures", type=int, default=60, help="of Showroom's")
    add_cache(parser, default=None)
    parser.add_argument("--only", nargs="*", help="measure these only")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    {"measure": measure, "table": table}[options.what](options)


if __name__ == "__main__":
    main()
