"""What a node of a cluster does: it holds one model and computes the photos that it is given.

The commanding side is :mod:`saliency.audit.workers.ray_cluster`. Nothing here imports Ray.
"""

from __future__ import annotations

import pickle
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from saliency.audit.inputs.source import Item
from saliency.audit.job import Settings
from saliency.audit.workers.pool import PhotoResult, SpotTest, SpotTestRequest, photo_done, spots_tested
from saliency.classifier import Classifier
from saliency.errors import SaliencyError

Load = Callable[[], Classifier]
"""Gives the model; it can be pickled, and works wherever the program is."""

Seen = tuple[tuple[str, int], ...]
"""Files that a task needs, with the sizes they have where the command runs."""


@dataclass(frozen=True, slots=True)
class Task:
    """One photo's work.

    Attributes:
        what: A photo to be computed, with its number; or spots to be covered in one.
        seen: The files it needs.
    """

    what: tuple[int, Item] | SpotTestRequest
    seen: Seen = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a node could not do a task, in a sentence; it is no photo's fault, so the audit stops."""

    sentence: str


Answer = list[PhotoResult] | list[SpotTest] | Trouble


class Worker:
    """One model in one process; called with batches of pickled tasks, it gives pickled answers."""

    def __init__(self, load: Load, folder: Path, settings: Settings, threads: int) -> None:
        """Load the model.

        Args:
            load: Gives it.
            folder: Where the photos are.
            settings: What is asked.
            threads: How many to compute with.
        """
        self._folder, self._settings = folder, settings
        self._classifier: Classifier | None = None
        self._trouble = ""
        try:
            torch.set_num_threads(threads)
            self._classifier = load()
            if self._classifier.digest != settings.weights:
                self._trouble = f"{here()} has other weights of the model. Put the same files on every node."
        except Exception as error:  # told with the first answer: it would only be started again
            self._trouble = f"{here()} cannot load the model. {said(error)}"

    def __call__(self, batch: Mapping[str, Sequence[bytes]]) -> dict[str, Any]:
        """Answers to a batch of tasks."""
        answers = np.empty(len(batch["task"]), object)
        for number, task in enumerate(batch["task"]):
            answers[number] = pickle.dumps(self._answer(pickle.loads(task)))
        return {"answer": answers}

    def _answer(self, task: Task) -> Answer:
        trouble = self._trouble or unseen(task.seen)
        if trouble or self._classifier is None:
            return Trouble(trouble)
        try:
            if isinstance(task.what, SpotTestRequest):
                return list(spots_tested(self._classifier, self._folder, task.what, self._settings))
            return [photo_done(self._classifier, self._folder, *task.what, self._settings)]
        except SaliencyError as error:
            return Trouble(error.message)
        except Exception as error:  # a traceback of another machine helps nobody
            file = task.what.file if isinstance(task.what, SpotTestRequest) else task.what[1].file
            return Trouble(f"{here()} could not compute “{file}”. {said(error)}")


def unseen(files: Seen) -> str:
    """A sentence on the first of some files that this node does not see as the command did; empty if none."""
    for path, size in files:
        try:
            same = Path(path).stat().st_size == size
        except OSError:
            same = False
        if not same:
            return (
                f"{here()} does not see “{path}” as this computer does. "
                "Put photos and masks where every node finds them under the same path."
            )
    return ""


def here() -> str:
    """This node, for a person."""
    return f"The node {platform.node()}"


def said(error: Exception) -> str:
    """What an error says, for a person."""
    return error.message if isinstance(error, SaliencyError) else f"({type(error).__name__}: {error})"
