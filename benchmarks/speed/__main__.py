"""Command line: time, print the table, and write it down."""

from __future__ import annotations

import argparse
import json
import os
import warnings
from dataclasses import asdict
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before torch: threads that wait leave others the cores

import torch

from benchmarks.machine import provenance
from benchmarks.speed.rows import ROWS, Bench
from benchmarks.speed.timing import Result, results
from benchmarks.tables import line, write_table

_HEAD = "| | ours | fastest peer | theirs | ratio | target | |\n|---|--:|---|--:|--:|--:|---|"


def main() -> None:
    """Time, print a table, and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), metavar="ROW")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path, help="a page whose table is to be replaced")
    options = parser.parse_args()
    if options.markdown and options.rows != list(ROWS):
        parser.error("a page gets the whole table; leave out --rows")
    torch.set_num_threads(options.threads)
    how = f"{options.threads} threads, {provenance('benchmarks.speed')}"
    print(f"{how}\n\n{_HEAD}", flush=True)
    table = []
    for key in options.rows:
        model, contest = ROWS[key]
        torch.manual_seed(0)
        for result in results(key, contest(Bench(model)), options.rounds):
            table.append(result)
            print(table_line(result), flush=True)
    if options.json:
        figures = [{**asdict(result), "met": result.met} for result in table]
        options.json.write_text(json.dumps({"how": how, "lines": figures}, indent=1))
    if options.markdown:
        write_table(options.markdown, "speed", [how, "", _HEAD, *map(table_line, table)])


def table_line(result: Result) -> str:
    """A result in Markdown."""
    ours, theirs = f"{result.ours:.2f} F", f"{result.theirs:.2f} F"
    ratio, verdict = f"**{result.ratio:.4g}**", "met" if result.met else "missed"
    return line([result.name, ours, result.peer, theirs, ratio, f"{result.target:g}", verdict])


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peers' own
        main()
