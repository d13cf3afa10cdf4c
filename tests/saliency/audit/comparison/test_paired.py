"""Paired yes-or-no answers: closed forms and published figures."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saliency.audit.comparison.paired import paired


def pairs(both: int, lost: int, won: int, neither: int) -> list[tuple[bool, bool]]:
    return [(True, True)] * both + [(True, False)] * lost + [(False, True)] * won + [(False, False)] * neither


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [((36, 2, 12, 0), 0.0569, 0.3404), ((20, 2, 12, 16), 0.0562, 0.3292), ((18, 2, 12, 18), 0.0562, 0.3290)],
)
def test_the_interval_is_newcombes_tenth(table, low, high) -> None:
    difference = paired(pairs(*table)).difference
    assert difference is not None
    assert (difference.mean, difference.low, difference.high) == pytest.approx((0.2, low, high), abs=6e-5)


def test_the_test_is_that_of_a_coin_on_what_differs() -> None:
    answers = paired(pairs(30, 1, 9, 5))
    assert (answers.photos, answers.old, answers.new, answers.lost, answers.won) == (45, 31, 39, 1, 9)
    assert answers.p_value == pytest.approx(2 * (1 + 10) / 2**10)
    assert paired(pairs(30, 0, 0, 5)).p_value == 1.0


def test_of_no_photo_nothing_is_said() -> None:
    answers = paired([])
    assert (answers.photos, answers.p_value, answers.difference) == (0, 1.0, None)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_old_and_new_swapped_is_the_same_with_the_other_sign(answers) -> None:
    one, other = paired(answers), paired([(new, old) for old, new in answers])
    assert (one.lost, one.won, one.p_value) == (other.won, other.lost, other.p_value)
    assert one.difference is not None
    assert other.difference is not None
    assert -1 <= one.difference.low <= one.difference.mean <= one.difference.high <= 1
    assert math.isclose(one.difference.low, -other.difference.high, abs_tol=1e-9)
    assert one.old - one.lost == one.new - one.won
