"""How often "Test an area" finds what is there with tags, yes or no, and a number: prints a table.

The models are those of ``examples/kinds_of_output.py``, fitted to Showroom's samples alone; the pictures are
unseen rendered ones. Nothing was tuned on them: 10 and 20 % of a score, and of its usual range, were stated
beforehand.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

import models
from benchmarks.checks import Product, Row, away_from_product, photo_of, products
from benchmarks.machine import provenance
from benchmarks.rendered import add_cache, unseen_pictures
from examples.kinds_of_output import VESSELS, make
from models.showroom.rendering.badge import with_badge
from saliency.checks.question import ScoreQuestion
from saliency.classifier import Classifier
from saliency.photo.area import Area
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto

KINDS = ("labels", "yes-no", "score")
_FEWEST_POINTS = 1.5  # more on the scale with the badge than without: the model has seen it


def asked(model: Classifier, photo: Photo, target: str | None = None) -> ScoreQuestion:
    """The question of the top answer, or of a tag."""
    return ScoreQuestion.of(PreparedPhoto(model, photo), target)


def badge(kind: str, model: Classifier, pictures: Iterator[Product]) -> Row:
    """The badge's own box, where the tag is given, or where the number is higher with the badge."""
    row = Row(f"{kind}: the badge where the model sees it", "“depends” ≥ 90 %")
    for product in pictures:
        pixels, box = with_badge(product.photo.pixels, product.row)
        question = asked(model, photo_of(pixels, product.photo.name), "badge" if kind == "labels" else None)
        without = asked(model, product.photo).before.score
        seen = question.before.ahead if kind == "labels" else question.before.score - without > _FEWEST_POINTS
        if seen:
            row.ask(question, Area.box(*box))
    return row


def vessel(kind: str, model: Classifier, pictures: Iterator[Product]) -> Row:
    """The product's own outline, where it is a drinking vessel and the model says so."""
    row = Row(f"{kind}: the product where the model rightly says yes", "“depends” ≥ 90 %")
    for product in pictures:
        question = asked(model, product.photo, "drinking vessel")
        if product.label in VESSELS and product.outline.any() and question.before.ahead:
            row.ask(question, Area.outline(product.outline, product.photo))
    return row


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kinds_of_output", description=__doc__)
    add_cache(parser)
    parser.add_argument("--count", type=int, default=100)
    options = parser.parse_args()
    torch.set_num_threads(1)
    store, span = unseen_pictures(options.cache), range(options.count)
    print(f"{provenance('benchmarks.kinds_of_output')}\n\n| | | | goal | findings |\n|---|--:|--:|---|---|")
    with TemporaryDirectory() as folder:
        make(Path(folder))
        for kind in KINDS:
            model = models.load(str(Path(folder) / kind))
            print(away_from_product(kind, model, products(store, span)).table_line(), flush=True)
            planted = vessel if kind == "yes-no" else badge
            print(planted(kind, model, products(store, span)).table_line(), flush=True)


if __name__ == "__main__":
    main()
