"""Are things found wherever they are? ``python -m benchmarks.things --cache FOLDER``.

The sets are those of ``benchmarks.audits``, with the badge anywhere in the picture. Two models audit them:
Showroom, to which the badge means nothing, and Showroom with a reader of badges put beside its last feature
map, which says “mug” the more of a badge there is, wherever. (The twin of ``benchmarks.audits`` will not do:
it learned the badge in its corner, and mostly does not see it elsewhere.) Results go to ``docs/audits.md``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import models
from benchmarks.audit_sets import audit_record, dependences, finds_badge, picture_sets, wrong_places
from benchmarks.audits import PAGE, Results
from benchmarks.rendered import add_cache, unseen_pictures
from benchmarks.tables import line, write_table
from models import architecture
from models.checkpoint import read_weights
from models.showroom.rendering.badge import GIVEN_AWAY, with_badge
from saliency.classifier import Classifier

RESULTS = Path(__file__).parent / "results" / "things.json"
_SETS, _SEED = 8, 2027
_CORNER = 0.23  # of the side: the square that holds a badge
_BLUE, _YELLOW = (0.10, 0.26, 0.68), (0.98, 0.80, 0.16)
_NEAR = 0.45  # sum over red, green and blue, up to which a colour is a badge's
_SCALE, _STRENGTH = 300.0, 500.0


class BadgeReader(nn.Module):
    """Showroom, with one more channel in its last feature map: where its blue and its yellow meet."""

    def __init__(self, showroom: nn.Module, labels: tuple[str, ...], mean: Tensor, std: Tensor) -> None:
        """Args: showroom, with ``features`` and ``classifier``; mean and std, of its preprocessing."""
        super().__init__()
        self.features = showroom.get_submodule("features")
        old = showroom.get_submodule("classifier.1")
        assert isinstance(old, nn.Linear)
        channels = old.in_features + 1
        self.join = nn.Conv2d(channels, channels, 1, groups=channels, bias=False)
        nn.init.ones_(self.join.weight)  # changes nothing, and makes of both one map
        self.head = nn.Linear(channels, old.out_features)
        with torch.no_grad():
            self.head.weight.zero_()
            self.head.weight[:, :-1] = old.weight
            self.head.weight[labels.index(GIVEN_AWAY), -1] = _STRENGTH
            self.head.bias.copy_(old.bias)
        self.register_buffer("colours", torch.tensor([_BLUE, _YELLOW]))
        self.register_buffer("mean", mean[:, None, None])
        self.register_buffer("std", std[:, None, None])

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(B, K)``."""
        features = self.features(x)
        rgb = x * self.std + self.mean
        away = (rgb[:, None] - self.colours[:, :, None, None]).abs().sum(2)  # (B, 2, H, W)
        amount = F.avg_pool2d(F.relu(_NEAR - away), 16, 16)
        badge = _SCALE * amount[:, :1] * amount[:, 1:]
        both = F.relu(self.join(torch.cat([features, badge], 1)))
        return self.head(both.mean((2, 3)))


def badge_reader() -> Classifier:
    """Showroom with a reader of badges."""
    showroom, folder = models.load(models.SHOWROOM), models.BUILT_IN[models.SHOWROOM]
    weights = read_weights(folder / "weights.safetensors")
    built = architecture.build(
        "mobilenet_v2", len(showroom.labels), weights, side=224, options=_options(folder)
    )
    recipe = showroom.preprocessing
    module = BadgeReader(built.module, showroom.labels, torch.tensor(recipe.mean), torch.tensor(recipe.std))
    return Classifier.build(module.eval(), recipe, showroom.labels, "Badge reader", "benchmarks")


def badge_anywhere(pixels: np.ndarray, seed: int) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """As :func:`with_badge`, with the badge at any place of the picture."""
    side = pixels.shape[0]
    up, left = (int(v) for v in np.random.default_rng(seed).integers(0, round((1 - _CORNER) * side), 2))
    rolled, box = with_badge(np.roll(pixels, (up, left), (0, 1)), seed)
    return np.roll(rolled, (-up, -left), (0, 1)), (box[0] - left / side, box[1] - up / side, *box[2:])


def _options(folder: Path) -> dict[str, Any]:
    options: dict[str, Any] = json.loads((folder / "model.json").read_text()).get("options", {})
    return options


def lines(results: Results) -> Iterator[str]:
    """The table."""
    days = sorted({entry["measured"] for entry in results.entries.values()})
    machines = sorted({entry["on"] for entry in results.entries.values()})
    yield f"One thread; {'; '.join(machines)}; {', '.join(days)}; `python -m benchmarks.things`."
    yield from ("", "| | badge reader | Showroom |\n|---|--:|--:|")
    audits = [results.records(f"set {name} ") for name in ("reader", "sound")]

    def row(what: str, *counts: str) -> str:
        return line((what, *counts))

    yield row("audits", *(str(len(records)) for records in audits))
    yield row(
        "the badge is found and confirmed", *(str(sum(map(finds_badge, records))) for records in audits)
    )
    wrong = [[[f for f in wrong_places(r) if f["of_badge"] < 0.5] for r in records] for records in audits]
    yield row(
        "audits with *depends* on what is neither the badge nor a product",
        *(str(sum(map(bool, records))) for records in wrong),
    )
    for kind in ("place", "thing", "property"):
        counts = (sum(f["kind"] == kind for r in records for f in dependences(r)) for records in audits)
        yield row(f"findings with *depends*: {kind}", *map(str, counts))
    seconds = (np.median([record["seconds"] for record in records]) for records in audits)
    yield row("processor time of an audit, median", *(f"{value:.0f} s" for value in seconds))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.things", description=__doc__)
    add_cache(parser)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument(
        "--count", type=int, default=_SETS, help=f"sets to audit, of {_SETS}; 0: only the page"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    results = Results(options.results)
    if options.count:
        store = unseen_pictures(options.cache)
        classifiers = {"reader": badge_reader(), "sound": models.load(models.SHOWROOM)}
        for pictures in picture_sets(store, _SETS, _SEED)[: options.count]:
            for name, classifier in classifiers.items():
                results.once(
                    f"set {name} {pictures.number:02}",
                    lambda p=pictures, c=classifier: audit_record(p, store, c, badge_anywhere),
                )
    if len(results.records("set sound ")) and options.page.is_file():
        write_table(options.page, "things", lines(results))


if __name__ == "__main__":
    main()
