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
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before torch

import torch

import saliency
from benchmarks.machine import description
from benchmarks.tables import replaced
from models.torchvision_guard import import_torchvision
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
        print(json.dumps(one(**json.loads(options.one))))
        return
    how = f"2 threads, {description()}; {date.today():%d %B %Y}; `python -m benchmarks.memory`."
    print(f"{how}\n\n{_HEAD}", flush=True)
    wanted = [] if options.large else [("", {}), *((key, {}) for key in options.methods)]
    wanted += [(key, LARGE[key]) for key in options.methods if key in LARGE]
    found = []
    for key, settings in wanted:
        found.append(fresh(key, settings))
        print(shown(found[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    if options.markdown:
        table = "\n".join([how, "", _HEAD, *map(shown, found)])
        options.markdown.write_text(replaced(options.markdown.read_text(), "memory", table))


def fresh(method: str, settings: dict[str, Any]) -> dict[str, Any]:
    """A case in a process of its own."""
    case = json.dumps({"method": method, "settings": settings})
    command = [sys.executable, "-m", "benchmarks.memory", "--one", case]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def one(method: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Peak memory in megabytes (10^6 bytes), and cost in passes; only the model is loaded for no method."""
    torch.set_num_threads(2)
    torch.manual_seed(0)
    needs = METHODS[method].needs if method else frozenset()
    model = "vit_b_16" if ATTENTION in needs else "resnet50"
    graph = Graph(import_torchvision().models.get_model(model, weights=None))
    x = torch.randn(1, 3, 224, 224)
    found: dict[str, Any] = {"method": method, "settings": settings, "model": model}
    if method:
        never = {"stop": "never"} if "stop" in METHODS[method].settings else {}
        forward = sorted(seconds(graph) for _ in range(8))[4] if not settings else None
        if METHODS[method].passes <= _FEW:  # weights are laid out at the first map
            saliency.attribute(graph, x, 7, method=method, **never, **settings)
        started = time.perf_counter(), time.process_time()
        saliency.attribute(graph, x, 7, method=method, **never, **settings)
        found["seconds"] = time.perf_counter() - started[0]
        found["passes"] = None if forward is None else (time.process_time() - started[1]) / forward
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return found


def seconds(graph: Graph) -> float:
    """Processor time of a forward pass: other work on the machine does not count."""
    started = time.process_time()
    graph.logits(torch.randn(1, 3, 224, 224))
    return time.process_time() - started


def shown(case: dict[str, Any]) -> str:
    """A line in Markdown."""
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
    return f"| {name} | {settings} | {case['peak']:.0f} MB | {costs[0]} | {costs[1]} | {', '.join(remarks)} |"


if __name__ == "__main__":
    main()
