"""Work in threads of their own, which all who ask for the same watch: it is done once.

Whoever comes second joins in, sees how far it is, and gets the same answer. Who leaves (a click on Cancel,
another setting, a closed tab: Streamlit ends the run of the page where it draws or reads its state) ends it
for nobody else. At its next checkpoint, work that nobody watches any more ends, and gives its slot back: so
there is no job without a page that waits for it, and nothing to tidy up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from saliency.errors import Cancelled, SaliencyError
from saliency.progress import Progress
from ui.session import Key
from ui.work.line import POLL, Lane, Line, OnWait, line

T = TypeVar("T")


@dataclass(eq=False)
class Job(Generic[T]):
    """Work under way.

    Attributes:
        work: Does it; told a callback for its progress, and one for what is known so far.
        watchers: Whose pages wait for it; a person once for each.
        ahead: How many jobs are before it, while it waits in line.
        done: How much of it is done, of so much in total.
        sketch: The latest unfinished answer, if there is one.
        answer: The answer, once it is over.
        error: What went wrong, once it is over.
        began: When it got its turn, in seconds of the line's clock; 0 before.
        waited: How many seconds it has let others go first since then.
        over: Whether it is.
    """

    work: Callable[[Progress, Callable[[T], object]], T]
    watchers: list[str] = field(default_factory=list)
    ahead: int = 0
    done: int = 0
    total: int = 0
    sketch: T | None = None
    answer: T | None = None
    error: BaseException | None = None
    began: float = 0.0
    waited: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def result(self, look: Callable[[], object], poll: float = POLL) -> T:
        """Waits for the answer; `look` is called now and then, may draw, and may raise to leave.

        Raises:
            SaliencyError: It cannot be had.
        """
        while not self.over.wait(poll):
            look()
        if self.error is not None:
            raise self.error
        return cast(T, self.answer)

    def seconds(self, now: float) -> float:
        """For how many seconds it has worked."""
        return now - self.began - self.waited if self.began else 0.0


@dataclass(eq=False)
class Jobs:
    """All work under way; any number of threads may ask for some.

    Attributes:
        line: Where it stands in line.
    """

    line: Line
    _jobs: dict[Key, Job[Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._jobs)

    @contextmanager
    def watched(
        self,
        key: Key,
        lane: Lane,
        work: Callable[[Progress, Callable[[T], object]], T],
        watcher: str = "",
        took: Callable[[float], object] = lambda seconds: None,
    ) -> Iterator[Job[T]]:
        """The work of that key while the block watches it: begun here, or by somebody else before.

        Args:
            key: What is asked, and for whom, where it is for one tab alone.
            lane: Where it stands in line.
            work: Does it, told callbacks for its progress and for what is known so far.
            watcher: Whose page watches it; the line takes it for theirs.
            took: Told once, whoever watches, how many seconds it has worked, when its answer is there.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                job = Job(work)
                thread = threading.Thread(
                    target=self._run, args=(key, job, lane, watcher, took), name="work", daemon=True
                )
                thread.start()  # it looks here for who watches it, and so waits for the lock
                self._jobs[key] = job
            job.watchers.append(watcher)
        try:
            yield job
        finally:
            with self._lock:
                job.watchers.remove(watcher)

    def _run(self, key: Key, job: Job[Any], lane: Lane, person: str, took: Callable[[float], object]) -> None:
        """The life of a thread."""

        def wait(ahead: int) -> None:
            job.ahead = ahead
            self._check_watched(key, job)

        def sketch(so_far: object) -> None:
            job.sketch = so_far

        try:
            with self.line.turn(lane, on_wait=wait, person=person) as turn:
                job.ahead, job.began = 0, self.line.clock()

                def progress(done: int, total: int) -> None:
                    job.done, job.total = done, total
                    self._check_watched(key, job)
                    before = self.line.clock()
                    turn.step_aside(wait)
                    job.ahead, job.waited = 0, job.waited + self.line.clock() - before

                job.answer = job.work(progress, sketch)
                took(job.seconds(self.line.clock()))
        except SaliencyError as error:
            job.error = error.with_traceback(None)  # which refers to all that the work was at
        except BaseException as error:  # told to all who wait for it
            job.error = error
        with self._lock:
            if self._jobs.get(key) is job:
                del self._jobs[key]
        job.over.set()

    def _check_watched(self, key: Key, job: Job[Any]) -> None:
        """Ends work that nobody watches any more; who asks for the same from now on begins it anew.

        Raises:
            Cancelled: Nobody does.
        """
        with self._lock:
            if not job.watchers:
                if self._jobs.get(key) is job:
                    del self._jobs[key]
                raise Cancelled("Nobody waits for this any more.")


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """Those of this server."""
    return Jobs(line())


def in_line(key: Key, work: Callable[[], T], on_wait: OnWait | None = None) -> T:
    """The answer to quick work, done once for all who ask for the same at once.

    Args:
        key: What is asked, and for whom, where it is for one tab alone.
        work: Does it.
        on_wait: Told how many jobs are ahead.

    Raises:
        SaliencyError: It cannot be had, or too many wait already.
    """
    with jobs().watched(key, Lane.QUICK, lambda progress, sketch: work(), person()) as job:

        def look() -> None:
            checkpoint()
            if job.ahead and on_wait is not None:
                on_wait(job.ahead)

        return job.result(look)


def checkpoint() -> None:
    """Ends the run of this page where it was closed, or something else was pressed; else does nothing."""
    if get_script_run_ctx() is not None:
        _ = "spotlight" in st.session_state  # whenever it is asked, Streamlit looks for what to do next


def person() -> str:
    """Whose page this is: whoever is signed in, else the tab; empty where no page is drawn."""
    context = get_script_run_ctx()
    if context is None:
        return ""
    user = st.user.to_dict()
    name = (user.get("email") or user.get("sub")) if user.get("is_logged_in") else None
    return str(name or context.session_id)
