"""How long a page takes to answer while an audit is at work, beside one with nothing at work.

Needs Chromium, and Playwright from requirements-dev.txt. A visitor chooses one sample after the other while
the server audits photos with the built-in model and a view that takes long for each.

    python -m benchmarks.responsive [--answers 12]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.browser import VIEWPORT, chromium, server
from benchmarks.machine import description
from models import SHOWROOM
from saliency.audit.job import PHOTOS
from ui.audit import progress, store
from ui.audit.store import AuditRequest
from ui.widgets import samples

_COPIES = 40  # of each sample, no two alike
_METHOD = "rise"
_READY = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"


def main() -> None:
    """Start a server, ask it with and without an audit at work, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.responsive", description=__doc__)
    parser.add_argument("--answers", type=int, default=12)
    options = parser.parse_args()
    print(f"An answer of the Explain page, {description()}\n")
    with chromium() as browser, tempfile.TemporaryDirectory() as place:
        os.environ[store.HOME] = place
        for name in ("nothing at work", "an audit at work"):
            folder = prepare_audit() if name == "an audit at work" else None
            with server() as (_, address):
                seconds = answer_times(browser.new_page(viewport=VIEWPORT), address, options.answers)
            audited = f", {progress.counts(folder)[0]} photos audited meanwhile" if folder else ""
            print(
                f"{name:<18} median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s{audited}"
            )


def prepare_audit() -> Path:
    """An audit on disk that the server goes on with when it starts."""
    folder = store.make()
    (folder / PHOTOS).mkdir()
    for path in sorted(samples.FOLDER.glob("*.jpg")):
        for number in range(_COPIES):
            (folder / PHOTOS / f"{path.stem}-{number}.jpg").write_bytes(path.read_bytes() + bytes([number]))
    store.write(folder, AuditRequest("Load", SHOWROOM, _METHOD, begun="2026-01-01T00:00:00", days=36500))
    return folder


def answer_times(page: Page, address: str, count: int) -> list[float]:
    """Seconds from choosing another sample to the finished page, once each is warm."""
    page.set_default_timeout(60_000)
    page.goto(address)
    page.wait_for_selector("h3")
    page.wait_for_function(_READY)
    pictures = page.locator("[role=group] button")
    seconds = []
    for number in range(count + 2):
        picture = pictures.nth(1 + number % (pictures.count() - 1))
        key = picture.get_attribute("data-key")
        start = time.perf_counter()
        picture.click()
        page.get_by_alt_text(f"The photo '{key}.jpg' under the colours").wait_for()
        seconds.append(time.perf_counter() - start)
    return seconds[2:]


if __name__ == "__main__":
    main()
