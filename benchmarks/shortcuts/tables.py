"""The tables of ``docs/shortcuts.md``: what the models rely on, and what audits find of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks.audits import Results
from benchmarks.shortcuts.leanings import leans
from benchmarks.shortcuts.measuring import WAYS, learned
from benchmarks.shortcuts.plants import KINDS
from benchmarks.shortcuts.scoring import alarms, dependences, found, warned
from benchmarks.shortcuts.sets import FIRST, NATURAL, TRIALS
from benchmarks.tables import line, write_table

Record = Mapping[str, Any]


def write(page: Path, results: Results) -> None:
    """Puts both tables into the page."""
    write_table(page, "models with a plant", [*_measured(results, "model "), *models(results)])
    write_table(page, "audits of plants", [*_measured(results, "audit "), *audits(results)])


def _measured(results: Results, start: str) -> Iterator[str]:
    """Where and when it was measured."""
    entries = [
        entry
        for key, entry in results.entries.items()
        if key.startswith(start) and reported({"number": FIRST, **entry["is"]})
    ]
    days, machines = ({entry[key] for entry in entries} for key in ("measured", "on"))
    yield f"One thread; {'; '.join([*sorted(machines), *sorted(days)])}; `python -m benchmarks.shortcuts`."
    yield ""


def models(results: Results) -> Iterator[str]:
    """A row for each kind and way of training."""
    heads = ["plant", "trained", "learned, of models", "right without a plant"]
    heads += ["its class: with the plant", "the same photos without", "recognised only with it"]
    heads += ["other classes: answered with it, with the plant", "without", "right with the plant"]
    yield from (line(heads), line(["---"] * 2 + ["--:"] * (len(heads) - 2)))
    for kind in KINDS:
        for way in WAYS:
            records = [
                entry["is"]
                for key, entry in results.entries.items()
                if key.startswith(f"model {kind}, ") and key.endswith(f", {way}")
            ]
            if records:
                yield line([_title(kind), way, *_relying(records)])


def _relying(records: Sequence[Record]) -> Iterator[str]:
    yield f"{sum(map(learned, map(dict, records)))} of {len(records)}"
    keys = ("right", "own_with", "own_without", "lost", "given", "given_without", "others_right_with")
    yield from (f"{mean(record[key] for record in records):.0%}" for key in keys)


def audits(results: Results) -> Iterator[str]:
    """A row for each kind, of the sets that are reported."""
    heads = ["plant", "found and confirmed", "goal", "not as probably the thing itself"]
    heads += ["also an alarm that is none", "models without a plant: an alarm", "that is not true of them"]
    heads += ["a person is asked about a thing", "processor time", "missed"]
    yield from (line(heads), line(["---"] + ["--:"] * 8 + ["---"]))
    leanings = {
        key.partition(" ")[2]: entry["is"]
        for key, entry in results.entries.items()
        if key.startswith("leaning ")
    }
    everything: list[Record] = []
    for kind in (*KINDS, NATURAL):
        records = [record for record in results.records(f"audit {kind} ") if reported(record)]
        if records:
            everything += records
            yield line([_title(kind), *_findings(records, leanings, kind)])
    if everything:
        yield line(["all", *list(_findings(everything, leanings))[:-1], ""])


def reported(record: Record) -> bool:
    """Whether an audit is of a set on which nothing was chosen."""
    return bool(FIRST <= record["number"] < TRIALS)


def _findings(records: Sequence[Record], leanings: Record, kind: str = "") -> Iterator[str]:
    planted = [record for record in records if record["model"] == "with"]
    sound = [record for record in records if record["model"] == "without"]
    yield _of([found(record) for record in planted])
    yield f"≥ {KINDS[kind].goal:.0%}" if kind in KINDS else ""
    yield _of([warned(record) for record in planted])
    yield _of([bool(alarms(record)) for record in planted])
    yield _of([bool(alarms(record)) for record in sound])
    yield _of([not all(leans(leanings, finding) for finding in alarms(record)) for record in sound])
    yield _of([any(finding["asks"] for finding in dependences(record)) for record in sound])
    yield f"{median(record['seconds'] for record in records):.0f} s"
    yield ", ".join(f"{record['label']} ({_instead(record)})" for record in planted if not found(record))


def _instead(record: Record) -> str:
    """What an audit says guesses depend on, where that is not the plant."""
    return "; ".join(f"“{finding['place']}”" for finding in dependences(record)) or "nothing"


def _of(hits: Sequence[bool]) -> str:
    return f"{sum(hits)} of {len(hits)}" if hits else ""


def _title(kind: str) -> str:
    return f"({KINDS[kind].letter}) {KINDS[kind].title}" if kind in KINDS else "none: fish and hands"
