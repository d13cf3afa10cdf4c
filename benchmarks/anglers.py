"""Does the built-in model know tenches by the fish or by the angler? ``python -m benchmarks.anglers``.

ImageNet's tenches are mostly held by anglers. ``anglers.json`` holds outlines of fish and people, drawn by
eye and with no model's help, on 32 thumbnails of 160 × 160 points: of the first 50 tenches in the photos
beside the project, all on which both are to be seen. For those that the model calls a tench, whole photo:

* how the positive influence of the quick view and of the careful check is shared out among fish, person and
  the rest, beside the shares of the area;
* the score with the fish covered, with the person covered, and with equal areas elsewhere covered instead;
* the score of the fish alone, of the person alone, and of what is left without either.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import models
from benchmarks.machine import provenance
from benchmarks.real_photos import DATA
from saliency.checks.cover import cover, keep
from saliency.checks.influence import influence
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.classifier import Classifier
from saliency.explanation import explain
from saliency.photo.area import Area
from saliency.photo.reading import Photo, read_photo
from saliency.prepared_photo import PreparedPhoto

OUTLINES = Path(__file__).with_suffix(".json")
RESULTS = Path(__file__).parent / "results" / "anglers.json"
_PHOTOS = DATA / "everyday" / "val" / "fish"
_TENCH = 0
_SIDE = 160  # of the thumbnails that the outlines were drawn on
_VIEWS = ("hires-layer-cam", "covered-cam")
"""The quick view and the careful check."""

Mask = NDArray[np.bool_]


def mask(outlines: list[list[int]], photo: Photo) -> Mask:
    """What polygons ``x, y, x, y, …`` enclose of a photo, ``(H, W)``."""
    picture = Image.new("1", (_SIDE, _SIDE))
    for outline in outlines:
        ImageDraw.Draw(picture).polygon(outline, fill=1)
    return np.asarray(picture.resize((photo.width, photo.height)))


def areas(outlines: Mapping[str, list[list[int]]], photo: Photo) -> dict[str, Mask]:
    """Where fish, person and everything else are; hands that hold the fish count as fish."""
    fish = mask(outlines["fish"], photo)
    person = mask(outlines["person"], photo) & ~fish
    return {"fish": fish, "person": person, "rest": ~fish & ~person}


def figures_of(
    classifier: Classifier, photo: Photo, parts: Mapping[str, Mask], views: Sequence[str]
) -> dict[str, Any] | None:
    """What is measured of one photo; ``None`` if the model does not call it a tench."""
    prepared = PreparedPhoto(classifier, photo)
    if prepared.scores[0].index != _TENCH:
        return None
    question = ScoreQuestion.of(prepared)
    probes = {name: AreaProbe.of(question, Area.outline(part, photo)) for name, part in parts.items()}
    figures: dict[str, Any] = {"score": question.before.score}
    figures |= {f"area, {name}": float(probe.mask.double().mean()) for name, probe in probes.items()}
    for key in views:
        view = explain(classifier, photo, method=key, prepared=prepared)
        for name, probe in probes.items():
            inside = influence(view, probe.mask)
            figures[f"{key}, {name}"] = inside.share.value if inside else None
    for name in ("fish", "person"):
        covered = cover(probes[name])
        figures[f"score, {name} covered"] = covered.after
        figures[f"still a tench, {name} covered"] = _ahead(covered.fills)
        figures[f"score, as much as the {name} covered elsewhere"] = covered.elsewhere
    for name, probe in probes.items():
        alone = keep(probe)
        figures[f"score, {name} alone"] = alone.score
        figures[f"still a tench, {name} alone"] = _ahead(alone.fills)
    return figures


def _ahead(fills: Mapping[Any, Any]) -> float:
    """The share of the two fills with which tench stays the top guess."""
    return float(np.mean([outcome.after.ahead for outcome in fills.values()]))


def summary(rows: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Mean, standard error and number of photos of each figure."""
    result = {}
    for name in rows[0]:
        values = [row[name] for row in rows if row[name] is not None]
        result[name] = [
            round(float(np.mean(values)), 3),
            round(float(np.std(values)) / len(values) ** 0.5, 3),
            len(values),
        ]
    return result


def main() -> None:
    """Measures, writes the figures, prints the means."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.anglers", description=__doc__)
    parser.add_argument("--photos", type=Path, default=_PHOTOS, help="folder with the photos")
    parser.add_argument("--views", nargs="*", default=_VIEWS, help="views whose influence is shared out")
    options = parser.parse_args()
    if not options.photos.is_dir():
        raise SystemExit("The photos that this is measured on are not on this computer.")
    torch.set_num_threads(1)
    classifier = models.load(models.EVERYDAY)
    rows: dict[str, dict[str, Any] | None] = {}
    for name, outlines in json.loads(OUTLINES.read_text()).items():
        photo = read_photo(options.photos / name)
        rows[name] = figures_of(classifier, photo, areas(outlines, photo), options.views)
        tenches = [row for row in rows.values() if row is not None]
        results = {
            "machine": provenance("benchmarks.anglers"),
            "photos": len(rows),
            "called a tench": len(tenches),
            "mean, standard error, photos": summary(tenches) if tenches else {},
        }
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(RESULTS.read_text())


if __name__ == "__main__":
    main()
