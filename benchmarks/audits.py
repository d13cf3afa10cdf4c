"""How often an audit finds what is there, and what it costs: ``python -m benchmarks.audits``.

Writes the table of ``docs/audits.md``. What is in the results already is not measured again, so a stopped run
goes on; each part can be run alone. Pictures come from the store of ``models.showroom.evaluate``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import torch

import models
from benchmarks.audit_costs import cost, killed_audit, memory_in_fresh_process, resnet50
from benchmarks.audit_sets import (
    FOUND,
    audit_record,
    dependences,
    finds_badge,
    picture_sets,
    wrong_places,
)
from benchmarks.machine import description, today
from benchmarks.rendered import add_cache, unseen_pictures
from benchmarks.tables import line, write_table
from models.showroom.training.pictures import PictureStore

RESULTS = Path(__file__).parent / "results" / "audits.json"
PAGE = Path(__file__).parents[1] / "docs" / "audits.md"
PARTS = ("sets", "cost", "memory", "killed")
TWIN, SOUND = models.SHORTCUT, models.SHOWROOM

_SETS, _SEED = 40, 2026
_COUNTS = (100, 1000, 10_000)
_KILLS = 10


class Results:
    """What was measured, on disk after each part of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}

    def once(self, key: str, measure: Callable[[], Any]) -> None:
        """Measure and keep what is not there yet."""
        if key in self.entries:
            return
        self.entries[key] = {"measured": today(), "on": description(), "is": measure()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(self.path.name + ".part")
        part.write_text(json.dumps(self.entries, indent=1) + "\n")
        part.replace(self.path)
        print(key, flush=True)

    def records(self, start: str) -> list[Any]:
        """All that was measured under keys that begin like this."""
        return [entry["is"] for key, entry in self.entries.items() if key.startswith(start)]


def measure(parts: list[str], results: Results, store: PictureStore, count: int) -> None:
    """Measure what is missing."""
    rows = store.rendered_rows()
    if "sets" in parts:
        classifiers = {name: models.load(name) for name in (TWIN, SOUND)}
        for pictures in picture_sets(store, _SETS, _SEED)[:count]:
            for name, classifier in classifiers.items():
                key = f"set {name} {pictures.number:02}"
                results.once(key, lambda p=pictures, c=classifier: audit_record(p, store, c))
    if "cost" in parts:
        results.once("cost Showroom", lambda: cost(models.load(SOUND), store, rows[:150], rounds=20))
        results.once("cost ResNet-50", lambda: cost(resnet50(), store, rows[:40], rounds=6))
    if "memory" in parts:
        for photos in _COUNTS:
            results.once(f"memory {photos}", lambda n=photos: memory_in_fresh_process(n))
    if "killed" in parts:
        results.once("killed", lambda: killed_audit(store, rows[:40], _KILLS, _SEED))


def lines(results: Results) -> Iterator[str]:
    """The table of what was measured, with where and when."""
    days = sorted({entry["measured"] for entry in results.entries.values()})
    machines = sorted({entry["on"] for entry in results.entries.values()})
    yield f"One thread; {'; '.join(machines)}; {', '.join(days)}; `python -m benchmarks.audits`."
    yield from ("", "| | | goal | |\n|---|--:|---|---|")
    twin, sound = results.records(f"set {TWIN}"), results.records(f"set {SOUND}")
    if twin and sound:
        yield from map(line, (*_twin(twin), *_sound(sound), _seconds([*twin, *sound])))
    for name in ("Showroom", "ResNet-50"):
        yield from (line(_cost(name, record)) for record in results.records(f"cost {name}"))
    if len(memory := results.records("memory")) > 1:
        yield line(_memory(memory))
    yield from (line(_killed(record)) for record in results.records("killed"))


Cells = tuple[str, str, str, str]
"""What was measured, the figure, its goal, and remarks."""


def _twin(audits: list[dict[str, Any]]) -> Iterator[Cells]:
    hits = sum(map(finds_badge, audits))
    bands = []
    for low, high in ((0.3, 0.5), (0.5, 0.75), (0.75, 1.01)):
        inside = [finds_badge(record) for record in audits if low <= record["share"] < high]
        bands.append(f"{sum(inside)} of {len(inside)} from {low:.0%}")
    misses = [f"{record['label']} {record['share']:.0%}" for record in audits if not finds_badge(record)]
    remarks = ", ".join(bands) + (f"; missed: {', '.join(misses)}" if misses else "")
    yield "Twin: the badge is found, unnamed, and confirmed", _share(hits, audits), "≥ 90 %", remarks
    others = sum(any(place["of_badge"] < FOUND for place in wrong_places(record)) for record in audits)
    what = "Twin: audits with *depends* on a place that is neither the badge nor a product"
    yield what, f"{others} of {len(audits)}", "", ""


def _sound(audits: list[dict[str, Any]]) -> Iterator[Cells]:
    wrong = [place for record in audits for place in wrong_places(record)]
    places = [place for record in audits for place in dependences(record)]
    lowest = min(place["product"] for place in places)
    remarks = [f"{len(places)} places with *depends*; the product covers {lowest:.0%} or more of each"]
    remarks += [f"“{place['guess']}”, {place['place']}: {place['product']:.0%}" for place in wrong]
    what = "Sound model, same sets: audits with *depends* on a place that is no product"
    yield what, _share(sum(map(bool, map(wrong_places, audits))), audits), "≤ 5 %", "; ".join(remarks)
    badge = sum(map(finds_badge, audits))
    yield "Sound model: audits that say a guess depends on the badge", f"{badge} of {len(audits)}", "", ""


def _share(hits: int, audits: list[dict[str, Any]]) -> str:
    return f"{hits} of {len(audits)}, {hits / len(audits):.0%}"


def _seconds(audits: list[dict[str, Any]]) -> Cells:
    times = [record["seconds"] for record in audits]
    span = f"{min(times):.0f} to {max(times):.0f} s"
    return f"Processor time of one of these {len(times)} audits", f"{median(times):.0f} s", "", span


def _cost(name: str, record: dict[str, Any]) -> Cells:
    times = f"{record['audit_ms']:.1f} ms by {record['plain_ms']:.1f} ms of processor time"
    span = f"{record['rounds']} rounds, {record['lowest']:.2f} to {record['highest']:.2f}"
    what = f"{name}: a photo's map and prediction, by a plain loop"
    return what, f"{record['ratio']:.2f} ×", "≤ 1.5 ×", f"{times}; {span}"


def _memory(records: list[dict[str, Any]]) -> Cells:
    growth = records[-1]["peak_mb"] / records[0]["peak_mb"] - 1
    peaks = ", ".join(f"{record['peak_mb']:.0f} MB of {record['photos']:,}" for record in records)
    return "Peak memory, 10,000 photos beside 100", f"+{growth:.1%}", "≤ 10 %", peaks


def _killed(record: dict[str, Any]) -> Cells:
    counts = ", ".join(f"{photos} + {tests}" for photos, tests in record["finished_at_each"])
    totals = f"{record['photos']} photos, {record['tested']} tests in all"
    remarks = f"photos + tests on disk at each: {counts}; {totals}"
    verdict = "identical" if record["identical"] else "**different**"
    return f"Results after {record['kills']} times `kill -9` and `--resume`", verdict, "identical", remarks


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audits", description=__doc__)
    add_cache(parser)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=list(PARTS), help="none: only the page")
    parser.add_argument("--count", type=int, default=_SETS, help=f"sets to audit, of {_SETS}")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results = Results(options.results)
    if options.parts:
        measure(options.parts, results, unseen_pictures(options.cache), options.count)
    write_table(options.page, "audits", lines(results))


if __name__ == "__main__":
    main()
