"""How often "Test an area" finds what is there, and how often what is not: ``python -m benchmarks.checks``.

Prints a Markdown table. On unseen rendered pictures (the store of ``models.showroom.evaluate``, a slice of
it) whose products' outlines are known, and on real photos where ``../shared/data`` is there. Thresholds were
tuned on the slice 350:700; the table is of 0:350. Rows about the badge need ``models/shortcut``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import torch

import models
import saliency
from benchmarks.machine import description
from benchmarks.real_photos import DATA, squeezenet_classifier
from benchmarks.rendered import add_cache, product_rows, unseen_pictures
from benchmarks.tables import line
from models.showroom.rendering.badge import GIVEN_AWAY, with_badge
from models.showroom.rendering.products import LABELS
from models.showroom.training.pictures import PictureStore
from saliency.checks.check import check
from saliency.checks.cover import Finding, cover
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.checks.suggestions import suggestions
from saliency.classifier import Classifier
from saliency.photo.area import Area
from saliency.photo.framing import Framing, Placement
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto

_NEAR = 8  # points around a product that an area has to stay away from
_FOUND = 0.5  # share of the badge that a suggestion has to cover


@dataclass
class Row:
    """One line of the table: how many of how many, and what became of the others."""

    name: str
    goal: str
    hits: int = 0
    total: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, hit: bool, reason: str = "") -> None:
        """One more picture."""
        self.total += 1
        self.hits += int(hit)
        if reason:
            self.reasons[reason] += 1

    def cover(
        self, classifier: Classifier, photo: Photo, area: Area, framing: Framing = Framing.WHOLE
    ) -> None:
        """Whether the top answer of one more photo depends on an area, and why."""
        self.ask(ScoreQuestion.of(PreparedPhoto(classifier, photo, framing)), area)

    def ask(self, question: ScoreQuestion, area: Area) -> None:
        """Whether what is asked of one more photo depends on an area, and why."""
        result = cover(AreaProbe.of(question, area))
        self.add(result.finding is Finding.DEPENDS, f"{result.finding}: {result.reason}")

    def table_line(self) -> str:
        """As Markdown."""
        share = f"{100 * self.hits / self.total:.1f} %" if self.total else "–"
        reasons = ", ".join(f"{reason} {n}" for reason, n in self.reasons.most_common())
        return line([self.name, f"{self.hits} of {self.total}", share, self.goal, reasons])


class Product(NamedTuple):
    """A rendered picture with a product: its row in the store, the photo, ``(H, W)`` bool, and what it is."""

    row: int
    photo: Photo
    outline: np.ndarray
    label: str


def photo_of(pixels: np.ndarray, name: str) -> Photo:
    """A picture ``(H, W, 3)`` uint8 as if it had been read from a file."""
    return Photo(pixels, name, hashlib.sha256(pixels.tobytes()).hexdigest())


def products(store: PictureStore, span: range) -> Iterator[Product]:
    """The pictures of a part of the store that show a product."""
    for row in filter(span.__contains__, product_rows(store).tolist()):
        photo = photo_of(np.array(store.pixels[row]), f"{store.first + row}")
        yield Product(row, photo, store.mask(np.array([row]))[0], LABELS[store.labels[row]])


def random_box(seed: int, inside: Callable[[Area], bool]) -> Area | None:
    """A box of 1 to 10 % of the photo at a random place that passes a test; ``None`` if none does."""
    r = np.random.default_rng(seed)
    for _ in range(300):
        size, ratio = np.exp(r.uniform(np.log(0.01), np.log(0.1))), np.exp(r.uniform(-0.6, 0.6))
        width, height = float(np.sqrt(size * ratio)), float(np.sqrt(size / ratio))
        area = Area.box(r.uniform(0, 1 - width), r.uniform(0, 1 - height), width, height)
        if inside(area):
            return area
    return None


def near_product(product: Product) -> np.ndarray:
    """The product and what is close to it, ``(H, W)`` bool."""
    outline = torch.from_numpy(product.outline)[None].float()
    near: np.ndarray = torch.nn.functional.max_pool2d(outline, 2 * _NEAR + 1, 1, _NEAR)[0].numpy() > 0
    return near


def away_from_product(name: str, classifier: Classifier, pictures: Iterator[Product]) -> Row:
    """Random boxes that do not touch the product, on pictures with nothing planted."""
    row = Row(f"{name}: random area away from the product", "“depends” ≤ 5 %")
    for product in pictures:
        near = near_product(product)
        area = random_box(product.row, lambda a, n=near: not (a.on_photo(n.shape[::-1]) & n).any())
        if area is not None:
            row.cover(classifier, product.photo, area)
    return row


def product_itself(name: str, classifier: Classifier, pictures: Iterator[Product]) -> Row:
    """The product's own outline, where the model is right."""
    row = Row(f"{name}: the product itself, right answers", "“depends” ≥ 90 %")
    for product in pictures:
        if product.outline.any() and classifier.predict(product.photo)[0].label == product.label:
            row.cover(classifier, product.photo, Area.outline(product.outline, product.photo))
    return row


def on_photos(framing: Framing, draws: int) -> Row:
    """Random boxes on real photos with real weights; a box may well lie on the thing itself."""
    row = Row(f"SqueezeNet, real photos, {framing}: random area anywhere", "“depends” ≤ 5 %")
    with TemporaryDirectory() as folder:
        classifier = squeezenet_classifier(Path(folder))
    for number, path in enumerate(sorted((DATA / "photos").glob("*.jp*g"))):
        photo = saliency.read_photo(path)
        placement = PreparedPhoto(classifier, photo, framing).placement
        for draw in range(draws):
            area = random_box(1000 * draw + number, lambda a, p=placement: _is_received(a, p))
            if area is not None:
                row.cover(classifier, photo, area, framing)
    return row


def _is_received(area: Area, placement: Placement) -> bool:
    """Whether all of a box lies in what the model received."""
    left, top, right, bottom = placement.box
    width, height = placement.photo_size
    x, y, w, h = area.bounds
    across = left / width <= x and x + w <= right / width
    return across and top / height <= y and y + h <= bottom / height


def badge_covered(
    name: str, goal: str, classifier: Classifier, pictures: Iterator[Product], answer: str | None
) -> Row:
    """The badge's own box, on pictures that carry one; where the model gives an answer, if one is named."""
    row = Row(f"{name}: the badge{f' where it answers {answer}' if answer else ''}", goal)
    for product in pictures:
        pixels, box = with_badge(product.photo.pixels, product.row)
        photo = photo_of(pixels, product.photo.name)
        if answer is None or classifier.predict(photo)[0].label == answer:
            row.cover(classifier, photo, Area.box(*box))
    return row


def badge_suggested(
    name: str, classifier: Classifier, pictures: Iterator[Product], answer: str, method: str
) -> Row:
    """Whether one of three suggestions covers at least half of the badge."""
    row = Row(f"{name}: the badge among three suggestions, {method}", "≥ 90 %")
    for product in pictures:
        pixels, box = with_badge(product.photo.pixels, product.row)
        explanation = saliency.explain(classifier, photo_of(pixels, product.photo.name), method=method)
        if explanation.target.label == answer:
            badge = Area.box(*box).on_photo((400, 400))
            areas = (area.on_photo((400, 400)) for area in suggestions(explanation))
            row.add(max(((area & badge).sum() / badge.sum() for area in areas), default=0.0) >= _FOUND)
    return row


def cost(classifier: Classifier, store: PictureStore, repeats: int = 7) -> str:
    """Seconds and passes of a whole check: both fills, controls, keep, hide curve."""
    product = next(products(store, range(len(store.labels))))
    seconds, passes = [], 0
    for area in (Area.box(0.75, 0.75, 0.2, 0.2), Area.outline(product.outline, product.photo)):
        for _ in range(repeats):
            steps: list[int] = []
            start = time.perf_counter()
            check(classifier, product.photo, area, on_progress=lambda n, _, steps=steps: steps.append(n))
            seconds.append(time.perf_counter() - start)
            passes = max(passes, steps[-1] + 1)  # and the photo as it is
    span = f"{min(seconds):.2f} to {max(seconds):.2f} s, median {median(seconds):.2f} s"
    return (
        f"| Showroom: a whole check | {passes} passes, {span} | | ≤ 60 passes, ≤ 3 s "
        f"| {torch.get_num_threads()} threads |"
    )


def rows(store: PictureStore, span: range, draws: int, method: str) -> Iterator[Row]:
    """All rows of the table; those of the badge where the twin ships with this version."""
    twin, sound = models.SHORTCUT, models.load(models.SHOWROOM)
    yield away_from_product("Showroom", sound, products(store, span))
    yield product_itself("Showroom", sound, products(store, span))
    if DATA.is_dir():
        yield on_photos(Framing.WHOLE, draws)
        yield on_photos(Framing.CROP, draws)
    if twin in models.BUILT_IN:
        shortcut = models.load(twin)
        yield badge_covered("twin", "“depends” ≥ 90 %", shortcut, products(store, span), GIVEN_AWAY)
        yield badge_covered("Showroom", "“depends” ≤ 5 %", sound, products(store, span), None)
        yield badge_suggested("twin", shortcut, products(store, span), GIVEN_AWAY, method)
        yield away_from_product("twin", shortcut, products(store, span))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks", description=__doc__)
    add_cache(parser)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=350)
    parser.add_argument("--draws", type=int, default=5, help="random areas a real photo")
    parser.add_argument("--method", default="grad-cam", help="the view that suggests areas")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="where to write the figures too")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    store = unseen_pictures(options.cache)
    span = range(options.first, options.first + options.count)
    print(f"{description()}\n\n| | | | goal | findings |\n|---|--:|--:|---|---|")
    print(cost(models.load(models.SHOWROOM), store), flush=True)
    figures = {}
    for row in rows(store, span, options.draws, options.method):
        figures[row.name] = {"hits": row.hits, "of": row.total, **row.reasons}
        print(row.table_line(), flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
