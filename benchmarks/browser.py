"""The app as a person meets it: a server started as the README says, and a Chromium."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
_LONGEST = 120  # seconds, on a busy computer
VIEWPORT: Any = {"width": 1440, "height": 900}


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this computer."""
    paths = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    path = next(paths, None) or sys.exit("There is no Chromium on this computer; install one first.")
    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


@contextmanager
def server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The app on a free port, and its address, as soon as it answers; stopped at the end."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet) as process:
        try:
            wait_for(f"http://localhost:{port}/_stcore/health")
            yield process, f"http://localhost:{port}"
        finally:
            process.kill()


def free_port() -> int:
    """A port of this computer that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(address: str) -> None:
    """Waits until a server answers there, and ends this process if it does not."""
    for _ in range(20 * _LONGEST):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"The server did not start within {_LONGEST} seconds.")
