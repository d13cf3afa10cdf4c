"""Command line of :mod:`benchmarks.shortcuts`: what is in the results already is not measured again.

    python -m benchmarks.shortcuts --cache FOLDER [--count 20] [--kinds frame colour] [--minutes 30]

One set of each kind is audited after the other, so that a run that is stopped has figures of all kinds.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from benchmarks.audits import Results
from benchmarks.shortcuts import fish, photos, scoring, sheets, tables
from benchmarks.shortcuts.measuring import Clock, Measurement
from benchmarks.shortcuts.plants import KINDS
from benchmarks.shortcuts.sets import COUNT, FIRST, NATURAL

RESULTS = Path(__file__).parents[1] / "results" / "shortcuts.json"
PAGE = Path(__file__).parents[2] / "docs" / "shortcuts.md"


def main() -> None:
    """Measures what is missing, and writes the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shortcuts", description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder for features and models")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--kinds", nargs="*", choices=[*KINDS, NATURAL], default=[*KINDS, NATURAL])
    parser.add_argument("--count", type=int, default=COUNT, help=f"sets of each kind, of {COUNT}")
    parser.add_argument(
        "--first", type=int, default=FIRST, help="number of the first set; of trials, from 100"
    )
    parser.add_argument("--models", action="store_true", help="only make and measure the models")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no audit after these")
    parser.add_argument("--processes", type=int, default=1, help="audits at a time")
    parser.add_argument("--plants", type=Path, help="only write a picture of all plants, PNG")
    parser.add_argument("--alarms", type=Path, help="only write the photos of all alarms into this folder")
    parser.add_argument(
        "--fish", type=Path, help="only audit fish with the built-in model, into this new folder"
    )
    options = parser.parse_args()
    if not photos.here():
        raise SystemExit("The photos that this is measured on are not on this computer.")
    if options.plants:
        sheets.plants().save(options.plants)
        return
    if options.fish:
        fish.write_fish(options.fish)
        return
    if options.alarms:
        write_alarms(options.results, options.alarms)
        return
    torch.set_num_threads(1)
    clock = Clock(time.monotonic() + 60 * options.minutes)
    measurement = Measurement(options.cache, options.results, clock)
    measurement.measure_leanings()
    numbers = range(options.first, options.first + options.count)
    for number in numbers:
        for kind in options.kinds:
            if not clock.over:
                measurement.measure_models(kind, number)
        if not options.models:
            measurement.audit_sets(options.kinds, [number], options.processes)
    tables.write(options.page, measurement.results)


def write_alarms(results: Path, folder: Path) -> None:
    """Sheets of what audits say guesses depend on that may not be the thing itself, to be judged by eye."""
    folder.mkdir(parents=True, exist_ok=True)
    for record in Results(results).records("audit "):
        for finding in scoring.alarms(record):
            key = scoring.finding_key(record, finding)
            file = folder / f"{key.replace(':', '').replace(' ', '-')}.png"
            sheets.finding(record, finding).save(file)
            print(key)


if __name__ == "__main__":
    main()
