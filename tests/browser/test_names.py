"""Streamlit's Markdown, in a real browser, makes nothing of names: their text is what is seen."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator

import pytest
from names_app import KINDS, NAMES
from stand_in import ROOT

from saliency.names import readable

pytestmark = pytest.mark.slow
SEEN = """() => Object.fromEntries([...document.querySelectorAll('[class*="st-key-name-"]')].map(place => [
  [...place.classList].find(name => name.startsWith("st-key-name-")).slice(12),
  [place.textContent, place.querySelectorAll("a, li, code, em, strong, del, img, blockquote, h1, h2, h3,"
    + " h4, h5, h6, hr, table, input, sup, .katex, [data-testid=stIconMaterial], [style*=color]").length]
]))"""


@pytest.fixture(scope="module")
def names_server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=localhost"]
    script = str(ROOT / "tests" / "support" / "names_app.py")
    command = [sys.executable, "-m", "streamlit", "run", script, *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://localhost:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health")
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_seen_as_they_are(browser, names_server, kind):
    page = browser.new_page()
    page.set_default_timeout(300_000)
    page.goto(f"{names_server}/?kind={kind}")
    page.get_by_text("That is all.").wait_for()
    page.wait_for_function(f"Object.values(({SEEN})()).filter(([text]) => text).length === {len(NAMES)}")
    page.wait_for_timeout(500)  # what an icon or a formula needs is fetched after the text
    seen = page.evaluate(SEEN)
    page.close()
    (usual, _), *_ = Counter(count for _, count in seen.values()).most_common(1)
    for number, name in enumerate(NAMES):
        text, count = seen[str(number)]
        assert re.sub("[\u2060\u2068\u2069]", "", text) == KINDS[kind][0].format(readable(name))
        assert count == usual, name
