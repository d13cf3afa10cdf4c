"""How much of what is planted in sets of real photos an audit finds, and what it says of sets without it.

``python -m benchmarks.set_hygiene --cache FILE`` prints the table of ``docs/audits.md``. Each set is 300
photos drawn from one half of the photos; the other half confirms what was chosen on the first. Planted are
wrong labels (5 %), copies under another label, dark and blurred photos, and a rendered one among photographs.
The model is a linear head on the built-in everyday model's last map, trained on other photos in seconds.
"""

from __future__ import annotations

import argparse
import io
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

import models
from benchmarks import machine, tables
from benchmarks.labelled_photos import TRAINED, Head, RealPhoto, gathered
from benchmarks.near_copies import cut, saved
from saliency.audit.evidence.hygiene.copies import copy_list
from saliency.audit.evidence.hygiene.flaws import flawed_photos, odd_photos
from saliency.audit.evidence.hygiene.labels import doubtful_labels
from saliency.audit.evidence.hygiene.neighbours import neighbours
from saliency.audit.evidence.hygiene.set_photos import SetPhoto
from saliency.audit.evidence.look import photo_look
from saliency.audit.evidence.near_copies import copy_groups, fingerprint
from saliency.audit.evidence.origin import HEAD, photo_origin
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.traces import vector
from saliency.audit.inputs.settings import Settings
from saliency.audit.inputs.source import Item
from saliency.photo.reading import read_photo

PHOTOS, SETS, WRONG, PLANTED = 300, 40, 0.05, 5
"""Photos of a set, sets of a kind, share of wrong labels, and other plants of a kind in a set."""

FEW = 4  # photos a class that a worse head is trained on
_CHANGES: tuple[Callable[[Image.Image], Image.Image], ...] = (
    saved,
    lambda image: image.reduce(2),
    lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    cut(0.01),
    ImageOps.mirror,
)
Array = NDArray[np.float32]


def as_audited(photos: Sequence[RealPhoto], labels: Sequence[str], head: Head | None) -> list[SetPhoto]:
    """The photos with these labels, as an audit by a head has them; without one, labels are no classes."""
    scores = head.scores(photos) if head else None
    audited = []
    for number, (photo, label) in enumerate(zip(photos, labels, strict=True)):
        guess, score, of_label = "", 0.0, None
        if head is not None and scores is not None:
            best = int(scores[number].argmax())
            guess, score = head.classes[best], float(scores[number, best])
            of_label = float(scores[number, head.classes.index(label)])
        audited.append(
            SetPhoto(
                number, f"{number:04}.jpg", label, label, guess, score, of_label, photo.size, photo.look,
                photo.fingerprint,
            )
        )  # fmt: skip
    return audited


def labels_found(photos: Sequence[RealPhoto], head: Head | None, r: np.random.Generator) -> dict[str, float]:
    """Planted wrong labels among the first suggestions and all; suggestions on the set as it is."""
    true = [photo.shows for photo in photos]
    names = sorted(set(true))
    planted = set(r.choice(len(photos), round(WRONG * len(photos)), replace=False).tolist())
    wrong = [
        str(r.choice([name for name in names if name != label])) if number in planted else label
        for number, label in enumerate(true)
    ]
    copies = copy_groups([photo.fingerprint for photo in photos])
    near = neighbours([photo.vector for photo in photos], copies)
    listed = [int(doubt.file[:4]) for doubt in doubtful_labels(as_audited(photos, wrong, head), near, copies)]
    clean = doubtful_labels(as_audited(photos, true, head), near, copies)
    first = listed[: len(planted)]
    return {
        "first": len(planted.intersection(first)) / len(planted),
        "all": len(planted.intersection(listed)) / len(planted),
        "listed": len(listed),
        "clean": len(clean),
    }


def copies_found(photos: Sequence[RealPhoto], r: np.random.Generator) -> dict[str, float]:
    """Changed copies under another label that are found, and groups of copies that are none."""
    chosen = r.choice(len(photos), len(_CHANGES), replace=False).tolist()
    prints = [photo.fingerprint for photo in photos]
    labels = [photo.shows for photo in photos]
    for change, number in zip(_CHANGES, chosen, strict=True):
        image = Image.open(photos[number].path).convert("RGB")
        packed = io.BytesIO()
        change(image).save(packed, "JPEG", quality=90)
        prints.append(fingerprint(Image.open(packed)))
        labels.append("another")
    audited = as_audited(photos, labels[: len(photos)], None)
    audited += [replace(audited[number], file=f"copy {number:04}.jpg", label="another") for number in chosen]
    groups = copy_list(audited, copy_groups(prints), [])
    right = {frozenset((f"{number:04}.jpg", f"copy {number:04}.jpg")) for number in chosen}
    found = [frozenset(photo.file for photo in group.photos) for group in groups if group.across]
    return {
        "copies": len(right.intersection(found)),
        "false copies": len(groups) - len(right.intersection(found)),
    }


def flaws_found(
    photos: Sequence[RealPhoto], rendered: Sequence[RealPhoto], r: np.random.Generator
) -> dict[str, float]:
    """Dark, blurred and foreign photos that are named as such; photos of the set as it is that are named."""
    dark, blurred = r.choice(len(photos), (2, PLANTED), replace=False).tolist()
    changed = list(photos)
    for number in (*dark, *blurred):
        image = Image.open(photos[number].path).convert("RGB")
        if number in dark:
            image = ImageEnhance.Brightness(image).enhance(r.uniform(0.05, 0.2))
        else:
            image = image.filter(ImageFilter.GaussianBlur(min(image.size) * r.uniform(0.03, 0.06)))
        changed[number] = replace(photos[number], look=photo_look(image))
    named = {
        (photo.flaw, int(photo.file[:4]))
        for photo in flawed_photos(as_audited(changed, _labels(changed), None))
    }
    odd = _odd([*photos, rendered[int(r.integers(len(rendered)))]])
    return {
        "dark": len(named.intersection(("dark", number) for number in dark)),
        "blurred": len(named.intersection(("blurred", number) for number in blurred)),
        "odd": sum(number >= len(photos) for number in odd),
        "false flaws": len(list(flawed_photos(as_audited(photos, _labels(photos), None)))),
        "false odd": len(_odd(photos)),
    }


def _labels(photos: Sequence[RealPhoto]) -> list[str]:
    return [photo.shows for photo in photos]


def _odd(photos: Sequence[RealPhoto]) -> list[int]:
    near = neighbours([photo.vector for photo in photos], np.arange(len(photos)))
    return [int(photo.file[:4]) for photo in odd_photos(as_audited(photos, _labels(photos), None), near)]


def measured(
    half: Sequence[RealPhoto], photos: dict[str, list[RealPhoto]], heads: dict[str, Head | None]
) -> Iterator[tuple[str, str]]:
    """Each row of the table on sets drawn from a half of the photos."""
    order = random.Random(0)
    sets = [order.sample(list(half), min(PHOTOS, len(half))) for _ in range(SETS)]
    every = sum(map(len, sets))
    for name, head in heads.items():
        r = np.random.default_rng(1)
        sums = _sums([labels_found(some, head, r) for some in sets])
        right = "" if head is None else f"; right on {head.accuracy(half):.0%} of the photos"
        yield (
            f"5 % wrong labels: {name}",
            f"{sums['first'] / SETS:.1%} among as many first suggestions, {sums['all'] / SETS:.1%} among all "
            f"{sums['listed'] / SETS:.1f}; {100 * sums['clean'] / every:.1f} suggestions a hundred photos "
            f"as they are{right}",
        )
    r = np.random.default_rng(2)
    sums = _sums([copies_found(some, r) for some in sets])
    yield (
        "copies under another label",
        f"{sums['copies']} of {SETS * len(_CHANGES)}; {sums['false copies']} other groups of copies",
    )
    r = np.random.default_rng(3)
    sums = _sums([flaws_found(some, photos["rendered"], r) for some in sets])
    yield (
        "dark photos, blurred photos",
        f"{sums['dark']} and {sums['blurred']} of {SETS * PLANTED}; "
        f"{100 * sums['false flaws'] / every:.2f} named of a hundred as they are",
    )
    yield (
        "a rendered picture among photographs",
        f"{sums['odd']} of {SETS}; {100 * sums['false odd'] / every:.2f} odd of a hundred as they are",
    )


def _sums(figures: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: sum(figure[key] for figure in figures) for key in figures[0]}


def costs(files: Sequence[Path]) -> str:
    """What it costs to keep a photo's trace, beside its row and map."""
    classifier = models.load(models.EVERYDAY)
    asked = Settings(classifier.name, classifier.digest, "grad-cam", "", "whole", 0, 19, "")
    times = [0.0, 0.0]
    for number, file in enumerate([files[0], *files]):
        begin = time.process_time()
        photo = read_photo(file)
        probe = PhotoProbe.of(classifier, photo, asked)
        probe.row(Item(file.name), None)
        between = time.process_time()
        photo_origin(file.read_bytes()[:HEAD], photo.pixels)
        vector(probe.prepared)
        end = time.process_time()
        if number:  # the first one warms up
            times = [times[0] + between - begin, times[1] + end - between]
    row, trace = (1000 * total / len(files) for total in times)
    return f"a photo's row and map {row:.1f} ms, its trace {trace:.2f} ms more, {len(files)} photos"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="where vectors are kept between runs")
    parser.add_argument("--most", type=int, default=100, help="photos of a class")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    begin = time.process_time()
    if chosen.cache and chosen.cache.is_file():
        photos = torch.load(chosen.cache, weights_only=False)
    else:
        photos = gathered(chosen.most)
        if chosen.cache:
            torch.save(photos, chosen.cache)
    print(f"{sum(map(len, photos.values()))} photos, {time.process_time() - begin:.0f} s of processor time")
    heads = {
        "model and nearest": Head(photos["train"], TRAINED),
        "a worse model and nearest": Head(photos["train"], FEW),
        "nearest alone": None,
    }
    print(costs([photo.path for photo in photos["val"][:: max(1, len(photos["val"]) // 40)]]))
    halves = [list(measured(photos["val"][part::2], photos, heads)) for part in (0, 1)]
    print(machine.provenance("benchmarks.set_hygiene"))
    print(tables.line(("planted", "chosen on", "confirmed on")))
    for (name, first), (other, second) in zip(*halves, strict=True):
        print(tables.line((name if name == other else f"{name} / {other}", first, second)))


if __name__ == "__main__":
    main()
