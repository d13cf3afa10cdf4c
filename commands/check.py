"""What ``python -m saliency check`` does: the areas asked for, photo by photo, as records."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from saliency.checks.check import check
from saliency.checks.suggestions import suggestions
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.explanation import explain
from saliency.photo.area import Area, read_area
from saliency.photo.reading import Photo, read_photo
from saliency.prepared_photo import PreparedPhoto

HELP = "cover an area, keep only it, paste it elsewhere, and say what that shows"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command that the other commands do not have."""
    parser.add_argument("--area", action="append", default=[], metavar="X,Y,W,H", help="a box, as shares")
    parser.add_argument("--mask", type=Path, metavar="FILE", help="an outline: a picture, white where it is")
    parser.add_argument("--suggest", action="store_true", help="the strongest separate spots of the map")
    parser.add_argument("--paste", nargs="+", type=Path, default=[], metavar="PHOTO", help="other photos")


def areas_named(options: argparse.Namespace) -> list[Area]:
    """The boxes asked for, before anything is computed.

    Raises:
        SaliencyError: One is no area of any photo, or nothing at all is asked for.
    """
    if not (options.area or options.mask or options.suggest):
        raise SaliencyError("Name an area with --area x,y,w,h or --mask FILE, or take --suggest.")
    return [read_area(text) for text in options.area]


def records(
    classifier: Classifier,
    photo: Photo,
    boxes: Sequence[Area],
    others: Sequence[Photo],
    options: argparse.Namespace,
) -> Iterator[dict[str, Any] | SaliencyError]:
    """One record an area of a photo, or what is wrong with that area.

    Raises:
        SaliencyError: The mask cannot be used, or the question cannot be asked of the model.
    """
    prepared = PreparedPhoto(classifier, photo, options.framing)
    explanation = explain(
        classifier,
        photo,
        method=options.method,
        target=options.target,
        rather_than=options.rather_than,
        seed=options.seed,
        prepared=prepared,
    )
    areas = list(boxes)
    if options.mask is not None:
        areas.append(Area.outline(read_photo(options.mask).pixels.mean(2) > 127, photo))
    if options.suggest:
        suggested = suggestions(explanation)
        areas += suggested
        if not suggested:
            yield SaliencyError("No part stands out in this view, so none can be suggested. Name an area.")
    for area in areas:
        try:
            found = check(
                classifier,
                photo,
                area,
                explanation=explanation,
                others=[other for other in others if other.digest != photo.digest],
                seed=options.seed,
                prepared=prepared,
            )
        except SaliencyError as error:
            yield error
            continue
        yield found.record()
