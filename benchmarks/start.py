"""How long a first visitor waits: one who comes when the port opens, two at once, one who comes later.

A result is prediction, map and overlay; the test of the strongest place follows by itself.

Needs Chromium, and Playwright from requirements-dev.txt. Every server is started anew; seconds count from
when its port is open, as ratios to `python -c "import torch"` timed just before, as the computer may be busy.

    python -m benchmarks.start [--starts 20] [--markdown docs/server.md]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from benchmarks.browser import VIEWPORT, chromium, server
from benchmarks.machine import provenance
from benchmarks.tables import line, write_table

LATER = 8  # seconds after which another one comes
_PATIENCE = 300_000  # milliseconds
_FRAME = "h1"  # the title, whether Streamlit's or that of the skeleton
_RESULT = """() => {
  const both = document.querySelector('img[alt*="under the colours"]');
  return both && both.complete && both.naturalWidth > 0
    && getComputedStyle(document.querySelector('#skeleton')).display === 'none';
}"""


class Visit(NamedTuple):
    """Seconds to the page's frame and to the finished result, in units of importing torch."""

    frame: float
    result: float


def main() -> None:
    """Start servers, visit them, and print the table or write it into a page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--starts", type=int, default=20, help="cold starts with a visitor at once")
    parser.add_argument("--markdown", type=Path, help="a page with a place for the table")
    options = parser.parse_args()
    with chromium() as browser:
        cases = {
            "a visitor when the port opens": [started(browser, 1) for _ in range(options.starts)],
            "two visitors at once": [started(browser, 2)],
            f"a visitor {LATER} s later": [started(browser, 1, LATER) for _ in range(2)],
        }
    lines = list(table(cases))
    print("\n".join(lines))
    if options.markdown:
        write_table(options.markdown, "start", lines)


def started(browser: Browser, visitors: int, later: float = 0.0) -> list[Visit]:
    """What visitors of a server that has just been started see; whoever sees no result ends the script."""
    unit = seconds_of_import()
    with server() as (_, address):
        time.sleep(later)
        pages = [browser.new_context(viewport=VIEWPORT).new_page() for _ in range(visitors)]
        begun = time.perf_counter()
        for page in pages:
            page.set_default_timeout(_PATIENCE)
            page.goto(address, wait_until="commit")
        visits = [_visit(page, begun, unit) for page in pages]
        for page in pages:
            page.context.close()
    print(*(f"frame {visit.frame:.2f}, result {visit.result:.2f}" for visit in visits), flush=True)
    return visits


def seconds_of_import() -> float:
    """What ``import torch`` takes in a process of its own."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    return time.perf_counter() - begun


def table(cases: dict[str, list[list[Visit]]]) -> Iterator[str]:
    """The lines of the table."""
    yield provenance("benchmarks.start")
    yield ""
    yield line(["", "cold starts", "frame, median", "result, median", "result, slowest"])
    yield line(["---", "--:", "--:", "--:", "--:"])
    for name, starts in cases.items():
        frames, results = zip(*(visit for visits in starts for visit in visits), strict=True)
        figures = (statistics.median(frames), statistics.median(results), max(results))
        yield line([name, str(len(starts)), *(f"{figure:.2f} ×" for figure in figures)])


def _visit(page: Page, begun: float, unit: float) -> Visit:
    page.wait_for_selector(_FRAME)
    frame = time.perf_counter() - begun
    page.wait_for_function(_RESULT)
    return Visit(frame / unit, (time.perf_counter() - begun) / unit)


if __name__ == "__main__":
    main()
