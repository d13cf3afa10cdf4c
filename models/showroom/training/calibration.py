"""Do scores mean what they say? Temperature scaling and the expected calibration error (Guo 2017)."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import softmax


def probabilities(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Scores (n, K) that add up to 1."""
    return np.asarray(softmax(logits / temperature, axis=1))


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature with the least log loss (Guo 2017), to 1 %."""
    temperatures = np.exp(np.linspace(math.log(0.2), math.log(3.0), 272))
    rows = np.arange(len(labels))
    losses = [-np.log(probabilities(logits, t)[rows, labels] + 1e-12).mean() for t in temperatures]
    return float(round(temperatures[int(np.argmin(losses))], 2))


def calibration_error(scores: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error of the top score, in [0, 1]."""
    top, right = scores.max(1), scores.argmax(1) == labels
    which = np.minimum((top * bins).astype(int), bins - 1)
    gaps = [abs(top[which == b].mean() - right[which == b].mean()) * (which == b).mean() for b in set(which)]
    return float(sum(gaps))
