"""Whether audits see that answers go by a product's surroundings: ``python -m benchmarks.surroundings``.

Sets of rendered pictures with exact masks: half of them mugs, four of five of these with a badge outside the
product, as the shortcut twin learned it; the rest other products without one. Each is audited by the twin,
for which the badge is a mug, and by Showroom, for which it means nothing; with masks, and with boxes around
these. What counts was fixed before the first run: the twin's audits say that answers depend on the
surroundings, Showroom's do not. Writes the table of ``docs/audits.md``.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

import models
from benchmarks.audit_costs import plain_loop
from benchmarks.machine import provenance
from benchmarks.rendered import add_cache, unseen_pictures
from benchmarks.tables import line, write_table
from models.showroom.rendering.badge import GIVEN_AWAY, with_badge
from models.showroom.rendering.products import LABELS, NONE
from models.showroom.training.pictures import PictureStore
from saliency.audit import Job, gather, start
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.rows import Result
from saliency.audit.evidence.surroundings.figures import (
    SurroundingsGroup,
    SurroundingsRecord,
    SurroundingsVerdict,
)
from saliency.audit.evidence.surroundings.plan import surroundings_plan
from saliency.audit.evidence.surroundings.record import surroundings_record
from saliency.audit.reports.surroundings_words import COLUMNS
from saliency.audit.workers.pool import LocalPool, PhotoTask
from saliency.classifier import Classifier

PAGE = Path(__file__).parents[1] / "docs" / "audits.md"
PICTURES, BADGED = 60, 0.8
_SEED = 2026
_MARKS = ("masks", "boxes")
_CONTROLS = 1  # of areas, which are not what is measured here
_ROUNDS = 3


def rows(store: PictureStore, seed: int) -> tuple[list[int], frozenset[int]]:
    """The pictures of a set, and those with a badge."""
    r = np.random.default_rng(seed)
    labels = np.array(store.labels)
    mugs = r.choice(np.flatnonzero(labels == LABELS.index(GIVEN_AWAY)), PICTURES // 2, replace=False)
    rendered = set(LABELS) - {GIVEN_AWAY, NONE}
    others = np.flatnonzero(np.isin(labels, [LABELS.index(label) for label in rendered]))
    rest = r.choice(others, PICTURES // 2, replace=False)
    return [*mugs.tolist(), *rest.tolist()], frozenset(mugs[: round(BADGED * len(mugs))].tolist())


def write_set(store: PictureStore, numbers: Sequence[int], badged: frozenset[int], folder: Path) -> None:
    """A folder a class in ``photos``, the masks in ``masks``, the boxes around them in ``boxes.csv``."""
    with (folder / "boxes.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("file", "x", "y", "w", "h", "name"))
        for row in numbers:
            pixels, mask = np.array(store.pixels[row]), store.mask(np.array([row]))[0]
            height, width = mask.shape
            if row in badged:
                pixels, (left, top, across, down) = with_badge(pixels, store.first + row)
                rest = mask.copy()
                rest[
                    int(top * height) : int((top + down) * height) + 1,
                    int(left * width) : int((left + across) * width) + 1,
                ] = False
                mask = rest
            name = Path(LABELS[store.labels[row]], f"{row:05}.png")
            for part, picture in (("photos", pixels), ("masks", mask.astype(np.uint8) * 255)):
                path = folder / part / name
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(picture).save(path)
            down_, across_ = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            left, top = across_[0] / width, down_[0] / height
            size = (across_[-1] + 1) / width - left, (down_[-1] + 1) / height - top
            table.writerow((name.as_posix(), left, top, *size, "product"))


def measured(classifier: Classifier, folder: Path, marks: str) -> SurroundingsRecord:
    """What an audit says of the surroundings; of the rest, only rows are computed."""
    photos, pool = folder / "photos", LocalPool(classifier)
    areas = {"masks": folder / "masks"} if marks == "masks" else {"boxes": folder / "boxes.csv"}
    source = gather(photos, labels="folders", **areas)
    with (
        TemporaryDirectory() as job_folder,
        start(Path(job_folder), classifier, source, controls=_CONTROLS) as job,
    ):
        tasks = [PhotoTask(number, item) for number, item in enumerate(source.items)]
        _keep(job, pool.results(job, photos, tasks, _untold))
        plan = surroundings_plan(guess_groups(job.finished(), job.coarse_map), classifier.labels, job.item)
        _keep(job, pool.results(job, photos, plan.tasks, _untold))
        record = surroundings_record(plan, job.surroundings())
    assert record is not None
    return record


def _keep(job: Job, results: Iterable[Result]) -> None:
    for result in results:
        job.keep(result)


def _untold(done: int, total: int) -> None:
    """Nobody is told how far it is."""


def _shares(groups: Sequence[SurroundingsGroup], less: Sequence[SurroundingsGroup] = ()) -> list[str]:
    """The share of hits with each kind of surroundings, over sets, in per cent; some groups taken away."""
    shares = []
    for field in COLUMNS:
        hits = photos = 0
        for sign, part in ((1, groups), (-1, less)):
            for group in part:
                count = getattr(group, field)
                hits, photos = hits + sign * count.hits, photos + sign * count.photos
        shares.append(f"{100 * hits / photos:.0f} %")
    return shares


def cost(store: PictureStore) -> str:
    """Processor time of a photo's task beside that of the plain loop, in one process, in turn."""
    classifier, plain, tasks = models.load(models.SHOWROOM), [], []
    with TemporaryDirectory() as folder:
        write_set(store, *rows(store, _SEED), Path(folder))
        photos = Path(folder, "photos")
        files = sorted(photos.rglob("*.png"))
        source = gather(photos, labels="folders", masks=Path(folder, "masks"))
        with start(Path(folder, "job"), classifier, source, controls=_CONTROLS) as job:
            pool = LocalPool(classifier)
            photo_tasks = [PhotoTask(number, item) for number, item in enumerate(source.items)]
            _keep(job, pool.results(job, photos, photo_tasks, _untold))
            groups = guess_groups(job.finished(), job.coarse_map)
            plan = surroundings_plan(groups, classifier.labels, job.item)
            for number in range(_ROUNDS + 1):
                begin = time.process_time()
                plain_loop(classifier, files)
                middle = time.process_time()
                list(pool.results(job, photos, plan.tasks, _untold))
                if number:  # the first one warms up
                    plain.append((middle - begin) / len(files))
                    tasks.append((time.process_time() - middle) / len(plan.tasks))
    ratio = median(task / loop for task, loop in zip(tasks, plain, strict=True))
    return (
        f"A photo's task costs {ratio:.1f} × a plain loop's reading and prediction of a photo "
        f"({1000 * median(tasks):.0f} ms by {1000 * median(plain):.1f} ms of processor time, Showroom, "
        f"photos of 224 × 224; median of {_ROUNDS} rounds)."
    )


def main() -> None:
    """Measure, print and write the table."""
    command = argparse.ArgumentParser(description=__doc__)
    add_cache(command)
    command.add_argument("--sets", type=int, default=10, help="how many sets")
    options = command.parse_args()
    store = unseen_pictures(options.cache)
    found: dict[tuple[str, str], list[SurroundingsRecord]] = {}
    spent, seconds = cost(store), time.process_time()
    print(spent, flush=True)
    for number in range(options.sets):
        with TemporaryDirectory() as folder:
            write_set(store, *rows(store, _SEED + number), Path(folder))
            for model in (models.SHORTCUT, models.SHOWROOM):
                classifier = models.load(model)
                for marks in _MARKS:
                    record = measured(classifier, Path(folder), marks)
                    found.setdefault((model, marks), []).append(record)
        print(number + 1, f"{time.process_time() - seconds:.0f} s", flush=True)
        write_table(PAGE, "surroundings", [*_lines(found), "", spent])


def _lines(found: dict[tuple[str, str], list[SurroundingsRecord]]) -> list[str]:
    names = {models.SHORTCUT: "twin", models.SHOWROOM: "Showroom"}
    head = ("model", "marked by", "photos", *COLUMNS.values(), "audits with *depends* on the surroundings")
    lines = [provenance("benchmarks.surroundings"), "", line(head), line(["---"] * 3 + ["--:"] * 8)]
    for (model, marks), records in found.items():
        said = sum(bool(record.depends) for record in records)
        groups = [group for record in records for group in record.groups]
        mugs = [group for group in groups if group.label == GIVEN_AWAY]
        everything = [group for group in groups if group.label is None]
        clear = sum(group.verdict is SurroundingsVerdict.DEPENDS for group in mugs)
        lines += [
            line((names[model], marks, "mugs", *_shares(mugs), f"{clear} of {len(mugs)}, of mugs")),
            line((names[model], marks, "others", *_shares(everything, mugs), "")),
            line((names[model], marks, "all", *_shares(everything), f"{said} of {len(records)}")),
        ]
    return lines


if __name__ == "__main__":
    main()
