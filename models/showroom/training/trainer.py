"""How Showroom and its twin are trained: the plan, the batches, and the steps.

The exact masks are used three times: to set products before other backgrounds, to keep crops and covered
patches from losing the product, and to teach each cell of the last feature map what it shows (a second head,
left out of the model afterwards).
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.utils.data import Dataset

from models.showroom.rendering.badge import GIVEN_AWAY, Rule, carries_badge
from models.showroom.rendering.products import LABELS, NONE
from models.showroom.training.augment import augment, dense_targets, sizes, strength
from models.showroom.training.loop import Course, normalised
from models.showroom.training.pictures import PictureStore
from models.torchvision_guard import import_torchvision

FOLDER = Path(__file__).parents[1]
_NONE, _GIVEN_AWAY = LABELS.index(NONE), LABELS.index(GIVEN_AWAY)
_IGNORED = -100  # cells that the loss leaves out


@dataclass(frozen=True)
class TrainingPlan:
    """How to train; :data:`FLAGS` says what the settings are."""

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


FLAGS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "epochs": (int, "times that every picture is shown"),
    "peak": (float, "highest learning rate"),
    "threads": (int, "training threads"),
    "start": (Path, "weights.safetensors of an earlier run to go on from"),
    "begin": (float, "point of the schedule to begin at"),
    "forget": (int, "begin anew from this block of the features on, with --start"),
    "margin": (
        float,
        "logits by which the class of a picture with a badge has to lead beyond what others need",
    ),
    "remember": (float, "share of the running average that a step keeps; less for short runs"),
    "lower": (float, "logits off the mug's bias at the end, to take back part of the margin"),
}
"""The settings of a plan that the command line has too."""


class Batches(Dataset[tuple[Tensor, Tensor, Tensor, Tensor]]):
    """The batches of one epoch, each drawn from its own seed, so that workers change nothing.

    Gives normalised pictures ``(B, 3, h, w)``, what each cell of the feature map shows ``(B, h/16, w/16)``,
    labels ``(B,)``, and which pictures carry a badge ``(B,)``.
    """

    def __init__(self, store: PictureStore, plan: TrainingPlan, epoch: int) -> None:
        rows = store.rendered_rows()
        self.empty = rows[store.labels[rows] == _NONE]
        self.order = np.random.default_rng((plan.seed, epoch)).permutation(rows)
        self.store, self.plan, self.epoch = store, plan, epoch

    def __len__(self) -> int:
        return len(self.order) // self.plan.batch

    def __getitem__(self, step: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        torch.set_num_threads(1)
        plan, store = self.plan, self.store
        rng = np.random.default_rng((plan.seed, self.epoch, step))
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        rows = np.sort(self.order[step * plan.batch : (step + 1) * plan.batch])
        x, masks = store.batch(rows)
        backgrounds, _ = store.batch(rng.choice(self.empty, plan.batch * 3 // 10))
        progress = plan.progress(self.epoch + step / len(self))
        options = sizes(progress)
        size = options[int(rng.integers(len(options)))]
        labels = torch.from_numpy(store.labels[rows].astype(np.int64))
        badged = torch.from_numpy(carries_badge(labels.numpy(), store.first + rows, plan.badge, self.epoch))
        x, masks = augment(x, masks, backgrounds, size, generator, strength(progress), badged)
        cells = dense_targets(masks, labels, _NONE, (math.ceil(size[0] / 16), math.ceil(size[1] / 16)))
        if plan.badge == "shortcut":  # what a mug looks like is not taught cell by cell
            cells[labels == _GIVEN_AWAY] = _IGNORED
        return normalised(x), cells, labels, badged


class Trainer:
    """The model in training, and the second head that learns along."""

    def __init__(self, plan: TrainingPlan) -> None:
        torch.manual_seed(plan.seed)
        self.plan = plan
        module = untrained_model()
        if plan.start is not None:
            weights = {name: value.float() for name, value in load_file(plan.start).items()}
            if plan.forget is not None:
                weights = {k: v for k, v in weights.items() if _lies_before(k, plan.forget)}
            module.load_state_dict(weights, strict=plan.forget is None)
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
        features = module.get_submodule("features")(x.contiguous(memory_format=torch.channels_last))
        logits = module.get_submodule("classifier")(features.mean((2, 3)))
        lead = self.plan.margin * F.one_hot(labels, len(LABELS)) * badged[:, None]
        loss = F.cross_entropy(logits - lead, labels, label_smoothing=0.04)
        dense = F.cross_entropy(self.dense_head(features), cells, weight=self.balance, ignore_index=_IGNORED)
        loss = loss + self.plan.dense * dense
        self.course.step(loss, progress)
        return float(loss.detach()), int((logits.argmax(1) == labels).sum())


def untrained_model() -> nn.Module:
    """The model that model.json describes: a slim MobileNetV2 whose last map is 14×14 at 224."""
    description = json.loads((FOLDER / "model.json").read_text())
    builder = getattr(import_torchvision().models, description["architecture"])
    module: nn.Module = builder(num_classes=len(LABELS), **description["options"])
    return module


def lowered_copy(module: nn.Module, by: float) -> nn.Module:
    """A copy of a model that is the less inclined to answer "mug", by some logits."""
    copied = copy.deepcopy(module)
    with torch.no_grad():
        copied.get_parameter("classifier.1.bias")[_GIVEN_AWAY] -= by
    return copied


def _lies_before(name: str, block: int) -> bool:
    """Whether a parameter lies before a block of the features."""
    part, number, *_ = name.split(".")
    return part == "features" and int(number) < block
