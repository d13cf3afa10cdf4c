"""Figures of the model for people's own photos, on numbers whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.everyday import roc_area


def test_roc_area_by_hand():
    assert roc_area(np.array([3.0, 4.0]), np.array([1.0, 2.0])) == 1
    assert roc_area(np.array([1.0, 3.0]), np.array([1.0, 2.0])) == pytest.approx(0.625)
