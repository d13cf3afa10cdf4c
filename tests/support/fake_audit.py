"""Audits made up: rows, outcomes and whole jobs, and what they show, without a model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from saliency.audit import Audit, Item, Job, Settings, Source
from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import CoverPlan, cover_plans, guess_groups
from saliency.audit.evidence.rows import AreaRow, CoverOutcome, FinishedPhoto, LabelScore, LeftOut, PhotoRow
from saliency.checks.cover import Finding, Reason
from saliency.heat.scale import MapKind

SETTINGS = Settings("A model", "ab" * 32, "grad-cam", "", "whole", 7, 19, "cd" * 32)


def blob(y: float, x: float, r: np.random.Generator) -> np.ndarray:
    """A map of one bump on a little noise."""
    rows, columns = np.mgrid[:16, :16]
    bump = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 6)
    return (bump + 0.02 * r.random((16, 16))).astype(np.float32)


def anywhere(r: np.random.Generator) -> np.ndarray:
    """A map of one bump that lies anywhere."""
    return blob(*r.uniform(1, 15, 2), r)


def cover_outcome(changed: bool, *, elsewhere: float = 0.0, enough: bool = False) -> CoverOutcome:
    """What covering a place did."""
    return CoverOutcome(
        finding=Finding.DEPENDS if changed else Finding.LITTLE,
        reason=Reason.GUESS_CHANGES if changed else Reason.SMALL_CHANGE,
        changed=changed,
        changed_elsewhere=elsewhere,
        controls=19,
        before=0.9,
        after=0.1 if changed else 0.9,
        elsewhere=0.9,
        p_value=0.05 if changed else 1.0,
        enough_alone=enough,
        stays_alone=enough,
        stays_alone_elsewhere=0.0,
    )


def area_row(name: str, cover: CoverOutcome) -> AreaRow:
    """A named area and what covering it did."""
    return AreaRow(name=name, box=(0.1, 0.1, 0.3, 0.3), influence=None, cover=cover)


def photo_row(number: int, guess: str = "mug", score: float = 0.9, **more) -> PhotoRow:
    """A photo that was audited."""
    row = PhotoRow(
        file=f"{number:03}.jpg",
        photo_sha256=f"{number:064x}",
        photo_size=(96, 72),
        label=None,
        guess=guess,
        right=None,
        unknown=False,
        scores=(LabelScore(guess, score),),
        cut_share=0.0,
        map=MapKind.SPOTS,
        areas=(),
        second_view=None,
        notes=(),
        seed=0,
    )
    return replace(row, **more)


def finished(number: int, row: PhotoRow, coarse_map: np.ndarray | None = None) -> FinishedPhoto:
    """A photo as a job keeps it."""
    return FinishedPhoto(number, row.photo_sha256, row, coarse_map)


def planted(count: int, share: float, seed: int = 0) -> list[FinishedPhoto]:
    """Photos of one guess; in the first of them the influence gathers in the lower right corner."""
    r = np.random.default_rng(seed)
    maps = [blob(13.5, 13.5, r) if n < share * count else anywhere(r) for n in range(count)]
    return [finished(number, photo_row(number), coarse_map) for number, coarse_map in enumerate(maps)]


def covered(plans: Sequence[CoverPlan], changes: Callable[[int], bool]) -> dict:
    """What covering the hot spots did, by the photo's number."""
    return {
        plan.hot_spot.key: {number: cover_outcome(changes(number)) for number in plan.numbers}
        for plan in plans
    }


def fake(
    folder: Path,
    photos: Path,
    count: int,
    *,
    guesses: Sequence[str] = ("mug",),
    file: Callable[[int], str] = "{:04}.png".format,
    labels: bool = True,
    found: bool = True,
    area: str = "",
    settings: Settings = SETTINGS,
    size: tuple[int, int] = (96, 72),
    broken: Sequence[tuple[str, str]] = (),
) -> tuple[Job, Audit]:
    """A finished job and what it shows: influence in the lower right corner, on which guesses depend."""
    r = np.random.default_rng(0)
    names = [file(number) for number in range(count)]
    job = Job(folder)
    job.begin(settings, Source(photos, tuple(Item(name) for name in names), "ef" * 32, tuple(broken)))
    rows, columns = np.mgrid[:16, :16]
    effect = cover_outcome(found, elsewhere=0.1, enough=found)
    for number, name in enumerate(names):
        guess = guesses[number % len(guesses)]
        (photos / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(r.integers(60, 200, (size[1], size[0], 3), dtype=np.uint8)).save(
            photos / name, compress_level=1
        )
        digest = hashlib.sha256((photos / name).read_bytes()).hexdigest()
        y, x = (13.5, 13.5) if found else r.uniform(1, 15, 2)
        coarse_map = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 6).astype(np.float32)
        right = (number % 7 != 0) if labels else None
        row = photo_row(
            number,
            guess,
            0.91,
            file=name,
            photo_sha256=digest,
            right=right,
            label=(guess if right else "lamp") if labels else None,
            areas=(area_row(area, effect),) if area else (),
        )
        job.keep(finished(number, row, coarse_map))
    return job, shown(job, settings, count, effect, broken=broken)


def shown(job: Job, settings: Settings, count: int, effect: CoverOutcome, broken: Sequence = ()) -> Audit:
    """What such a job shows."""
    groups = guess_groups(job.finished())
    plans = cover_plans(groups, seed=settings.seed)
    outcomes: dict[str, dict[int, CoverOutcome]] = {}
    for plan in plans:
        outcomes.setdefault(plan.hot_spot.key, {}).update((number, effect) for number in plan.numbers)
    made = findings(groups, plans, outcomes, seed=settings.seed)
    problems = [LeftOut(*pair) for pair in broken]
    return Audit(settings, made, groups, outcomes, problems, count + len(broken))
