"""Renders the training pictures and trains Showroom: ``python -m models.showroom.train``.

Everything is drawn from one seed.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import deque
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait by spinning starve their neighbours

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from models.showroom.rendering.badge import RULES
from models.showroom.training.loop import save
from models.showroom.training.pictures import CACHE, TRAIN_SEED, PictureStore, open_store, render_pictures
from models.showroom.training.trainer import FLAGS, FOLDER, Batches, Trainer, TrainingPlan, lowered_copy


def train(store: PictureStore, plan: TrainingPlan, folder: Path) -> None:
    """Trains a model on a store of pictures.

    Args:
        store: the pictures; those not rendered yet are left out.
        plan: how to train.
        folder: where ``weights.safetensors`` is kept after each epoch: the average over the last steps.
    """
    torch.set_num_threads(plan.threads)
    trainer = Trainer(plan)
    start = time.perf_counter()
    for epoch in range(plan.epochs):
        batches = Batches(store, plan, epoch)
        loader = DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=4)
        losses, right = [], 0
        recent: deque[Tensor] = deque(maxlen=24)
        for step, (x, cells, labels, badged) in enumerate(loader):
            progress = plan.progress(epoch + step / len(batches))
            loss, hits = trainer.step(x, cells, labels, badged, progress)
            losses.append(loss)
            right += hits
            recent.append(x)
        save(lowered_copy(trainer.course.settled(recent), plan.lower), folder / "weights.safetensors")
        minutes = (time.perf_counter() - start) / 60
        print(
            f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, right {right / len(losses) / plan.batch:.3f}, "
            f"{len(batches.order)} pictures, {minutes:.1f} min",
            flush=True,
        )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m models.showroom.train", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for the rendered pictures (2 GB)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for weights.safetensors")
    parser.add_argument("--pictures", type=int, default=12_000)
    parser.add_argument("--processes", type=int, default=2, help="rendering processes")
    parser.add_argument("--rendered-only", action="store_true", help="train on what is there already")
    parser.add_argument("--badge", choices=RULES, default="everywhere", help="which pictures carry the badge")
    for name, (kind, purpose) in FLAGS.items():
        parser.add_argument(f"--{name}", type=kind, default=getattr(TrainingPlan, name), help=purpose)
    options = parser.parse_args()
    if options.rendered_only:
        store = open_store(options.cache, TRAIN_SEED, options.pictures)
    else:
        store = render_pictures(options.cache, TRAIN_SEED, options.pictures, processes=options.processes)
    settings = {name: getattr(options, name) for name in ("badge", *FLAGS)}
    train(store, TrainingPlan(**settings), options.out)


if __name__ == "__main__":
    main()
