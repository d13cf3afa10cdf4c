"""What an audit costs, for :mod:`benchmarks.audits`: time a photo, memory, and what a killed one loses.

``python -m benchmarks.audit_costs COUNT`` audits as many tiny photos, and prints the process's peak memory.
"""

from __future__ import annotations

import contextlib
import json
import random
import resource
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

from models.showroom.rendering.badge import with_badge
from models.showroom.training.pictures import Store
from models.torchvision_guard import import_torchvision
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


def cost(classifier: Classifier, store: Store, rows: np.ndarray, rounds: int) -> dict[str, Any]:
    """Map and prediction of some pictures beside a plain loop over the same files, in turn.

    Both read, check and frame the files alike. The loop hands over sixteen at a time, and keeps the logits.
    """
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder, "photos")
        photos.mkdir()
        for at in rows:
            Image.fromarray(np.array(store.pixels[at])).save(photos / f"{at:05}.png")
        files = sorted(photos.iterdir())
        ratios, ours, plain = [], [], []
        for number in range(rounds + 1):
            began = time.process_time()
            _loop(classifier, files)
            middle = time.process_time()
            _first_step(classifier, photos, Path(folder, f"job{number}"))
            if number:  # the first one warms up
                plain.append((middle - began) / len(files))
                ours.append((time.process_time() - middle) / len(files))
                ratios.append(ours[-1] / plain[-1])
    return {
        "photos": len(files),
        "rounds": rounds,
        "plain_ms": round(1000 * median(plain), 2),
        "audit_ms": round(1000 * median(ours), 2),
        "ratio": round(median(ratios), 3),
        "lowest": round(min(ratios), 3),
        "highest": round(max(ratios), 3),
    }


def large() -> Classifier:
    """ResNet-50 with random weights."""
    torch.manual_seed(0)
    module = import_torchvision().models.resnet50(weights=None).eval()
    return Classifier(Graph(module), Preprocessing(), tuple(map(str, range(1000))), "ResNet-50", "random")


def _loop(classifier: Classifier, files: list[Path]) -> list[Tensor]:
    found = []
    for first in range(0, len(files), _BATCH):
        part = [
            classifier.normalised(classifier.receive(read_photo(file), Framing.WHOLE)[0])
            for file in files[first : first + _BATCH]
        ]
        found.append(classifier.graph.logits(torch.cat(part)))
    return found


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
        for at, weight in ((0, 1 / 9), (3, 1.0), (7, 16.0)):
            eye = weight * torch.eye(3)
            layers[at].weight.copy_(eye if at == 7 else eye[:, :, None, None].expand_as(layers[at].weight))
        layers[7].bias.zero_()
    return Classifier(
        Graph(layers.eval(), size=_TINY), _RECIPE, ("red", "green", "blue"), "Colours", "colours"
    )


def memory(count: int) -> dict[str, Any]:
    """Peak memory in megabytes (10^6 bytes) of this process after an audit of as many tiny photos."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        photos, job_folder = Path(folder, "photos"), Path(folder, "job")
        _tiny(photos, count)
        classifier = colours()
        began = time.process_time()
        source = gather(photos, labels="folders", everywhere=[NamedBox("corner", (0.75, 0.75, 0.25, 0.25))])
        with start(job_folder, classifier, source) as job:
            found = audit(job, classifier, photos)
            write(job, found, job_folder)
        seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return {"photos": count, "peak_mb": round(peak, 1), "seconds": round(seconds, 1)}


def _tiny(folder: Path, count: int) -> None:
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


def in_fresh_process(count: int) -> dict[str, Any]:
    """:func:`memory` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.audit_costs", str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def killed(store: Store, rows: np.ndarray, kills: int, seed: int) -> dict[str, Any]:
    """An audit on the command line, killed at random moments and gone on with, beside one that is not."""
    r = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        photos, whole, other = (Path(folder, name) for name in ("photos", "whole", "other"))
        photos.mkdir()
        for at in rows:
            Image.fromarray(with_badge(np.array(store.pixels[at]), int(at))[0]).save(photos / f"{at:05}.png")
        began = time.monotonic()
        with _running(photos, whole) as process:
            assert process.wait() == 0
        length = time.monotonic() - began
        moments, done, finished_early = [], [], False
        while len(moments) < kills and not finished_early:
            with _running(photos, other, resume=bool(moments)) as process:
                delay = r.uniform(0, 1.2 * length / kills)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(delay)
                    finished_early = True
                    continue
                process.kill()
                process.wait()
                moments.append(round(delay, 2))
                done.append(_finished(other))
        with _running(photos, other, resume=True) as process:
            assert process.wait() == 0
        same = all(
            (whole / name).read_bytes() == (other / name).read_bytes() for name in (ROWS, TABLE, FINDINGS)
        )
        tested = sum(one["tested"] for one in json.loads((whole / FINDINGS).read_text())["findings"])
    return {
        "photos": len(rows),
        "tested": tested,
        "kills": len(moments),
        "seconds_before_each": moments,
        "finished_at_each": done,
        "identical": same,
    }


@contextlib.contextmanager
def _running(photos: Path, out: Path, *, resume: bool = False) -> Iterator[subprocess.Popen[str]]:
    """An audit by the twin, once it is at work."""
    command = [
        sys.executable,
        "-m",
        "saliency",
        "audit",
        str(photos),
        "--model",
        "shortcut",
        "--out",
        str(out),
    ]
    process = subprocess.Popen(
        [*command, *(["--resume"] if resume else [])],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    with process:
        process.stderr.readline()
        try:
            yield process
        finally:
            process.kill()


def _finished(folder: Path) -> list[int]:
    """Photos and tests of spots that are on disk."""
    with contextlib.closing(sqlite3.connect(folder / "job.sqlite")) as base:
        photos = base.execute("SELECT count(row) FROM photos").fetchone()[0]
        return [int(photos), int(base.execute("SELECT count(*) FROM tests").fetchone()[0])]


if __name__ == "__main__":
    print(json.dumps(memory(int(sys.argv[1]))))
