"""Rehearsals at work, as audits are: in threads of their own, one of an audit, behind whoever waits at a page."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import streamlit as st
from PIL import Image

from saliency.audit.job import Job
from saliency.audit.remedy.pack import write_pack
from saliency.audit.remedy.rehearsal import rehearse, rehearsed_classifier, why_not
from saliency.audit.reports.remedy.examples import FOLDER, TwinExample, write_examples
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.files import write
from saliency.photo.reading import read_photo
from ui.audit import store as audit_store
from ui.audit.remedy import store
from ui.audit.remedy.store import PACK
from ui.audit.runner import FinishedAudit, finished_audit, runner
from ui.audit.store import DONE, RUNNING, AuditRequest
from ui.audit.works import Work, Works, logged
from ui.work import loading
from ui.work.line import Lane, line

REHEARSE, PACKING, EXAMPLES = "rehearse", "pack", "examples"
SHOWN = 6
"""Twins that are shown as examples."""

_SEED = 0
_LONG = 480  # pixels of an example


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
    """One rehearsal, from the finished audit to the pack and its examples."""
    folder = work.folder
    request = audit_store.read(folder)
    if request is None or request.state != DONE:
        return
    try:
        model = loading.classifier(request.model, work.wait)
        with finished_audit(work, request, model) as audit:
            _rehearsed(work, request, audit)
    except SaliencyError as error:
        raise audit_store.told(error, request) from error


def _rehearsed(work: Work, request: AuditRequest, audit: FinishedAudit) -> None:
    job, classifier, photos, result = audit
    reason = why_not(classifier, result)
    with line().turn(Lane.BACKGROUND, on_wait=work.wait) as turn:

        def report(step: str, done: int, total: int) -> None:
            work.note(step, done, total)
            turn.step_aside(work.wait)  # whoever waits at a page goes first

        if not reason:
            rehearse(job, classifier, photos, result, seed=_SEED, on_progress=partial(report, REHEARSE))
        pack, told = work.folder / PACK, partial(report, PACKING)
        twins = write_pack(
            job, result, classifier, photos, pack, seed=_SEED, name=request.name, on_progress=told
        )
        if not reason:
            write_examples(job.folder, list(_examples(job, classifier, photos, pack)))
    store.change(work.folder, state=DONE, why_not=reason, twins=twins)


def _examples(job: Job, classifier: Classifier, photos: Path, pack: Path) -> Iterator[TwinExample]:
    """A few twins of the pack, each of another label first, with what the model answers to them."""
    folder = job.folder / FOLDER
    folder.mkdir(exist_ok=True)
    after = rehearsed_classifier(job, classifier)
    with zipfile.ZipFile(pack) as archive:
        lines = csv.DictReader(io.TextIOWrapper(archive.open("twins.csv"), "utf-8-sig", newline=""))
        for number, row in enumerate(islice(_varied(list(lines)), SHOWN)):
            twin = read_photo(archive.read(row["file"]), name=row["file"])
            small = twin.image.copy()
            small.thumbnail((_LONG, _LONG), Image.Resampling.LANCZOS)
            encoded = io.BytesIO()
            small.save(encoded, "PNG")
            write({f"{number}.png": encoded.getvalue()}, folder)
            answers = [model.predict(twin)[0].label for model in (classifier, after)]
            yield TwinExample(
                row["source"], f"{number}.png", row["label"], row["finding"], row["made"], *answers
            )


def _varied(rows: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Rows in an order in which the first ones differ in how they were made and what they show."""
    seen: set[tuple[str, str]] = set()
    later = []
    for row in rows:
        kind = row["made"], row["label"]
        if kind in seen:
            later.append(row)
        else:
            seen.add(kind)
            yield row
    yield from later
