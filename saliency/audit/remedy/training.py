"""The last step trained again, near its old weights.

Last layer re-training is sufficient to make a network ignore a shortcut where its features hold what it
should go by (Kirichenko 2022, "Last Layer Re-Training is Sufficient for Robustness to Spurious
Correlations"). What is minimised, over weights ``W``, ``b`` of the classes in question:

    Σ_i w_i · CE(W f_i + b, y_i) / Σ_i w_i  +  strength / 2 · s² · (‖W − W₀‖² + ‖b − b₀‖² / s²)

with ``s²`` the mean squared length of the features, so that a strength means the same for every model. The
logits of all other classes stay as they are and take part in the softmax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

STRENGTHS = (1.0, 0.1, 0.01, 0.001, 0.0001)
"""How strongly the old weights are held on to; the one is taken that does best on photos left out."""

FOLDS = 3
_STEPS = 80


@dataclass(frozen=True, eq=False)
class Lesson:
    """What is learned from: one row a picture.

    Attributes:
        features: ``(n, D)``, what goes into the last step.
        labels: ``(n,)``, the positions of the right classes.
        weights: ``(n,)``, how much each counts.
        groups: ``(n,)``; pictures of one group are learned from together, or left out together.
    """

    features: Tensor
    labels: Tensor
    weights: Tensor
    groups: NDArray[np.intp]

    def part(self, chosen: NDArray[np.bool_]) -> Lesson:
        """Some of the pictures."""
        mask = torch.from_numpy(chosen)
        return Lesson(self.features[mask], self.labels[mask], self.weights[mask], self.groups[chosen])


def loss(lesson: Lesson, weight: Tensor, bias: Tensor) -> float:
    """The weighted mean cross-entropy of a last step with ``weight`` ``(K, D)`` and ``bias`` ``(K,)``."""
    logits = lesson.features @ weight.T + bias
    each = torch.nn.functional.cross_entropy(logits, lesson.labels, reduction="none")
    return float((each * lesson.weights).sum() / lesson.weights.sum())


def trained_again(
    lesson: Lesson, weight: Tensor, bias: Tensor, classes: Sequence[int], strength: float
) -> tuple[Tensor, Tensor]:
    """New weights ``(K, D)`` and biases ``(K,)`` of a last step; the given ones are not changed.

    Args:
        lesson: What is learned from.
        weight: ``(K, D)``, the old weights.
        bias: ``(K,)``.
        classes: Positions of the classes whose weights are trained.
        strength: How strongly the old weights are held on to, above 0.
    """
    rows = torch.tensor(sorted(set(classes)))
    scale = float(lesson.features.square().sum(1).mean().clamp_min(1e-12).sqrt())
    inputs = torch.cat([lesson.features / scale, lesson.features.new_ones(len(lesson.features), 1)], 1)
    old = lesson.features @ weight.T + bias
    others = old.clone()
    others[:, rows] = -torch.inf
    rest = others.logsumexp(1, keepdim=True)  # of the classes that stay as they are
    place = torch.full((len(weight),), -1)
    place[rows] = torch.arange(len(rows))
    targets, shares = place[lesson.labels], lesson.weights / lesson.weights.sum()
    base = old[:, rows]
    change = torch.zeros(inputs.shape[1], len(rows), requires_grad=True)
    solver = torch.optim.LBFGS([change], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        solver.zero_grad()
        logits = torch.cat([base + inputs @ change, rest], 1)
        fit = (torch.nn.functional.cross_entropy(logits, targets, reduction="none") * shares).sum()
        value = fit + strength / 2 * change.square().sum()
        value.backward()
        return value

    with torch.enable_grad():
        solver.step(closure)
    found = change.detach()
    new_weight, new_bias = weight.clone(), bias.clone()
    new_weight[rows] += found[:-1].T / scale
    new_bias[rows] += found[-1]
    return new_weight, new_bias


def best_strength(
    lesson: Lesson, weight: Tensor, bias: Tensor, classes: Sequence[int], *, seed: int = 0
) -> float:
    """The strength that does best on photos left out, of :data:`STRENGTHS`; the larger one of two alike."""
    names = np.unique(lesson.groups)
    order = np.random.default_rng(seed).permutation(len(names))
    fold_of = dict(zip(names[order].tolist(), (np.arange(len(names)) % FOLDS).tolist(), strict=True))
    folds = np.array([fold_of[group] for group in lesson.groups.tolist()])
    if len(names) < FOLDS:
        return STRENGTHS[0]
    losses = []
    for strength in STRENGTHS:
        total = 0.0
        for fold in range(FOLDS):
            learned = trained_again(lesson.part(folds != fold), weight, bias, classes, strength)
            total += loss(lesson.part(folds == fold), *learned)
        losses.append(total)
    return STRENGTHS[int(np.argmin(losses))]
