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
from datetime import date
from pathlib import Path
from typing import Any

import torch

from benchmarks.machine import description
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
    parser = argparse.ArgumentParser(description=__doc__)
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
        lacking = missing(read(options.results), name)
        if lacking:
            measure(name, lacking, options.results)
    done = read(options.results)
    failed = [name for name in names if missing(done, name)]
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}")
    if options.page:
        options.page.write_text(page({name: done[name] for name in sorted(names)}))


def measure(name: str, methods: list[str], results: Path) -> None:
    """Runs methods on a model in a process of its own and appends what it found."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.matrix", "--one", name, "--methods", *methods]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_LIMIT)
    if run.returncode:
        print(f"{name}: {run.stderr[-500:]}", file=sys.stderr)
        return
    with results.open("a") as file:
        file.write(run.stdout.splitlines()[-1] + "\n")
    print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)


def by_size() -> list[str]:
    """The names of torchvision's classifiers, quick ones first."""
    tv = import_torchvision().models

    def operations(name: str) -> float:
        return float(tv.get_model_weights(name).DEFAULT.meta["_ops"])

    return sorted(tv.list_models(module=tv), key=operations)


def read(results: Path) -> dict[str, dict[str, Any]]:
    """What has been measured, by model; of a method measured twice the later figure."""
    found: dict[str, dict[str, Any]] = {}
    for line in results.read_text().splitlines() if results.is_file() else []:
        entry = json.loads(line)
        before = found.get(entry["model"], {"methods": {}})
        found[entry["model"]] = {**entry, "methods": before["methods"] | entry["methods"]}
    return found


def missing(done: dict[str, dict[str, Any]], name: str) -> list[str]:
    """Keys of the methods that have not been run on a model."""
    ran = done.get(name, {"methods": {}})["methods"]
    return [key for key in METHODS if key not in ran]


def row(name: str, methods: list[str]) -> dict[str, Any]:
    """Seconds a method, the reason why it is not offered, or what went wrong."""
    torch.manual_seed(0)
    size = 299 if name == "inception_v3" else 224
    graph = random_graph(name, size)
    x = torch.randn(1, 3, size, size)
    target = int(graph.logits(x).argmax())
    started = time.perf_counter()
    graph.logits(x)
    forward = time.perf_counter() - started
    cells = {key: cell(graph, x, target, method) for key, method in METHODS.items() if key in methods}
    return {"model": name, "size": size, "forward": forward, "methods": cells}


def random_graph(name: str, size: int, **options: Any) -> Graph:
    """One of torchvision's classifiers with random weights, for pictures of that size."""
    module = import_torchvision().models.get_model(name, weights=None, **options)
    return Graph(module.eval(), size=size)


def cell(graph: Graph, x: torch.Tensor, target: int, method: Method) -> float | str:
    """Seconds of one map; a text says why there is none, and begins with FAILED if there should be one."""
    settings = {k: _nearest(method, k, v) for k, v in CHEAPEST.items() if k in method.settings}
    missing = method.needs - graph.offers
    started = time.perf_counter()
    try:
        found = attribute(graph, x, target, method=method.key, **settings)
    except SaliencyError as refused:
        return ", ".join(sorted(missing)) if missing else f"FAILED: {refused}"
    except Exception as failure:  # one failure must not hide the others
        return f"FAILED: {type(failure).__name__}: {failure}"
    seconds = time.perf_counter() - started
    height, width = found.shape[1:]
    if missing or len(found) != 1 or not 1 < height <= x.shape[2] or not 1 < width <= x.shape[3]:
        return f"FAILED: a map of {tuple(found.shape)}"
    if not found.isfinite().all():
        return "FAILED: not finite"
    return seconds


def _nearest(method: Method, name: str, value: float) -> float:
    setting = method.settings[name]
    return min(max(value, setting.low), setting.high)


def page(rows: dict[str, dict[str, Any]]) -> str:
    """The table as a page."""
    keys = list(METHODS)
    ran = sum(isinstance(one, float) for entry in rows.values() for one in entry["methods"].values())
    failed = [
        f"{name}, {key}: {one}"
        for name, entry in rows.items()
        for key, one in entry["methods"].items()
        if isinstance(one, str) and one.startswith("FAILED")
    ]
    lines = [
        "# Every method on every one of torchvision's classifiers",
        "",
        f"{len(rows)} classifiers × {len(keys)} methods: {ran} maps, all finite and of the right size; "
        f"{len(failed)} failures." + "".join(f"\n- {one}" for one in failed),
        "",
        *_EXPLAINED.splitlines(),
        "",
        f"{description()}; {date.today():%d %B %Y}; `python -m benchmarks.matrix`.",
        "",
        "| | forward | " + " | ".join(f"`{key}`" for key in keys) + " |",
        "|---|--:|" + "--:|" * len(keys),
    ]
    for name, entry in rows.items():
        cells = [entry["methods"][key] for key in keys]
        shown = [
            f"{one:.2f}" if isinstance(one, float) else "**!**" if "FAILED" in one else "–" for one in cells
        ]
        lines.append(f"| {name} | {entry['forward']:.2f} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
