"""What counts as true of the model without a plant: the same property, the same answer, on other photos."""

from __future__ import annotations

import pytest

from benchmarks.shortcuts.leanings import LEANS, leans
from benchmarks.shortcuts.photos import LABELS


def measured(kind: str, style: str, guess: str, more: float) -> dict:
    """Leanings of a model that goes by one style of a kind for one answer."""
    styles = {name: {label: [0.02, 0.02] for label in LABELS} for name in LABELS}
    styles[style][guess] = [0.02 + more, 0.02]
    return {kind: styles}


@pytest.mark.parametrize(
    ("place", "guess", "more", "true"),
    [
        ("softness", "golf ball", LEANS + 0.01, True),
        ("softness", "golf ball", LEANS - 0.01, False),
        ("softness", "church", LEANS + 0.01, False),
        ("sharpness", "golf ball", LEANS + 0.01, False),
        ("high JPEG quality", "golf ball", LEANS + 0.01, False),
        ("frame", "golf ball", LEANS + 0.01, False),
        ("lack of a frame", "golf ball", LEANS + 0.01, False),
    ],
)
def test_a_finding_is_true_where_the_same_makes_the_answer_of_other_photos(place, guess, more, true) -> None:
    finding = {"place": place, "guess": guess}
    assert leans(measured("softness", "chain saw", "golf ball", more), finding) is true


def test_nothing_is_true_of_what_was_not_measured() -> None:
    assert not leans({}, {"place": "frame", "guess": "church"})
