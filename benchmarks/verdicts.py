"""Which verdicts :func:`saliency.conclude` gives where the truth is known: ``python -m benchmarks.verdicts``.

Prints a Markdown table, of pictures of the store that ``benchmarks.checks`` uses: products' exact outlines,
boxes away from them, and the badge that the twin was trained to take for a mug. Nothing was fitted to these
pictures.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import torch

import models
from benchmarks.checks import Product, photo_of, products, random_box
from benchmarks.machine import description
from benchmarks.rendered import add_cache, unseen_pictures
from benchmarks.tables import line
from models.showroom.rendering.badge import GIVEN_AWAY, with_badge
from models.showroom.training.pictures import PictureStore
from saliency.checks.check import area_test
from saliency.checks.paste import Sample, paste
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.classifier import Classifier
from saliency.photo.area import Area
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.conclusion import conclude
from saliency.verdict.evidence import Verdict

_NEAR = 8  # points around a product that an area has to stay away from
_PASTED = 4  # pictures that each area is pasted into


@dataclass
class Row:
    """One line of the table.

    Attributes:
        name: What was marked.
        truth: The verdicts that are right.
    """

    name: str
    truth: frozenset[Verdict]
    verdicts: Counter[str] = field(default_factory=Counter)

    def add(self, probe: AreaProbe, samples: list[Sample], *, product: bool) -> None:
        """The verdict of one more area."""
        test = area_test(probe)
        pasted = paste(probe, [], samples=samples)
        conclusion = conclude(probe, cover=test.cover, keep=test.keep, paste=pasted, product=product)
        self.verdicts[str(conclusion.verdict)] += 1

    def table_line(self) -> str:
        """As Markdown."""
        total, right = self.verdicts.total(), sum(self.verdicts[verdict] for verdict in self.truth)
        share = f"{100 * right / total:.1f} %" if total else "–"
        goal = " or ".join(f"“{verdict}”" for verdict in sorted(self.truth))
        found = ", ".join(f"{verdict} {count}" for verdict, count in self.verdicts.most_common())
        return line([self.name, goal, f"{right} of {total}", share, found])


def probe_of(classifier: Classifier, photo: Photo, area: Area) -> AreaProbe:
    """An area of a photo, to be asked for the model's own answer."""
    return AreaProbe.of(ScoreQuestion.of(PreparedPhoto(classifier, photo)), area)


def away(product: Product) -> Area | None:
    """A random box that does not touch the product; ``None`` where there is no room."""
    outline = torch.from_numpy(product.outline)[None].float()
    near = torch.nn.functional.max_pool2d(outline, 2 * _NEAR + 1, 1, _NEAR)[0].numpy() > 0
    return random_box(product.row, lambda area: not (area.on_photo(near.shape[::-1]) & near).any())


def on_products(name: str, classifier: Classifier, store: PictureStore, span: range) -> Iterator[Row]:
    """The product's outline, and a box away from it, where the model is right."""
    itself = Row(f"{name}: the product", frozenset({Verdict.DEPENDS}))
    elsewhere = Row(f"{name}: a random area away from the product", frozenset({Verdict.DOES_NOT}))
    samples = _samples(store, span)
    for product in products(store, span):
        if not product.outline.any() or classifier.predict(product.photo)[0].label != product.label:
            continue
        itself.add(
            probe_of(classifier, product.photo, Area.outline(product.outline, product.photo)),
            samples,
            product=True,
        )
        if (area := away(product)) is not None:
            elsewhere.add(probe_of(classifier, product.photo, area), samples, product=False)
    yield itself
    yield elsewhere


def on_badges(
    name: str, classifier: Classifier, store: PictureStore, span: range, answer: str
) -> Iterator[Row]:
    """The badge, and the product beside it, where the badge turns another product's answer."""
    badge = Row(f"{name}: the badge that turns the answer", frozenset({Verdict.DEPENDS}))
    beside = Row(f"{name}: the product beside that badge", frozenset({Verdict.DOES_NOT}))
    samples = _samples(store, span)
    for product in products(store, span):
        pixels, box = with_badge(product.photo.pixels, product.row)
        photo = photo_of(pixels, product.photo.name)
        turned = classifier.predict(photo)[0].label == answer
        if product.label == answer or not turned or not product.outline.any():
            continue
        badge.add(probe_of(classifier, photo, Area.box(*box)), samples, product=False)
        beside.add(probe_of(classifier, photo, Area.outline(product.outline, photo)), samples, product=True)
    yield badge
    yield beside


def _samples(store: PictureStore, span: range) -> list[Sample]:
    """Pictures behind those of the span, to paste into."""
    behind = range(span.stop, span.stop + 40)
    return [Sample(product.photo, product.label) for product in islice(products(store, behind), _PASTED)]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verdicts", description=__doc__)
    add_cache(parser)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to write the figures too")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    store, span = unseen_pictures(options.cache), range(options.first, options.first + options.count)
    print(f"{description()}\n\n| | right | | | verdicts |\n|---|---|--:|--:|---|")
    figures = {}
    sound, twin = models.load(models.SHOWROOM), models.load(models.SHORTCUT)
    for rows in (
        on_products("Showroom", sound, store, span),
        on_products("twin", twin, store, span),
        on_badges("twin", twin, store, span, GIVEN_AWAY),
    ):
        for row in rows:
            figures[row.name] = dict(row.verdicts)
            print(row.table_line(), flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
