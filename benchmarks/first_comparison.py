"""Where do the built-in models and the views up front differ most? ``python -m benchmarks.first_comparison``.

The Compare page opens on one sample and one pair. For every sample this asks every pair of built-in models
with the quick view, and every built-in model with the quick and the careful view, and states how far they
differ: in the answer, in whether each model knows what the photo shows, and in where the maps lie.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import models
from benchmarks.machine import provenance
from benchmarks.tables import line, write_table
from saliency.agreement import agreement
from saliency.classifier import Classifier
from saliency.explanation import Explanation, explain
from saliency.methods.registry import compatible
from saliency.names import positions
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from ui.views.quick_and_careful import CAREFUL, QUICK, method_of
from ui.widgets.samples import samples

MODELS = (models.EVERYDAY, models.SHOWROOM, models.SHORTCUT)
_VIEWS = 5  # rows of two views
PAGE = Path(__file__).parents[1] / "docs" / "comparisons.md"


def answer(classifier: Classifier, photo: Photo, view: str) -> Explanation:
    """The map of a view for the top guess, with whether the model knows what the photo shows."""
    method = method_of(view, compatible(classifier.graph))
    assert method is not None
    prepared = PreparedPhoto(classifier, photo)
    _ = prepared.familiarity
    return explain(classifier, photo, method=method.key, prepared=prepared)


def measure() -> Iterator[dict[str, Any]]:
    """A row for every sample and pair."""
    classifiers = {key: models.load(key) for key in MODELS}
    for key, sample in samples().items():
        quick = {name: answer(classifier, sample.photo, QUICK) for name, classifier in classifiers.items()}
        pairs = [((left, quick[left]), (right, quick[right])) for left, right in combinations(MODELS, 2)]
        for name, classifier in classifiers.items():
            careful = answer(classifier, sample.photo, CAREFUL)
            pairs.append(((f"{name}, {QUICK}", quick[name]), (f"{name}, {CAREFUL}", careful)))
        for sides in pairs:
            yield {"sample": key, "shows": sample.label, **row(*sides)}


def row(left: tuple[str, Explanation], right: tuple[str, Explanation]) -> dict[str, Any]:
    """How far two sides differ."""
    found = agreement(left[1], right[1])
    answers = [side.target.label for _, side in (left, right)]
    labels = [side.prepared.classifier.labels for _, side in (left, right) if side.prepared]
    return {
        "sides": [left[0], right[0]],
        "answers": answers,
        "known_to_both": all(positions(label, names) for label in answers for names in labels),
        "scores": [round(side.target.score, 2) for _, side in (left, right)],
        "footing": [str(side.familiarity.footing) if side.familiarity else "" for _, side in (left, right)],
        "beyond_chance": round(found.beyond_chance, 2),
        "maps": str(found.verdict),
    }


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Pairs of models that give different answers to the same names; then the views furthest apart."""
    yield line(("Sample", "Left / right", "Answers", "Maps", "Overlap beyond chance"))
    yield "|---|---|---|---|--:|"
    rows = sorted(rows, key=lambda each: float(each["beyond_chance"]))
    differing = [each for each in rows if each["known_to_both"] and len(set(each["answers"])) > 1]
    views = [each for each in rows if "," in each["sides"][0]]
    for each in [*differing, *views[:_VIEWS]]:
        answers = zip(each["answers"], each["scores"], strict=True)
        said = " / ".join(dict.fromkeys(f"{label} ({score:.2f})" for label, score in answers))
        pair = " / ".join(each["sides"])
        yield line((f"`{each['sample']}`", pair, said, each["maps"], f"{each['beyond_chance']:.2f}"))


def main() -> None:
    """Prints all rows, and puts the table into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, help="a file for all rows, as JSON; read where it is there")
    arguments = parser.parse_args()
    if arguments.rows and arguments.rows.is_file():
        rows = json.loads(arguments.rows.read_text())
    else:
        rows = []
        for each in measure():
            rows.append(each)
            print(json.dumps(each), flush=True)
        if arguments.rows:
            arguments.rows.write_text(json.dumps(rows, indent=1))
    if PAGE.is_file():
        write_table(PAGE, "pairs", [*table(rows), "", provenance("benchmarks.first_comparison")])


if __name__ == "__main__":
    main()
