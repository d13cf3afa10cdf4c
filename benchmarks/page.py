"""The page as a person meets it: cold start, a second visitor, another view, and the server's peak memory.

Needs Chromium, and Playwright from requirements-dev.txt; drives the built-in model.

    python -m benchmarks.page [--visits 5] [--photo FILE]
"""

from __future__ import annotations

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.machine import description
from ui.explain.words import BOTH

ROOT = Path(__file__).parents[1]
FINISHED = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const pictures = [...document.querySelectorAll('[data-testid=stImage] img')];
  return app && app.dataset.testScriptState === 'notRunning' && pictures.length >= 3
    && pictures.every(i => i.complete && i.naturalWidth > 0)
    && [...document.querySelectorAll('h3, h4')].some(h => h.textContent.includes('%s'));
}"""


def main() -> None:
    """Start a server, visit it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--photo", type=Path, help="a large photo to upload before memory is read")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        parser.error("no Chromium on this computer; install one first")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        started = time.perf_counter()
        server, address = serve()
        try:
            rows = {"server start to finished page (cold)": visit(browser, address, since=started)}
            warm = [visit(browser, address) for _ in range(options.visits)]
            rows["new visitor, warm server, median"] = statistics.median(warm)
            rows["new visitor, warm server, slowest"] = max(warm)
            print(f"The page with the built-in model, {description()}\n")
            for name, seconds in rows.items():
                print(f"{name:<44} {seconds:>6.2f} s")
            print(f"{'peak memory of the server':<44} {peak(server):>6.0f} MB")
            if options.photo:
                upload(browser, address, options.photo)
                print(f"{'peak memory after ' + options.photo.name:<44} {peak(server):>6.0f} MB")
        finally:
            server.terminate()
            server.wait(10)


def serve() -> tuple[subprocess.Popen[bytes], str]:
    """The app on a free port, as the README starts it; returns at once when it answers."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    server = subprocess.Popen(
        [*command, "--server.port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://localhost:{port}"
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return server, address
        except OSError:
            time.sleep(0.05)
    raise SystemExit("The server did not start within 30 seconds.")


def visit(browser: Any, address: str, since: float | None = None) -> float:
    """Seconds from opening the page (or from ``since``) until all three pictures are there."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    since = time.perf_counter() if since is None else since
    finished(opened := context.new_page(), address)
    seconds = time.perf_counter() - since
    opened.close()
    context.close()
    return seconds


def finished(page: Page, address: str) -> None:
    """Opens the page and waits for the result."""
    page.goto(address)
    page.wait_for_function(FINISHED % BOTH, timeout=60_000)


def upload(browser: Any, address: str, photo: Path) -> None:
    """Uploads a photo, and waits for its result."""
    page = browser.new_page()
    finished(page, address)
    before = page.locator("[data-testid=stImage] img").last.get_attribute("src")
    page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(photo)
    page.wait_for_function(
        "before => [...document.querySelectorAll('[data-testid=stImage] img')].at(-1)?.src !== before",
        arg=before,
    )
    page.wait_for_function(FINISHED % BOTH, timeout=60_000)
    page.wait_for_timeout(1000)
    page.close()


def peak(server: subprocess.Popen[bytes]) -> float:
    """Peak resident memory of the server in megabytes (10^6 bytes), as Linux counts it."""
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


if __name__ == "__main__":
    main()
