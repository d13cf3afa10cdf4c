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
from pathlib import Path

from saliency.audit import audit, start
from saliency.audit.job import BUSY
from saliency.audit.reports.files import write as write_results
from saliency.audit.run import Report
from saliency.classifier import Classifier
from saliency.errors import Cancelled, SaliencyError
from ui import faults
from ui.audit import sample_set as audit_set
from ui.audit import store as audit_store
from ui.audit.store import DONE, FAILED, PAUSED, RESULTS, RUNNING, AuditRequest
from ui.work import loading
from ui.work.line import Lane, Turn, line
from ui.work.pace import left

WAITING, MAKING, PHOTOS, SPOTS, REPORT = "waiting", "making", "photos", "spots", "report"
_SWEEP = 3600.0  # seconds between two looks for audits whose time is over
_PATIENCE = 30.0  # seconds to wait for work to stop; it does at its next checkpoint


@dataclass(eq=False)
class Work:
    """One audit at work.

    Attributes:
        folder: Its folder.
        step: `WAITING`, `MAKING` the built-in set, `PHOTOS`, `SPOTS`, or `REPORT`.
        done: How many of the step are done.
        total: How many there are.
        ahead: How many jobs are before it, while it waits.
    """

    folder: Path
    step: str = WAITING
    done: int = 0
    total: int = 0
    ahead: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(default_factory=threading.Thread)
    _began: float = 0.0
    _first: int = 0

    @property
    def seconds_left(self) -> float:
        """Of this step; 0 while that is not known."""
        done = self.done - self._first
        return left(time.monotonic() - self._began, done, self.total - self._first) if done else 0.0

    def at(self, step: str, done: int, total: int) -> None:
        """Notes how far it is; where it is to stop, it does.

        Raises:
            Cancelled: It is to stop.
        """
        if step != self.step:
            self._began, self._first = time.monotonic(), done
        self.step, self.done, self.total = step, done, total
        if self.stop.is_set():
            raise Cancelled("The audit was paused.")

    def waits(self, ahead: int) -> None:
        """Notes how many are before it.

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
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sweeper: threading.Thread | None = None

    def open(self) -> None:
        """Goes on with what was at work when the server stopped; from now on, deletes what has expired."""
        if self._sweeper is not None:
            return
        with self._lock:
            if self._sweeper is not None:
                return
            self._sweeper = threading.Thread(target=self._sweep, name="audits-sweep", daemon=True)
        self._sweeper.start()

    def work(self, folder: Path) -> Work | None:
        """Who works on an audit, if anybody does."""
        with self._lock:
            found = self._works.get(folder)
        return found if found and found.thread.is_alive() else None

    def begin(self, folder: Path) -> None:
        """Begins an audit, or goes on with it."""
        with self._lock:
            before = self._works.get(folder)
            if before is not None and before.thread.is_alive() and not before.stop.is_set():
                return
            work = Work(folder)
            work.thread = threading.Thread(
                target=self._run, args=(work, before), name=folder.name, daemon=True
            )
            self._works[folder] = work
            audit_store.change(folder, state=RUNNING, problem="")
            work.thread.start()

    def pause(self, folder: Path) -> None:
        """Stops at the next checkpoint; what is finished stays."""
        work = self.work(folder)
        if work is not None:
            work.stop.set()
        audit_store.change(folder, only=RUNNING, state=PAUSED)

    def delete(self, folder: Path) -> None:
        """Deletes an audit with its photos and everything else, at work or not.

        Raises:
            SaliencyError: Somebody is at work on it and does not stop.
        """
        work = self.work(folder)
        if work is not None:
            work.stop.set()
            work.thread.join(_PATIENCE)
        audit_store.discard(folder)
        with self._lock:
            self._works.pop(folder, None)

    def sweep(self, today: date) -> None:
        """Deletes the audits whose time is over and that nobody works on, and what is left of others."""
        for folder, asked in audit_store.listed():
            if asked.expires < today and self.work(folder) is None:
                with _told():
                    self.delete(folder)
        with _told():
            audit_store.tidy(time.time())

    def go_on(self) -> None:
        """Goes on with every audit that was at work when a server stopped."""
        for folder, asked in audit_store.listed():
            if asked.state == RUNNING:
                with _told():
                    self.begin(folder)

    def _sweep(self) -> None:
        first = True
        while True:
            with _told():
                self.sweep(date.today())
                if first:
                    self.go_on()
            first = False
            time.sleep(_SWEEP)

    def _run(self, work: Work, before: Work | None) -> None:
        """The life of a thread: whatever happens is noted on disk."""
        folder = work.folder
        try:
            if before is not None:
                before.thread.join()
            asked = audit_store.read(folder)
            if asked is None:
                return
            classifier = loading.classifier(asked.model)
            if asked.rendered:
                audit_set.make(folder, lambda done, total: work.at(MAKING, done, total))
            self._audited(work, asked, classifier)
            audit_store.change(folder, state=DONE)
        except Cancelled:
            with _told(), self._lock:
                if self._works.get(folder) is work:  # nobody goes on with it already
                    audit_store.change(folder, only=RUNNING, state=PAUSED)
        except SaliencyError as error:
            if error.code != BUSY:  # another server is at work on it, and notes how that ends
                with _told():
                    audit_store.change(folder, state=FAILED, problem=error.message)
        except Exception as error:  # a thread has no other place to tell a person
            with _told():
                audit_store.change(folder, state=FAILED, problem=faults.unexpected(error))

    def _audited(self, work: Work, asked: AuditRequest, classifier: Classifier) -> None:
        source = audit_store.source(work.folder, asked)
        job = start(
            work.folder,
            classifier,
            source,
            method=asked.method,
            second=asked.second,
            framing=asked.framing,
            expires=asked.expires,
        )
        with job:
            with line().turn(Lane.BACKGROUND, on_wait=work.waits) as turn:
                found = audit(job, classifier, source.folder, on_progress=_reporting(work, turn))
            work.at(REPORT, 0, 1)
            write_results(job, found, work.folder / RESULTS, source.folder, asked.name)


@contextmanager
def _told() -> Iterator[None]:
    """Logs what goes wrong in the block, where nobody is there to be told."""
    try:
        yield
    except Exception as error:
        faults.unexpected(error)


def _reporting(work: Work, turn: Turn) -> Report:
    """Notes how far an audit is, and lets whoever waits at a page go first."""

    def report(step: str, done: int, total: int) -> None:
        work.ahead = 0
        work.at(step, done, total)
        turn.step_aside(work.waits)

    return report


RUNNER = AuditRunner()
