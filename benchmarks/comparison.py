"""How often a comparison of two audits is wrong: of one model twice, of models alike, of two that differ.

    python -m benchmarks.comparison --cache FOLDER [--count 20] [--minutes 30]

``--cache`` holds the rendered test pictures. Of each set of 30 pictures, 20 of them mugs and 14 of those with
the badge, three audits are made, with the settings that an audit has by default: two of one model with
different seeds (the shortcut twin and the sound model in turn), which must compare as alike; and one of each
model, where the badge is the difference to be named first. Models alike are the same model with a little
noise on the weights of its last step: they are only asked, and what :mod:`saliency.audit.comparison.paired`
says of their right answers is counted. What is in the results already is not measured again.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from PIL import Image

import models
from benchmarks.audit_sets import write_pictures
from benchmarks.audits import Results
from benchmarks.rendered import add_cache, unseen_pictures
from benchmarks.tables import line, write_table
from models.showroom.rendering.products import LABELS
from models.showroom.training.pictures import PictureStore
from saliency.audit import audit, gather, start
from saliency.audit.comparison.comparison import AuditComparison, comparison
from saliency.audit.comparison.cross_trials import run_cross_trials
from saliency.audit.comparison.finding_changes import FindingState
from saliency.audit.comparison.paired import CHANCE, paired
from saliency.audit.comparison.side import read_side
from saliency.audit.job import Job
from saliency.audit.reports.comparison.verdict import comparison_verdict
from saliency.classifier import Classifier
from saliency.network.last_step import LastStep
from saliency.photo.reading import read_photo

RESULTS = Path(__file__).parent / "results" / "comparison.json"
PAGE = Path(__file__).parents[1] / "docs" / "comparing_audits.md"
TWIN, SOUND = models.SHORTCUT, models.SHOWROOM
PICTURES, MUGS, CARRIERS = 30, 20, 14
BADGE = "lower right corner"
"""The place of the badge, as an audit names it."""

NOISES = (0.01, 0.03, 0.1)
"""Standard deviation of the noise, as a share of that of the weights that it is put on."""

DRAWS = 20
"""Models alike for each size of the noise."""

_SEED = 220


def small_set(store: PictureStore, number: int) -> tuple[list[int], frozenset[int]]:
    """Rows of the store for a set, and those of them that get a badge."""
    r = np.random.default_rng((_SEED, number))
    rows, mug = store.rendered_rows(), LABELS.index("mug")
    labels = store.labels[rows]
    mugs = r.permutation(rows[labels == mug])[:MUGS].tolist()
    others = r.permutation(rows[labels != mug])[: PICTURES - MUGS].tolist()
    return sorted([*mugs, *others]), frozenset(mugs[:CARRIERS])


def set_record(store: PictureStore, number: int, classifiers: dict[str, Classifier]) -> dict[str, Any]:
    """What two comparisons of a set show: of one model with two seeds, and of the twin and the sound one."""
    rows, carriers = small_set(store, number)
    same = TWIN if number % 2 == 0 else SOUND
    with TemporaryDirectory() as folder:
        flat, photos = Path(folder, "flat"), Path(folder, "photos")
        write_pictures(store, rows, flat, carriers=carriers)
        for row in rows:
            target = photos / LABELS[store.labels[row]]
            target.mkdir(parents=True, exist_ok=True)
            (flat / f"{row:05}.png").rename(target / f"{row:05}.png")
        jobs = {}
        for name, seed in ((TWIN, 0), (SOUND, 0), (same, 1)):
            jobs[name, seed] = Path(folder, f"{name}-{seed}")
            with start(
                jobs[name, seed], classifiers[name], gather(photos, labels="folders"), seed=seed
            ) as job:
                audit(job, classifiers[name], photos)
        alike = compared(jobs[same, 0], jobs[same, 1], photos, classifiers[same], classifiers[same])
        apart = compared(jobs[TWIN, 0], jobs[SOUND, 0], photos, classifiers[TWIN], classifiers[SOUND])
    return {"same": same, "alike": alike, "apart": apart}


def compared(
    old: Path, new: Path, photos: Path, old_model: Classifier, new_model: Classifier
) -> dict[str, Any]:
    """What a comparison says, its findings tried with both models first."""
    with Job(new) as job:
        sides = read_side(old), read_side(new)
        run_cross_trials(job, *sides, photos, new_model=new_model, old_model=old_model)
        shown: AuditComparison = comparison(job, *sides)
    first = next((f for f in shown.findings if f.better or f.worse), None)
    return {
        "outcome": str(shown.outcome),
        "sentence": comparison_verdict(shown).sentence,
        "findings": [[str(finding.state), finding.place] for finding in shown.findings],
        "moved": any(f.state in (FindingState.NEW, FindingState.GONE) for f in shown.findings),
        "first": None if first is None else first.place,
    }


def noise_record(store: PictureStore, classifier: Classifier, count: int) -> dict[str, Any]:
    """Of how many sets McNemar's test says that right answers differ, by the size of the noise."""
    step = LastStep.of(classifier.graph)
    rows = store.rendered_rows()
    features = torch.cat([step.features(_received(classifier, store, row)) for row in rows.tolist()])
    labels = torch.from_numpy(np.array(store.labels[rows], np.int64))
    place = {row: number for number, row in enumerate(rows.tolist())}
    sets = [[place[row] for row in _any_set(rows, number)] for number in range(count)]

    def right(weight: torch.Tensor) -> torch.Tensor:
        return (features @ weight.T + step.bias).argmax(1) == labels

    own, told = right(step.weight), {}
    for noise in NOISES:
        differ = changed = 0
        for draw in range(DRAWS):
            generator = torch.Generator().manual_seed(1000 * draw + 7)
            noised = torch.randn(step.weight.shape, generator=generator) * step.weight.std() * noise
            other = right(step.weight + noised)
            for chosen in sets:
                answers = paired(zip(own[chosen].tolist(), other[chosen].tolist(), strict=True))
                differ += answers.p_value <= CHANCE
                changed += answers.lost + answers.won > 0
        told[str(noise)] = [differ, changed, DRAWS * count]
    return told


def _any_set(rows: np.ndarray, number: int) -> list[int]:
    """150 pictures, drawn anew."""
    r = np.random.default_rng((_SEED + 1, number))
    drawn: list[int] = r.permutation(rows)[:150].tolist()
    return drawn


def _received(classifier: Classifier, store: PictureStore, row: int) -> torch.Tensor:
    x, _ = classifier.prepare(read_photo(Image.fromarray(np.array(store.pixels[row]))))
    return x


def write(page: Path, results: Results) -> None:
    """Writes the table."""
    write_table(page, "how often a comparison is wrong", lines(results))


def lines(results: Results) -> list[str]:
    """What was compared, how often, and how often that is wrong."""
    sets = [entry["is"] for key, entry in sorted(results.entries.items()) if key.startswith("set ")]
    table = [line(("Compared", "How often", "Figure", "Times")), line(("---",) * 4)]
    for name in (TWIN, SOUND):
        every = [one["alike"] for one in sets if one["same"] == name]
        wrong = sum(one["outcome"] in ("better", "worse", "better and worse") for one in every)
        moved = sum(one["moved"] for one in every)
        what = f"{name} with itself, another seed"
        table.append(line((what, str(len(every)), "called better or worse", str(wrong))))
        table.append(line((what, str(len(every)), "a finding called new or gone", str(moved))))
    for size, (differ, changed, count) in results.entries.get("noise", {}).get("is", {}).items():
        what = f"{SOUND} and itself with noise of {100 * float(size):g} %"
        table.append(line((what, str(count), "right answers said to differ", str(differ))))
        table.append(line((what, str(count), "any right answer changed", str(changed))))
    apart = [one["apart"] for one in sets]
    first = sum(one["first"] is not None and BADGE in one["first"] for one in apart)
    better = sum(one["outcome"] == "better" for one in apart)
    table.append(line((f"{TWIN}, then {SOUND}", str(len(apart)), "the badge is named first", str(first))))
    table.append(
        line((f"{TWIN}, then {SOUND}", str(len(apart)), "called better, and not worse", str(better)))
    )
    return table


def main() -> None:
    """Measures what is missing, and writes the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.comparison", description=__doc__)
    add_cache(parser)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--count", type=int, default=20, help="sets")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no set after these")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results, end = Results(options.results), time.monotonic() + 60 * options.minutes
    store = unseen_pictures(options.cache)
    classifiers = {name: models.load(name) for name in (TWIN, SOUND)}
    results.once("noise", lambda: noise_record(store, classifiers[SOUND], options.count))
    for number in range(options.count):
        if time.monotonic() < end:
            results.once(f"set {number:02}", lambda n=number: set_record(store, n, classifiers))  # type: ignore[misc]
    write(options.page, results)


if __name__ == "__main__":
    main()
