"""Hide the strongest x %, and the strongest separate spots: closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from corner import SIDE, Corner, Deaf, bright_corner, classifier, dark
from hypothesis import given
from hypothesis import strategies as st

import saliency
from saliency.checks.hiding import LEVELS, hide, hide_passes, hiding_order
from saliency.checks.question import ScoreQuestion
from saliency.checks.suggestions import spots, suggestions
from saliency.errors import SaliencyError
from saliency.photo.framing import Placement
from saliency.prepared_photo import PreparedPhoto

SQUARE = Placement((200, 200), (0.0, 0.0, 200.0, 200.0), (224, 224))


def curve_of(one, **more):
    prepared = PreparedPhoto(one, bright_corner())
    explanation = saliency.explain(one, prepared.photo, method="input-x-gradient", prepared=prepared)
    return hide(ScoreQuestion.of(prepared), explanation, **more)


def test_hiding_what_counts_lowers_the_score_at_once_and_hiding_elsewhere_does_not() -> None:
    curve = curve_of(classifier(Corner()))
    assert curve.levels == LEVELS
    assert curve.scores[0] > 0.98
    assert curve.scores[LEVELS.index(0.1)] < 0.3
    assert curve.scores_elsewhere[LEVELS.index(0.1)] > 0.9
    assert curve.scores[-1] == curve.scores_elsewhere[-1]
    assert curve.area < curve.area_elsewhere


def test_the_picture_at_any_level() -> None:
    curve = curve_of(classifier(Corner()))
    received = curve.question.prepared.received
    np.testing.assert_array_equal(curve.picture(0), received)
    for level in (0.1, 0.33, 0.8):
        changed = (curve.picture(level) != received).any(2).mean()
        assert changed == pytest.approx(level, abs=0.02)
    assert (curve.picture(0.1)[:8, :8] != received[:8, :8]).all(2).mean() > 0.9


def test_an_empty_map_has_no_strongest_part() -> None:
    assert curve_of(classifier(Deaf())) is None


def test_levels_and_draws_of_ones_own() -> None:
    levels = (0.0, 0.25, 0.5, 1.0)
    told: list[tuple[int, int]] = []
    curve = curve_of(
        classifier(Corner()), levels=levels, elsewhere=3, on_progress=lambda d, t: told.append((d, t))
    )
    assert [len(draws) for draws in curve.elsewhere] == [3, 3, 3, 3]
    assert told[-1] == (hide_passes(levels, 3),) * 2


@pytest.mark.parametrize(
    "levels", [(0.0,), (0.1, 1.0), (0.0, 0.5), (0.0, 0.5, 0.5, 1.0), (0.0, 0.7, 0.3, 1.0)]
)
def test_levels_have_to_rise_from_nothing_to_everything(levels) -> None:
    with pytest.raises(SaliencyError, match="rise from 0 to 1"):
        curve_of(classifier(Corner()), levels=levels)


@given(st.integers(0, 1000), st.integers(2, 9), st.booleans())
def test_every_point_has_its_own_level(seed: int, cells: int, flat: bool) -> None:
    values = torch.rand(cells, cells, generator=torch.Generator().manual_seed(seed))
    order = hiding_order(values.round() if flat else values, torch.zeros(1, 3, 20, 30))
    assert order.flatten().sort().values.tolist() == pytest.approx([(i + 1) / 600 for i in range(600)])


def hill(y: float, x: float, width: float, side: int = 28) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side] / side
    return np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * width**2))


def holds(box, y: float, x: float) -> bool:
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


@pytest.mark.parametrize("badge", [(0.06, 0.94), (0.94, 0.06), (0.93, 0.9)])
@pytest.mark.parametrize("height", [1.5, 0.6, 0.2])
def test_a_small_badge_in_a_corner_is_among_three_even_beside_a_stronger_thing(badge, height) -> None:
    """The thing has two tops, both stronger than the badge at the least height."""
    values = hill(0.45, 0.35, 0.1) + 0.9 * hill(0.55, 0.6, 0.1) + height * hill(*badge, 0.05)
    boxes = spots(values, SQUARE)
    assert any(holds(box, *badge) for box in boxes)
    assert any(holds(box, 0.45, 0.35) for box in boxes)


def test_boxes_are_of_a_sensible_size_and_do_not_overlap_much() -> None:
    values = hill(0.3, 0.3, 0.3) + hill(0.8, 0.8, 0.01) + hill(0.1, 0.9, 0.06)
    boxes = spots(values, SQUARE)
    assert 1 <= len(boxes) <= 3
    for left, top, width, height in boxes:
        assert 0.02 <= width * height <= 0.21
        assert left >= 0
        assert top >= 0
        assert left + width <= 1 + 1e-9
        assert top + height <= 1 + 1e-9


def test_spots_lie_where_the_model_received_them() -> None:
    cropped = Placement((400, 200), (100.0, 0.0, 300.0, 200.0), (224, 224))
    ((left, top, width, height),) = spots(hill(0.5, 0.5, 0.05), cropped, count=1)
    assert left + width / 2 == pytest.approx(0.5, abs=0.03)
    assert top + height / 2 == pytest.approx(0.5, abs=0.03)
    assert (width * 400) / (height * 200) == pytest.approx(1, abs=0.15)


def test_suggestions_of_an_explanation() -> None:
    one = classifier(Corner())
    explanation = saliency.explain(one, bright_corner(), method="input-x-gradient")
    (first, *_) = suggestions(explanation)
    left, top, width, height = first.bounds
    assert (left + width / 2, top + height / 2) == pytest.approx((0.125, 0.125), abs=0.1)
    assert suggestions(saliency.explain(classifier(Deaf()), dark(SIDE), method="gradient")) == ()
