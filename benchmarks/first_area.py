"""How often the strongest place of a map alone leaves a verdict open, and all strong places together do not.

The page tests the strongest place by itself, and where that tells little, all strong places together, then
the whole thing that the map points to. For comparison, as many boxes of the same sizes are put anywhere, and
the shape of the whole thing is put where the map has least. ``python -m benchmarks.first_area FOLDER``
prints the table of ``docs/checks.md`` for the photos in a folder and those below it; ``--half odd`` takes
every second one, so that something chosen on the others can be confirmed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import numpy as np

import models
from benchmarks.machine import description
from benchmarks.tables import line
from models import EVERYDAY
from saliency import Explanation, explain
from saliency.checks.check import area_test
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.checks.suggestions import suggestions, whole_thing
from saliency.photo.area import Area, Box
from saliency.photo.reading import SUFFIXES, read_photo
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.conclusion import conclude
from saliency.verdict.evidence import Verdict

VIEW = "hires-layer-cam"  # the quick view
_SAYS = (
    Verdict.UNKNOWN,
    Verdict.DOES_NOT,
    Verdict.PARTLY,
    Verdict.EITHER,
    Verdict.DEPENDS,
)  # the least first
OPEN = (Verdict.DOES_NOT, Verdict.PARTLY, Verdict.UNKNOWN)
ALONE, TOGETHER, ANYWHERE = "strongest place alone", "all places together", "as many boxes, anywhere"
BEFORE, WHOLE = "still open: the better of the two", "still open: the whole thing"
LEAST = "the same shape where the map has least"
_LARGER = 1.2  # times the strongest place, as in `ui.check.first_area`
_PLACES = 9  # that a shape is tried at in each direction


def verdict(question: ScoreQuestion, boxes: Iterable[Box]) -> Verdict:
    """What testing boxes as one area comes to."""
    probe = AreaProbe.of(question, Area(tuple(boxes)))
    test = area_test(probe)
    return conclude(probe, cover=test.cover, keep=test.keep).verdict


def verdicts(paths: Iterable[Path], seed: int = 0) -> tuple[int, int, dict[str, Counter[Verdict]]]:
    """Photos, those with several places whose strongest leaves it open, and the verdicts on those."""
    classifier, r = models.load(EVERYDAY), np.random.default_rng(seed)
    photos = left_open = 0
    counts: dict[str, Counter[Verdict]] = {
        name: Counter() for name in (ALONE, TOGETHER, ANYWHERE, BEFORE, WHOLE, LEAST)
    }
    for path in paths:
        prepared = PreparedPhoto(classifier, read_photo(path.read_bytes(), name=path.name))
        explanation = explain(classifier, prepared.photo, method=VIEW, prepared=prepared)
        question = ScoreQuestion(prepared, explanation.target, None)
        boxes = [area.boxes[0] for area in suggestions(explanation)]
        photos += 1
        if not boxes or (first := verdict(question, boxes[:1])) not in OPEN:
            continue
        told = [first]
        if len(boxes) > 1:
            left_open += 1
            moved = [(r.random() * (1 - w), r.random() * (1 - h), w, h) for _, _, w, h in boxes]
            told.append(verdict(question, boxes))
            counts[ALONE][first] += 1
            counts[TOGETHER][told[-1]] += 1
            counts[ANYWHERE][verdict(question, moved)] += 1
        whole = whole_thing(explanation)
        if told[-1] in OPEN and whole is not None and larger(whole, boxes[0]):
            counts[BEFORE][max(told, key=_SAYS.index)] += 1
            counts[WHOLE][verdict(question, whole.boxes)] += 1
            counts[LEAST][verdict(question, least(explanation, whole))] += 1
    return photos, left_open, counts


def larger(area: Area, box: Box) -> bool:
    """Whether a whole thing is so much larger than the strongest place that the page tests it as well."""
    whole, strongest = (float(one.on_photo((100, 100)).mean()) for one in (area, Area((box,))))
    return whole > _LARGER * strongest


def least(explanation: Explanation, area: Area) -> tuple[Box, ...]:
    """The boxes of an area, mirrored or not, moved inside the photo to where the map has least influence."""
    field, (left, top, width, height) = explanation.heat_map, area.bounds
    rows, columns = np.linspace(0, 1 - height, _PLACES), np.linspace(0, 1 - width, _PLACES)
    moved = []
    for across, down, x, y in product((False, True), (False, True), columns, rows):
        moved.append(
            tuple(
                (
                    x + (width - (box[0] - left) - box[2] if across else box[0] - left),
                    y + (height - (box[1] - top) - box[3] if down else box[1] - top),
                    box[2],
                    box[3],
                )
                for box in area.boxes
            )
        )

    def inside(boxes: tuple[Box, ...]) -> float:
        return float(field[Area(boxes).on_photo(field.shape[::-1])].sum())

    return min(moved, key=inside)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=200, metavar="N", help="photos at most, spread evenly")
    parser.add_argument("--half", choices=("even", "odd"), help="every second photo, by place in the folder")
    options = parser.parse_args()
    paths = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if options.half is not None:
        paths = paths[options.half == "odd" :: 2]
    photos, left_open, counts = verdicts(paths[:: max(1, len(paths) // options.most)][: options.most])
    print(
        f"{description()}; {photos} photos, {left_open} with several places whose strongest leaves it open.\n"
    )
    print(line(["", *Verdict]), line(["---", *["--:"] * len(Verdict)]), sep="\n")
    for name, count in counts.items():
        print(line([name, *(str(count[kind]) for kind in Verdict)]))


if __name__ == "__main__":
    main()
