"""Calibration figures, on scores whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from models.showroom.training.calibration import calibration_error, fit_temperature, probabilities


def sample_logits(temperature: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax at a temperature is the true chance of each label."""
    r = np.random.default_rng(0)
    logits = r.normal(0, 3, (count, 4))
    chances = probabilities(logits, temperature).cumsum(1)
    return logits, (r.random((count, 1)) > chances).sum(1)


def test_probabilities_add_up_and_do_not_overflow():
    scores = probabilities(np.array([[1000.0, 0.0], [0.0, 0.0]]), 1.0)
    assert scores.tolist() == [[1.0, 0.0], [0.5, 0.5]]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_true_temperature_is_found(temperature):
    logits, labels = sample_logits(temperature)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)


def test_calibrated_scores_have_little_error_and_others_much():
    logits, labels = sample_logits(2.0)
    assert calibration_error(probabilities(logits, 2.0), labels) < 0.01
    assert calibration_error(probabilities(logits, 0.5), labels) > 0.1


def test_an_overconfident_model_by_hand():
    scores = np.array([[0.9, 0.1]] * 10)
    labels = np.array([0] * 6 + [1] * 4)
    assert calibration_error(scores, labels) == pytest.approx(0.3)
