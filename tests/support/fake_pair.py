"""Two audits made up, of the same photos: one whose answers depend on the corner, and one whose do not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
from fake_audit import SETTINGS, anywhere, cover_outcome, fake

from saliency.audit import Audit, Item, Job, Source
from saliency.audit.comparison.cross_trials import cross_trials
from saliency.audit.comparison.side import read_side
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.rows import LabelScore, TrialResult
from saliency.audit.job import PHOTOS
from saliency.audit.reports.files import write

OTHER = replace(SETTINGS, model="Another model", weights="12" * 32)


def fake_pair(old: Path, new: Path, count: int = 40, *, results: str = "") -> None:
    """Make both; what the old one found was tested with the new model, which also mends three answers."""
    job, audit = fake(old, old / PHOTOS, count, guesses=("mug", "lamp"))
    with job:
        for key, outcomes in audit.outcomes.items():
            for number, outcome in outcomes.items():
                job.keep(TrialResult(number, key, outcome))
        write(job, audit, old / results, old / PHOTOS)
        _sound(job, new, results)
    before, after = read_side(old), read_side(new)
    with Job(new) as job:
        kept: set[tuple[int, str]] = set()
        for finding in before.findings:
            for cross in cross_trials(finding, before, after):
                trial = after.photos[cross.digest].number, cross.key(after.settings)
                if trial not in kept:
                    kept.add(trial)
                    job.keep(TrialResult(*trial, cover_outcome(False)))


def _sound(old: Job, new: Path, results: str) -> None:
    """The same photos by a model whose influence gathers nowhere."""
    photos = list(old.finished())
    shutil.copytree(old.folder / PHOTOS, new / PHOTOS)
    r = np.random.default_rng(1)
    with Job(new) as job:
        items = tuple(Item(photo.row.file, photo.row.label) for photo in photos)
        job.begin(OTHER, Source(new / PHOTOS, items, "ef" * 32))
        mended = 0
        for photo in photos:
            row = photo.row
            if row.right is False and row.label != row.guess and mended < 3:
                row = replace(row, guess=row.label, right=True, scores=(LabelScore(row.label, 0.8),))
                mended += 1
            job.keep(photo._replace(row=row, coarse_map=anywhere(r)))
        groups = guess_groups(job.finished())
        write(job, Audit(OTHER, [], groups, {}, [], len(photos)), new / results, new / PHOTOS)
