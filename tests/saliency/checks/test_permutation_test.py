"""The p-value of a permutation test."""

from __future__ import annotations

import math

import pytest

from saliency.checks.permutation_test import exceedances, p_value


def test_figures_that_chance_gives_count_where_they_are_at_least_as_large() -> None:
    assert exceedances(2.0, [1.0, 2.0, 3.0, 1.9999]) == 2
    assert exceedances(2.0, [2.0 - 1e-15]) == 1  # equal but for rounding
    assert exceedances(math.inf, [1e300, math.inf]) == 1
    assert exceedances(2.0, []) == 0


@pytest.mark.parametrize(
    ("larger", "count", "expected"), [(0, 19, 0.05), (3, 19, 0.2), (19, 19, 1), (0, 0, 1)]
)
def test_the_figure_itself_is_one_of_the_permutations(larger: int, count: int, expected: float) -> None:
    assert p_value(larger, count) == expected
