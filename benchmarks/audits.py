"""How often an audit finds what is there, and what it costs: ``python -m benchmarks.audits``.

Writes the table of ``docs/audits.md``. What is in the results already is not measured again, so a stopped run
goes on; each part can be run alone. Pictures come from the store of ``models.showroom.evaluate``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch

import models
from benchmarks.audit_costs import cost, in_fresh_process, killed, large
from benchmarks.audit_sets import FOUND, audited, badge_found, others_found, plans
from benchmarks.machine import description
from benchmarks.tables import replaced
from models.showroom.evaluate import TEST_COUNT, TEST_SEED
from models.showroom.train import CACHE
from models.showroom.training.pictures import Store, open_store

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
        self.found: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}

    def once(self, key: str, measure: Callable[[], Any]) -> None:
        """Measure and keep what is not there yet."""
        if key in self.found:
            return
        self.found[key] = {"measured": f"{date.today():%d %B %Y}", "on": description(), "is": measure()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(self.path.name + ".part")
        part.write_text(json.dumps(self.found, indent=1) + "\n")
        part.replace(self.path)
        print(key, flush=True)

    def of(self, start: str) -> list[Any]:
        """All that was measured under keys that begin like this."""
        return [entry["is"] for key, entry in self.found.items() if key.startswith(start)]


def measure(parts: list[str], results: Results, store: Store, count: int) -> None:
    """Measure what is missing."""
    if "sets" in parts:
        loaded = {name: models.load(name) for name in (TWIN, SOUND)}
        for plan in plans(store, _SETS, _SEED)[:count]:
            for name, classifier in loaded.items():
                results.once(
                    f"set {name} {plan.number:02}", lambda p=plan, c=classifier: audited(p, store, c)
                )
    if "cost" in parts:
        rows = np.flatnonzero(np.array(store.labels) >= 0)[:150]
        results.once("cost Showroom", lambda: cost(models.load(SOUND), store, rows, rounds=20))
        results.once("cost ResNet-50", lambda: cost(large(), store, rows[:40], rounds=6))
    if "memory" in parts:
        for photos in _COUNTS:
            results.once(f"memory {photos}", lambda n=photos: in_fresh_process(n))
    if "killed" in parts:
        rows = np.flatnonzero(np.array(store.labels) >= 0)[:40]
        results.once("killed", lambda: killed(store, rows, _KILLS, _SEED))


def lines(results: Results) -> list[str]:
    """The table, line by line, of what was measured."""
    twin, sound = results.of(f"set {TWIN}"), results.of(f"set {SOUND}")
    made = [_HEAD]
    if twin and sound:
        made += [*_found(twin), *_mistaken(sound), _seconds([*twin, *sound])]
    made += [_cost(name, one) for name in ("Showroom", "ResNet-50") for one in results.of(f"cost {name}")]
    if len(memory := results.of("memory")) > 1:
        made.append(_memory(memory))
    made += [_killed(one) for one in results.of("killed")]
    return made


_HEAD = "| | | goal | |\n|---|--:|---|---|"


def _found(audits: list[dict[str, Any]]) -> Iterator[str]:
    hits = sum(map(badge_found, audits))
    share = f"{hits} of {len(audits)}, {hits / len(audits):.0%}"
    bands = []
    for low, high in ((0.3, 0.5), (0.5, 0.75), (0.75, 1.01)):
        inside = [badge_found(one) for one in audits if low <= one["share"] < high]
        bands.append(f"{sum(inside)} of {len(inside)} from {low:.0%}")
    missed = [f"{one['label']} {one['share']:.0%}" for one in audits if not badge_found(one)]
    more = f"; missed: {', '.join(missed)}" if missed else ""
    yield _row("Twin: the badge is found, unnamed, and confirmed", share, "≥ 90 %", ", ".join(bands) + more)
    others = sum(any(place["of_badge"] < FOUND for place in others_found(one)) for one in audits)
    what = "Twin: audits with *depends* on a place that is neither the badge nor a product"
    yield _row(what, f"{others} of {len(audits)}", "", "")


def _mistaken(audits: list[dict[str, Any]]) -> Iterator[str]:
    wrong = [one for audit in audits for one in others_found(audit)]
    hits = sum(bool(others_found(audit)) for audit in audits)
    places = [one for audit in audits for one in audit["findings"] if one["verdict"] == "depends"]
    lowest = min(one["product"] for one in places)
    says = [f"{len(places)} places with *depends*; the product covers {lowest:.0%} or more of each"]
    says += [f"“{one['guess']}”, {one['place']}: {one['product']:.0%}" for one in wrong]
    what = "Sound model, same sets: audits with *depends* on a place that is no product"
    yield _row(what, f"{hits} of {len(audits)}, {hits / len(audits):.0%}", "≤ 5 %", "; ".join(says))
    badge = sum(map(badge_found, audits))
    yield _row(
        "Sound model: audits that say a guess depends on the badge", f"{badge} of {len(audits)}", "", ""
    )


def _seconds(audits: list[dict[str, Any]]) -> str:
    took = [one["seconds"] for one in audits]
    span = f"{min(took):.0f} to {max(took):.0f} s"
    return _row(f"Processor time of one of these {len(took)} audits", f"{median(took):.0f} s", "", span)


def _cost(name: str, one: dict[str, Any]) -> str:
    took = f"{one['audit_ms']:.1f} ms by {one['plain_ms']:.1f} ms"
    how = f"{took} of processor time; {one['rounds']} rounds, {one['lowest']:.2f} to {one['highest']:.2f}"
    return _row(
        f"{name}: a photo's map and prediction, by a plain loop", f"{one['ratio']:.2f} ×", "≤ 1.5 ×", how
    )


def _memory(found: list[dict[str, Any]]) -> str:
    growth = found[-1]["peak_mb"] / found[0]["peak_mb"] - 1
    how = ", ".join(f"{one['peak_mb']:.0f} MB of {one['photos']:,}" for one in found)
    return _row("Peak memory, 10,000 photos beside 100", f"+{growth:.1%}", "≤ 10 %", how)


def _killed(one: dict[str, Any]) -> str:
    photos = ", ".join(f"{done[0]} + {done[1]}" for done in one["finished_at_each"])
    how = f"photos + tests on disk at each: {photos}; {one['photos']} photos, {one['tested']} tests in all"
    same = "identical" if one["identical"] else "**different**"
    return _row(f"Results after {one['kills']} times `kill -9` and `--resume`", same, "identical", how)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def page(results: Results) -> str:
    """The table with where and when it was measured."""
    days = sorted({entry["measured"] for entry in results.found.values()})
    machines = sorted({entry["on"] for entry in results.found.values()})
    how = f"One thread; {'; '.join(machines)}; {', '.join(days)}; `python -m benchmarks.audits`."
    return "\n".join([how, "", *lines(results)])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audits", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder with the rendered test pictures")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=list(PARTS), help="none: only the page")
    parser.add_argument("--count", type=int, default=_SETS, help=f"sets to audit, of {_SETS}")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results = Results(options.results)
    if options.parts:
        measure(options.parts, results, open_store(options.cache, TEST_SEED, TEST_COUNT), options.count)
    options.page.write_text(replaced(options.page.read_text(), "audits", page(results)))


if __name__ == "__main__":
    main()
