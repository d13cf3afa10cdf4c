"""Audits at work, in threads of their own: the page may be closed, and whoever waits at a page goes first.

What is asked and how far it is stands on disk; here is only who works on it. A server that was stopped or
killed goes on where it was when somebody opens the app again. Nothing here draws on a page.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

import streamlit as st

from saliency.audit import Job, audit, start
from saliency.audit.inputs.true_answers import true_answers
from saliency.audit.job import PHOTOS as PHOTOS_FOLDER
from saliency.audit.job_files import BUSY, locked
from saliency.audit.reports.files import write as write_results
from saliency.audit.workers.pool import LocalPool
from saliency.classifier import Classifier, yes_no_classifier
from saliency.errors import Cancelled, SaliencyError
from ui import faults
from ui.audit import cross_testing, sample_set
from ui.audit import store as audit_store
from ui.audit.store import DONE, FAILED, PAUSED, RESULTS, RUNNING, AuditRequest
from ui.work import loading
from ui.work.line import Lane, line
from ui.work.pace import left

WAITING, MAKING, PHOTOS, SPOTS, REPORT = "waiting", "making", "photos", "spots", "report"
AGAINST = "against"
_SWEEP = 600.0  # seconds between two looks for audits whose time is over
GRACE = 24 * 3600.0
"""Seconds for which an audit stays after it was first seen to have expired: the clock may be wrong."""

_MEASURED = 2  # photos after the first, from which on the time of the others is told
_PATIENCE = 30.0  # seconds to wait for work to stop; it does at its next checkpoint


@dataclass(eq=False)
class Work:
    """One audit at work.

    Attributes:
        step: `WAITING`, `MAKING` the built-in set, `PHOTOS`, `SPOTS`, `REPORT`, or `AGAINST` another one.
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
class AuditRunner:
    """All audits at work in this process; any number of threads may ask it.

    The lock is held only to look something up or to note it, never while anybody is waited for.
    """

    _works: dict[Path, Work] = field(default_factory=dict)
    _expired: dict[Path, tuple[float, bool]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sweeper: threading.Thread | None = None

    def open(self) -> None:
        """Goes on with what was at work when the server stopped; from now on, deletes what has expired."""
        with self._lock:
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep, name="audits-sweep", daemon=True)
                self._sweeper.start()

    def work(self, folder: Path) -> Work | None:
        """Who works on an audit, if anybody does."""
        with self._lock:
            work = self._works.get(folder)
        return work if work and work.thread.is_alive() else None

    def problem(self, folder: Path) -> str:
        """Why the work on an audit ended, in a sentence, if the disk took no note of it; else empty."""
        with self._lock:
            work = self._works.get(folder)
        return work.problem if work else ""

    def begin(self, folder: Path) -> None:
        """Begins an audit, or goes on with it.

        Raises:
            SaliencyError: There is no room on the disk, or nothing can be written.
        """
        with self._lock:
            before = self._works.get(folder)
            if before is not None and before.thread.is_alive() and not before.stop.is_set():
                return
            work = Work(folder)
            work.thread = threading.Thread(
                target=self._run, args=(work, before), name=folder.name, daemon=True
            )
            audit_store.change(folder, state=RUNNING, problem="")  # may fail, and then nobody works on it
            work.thread.start()
            self._works[folder] = work

    def pause(self, folder: Path) -> None:
        """Stops at the next checkpoint; what is finished stays."""
        work = self.work(folder)
        if work is not None:
            work.stop.set()
        audit_store.change(folder, only=RUNNING, state=PAUSED)

    def delete(self, folder: Path) -> None:
        """Deletes an audit with its photos and everything else, at work or not.

        Raises:
            SaliencyError: Somebody is at work on it and does not stop, or it cannot be deleted.
        """
        work = self.work(folder)
        if work is not None:
            work.stop.set()
            work.thread.join(_PATIENCE)
        audit_store.discard(folder)
        with self._lock:
            self._works.pop(folder, None)

    def sweep(self, today: date, now: float | None = None, tick: float | None = None) -> None:
        """Deletes the audits whose time is over and that nobody works on, and what is left of others.

        A clock that jumps forward must delete nothing. So an audit goes only if it was seen to have expired
        in an earlier sweep too, and for as long as `GRACE` since: by the clock, which goes on while the
        server is down, and in this process by one that nobody can set.

        Args:
            today: By the clock.
            now: Seconds since 1970, likewise.
            tick: Seconds by the clock that only goes forward.
        """
        now, tick = time.time() if now is None else now, time.monotonic() if tick is None else tick
        for folder, request in audit_store.listed():
            with _logged():
                if request.expires >= today:
                    self._expired.pop(folder, None)
                    audit_store.unexpire(folder)
                elif self._has_expired(folder, now, tick) and self.work(folder) is None:
                    self.delete(folder)
        with _logged():
            audit_store.tidy(now)

    def _has_expired(self, folder: Path, now: float, tick: float) -> bool:
        """Whether an audit whose time is over was seen so before, long enough ago."""
        since = audit_store.seen_expired(folder, now)
        first, noted_here = self._expired.setdefault(folder, (tick, since == now))
        return now - since >= GRACE and tick - first >= (GRACE if noted_here else _SWEEP)

    def _sweep(self) -> None:
        """Sweeps now and then; after the first time, goes on with all that a stopped server was at."""
        with _logged():
            self.sweep(date.today())
            for folder, request in audit_store.listed():
                if request.state == RUNNING and request.expires >= date.today():
                    with _logged():
                        self.begin(folder)
        while True:
            time.sleep(_SWEEP)
            with _logged():
                self.sweep(date.today())

    def _run(self, work: Work, before: Work | None) -> None:
        """The life of a thread: whatever happens is noted on disk."""
        folder = work.folder
        request: AuditRequest | None = None
        try:
            if before is not None:
                before.thread.join()
            request = audit_store.read(folder)
            if request is None:
                return
            classifier = loading.classifier(request.model, work.wait)
            if request.rendered:
                with locked(folder):  # another server might delete it
                    sample_set.make(folder, lambda done, total: work.note(MAKING, done, total))
            _audit(work, request, classifier)
            audit_store.change(folder, state=DONE)
        except Cancelled:
            with _logged(), self._lock:
                if self._works.get(folder) is work:  # nobody goes on with it already
                    audit_store.change(folder, only=RUNNING, state=PAUSED)
        except SaliencyError as error:
            if error.code != BUSY:  # another server is at work on it, and notes how that ends
                _fail(work, audit_store.told(error, request).message)
        except OSError as error:
            _fail(work, audit_store.disk_problem(error).message)
        except Exception as error:  # a thread has no other place to tell a person
            _fail(work, faults.unexpected(error))


def _fail(work: Work, problem: str) -> None:
    """Notes why an audit stopped; with the work, where the disk does not take the note."""
    try:
        audit_store.change(work.folder, state=FAILED, problem=problem)
    except Exception as error:
        work.problem = problem
        faults.unexpected(error)


@st.cache_resource(show_spinner=False)
def runner() -> AuditRunner:
    """The one runner of this server."""
    return AuditRunner()


def _audit(work: Work, request: AuditRequest, model: Classifier) -> None:
    source = true_answers(audit_store.source(work.folder, request), request.question, model.labels)
    with line().turn(Lane.BACKGROUND, on_wait=work.wait):
        classifier = yes_no_classifier(model, request.question, request.framing)
    with start(
        work.folder,
        classifier,
        source,
        method=request.method,
        second=request.second,
        framing=request.framing,
        expires=request.expires,
        begun=request.begun,
    ) as job:
        with line().turn(Lane.BACKGROUND, on_wait=work.wait) as turn:

            def report(step: str, done: int, total: int) -> None:
                work.note(step, done, total)
                turn.step_aside(work.wait)  # whoever waits at a page goes first

            pool = LocalPool(classifier, partial(turn.paused, work.wait))
            result = audit(job, classifier, source.folder, on_progress=report, pool=pool)
        write_results(
            job,
            result,
            work.folder / RESULTS,
            source.folder,
            request.name,
            view=request.view,
            on_progress=partial(work.note, REPORT),
        )
        _try_with_older(work, request, job, classifier)


def _try_with_older(work: Work, request: AuditRequest, job: Job, classifier: Classifier) -> None:
    """Tries what either audit found with the other model; what cannot be tried is called not tested."""
    older = cross_testing.older(request) if request.against else None
    if older is None:
        return
    try:
        folder, before = older
        old_model = cross_testing.older_model(folder, before, work.wait)
        with line().turn(Lane.BACKGROUND, on_wait=work.wait) as turn:

            def report(done: int, total: int) -> None:
                work.note(AGAINST, done, total)
                turn.step_aside(work.wait)

            reading = partial(turn.paused, work.wait)
            photos = work.folder / PHOTOS_FOLDER
            cross_testing.try_both(job, folder, photos, classifier, old_model, report, reading)
    except Cancelled:
        raise
    except SaliencyError as error:  # the audit itself is finished
        faults.unexpected(error)


@contextmanager
def _logged() -> Iterator[None]:
    """Logs what goes wrong in the block, where nobody is there to be told."""
    try:
        yield
    except Exception as error:
        faults.unexpected(error)
