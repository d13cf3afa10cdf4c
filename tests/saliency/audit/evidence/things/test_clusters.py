"""Things: what is alike in many photos of one answer is found, wherever it is; what is everywhere is not."""

from __future__ import annotations

import numpy as np
import pytest

from saliency.audit.evidence.things.clusters import MOST, things, usual
from saliency.audit.evidence.things.spots import PhotoSpots

C = 24
LOGO, HAND = np.eye(C)[0] * 6, np.eye(C)[1] * 6


def spots_of(r: np.random.Generator, *planted: np.ndarray, count: int = 3) -> PhotoSpots:
    """A photo with spots that look like nothing in particular, but for those planted."""
    vectors = r.standard_normal((count, C)) + np.array([*planted, *np.zeros((count - len(planted), C))])
    boxes = tuple((x / 16, y / 16, 3 / 16, 3 / 16) for x, y in r.integers(0, 14, (count, 2)).tolist())
    return PhotoSpots(boxes, (vectors + 2).astype(np.float16), np.full(C, 2, np.float16))


def found(own: list[PhotoSpots], others: list[PhotoSpots]) -> list:
    return things(dict(enumerate(own)), others, usual([*own, *others]))


@pytest.mark.parametrize("share", [1.0, 0.5, 0.25])
def test_what_is_alike_in_part_of_the_photos_is_found(share: float) -> None:
    r = np.random.default_rng(0)
    planted = [n < 24 * share for n in range(24)]
    own = [spots_of(r, *([LOGO] if logo else [])) for logo in planted]
    (thing,) = found(own, [spots_of(r) for _ in range(30)])
    assert thing.mean.argmax() == 0
    assert thing.discovery.gathered == pytest.approx(24 * share, abs=1)
    assert thing.discovery.pictures == 24
    assert all(box == own[number].boxes[0] for number, box in thing.boxes.items())
    fresh = [thing.match(spots_of(r, LOGO)) for _ in range(20)]
    assert sum(match is not None for match in fresh) >= 16
    assert sum(thing.match(spots_of(r)) is not None for _ in range(20)) <= 1
    empty = spots_of(r)
    assert thing.match(PhotoSpots((), empty.vectors[:0], empty.whole)) is None


def test_two_things_are_told_apart_and_the_more_frequent_one_goes_first() -> None:
    r = np.random.default_rng(1)
    own = [spots_of(r, *([LOGO, HAND] if n % 2 else [HAND])) for n in range(24)]
    first, second = found(own, [spots_of(r) for _ in range(30)])
    assert (first.mean.argmax(), second.mean.argmax()) == (1, 0)


def test_what_is_as_frequent_with_other_answers_is_not_of_this_one() -> None:
    r = np.random.default_rng(2)
    own, others = ([spots_of(r, LOGO) for _ in range(20)] for _ in range(2))
    assert found(own, others) == []


def test_without_other_answers_what_is_alike_is_found_too() -> None:
    r = np.random.default_rng(3)
    (thing,) = found([spots_of(r, LOGO) for _ in range(20)], [])
    assert thing.mean.argmax() == 0
    assert thing.discovery.p_value == 1


def test_in_spots_that_look_like_nothing_in_particular_nothing_is_found() -> None:
    r = np.random.default_rng(4)
    sets = [found([spots_of(r) for _ in range(20)], [spots_of(r) for _ in range(30)]) for _ in range(40)]
    assert sum(map(bool, sets)) <= 2


def test_there_are_no_more_than_a_few_and_none_of_few_photos() -> None:
    r = np.random.default_rng(5)
    own = [spots_of(r, 6 * np.eye(C)[n % 6], 6 * np.eye(C)[6 + n % 5], count=2) for n in range(60)]
    assert len(found(own, [spots_of(r) for _ in range(30)])) == MOST
    assert found([spots_of(r, LOGO) for _ in range(4)], []) == []
