"""How long the sheet of an audit's photos takes for a new page, on an audit of 10,000 photos.

Needs Chromium, and Playwright from requirements-dev.txt. The audit is made up: the samples of the page in
1600 × 1200 points over and over, with answers, maps and looks drawn at random, so that no model is asked. A
visitor turns pages in the browser; the clock stops when all pictures of the new page are seen.

    python -m benchmarks.sheet [--photos 10000] [--turns 20] [--pictures]

With ``--pictures``, no browser: the processor time of making a page's small pictures, none of which was seen.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from benchmarks.browser import VIEWPORT, chromium, server
from benchmarks.machine import description
from models import SHOWROOM
from saliency.audit import Audit, Item, Job, Settings, Source
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.rows import FinishedPhoto, LabelScore, PhotoRow
from saliency.audit.job import PHOTOS
from saliency.audit.reports.files import write
from saliency.audit.sheet.thumbnails import make_all
from saliency.heat.scale import MapKind
from ui.audit import store
from ui.audit.results.sheet import PAGE
from ui.audit.results.sheet_words import shown
from ui.audit.store import DONE, OPEN, RESULTS, AuditRequest
from ui.widgets import samples

_SIZE = (1600, 1200)
_CLASSES = 100
_WRONG = 0.12
_SEEN = """(caption) => {
  const said = [...document.querySelectorAll("[data-testid=stCaptionContainer]")]
  const cards = document.querySelectorAll("[class*=st-key-audit-open-]")
  const pictures = [...document.images].filter((image) => image.alt.startsWith("The photo"))
  return said.some((one) => one.textContent.trim() === caption) && cards.length > 0
    && pictures.length >= cards.length && pictures.every((image) => image.complete && image.naturalWidth)
    && document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning"
}"""


def main() -> None:
    """Make the audit, turn pages, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sheet", description=__doc__)
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--pictures", action="store_true")
    options = parser.parse_args()
    if options.pictures:
        with tempfile.TemporaryDirectory() as place:
            os.environ[store.HOME] = place
            seconds = list(_pictures(made_up(options.photos), options.turns))
            _line(f"{PAGE} pictures, processor time", seconds)
        return
    with chromium() as browser, tempfile.TemporaryDirectory() as place:
        os.environ[store.HOME] = place
        folder = made_up(options.photos)
        print(f"A page of {PAGE} of {options.photos:,} photos, {description()}, {date.today()}\n")
        with server() as (process, address):
            page = browser.new_page(viewport=VIEWPORT)
            page.set_default_timeout(120_000)
            for name, seconds in _measured(page, f"{address}/audit?{OPEN}={folder.name}", options):
                _line(name, seconds)
            print(f"memory of the server {_memory(process.pid):,.0f} MB")


def _pictures(folder: Path, turns: int) -> Iterable[float]:
    """Processor time of each page's pictures, after those of one more page."""
    pages = [[(f"{PAGE * n + k:05}.jpg", PAGE * n + k) for k in range(PAGE)] for n in range(turns + 1)]
    make_all(folder, pages[0])
    for page in pages[1:]:
        begin = time.process_time()
        make_all(folder, page)
        yield time.process_time() - begin


def _measured(page: Page, address: str, options: argparse.Namespace) -> Iterable[tuple[str, list[float]]]:
    total, turns = options.photos, options.turns
    started = time.perf_counter()
    page.goto(f"{address}&show=all")
    _wait(page, 1, total)
    yield "open the audit at its sheet", [time.perf_counter() - started]
    time.sleep(2)

    def turn(number: int) -> float:
        return _timed(page, number, total, lambda: page.get_by_role("button", name="Next page").click())

    seconds = []
    for number in range(2, turns + 2):
        seconds.append(turn(number))
        time.sleep(1.5)  # a look at it
    yield "the next page, never seen", seconds
    back = page.get_by_role("button", name="Previous page")
    yield "a page seen before", [_timed(page, n, total, back.click) for n in range(turns, 0, -1)]
    far = [
        _timed(page, 1 + (total // PAGE) * n // (turns + 1), total, lambda: None, address) for n in (7, 11)
    ]
    yield "opened anew on a page far off", far


def _timed(page: Page, number: int, total: int, press: Callable[[], object], address: str = "") -> float:
    started = time.perf_counter()
    if address:
        page.goto(f"{address}&show=all&page={number}")
    press()
    _wait(page, number, total)
    return time.perf_counter() - started


def _wait(page: Page, number: int, total: int) -> None:
    first = (number - 1) * PAGE + 1
    page.wait_for_function(_SEEN, arg=shown(first, min(total, first + PAGE - 1), total), polling=20)


def _line(name: str, seconds: list[float]) -> None:
    print(f"{name:<32} median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s", flush=True)


def made_up(count: int) -> Path:
    """A finished audit of so many photos, on disk."""
    folder, r = store.make(), np.random.default_rng(0)
    (folder / PHOTOS).mkdir()
    sources = []
    for path in sorted(samples.FOLDER.glob("*.jpg")):
        sources.append(folder / f"source-{path.name}")
        Image.open(path).convert("RGB").resize(_SIZE, Image.Resampling.BICUBIC).save(sources[-1], quality=88)
    names = [f"{number:05}.jpg" for number in range(count)]
    for number, name in enumerate(names):
        os.link(sources[number % len(sources)], folder / PHOTOS / name)  # ten thousand would take 4 GB
    classes = tuple(f"class {number:02}" for number in range(_CLASSES))
    settings = Settings("Made up", "ab" * 32, "grad-cam", "", "whole", 0, 19, "cd" * 32)
    with Job(folder) as job:
        job.begin(settings, Source(folder / PHOTOS, tuple(map(Item, names)), "ef" * 32, ()))
        for number, name in enumerate(names):
            _keep(job, number, name, classes, r)
        audit = Audit(settings, [], guess_groups(job.finished(), job.coarse_map), {}, [], count, classes)
        write(job, audit, folder / RESULTS)
    begun = f"{date.today()}T00:00:00"
    store.write(folder, AuditRequest("Made up", SHOWROOM, "grad-cam", begun=begun, days=3000, state=DONE))
    return folder


def _keep(job: Job, number: int, name: str, classes: tuple[str, ...], r: np.random.Generator) -> None:
    label = int(r.integers(len(classes)))
    guess = (label + int(r.integers(1, 4))) % len(classes) if r.random() < _WRONG else label
    y, x = r.uniform(1, 15, 2)
    rows, columns = np.mgrid[:16, :16]
    row = PhotoRow(
        file=name,
        photo_sha256=f"{number:064x}",
        photo_size=_SIZE,
        label=classes[label],
        guess=classes[guess],
        right=guess == label,
        unknown=False,
        scores=tuple(
            LabelScore(classes[(guess + place) % len(classes)], float(r.random())) for place in range(5)
        ),
        cut_share=0.0,
        map=MapKind.SPOTS,
        areas=(),
        second_view=None,
        notes=(),
        seed=number,
        look=PhotoLook(*r.uniform(0.1, 0.9, 3)),
    )
    bump = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 6).astype(np.float32)
    job.keep(FinishedPhoto(number, row.photo_sha256, row, bump))


def _memory(pid: int) -> float:
    """What a process holds in memory, in megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
