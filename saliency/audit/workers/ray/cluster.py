"""An audit on a Ray cluster: Ray Data hands photos to one model a processor or GPU, wherever there are any.

The job stays with whoever gives the command: nodes read photos and weights, and write nothing. What a lost
node was at is computed by another one. Ray is imported only here, and only when it is asked for.
"""

from __future__ import annotations

import pickle
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saliency.audit.evidence.rows import Result
from saliency.audit.evidence.surroundings.plan import SurroundingsTask
from saliency.audit.evidence.things.pasting import PasteTrial
from saliency.audit.inputs.areas import NamedMask
from saliency.audit.inputs.files import file_size
from saliency.audit.job import Job
from saliency.audit.workers.pool import PhotoTask, Task, TrialTask
from saliency.audit.workers.ray.connection import PATIENCE, REACH, Nodes, last_line
from saliency.audit.workers.ray.worker import FileSizes, Load, Trouble, Worker
from saliency.errors import SaliencyError
from saliency.progress import Progress

_TASKS = 2000  # at most; Ray holds a record of each
_BEAT = 1.0  # seconds between two looks at how things are
_HEADLESS = 10.0  # seconds; Ray ends this process after 60
_GO_ON = "What is finished is kept: go on with --resume."


@dataclass(frozen=True)
class Cluster:
    """A pool (see :class:`saliency.audit.workers.pool.Pool`) on the nodes of a cluster.

    Attributes:
        nodes: The cluster, connected.
        load: Gives the model on a node.
    """

    nodes: Nodes
    load: Load

    def results(
        self, job: Job, folder: Path, tasks: Sequence[Task], on_progress: Progress
    ) -> Iterator[Result]:
        """What the nodes answer, as it comes. Ray Data begins a lost worker and its tasks again elsewhere."""
        if not tasks:
            return
        folder, masks = folder.resolve(), job.masks and job.masks.resolve()
        self.nodes.check(folder)
        import ray.data

        packed = [{"task": pickle.dumps((task, _file_sizes(task, folder, masks)))} for task in tasks]
        workers = max(1, min(self.nodes.workers(), len(packed)))
        dataset = ray.data.from_items(packed, override_num_blocks=min(len(packed), _TASKS)).map_batches(
            Worker,
            fn_constructor_args=(self.load, folder, masks, job.settings, self.nodes.threads),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers, initial_size=workers),
            **self.nodes.needs,
        )
        for row in streamed(dataset, self.nodes, on_progress):
            answer: list[Result] | Trouble = pickle.loads(row["answer"])
            if isinstance(answer, Trouble):
                raise SaliencyError(answer.sentence)
            yield from answer


def streamed(dataset: Any, nodes: Nodes, on_progress: Progress) -> Iterator[dict[str, Any]]:
    """A dataset's rows as they are finished.

    Args:
        dataset: Of Ray Data.
        nodes: Where it is computed.
        on_progress: Called every second; what it raises stops the work.

    Raises:
        SaliencyError: All nodes are lost, or Ray gives up.
    """
    rows: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def read() -> None:
        try:
            for row in dataset.iter_rows():
                rows.put(row)
            rows.put(None)
        except BaseException as error:  # told to whoever waits
            rows.put(error)

    reader = threading.Thread(target=read, name="audit-rows", daemon=True)
    reader.start()
    last = time.monotonic()
    try:
        while True:
            try:
                row = rows.get(timeout=_BEAT)
            except queue.Empty:
                on_progress(0, 0)
                last = _last_sign_of_life(nodes, last)
                continue
            if row is None:
                return
            if isinstance(row, BaseException):
                raise SaliencyError(f"The Ray cluster gave up ({last_line(row)}). {_GO_ON}") from row
            yield row
    finally:
        if reader.is_alive():
            dataset._synchronize_progress_bar()  # what ends the work at once; there is no public call
            reader.join(REACH)


def _last_sign_of_life(nodes: Nodes, last: float) -> float:
    """When there was a node last.

    Raises:
        SaliencyError: That is too long ago.
    """
    now = time.monotonic()
    if not nodes.answers():
        if now - last > _HEADLESS:
            raise SaliencyError(f"The head of the Ray cluster is lost. {_GO_ON}")
    elif nodes.workers():
        return now
    elif now - last > PATIENCE:
        raise SaliencyError(f"All nodes of the Ray cluster are lost. {_GO_ON}")
    return last


def _file_sizes(task: Task, folder: Path, masks: Path | None) -> FileSizes:
    """The files of a task that are here, with their sizes; what is wrong with others, a row says."""
    photos, areas = [task.file], task.item.areas if isinstance(task, PhotoTask) else ()
    if isinstance(task, SurroundingsTask):
        photos = [scene.file for scene in task.scenes]
        areas = tuple(area for scene in task.scenes for area in scene.areas)
    if isinstance(task, TrialTask):
        photos += sorted({trial.file for _, trial in task.trials if isinstance(trial, PasteTrial)})
    files = [folder / file for file in photos]
    if masks is not None:
        files += [masks / area.mask for area in areas if isinstance(area, NamedMask)]
    sizes = ((str(file.resolve()), file_size(file)) for file in files)
    return tuple((file, size) for file, size in sizes if size is not None)
