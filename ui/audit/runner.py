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
from typing import NamedTuple

import streamlit as st

from saliency.audit import Audit, Job, audit, start
from saliency.audit.inputs.true_answers import true_answers
from saliency.audit.job_files import locked
from saliency.audit.reports.files import write as write_results
from saliency.audit.workers.pool import LocalPool
from saliency.classifier import Classifier, yes_no_classifier
from saliency.errors import SaliencyError
from ui.audit import sample_set
from ui.audit import store as audit_store
from ui.audit.store import DONE, RESULTS, RUNNING, AuditRequest
from ui.audit.works import Work, Works, logged
from ui.work import loading
from ui.work.line import Lane, line

MAKING, PHOTOS, SPOTS, REPORT = "making", "photos", "spots", "report"
_SWEEP = 600.0  # seconds between two looks for audits whose time is over
GRACE = 24 * 3600.0
"""Seconds for which an audit stays after it was first seen to have expired: the clock may be wrong."""

_PATIENCE = 30.0  # seconds to wait for work to stop; it does at its next checkpoint


@dataclass(eq=False)
class AuditRunner:
    """All audits at work in this process; any number of threads may ask it.

    Attributes:
        companions: Other work in the folders of audits, which stops before one is deleted.
    """

    works: Works = field(default_factory=lambda: Works(audit_store.change))
    companions: list[Works] = field(default_factory=list)
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
        return self.works.at(folder)

    def problem(self, folder: Path) -> str:
        """Why the work on an audit ended, in a sentence, if the disk took no note of it; else empty."""
        return self.works.problem(folder)

    def begin(self, folder: Path) -> None:
        """Begins an audit, or goes on with it.

        Raises:
            SaliencyError: There is no room on the disk, or nothing can be written.
        """
        self.works.begin(folder, _run)

    def pause(self, folder: Path) -> None:
        """Stops at the next checkpoint; what is finished stays."""
        self.works.pause(folder)

    def delete(self, folder: Path) -> None:
        """Deletes an audit with its photos and everything else, at work or not.

        Raises:
            SaliencyError: Somebody is at work on it and does not stop, or it cannot be deleted.
        """
        for works in (self.works, *self.companions):
            works.stop(folder, _PATIENCE)
        audit_store.discard(folder)
        for works in (self.works, *self.companions):
            works.forget(folder)

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
            with logged():
                if request.expires >= today:
                    self._expired.pop(folder, None)
                    audit_store.unexpire(folder)
                elif self._has_expired(folder, now, tick) and self.work(folder) is None:
                    self.delete(folder)
        with logged():
            audit_store.tidy(now)

    def _has_expired(self, folder: Path, now: float, tick: float) -> bool:
        """Whether an audit whose time is over was seen so before, long enough ago."""
        since = audit_store.seen_expired(folder, now)
        first, noted_here = self._expired.setdefault(folder, (tick, since == now))
        return now - since >= GRACE and tick - first >= (GRACE if noted_here else _SWEEP)

    def _sweep(self) -> None:
        """Sweeps now and then; after the first time, goes on with all that a stopped server was at."""
        with logged():
            self.sweep(date.today())
            for folder, request in audit_store.listed():
                if request.state == RUNNING and request.expires >= date.today():
                    with logged():
                        self.begin(folder)
        while True:
            time.sleep(_SWEEP)
            with logged():
                self.sweep(date.today())


@st.cache_resource(show_spinner=False)
def runner() -> AuditRunner:
    """The one runner of this server."""
    return AuditRunner()


def _run(work: Work) -> None:
    """One audit, from what was asked to its results.

    Raises:
        SaliencyError: It cannot be gone on with; the error names the audit, and no path of the server.
    """
    folder = work.folder
    request = audit_store.read(folder)
    if request is None:
        return
    try:
        classifier = loading.classifier(request.model, work.wait)
        if request.rendered:
            with locked(folder):  # another server might delete it
                sample_set.make(folder, lambda done, total: work.note(MAKING, done, total))
        _audit(work, request, classifier)
    except SaliencyError as error:
        raise audit_store.told(error, request) from error
    audit_store.change(folder, state=DONE)


def _audit(work: Work, request: AuditRequest, model: Classifier) -> None:
    with finished_audit(work, request, model) as (job, _, photos, result):
        write_results(
            job,
            result,
            work.folder / RESULTS,
            photos,
            request.name,
            view=request.view,
            on_progress=partial(work.note, REPORT),
        )


class FinishedAudit(NamedTuple):
    """An audit all of whose photos are finished, with what it needs to go on.

    Attributes:
        job: Its job, which nobody else works on meanwhile.
        classifier: The model that was asked.
        photos: Where the photos are.
        result: What it shows, with what people said of it.
    """

    job: Job
    classifier: Classifier
    photos: Path
    result: Audit


@contextmanager
def finished_audit(work: Work, request: AuditRequest, model: Classifier) -> Iterator[FinishedAudit]:
    """An audit, once what is missing of it is done; of a finished one, the model is asked nothing again.

    Raises:
        Cancelled: The work is to stop.
        SaliencyError: It cannot be gone on with.
    """
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
    ) as job:
        with line().turn(Lane.BACKGROUND, on_wait=work.wait) as turn:

            def report(step: str, done: int, total: int) -> None:
                work.note(step, done, total)
                turn.step_aside(work.wait)  # whoever waits at a page goes first

            pool = LocalPool(classifier, partial(turn.paused, work.wait))
            result = audit(job, classifier, source.folder, on_progress=report, pool=pool)
        yield FinishedAudit(job, classifier, source.folder, result)
