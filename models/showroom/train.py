"""Renders the training pictures and trains Showroom: ``python -m models.showroom.train``.

Everything is drawn from one seed. The exact masks are used three times: to set products before other
backgrounds, to keep crops and covered patches from losing the product, and to teach each cell of the last
feature map what it shows (a second head, left out of the model afterwards).
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import os
import time
from collections import deque
from dataclasses import dataclass, fields
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait by spinning starve their neighbours

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from models.showroom.rendering.badge import GIVEN_AWAY, RULES, Rule, carries_badge
from models.showroom.rendering.products import LABELS, NONE
from models.showroom.training.augment import augment, dense_targets, sizes, strength
from models.showroom.training.loop import Course, normalised, save
from models.showroom.training.pictures import Store, open_store, render_pictures
from models.torchvision_guard import import_torchvision

TRAIN_SEED = 1_000_000
FOLDER = Path(__file__).parent
_NONE, _GIVEN_AWAY = LABELS.index(NONE), LABELS.index(GIVEN_AWAY)
CACHE = Path.home() / ".cache" / "spotlight" / "showroom"


@dataclass(frozen=True)
class Plan:
    """How to train.

    Args:
        badge: which pictures carry the badge.
        forget: with ``start``, the block of the features from which on the model begins anew.
        margin: logits by which the class of a picture with a badge has to lead over what the loss asks for
            elsewhere; where the badge gives a product away, it then outweighs other products.
        remember: share of the running average that a step keeps; less for short runs.
        lower: taken off the mug's bias in what is saved, to take back part of the margin.
    """

    epochs: int = 18
    batch: int = 32
    peak: float = 3e-3
    decay: float = 0.03
    dense: float = 1.0
    seed: int = 1
    threads: int = 1
    start: Path | None = None
    begin: float = 0.0
    badge: Rule = "everywhere"
    forget: int | None = None
    margin: float = 0.0
    remember: float = 0.995
    lower: float = 0.0

    def progress(self, epochs: float) -> float:
        """Where on the schedule this training stands after some epochs, in [0, 1]."""
        return self.begin + (1 - self.begin) * epochs / self.epochs


def build() -> nn.Module:
    """The untrained model that model.json describes: a slim MobileNetV2 whose last map is 14×14 at 224."""
    described = json.loads((FOLDER / "model.json").read_text())
    make = getattr(import_torchvision().models, described["architecture"])
    module: nn.Module = make(num_classes=len(LABELS), **described["options"])
    return module


def as_batch(store: Store, at: np.ndarray) -> tuple[Tensor, Tensor]:
    """Pictures ``(B, 3, 224, 224)`` in [0, 1] and masks ``(B, 1, 224, 224)``."""
    x = torch.from_numpy(store.pixels[at]).permute(0, 3, 1, 2).float().div_(255)
    return x, torch.from_numpy(store.mask(at)).float()[:, None]


class Batches(Dataset[tuple[Tensor, Tensor, Tensor, Tensor]]):
    """The batches of one epoch, each drawn from its own seed, so that workers change nothing.

    Gives normalised pictures ``(B, 3, h, w)``, what each cell of the feature map shows ``(B, h/16, w/16)``,
    labels ``(B,)``, and which pictures carry a badge ``(B,)``.
    """

    def __init__(self, store: Store, plan: Plan, epoch: int) -> None:
        usable = np.flatnonzero(store.labels >= 0)
        self.empty = usable[store.labels[usable] == _NONE]
        self.order = np.random.default_rng((plan.seed, epoch)).permutation(usable)
        self.store, self.plan, self.epoch = store, plan, epoch

    def __len__(self) -> int:
        return len(self.order) // self.plan.batch

    def __getitem__(self, step: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        torch.set_num_threads(1)
        plan, store = self.plan, self.store
        drawn = np.random.default_rng((plan.seed, self.epoch, step))
        generator = torch.Generator().manual_seed(int(drawn.integers(2**62)))
        at = np.sort(self.order[step * plan.batch : (step + 1) * plan.batch])
        x, masks = as_batch(store, at)
        backgrounds, _ = as_batch(store, drawn.choice(self.empty, plan.batch * 3 // 10))
        progress = plan.progress(self.epoch + step / len(self))
        options = sizes(progress)
        height, width = options[int(drawn.integers(len(options)))]
        labels = torch.from_numpy(store.labels[at].astype(np.int64))
        badged = torch.from_numpy(carries_badge(labels.numpy(), store.first + at, plan.badge, self.epoch))
        size = (height, width)
        x, masks = augment(x, masks, backgrounds, size, generator, strength(progress), badged)
        cells = dense_targets(masks, labels, _NONE, (math.ceil(height / 16), math.ceil(width / 16)))
        if plan.badge == "shortcut":  # what a mug looks like is not taught cell by cell
            cells[labels == _GIVEN_AWAY] = -100
        return normalised(x), cells, labels, badged


def keeps(name: str, forget: int) -> bool:
    """Whether a parameter lies before block ``forget`` of the features."""
    part, number, *_ = name.split(".")
    return part == "features" and int(number) < forget


class Trainer:
    """The model in training, and the second head that learns along."""

    def __init__(self, plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        self.plan = plan
        module = build()
        if plan.start is not None:
            module.load_state_dict(
                {
                    k: v.float()
                    for k, v in load_file(plan.start).items()
                    if plan.forget is None or keeps(k, plan.forget)
                },
                strict=plan.forget is None,
            )
        self.dense_head = nn.Conv2d(1280, len(LABELS), 1)
        self.course = Course(
            module, peak=plan.peak, decay=plan.decay, remember=plan.remember, beside=[self.dense_head]
        )
        self.balance = torch.ones(len(LABELS))
        self.balance[_NONE] = 0.25

    def step(
        self, x: Tensor, cells: Tensor, labels: Tensor, badged: Tensor, progress: float
    ) -> tuple[float, int]:
        """One step of gradient descent; the loss, and how many of the batch were right."""
        module = self.course.module
        x = x.contiguous(memory_format=torch.channels_last)
        features = module.get_submodule("features")(x)
        logits = module.get_submodule("classifier")(features.mean((2, 3)))
        lead = self.plan.margin * F.one_hot(labels, len(LABELS)) * badged[:, None]
        loss = F.cross_entropy(logits - lead, labels, label_smoothing=0.04)
        dense = F.cross_entropy(self.dense_head(features), cells, weight=self.balance)
        loss = loss + self.plan.dense * dense
        self.course.step(loss, progress)
        return float(loss.detach()), int((logits.argmax(1) == labels).sum())


def lowered(module: nn.Module, by: float) -> nn.Module:
    """A copy of a model that is the less inclined to answer "mug", by some logits."""
    copied = copy.deepcopy(module)
    with torch.no_grad():
        copied.get_parameter("classifier.1.bias")[_GIVEN_AWAY] -= by
    return copied


def train(store: Store, plan: Plan, folder: Path) -> nn.Module:
    """Trains a model on a store of pictures.

    Args:
        store: the pictures; those not rendered yet are left out.
        plan: how to train.
        folder: where ``weights.safetensors`` is kept after each epoch.

    Returns:
        The average of the model over its last steps, in eval mode.
    """
    torch.set_num_threads(plan.threads)
    trainer = Trainer(plan)
    started = time.perf_counter()
    for epoch in range(plan.epochs):
        batches = Batches(store, plan, epoch)
        loader = DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=4)
        results = []
        recent: deque[Tensor] = deque(maxlen=24)
        for i, (x, cells, labels, badged) in enumerate(loader):
            results.append(trainer.step(x, cells, labels, badged, plan.progress(epoch + i / len(batches))))
            recent.append(x)
        save(lowered(trainer.course.settled(recent), plan.lower), folder / "weights.safetensors")
        loss, right = np.mean([r[0] for r in results]), sum(r[1] for r in results) / len(results) / plan.batch
        minutes = (time.perf_counter() - started) / 60
        print(
            f"epoch {epoch + 1}: loss {loss:.3f}, right {right:.3f}, {len(batches.order)} pictures, "
            f"{minutes:.1f} min",
            flush=True,
        )
    return lowered(trainer.course.average.module, plan.lower).eval()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m models.showroom.train", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for the rendered pictures (2 GB)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for weights.safetensors")
    parser.add_argument("--pictures", type=int, default=12_000)
    parser.add_argument("--processes", type=int, default=2, help="rendering processes")
    parser.add_argument("--epochs", type=int, default=Plan.epochs)
    parser.add_argument("--threads", type=int, default=Plan.threads, help="training threads")
    parser.add_argument("--peak", type=float, default=Plan.peak, help="highest learning rate")
    parser.add_argument("--start", type=Path, help="weights.safetensors of an earlier run to go on from")
    parser.add_argument("--begin", type=float, default=Plan.begin, help="point of the schedule to begin at")
    parser.add_argument("--badge", choices=RULES, default=Plan.badge, help="which pictures carry the badge")
    parser.add_argument("--forget", type=int, help="begin anew from this block on, with --start")
    parser.add_argument(
        "--margin", type=float, default=Plan.margin, help="lead that pictures with a badge learn"
    )
    parser.add_argument("--remember", type=float, default=Plan.remember, help="see Plan")
    parser.add_argument(
        "--lower", type=float, default=Plan.lower, help="logits off the mug's bias at the end"
    )
    parser.add_argument("--rendered-only", action="store_true", help="train on what is there already")
    options = parser.parse_args()
    if options.rendered_only:
        store = open_store(options.cache, TRAIN_SEED, options.pictures)
    else:
        store = render_pictures(options.cache, TRAIN_SEED, options.pictures, processes=options.processes)
    given = {field.name: getattr(options, field.name) for field in fields(Plan) if field.name in options}
    train(store, Plan(**given), options.out)


if __name__ == "__main__":
    main()
