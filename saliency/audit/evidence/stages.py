"""Which trials an audit makes next, so that what it costs is bounded, whatever it finds.

Each candidate is tried on some photos of its testing half first, drawn at random; on more of them only where
these leave it open. Where hardly any photo of the first depends on it, it stays without evidence: that can
only hide something. Where so many do that chance gives as many in 1 of 10,000 candidates, the verdict stands;
that adds as much at most to the p-values of the others, which are counted on all their photos.

Candidates of the answers with most photos come first, one of each answer and kind in turn, until the model
was asked so many pictures that the rest is not tried. What was asked is told from the outcomes, so an audit
that was stopped goes on as if it had not been.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from scipy.stats import binom

from saliency.audit.evidence.candidates import Candidate
from saliency.audit.evidence.rows import CoverOutcome, TrialOutcome
from saliency.audit.evidence.screened_cover import passes
from saliency.checks.cover import FEW, Finding

FIRST, MOST = 12, 40
"""Photos on which a candidate is tried first, and at most: a share is then known to 16 % or better."""

LEAST_PICTURES, PICTURES_A_PHOTO = 6_000, 0.5
"""About how many pictures the model is asked for all trials of an audit at most: the larger of a number that
small sets need, and so many for each of its photos."""

TOGETHER = 8
"""Candidates that are tried before it is looked again how much was asked."""

_OPEN = 2  # of the first photos have to depend on it
_CLEAR = 1e-4  # chance of so many

OutcomeReader = Callable[[str], Mapping[int, TrialOutcome]]
"""Gives a candidate's outcomes by its key: by the photo's number."""


def pictures_at_most(photos: int) -> int:
    """About how many pictures the model is asked at most, to try candidates in a set of so many photos."""
    return max(LEAST_PICTURES, round(PICTURES_A_PHOTO * photos))


def in_turn(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates in the order in which they are tried."""
    photos: dict[str, int] = {}
    turns: dict[tuple[str, str], int] = {}
    ranked = []
    for candidate in candidates:
        photos[candidate.guess] = max(photos.get(candidate.guess, 0), candidate.pictures)
    for place, candidate in enumerate(candidates):
        turn = turns[candidate.guess, candidate.kind] = turns.get((candidate.guess, candidate.kind), -1) + 1
        ranked.append(((turn, -photos[candidate.guess], candidate.guess, place), candidate))
    return [candidate for _, candidate in sorted(ranked, key=lambda pair: pair[0])]


def admitted(candidates: Sequence[Candidate], outcomes: OutcomeReader, most: int) -> list[Candidate]:
    """The candidates that are to be tried now, or were; all that are, once nothing more is left to do.

    Args:
        candidates: All of them, as :func:`in_turn` has them.
        outcomes: What came of trials so far.
        most: About how many pictures may be asked.
    """
    asked = 0
    tried: list[Candidate] = []
    for start in range(0, len(candidates), TOGETHER):
        part = candidates[start : start + TOGETHER]
        of_part = [_own(candidate, outcomes(candidate.key)) for candidate in part]
        if start and asked >= most and not any(of_part):
            continue
        tried += part
        if any(map(next_photos, part, of_part)):
            break  # what these cost is not known yet
        asked += sum(map(_asked, part, of_part))
    return tried


def next_photos(candidate: Candidate, outcomes: Mapping[int, TrialOutcome]) -> list[int]:
    """The photos on which a candidate is to be tried now; none where it is settled.

    Args:
        candidate: The candidate.
        outcomes: What came of its trials so far.
    """
    sides = [_in_random_order(candidate, numbers)[:MOST] for numbers in (candidate.numbers, candidate.others)]
    first = [number for side in sides for number in side[:FIRST] if number not in outcomes]
    if first or not any(_open([outcomes[number] for number in side[:FIRST]]) for side in sides):
        return first
    return [number for side in sides for number in side if number not in outcomes]


def _open(first: Sequence[TrialOutcome]) -> bool:
    """Whether the first outcomes leave open whether answers depend on it."""
    tried = [outcome for outcome in first if isinstance(outcome, CoverOutcome)]
    depends = sum(outcome.finding is Finding.DEPENDS for outcome in tried)
    hits = max(depends, sum(outcome.enough_alone for outcome in tried))
    few = len(tried) < len(first) and not tried
    return few or (hits >= _OPEN and float(binom.sf(hits - 1, len(tried), FEW)) > _CLEAR)


def _own(candidate: Candidate, outcomes: Mapping[int, TrialOutcome]) -> dict[int, TrialOutcome]:
    """A candidate's outcomes; the same place may be one of another answer."""
    numbers = {*candidate.numbers, *candidate.others}
    return {number: outcome for number, outcome in outcomes.items() if number in numbers}


def _asked(candidate: Candidate, outcomes: Mapping[int, TrialOutcome]) -> int:
    places = candidate.kind != "property"
    return sum(passes(o, places=places) for o in outcomes.values() if isinstance(o, CoverOutcome))


def _in_random_order(candidate: Candidate, numbers: Sequence[int]) -> list[int]:
    """Photos in an order that the candidate's key and their numbers say."""

    def shuffled(number: int) -> str:
        return hashlib.sha256(f"{candidate.key} {number}".encode()).hexdigest()

    return sorted(numbers, key=shuffled)
