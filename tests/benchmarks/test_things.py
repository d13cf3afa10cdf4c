"""The badge that the benchmark of things puts into a picture lies where it says."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.things import badge_anywhere


@pytest.mark.parametrize("seed", range(6))
def test_a_badge_anywhere_is_where_its_box_says(seed: int) -> None:
    pixels = np.full((224, 224, 3), 128, np.uint8)
    changed, (left, top, width, height) = badge_anywhere(pixels, seed)
    rows, columns = np.nonzero((changed != pixels).any(2))
    assert columns.min() / 224 == pytest.approx(left, abs=0.01)
    assert rows.min() / 224 == pytest.approx(top, abs=0.01)
    assert (columns.max() + 1) / 224 == pytest.approx(left + width, abs=0.01)
    assert (rows.max() + 1) / 224 == pytest.approx(top + height, abs=0.01)
    assert min(left, top) >= 0
    assert max(left + width, top + height) <= 1
