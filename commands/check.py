"""What ``python -m saliency check`` does: the areas asked for, photo by photo, as records."""

from __future__ import annotations

import argparse
from pathlib import Path

from commands import photos
from commands.page import only_one, page
from commands.terminal import complain, show
from saliency.checks.check import check, most_area_test_passes
from saliency.checks.hiding import hide_passes
from saliency.checks.paste import PASSES
from saliency.checks.suggestions import suggestions
from saliency.errors import SaliencyError, UnansweredError
from saliency.explanation import explain
from saliency.export.checked_area import CheckedArea
from saliency.methods.registry import usual
from saliency.photo.area import Area, read_area
from saliency.photo.reading import Photo, read_photo
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.conclusion import conclusion_of


def run(options: argparse.Namespace) -> int:
    """The command; the exit code.

    Raises:
        SaliencyError: There is no such model, class or photo to paste into, or a box is none.
    """
    boxes = [read_area(text) for text in options.area]
    only_one(options)
    others = [read_photo(path) for path in photos.files(options.paste)]
    classifier = photos.load(options)
    method = options.method or usual(classifier.graph)
    place = most_area_test_passes() + hide_passes() + PASSES * len(others)
    photos.say_cost(classifier, options, method, place=place)

    def work(path: Path, photo: Photo) -> int:
        prepared = PreparedPhoto(classifier, photo, options.framing)
        explanation = explain(
            classifier,
            photo,
            method=method,
            target=options.target,
            rather_than=options.rather_than,
            seed=options.seed,
            prepared=prepared,
        )
        worst, areas = 0, list(boxes)
        if options.mask is not None:
            areas.append(Area.outline(read_photo(options.mask).pixels.mean(2) > 127, photo))
        if options.suggest:
            suggested = suggestions(explanation)
            areas += suggested
            if not suggested:
                worst = complain(
                    f"{path}: No part stands out in this view, so none can be suggested. Name an area."
                )
        if options.page is not None and len(areas) > 1:
            raise SaliencyError(
                f"--page shows one area, and there are {len(areas)}. Name one, or leave --page out."
            )
        for area in areas:
            try:
                result = check(
                    classifier,
                    photo,
                    area,
                    explanation=explanation,
                    others=[other for other in others if other.digest != photo.digest],
                    seed=options.seed,
                    prepared=prepared,
                )
            except UnansweredError:  # nor would the service answer about the next area
                raise
            except SaliencyError as error:
                worst = complain(f"{path}: {error.message}")
                continue
            conclusion = conclusion_of(result, familiarity=prepared.familiarity, role=options.area_is)
            made = page(options, explanation, CheckedArea(result.test, conclusion))
            show({"photo": str(path), "conclusion": conclusion.record(), **result.record(), **made})
        return worst

    return photos.for_each_photo(options.photos, work)
