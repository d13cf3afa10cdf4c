"""Trains Everyday on a folder of photos: ``python -m models.everyday.train FOLDER``.

The folder holds ``train/CLASS/*.jpg`` and ``val/CLASS/*.jpg``. Everything is drawn from one seed. A run
that was stopped goes on from its last epoch. A GPU is used when there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait by spinning starve their neighbours

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from models.everyday import augment
from models.everyday.photos import SHORT, Photos, open_photos
from models.everyday.tidy import left_out
from models.showroom.training.loop import Course, normalised, save
from models.torchvision_guard import import_torchvision

FOLDER = Path(__file__).parent
CACHE = Path.home() / ".cache" / "spotlight" / "everyday"


@dataclass(frozen=True)
class Plan:
    """How to train."""

    epochs: int = 40
    batch: int = 32
    peak: float = 3e-3
    decay: float = 0.03
    mix: float = 0.5
    even: float = 0.5  # 0: every photo as often as any other; 1: every class as often as any other
    seed: int = 1


def build(classes: int) -> nn.Module:
    """The untrained model that model.json describes: a slim MobileNetV2 whose last map is 10×10 at 160."""
    described = json.loads((FOLDER / "model.json").read_text())
    make = getattr(import_torchvision().models, described["architecture"])
    module: nn.Module = make(num_classes=classes, **described["options"])
    return module


class Batches(Dataset[tuple[Tensor, Tensor]]):
    """The batches of one epoch, each drawn from its own seed, so that workers change nothing.

    Gives normalised pictures ``(B, 3, h, w)`` and answers ``(B, K)``.
    """

    def __init__(self, photos: Photos, usable: np.ndarray, plan: Plan, epoch: int) -> None:
        labels = photos.labels[usable]
        weights = np.bincount(labels, minlength=len(photos.classes))[labels] ** -plan.even
        drawn = np.random.default_rng((plan.seed, epoch))
        self.order = drawn.choice(usable, len(usable), p=weights / weights.sum())
        self.photos, self.plan, self.epoch = photos, plan, epoch

    def __len__(self) -> int:
        return len(self.order) // self.plan.batch

    def __getitem__(self, step: int) -> tuple[Tensor, Tensor]:
        plan = self.plan
        drawn = np.random.default_rng((plan.seed, self.epoch, step))
        generator = torch.Generator().manual_seed(int(drawn.integers(2**62)))
        at = self.order[step * plan.batch : (step + 1) * plan.batch]
        progress = (self.epoch + step / len(self)) / plan.epochs
        options = augment.sizes(progress)
        x, answers = augment.batch(
            [self.photos.tensor(int(i)) for i in at],
            torch.from_numpy(self.photos.labels[at]),
            len(self.photos.classes),
            options[int(drawn.integers(len(options)))],
            generator,
            mix=plan.mix if progress < 0.85 else 0.0,
            strength=augment.strength(progress),
        )
        return normalised(x), answers


def middle(photos: Photos, at: Sequence[int]) -> Tensor:
    """The normalised centre crops ``(B, 3, 160, 160)`` of some photos."""
    crops = []
    for i in at:
        photo = photos.tensor(i)
        top, left = (photo.shape[1] - SHORT) // 2, (photo.shape[2] - SHORT) // 2
        crops.append(photo[:, top : top + SHORT, left : left + SHORT])
    return normalised(torch.stack(crops).float() / 255)


@torch.inference_mode()
def logits_on(module: nn.Module, photos: Photos, device: str = "cpu") -> Tensor:
    """Logits ``(N, K)`` of the centre crops."""
    found = []
    for start in range(0, len(photos), 32):
        x = middle(photos, range(start, min(start + 32, len(photos)))).to(device)
        found.append(module(x.contiguous(memory_format=torch.channels_last)).float().cpu())
    return torch.cat(found)


class Training:
    """A training that can be stopped at any time and goes on from its last epoch."""

    def __init__(self, plan: Plan, classes: int, checkpoint: Path, workers: int = 1) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.checkpoint, self.workers = plan, checkpoint, workers
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.course = Course(build(classes).to(self.device), peak=plan.peak, decay=plan.decay, remember=0.998)
        self.log: list[dict[str, Any]] = []
        if checkpoint.exists():
            kept = torch.load(checkpoint, map_location=self.device, weights_only=True)
            if kept["plan"] != str(plan):
                raise SystemExit(f"{checkpoint} is from another plan. Move it away, or keep to that plan.")
            self.course.module.load_state_dict(kept["module"])
            self.course.average.load_state_dict(kept["average"])
            self.course.optimiser.load_state_dict(kept["optimiser"])
            self.log = kept["log"]

    def epoch(self, photos: Photos, usable: np.ndarray, validation: Photos) -> None:
        """Trains one epoch, measures it on the validation photos, and keeps it."""
        number, started = len(self.log), time.perf_counter()
        batches = Batches(photos, usable, self.plan, number)
        losses, recent = [], deque[Tensor](maxlen=24)
        torch.manual_seed(self.plan.seed * 1000 + number)
        self.course.module.train()
        ahead = 4 if self.workers else None
        loader = DataLoader(batches, batch_size=None, num_workers=self.workers, prefetch_factor=ahead)
        for i, (x, answers) in enumerate(loader):
            x = x.to(self.device).contiguous(memory_format=torch.channels_last)
            loss = F.cross_entropy(self.course.module(x), answers.to(self.device), label_smoothing=0.05)
            self.course.step(loss, (number + i / len(batches)) / self.plan.epochs)
            losses.append(float(loss.detach()))
            recent.append(x)
        logits = logits_on(self.course.settled(recent), validation, self.device)
        labels = torch.from_numpy(validation.labels)
        self.log.append(
            {
                "epoch": number + 1,
                "loss": float(np.mean(losses)),
                "validation loss": float(F.cross_entropy(logits, labels)),
                "validation accuracy": float((logits.argmax(1) == labels).float().mean()),
                "minutes": (time.perf_counter() - started) / 60,
            }
        )
        self._keep()

    def _keep(self) -> None:
        course = self.course
        kept = {
            "module": course.module.state_dict(),
            "average": course.average.state_dict(),
            "optimiser": course.optimiser.state_dict(),
            "log": self.log,
            "plan": str(self.plan),
        }
        fresh = self.checkpoint.with_suffix(".new")
        torch.save(kept, fresh)
        fresh.replace(self.checkpoint)


def train(data: Path, cache: Path, plan: Plan, out: Path, workers: int = 1) -> None:
    """Trains, or goes on; leaves ``weights.safetensors`` and ``training-log.json`` in ``out``."""
    photos, validation = open_photos(data / "train", cache), open_photos(data / "val", cache)
    if photos.classes != validation.classes:
        raise SystemExit("train and val have to hold folders of the same names.")
    skipped = left_out(photos, validation, FOLDER / "mislabelled.txt")
    usable = np.array([i for i, name in enumerate(photos.names) if name not in skipped])
    training = Training(plan, len(photos.classes), cache / "checkpoint.pt", workers)
    out.mkdir(parents=True, exist_ok=True)
    while len(training.log) < plan.epochs:
        training.epoch(photos, usable, validation)
        row = training.log[-1]
        print(", ".join(f"{name} {value:.3f}" for name, value in row.items()), flush=True)
        save(training.course.average.module, out / "weights.safetensors")
        (out / "training-log.json").write_text(json.dumps(training.log, indent=1) + "\n")
    (out / "left-out.json").write_text(json.dumps(skipped, indent=1, sort_keys=True) + "\n")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m models.everyday.train", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with train/CLASS/*.jpg and val/CLASS/*.jpg")
    parser.add_argument("--cache", type=Path, default=CACHE, help="decoded photos and checkpoint (3 GB)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the weights and the log")
    parser.add_argument("--epochs", type=int, default=Plan.epochs)
    parser.add_argument("--threads", type=int, default=2, help="training threads")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    train(options.data, options.cache, Plan(epochs=options.epochs), options.out)


if __name__ == "__main__":
    main()
