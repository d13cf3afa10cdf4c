"""What a whole audit costs beside a plain loop: ``python -m benchmarks.whole_audits MODEL FOLDER``.

Everything that an audit does by default, with a job on disk, but for the reports: each photo's row, what is
tried on photos, the set itself; with ``--marked``, also a named product in each photo, covered and put into
other surroundings. Beside it a loop that reads, frames and normalises the same files and hands them to the
same graph sixteen at a time. Processor time of one process, one thread; prints a row of ``docs/audits.md``.
With ``--labelled``, photos are labelled with the folder that each lies in, so that confusions are explained.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

import models
from benchmarks.audit_costs import plain_loop, resnet50
from benchmarks.tables import line
from saliency.audit import Job, audit, gather, start
from saliency.audit.evidence.contrast import CONTRAST
from saliency.audit.evidence.pasted import PASTED
from saliency.audit.evidence.rows import Result
from saliency.audit.inputs.areas import NamedBox
from saliency.audit.reports.cost_words import cost_of
from saliency.audit.workers.pool import LocalPool, Task, TrialTask
from saliency.classifier import Classifier
from saliency.methods.registry import usual
from saliency.photo.reading import SUFFIXES
from saliency.progress import Progress

HEAD = (
    "model", "photos", "plain loop, a photo", "rows and maps", "trials and the set", "whole audit",
    "said before the start, at most", "candidates not tried", "confusions explained", "things pasted",
)  # fmt: skip
_PRODUCT = NamedBox("product", (0.25, 0.25, 0.5, 0.5))


class TimedPool(LocalPool):
    """Notes the processor time of each kind of task, with what it takes to keep what comes of them."""

    def __init__(self, classifier: Classifier) -> None:
        """Nothing is computed yet."""
        super().__init__(classifier)
        self.seconds: dict[str, float] = defaultdict(float)
        self.tasks: dict[str, int] = defaultdict(int)

    def results(
        self, job: Job, folder: Path, tasks: Sequence[Task], on_progress: Progress
    ) -> Iterator[Result]:
        """As it does; the tasks of a call are of one kind."""
        begin = time.process_time()
        yield from super().results(job, folder, tasks, on_progress)
        if tasks:
            self.seconds[_kind(tasks[0])] += time.process_time() - begin
            self.tasks[_kind(tasks[0])] += len(tasks)


def _kind(task: Task) -> str:
    if not isinstance(task, TrialTask):
        return type(task).__name__
    key = task.trials[0][0]
    return CONTRAST if key == CONTRAST else PASTED if key.startswith(PASTED) else "trials"


def measured(
    classifier: Classifier, folder: Path, count: int, *, marked: bool, labelled: bool = False
) -> tuple[str, ...]:
    """One row: each figure by the plain loop's time a photo."""
    everywhere = [_PRODUCT] if marked else []
    with TemporaryDirectory() as place:
        photos = Path(place, "photos")
        photos.mkdir()
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
        for number, path in enumerate(found[:: max(1, len(found) // count)][:count]):
            copy = photos / (path.parent.name if labelled else "") / f"{number:05}{path.suffix}"
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(path, copy)
        files = sorted(path for path in photos.rglob("*") if path.is_file())
        plain_loop(classifier, files[:8])  # warms up
        begin = time.process_time()
        plain_loop(classifier, files)
        plain = (time.process_time() - begin) / len(files)
        steps = {}

        def note(step: str, done: int, total: int) -> None:
            steps.setdefault(step, time.process_time())

        source = gather(photos, labels="folders" if labelled else None, everywhere=everywhere)
        pool = TimedPool(classifier)
        begin = time.process_time()
        with start(Path(place, "job"), classifier, source, method=usual(classifier.graph)) as job:
            result = audit(job, classifier, photos, on_progress=note, pool=pool)
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
        *(
            f"{pool.seconds[kind] / len(files) / plain:.2f} × ({pool.tasks[kind]} photos)"
            for kind in (CONTRAST, PASTED)
        ),
    )


def main() -> None:
    """Measure and print."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.whole_audits", description=__doc__)
    command.add_argument("model", help="a model's name, or “resnet50” for one with random weights")
    command.add_argument("folder", type=Path)
    command.add_argument("--photos", type=int, default=150)
    command.add_argument("--marked", action="store_true", help="with a box named product in each photo")
    command.add_argument("--labelled", action="store_true", help="folders say what photos show")
    options = command.parse_args()
    torch.set_num_threads(1)
    classifier = resnet50() if options.model == "resnet50" else models.load(options.model)
    print(line(HEAD))
    row = measured(
        classifier, options.folder, options.photos, marked=options.marked, labelled=options.labelled
    )
    print(line(row))


if __name__ == "__main__":
    main()
