"""Who is at work on what, in threads of their own: the page may be closed, whatever happens is noted on disk.

An audit is such work, and so is the rehearsal of what it says to add. Nothing here draws on a page.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from saliency.audit.job_files import BUSY
from saliency.errors import Cancelled, SaliencyError
from ui import faults
from ui.audit import store
from ui.audit.store import FAILED, PAUSED, RUNNING
from ui.work.pace import left

WAITING = "waiting"
_MEASURED = 2  # photos after the first, from which on the time of the others is told

Change = Callable[..., None]
"""Notes something of work on disk: its folder; ``only``, a state in which it must be; and what is changed."""


@dataclass(eq=False)
class Work:
    """One audit, or one rehearsal, at work.

    Attributes:
        step: `WAITING`, or what it is at.
        done: How much of the step is done, of so much in total.
        ahead: How many jobs are before it, while it waits.
        problem: Why it ended, where the disk does not take a note of it; else empty.
    """

    folder: Path
    step: str = WAITING
    done: int = 0
    total: int = 0
    ahead: int = 0
    problem: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(default_factory=threading.Thread)
    _began: float = 0.0
    _first: int = 0
    _warm: bool = False  # whether a photo of this step is finished

    @property
    def waits(self) -> bool:
        """Whether others are at work before it."""
        return self.ahead > 0

    @property
    def seconds_left(self) -> float:
        """How long this step will still take, as measured on its first photos; 0 while that is not known."""
        done = self.done - self._first
        measured = self._warm and done >= _MEASURED
        return left(time.monotonic() - self._began, done, self.total - self._first) if measured else 0.0

    def note(self, step: str, done: int, total: int) -> None:
        """Notes how far it is; where it is to stop, it does.

        Raises:
            Cancelled: It is to stop.
        """
        if step != self.step:
            self._began, self._first, self._warm = time.monotonic(), done, False
        elif not self._warm and done > self._first:  # the first photo takes longer than others
            self._began, self._first, self._warm = time.monotonic(), done, True
        self.step, self.done, self.total = step, done, total
        self.wait(0)

    def wait(self, ahead: int) -> None:
        """Notes how many are before it; where it is to stop, it does.

        Raises:
            Cancelled: It is to stop.
        """
        self.ahead = ahead
        if self.stop.is_set():
            raise Cancelled("The audit was paused.")


@dataclass(eq=False)
class Works:
    """All work of one kind in this process, one at most of each folder; any number of threads may ask it.

    The lock is held only to look something up or to note it, never while anybody is waited for.
    """

    change: Change
    _works: dict[Path, Work] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def at(self, folder: Path) -> Work | None:
        """Who works on a folder, if anybody does."""
        with self._lock:
            work = self._works.get(folder)
        return work if work and work.thread.is_alive() else None

    def problem(self, folder: Path) -> str:
        """Why the work on a folder ended, in a sentence, if the disk took no note of it; else empty."""
        with self._lock:
            work = self._works.get(folder)
        return work.problem if work else ""

    def begin(self, folder: Path, run: Callable[[Work], object]) -> None:
        """Begins work, or goes on with it.

        Args:
            folder: Its folder.
            run: Does it; what it raises is noted.

        Raises:
            SaliencyError: There is no room on the disk, or nothing can be written.
        """
        with self._lock:
            before = self._works.get(folder)
            if before is not None and before.thread.is_alive() and not before.stop.is_set():
                return
            work = Work(folder)
            work.thread = threading.Thread(
                target=self._run, args=(work, before, run), name=folder.name, daemon=True
            )
            self.change(folder, state=RUNNING, problem="")  # may fail, and then nobody works on it
            work.thread.start()
            self._works[folder] = work

    def pause(self, folder: Path) -> None:
        """Stops at the next checkpoint; what is finished stays."""
        work = self.at(folder)
        if work is not None:
            work.stop.set()
        self.change(folder, only=RUNNING, state=PAUSED)

    def stop(self, folder: Path, patience: float) -> None:
        """Stops, and waits for so many seconds until it has."""
        work = self.at(folder)
        if work is not None:
            work.stop.set()
            work.thread.join(patience)

    def forget(self, folder: Path) -> None:
        """Forgets a folder that is there no more."""
        with self._lock:
            self._works.pop(folder, None)

    def _run(self, work: Work, before: Work | None, run: Callable[[Work], object]) -> None:
        """The life of a thread: whatever happens is noted on disk."""
        try:
            if before is not None:
                before.thread.join()
            run(work)
        except Cancelled:
            with logged(), self._lock:
                if self._works.get(work.folder) is work:  # nobody goes on with it already
                    self.change(work.folder, only=RUNNING, state=PAUSED)
        except SaliencyError as error:
            if error.code != BUSY:  # another server is at work on it, and notes how that ends
                self._fail(work, error.message)
        except OSError as error:
            self._fail(work, store.disk_problem(error).message)
        except Exception as error:  # a thread has no other place to tell a person
            self._fail(work, faults.unexpected(error))

    def _fail(self, work: Work, problem: str) -> None:
        """Notes why work stopped; with the work, where the disk does not take the note."""
        try:
            self.change(work.folder, state=FAILED, problem=problem)
        except Exception as error:
            work.problem = problem
            faults.unexpected(error)


@contextmanager
def logged() -> Iterator[None]:
    """Logs what goes wrong in the block, where nobody is there to be told."""
    try:
        yield
    except Exception as error:
        faults.unexpected(error)
