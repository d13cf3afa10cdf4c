"""Every method on a graphics card beside the processor: the same maps, how much sooner, audits a second.

    python -m benchmarks.gpu [--device cuda] [--minutes 10] [--markdown gpu.md] [--json FILE]
    python -m benchmarks.gpu --device cpu --quick       # tries the script itself, without a graphics card

Made to be run once, on a machine that is there for a few minutes: figures are printed as soon as they are
known, and what there is no time left for is left out and said. First parity at few samples on five models, in
full and in half precision; then audits; then the time of each view at its defaults, the cheapest first.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import models
import saliency
from benchmarks.machine import provenance
from benchmarks.random_models import random_module
from benchmarks.tables import line
from saliency.audit import audit, gather, start
from saliency.classifier import Classifier, Preprocessing
from saliency.errors import SaliencyError
from saliency.grids.likeness import likeness
from saliency.methods.registry import METHODS, Method, compatible
from saliency.network.device import chosen_device
from saliency.photo.reading import Photo

BUILT_IN = (models.EVERYDAY, models.SHOWROOM, models.SHORTCUT)
RANDOM = ("resnet50", "vit_b_16")  # weights by chance: as quick as trained ones
LIMIT = 1e-2
"""How far a map may be off, of its peak."""

_SAMPLES = Path(__file__).parents[1] / "models/showroom/samples"
_FEW = {"samples": 16, "steps": 12, "channels": 24, "grid": 5, "window": 64, "stride": 48, "segments": 12}
_PARITY, _AUDITS = 0.5, 0.65  # shares of the time by which these are done
_PHOTOS = 60  # of an audit
_QUICK = 10  # passes, up to which a view is timed several times
_PARITY_HEAD = (
    "| | precision | furthest off | rank correlation | on | models | |\n|---|---|--:|--:|---|--:|---|"
)
_TIMES_HEAD = "| | processor | device | times as quick |\n|---|--:|--:|--:|"


@dataclass(frozen=True)
class Places:
    """The same classifier on the processor, on the device, and there in half precision if it takes that."""

    name: str
    processor: Classifier
    device: Classifier
    half: Classifier | None

    @classmethod
    def of(cls, name: str, device: torch.device) -> Places:
        """One of the five models."""
        half = None
        with contextlib.suppress(SaliencyError):  # refused on a processor, or by what it gives
            half = _classifier(name, device, "half")
        return cls(name, _classifier(name, torch.device("cpu")), _classifier(name, device), half)


def _classifier(name: str, device: torch.device, precision: str = "full") -> Classifier:
    if name in BUILT_IN:
        return models.load(name, device=str(device), precision=precision)
    labels = list(map(str, range(1000)))
    about = (Preprocessing(), labels, name, "random")
    return Classifier.build(random_module(name), *about, device=device, precision=precision)


class Clock:
    """How much of the time is over."""

    def __init__(self, minutes: float) -> None:
        self._began, self._seconds = time.monotonic(), 60 * minutes

    def over(self, share: float = 1.0) -> bool:
        """Whether a share of it is."""
        return time.monotonic() - self._began > share * self._seconds


def main() -> None:
    """Measure, print, and write down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--minutes", type=float, default=10, help="after which it comes to an end")
    parser.add_argument("--quick", action="store_true", help="one small model and an audit of three photos")
    parser.add_argument("--markdown", type=Path, help="a file that gets the tables")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    try:
        device = chosen_device(options.device)
    except SaliencyError as error:
        parser.error(error.message)
    if device.type == "cpu" and not options.quick:
        parser.error("there is no graphics card here; --device cpu --quick tries the script itself")
    clock, names = Clock(options.minutes), (models.SHOWROOM,) if options.quick else (*BUILT_IN, *RANDOM)
    photo = saliency.read_photo(next(iter(sorted(_SAMPLES.glob("*.jpg")))))
    lines = [f"{_named(device)}; {provenance('benchmarks.gpu')}", ""]
    figures: dict[str, Any] = {"how": lines[0]}

    def told(key: str, found: Iterator[tuple[str, Any]]) -> None:
        figures[key] = []
        for text, figure in found:
            print(text, flush=True)
            lines.append(text)
            figures[key].append(figure)
            if options.json:
                options.json.write_text(json.dumps(figures, indent=1))

    print(lines[0], flush=True)
    places = [Places.of(name, device) for name in names]
    told("parity", parity(places, photo, clock))
    told("audits", audits(places[:2], clock, 3 if options.quick else _PHOTOS))
    told("times", times(places[-2:], photo, clock, options.quick))
    if options.markdown:
        options.markdown.write_text("\n".join(lines) + "\n")


def parity(places: list[Places], photo: Photo, clock: Clock) -> Iterator[tuple[str, Any]]:
    """How far each method's map is off, of its peak, and its rank correlation; the worst of the models'."""
    worst: dict[str, dict[str, Any]] = {}
    for place in places:
        for entry in compatible(place.processor.graph):
            if clock.over(_PARITY):
                break
            expected = mapped(place.processor, photo, entry, **_few(entry))
            for precision, classifier in (("full", place.device), ("half", place.half)):
                if classifier is None or (precision == "half" and not entry.half):
                    continue
                found = mapped(classifier, photo, entry, **_few(entry))
                off = float((found - expected).abs().max() / expected.abs().max().clamp(min=1e-30))
                row = worst.setdefault(f"{entry.key} {precision}", {"off": -1.0, "models": 0})
                row["models"] += 1
                print(f"{place.name} {entry.key} {precision}: off by {off:.1e}", flush=True)
                if off > row["off"]:
                    row |= {"off": off, "model": place.name, "rank": likeness(found[0], expected[0])}
    yield _PARITY_HEAD, None
    for key, row in worst.items():
        method, precision = key.split()
        cells = [f"`{method}`", precision, f"{row['off']:.1e}", f"{row['rank']:.4f}", row["model"]]
        remark = "" if row["off"] <= LIMIT else f"more than {LIMIT:.0%}"
        yield line([*cells, str(row["models"]), remark]), {"method": method, "precision": precision, **row}
    left = [key for key in METHODS if not any(name.startswith(f"{key} ") for name in worst)]
    yield f"\nWithout a figure: {', '.join(left) or 'none'}.\n", {"without": left}


def audits(places: list[Places], clock: Clock, count: int) -> Iterator[tuple[str, Any]]:
    """Photos a second of a whole audit, read from files, with areas and places to test."""
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder, "photos")
        _write_photos(photos, count)
        for place in places:
            for where, classifier in (("processor", place.processor), ("device", place.device)):
                if clock.over(_AUDITS):
                    return
                begin = time.perf_counter()
                with start(Path(folder, f"{place.name}-{where}"), classifier, gather(photos)) as job:
                    audit(job, classifier, photos)
                rate = count / (time.perf_counter() - begin)
                text = f"Audit of {count} photos, {place.name}, {where}: {rate:.1f} photos a second.\n"
                yield text, {"model": place.name, "where": where, "photos_a_second": rate}


def times(places: list[Places], photo: Photo, clock: Clock, quick: bool) -> Iterator[tuple[str, Any]]:
    """Milliseconds of each view at its defaults without stopping early, on the first model that serves it."""
    yield _TIMES_HEAD, None
    for entry in sorted(METHODS.values(), key=lambda entry: entry.passes):
        served = (place for place in places if entry.needs <= place.processor.graph.offers)
        place = next(served, None)
        if place is None or (quick and entry.passes > 1.2):
            continue
        if clock.over():
            yield line([f"`{entry.key}`", "", "", "no time left"]), None
            continue
        settings = {"stop": "never"} if "stop" in entry.settings else {}
        runs = (partial(mapped, c, photo, entry, **settings) for c in (place.processor, place.device))
        ours, theirs = (seconds(run, 1 if entry.passes > _QUICK else 5) for run in runs)
        cells = [f"`{entry.key}` ({place.name})", f"{1e3 * ours:.0f} ms", f"{1e3 * theirs:.1f} ms"]
        figure = {"method": entry.key, "model": place.name, "processor": ours, "device": theirs}
        yield line([*cells, f"{ours / theirs:.1f}"]), figure


def mapped(classifier: Classifier, photo: Photo, entry: Method, **settings: Any) -> Tensor:
    """A map of the class that the photo's own scores do not change, ``(1, h, w)``, on the processor."""
    x, _ = classifier.prepare(photo)
    found = saliency.attribute(classifier.graph, x, 1, method=entry.key, **settings)
    return found.cpu()  # which waits until it is computed


def seconds(run: Callable[[], object], rounds: int) -> float:
    """The median, after one that is not counted where it is quick."""
    spans = []
    for _ in range(rounds + (rounds > 1)):
        begin = time.perf_counter()
        run()
        spans.append(time.perf_counter() - begin)
    return statistics.median(spans[rounds > 1 :])


def _few(entry: Method) -> dict[str, Any]:
    """Settings with which a method of many passes is one of few, and draws all of them."""
    numbers = {name: s for name, s in entry.settings.items() if name in _FEW}
    few = {name: max(s.low, min(_FEW[name], int(s.default))) for name, s in numbers.items()}
    return {**few, **({"stop": "never"} if "stop" in entry.settings else {})}


def _write_photos(folder: Path, count: int) -> None:
    """The samples over and over, each time with other noise, so that no two files are the same."""
    folder.mkdir()
    samples, r = sorted(_SAMPLES.glob("*.jpg")), np.random.default_rng(0)
    for number in range(count):
        pixels = saliency.read_photo(samples[number % len(samples)]).pixels
        noisy = pixels + r.integers(-4, 5, pixels.shape)
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(folder / f"{number:04}.jpg", quality=90)


def _named(device: torch.device) -> str:
    """The device, for a person."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"device {device.type}"


if __name__ == "__main__":
    main()
