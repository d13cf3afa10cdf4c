"""Every method on every one of torchvision's classifiers: does it run, how long, and is the map finite?

Weights are random and settings the cheapest, so that a row takes minutes; each model has a process of its
own. Results are appended to a file a model at a time, and what is in it is not run again: a new method adds
its column.

    python -m benchmarks.matrix [--models resnet50 vit_b_16 …] [--page docs/matrix.md]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.machine import provenance
from benchmarks.processes import json_of
from benchmarks.random_models import random_graph
from benchmarks.tables import line
from models.torchvision_guard import import_torchvision
from saliency.errors import SaliencyError
from saliency.methods.attribution import attribute
from saliency.methods.registry import METHODS, Method
from saliency.network.graph import Graph

CHEAPEST = {
    "samples": 2,
    "steps": 2,
    "grid": 2,
    "segments": 8,
    "channels": 4,
    "squares": 4,
    "window": 112,
    "stride": 112,
    "gap": 1.0,
    "depths": 1,
}
"""Settings that make few passes of a method of many."""

RESULTS = Path(__file__).parent / "results" / "matrix.jsonl"

_LIMIT = 3600  # seconds a model may take

_EXPLAINED = """\
Seconds for one picture of 224 × 224 points (Inception 299 × 299) with random weights and the cheapest
settings (two steps, two to twenty samples), and in the second column for one pass forward. Other work ran
beside it, so the figures say what runs, not how fast. A dash means that the model lacks what the method
needs: *attention* (only plain ViTs have attention between all patches), or *biases that account for the
score* (FullGrad; not with norms that are computed from the picture itself). That is found from the model's
graph, never from its name.
"""


def main() -> None:
    """Run what is missing, and write the page once nothing is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matrix", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--models", nargs="*")
    parser.add_argument("--page", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--methods", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(2)
    if options.one:
        print(json.dumps(row(options.one, options.methods)))
        return
    names = options.models or by_size()
    for name in names:
        if methods := missing(read(options.results), name):
            measure(name, methods, options.results)
    rows = read(options.results)
    failures = [name for name in names if missing(rows, name)]
    if failures:
        sys.exit(f"Not measured: {', '.join(failures)}")
    if options.page:
        options.page.write_text(page({name: rows[name] for name in sorted(names)}))


def measure(name: str, methods: list[str], results: Path) -> None:
    """Runs methods on a model in a process of its own and appends their row."""
    start, arguments = time.perf_counter(), ("--one", name, "--methods", *methods)
    try:
        entry = json_of("benchmarks.matrix", *arguments, stderr=subprocess.PIPE, timeout=_LIMIT)
    except subprocess.CalledProcessError as error:
        print(f"{name}: {error.stderr[-500:]}", file=sys.stderr)
        return
    with results.open("a") as file:
        file.write(json.dumps(entry) + "\n")
    print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)


def by_size() -> list[str]:
    """The names of torchvision's classifiers, quick ones first."""
    tv = import_torchvision().models

    def operations(name: str) -> float:
        return float(tv.get_model_weights(name).DEFAULT.meta["_ops"])

    return sorted(tv.list_models(module=tv), key=operations)


def read(results: Path) -> dict[str, dict[str, Any]]:
    """What has been measured, by model; of a method measured twice the later figure."""
    rows: dict[str, dict[str, Any]] = {}
    for text in results.read_text().splitlines() if results.is_file() else []:
        entry = json.loads(text)
        before = rows.get(entry["model"], {"methods": {}})
        rows[entry["model"]] = {**entry, "methods": before["methods"] | entry["methods"]}
    return rows


def missing(rows: dict[str, dict[str, Any]], name: str) -> list[str]:
    """Keys of the methods that have not been run on a model."""
    measured = rows.get(name, {"methods": {}})["methods"]
    return [key for key in METHODS if key not in measured]


def row(name: str, methods: list[str]) -> dict[str, Any]:
    """Seconds a method, the reason why it is not offered, or what went wrong."""
    size = 299 if name == "inception_v3" else 224
    graph = random_graph(name, size)
    x = torch.randn(1, 3, size, size)
    target = int(graph.logits(x).argmax())
    start = time.perf_counter()
    graph.logits(x)
    forward = time.perf_counter() - start
    cells = {key: cell(graph, x, target, method) for key, method in METHODS.items() if key in methods}
    return {"model": name, "size": size, "forward": forward, "methods": cells}


def cell(graph: Graph, x: torch.Tensor, target: int, method: Method) -> float | str:
    """Seconds of one map; a text says why there is none, and begins with FAILED if there should be one."""
    settings = {k: _nearest(method, k, v) for k, v in CHEAPEST.items() if k in method.settings}
    lacking = method.needs - graph.offers
    start = time.perf_counter()
    try:
        attribution = attribute(graph, x, target, method=method.key, **settings)
    except SaliencyError as refusal:
        return ", ".join(sorted(lacking)) if lacking else f"FAILED: {refusal}"
    except Exception as failure:  # one failure must not hide the others
        return f"FAILED: {type(failure).__name__}: {failure}"
    seconds = time.perf_counter() - start
    height, width = attribution.shape[1:]
    if lacking or len(attribution) != 1 or not 1 < height <= x.shape[2] or not 1 < width <= x.shape[3]:
        return f"FAILED: a map of {tuple(attribution.shape)}"
    if not attribution.isfinite().all():
        return "FAILED: not finite"
    return seconds


def _nearest(method: Method, name: str, value: float) -> float:
    setting = method.settings[name]
    return min(max(value, setting.low), setting.high)


def page(rows: dict[str, dict[str, Any]]) -> str:
    """The table as a page."""
    keys = list(METHODS)
    cells = {(name, key): cell for name, entry in rows.items() for key, cell in entry["methods"].items()}
    maps = sum(isinstance(cell, float) for cell in cells.values())
    failures = [
        f"{name}, {key}: {cell}"
        for (name, key), cell in cells.items()
        if isinstance(cell, str) and cell.startswith("FAILED")
    ]
    lines = [
        "# Every method on every one of torchvision's classifiers",
        "",
        f"{len(rows)} classifiers × {len(keys)} methods: {maps} maps, all finite and of the right size; "
        f"{len(failures)} failures." + "".join(f"\n- {failure}" for failure in failures),
        "",
        *_EXPLAINED.splitlines(),
        "",
        provenance("benchmarks.matrix"),
        "",
        "| | forward | " + " | ".join(f"`{key}`" for key in keys) + " |",
        "|---|--:|" + "--:|" * len(keys),
    ]
    for name, entry in rows.items():
        texts = (_text(cells[name, key]) for key in keys)
        lines.append(line([name, f"{entry['forward']:.2f}", *texts]))
    return "\n".join(lines) + "\n"


def _text(cell: float | str) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}"
    return "**!**" if "FAILED" in cell else "–"


if __name__ == "__main__":
    main()
