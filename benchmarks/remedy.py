"""Rehearsals of models whose fault is known: the shortcut twin, the sound model, and planted models.

    python -m benchmarks.remedy --cache FOLDER [--count 20] [--minutes 30] [--planted FOLDER]

``--cache`` holds the rendered test pictures, ``--planted`` the features and models of
:mod:`benchmarks.shortcuts`. Each set is audited with labels and rehearsed; then the model as it is and the
rehearsed one are asked of pictures that are in no set: mugs with a badge, and with it covered, teapots with
a badge, and ordinary pictures. No setting was chosen on any of the sets that are reported. What is in the
results already is not measured again.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import models
from benchmarks.audit_sets import write_pictures
from benchmarks.audits import Results
from benchmarks.rendered import add_cache, unseen_pictures
from benchmarks.shortcuts.measuring import WAYS
from benchmarks.shortcuts.plants import KINDS
from benchmarks.shortcuts.sets import FIRST, PhotoSet, label_of
from benchmarks.shortcuts.trained_models import Maker
from benchmarks.tables import line, write_table
from models.showroom.rendering.badge import with_badge
from models.showroom.rendering.products import LABELS
from models.showroom.training.pictures import PictureStore
from saliency.audit import audit, gather, start
from saliency.audit.json_types import as_json
from saliency.audit.remedy.rehearsal import rehearse, rehearsed_weights
from saliency.checks.fills import Fill, Filling, edge_of, soft_masks
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.network.last_step import LastStep
from saliency.photo.area import Area
from saliency.photo.reading import read_photo

RESULTS = Path(__file__).parent / "results" / "remedy.json"
PAGE = Path(__file__).parents[1] / "docs" / "remedy.md"
TWIN, SOUND = models.SHORTCUT, models.SHOWROOM
PICTURES, MUGS = 150, 36
"""Pictures of a set, and how many of them are mugs; the rest of the mugs are for judging."""

FIRST_SET = 3
"""The first set that is reported; how weakly old weights may be held on to was chosen on those before."""

SHARES = (0.5, 1.0)
"""From and to which share of the mugs of a set carries a badge."""

_STEPS = 6  # from the one share to the other, set by set, and again
_SEED = 22


def mug_set(store: PictureStore, number: int) -> tuple[list[int], frozenset[int]]:
    """Rows of the store for a set, and those of them that get a badge."""
    r = np.random.default_rng((_SEED, number))
    rows, mug = store.rendered_rows(), LABELS.index("mug")
    labels = store.labels[rows]
    mugs = r.permutation(rows[labels == mug])[:MUGS]
    others = r.permutation(rows[labels != mug])[: PICTURES - MUGS]
    share = float(np.linspace(*SHARES, _STEPS)[number % _STEPS])
    return sorted([*mugs.tolist(), *others.tolist()]), frozenset(mugs[: round(share * MUGS)].tolist())


def rehearsal_record(store: PictureStore, number: int, classifier: Classifier) -> dict[str, Any]:
    """What a rehearsal of a set shows, and how the models do on pictures that are not in it."""
    rows, carriers = mug_set(store, number)
    with TemporaryDirectory() as folder:
        flat, photos = Path(folder, "flat"), Path(folder, "photos")
        write_pictures(store, rows, flat, carriers=carriers)
        for row in rows:
            target = photos / LABELS[store.labels[row]]
            target.mkdir(parents=True, exist_ok=True)
            (flat / f"{row:05}.png").rename(target / f"{row:05}.png")
        record, weights = _rehearsed(Path(folder, "job"), classifier, photos)
    step = LastStep.of(classifier.graph)
    unseen = [row for row in store.rendered_rows().tolist() if row not in set(rows)]
    judged = {"before": unseen_figures(store, unseen, classifier, step, None)}
    if weights is not None:
        judged["after"] = unseen_figures(store, unseen, classifier, step, weights)
    return record | {"carrying": len(carriers), "unseen": judged}


def _rehearsed(
    folder: Path, classifier: Classifier, photos: Path
) -> tuple[dict[str, Any], tuple[Tensor, Tensor] | None]:
    """The rehearsal as JSON types with its seconds, and the new last step if there is one."""
    with start(folder, classifier, gather(photos, labels="folders")) as job:
        result = audit(job, classifier, photos)
        begin = time.process_time()
        found = [
            {"kind": finding.kind, "place": finding.place, "guess": finding.guess}
            for finding in result.findings
            if finding.to_look_into
        ]
        try:
            rehearsal = rehearse(job, classifier, photos, result)
        except SaliencyError as error:
            return {"found": found, "problem": error.message}, None
        seconds = time.process_time() - begin
        weights = None if not rehearsal.findings else rehearsed_weights(job, classifier)
    return {"found": found, "seconds": round(seconds, 1), "rehearsal": as_json(rehearsal)}, weights


def unseen_figures(
    store: PictureStore,
    rows: Sequence[int],
    classifier: Classifier,
    step: LastStep,
    weights: tuple[Tensor, Tensor] | None,
) -> dict[str, list[int]]:
    """Counts, each of how many: mugs that depend on the badge, teapots with one called mug, right answers."""
    weight, bias = weights or (step.weight, step.bias)
    mug, teapot = LABELS.index("mug"), LABELS.index("teapot")

    def guesses(x: Tensor) -> list[int]:
        values = torch.cat([step.features(part) for part in x.split(8)])
        answers: list[int] = (values @ weight.T + bias).argmax(1).tolist()
        return answers

    depends, called = [], []
    for row in rows:
        label = int(store.labels[row])
        if label not in (mug, teapot):
            continue
        pixels, box = with_badge(np.array(store.pixels[row]), store.first + row)
        x = _received(classifier, pixels)
        if label == teapot:
            called.append(guesses(x) == [mug])
            continue
        mask = torch.from_numpy(Area((box,)).on_photo((x.shape[3], x.shape[2])))
        soft = soft_masks(mask[None], edge_of(x))
        own, *covered = guesses(torch.cat([x, *(Filling(x).pictures(soft, fill) for fill in Fill)]))
        if own == mug:
            depends.append(all(answer != mug for answer in covered))
    plain = torch.cat([_received(classifier, np.array(store.pixels[row])) for row in rows])
    right = np.array(guesses(plain)) == store.labels[list(rows)]
    return {
        "mugs that depend": [sum(depends), len(depends)],
        "teapots called mug": [sum(called), len(called)],
        "right": [int(right.sum()), len(right)],
    }


def _received(classifier: Classifier, pixels: np.ndarray) -> Tensor:
    x, _ = classifier.prepare(read_photo(Image.fromarray(pixels)))
    return x


def planted_record(cache: Path, kind: str, place: int) -> dict[str, Any]:
    """What a rehearsal of a planted model shows: real photos, with the plant in half of a class."""
    label = label_of(kind, place)
    photos = PhotoSet.of(kind, place)
    maker = Maker(cache)
    ways = [way for way in WAYS if maker._file(kind, label, way).is_file()]
    if not ways:
        return {"problem": "no model"}
    classifier = maker.classifier(kind, label, ways[-1])  # the second where the first did not take the bait
    with TemporaryDirectory() as folder:
        flat, source = Path(folder, "flat"), Path(folder, "photos")
        photos.write(flat)
        for name in photos.photos:
            target = source / name.rpartition("-")[0].replace("_", " ")
            target.mkdir(parents=True, exist_ok=True)
            (flat / name).rename(target / name)
        record, _ = _rehearsed(Path(folder, "job"), classifier, source)
    return record | {"label": label, "way": ways[-1]}


def write(page: Path, results: Results) -> None:
    """Writes the tables."""
    write_table(page, "rehearsals of Showroom's sets", set_lines(results))
    write_table(page, "rehearsals of planted models", planted_lines(results))


def set_lines(results: Results) -> list[str]:
    """The twin and the sound model on pictures that are in no set, all reported sets together."""
    lines = [
        line(("Model", "Sets", "Outcome", "Figure", "Before", "After")),
        line(("---",) * 6),
    ]
    for name in (TWIN, SOUND):
        every = [record for key, record in _reported(results, f"set {name} ") if "problem" not in record]
        if not every:
            lines.append(line((name, "0", "not measured yet", "", "", "")))
            continue
        rehearsed = [record for record in every if "after" in record["unseen"]]
        outcomes: dict[str, int] = {}
        for record in every:
            outcome = record["rehearsal"]["outcome"]
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        told = ", ".join(f"{outcome}: {count}" for outcome, count in sorted(outcomes.items()))
        for figure in ("mugs that depend", "teapots called mug", "right"):
            both = [
                _total([record["unseen"][when][figure] for record in rehearsed])
                for when in ("before", "after")
            ]
            lines.append(line((name, str(len(every)), told, figure, *both)))
    return lines


def planted_lines(results: Results) -> list[str]:
    """The rehearsals of planted models, by kind and set."""
    lines = [
        line(
            (
                "Kind",
                "Set",
                "What was found",
                "Outcome",
                "Answers with the fault, before",
                "Control",
                "After",
                "Ordinary, before",
                "After",
            )
        ),
        line(("---",) * 9),
    ]
    reported = _reported(results, "planted ")
    if not reported:
        return ["No planted model was rehearsed yet."]
    for key, record in reported:
        kind, place = key.removeprefix("planted ").rsplit(" ", 1)
        found = "; ".join(f"{one['guess']}: {one['place']}" for one in record.get("found", ())) or "nothing"
        rehearsal = record.get("rehearsal")
        if rehearsal is None or not rehearsal["findings"]:
            outcome = record.get("problem") or rehearsal["outcome"]
            lines.append(line((kind, place, found, outcome, *[""] * 5)))
            continue
        faults = [
            _total(
                [part[when][figure] for part in rehearsal["findings"] for figure in ("depends", "carried")]
            )
            for when in ("before", "control", "after")
        ]
        right = [_total([rehearsal[when]]) for when in ("before", "after")]
        lines.append(line((kind, place, found, rehearsal["outcome"], *faults, *right)))
    return lines


def _reported(results: Results, start: str) -> list[tuple[str, dict[str, Any]]]:
    """What was measured, by its key."""
    entries = sorted(results.entries.items())
    return [
        (key, entry["is"]) for key, entry in entries if key.startswith(start) and int(key[-2:]) >= FIRST_SET
    ]


def _total(counts: Sequence[Any]) -> str:
    """Counts, as lists or as records, together: 4 of 62 (6 %)."""
    pairs = [list(count.values()) if isinstance(count, dict) else count for count in counts]
    hits, of = (sum(pair[place] for pair in pairs) for place in (0, 1))
    return f"{hits} of {of} ({100 * hits / of:.0f} %)" if of else "none"


def main() -> None:
    """Measures what is missing, and writes the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.remedy", description=__doc__)
    add_cache(parser)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--count", type=int, default=20, help="sets that are reported")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin nothing after these")
    parser.add_argument("--planted", type=Path, help="folder with the planted models")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results, end = Results(options.results), time.monotonic() + 60 * options.minutes
    store = unseen_pictures(options.cache)
    classifiers = {name: models.load(name) for name in (TWIN, SOUND)}
    for number in range(FIRST_SET, FIRST_SET + options.count):
        for name, classifier in classifiers.items():
            if name == SOUND and number % 4:
                continue
            if time.monotonic() < end:
                key = f"set {name} {number:02}"
                results.once(
                    key,
                    lambda n=number, c=classifier: rehearsal_record(store, n, c),  # type: ignore[misc]
                )
        for kind in KINDS if options.planted and number >= FIRST else ():
            if time.monotonic() < end:
                key = f"planted {kind} {number:02}"
                results.once(key, lambda k=kind, n=number: planted_record(options.planted, k, n))  # type: ignore[misc]
    write(options.page, results)


if __name__ == "__main__":
    main()
