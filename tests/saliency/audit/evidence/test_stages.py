"""How many trials an audit makes: bounded, and enough to see what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from fake_audit import cover_outcome

from saliency.audit.evidence.rows import CoverOutcome, LeftOutTest, TrialOutcome
from saliency.audit.evidence.screened_cover import MOST_PASSES, SCREENED, passes
from saliency.audit.evidence.stages import (
    FIRST,
    LEAST_PICTURES,
    MOST,
    PICTURES_A_PHOTO,
    TOGETHER,
    admitted,
    in_turn,
    next_photos,
    pictures_at_most,
)

HIT = cover_outcome(changed=True)
MISS = replace(cover_outcome(changed=False), screened=True, controls=SCREENED)


@dataclass(frozen=True)
class Named:
    """As much of a candidate as is needed to choose its trials."""

    key: str
    guess: str = "mug"
    kind: str = "place"
    numbers: tuple[int, ...] = tuple(range(100))
    others: tuple[int, ...] = ()
    pictures: int = 100


def tried(candidate: Named, outcome: Callable[[int], TrialOutcome]) -> dict[int, TrialOutcome]:
    """All that comes of a candidate, however many rounds it takes."""
    outcomes: dict[int, TrialOutcome] = {}
    while numbers := next_photos(candidate, outcomes):
        assert not set(numbers) & set(outcomes)
        outcomes |= {number: outcome(number) for number in numbers}
    return outcomes


def test_what_is_settled_by_the_first_photos_is_not_tried_on_more() -> None:
    candidate = Named("a")
    assert len(tried(candidate, lambda _: MISS)) == FIRST
    assert len(tried(candidate, lambda _: HIT)) == FIRST
    first = next_photos(candidate, {})
    assert len(first) == FIRST
    assert first == next_photos(candidate, {})
    assert first != next_photos(Named("b"), {})
    some = frozenset(first[:3])
    assert len(tried(candidate, lambda number: HIT if number in some else MISS)) == MOST
    assert len(tried(candidate, lambda number: HIT if number in first[:1] else MISS)) == FIRST
    assert len(tried(Named("a", numbers=(3, 5)), lambda _: HIT)) == 2


def test_a_property_is_tried_on_photos_that_have_it_and_on_others() -> None:
    candidate = Named("a", kind="property", numbers=tuple(range(50)), others=tuple(range(50, 100)))
    assert len(tried(candidate, lambda _: MISS)) == 2 * FIRST
    few = [number for number in next_photos(candidate, {}) if number >= 50][:3]
    made = replace(MISS, enough_alone=True)
    assert len(tried(candidate, lambda number: made if number in few else MISS)) == 2 * MOST


def test_where_none_of_the_first_can_be_tried_the_others_are() -> None:
    assert len(tried(Named("a"), lambda _: LeftOutTest("It cannot be changed."))) == MOST


@pytest.mark.parametrize(("share", "least"), [(0.3, 0.75), (0.5, 0.98), (1.0, 1.0)])
def test_a_share_that_matters_is_not_lost_by_stopping_early(share: float, least: float) -> None:
    r = np.random.default_rng(0)
    seen = 0
    for number in range(200):
        chances = r.random(100)
        outcomes = tried(Named(f"{number}"), lambda n, chances=chances: HIT if chances[n] < share else MISS)
        hits = sum(outcome is HIT for outcome in outcomes.values())
        seen += hits >= 3 and hits >= 0.2 * len(outcomes)
    assert seen >= least * 200


def everything(candidates: list[Named], most: int, outcome: Callable[[str], TrialOutcome]) -> dict[str, dict]:
    """What an audit tries of several candidates."""
    outcomes: dict[str, dict[int, TrialOutcome]] = {candidate.key: {} for candidate in candidates}
    while True:
        part = admitted(in_turn(candidates), outcomes.__getitem__, most)
        numbers = {candidate.key: next_photos(candidate, outcomes[candidate.key]) for candidate in part}
        if not any(numbers.values()):
            return {candidate.key: outcomes[candidate.key] for candidate in part}
        for key, several in numbers.items():
            outcomes[key] |= {number: outcome(key) for number in several}


def test_what_an_audit_asks_is_bounded_whatever_it_finds() -> None:
    candidates = [Named(f"{number}") for number in range(200)]
    for outcome in (MISS, HIT):
        outcomes = everything(candidates, 6000, lambda _, outcome=outcome: outcome)
        each = FIRST * passes(outcome, places=True)
        assert len(outcomes) == TOGETHER * -(-6000 // (TOGETHER * each))
        asked = sum(passes(one, places=True) for several in outcomes.values() for one in several.values())
        assert 6000 <= asked < 6000 + TOGETHER * each
    assert len(everything(candidates[:10], 6000, lambda _: MISS)) == 10
    assert passes(HIT, places=True) == MOST_PASSES
    assert passes(MISS, places=True) == 16
    assert passes(MISS, places=False) == 1 + SCREENED
    assert pictures_at_most(150) == LEAST_PICTURES
    assert pictures_at_most(100_000) == PICTURES_A_PHOTO * 100_000


def test_answers_with_most_photos_come_first_one_of_each_answer_and_kind_in_turn() -> None:
    candidates = [
        Named("a1", "few", pictures=10), Named("a2", "few", pictures=10),
        Named("b1", "many"), Named("b2", "many"), Named("b3", "many", "thing"),
    ]  # fmt: skip
    assert [candidate.key for candidate in in_turn(candidates)] == ["b1", "b3", "a1", "b2", "a2"]


def test_what_was_tried_by_an_earlier_program_still_counts() -> None:
    candidates = [Named(f"{number}") for number in range(40)]
    outcomes: dict[str, dict[int, CoverOutcome]] = {
        candidate.key: dict.fromkeys(candidate.numbers, HIT) for candidate in candidates
    }
    assert len(admitted(in_turn(candidates), outcomes.__getitem__, 100)) == 40
