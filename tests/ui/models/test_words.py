"""What trials with photos say: whether that counts as proved, in each case."""

from __future__ import annotations

from models.sources.preparation import Trial, candidates
from ui.models import words


def test_trials_say_whether_they_prove_how_photos_are_prepared() -> None:
    first, second = candidates(None, None, None)[:2]
    alone = words.told_apart([Trial(first, 6, 0.5), Trial(second, 4, 0.5)], 6)
    equal = words.told_apart([Trial(first, 6, 0.5), Trial(second, 6, 0.5)], 6)
    poor = words.told_apart([Trial(first, 2, 0.5), Trial(second, 2, 0.5)], 6)
    assert alone.endswith(words.PROVED)
    assert "with each of two ways to prepare them" in equal
    for trial in (first, second):
        assert "centre crop" in words.way(trial).lower() or "whole photo" in words.way(trial).lower()
    assert equal.endswith(words.PROVED_EQUAL)
    assert "counts as proved" not in poor
    assert "4 of 6 are wrong" in poor
