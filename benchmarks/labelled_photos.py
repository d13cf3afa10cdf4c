"""Real photos with labels as an audit keeps them, and models of those labels that are trained in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

import models
from benchmarks.real_photos import DATA
from models.showroom.samples import FOLDER as RENDERED
from saliency.audit.evidence.look import PhotoLook, photo_look
from saliency.audit.evidence.near_copies import fingerprint
from saliency.audit.evidence.traces import vector
from saliency.classifier import Classifier
from saliency.photo.reading import read_photo
from saliency.prepared_photo import PreparedPhoto

TRAINED = 20
"""Photos a class to train on."""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class RealPhoto:
    """A photo, what it shows, and what an audit keeps of it."""

    path: Path
    shows: str
    look: PhotoLook
    fingerprint: str
    size: tuple[int, int]
    vector: NDArray[np.float16]


def real_photo(classifier: Classifier, path: Path, shows: str) -> RealPhoto:
    """What an audit keeps of a photo."""
    photo = read_photo(path)
    seen = vector(PreparedPhoto(classifier, photo))
    assert seen is not None
    return RealPhoto(path, shows, photo_look(photo.image), fingerprint(photo.image), photo.image.size, seen)


def gathered(most: int) -> dict[str, list[RealPhoto]]:
    """Photos to train on, to audit, and rendered ones."""
    classifier = models.load(models.EVERYDAY)
    folders = {"train": min(TRAINED, most), "val": most}
    if not (DATA / "everyday").is_dir():
        raise SystemExit("The photos that this is measured on are not on this computer.")
    photos = {
        name: [
            real_photo(classifier, path, folder.name)
            for folder in sorted((DATA / "everyday" / name).iterdir())
            for path in sorted(folder.iterdir())[:count]
        ]
        for name, count in folders.items()
    }
    photos["rendered"] = [real_photo(classifier, path, "") for path in sorted(RENDERED.glob("*.jpg"))]
    return photos


class Head:
    """A linear head on vectors, trained on some photos."""

    def __init__(self, photos: Sequence[RealPhoto], each: int) -> None:
        """Fit it on so many photos of each class."""
        self.classes = sorted({photo.shows for photo in photos})
        by_class = {name: [photo for photo in photos if photo.shows == name][:each] for name in self.classes}
        chosen = [photo for some in by_class.values() for photo in some]
        x = torch.from_numpy(stacked(chosen))
        self.mean = x.mean(0)
        y = torch.tensor([self.classes.index(photo.shows) for photo in chosen])
        torch.manual_seed(0)
        self.linear = torch.nn.Linear(x.shape[1], len(self.classes))
        optimiser = torch.optim.LBFGS(self.linear.parameters(), max_iter=100)

        def loss() -> torch.Tensor:
            optimiser.zero_grad()
            weight = self.linear.weight.square().sum()
            value = torch.nn.functional.cross_entropy(self.linear(20 * (x - self.mean)), y) + 1e-3 * weight
            value.backward()
            return value

        optimiser.step(loss)  # type: ignore[arg-type]

    def accuracy(self, photos: Sequence[RealPhoto]) -> float:
        """The share of photos whose best class is what they show."""
        best = self.scores(photos).argmax(1).tolist()
        return float(
            np.mean([self.classes[index] == photo.shows for index, photo in zip(best, photos, strict=True)])
        )

    def scores(self, photos: Sequence[RealPhoto]) -> Array:
        """Its scores ``(N, K)``."""
        with torch.no_grad():
            logits = self.linear(20 * (torch.from_numpy(stacked(photos)) - self.mean))
        return np.asarray(logits.softmax(1).numpy())


def stacked(photos: Sequence[RealPhoto]) -> Array:
    """Their vectors ``(N, C)``."""
    return np.stack([photo.vector for photo in photos]).astype(np.float32)
