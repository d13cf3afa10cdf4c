"""How often "Check it" finds what is there, and how often what is not: ``python -m benchmarks.checks``.

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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import torch

import models
import saliency
from benchmarks.machine import description
from benchmarks.real_photos import DATA
from models.showroom.evaluate import TEST_COUNT, TEST_SEED
from models.showroom.products import LABELS, NONE
from models.showroom.train import CACHE
from models.showroom.training.pictures import Store, open_store
from models.sources.folder import load_folder
from models.torchvision_guard import import_torchvision
from saliency.checks.check import check
from saliency.checks.cover import Finding, cover
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.checks.suggestions import suggestions
from saliency.classifier import Classifier
from saliency.photo.area import Area
from saliency.photo.framing import Framing
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
        self.hits += hit
        if reason:
            self.reasons[reason] += 1

    def line(self) -> str:
        """As Markdown."""
        share = f"{100 * self.hits / self.total:.1f} %" if self.total else "–"
        reasons = ", ".join(f"{reason} {n}" for reason, n in self.reasons.most_common())
        return f"| {self.name} | {self.hits} of {self.total} | {share} | {self.goal} | {reasons} |"


def photo_of(pixels: np.ndarray, name: str) -> Photo:
    """A picture ``(H, W, 3)`` uint8 as if it had been read from a file."""
    return Photo(pixels, name, hashlib.sha256(pixels.tobytes()).hexdigest())


def products(store: Store, span: range) -> Iterator[tuple[int, Photo, np.ndarray, str]]:
    """Pictures that show a product: number, photo, outline ``(H, W)`` bool, label."""
    for at in span:
        if store.labels[at] >= 0 and LABELS[store.labels[at]] != NONE:
            photo = photo_of(np.array(store.pixels[at]), f"{store.first + at}")
            yield at, photo, store.mask(np.array([at]))[0], LABELS[store.labels[at]]


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


def found(
    classifier: Classifier, photo: Photo, area: Area, framing: Framing = Framing.WHOLE
) -> tuple[Finding, str]:
    """What covering an area of a photo shows, and why, for the top guess."""
    known = PreparedPhoto(classifier, photo, framing)
    result = cover(AreaProbe.of(ScoreQuestion.of(known), area))
    return result.finding, str(result.reason)


def away_from_product(name: str, classifier: Classifier, pictures: Iterable[tuple]) -> Row:
    """Random boxes that do not touch the product, on pictures with nothing planted."""
    row = Row(f"{name}: random area away from the product", "“depends” ≤ 5 %")
    for at, photo, mask, _ in pictures:
        near = torch.nn.functional.max_pool2d(torch.from_numpy(mask)[None].float(), 2 * _NEAR + 1, 1, _NEAR)
        kept_clear = near[0].numpy() > 0
        area = random_box(at, lambda a, m=kept_clear: not (a.on_photo(m.shape[::-1]) & m).any())
        if area is not None:
            finding, reason = found(classifier, photo, area)
            row.add(finding is Finding.DEPENDS, f"{finding}: {reason}")
    return row


def product_itself(name: str, classifier: Classifier, pictures: Iterable[tuple]) -> Row:
    """The product's own outline, where the model is right."""
    row = Row(f"{name}: the product itself, right answers", "“depends” ≥ 90 %")
    for _, photo, mask, label in pictures:
        if classifier.predict(photo)[0].label != label or not mask.any():
            continue
        finding, reason = found(classifier, photo, Area.outline(mask, photo))
        row.add(finding is Finding.DEPENDS, f"{finding}: {reason}")
    return row


def on_photos(framing: Framing, draws: int) -> Row:
    """Random boxes on real photos with real weights; a box may well lie on the thing itself."""
    row = Row(f"SqueezeNet, real photos, {framing}: random area anywhere", "“depends” ≤ 5 %")
    with TemporaryDirectory() as folder:
        classifier = squeezenet(Path(folder))
    for number, path in enumerate(sorted((DATA / "photos").glob("*.jp*g"))):
        photo = saliency.read_photo(path)
        placement = PreparedPhoto(classifier, photo, framing).placement
        for draw in range(draws):
            area = random_box(1000 * draw + number, lambda a, p=placement: _received(a, p))
            if area is not None:
                finding, reason = found(classifier, photo, area, framing)
                row.add(finding is Finding.DEPENDS, f"{finding}: {reason}")
    return row


def _received(area: Area, placement: saliency.photo.reading.Placement) -> bool:
    """Whether all of a box lies in what the model received."""
    left, top, right, bottom = placement.box
    width, height = placement.photo_size
    x, y, w, h = area.bounds
    across = left / width <= x and x + w <= right / width
    return across and top / height <= y and y + h <= bottom / height


def squeezenet(folder: Path) -> Classifier:
    """The real weights, as a model of one's own."""
    weights = (DATA / "squeezenet1_0_imagenet.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes(weights)
    (folder / "model.json").write_text('{"architecture": "squeezenet1_0"}')
    names = import_torchvision().models.SqueezeNet1_0_Weights.IMAGENET1K_V1.meta["categories"]
    (folder / "labels.txt").write_text("\n".join(names), encoding="utf-8")
    return load_folder(folder)


def badge_covered(
    name: str, goal: str, classifier: Classifier, pictures: Iterable[tuple], answer: str | None
) -> Row:
    """The badge's own box, on pictures that carry one; where the model gives an answer, if one is named."""
    from models.showroom.rendering.badge import with_badge

    where = f" where it answers {answer}" if answer else ""
    row = Row(f"{name}: the badge{where}", goal)
    for at, photo, _, _ in pictures:
        pixels, box = with_badge(photo.pixels, at)
        carrying = photo_of(pixels, photo.name)
        if answer is None or classifier.predict(carrying)[0].label == answer:
            finding, reason = found(classifier, carrying, Area.box(*box))
            row.add(finding is Finding.DEPENDS, f"{finding}: {reason}")
    return row


def badge_suggested(
    name: str, classifier: Classifier, pictures: Iterable[tuple], answer: str, method: str
) -> Row:
    """Whether one of three suggestions covers at least half of the badge."""
    from models.showroom.rendering.badge import with_badge

    row = Row(f"{name}: the badge among three suggestions, {method}", "≥ 90 %")
    for at, photo, _, _ in pictures:
        pixels, box = with_badge(photo.pixels, at)
        explanation = saliency.explain(classifier, photo_of(pixels, photo.name), method=method)
        if explanation.target.label == answer:
            badge = Area.box(*box).on_photo((400, 400))
            covered = [
                (area.on_photo((400, 400)) & badge).sum() / badge.sum() for area in suggestions(explanation)
            ]
            row.add(max(covered, default=0.0) >= _FOUND)
    return row


def cost(classifier: Classifier, store: Store, repeats: int = 7) -> str:
    """Seconds and passes of a whole check: both fills, controls, keep, hide curve."""
    at, photo, mask, _ = next(products(store, range(len(store.labels))))
    seconds, passes = [], 0
    for area in (Area.box(0.75, 0.75, 0.2, 0.2), Area.outline(mask, photo)):
        for _ in range(repeats):
            done: list[int] = []
            started = time.perf_counter()
            check(classifier, photo, area, on_progress=lambda n, _, done=done: done.append(n))
            seconds.append(time.perf_counter() - started)
            passes = max(passes, done[-1] + 1)  # and the photo as it is
    del at
    return (
        f"| Showroom: a whole check | {passes} passes, {min(seconds):.2f} to {max(seconds):.2f} s, "
        f"median {median(seconds):.2f} s | | ≤ 60 passes, ≤ 3 s | {torch.get_num_threads()} threads |"
    )


def twin_rows(store: Store, span: range, method: str) -> Iterator[Row]:
    """The rows that need the shortcut twin."""
    from models.showroom.rendering.badge import GIVEN_AWAY

    twin, sound = models.load("shortcut"), models.load("showroom")
    yield badge_covered("twin", "“depends” ≥ 90 %", twin, products(store, span), GIVEN_AWAY)
    yield badge_covered("Showroom", "“depends” ≤ 5 %", sound, products(store, span), None)
    yield badge_suggested("twin", twin, products(store, span), GIVEN_AWAY, method)
    yield away_from_product("twin", twin, products(store, span))


def rows(store: Store, span: range, draws: int) -> Iterator[Row]:
    """The rows that need no twin."""
    sound = models.load("showroom")
    yield away_from_product("Showroom", sound, products(store, span))
    yield product_itself("Showroom", sound, products(store, span))
    if DATA.is_dir():
        yield on_photos(Framing.WHOLE, draws)
        yield on_photos(Framing.CROP, draws)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder with the rendered test pictures")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=350)
    parser.add_argument("--draws", type=int, default=5, help="random areas a real photo")
    parser.add_argument("--method", default="grad-cam", help="the view that suggests areas")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="where to write the figures too")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    store = open_store(options.cache, TEST_SEED, TEST_COUNT)
    span = range(options.first, options.first + options.count)
    print(f"{description()}\n\n| | | | goal | findings |\n|---|--:|--:|---|---|")
    print(cost(models.load("showroom"), store), flush=True)
    made = []
    for row in rows(store, span, options.draws):
        made.append(row)
        print(row.line(), flush=True)
    if "shortcut" in models.BUILT_IN:
        for row in twin_rows(store, span, options.method):
            made.append(row)
            print(row.line(), flush=True)
    if options.json:
        figures = {row.name: {"hits": row.hits, "of": row.total, **row.reasons} for row in made}
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
