"""What a whole audit costs beside a plain loop: ``python -m benchmarks.whole_audits MODEL FOLDER``.

Everything that an audit does by default, with a job on disk, but for the reports: each photo's row, what is
tried on photos, the set itself; with ``--marked``, also a named product in each photo, covered and put into
other surroundings. Beside it a loop that reads, frames and normalises the same files and hands them to the
same graph sixteen at a time. Processor time of one process, one thread; prints a row of ``docs/audits.md``.
"""

from __future__ import annotations

import argparse
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

import models
from benchmarks.audit_costs import plain_loop, resnet50
from benchmarks.tables import line
from saliency.audit import audit, gather, start
from saliency.audit.inputs.areas import NamedBox
from saliency.audit.reports.cost_words import cost_of
from saliency.classifier import Classifier
from saliency.methods.registry import usual
from saliency.photo.reading import SUFFIXES

HEAD = (
    "model", "photos", "plain loop, a photo", "rows and maps", "trials and the set", "whole audit",
    "said before the start, at most", "candidates not tried",
)  # fmt: skip
_PRODUCT = NamedBox("product", (0.25, 0.25, 0.5, 0.5))


def measured(classifier: Classifier, folder: Path, count: int, *, marked: bool) -> tuple[str, ...]:
    """One row: each figure by the plain loop's time a photo."""
    everywhere = [_PRODUCT] if marked else []
    with TemporaryDirectory() as place:
        photos = Path(place, "photos")
        photos.mkdir()
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
        for number, path in enumerate(found[:: max(1, len(found) // count)][:count]):
            shutil.copy(path, photos / f"{number:05}{path.suffix}")
        files = sorted(photos.iterdir())
        plain_loop(classifier, files[:8])  # warms up
        begin = time.process_time()
        plain_loop(classifier, files)
        plain = (time.process_time() - begin) / len(files)
        steps = {}

        def note(step: str, done: int, total: int) -> None:
            steps.setdefault(step, time.process_time())

        source = gather(photos, everywhere=everywhere)
        begin = time.process_time()
        with start(Path(place, "job"), classifier, source, method=usual(classifier.graph)) as job:
            result = audit(job, classifier, photos, on_progress=note)
        end = time.process_time()
    cost = cost_of(source, [usual(classifier.graph)])
    times = [
        (part / len(files)) / plain for part in (steps["spots"] - begin, end - steps["spots"], end - begin)
    ]
    return (
        f"{classifier.name}{', product marked' if marked else ''}",
        str(len(files)),
        f"{1000 * plain:.1f} ms",
        *(f"{value:.1f} ×" for value in times),
        f"{cost.times:.1f} ×",
        str(result.untried),
    )


def main() -> None:
    """Measure and print."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.whole_audits", description=__doc__)
    command.add_argument("model", help="a model's name, or “resnet50” for one with random weights")
    command.add_argument("folder", type=Path)
    command.add_argument("--photos", type=int, default=150)
    command.add_argument("--marked", action="store_true", help="with a box named product in each photo")
    options = command.parse_args()
    torch.set_num_threads(1)
    classifier = resnet50() if options.model == "resnet50" else models.load(options.model)
    print(line(HEAD))
    print(line(measured(classifier, options.folder, options.photos, marked=options.marked)))


if __name__ == "__main__":
    main()
