"""Small sets of photos for audits by the classifiers of ``corner``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from corner import SIDE, Corner, classifier
from PIL import Image

from saliency.audit import Audit, Item, Job, Source, audit, gather, start

METHOD = "input-x-gradient"
JUDGE = classifier(Corner())


def make_set(folder: Path, bright: int = 18, dark: int = 3, broken: int = 1) -> Path:
    """Pictures with a white corner, dark ones, and files that are no pictures, in three sub-folders."""
    r = np.random.default_rng(0)
    for name, count in (("bright", bright), ("dark", dark)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            pixels = r.integers(0, 60, (SIDE, SIDE, 3), dtype=np.uint8)
            if name == "bright":
                pixels[: SIDE // 4, : SIDE // 4] = 255
            Image.fromarray(pixels).save(folder / name / f"{number:02}.png")
    for number in range(broken):
        (folder / "broken").mkdir(exist_ok=True)
        (folder / "broken" / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    return folder


def begun(folder: Path, source: Source, **more: object) -> Job:
    """A job on such a set."""
    return start(folder, JUDGE, source, **{"method": METHOD, "controls": 19, **more})


def audited(folder: Path, source: Source, **more: object) -> Audit:
    """The same, finished."""
    with begun(folder, source, **more) as job:
        return audit(job, JUDGE, source.folder)


__all__ = ["JUDGE", "METHOD", "Item", "audited", "begun", "gather", "make_set"]
