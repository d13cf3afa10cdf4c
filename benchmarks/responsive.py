"""How long a page takes to answer while an audit is at work, beside one with nothing at work.

Needs Chromium, and Playwright from requirements-dev.txt. A visitor chooses one sample after the other while
the server audits photos with the built-in model and a view that takes long for each.

    python -m benchmarks.responsive [--answers 12]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.machine import description
from benchmarks.page import serve
from models import SHOWROOM
from saliency.audit.job import PHOTOS
from ui.audit import progress as audit_running
from ui.audit import store as audit_store
from ui.audit.store import AuditRequest
from ui.widgets import samples

_COPIES = 40  # of each sample, no two alike
_METHOD = "rise"
_READY = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"


def main() -> None:
    """Start a server, ask it with and without an audit at work, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=12)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        parser.error("no Chromium on this computer; install one first")
    print(f"An answer of the Explain page, {description()}\n")
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as place:
        os.environ[audit_store.HOME] = place
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in ("nothing at work", "an audit at work"):
            folder = begun() if name == "an audit at work" else None
            server, address = serve()
            try:
                seconds = answers(
                    browser.new_page(viewport={"width": 1440, "height": 900}), address, options.answers
                )
            finally:
                server.kill()
                server.wait(10)
            done = f", {audit_running.counts(folder)[0]} photos audited meanwhile" if folder else ""
            print(f"{name:<18} median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s{done}")


def begun() -> Path:
    """An audit on disk that the server goes on with when it starts."""
    folder = audit_store.make()
    (folder / PHOTOS).mkdir()
    for path in sorted(samples.FOLDER.glob("*.jpg")):
        for number in range(_COPIES):
            (folder / PHOTOS / f"{path.stem}-{number}.jpg").write_bytes(path.read_bytes() + bytes([number]))
    audit_store.write(
        folder, AuditRequest("Load", SHOWROOM, _METHOD, begun="2026-01-01T00:00:00", days=36500)
    )
    return folder


def answers(page: Page, address: str, count: int) -> list[float]:
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
        started = time.perf_counter()
        picture.click()
        page.get_by_alt_text(f"The photo '{key}.jpg' under the colours").wait_for()
        seconds.append(time.perf_counter() - started)
    return seconds[2:]


if __name__ == "__main__":
    main()
