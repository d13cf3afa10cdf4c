"""Verdicts: how many photos have to depend on a place for the set to say so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_audit import cover_outcome
from scipy.stats import binom

from saliency.audit.evidence.verdicts import Verdict, cover_summary, verdict


@pytest.mark.parametrize(
    ("depends", "count", "expected"),
    [
        (12, 12, "depends"),
        (3, 10, "suggestive"),
        (2, 40, "no evidence"),
        (0, 12, "no evidence"),
        (2, 2, "suggestive"),
    ],
)
def test_verdicts(depends: int, count: int, expected: str) -> None:
    summary = cover_summary([cover_outcome(n < depends) for n in range(count)])
    assert summary is not None
    as_many = sum(binom.pmf(hits, count, 0.05) for hits in range(depends, count + 1))
    assert summary.p_value == pytest.approx(min(1.0, 2 * as_many))
    assert verdict(summary, summary.p_value) == expected


def test_a_place_that_is_enough_alone_counts_too() -> None:
    summary = cover_summary([cover_outcome(False, enough=True)] * 10)
    assert summary is not None
    assert verdict(summary, summary.p_value) is Verdict.DEPENDS
    without_controls = replace(cover_outcome(False), controls=0, changed_elsewhere=None)
    assert cover_summary([without_controls]) is None


@pytest.mark.parametrize(
    ("taken", "tested", "made", "expected"),
    [
        (10, 12, 30, "depends"),
        (10, 12, 0, "depends"),  # a lemon's colour: whose it is, is another question
        (0, 12, 40, "suggestive"),  # makes the guess, and none of those that have it rests on it
        (2, 12, 40, "suggestive"),
        (0, 0, 16, "depends"),  # cannot be taken away
        (1, 5, 16, "depends"),
        (6, 6, 9, "depends"),
        (5, 5, 9, "suggestive"),  # too few to tell, and it makes too few others
        (1, 5, 15, "suggestive"),
        (0, 0, 15, "suggestive"),
    ],
)
def test_what_is_given_has_to_be_missed_where_it_is_taken_away(
    taken: int, tested: int, made: int, expected: str
) -> None:
    given = [cover_outcome(False, enough=n < made) for n in range(40)]
    summary = cover_summary([cover_outcome(n < taken) for n in range(tested)], given)
    assert summary is not None
    assert verdict(summary, summary.p_value) == expected


def test_a_property_that_can_only_be_taken_away_has_to_be_taken_from_enough_photos() -> None:
    """Good JPEG quality taken from five photos changed two, of a model that never learned it."""
    five, six = (cover_summary([cover_outcome(True)] * count) for count in (5, 6))
    assert five is not None
    assert six is not None
    assert verdict(five, five.p_value, of_property=True) is Verdict.SUGGESTIVE
    assert verdict(six, six.p_value, of_property=True) is Verdict.DEPENDS
    assert verdict(five, five.p_value) is Verdict.DEPENDS, "of a place, five are enough"


@pytest.mark.parametrize(("changed", "expected"), [(4, "suggestive"), (5, "depends")])
def test_what_can_only_be_taken_away_has_to_change_the_answer_of_a_fifth(changed: int, expected: str) -> None:
    """7 of 24 fish lost a fifth of their score when they were saved coarsely, and one its answer."""
    outcomes = [replace(cover_outcome(n < 7), changed=n < changed) for n in range(24)]
    summary = cover_summary(outcomes)
    assert summary is not None
    assert verdict(summary, summary.p_value, of_property=True) == expected
    assert verdict(summary, summary.p_value) is Verdict.DEPENDS, "a place is put beside equal ones"


@pytest.mark.parametrize(("elsewhere", "expected"), [(0.4, "suggestive"), (0.5, "depends"), (1, "depends")])
def test_where_equal_changes_change_most_guesses_taking_it_away_says_nothing(
    elsewhere: float, expected: str
) -> None:
    given = [cover_outcome(False, enough=n < 16) for n in range(40)]
    summary = cover_summary([cover_outcome(False, elsewhere=elsewhere)] * 12, given)
    assert summary is not None
    assert verdict(summary, summary.p_value) == expected


def test_fewer_controls_make_a_weaker_case() -> None:
    summary = cover_summary([replace(cover_outcome(True), controls=4)] * 4)
    assert summary is not None
    assert summary.p_value == pytest.approx(2 * 0.2**4)
