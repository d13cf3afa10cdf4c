"""Nearest others are those of brute force, without copies, however many are multiplied at a time."""

from __future__ import annotations

import numpy as np
import pytest
from fake_set import vectors

from saliency.audit.evidence.hygiene import neighbours as module
from saliency.audit.evidence.hygiene.neighbours import neighbours


@pytest.mark.parametrize("sizes", [(512, 2048), (7, 11)])
def test_they_are_those_of_brute_force(sizes: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS", sizes[0])
    monkeypatch.setattr(module, "_COLUMNS", sizes[1])
    given = vectors([number % 4 for number in range(50)])
    copies = np.arange(50)
    copies[[5, 9]] = 1
    near = neighbours(given, copies, 6)
    apart = np.stack(given).astype(np.float64) - np.stack(given).mean(0, dtype=np.float64)
    unit = apart / np.linalg.norm(apart, axis=1, keepdims=True)
    cosine = unit @ unit.T
    for place in range(50):
        others = [other for other in range(50) if copies[other] != copies[place]]
        best = sorted(others, key=lambda other: -cosine[place, other])[:6]
        assert near.places[place].tolist() == best
        assert near.likeness[place] == pytest.approx(cosine[place, best], abs=1e-3)


def test_where_there_are_no_others_there_are_none() -> None:
    near = neighbours(vectors([0, 0, 0]), np.zeros(3, int))
    assert (near.places == -1).all()
    same = neighbours([np.ones(4, np.float16)] * 3, np.arange(3))
    assert np.isfinite(same.likeness).all()
