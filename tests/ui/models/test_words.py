"""What trials with photos say: whether that counts as proved, in each case."""

from __future__ import annotations

import re

import models
from models.inventory import facts
from models.sources.preparation import Trial, candidates
from ui.models import words


def test_a_built_in_models_licence_training_data_and_card_stand_together() -> None:
    for choice in (choice for choice in models.choices() if choice.kind == "built-in"):
        known = facts(choice)
        rows = words.card(choice, known)
        assert rows[words.LICENCE] == f"{choice.licence} {words.SHOW_RESULTS}"
        assert (
            "ImageNet" in rows[words.FROM]
            or "no photograph" in rows[words.FROM]
            or "renderer" in rows[words.FROM]
        )
        card = words.model_card(known.card)
        assert "| Licence |" in card
        assert not re.search(r"^#{1,3} |<!--|\]\((?!https?:)", card, re.MULTILINE), (
            "headings, notes, dead links"
        )


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
