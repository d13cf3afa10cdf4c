"""Intervals: those of the binomial, and exact where all photos are alike."""

from __future__ import annotations

import math

import pytest

from saliency.audit.evidence.statistics import bootstrap


def test_bootstrap_of_a_share_is_that_of_the_binomial() -> None:
    interval = bootstrap([1.0] * 30 + [0.0] * 70, draws=4000)
    error = math.sqrt(0.3 * 0.7 / 100)
    assert interval.mean == pytest.approx(0.3)
    assert interval.low == pytest.approx(0.3 - 1.96 * error, abs=0.015)
    assert interval.high == pytest.approx(0.3 + 1.96 * error, abs=0.015)
    assert bootstrap([1.0] * 12).low == pytest.approx(0.025 ** (1 / 12))  # Clopper and Pearson's
    assert bootstrap([0.0] * 12).high == pytest.approx(1 - 0.025 ** (1 / 12))
    assert bootstrap([1.0, 1.0]).high == 1.0
    assert bootstrap([0.0, 0.0]).low == 0.0
    assert bootstrap([0, 1, 1], seed=3) == bootstrap([0, 1, 1], seed=3)
    assert (bootstrap([0.4] * 3).low, bootstrap([0.4] * 3).high) == pytest.approx((0.4, 0.4))
