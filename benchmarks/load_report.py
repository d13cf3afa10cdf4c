"""What came of many people at once: the table, the chart, and what is wrong with an answer."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

from benchmarks.machine import provenance
from benchmarks.tables import line, write_table

if TYPE_CHECKING:
    from benchmarks.load import Act, Load

KNOWN, QUICK = 1.0, 2.0  # seconds: goal of known results, and of quick views for each person ahead
GROWTH = 0.05  # of the memory in the last half hour, or the last half of a shorter time
UNTOLD = 2.0  # seconds beyond what a lone person waits, from which a wait has to be told


def report(load: Load, options: argparse.Namespace) -> None:
    """Prints the table, or writes it into the page, with the chart beside it."""
    arguments = f"--people {options.people} --minutes {options.minutes:g} --audits {options.audits}"
    lines = [
        provenance(f"benchmarks.load {arguments} --pause {options.pause:g} --close {options.close}"),
        "",
        *table(load, options.people),
    ]
    print("\n".join(lines))
    for act in load.acts:
        if problem := wrong(load, act):
            print(f"person {act.person}, {act.begun:.0f} s, {' '.join(act.question)}: {problem}")
    for name, acts in {"not told": untold(load), "late": [a for a in _new(load) if not _in_time(a)]}.items():
        for act in acts:
            asked = f"{' '.join(act.question)}: {act.answered:.1f} s, {act.ahead} ahead"
            print(f"{name}: person {act.person}, {act.begun:.0f} s, {asked}")
    if options.page:
        chart(load, options.page.with_name("load.png"))
        write_table(options.page, "load", [*lines, "", "![Waits and memory over time](load.png)"])


def table(load: Load, people: int) -> Iterator[str]:
    """The lines of the tables."""
    yield line(["wait for", "asked", "median", "95 %", "longest", "goal", ""])
    yield line(["---", "--:", "--:", "--:", "--:", "---", "---"])
    fine = [act for act in load.acts if not act.problem]
    known = [act.answered for act in fine if act.question.kind == "sample" and act.known]
    share = _share(seconds <= KNOWN for seconds in known)
    yield _row("a known result of a sample", known, f"95 % within {KNOWN:g} s", f"{share} within")
    new = _new(load)
    goal = f"{QUICK:g} s × people ahead and oneself"
    met = f"{_share(map(_in_time, new))} within"
    yield _row("another quick view", [act.answered for act in new], goal, met)
    for name, kinds in {
        "a slow view": ("slow",),
        "a comparison": ("compare",),
        "another page": ("guide", "audit", "models"),
    }.items():
        yield _row(name, [act.answered for act in fine if act.question.kind in kinds], "", "")
    yield ""
    yield line(["", "number", "goal"])
    yield line(["---", "--:", "---"])
    problems = [wrong(load, act) for act in load.acts]
    yield line(["people", str(people), ""])
    yield line(["answers", str(len(load.acts)), ""])
    for kind in ("wrong", "mixed", "lost", "said"):
        name = {"said": "an error was shown"}.get(kind, kind)
        yield line([name, str(sum(each.startswith(kind) for each in problems)), "0"])
    waits = [act for act in fine if act.told]
    yield line(["waits told, with the place in line or the progress", str(len(waits)), ""])
    yield line([f"waits of {UNTOLD:g} s beyond a lone person's, not told", str(len(untold(load))), "0"])
    yield line(["most people told to be ahead", str(max((act.ahead for act in load.acts), default=0)), ""])
    yield line(
        [
            "growth of memory in the last half hour or half",
            f"{100 * growth(load.memory):+.1f} %",
            f"< {100 * GROWTH:g} %",
        ]
    )
    peak = max((megabytes for _, megabytes in load.memory), default=0.0)
    yield line(["memory, most of all looks", f"{peak:.0f} MB", ""])
    yield ""
    names = list(next(iter(load.alive.values()), {}))
    yield line(["alive in the server", *names])
    yield line(["---", *["--:"] * len(names)])
    for when, counts in load.alive.items():
        yield line([when, *(str(counts[name]) for name in names)])


def _new(load: Load) -> list[Act]:
    """Quick views that nobody had been given before."""
    return [
        act
        for act in load.acts
        if not act.problem and act.question.kind in ("sample", "own") and not act.known
    ]


def _in_time(act: Act) -> bool:
    return act.answered <= QUICK * (act.ahead + 1)


def wrong(load: Load, act: Act) -> str:
    """What was wrong with an answer; empty where it is what a lone person is given."""
    lone = load.lone.get(act.question)
    if act.problem or lone is None or act.question.kind in ("audit", "models"):
        return act.problem
    if lone.problem:
        return f"lost: alone, too: {lone.problem}"
    differing = act.answer ^ lone.answer
    return f"wrong: {sorted(differing)[:2]}" if differing else ""


def untold(load: Load) -> list[Act]:
    """Who waited longer than alone, and was not told."""
    return [
        act
        for act in load.acts
        if act.question in load.lone
        and not act.told
        and act.answered > load.lone[act.question].answered + UNTOLD
    ]


def growth(memory: Sequence[tuple[float, float]]) -> float:
    """By which share memory grew in the last half hour, or the last half: median of its thirds."""
    if not memory:
        return 0.0
    end = memory[-1][0]
    since = max(end - 1800, end / 2)
    last = [megabytes for at, megabytes in memory if at >= since]
    third = max(1, len(last) // 3)
    return statistics.median(last[-third:]) / statistics.median(last[:third]) - 1


def chart(load: Load, path: Path) -> None:
    """Waits as dots and memory as a line over time, as a small PNG file."""
    mpl.use("Agg")
    from matplotlib import pyplot

    figure, waits = pyplot.subplots(figsize=(7.2, 3.2), dpi=90)
    kinds = {"known sample": "#1F5FA8", "other quick view": "#E08A1E", "slow view or comparison": "#8A93A0"}

    def kind(act: Act) -> str:
        if act.question.kind in ("slow", "compare"):
            return "slow view or comparison"
        return "known sample" if act.known and act.question.kind == "sample" else "other quick view"

    for name, colour in kinds.items():
        acts = [act for act in load.acts if kind(act) == name and not act.problem]
        minutes = [act.begun / 60 for act in acts]
        waits.scatter(minutes, [act.answered for act in acts], s=8, color=colour, label=name, alpha=0.7)
    waits.set(xlabel="minutes", ylabel="seconds waited", yscale="log")
    waits.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=3, fontsize=7, frameon=False)
    memory = waits.twinx()
    memory.plot([at / 60 for at, _ in load.memory], [megabytes for _, megabytes in load.memory], color="#444")
    memory.set(ylabel="memory, MB", ylim=(0, None))
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)


def _row(name: str, seconds: Sequence[float], goal: str, met: str) -> str:
    if not seconds:
        return line([name, "0", "", "", "", goal, ""])
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    cells = [f"{value:.1f} s" for value in (statistics.median(ordered), late, ordered[-1])]
    return line([name, str(len(ordered)), *cells, goal, met])


def _share(met: Iterator[bool]) -> str:
    results = list(met)
    return f"{100 * sum(results) / len(results):.0f} %" if results else "none"
