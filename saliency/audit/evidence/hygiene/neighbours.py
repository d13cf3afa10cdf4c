"""Each photo's nearest others by what the model sees in them: exact, by cosine, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saliency.audit.evidence.traces import Vector

COUNT = 10
"""Neighbours of a photo."""

MOST = 20_000
"""Photos compared each with each; of more, only the first are."""

_ROWS, _COLUMNS = 64, 2048  # vectors multiplied at a time
_SORTED = 8  # rows sorted at a time: their order takes twice the memory that they take


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The photos' nearest others, nearest first.

    Attributes:
        places: ``(N, k)``, by their places among the photos; -1 where there are no more.
        likeness: ``(N, k)``, the cosine in [-1, 1] of what differs from the mean; -1 where there is none.
    """

    places: NDArray[np.intp]
    likeness: NDArray[np.float32]


def neighbours(vectors: Sequence[Vector], copies: NDArray[np.intp], count: int = COUNT) -> Neighbours:
    """Each photo's nearest others, its near copies and itself left out.

    Args:
        vectors: ``(C,)`` each, all of one length.
        copies: ``(N,)``, a number that is the same for photos that are nearly the same.
        count: At most so many of each.
    """
    stacked: NDArray[np.float16] = np.stack(vectors)
    total = len(stacked)
    mean = stacked.mean(0, dtype=np.float32)
    count = min(count, total)
    places, likeness = np.full((total, count), -1, np.intp), np.full((total, count), -1, np.float32)
    for row in range(0, total, _ROWS):
        own = _unit(stacked[row : row + _ROWS], mean)
        cosine = np.empty((len(own), total), np.float32)
        for column in range(0, total, _COLUMNS):
            others = _unit(stacked[column : column + _COLUMNS], mean)
            np.matmul(own, others.T, out=cosine[:, column : column + _COLUMNS])
        cosine[copies[row : row + _ROWS, None] == copies] = -np.inf
        best = np.sort(np.concatenate([_highest(part, count) for part in _some_rows(cosine)]), axis=1)
        order = np.argsort(-np.take_along_axis(cosine, best, 1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, 1)
        values = np.take_along_axis(cosine, best, 1)
        found = np.isfinite(values)
        places[row : row + len(own)] = np.where(found, best, -1)
        likeness[row : row + len(own)] = np.where(found, np.clip(values, -1, 1), -1)
    return Neighbours(places, likeness)


def _some_rows(values: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    return (values[row : row + _SORTED] for row in range(0, len(values), _SORTED))


def _highest(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Where the highest values of each row are, in any order, ``(n, count)``."""
    first = values.shape[1] - count
    return np.argpartition(values, first, axis=1)[:, first:]


def _unit(vectors: NDArray[np.float16], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    """What differs from the mean, of unit length; 0 where nothing does."""
    apart = vectors.astype(np.float32) - mean
    length = np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)
    return np.asarray(apart / length, np.float32)
