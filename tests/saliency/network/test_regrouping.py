from __future__ import annotations

import pytest

from saliency.network.regrouping import Sides, regrouped


@pytest.mark.parametrize(
    ("before", "after", "larger", "last", "expected"),
    [
        ((1, 12, 4, 4), (1, 12, 16), (1, 12, 9, 4), False, (1, 12, 36)),
        ((17, 1, 12), (17, 2, 6), (37, 1, 12), False, (37, 2, 6)),
        ((1, 16, 8), (1, 4, 4, 8), (1, 36, 8), False, (1, 9, 4, 8)),
        ((1, 16, 8), (1, 4, 4, 8), (1, 36, 8), True, (1, 4, 9, 8)),
        ((1, 8, 4, 4), (1, 8, 2, 2, 2, 2), (1, 8, 9, 4), False, ()),  # windows do not go into nine rows
        ((1, 8, 4), (1, 32), (1, 9, 8), False, ()),  # two axes are larger
        ((1, 8, 4), (1, 16), (1, 9, 4), False, ()),  # not the same values
        ((1, 8, 4), (1, 32), (1, 9), False, ()),
    ],
)
def test_a_larger_value_is_laid_out_as_the_smaller_one(
    before: Sides, after: Sides, larger: Sides, last: bool, expected: Sides
) -> None:
    assert regrouped(before, after, larger, last=last) == expected
