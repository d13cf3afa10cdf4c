"""What goes into a model's last step for each photo and its twins, kept in a job's folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor

from saliency.audit.inputs.same_photo import ChangedPhotoError
from saliency.audit.remedy.twins import TwinKind, TwinMaker, batch
from saliency.errors import Cancelled, SaliencyError, UnansweredError
from saliency.network.last_step import LastStep
from saliency.progress import Progress, report

FOLDER = "rehearsal"
_FORMAT = 1


@dataclass(frozen=True, eq=False)
class PhotoFeatures:
    """What goes into the last step for one photo and its twins.

    Attributes:
        own: ``(D,)``.
        twins: ``(n, D)``.
        causes: Which cause each twin is about.
        kinds: How each was made.
    """

    own: Tensor
    twins: Tensor
    causes: tuple[int, ...]
    kinds: tuple[TwinKind, ...]

    def chosen(self, cause: int, *kinds: TwinKind) -> Tensor:
        """Twins of some kinds about one cause, ``(m, D)``."""
        wanted = [
            place
            for place, about in enumerate(zip(self.causes, self.kinds, strict=True))
            if about[0] == cause and about[1] in kinds
        ]
        return self.twins[wanted]


@dataclass(eq=False)
class KeptFeatures:
    """Features by a photo's number; those that are not there yet are computed and kept.

    Attributes:
        folder: Where they are kept.
        unread: Photos that cannot be read any more, a sentence each.
    """

    folder: Path
    maker: TwinMaker
    step: LastStep
    unread: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, job: Path, maker: TwinMaker, step: LastStep, seed: int) -> KeptFeatures:
        """In a job's folder; those of another question are removed."""
        material = maker.material
        asked = [
            _FORMAT,
            maker.classifier.digest,
            seed,
            [material.rows[number].photo_sha256 for number in (*material.learning, *material.judging)],
            [[cause.finding.key, cause.donors] for cause in material.causes],
        ]
        key = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]
        parent = job / FOLDER
        for other in parent.iterdir() if parent.is_dir() else ():
            if other.name != key:
                shutil.rmtree(other, ignore_errors=True)
        (parent / key).mkdir(parents=True, exist_ok=True)
        return cls(parent / key, maker, step)

    def all(self, on_progress: Progress | None = None) -> dict[int, PhotoFeatures]:
        """Of all photos of both halves; what ``on_progress`` raises stops the work."""
        numbers = sorted((*self.maker.material.learning, *self.maker.material.judging))
        found = {}
        for done, number in enumerate(numbers):
            report(on_progress, done, len(numbers))
            features = self._read(number) or self._computed(number)
            if features is not None:
                found[number] = features
        report(on_progress, len(numbers), len(numbers))
        return found

    def _computed(self, number: int) -> PhotoFeatures | None:
        try:
            probe = self.maker.probe(number)
        except (Cancelled, UnansweredError, ChangedPhotoError):
            raise
        except SaliencyError as error:
            self.unread.append(f"{self.maker.material.rows[number].file}: {error.message}")
            return None
        twins = list(self.maker.twins(number, probe))
        own = self.step.features(probe.prepared.x)
        values = self.step.features(batch(twins)) if twins else own[:0]
        features = PhotoFeatures(
            own[0], values, tuple(twin.cause for twin in twins), tuple(twin.kind for twin in twins)
        )
        self._write(number, features)
        return features

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.npz"

    def _write(self, number: int, features: PhotoFeatures) -> None:
        path, part = self._path(number), self.folder / f"{number}.part"
        with part.open("wb") as file:
            np.savez(
                file,
                own=features.own.numpy(),
                twins=features.twins.numpy(),
                causes=np.array(features.causes, np.int64),
                kinds=np.array(features.kinds, "U8"),
            )
        part.replace(path)

    def _read(self, number: int) -> PhotoFeatures | None:
        """What was kept of a photo; ``None`` where nothing was, or it is damaged."""
        try:
            with np.load(self._path(number), allow_pickle=False) as kept:
                kinds = tuple(cast(TwinKind, str(kind)) for kind in kept["kinds"])
                own, twins = torch.from_numpy(kept["own"]), torch.from_numpy(kept["twins"])
                causes = tuple(int(cause) for cause in kept["causes"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        fits = own.shape == self.step.weight.shape[1:] and len(twins) == len(causes) == len(kinds)
        return PhotoFeatures(own, twins, causes, kinds) if fits else None
