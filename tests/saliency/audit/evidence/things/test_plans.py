"""Where things are tested: on the other half, each at its place; what a hot spot covers is not said twice."""

from __future__ import annotations

import numpy as np
from corner import Corner, bright_corner
from corner import classifier as corner_classifier
from fake_audit import SETTINGS, area_row, blob, cover_outcome, finished, photo_row

from saliency.audit.evidence.guess_groups import CoverPlan, guess_groups
from saliency.audit.evidence.hot_spots import Discovery, HotSpot
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.screened_cover import SCREENED
from saliency.audit.evidence.things.plans import TESTED, ThingPlan, thing_plans
from saliency.audit.evidence.things.spots import PhotoSpots
from saliency.audit.evidence.things.trial import ThingTrial
from saliency.checks.cover import Finding
from saliency.photo.area import Box

COUNT, OTHERS = 120, 40
LOGO = np.eye(12)[0] * 8


def plans(places, *, covered: Box | None = None, areas=()) -> tuple[list[ThingPlan], list]:
    """Things of mugs with a logo at places, beside lamps without it."""
    r = np.random.default_rng(0)
    photos, spots = [], {}
    for number in range(COUNT + OTHERS):
        mug = number < COUNT
        row = photo_row(number, "mug" if mug else "lamp", areas=tuple(areas) if mug else ())
        photos.append(finished(number, row, blob(8, 8, r)))
        look = r.standard_normal((1, 12)) + (LOGO if mug else 0)
        spots[number] = PhotoSpots((places(r),), look.astype(np.float16), np.zeros(12, np.float16))
    groups = guess_groups(photos)
    hot_spot = [] if covered is None else [HotSpot(covered, Discovery(9, 9, 1.0, 0.001))]
    plan = [CoverPlan("mug", spot, 9, 9, ()) for spot in hot_spot]
    return thing_plans(groups, spots.get, plan, seed=7), groups


def anywhere(r: np.random.Generator) -> Box:
    left, top = (r.integers(0, 14, 2) / 16).tolist()
    return left, top, 3 / 16, 3 / 16


def corner(r: np.random.Generator) -> Box:
    return 12 / 16, 12 / 16, 3 / 16, 3 / 16


def middle(r: np.random.Generator) -> Box:
    left, top = (r.integers(6, 8, 2) / 16).tolist()
    return left, top, 3 / 16, 3 / 16


def test_it_is_tested_on_the_other_half_at_its_place_in_each_photo() -> None:
    (plan,), groups = plans(anywhere)
    assert (plan.guess, plan.kind, plan.box) == ("mug", "thing", None)
    halves = [set(groups[1].half(discover=discover, seed=7)) for discover in (True, False)]
    assert set(plan.thing.boxes) <= halves[0]
    assert set(plan.numbers) <= set(plan.places) <= halves[1]
    assert plan.pictures == plan.gathered == COUNT // 2
    assert len(plan.numbers) == TESTED
    assert all(plan.trial(number).box == plan.places[number] for number in plan.numbers)
    assert not plan.own
    (again,), _ = plans(anywhere)
    assert again.key == plan.key
    (moved,), _ = plans(corner)
    assert moved.key != plan.key


def test_what_lies_in_a_hot_spot_is_not_said_twice() -> None:
    assert plans(corner, covered=(0.75, 0.75, 0.25, 0.25))[0] == []
    assert len(plans(corner, covered=(0.0, 0.0, 0.25, 0.25))[0]) == 1
    assert len(plans(anywhere, covered=(0.75, 0.75, 0.25, 0.25))[0]) == 1


def test_a_hot_spot_stands_for_one_thing_only() -> None:
    r = np.random.default_rng(0)
    hand = np.eye(12)[1] * 8
    photos, spots = [], {}
    for number in range(COUNT + OTHERS):
        mug = number < COUNT
        photos.append(finished(number, photo_row(number, "mug" if mug else "lamp"), blob(8, 8, r)))
        held = hand if number % 3 == 0 else LOGO  # both at the same place; a third of the mugs are held
        look = r.standard_normal((1, 12)) + (held if mug else 0)
        spots[number] = PhotoSpots((corner(r),), look.astype(np.float16), np.zeros(12, np.float16))
    covered = CoverPlan("mug", HotSpot((0.75, 0.75, 0.25, 0.25), Discovery(9, 9, 1.0, 0.001)), 9, 9, ())
    (plan,) = thing_plans(guess_groups(photos), spots.get, [covered], seed=7)
    assert {number % 3 for number in plan.numbers} == {0}


def test_in_the_middle_or_in_a_named_product_it_probably_is_the_thing_itself() -> None:
    assert plans(middle)[0][0].own
    product = area_row("Product", cover_outcome(True))  # from 10 to 40 % of both sides
    inside = plans(lambda _: (2 / 16, 2 / 16, 3 / 16, 3 / 16), areas=[product])[0][0]
    assert inside.own
    assert not plans(corner, areas=[product])[0][0].own
    assert not plans(corner, areas=[area_row("badge", cover_outcome(True))])[0][0].own


def test_without_any_spot_there_is_nothing() -> None:
    groups = guess_groups([finished(number, photo_row(number), np.ones((16, 16))) for number in range(20)])
    assert thing_plans(groups, lambda _: None, []) == []


def test_all_controls_are_asked_only_where_it_beats_the_first_few() -> None:
    probe = PhotoProbe.of(corner_classifier(Corner()), bright_corner(), SETTINGS)
    hit = ThingTrial((0.0, 0.0, 0.25, 0.25)).outcome(probe)
    assert hit.finding is Finding.DEPENDS
    assert hit.changed
    assert (hit.controls, hit.screened) == (SETTINGS.controls, None)
    miss = ThingTrial((0.5, 0.5, 0.25, 0.25)).outcome(probe)
    assert miss.finding is not Finding.DEPENDS
    assert not miss.enough_alone
    assert (miss.controls, miss.screened) == (SCREENED, True)
