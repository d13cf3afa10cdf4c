"""How often a model is called sure of what it does not know: ``python -m benchmarks.familiarity KNOWN``.

``KNOWN`` and ``--unknown`` are as in ``benchmarks.everyday``. Clothes are half known to the everyday model:
some answers are right for them (``FITTING``), all others are nonsense. To Showroom everything but a rendered
picture is unknown. Limits are chosen on every second picture, the others confirm. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

import models
from benchmarks.checks import photo_of, products
from benchmarks.machine import description
from benchmarks.real_photos import DATA
from benchmarks.rendered import add_cache, unseen_pictures
from benchmarks.tables import line
from saliency.classifier import Classifier
from saliency.familiarity import Footing
from saliency.photo.reading import Photo, read_photo
from saliency.prepared_photo import PreparedPhoto

FITTING = {
    "dress": "abaya (robe), academic gown, gown, hoopskirt, kimono, miniskirt, overskirt, poncho, sarong, "
    "T-shirt or jersey",
    "hat": "bathing cap, bonnet, cowboy hat, mortarboard, shower cap, ski mask, sombrero",
    "jacket": "academic gown, cardigan, fur coat, lab coat, military uniform, suit, sweatshirt, trench coat",
    "shoes": "clog, cowboy boot, loafer (shoe), running shoe, sandal",
    "shorts": "jeans, swimming trunks",
    "skirt": "hoopskirt, miniskirt, overskirt, sarong",
    "top": "cardigan, pajama, sweatshirt, T-shirt or jersey",
    "trousers": "jeans, pajama, suit",
}
"""Answers of the everyday model that are right for clothes, by the name of their folder."""

OTHER_THINGS = (
    "cassette_player",
    "cat",
    "chain_saw",
    "church",
    "dog",
    "fish",
    "french_horn",
    "garbage_truck",
    "gas_pump",
    "golf_ball",
    "parachute",
)
_CHAIRS = {"0423.jpg"}  # a product of Showroom's
_CLOTHES, _OTHERS = 20, 12  # photos a folder


@dataclass
class Half:
    """One half of the pictures: how many there are, and of how many the model is called what."""

    known: int = 0
    doubted: int = 0
    strange: int = 0
    unknown: int = 0
    nonsense: int = 0
    confident: int = 0
    recognised: int = 0


@dataclass
class Row:
    """One model: the half its limit was chosen on, and the half that confirms it."""

    name: str
    halves: tuple[Half, Half] = field(default_factory=lambda: (Half(), Half()))

    def add(self, classifier: Classifier, number: int, photo: Photo, right: set[str], *, known: bool) -> None:
        """One more picture, for which some answers are right; known ones count only where they are given."""
        prepared, half = PreparedPhoto(classifier, photo), self.halves[number % 2]
        first, wrong = prepared.scores[0], prepared.scores[0].label not in right
        if known and wrong:
            return
        footing = prepared.familiarity.footing
        if known:
            half.known += 1
            half.doubted += footing is not Footing.SURE
            half.strange += footing is Footing.UNKNOWN
        else:
            half.unknown += 1
            half.nonsense += wrong and footing is Footing.SURE
            half.confident += wrong and first.score >= 0.8 and first.label != classifier.none_label
            half.recognised += footing is Footing.UNKNOWN

    def table_lines(self) -> Iterator[str]:
        """As Markdown."""
        for name, half in zip(("chosen on", "confirmed on"), self.halves, strict=True):
            pairs = (
                (half.doubted, half.known),
                (half.strange, half.known),
                (half.nonsense, half.unknown),
                (half.recognised, half.unknown),
                (half.confident, half.unknown),
            )
            yield line([f"{self.name}, {name}", *(_share(count, total) for count, total in pairs)])


def everyday(classifier: Classifier, known: Path, unknown: Path) -> Row:
    """The everyday model: known things, clothes, and what ImageNet has no class for."""
    row = Row("Everyday photos")
    entries = json.loads(known.read_text(encoding="utf-8"))
    for number, entry in enumerate(entries):
        label = classifier.labels[entry["class"]]
        row.add(classifier, number, read_photo(known.parent / entry["file"]), {label}, known=True)
    strange = [(path, "") for path in sorted(unknown.iterdir())]
    strange += [(path, folder) for folder in FITTING for path in _spread(folder, _CLOTHES)]
    for number, (path, folder) in enumerate(strange):
        row.add(classifier, number, read_photo(path), set(FITTING.get(folder, "").split(", ")), known=False)
    return row


def showroom(name: str, classifier: Classifier, cache: Path, unknown: Path, count: int) -> Row:
    """Showroom or its twin: rendered products, and photographs of anything else."""
    row, store = Row(name), unseen_pictures(cache)
    for number, product in enumerate(products(store, range(count))):
        row.add(classifier, number, photo_of(product.photo.pixels, "rendered"), {product.label}, known=True)
    strange = sorted(unknown.iterdir()) + sorted((DATA / "photos").glob("*.jp*g"))
    strange += [path for folder in FITTING for path in _spread(folder, _CLOTHES)]
    strange += [path for folder in OTHER_THINGS for path in _spread(folder, _OTHERS)]
    for number, path in enumerate(path for path in strange if path.name not in _CHAIRS):
        row.add(classifier, number, read_photo(path), {classifier.none_label}, known=False)
    return row


def _spread(folder: str, count: int) -> Iterable[Path]:
    """Some photos of a folder, from all over it."""
    paths = sorted((DATA / "everyday" / "val" / folder).glob("*.jpg"))
    return [paths[index] for index in np.linspace(0, len(paths) - 1, min(count, len(paths))).astype(int)]


def _share(count: int, total: int) -> str:
    return f"{count} of {total} ({100 * count / total:.1f} %)" if total else "–"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.familiarity", description=__doc__)
    parser.add_argument("known", type=Path)
    parser.add_argument("--unknown", type=Path, required=True)
    parser.add_argument("--count", type=int, default=400, help="rendered pictures")
    add_cache(parser)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(
        f"{description()}\n\n| | known, not called sure | known, called unknown | nonsense, called sure "
        "| not known, called unknown | nonsense, score of 0.8 or more |\n|---|--:|--:|--:|--:|--:|"
    )
    for key, name in ((models.SHOWROOM, "Showroom"), (models.SHORTCUT, "twin")):
        row = showroom(name, models.load(key), options.cache, options.unknown, options.count)
        print("\n".join(row.table_lines()), flush=True)
    row = everyday(models.load(models.EVERYDAY), options.known, options.unknown)
    print("\n".join(row.table_lines()), flush=True)


if __name__ == "__main__":
    main()
