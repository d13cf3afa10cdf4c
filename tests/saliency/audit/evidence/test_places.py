"""Where a box is, in words."""

from __future__ import annotations

import pytest

from saliency.audit.evidence.places import place_of


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((0, 0, 0.2, 0.2), "upper left corner"),
        ((0.4, 0.8, 0.2, 0.2), "middle of the lower edge"),
        ((0.4, 0.4, 0.2, 0.2), "middle"),
        ((0.8, 0.4, 0.2, 0.2), "middle of the right edge"),
    ],
)
def test_places_in_words(box, expected: str) -> None:
    assert place_of(box) == expected
