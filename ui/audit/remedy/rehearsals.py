"""Rehearsals at work, as audits are: in threads of their own, behind whoever waits at a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import streamlit as st

from saliency.audit.remedy.material import to_be_mended
from saliency.audit.remedy.pack import write_pack
from saliency.audit.remedy.rehearsal import rehearse, why_not
from saliency.audit.reports.remedy.examples import make_examples
from saliency.errors import SaliencyError
from ui.audit import store as audit_store
from ui.audit.remedy import store
from ui.audit.remedy.store import PACK
from ui.audit.remedy.words import PACKING, REHEARSE
from ui.audit.runner import FinishedAudit, finished_audit, runner
from ui.audit.store import DONE, RUNNING
from ui.audit.works import Work, Works, logged
from ui.work import loading
from ui.work.line import Lane, line

_SEED = 0


@dataclass(eq=False)
class Rehearsals:
    """All rehearsals at work in this process."""

    works: Works = field(default_factory=lambda: Works(store.change))

    def open(self) -> None:
        """Goes on with what was at work when the server stopped."""
        for folder, _ in audit_store.listed():
            request = store.read(folder)
            if request is not None and request.state == RUNNING:
                with logged():
                    self.begin(folder)

    def begin(self, folder: Path) -> None:
        """Begins the rehearsal of an audit, or goes on with it.

        Raises:
            SaliencyError: There is no room on the disk, or nothing can be written.
        """
        self.works.begin(folder, _run)


@st.cache_resource(show_spinner=False)
def rehearsals() -> Rehearsals:
    """The rehearsals of this server; what was at work when it stopped goes on."""
    made = Rehearsals()
    runner().companions.append(made.works)
    made.open()
    return made


def _run(work: Work) -> None:
    """One rehearsal, from the finished audit to what it shows, its examples and the pack."""
    folder = work.folder
    request = audit_store.read(folder)
    if request is None or request.state != DONE:
        return
    try:
        model = loading.classifier(request.model, work.wait)
        with finished_audit(work, request, model) as audit:
            _rehearsed(work, audit, request.name)
    except SaliencyError as error:
        raise audit_store.told(error, request) from error


def _rehearsed(work: Work, audit: FinishedAudit, name: str) -> None:
    job, classifier, photos, result = audit
    reason, twins = why_not(classifier, result), 0
    with line().turn(Lane.BACKGROUND, on_wait=work.wait) as turn:

        def report(step: str, done: int, total: int) -> None:
            work.note(step, done, total)
            turn.step_aside(work.wait)  # whoever waits at a page goes first

        told = partial(report, REHEARSE)
        if not reason and rehearse(job, classifier, photos, result, seed=_SEED, on_progress=told).findings:
            make_examples(job, classifier, photos, result, seed=_SEED)
        findings = to_be_mended(result.findings)
        if findings:
            pack, told = work.folder / PACK, partial(report, PACKING)
            twins = write_pack(job, classifier, photos, result, pack, seed=_SEED, name=name, on_progress=told)
    keys = tuple(finding.key for finding in findings)
    store.change(work.folder, state=DONE, why_not=reason, twins=twins, to_mend=keys)
