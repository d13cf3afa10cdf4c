"""The natural shortcut: fish are mostly held by people. What an audit of the built-in model shows of it."""

from __future__ import annotations

from pathlib import Path

import models
from benchmarks.shortcuts.photos import CLASSES, files
from benchmarks.shortcuts.plants import plain
from benchmarks.shortcuts.sets import NATURAL
from benchmarks.shortcuts.sheets import marked, sheet
from saliency.audit import audit, gather, start
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.sentences import finding_sentence

FISH, OTHERS = 120, 8
"""Photos of fish, and of each other class."""


def write_fish(folder: Path) -> None:
    """Audits fish; prints what answers depend on, and writes a sheet of photos for each into a new folder."""
    photos = folder / "photos"
    photos.mkdir(parents=True)
    for name in CLASSES:
        for path in files("val", name)[: FISH if name == NATURAL else OTHERS]:
            (photos / f"{name}-{path.stem}.jpg").write_bytes(plain(path).content)
    classifier = models.load(models.EVERYDAY)
    with start(folder / "job", classifier, gather(photos)) as job:
        found = [one for one in audit(job, classifier, photos).findings if one.verdict is Verdict.DEPENDS]
    for place, finding in enumerate(found):
        print(f"{finding.guess}, {finding.kind}, {finding.place}: {finding_sentence(finding)}")
        boxes = {crop.file: crop.box for crop in finding.crops or ()}
        names = list(boxes) or list(finding.files)
        pictures = [marked((photos / name).read_bytes(), boxes.get(name, finding.box)) for name in names]
        sheet(pictures, 8).save(folder / f"{place}.png")
