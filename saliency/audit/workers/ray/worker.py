"""What a node of a cluster does: it holds one model and computes the photos that it is given.

The commanding side is :mod:`saliency.audit.workers.ray.cluster`. Nothing here imports Ray.
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

from saliency.audit.evidence.rows import Result
from saliency.audit.inputs.files import file_size
from saliency.audit.inputs.settings import Settings
from saliency.audit.workers.pool import PhotoWork, Task
from saliency.classifier import Classifier, yes_no_classifier
from saliency.errors import SaliencyError

Load = Callable[[], Classifier]
"""Gives the model; it can be pickled, and works wherever the program is."""

FileSizes = tuple[tuple[str, int], ...]
"""Files that a task needs, with the sizes they have where the command runs."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a node could not do a task, in a sentence; it is no photo's fault, so the audit stops."""

    sentence: str


class Worker:
    """One model in one process; called with batches of pickled tasks, it gives pickled answers."""

    def __init__(
        self, load: Load, folder: Path, masks: Path | None, settings: Settings, threads: int
    ) -> None:
        """Load the model.

        Args:
            load: Gives it.
            folder: Where the photos are.
            masks: Where the masks are, if there are any.
            settings: What is asked.
            threads: How many to compute with.
        """
        self._work: PhotoWork | None = None
        self._trouble = ""
        try:
            torch.set_num_threads(threads)
            classifier = yes_no_classifier(load(), settings.question, settings.framing)
            if classifier.digest == settings.weights:
                self._work = PhotoWork(classifier, folder, masks, settings)
            else:
                self._trouble = f"{here()} has other weights of the model. Put the same files on every node."
        except Exception as error:  # told with the first answer: it would only be started again
            self._trouble = f"{here()} cannot load the model. {reason(error)}"

    def __call__(self, batch: Mapping[str, Sequence[bytes]]) -> dict[str, Any]:
        """Answers to a batch of tasks, each with the files it needs."""
        answers = np.empty(len(batch["task"]), object)
        for number, packed in enumerate(batch["task"]):
            answers[number] = pickle.dumps(self.answer(*pickle.loads(packed)))
        return {"answer": answers}

    def answer(self, task: Task, files: FileSizes = ()) -> list[Result] | Trouble:
        """What comes of a task.

        Args:
            task: The task.
            files: The files it needs.
        """
        trouble = self._trouble or missing_file(files)
        if trouble or self._work is None:
            return Trouble(trouble)
        try:
            return list(self._work.results(task))
        except SaliencyError as error:
            return Trouble(error.message)
        except Exception as error:  # a traceback of another machine helps nobody
            return Trouble(f"{here()} could not compute “{task.file}”. {reason(error)}")


def missing_file(files: FileSizes) -> str:
    """A sentence on the first file that this node does not see as the command did; empty if none."""
    for path, size in files:
        if file_size(Path(path)) != size:
            return (
                f"{here()} does not see “{path}” as this computer does. "
                "Put photos and masks where every node finds them under the same path."
            )
    return ""


def here() -> str:
    """This node, for a person."""
    return f"The node {platform.node()}"


def reason(error: Exception) -> str:
    """What an error says, for a person."""
    return error.message if isinstance(error, SaliencyError) else f"({type(error).__name__}: {error})"
