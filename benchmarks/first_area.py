"""How often the strongest place of a map alone leaves a verdict open, and all strong places together do not.

The page tests the strongest place by itself, and where that tells little, all strong places together. For
comparison, as many boxes of the same sizes are put anywhere. ``python -m benchmarks.first_area FOLDER``
prints the table of ``docs/checks.md`` for the photos in a folder and those below it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import models
from benchmarks.machine import description
from benchmarks.tables import line
from models import EVERYDAY
from saliency import explain
from saliency.checks.check import area_test
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.checks.suggestions import suggestions
from saliency.photo.area import Area, Box
from saliency.photo.reading import SUFFIXES, read_photo
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.conclusion import conclude
from saliency.verdict.evidence import Verdict

VIEW = "hires-layer-cam"  # the quick view
OPEN = (Verdict.DOES_NOT, Verdict.PARTLY, Verdict.UNKNOWN)
ALONE, TOGETHER, ANYWHERE = "strongest place alone", "all places together", "as many boxes, anywhere"


def verdict(question: ScoreQuestion, boxes: Iterable[Box]) -> Verdict:
    """What testing boxes as one area comes to."""
    probe = AreaProbe.of(question, Area(tuple(boxes)))
    test = area_test(probe)
    return conclude(probe, cover=test.cover, keep=test.keep).verdict


def verdicts(paths: Iterable[Path], seed: int = 0) -> tuple[int, int, dict[str, Counter[Verdict]]]:
    """Photos, those with several places whose strongest leaves it open, and the verdicts on those."""
    classifier, r = models.load(EVERYDAY), np.random.default_rng(seed)
    photos = left_open = 0
    counts: dict[str, Counter[Verdict]] = {name: Counter() for name in (ALONE, TOGETHER, ANYWHERE)}
    for path in paths:
        prepared = PreparedPhoto(classifier, read_photo(path.read_bytes(), name=path.name))
        explanation = explain(classifier, prepared.photo, method=VIEW, prepared=prepared)
        question = ScoreQuestion(prepared, explanation.target, None)
        boxes = [area.boxes[0] for area in suggestions(explanation)]
        photos += 1
        if len(boxes) < 2 or (alone := verdict(question, boxes[:1])) not in OPEN:
            continue
        left_open += 1
        moved = [(r.random() * (1 - w), r.random() * (1 - h), w, h) for _, _, w, h in boxes]
        counts[ALONE][alone] += 1
        counts[TOGETHER][verdict(question, boxes)] += 1
        counts[ANYWHERE][verdict(question, moved)] += 1
    return photos, left_open, counts


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=200, metavar="N", help="photos at most, spread evenly")
    options = parser.parse_args()
    paths = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    photos, left_open, counts = verdicts(paths[:: max(1, len(paths) // options.most)][: options.most])
    print(
        f"{description()}; {photos} photos, {left_open} with several places whose strongest leaves it open.\n"
    )
    print(line(["", *Verdict]), line(["---", *["--:"] * len(Verdict)]), sep="\n")
    for name, count in counts.items():
        print(line([name, *(str(count[kind]) for kind in Verdict)]))


if __name__ == "__main__":
    main()
