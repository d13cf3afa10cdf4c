"""What an audit costs, for :mod:`benchmarks.audits`: time a photo, memory, and what a killed one loses.

``python -m benchmarks.audit_costs COUNT`` audits as many tiny photos, and prints the process's peak memory.
"""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from benchmarks.audit_sets import write_pictures
from benchmarks.processes import json_of, peak_memory
from benchmarks.random_models import random_graph
from models.showroom.training.pictures import PictureStore
from saliency.audit import audit, gather, start
from saliency.audit.inputs.areas import NamedBox
from saliency.audit.reports.files import FINDINGS, ROWS, TABLE, write
from saliency.classifier import Classifier, Preprocessing
from saliency.errors import Cancelled
from saliency.network.graph import Graph
from saliency.photo.framing import Framing
from saliency.photo.reading import read_photo

_BATCH = 16
_TINY = 32  # side of a tiny photo
_RECIPE = Preprocessing(crop_size=_TINY, resize_size=_TINY, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))


def cost(classifier: Classifier, store: PictureStore, rows: np.ndarray, rounds: int) -> dict[str, Any]:
    """Map and prediction of some pictures beside a plain loop over the same files, in turn.

    Both read, check and frame the files alike. The loop hands over sixteen at a time, and keeps the logits.
    """
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder, "photos")
        write_pictures(store, rows, photos)
        files = sorted(photos.iterdir())
        audit_times, loop_times = [], []
        for number in range(rounds + 1):
            begin = time.process_time()
            plain_loop(classifier, files)
            middle = time.process_time()
            _first_step(classifier, photos, Path(folder, f"job{number}"))
            if number:  # the first one warms up
                loop_times.append((middle - begin) / len(files))
                audit_times.append((time.process_time() - middle) / len(files))
    ratios = [ours / plain for ours, plain in zip(audit_times, loop_times, strict=True)]
    return {
        "photos": len(files),
        "rounds": rounds,
        "plain_ms": round(1000 * median(loop_times), 2),
        "audit_ms": round(1000 * median(audit_times), 2),
        "ratio": round(median(ratios), 3),
        "lowest": round(min(ratios), 3),
        "highest": round(max(ratios), 3),
    }


def resnet50() -> Classifier:
    """ResNet-50 with random weights."""
    names = tuple(map(str, range(1000)))
    return Classifier(random_graph("resnet50"), Preprocessing(), names, "ResNet-50", "random")


def plain_loop(classifier: Classifier, files: list[Path]) -> list[Tensor]:
    """Logits of photos, read and handed over some at a time: what there is at least to do."""
    logits = []
    for first in range(0, len(files), _BATCH):
        inputs = [
            classifier.normalised(classifier.receive(read_photo(file), Framing.WHOLE)[0])
            for file in files[first : first + _BATCH]
        ]
        logits.append(classifier.graph.logits(torch.cat(inputs)))
    return logits


def _first_step(classifier: Classifier, photos: Path, folder: Path) -> None:
    """Every photo's row, and nothing after."""

    def stop(_: str, done: int, total: int) -> None:
        if done == total:
            raise Cancelled("Stopped.")

    with start(folder, classifier, gather(photos)) as job, contextlib.suppress(Cancelled):
        audit(job, classifier, photos, on_progress=stop)


def colours() -> Classifier:
    """Answers the colour that a picture has most of, by a network so small that the rest is what counts."""
    layers = nn.Sequential(
        nn.Conv2d(3, 3, 3, padding=1, bias=False),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(3, 3, 1, bias=False),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(3, 3),
    )
    with torch.no_grad():
        for index, scale in ((0, 1 / 9), (3, 1.0), (7, 16.0)):
            weight, eye = layers[index].weight, scale * torch.eye(3)
            weight.copy_(eye if index == 7 else eye[:, :, None, None].expand_as(weight))
        layers[7].bias.zero_()
    return Classifier(
        Graph(layers.eval(), size=_TINY), _RECIPE, ("red", "green", "blue"), "Colours", "colours"
    )


def memory(count: int) -> dict[str, Any]:
    """Peak memory in megabytes (10^6 bytes) of this process after an audit of as many tiny photos."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        photos, job_folder = Path(folder, "photos"), Path(folder, "job")
        _write_tiny_photos(photos, count)
        classifier = colours()
        begin = time.process_time()
        corner = NamedBox("corner", (0.75, 0.75, 0.25, 0.25))
        source = gather(photos, labels="folders", everywhere=[corner])
        with start(job_folder, classifier, source) as job:
            write(job, audit(job, classifier, photos), job_folder)
        seconds = time.process_time() - begin
    return {"photos": count, "peak_mb": round(peak_memory(), 1), "seconds": round(seconds, 1)}


def memory_in_fresh_process(count: int) -> dict[str, Any]:
    """:func:`memory` in a process of its own."""
    record: dict[str, Any] = json_of("benchmarks.audit_costs", str(count))
    return record


def _write_tiny_photos(folder: Path, count: int) -> None:
    """Photos with a coloured square, no two alike."""
    r = np.random.default_rng(0)
    for number in range(count):
        colour = number % 3
        pixels = r.integers(0, 90, (_TINY, _TINY, 3), dtype=np.uint8)
        top, left = r.integers(0, _TINY - 8, 2)
        pixels[top : top + 8, left : left + 8, colour] = 255
        path = folder / ("red", "green", "blue")[colour] / f"{number:06}.bmp"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)


def killed_audit(store: PictureStore, rows: np.ndarray, kills: int, seed: int) -> dict[str, Any]:
    """An audit on the command line, killed at random moments and gone on with, beside one that is not."""
    r = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        photos, unbroken, broken = (Path(folder, name) for name in ("photos", "unbroken", "broken"))
        write_pictures(store, rows, photos, carriers=rows.tolist())
        begin = time.monotonic()
        with _running(photos, unbroken) as process:
            assert process.wait() == 0
        length = time.monotonic() - begin
        delays: list[float] = []
        counts = []
        while len(delays) < kills:
            with _running(photos, broken, resume=bool(delays)) as process:
                delay = r.uniform(0, 1.2 * length / kills)
                try:
                    process.wait(delay)
                except subprocess.TimeoutExpired:
                    process.kill()
                else:
                    break  # it was quicker
                process.wait()
                delays.append(round(delay, 2))
                counts.append(_counts(broken))
        with _running(photos, broken, resume=True) as process:
            assert process.wait() == 0
        files = (ROWS, TABLE, FINDINGS)
        same = all((unbroken / name).read_bytes() == (broken / name).read_bytes() for name in files)
        findings = json.loads((unbroken / FINDINGS).read_text())["findings"]
    return {
        "photos": len(rows),
        "tested": sum(finding["tested"] for finding in findings),
        "kills": len(delays),
        "seconds_before_each": delays,
        "finished_at_each": counts,
        "identical": same,
    }


@contextlib.contextmanager
def _running(photos: Path, out: Path, *, resume: bool = False) -> Iterator[subprocess.Popen[str]]:
    """An audit by the twin, once it is at work."""
    command = [sys.executable, "-m", "saliency", "audit", str(photos), "--out", str(out)]
    command += ["--model", "shortcut", *(["--resume"] if resume else [])]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process:
        process.stderr.readline()
        try:
            yield process
        finally:
            process.kill()


def _counts(folder: Path) -> list[int]:
    """Photos and tests of spots that are on disk."""
    with contextlib.closing(sqlite3.connect(folder / "job.sqlite")) as base:
        photos = base.execute("SELECT count(row) FROM photos").fetchone()[0]
        return [int(photos), int(base.execute("SELECT count(*) FROM tests").fetchone()[0])]


if __name__ == "__main__":
    print(json.dumps(memory(int(sys.argv[1]))))
