"""Things pasted into photos with other answers, beside equal pieces of the same photos.

Covering a thing tells whether answers rest on it where it is; pasting it, whether it makes the answer where
it is not. A thing is taken from photos in which it was covered and put into photos of other answers at the
same place; so is, from the same photo, what lies elsewhere in an area of that size and shape. Photos
of either kind are of the testing half, and none that shows what the answer says. Only things on which some
answers depended are pasted, and only so many, so that it costs little.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from saliency.audit.evidence.candidates import Candidate
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.pasted import PASTED, PastedThing
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.rows import CoverOutcome, PhotoRow, TrialOutcome
from saliency.audit.evidence.stages import OutcomeReader
from saliency.audit.evidence.things.plans import ThingPlan
from saliency.checks.cover import Finding
from saliency.checks.paste import composite, patches
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.photo.area import Area, Box

PHOTOS, DONORS, PIECES = 24, 12, 3
"""Into so many photos a thing is pasted, taken from so many, each beside so many equal pieces."""

FEWEST = 5
"""Photos with other answers; into fewer, nothing is pasted, as they would tell nothing."""

THINGS = 6
"""Things of an audit that are pasted, at most."""

PICTURES = THINGS * PHOTOS * (1 + PIECES)
"""Pictures about which the model is asked for that, at most."""

_OPEN = 2  # answers that have to depend on a thing, for it to be pasted

Patches = tuple[tuple[Tensor, Tensor], ...]
"""Pictures ``(1, 3, h, w)``, and how much of each point is pasted, ``(h, w)``: the thing, then the pieces."""


@dataclass(frozen=True, slots=True)
class PasteTrial:
    """A thing that is pasted into a photo.

    Attributes:
        guess: The answer that it may make.
        file: The photo that it is taken from.
        digest: SHA-256 of that photo's bytes when its row was computed.
        box: Where it is in it, in shares of its sides.
    """

    guess: str
    file: str
    digest: str
    box: Box

    def patches(self, donor: PhotoProbe) -> Patches:
        """What is pasted: the thing, and equal pieces of the photo that it is taken from.

        Raises:
            SaliencyError: The model did not receive the place.
        """
        question, count = ScoreQuestion.of(donor.prepared), min(PIECES, donor.settings.controls)
        area = AreaProbe.of(question, Area((self.box,)), count=count, seed=donor.seed)
        pieces = [patches(area, number) for number in range(max(1, count))]
        return (pieces[0][0], *(piece for _, *others in pieces for piece in others))

    def outcome(self, probe: PhotoProbe, pasted: Patches) -> PastedThing:
        """What pasting it, and each of the equal pieces, did to a photo.

        Raises:
            SaliencyError: The model has no such answer.
        """
        question = ScoreQuestion.of(probe.prepared, self.guess)
        before = question.before
        pictures = torch.cat([composite(probe.prepared.x, *patch) for patch in pasted])
        after, *pieces = question.ask([pictures], len(pictures), probe.on_progress)
        made = [piece.ahead and not before.ahead for piece in pieces]
        return PastedThing(
            pasted_from=self.file,
            made=after.ahead and not before.ahead,
            made_elsewhere=round(float(np.mean(made)), 6) if made else None,
            pieces=len(pieces),
            before=round(before.score, 6),
            after=round(after.score, 6),
            elsewhere=round(float(np.mean([piece.score for piece in pieces])), 6) if pieces else None,
        )


def paste_trials(
    tried: Sequence[Candidate],
    outcomes: OutcomeReader,
    groups: Sequence[GuessGroup],
    showing: Mapping[str, Container[int]],
    *,
    seed: int = 0,
) -> dict[int, dict[str, PasteTrial]]:
    """Which things are pasted into which photos: by the photo's number, by what it is kept under.

    Args:
        tried: What was tried, in turn.
        outcomes: What that did.
        groups: The photos by their guess.
        showing: The photos that show a class, by its name: whatever they are called, nothing made them so.
        seed: As for the halves.
    """
    trials: dict[int, dict[str, PasteTrial]] = {}
    rows = {number: row for group in groups for number, row in group.rows.items()}
    halves = {group.guess: group.half(discover=False, seed=seed) for group in groups}
    for plan, donors in _things(tried, outcomes):
        true = showing.get(plan.guess, ())
        others = [n for guess, half in halves.items() if guess != plan.guess for n in half if n not in true]
        if len(others) < FEWEST:
            continue
        for place, number in enumerate(_drawn(plan.key, others, PHOTOS)):
            donor = donors[place % len(donors)]
            trial = _trial(plan, donor, rows[donor])
            trials.setdefault(number, {})[PASTED + plan.key] = trial
    return trials


def _things(tried: Sequence[Candidate], outcomes: OutcomeReader) -> Iterator[tuple[ThingPlan, list[int]]]:
    """The things on which some answers depended, and the photos that they are taken from."""
    count = 0
    for plan in tried:
        if not isinstance(plan, ThingPlan) or count == THINGS:
            continue
        by_number = outcomes(plan.key)
        covered = [n for n in plan.numbers if isinstance(by_number.get(n), CoverOutcome)]
        if _depend([by_number[number] for number in covered]) >= _OPEN:
            count += 1
            yield plan, _drawn(f"from {plan.key}", covered, DONORS)


def _depend(outcomes: Sequence[TrialOutcome]) -> int:
    """How many answers depended on it, or needed nothing else."""
    tried = [outcome for outcome in outcomes if isinstance(outcome, CoverOutcome)]
    depends = sum(outcome.finding is Finding.DEPENDS for outcome in tried)
    return max(depends, sum(outcome.enough_alone for outcome in tried))


def _trial(plan: ThingPlan, donor: int, row: PhotoRow) -> PasteTrial:
    return PasteTrial(plan.guess, row.file, row.photo_sha256, plan.places[donor])


def _drawn(key: str, numbers: Sequence[int], most: int) -> list[int]:
    """Some photos at random: which, a key and their numbers say."""
    return sorted(numbers, key=lambda n: hashlib.sha256(f"{key} {n}".encode()).hexdigest())[:most]
