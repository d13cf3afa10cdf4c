"""Peak memory, and cost in forward passes, of every method on ResNet-50, each in a process of its own.

    python -m benchmarks.memory [--methods KEY …] [--large] [--markdown docs/speed.md] [--json FILE]

Memory is what the operating system counts for the whole process. Costs are at default settings without
stopping early, in forward passes of our graph, as the registry states them and the page's times are made of.
ViT-B/16 stands in for methods that need attention.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before torch

import torch

import saliency
from benchmarks.machine import provenance
from benchmarks.processes import json_of, peak_memory
from benchmarks.random_models import random_graph
from benchmarks.tables import line, write_table
from saliency.methods.registry import METHODS
from saliency.network.graph import ATTENTION, Graph

LARGE: dict[str, dict[str, Any]] = {
    "smooth-grad": {"samples": 500},
    "expected-gradients": {"samples": 500},
    "integrated-gradients": {"steps": 500, "gap": 0.0},
    "kernel-shap": {"samples": 2000},
    "lime": {"samples": 2000},
    "rise": {"samples": 3000},
    "hsic": {"samples": 3000},
}
"""Sample counts far above the defaults, with which memory must not grow."""

LIMIT = 1500  # megabytes
OFF = 1.5  # how many times too much or too little a stated cost may be
_FEW = 20  # passes: views so quick that the first map takes much longer than the next

_HEAD = "| | settings | peak memory | passes measured | stated | |\n|---|---|--:|--:|--:|---|"


def main() -> None:
    """Run every case in a fresh process, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS), metavar="METHOD")
    parser.add_argument("--large", action="store_true", help="only the cases of very many samples")
    parser.add_argument("--markdown", type=Path, help="a page whose table is to be replaced")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measurement(**json.loads(options.one))))
        return
    head = [f"2 threads, {provenance('benchmarks.memory')}", "", _HEAD]
    print("\n".join(head), flush=True)
    cases = [] if options.large else [("", {}), *((key, {}) for key in options.methods)]
    cases += [(key, LARGE[key]) for key in options.methods if key in LARGE]
    measurements = []
    for method, settings in cases:
        case = json.dumps({"method": method, "settings": settings})
        measurements.append(json_of("benchmarks.memory", "--one", case))
        print(table_line(measurements[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(measurements, indent=1))
    if options.markdown:
        write_table(options.markdown, "memory", [*head, *map(table_line, measurements)])


def measurement(method: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Peak memory in megabytes (10^6 bytes), and cost in passes; only the model is loaded for no method."""
    torch.set_num_threads(2)
    needs = METHODS[method].needs if method else frozenset()
    model = "vit_b_16" if ATTENTION in needs else "resnet50"
    graph = random_graph(model)
    x = torch.randn(1, 3, 224, 224)
    figures: dict[str, Any] = {"method": method, "settings": settings, "model": model}
    if method:
        never = {"stop": "never"} if "stop" in METHODS[method].settings else {}
        forward = sorted(seconds(graph) for _ in range(8))[4] if not settings else None
        if METHODS[method].passes <= _FEW:  # weights are laid out at the first map
            saliency.attribute(graph, x, 7, method=method, **never, **settings)
        clock, processor = time.perf_counter(), time.process_time()
        saliency.attribute(graph, x, 7, method=method, **never, **settings)
        figures["seconds"] = time.perf_counter() - clock
        figures["passes"] = None if forward is None else (time.process_time() - processor) / forward
    figures["peak"] = peak_memory()
    return figures


def seconds(graph: Graph) -> float:
    """Processor time of a forward pass: other work on the machine does not count."""
    start = time.process_time()
    graph.logits(torch.randn(1, 3, 224, 224))
    return time.process_time() - start


def table_line(case: dict[str, Any]) -> str:
    """A measurement in Markdown."""
    settings = ", ".join(f"{name} {value:g}" for name, value in case["settings"].items())
    stated = METHODS[case["method"]].passes if case["method"] else None
    remarks = [f"over {LIMIT / 1000:g} GB"] if case["peak"] > LIMIT else []
    measured = case.get("passes")
    if stated and measured and not 1 / OFF <= measured / stated <= OFF:
        remarks.append(f"stated {stated / measured:.1f} × that")
    name = f"`{case['method']}`" if case["method"] else "nothing but the model"
    if case["model"] != "resnet50":
        name += f" ({case['model']})"
    costs = (f"{measured:.1f}", f"{stated:g}") if stated and measured else ("", "")
    return line([name, settings, f"{case['peak']:.0f} MB", *costs, ", ".join(remarks)])


if __name__ == "__main__":
    main()
