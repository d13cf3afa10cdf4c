"""How often an audit says that answers depend on a property of the whole picture where they depend on none.

Looks are made up: no property goes with an answer, or one does on half of the photos of one answer. What
trials do is drawn: each change is as good as its controls, so it stands out from all 19 in 1 photo of 20, the
most of a model that responds to no property more than to any other change of that size. And what
measuring costs. ``python -m benchmarks.properties [FOLDER]`` prints the figures of ``docs/audits.md``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from saliency.audit.evidence.findings import AuditFinding, findings
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.look import PhotoLook, photo_look
from saliency.audit.evidence.properties.discovery import property_plans
from saliency.audit.evidence.rows import CoverOutcome, FinishedPhoto, LabelScore, PhotoRow
from saliency.audit.evidence.verdicts import Verdict
from saliency.checks.cover import Finding, Reason
from saliency.heat.scale import MapKind
from saliency.photo.reading import read_photo

SETS = {"10 × 15": (10, 15), "3 × 50": (3, 50)}
"""Answers, and photos of each."""

COUNT = 100  # sets of each kind
CONTROLS = 19


def look(r: np.random.Generator, *, framed: bool = False) -> PhotoLook:
    """How a photo looks, at random."""
    brightness, contrast, sharpness, saturation = r.uniform(0.1, 0.9, 4).tolist()
    red_blue, green_magenta = r.normal(0, 0.1, 2).tolist()
    return PhotoLook(
        brightness,
        contrast,
        sharpness,
        saturation,
        red_blue,
        green_magenta,
        detail=float(r.random()),
        frame=(0.06,) * 4 if framed else (0.0,) * 4,
        frame_colour=(0.8, 0.1, 0.1) if framed else None,
        blocks=float(r.normal(0, 0.05)),
        jpeg_quality=int(r.choice([75, 85, 95])),
    )


def photos(r: np.random.Generator, answers: int, each: int, *, framed: bool) -> list[FinishedPhoto]:
    """A set; with a frame around every second photo of one answer, if that is what is to be tried."""
    made = []
    for number in range(answers * each):
        guess, digest = f"{number % answers}", f"{r.integers(2**62):064x}"
        row = PhotoRow(
            file=f"{number:05}.jpg",
            photo_sha256=digest,
            photo_size=(200, 200),
            label=None,
            guess=guess,
            right=None,
            unknown=False,
            scores=(LabelScore(guess, 0.9),),
            cut_share=0.0,
            map=MapKind.SPOTS,
            areas=(),
            second_view=None,
            notes=(),
            seed=0,
            look=look(r, framed=framed and guess == "0" and number // answers % 2 == 0),
        )
        made.append(FinishedPhoto(number, digest, row, None))
    return made


def outcome(r: np.random.Generator) -> CoverOutcome:
    """What a change does that is as good as its controls."""
    first, enough = (bool(r.random() < 1 / (1 + CONTROLS)) for _ in range(2))
    return CoverOutcome(
        finding=Finding.DEPENDS if first else Finding.INCONCLUSIVE,
        reason=Reason.GUESS_CHANGES if first else Reason.AS_MUCH_ELSEWHERE,
        changed=True,
        changed_elsewhere=0.9,
        controls=CONTROLS,
        before=0.9,
        after=0.1,
        elsewhere=0.1,
        p_value=0.05 if first else 0.5,
        enough_alone=enough,
        stays_alone=True,
        stays_alone_elsewhere=0.9,
    )


def audited(seed: int, answers: int, each: int, *, framed: bool = False) -> Iterator[AuditFinding]:
    """All that is tried in a set, with its verdict."""
    r = np.random.default_rng(seed)
    groups = guess_groups(photos(r, answers, each, framed=framed))
    plans = property_plans(groups)
    outcomes = {plan.key: {number: outcome(r) for number in (*plan.numbers, *plan.others)} for plan in plans}
    yield from findings(groups, plans, outcomes) if plans else ()


def milliseconds(folder: Path) -> tuple[int, float, float]:
    """Photos of a folder, and processor time a photo of reading and of measuring."""
    times, files = [0.0, 0.0], sorted(folder.rglob("*.jpg"))
    for file in files:
        begin = time.process_time()
        photo = read_photo(file)
        received = np.asarray(photo.image.resize((224, 224)))
        middle = time.process_time()
        photo_look(photo.image, received, 90)
        times[0] += middle - begin
        times[1] += time.process_time() - middle
    return len(files), *(1000 * total / len(files) for total in times)  # type: ignore[return-value]


def main() -> None:
    """Print how often, and what it costs."""
    for name, (answers, each) in SETS.items():
        none = [list(audited(seed, answers, each)) for seed in range(COUNT)]
        one = [list(audited(1000 + seed, answers, each, framed=True)) for seed in range(COUNT)]
        tried = np.mean([len(found) for found in none])
        said = sum(any(f.verdict is Verdict.DEPENDS for f in found) for found in none)
        frames = sum(any(f.place == "frame" and f.guess == "0" for f in found) for found in one)
        wrongly = sum(any(f.verdict is Verdict.DEPENDS for f in found) for found in one)
        print(
            f"{name}: none goes with an answer: {tried:.2f} tried, depends in {said} of {COUNT}; a frame on "
            f"half: tried in {frames}, depends, to no effect, in {wrongly} of {COUNT}",
            flush=True,
        )
    if sys.argv[1:]:
        count, reading, measuring = milliseconds(Path(sys.argv[1]))
        print(
            f"{count} photos: reading {reading:.1f} ms, measuring {measuring:.1f} ms of processor time each"
        )


if __name__ == "__main__":
    main()
