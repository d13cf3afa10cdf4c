"""The page as a person meets it: cold start, a second visitor, another view, and the server's peak memory.

Needs Chromium, and Playwright from requirements-dev.txt; drives the built-in model.

    python -m benchmarks.page [--visits 5] [--photo FILE]
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.browser import VIEWPORT, chromium, server
from benchmarks.machine import description
from ui.explain.words import BOTH

FINISHED = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const pictures = [...document.querySelectorAll('[data-testid=stImage] img')];
  return app && app.dataset.testScriptState === 'notRunning' && pictures.length >= 3
    && pictures.every(i => i.complete && i.naturalWidth > 0)
    && [...document.querySelectorAll('h3, h4')].some(h => h.textContent.includes('%s'));
}"""


def main() -> None:
    """Start a server, visit it, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--photo", type=Path, help="a large photo to upload before memory is read")
    options = parser.parse_args()
    with chromium() as browser:
        start = time.perf_counter()
        with server() as (process, address):
            rows = {"server start to finished page (cold)": visit(browser, address, since=start)}
            warm = [visit(browser, address) for _ in range(options.visits)]
            rows["new visitor, warm server, median"] = statistics.median(warm)
            rows["new visitor, warm server, slowest"] = max(warm)
            print(f"The page with the built-in model, {description()}\n")
            for name, seconds in rows.items():
                print(f"{name:<44} {seconds:>6.2f} s")
            print(f"{'peak memory of the server':<44} {peak_memory_of(process.pid):>6.0f} MB")
            if options.photo:
                upload(browser, address, options.photo)
                name = f"peak memory after {options.photo.name}"
                print(f"{name:<44} {peak_memory_of(process.pid):>6.0f} MB")


def visit(browser: Browser, address: str, since: float | None = None) -> float:
    """Seconds from opening the page (or from ``since``) until all three pictures are there."""
    context = browser.new_context(viewport=VIEWPORT)
    since = time.perf_counter() if since is None else since
    open_page(context.new_page(), address)
    seconds = time.perf_counter() - since
    context.close()
    return seconds


def open_page(page: Page, address: str) -> None:
    """Opens the page and waits for the result."""
    page.goto(address)
    page.wait_for_function(FINISHED % BOTH, timeout=60_000)


def upload(browser: Browser, address: str, photo: Path) -> None:
    """Uploads a photo, and waits for its result."""
    page = browser.new_page()
    open_page(page, address)
    before = page.locator("[data-testid=stImage] img").last.get_attribute("src")
    page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(photo)
    page.wait_for_function(
        "before => [...document.querySelectorAll('[data-testid=stImage] img')].at(-1)?.src !== before",
        arg=before,
    )
    page.wait_for_function(FINISHED % BOTH, timeout=60_000)
    page.wait_for_timeout(1000)
    page.close()


def peak_memory_of(process: int) -> float:
    """Peak resident memory of a process in megabytes (10^6 bytes), as Linux counts it."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


if __name__ == "__main__":
    main()
