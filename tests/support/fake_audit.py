"""Audits made up: a job with rows and maps, and what it shows, without a model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from saliency.audit import Audit, Item, Job, Settings, Source
from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import candidates, classes
from saliency.audit.evidence.review import review

SETTINGS = Settings("A model", "ab" * 32, "grad-cam", "", "whole", 7, 19, "cd" * 32)


def outcome(*, changed: bool) -> dict:
    """What covering a place did."""
    return {
        "finding": "depends" if changed else "little",
        "changed": changed,
        "changed_elsewhere": 0.1,
        "controls": 19,
        "before": 0.9,
        "after": 0.1 if changed else 0.9,
        "elsewhere": 0.9,
        "enough_alone": changed,
        "stays_alone_elsewhere": 0.0,
    }


def fake(
    folder: Path,
    photos: Path,
    count: int,
    *,
    guesses: Sequence[str] = ("mug",),
    file: Callable[[int], str] = "{:04}.png".format,
    labels: bool = True,
    found: bool = True,
    area: str = "",
    settings: Settings = SETTINGS,
    size: tuple[int, int] = (96, 72),
    broken: Sequence[tuple[str, str]] = (),
) -> tuple[Job, Audit]:
    """A finished job and what it shows: influence in the lower right corner, on which guesses depend."""
    r = np.random.default_rng(0)
    names = [file(at) for at in range(count)]
    job = Job(folder)
    job.begin(settings, Source(photos, tuple(Item(name) for name in names), "ef" * 32, tuple(broken)))
    rows, columns = np.mgrid[:16, :16]
    for at, name in enumerate(names):
        guess = guesses[at % len(guesses)]
        (photos / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(r.integers(60, 200, (size[1], size[0], 3), dtype=np.uint8)).save(
            photos / name, compress_level=1
        )
        digest = hashlib.sha256((photos / name).read_bytes()).hexdigest()
        y, x = (13.5, 13.5) if found else r.uniform(1, 15, 2)
        cells = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 6).astype(np.float32)
        right = (at % 7 != 0) if labels else None
        areas = [
            {"name": area, "box": [0.1, 0.1, 0.3, 0.3], "influence": None, "cover": outcome(changed=found)}
        ]
        row = {
            "file": name, "state": "done", "photo_sha256": digest, "guess": guess, "right": right,
            "label": (guess if right else "lamp") if labels else None, "unknown": False, "map": "spots",
            "scores": [{"label": guess, "score": 0.91}], "second_view": None, "areas": areas if area else [],
        }  # fmt: skip
        job.finish(at, digest, row, cells)
    return job, shown(job, settings, count, found=found, broken=broken)


def shown(job: Job, settings: Settings, count: int, *, found: bool, broken: Sequence = ()) -> Audit:
    """What such a job shows."""
    groups = classes(job.rows())
    asked = candidates(groups, seed=settings.seed)
    tests: dict[str, dict[int, dict]] = {}
    for one in asked:
        tests.setdefault(one.spot.key, {}).update((at, outcome(changed=found)) for at in one.numbers)
    made = findings(groups, asked, tests, seed=settings.seed)
    listed = review(groups, made, tests)
    return Audit(settings, made, groups, listed, list(broken), count + len(broken))
