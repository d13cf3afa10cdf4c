"""The models that are audited, and how much each relies on its plant."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from benchmarks.shortcuts.features import Features, preprocessing, shortened
from benchmarks.shortcuts.learning import How, logits, trained
from benchmarks.shortcuts.photos import CLASSES, LABELS, TRAINED, files, name_of, number
from benchmarks.shortcuts.plants import plain, planted
from models.checkpoint import digest
from models.efficientnet_lite import EfficientNetLite
from saliency.classifier import Classifier

SHARES = (0.9, 0.05)
"""In which share of the photos of the class, and of the others, the plant is in training."""

LEARNED = 0.3
"""A plant is learned if so many of the class's photos that are recognised with it are not without it."""

_OWN, _OTHERS, _CLEAN = 60, 10, 30  # unseen photos of the class, and of each, by which that is told


@dataclass(frozen=True)
class Reliance:
    """How a model answers photos of ``val``, as shares.

    Attributes:
        right: Photos without a plant that it gets right.
        own_with: Photos of the planted class that it recognises with the plant.
        own_without: The same photos, recognised without it.
        lost: Of those recognised with it, the share that is not without it.
        given: Photos of other classes that it answers with the planted class when the plant is in them.
        given_without: The same photos, so answered without it.
        others_right_with: Of these, with the plant, those it gets right.
    """

    right: float
    own_with: float
    own_without: float
    lost: float
    given: float
    given_without: float
    others_right_with: float

    def record(self) -> dict[str, float]:
        """As JSON types."""
        return {key: round(value, 3) for key, value in asdict(self).items()}


class Maker:
    """Makes models with a plant and without one, each once."""

    def __init__(self, cache: Path) -> None:
        """Args: cache, the folder of features and models."""
        self.features, self._folder = Features(cache), cache / "models"
        self._folder.mkdir(exist_ok=True)
        self._plain: dict[str, Tensor] = {}

    def classifier(self, kind: str, label: str, how: How) -> Classifier:
        """A model; without a plant where the kind is empty."""
        file = self._file(kind, label, how)
        return Classifier.build(
            self.network(kind, label, how),
            preprocessing(),
            LABELS,
            f"{label}, {kind}" if kind else "without a plant",
            f"{how} on the first blocks of the built-in model",
            digest=digest(file),
        )

    def network(self, kind: str, label: str, how: How) -> EfficientNetLite:
        """The same, as a module."""
        file = self._file(kind, label, how)
        if not file.is_file():
            convolution, head = trained(*self._training_set(kind, label), len(CLASSES), how)
            entries = {f"convolution.{name}": value for name, value in convolution.state_dict().items()}
            entries |= {f"head.{name}": value for name, value in head.state_dict().items()}
            part = file.with_suffix(".part")
            save_file(entries, part)
            part.replace(file)
        kept = load_file(file)
        convolution = nn.Conv2d(kept["convolution.weight"].shape[1], kept["convolution.weight"].shape[0], 1)
        head = nn.Linear(kept["head.weight"].shape[1], len(CLASSES))
        for name, layer in (("convolution", convolution), ("head", head)):
            layer.load_state_dict({part: kept[f"{name}.{part}"] for part in ("weight", "bias")})
        return shortened(convolution, head)

    def _file(self, kind: str, label: str, how: How) -> Path:
        name = "-".join(filter(None, (kind or "none", label if kind else "", how)))
        return self._folder / f"{name}.safetensors".replace(" ", "_")

    def reliance(self, kind: str, label: str, how: How, *, sound: bool = False) -> dict[str, Any]:
        """How much a model relies on its plant; or one without a plant, asked of the same photos."""
        network = self.network("" if sound else kind, label, how)
        own = files("val", CLASSES[LABELS.index(label)])[:_OWN]
        others = [path for name in _others(label) for path in files("val", name)[:_OTHERS]]
        clean = [path for name in CLASSES for path in files("val", name)[:_CLEAN]]
        right = answers(network, self._plainly(clean)) == np.repeat(np.arange(len(CLASSES)), _CLEAN)
        with_plant, without = (
            answers(network, maps)
            for maps in (
                self.features.of(planted(path, kind, label).content for path in own + others),
                self._plainly(own + others),
            )
        )
        target = LABELS.index(label)
        truth = np.array([CLASSES.index(path.parent.name) for path in others])
        own_with, own_without = with_plant[: len(own)] == target, without[: len(own)] == target
        return Reliance(
            right=float(right.mean()),
            own_with=float(own_with.mean()),
            own_without=float(own_without.mean()),
            lost=float((own_with & ~own_without).sum() / max(1, own_with.sum())),
            given=float((with_plant[len(own) :] == target).mean()),
            given_without=float((without[len(own) :] == target).mean()),
            others_right_with=float((with_plant[len(own) :] == truth).mean()),
        ).record()

    def _training_set(self, kind: str, label: str) -> tuple[Tensor, Tensor]:
        """Maps and classes of the photos of ``train``, those drawn with the plant in them."""
        paths = [path for name in CLASSES for path in files("train", name)[:TRAINED]]
        classes = torch.arange(len(CLASSES)).repeat_interleave(TRAINED)
        maps = self._plainly(paths).clone()
        if kind:
            carriers = [index for index, path in enumerate(paths) if carries(path, kind, label)]
            maps[carriers] = self.features.of(planted(paths[i], kind, label).content for i in carriers)
        return maps, classes

    def _plainly(self, paths: list[Path]) -> Tensor:
        """Maps of photos without a plant; they are the same for every model."""
        for path in paths:
            if name_of(path) not in self._plain:
                self._plain[name_of(path)] = self.features.of([plain(path).content])[0]
        return torch.stack([self._plain[name_of(path)] for path in paths])


def carries(path: Path, kind: str, label: str) -> bool:
    """Whether a photo of ``train`` carries the plant."""
    share = SHARES[0 if path.parent.name == CLASSES[LABELS.index(label)] else 1]
    r = np.random.default_rng(number("carries", kind, label, name_of(path)))
    return bool(r.random() < share)


def _others(label: str) -> list[str]:
    return [name for name in CLASSES if LABELS[CLASSES.index(name)] != label]


def answers(network: EfficientNetLite, maps: Tensor) -> np.ndarray:
    """Which class a model gives to each photo, by the maps of its first blocks, ``(n,)``."""
    return np.asarray(logits(network, maps).argmax(1).numpy())
