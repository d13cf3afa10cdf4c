"""An audit on a Ray cluster: Ray Data hands photos to one model a processor or GPU, wherever there are any.

The job stays with whoever gives the command: nodes read photos and weights, and write nothing. What a lost
node was at is computed by another one. Ray is imported only here, and only when it is asked for.
"""

from __future__ import annotations

import hashlib
import pickle
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from saliency.audit.inputs.source import Item
from saliency.audit.job import Job
from saliency.audit.workers.pool import PhotoResult, SpotTest, SpotTestRequest, asked, twin_done
from saliency.audit.workers.ray_connection import PATIENCE, REACH, Nodes, last_line
from saliency.audit.workers.ray_worker import Answer, Load, Seen, Task, Trouble, Worker
from saliency.errors import SaliencyError
from saliency.progress import Progress

_TASKS = 2000  # at most; Ray holds a record of each
_BEAT = 1.0  # seconds between two looks at how things are
_HEADLESS = 10.0  # seconds; Ray ends this process after 60
_KEPT = "What is finished is kept: go on with --resume."


@dataclass(frozen=True)
class Cluster:
    """A pool (see :class:`saliency.audit.workers.pool.Pool`) on the nodes of a cluster.

    Attributes:
        nodes: The cluster, connected.
        load: Gives the model on a node.
    """

    nodes: Nodes
    load: Load

    def photos(self, job: Job, folder: Path, waiting: Sequence[int], tell: Progress) -> Iterator[PhotoResult]:
        """Photos with the bytes of an earlier one wait for it, and are not computed."""
        items = {at: _found(job.item(at)) for at in waiting}
        later = _twins(job, folder, items)
        yield from self._done(job, folder, {at: items[at] for at in waiting if at not in later}, tell)
        left = {}
        for at, digest in later.items():
            other = job.twin(at, digest)
            if other is None:  # the earlier one could not be read
                left[at] = items[at]
            else:
                yield twin_done(at, digest, items[at], other)
        yield from self._done(job, folder, left, tell)

    def spots(
        self, job: Job, folder: Path, wanted: Sequence[SpotTestRequest], tell: Progress
    ) -> Iterator[SpotTest]:
        """A photo's spots are covered together, on one node."""
        tasks = (Task(one, _seen([folder / one.file])) for one in wanted)
        for answer in self._answers(job, folder, tasks, tell):
            yield from (one for one in answer if isinstance(one, SpotTest))

    def _done(self, job: Job, folder: Path, items: dict[int, Item], tell: Progress) -> Iterator[PhotoResult]:
        tasks = (Task((at, item), _seen(_files(folder, item))) for at, item in items.items())
        for answer in self._answers(job, folder, tasks, tell):
            yield from (one for one in answer if isinstance(one, PhotoResult))

    def _answers(
        self, job: Job, folder: Path, tasks: Iterable[Task], tell: Progress
    ) -> Iterator[list[PhotoResult] | list[SpotTest]]:
        """What the nodes answer, as it comes. Ray Data begins a lost worker and its tasks again elsewhere."""
        packed = [{"task": pickle.dumps(task)} for task in tasks]
        if not packed:
            return
        folder = folder.resolve()
        self.nodes.check(folder)
        import ray.data

        workers = max(1, min(self.nodes.workers(), len(packed)))
        dataset = ray.data.from_items(packed, override_num_blocks=min(len(packed), _TASKS)).map_batches(
            Worker,
            fn_constructor_args=(self.load, folder, asked(job), self.nodes.threads),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers, initial_size=workers),
            **self.nodes.needs,
        )
        for row in streamed(dataset, self.nodes, tell):
            answer: Answer = pickle.loads(row["answer"])
            if isinstance(answer, Trouble):
                raise SaliencyError(answer.sentence)
            yield answer


def streamed(dataset: Any, nodes: Nodes, tell: Progress) -> Iterator[dict[str, Any]]:
    """A dataset's rows as they are finished.

    Args:
        dataset: Of Ray Data.
        nodes: Where it is computed.
        tell: Called every second; what it raises stops the work.

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
                tell(0, 0)
                last = _last_seen(nodes, last)
                continue
            if row is None:
                return
            if isinstance(row, BaseException):
                raise SaliencyError(f"The Ray cluster gave up ({last_line(row)}). {_KEPT}") from row
            yield row
    finally:
        if reader.is_alive():
            dataset._synchronize_progress_bar()  # what ends the work at once; there is no public call
            reader.join(REACH)


def _last_seen(nodes: Nodes, last: float) -> float:
    """When there was a node last.

    Raises:
        SaliencyError: That is too long ago.
    """
    now = time.monotonic()
    if not nodes.answers():
        if now - last > _HEADLESS:
            raise SaliencyError(f"The head of the Ray cluster is lost. {_KEPT}")
    elif nodes.workers():
        return now
    elif now - last > PATIENCE:
        raise SaliencyError(f"All nodes of the Ray cluster are lost. {_KEPT}")
    return last


def _found(item: Item) -> Item:
    """A photo whose masks are where every node finds them."""
    areas = tuple(
        area
        if area.mask is None
        else replace(area, mask=replace(area.mask, folder=area.mask.folder.resolve()))
        for area in item.areas
    )
    return replace(item, areas=areas)


def _files(folder: Path, item: Item) -> list[Path]:
    masks = [area.mask.folder / area.mask.file for area in item.areas if area.mask is not None]
    return [folder / item.file, *masks]


def _seen(files: Sequence[Path]) -> Seen:
    """Those that are here, with their sizes; of others a row says what is wrong."""
    sizes = ((str(file.resolve()), _size(file)) for file in files)
    return tuple((file, size) for file, size in sizes if size is not None)


def _twins(job: Job, folder: Path, items: dict[int, Item]) -> dict[int, str]:
    """The photos with the bytes of an earlier one, and their SHA-256; only files of one size are read."""
    _, total = job.counts()
    sizes = {at: _size(folder / (items[at] if at in items else job.item(at)).file) for at in range(total)}
    count = Counter(sizes.values())
    first: set[str] = set()
    later = {}
    for at, item in items.items():
        if sizes[at] is None or count[sizes[at]] == 1:
            continue
        digest = _digest(folder / item.file)
        if digest in first or job.twin(at, digest) is not None:
            later[at] = digest
        first.add(digest)
    return later


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


def _digest(file: Path) -> str:
    """SHA-256; of a file that cannot be read, nothing that another one has."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return str(file)
