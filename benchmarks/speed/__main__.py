"""Command line: time, print the table, and write it down."""

from __future__ import annotations

import argparse
import json
import os
import warnings
from dataclasses import asdict
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before torch: threads that wait leave others the cores

import torch

from benchmarks.machine import description
from benchmarks.speed.rows import ROWS, Bench
from benchmarks.speed.timing import Line, lines
from benchmarks.tables import replaced

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
    how = (
        f"{options.threads} threads, {description()}; {date.today():%d %B %Y}; `python -m benchmarks.speed`."
    )
    print(f"{how}\n\n{_HEAD}", flush=True)
    found = []
    for key in options.rows:
        model, contest = ROWS[key]
        torch.manual_seed(0)
        for line in lines(key, contest(Bench(model)), options.rounds):
            found.append(line)
            print(shown(line), flush=True)
    if options.json:
        figures = [{**asdict(line), "met": line.met} for line in found]
        options.json.write_text(json.dumps({"how": how, "lines": figures}, indent=1))
    if options.markdown:
        table = "\n".join([how, "", _HEAD, *map(shown, found)])
        options.markdown.write_text(replaced(options.markdown.read_text(), "speed", table))


def shown(line: Line) -> str:
    """A line in Markdown."""
    return (
        f"| {line.name} | {line.ours:.2f} F | {line.peer} | {line.theirs:.2f} F | **{line.ratio:.4g}** "
        f"| {line.target:g} | {'met' if line.met else 'missed'} |"
    )


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peers' own
        main()
