"""The real app on a free port, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest
from browsing import LISTENING, ready
from stand_in import ROOT, draw, make_model

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
LONGEST = 300  # seconds after which even a very busy computer counts as hanging
SHARED = ROOT.parent / "shared" / "data" / "photos"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app; it knows the built-in model and one of its own."""
    with _serving(tmp_path_factory.mktemp("server")) as (address, process):
        _wait_for(address, process)
        yield address


@pytest.fixture
def fresh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an app of its own that has just been started and is not open yet."""
    with _serving(tmp_path_factory.mktemp("server")) as (address, _):
        yield address


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[str]]:
    """Starts an app with its files in a folder, and with options, for a block that gets its address."""

    @contextmanager
    def started(folder: Path, *options: str) -> Iterator[str]:
        with _serving(folder, *options) as (address, process):
            _wait_for(address, process)
            yield address

    return started


@pytest.fixture
def server_alone(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address of an app of its own, and the folder below which is all that it can know of the disk."""
    places = {"HOME": ".", "TMPDIR": "tmp", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config"}
    for place in places.values():
        (tmp_path / place).mkdir(exist_ok=True)
    named = {name: str(tmp_path / place) for name, place in places.items()}
    with _serving(tmp_path, **named, SPOTLIGHT_LOG="json") as (address, process):
        _wait_for(address, process)
        yield address, tmp_path


@contextmanager
def _serving(folder: Path, *options: str, **more: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server for the block, with its files in a folder, and options; nothing may go wrong in it."""
    make_model(folder / "own" / "shelves", name="Shelf inspector", sentence="A second model.")
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "OMP_NUM_THREADS": "1",
        "TORCH_HOME": str(folder / "torch"),
        "SPOTLIGHT_AUDITS": str(folder / "audits"),
        **more,
    }
    command = [sys.executable, str(Path(__file__).with_name("serve.py")), str(port), str(folder / "own")]
    command += options
    with (folder / "log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield f"http://localhost:{port}", process
        finally:
            process.terminate()
            process.wait(60)
        log.seek(0)
        assert "Traceback" not in log.read()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A Chromium without a window."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this computer")
    playwright.expect.set_options(timeout=1000 * LONGEST)  # until `patience` knows better
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def patience(browser: object, server: str) -> float:
    """Milliseconds to wait for anything: many times what this busy computer takes for a page."""
    started = time.monotonic()
    page = browser.new_page()
    page.set_default_timeout(1000 * LONGEST)
    page.goto(server)
    ready(page)
    page.close()
    milliseconds = min(1000 * LONGEST, max(60_000, 20_000 * (time.monotonic() - started)))
    playwright.expect.set_options(timeout=milliseconds)
    return milliseconds


_MISSING = "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.alt)"


@pytest.fixture
def tab(browser: object, server: str, patience: float) -> Iterator[Callable[..., object]]:
    """Opens a tab on the app and waits until it is ready; no error may reach its console."""
    contexts, errors = [], []

    def opened(path: str = "", **options: object) -> object:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}} | options)
        context.add_init_script(LISTENING)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(patience)
        page.on("console", lambda said: errors.append(said.text) if is_an_error(said) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server + path)
        ready(page)
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            assert "Traceback" not in page.content()
            with suppress(playwright.TimeoutError):  # one that is being replaced is none
                page.wait_for_function(f"!{_MISSING}.length", timeout=10_000)
            assert page.evaluate(_MISSING) == []
        context.close()
    assert not errors


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo to upload: a real one where there is one."""
    real = sorted(SHARED.glob("*.jpg"))
    if real:
        return real[0]
    path = tmp_path_factory.mktemp("photo") / "photo.jpg"
    draw(640, 480, seed=1).save(path)
    return path


def is_an_error(said: object) -> bool:
    """Whether a message of the console is one.

    Streamlit first looks for its server below a page's path; and a picture that another one has replaced
    before the browser asked for it is gone.
    """
    passing = "/_stcore/" in said.location.get("url", "") or "/media/" in said.location.get("url", "")
    return said.type == "error" and not passing and "Image source error" not in said.text


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(5 * LONGEST):
        assert process.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not start within five minutes")
