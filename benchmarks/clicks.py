"""What a click costs the server: its processor time where the answer is known, on each page.

Needs Chromium, and Playwright from requirements-dev.txt. Every act is done twice before it is counted, so
that models, answers and pictures are there; the time is Linux's count for the server's process.

    python -m benchmarks.clicks [--clicks 20] [--markdown docs/speed.md]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page

from benchmarks.browser import VIEWPORT, chromium, server
from benchmarks.machine import provenance
from benchmarks.tables import line, write_table
from ui.words import PAGES

GOAL, GOAL_SLIDER = 0.08, 0.05  # seconds
_RESTS = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
_PAUSE = 700  # milliseconds in which a click has certainly begun to be answered

Act = Callable[[], object]


def main() -> None:
    """Start a server, click, and print the table or write it into a page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clicks", description=__doc__)
    parser.add_argument("--clicks", type=int, default=20)
    parser.add_argument("--markdown", type=Path, help="a page with a place for the table")
    options = parser.parse_args()
    with chromium() as browser, server() as (process, address):
        page = browser.new_page(viewport=VIEWPORT)
        page.set_default_timeout(300_000)
        page.goto(address)
        page.get_by_alt_text("under the colours").wait_for()
        lines = []
        for row in table(page, process.pid, options.clicks):
            print(row, flush=True)
            lines.append(row)
    if options.markdown:
        write_table(options.markdown, "clicks", lines)


def table(page: Page, process: int, clicks: int) -> Iterator[str]:
    """The lines of the table, each measured when it is asked for."""
    unit = processor_time_of_import()
    yield provenance("benchmarks.clicks")
    yield ""
    yield line(["", "processor time", "by that of `import torch`", "goal", ""])
    yield line(["---", "--:", "--:", "--:", "---"])
    for name, acts, goal in cases(page):
        seconds = cost(page, process, acts, clicks)
        verdict = "met" if seconds <= goal else "missed"
        yield line([name, f"{seconds:.3f} s", f"{seconds / unit:.3f}", f"{goal:.2f} s", verdict])


def cases(page: Page) -> Iterator[tuple[str, Sequence[Act], float]]:
    """Name, acts done in turn, goal; the page they are for is opened when one is asked for."""
    samples = page.locator("[role=group] button[data-key]")
    yield "Explain: another sample, another model", [samples.nth(3).click, samples.nth(0).click], GOAL
    guesses = page.get_by_test_id("stButtonGroup").locator("button").filter(has_text=" · ")
    yield "Explain: another guess", [guesses.nth(1).click, guesses.nth(0).click], GOAL
    yield "Explain: strength, seen before", _moves(page, "ArrowRight", "ArrowLeft"), GOAL_SLIDER
    yield "Explain: strength, new", _moves(page, "ArrowLeft"), GOAL_SLIDER
    links = [page.get_by_role("link", name=PAGES[name][0]).first for name in ("compare", "explain")]
    yield "to Compare and back", [link.click for link in links], GOAL
    links[0].click()
    _rest(page)
    yield "Compare: strength, seen before", _moves(page, "ArrowRight", "ArrowLeft"), GOAL_SLIDER
    yield "Compare: strength, new", _moves(page, "ArrowRight"), GOAL_SLIDER
    links = [page.get_by_role("link", name=PAGES[name][0]).first for name in ("audit", "explain")]
    yield "to Audit and back", [link.click for link in links], GOAL


def cost(page: Page, process: int, acts: Sequence[Act], clicks: int) -> float:
    """Seconds of processor time of a process for each act, once each is warm; at most as many as are new."""
    count = clicks if len(acts) > 1 else 6
    for act in (*acts, *acts) if len(acts) > 1 else acts:
        act()
        _rest(page)
    before = processor_time_of(process)
    for number in range(count):
        acts[number % len(acts)]()
        _rest(page)
    return (processor_time_of(process) - before) / count


def processor_time_of(process: int) -> float:
    """Seconds of processor time of a process so far, as Linux counts it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def processor_time_of_import() -> float:
    """Seconds of processor time of ``import torch`` in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _moves(page: Page, *keys: str) -> list[Act]:
    slider: Locator = page.get_by_role("slider").first
    return [lambda key=key: slider.press(key) for key in keys]


def _rest(page: Page) -> None:
    page.wait_for_timeout(_PAUSE)
    page.wait_for_function(_RESTS)


if __name__ == "__main__":
    main()
