"""Which things are pasted into which photos; and what is pasted."""

from __future__ import annotations

import numpy as np
import pytest
from fake_audit import blob, cover_outcome, finished, photo_row

from saliency.audit.evidence.guess_groups import CoverPlan, guess_groups
from saliency.audit.evidence.hot_spots import Discovery, HotSpot
from saliency.audit.evidence.pasted import PASTED, PastedThing, paste_summary
from saliency.audit.evidence.things.clusters import Thing
from saliency.audit.evidence.things.pasting import DONORS, PHOTOS, THINGS, paste_trials
from saliency.audit.evidence.things.plans import ThingPlan

MUGS, OTHERS = 80, 70
BOX = (0.25, 0.25, 0.25, 0.25)
FOUND = Discovery(9, 9, 1.0, 0.001)


@pytest.fixture(scope="module")
def groups():
    r = np.random.default_rng(0)
    rows = [photo_row(number, "mug" if number < MUGS else "lamp") for number in range(MUGS + OTHERS)]
    return guess_groups([finished(number, row, blob(8, 8, r)) for number, row in enumerate(rows)])


def thing(groups, shift: float = 0.0) -> ThingPlan:
    half = next(group for group in groups if group.guess == "mug").half(discover=False, seed=0)
    found = Thing(np.zeros(2), np.eye(2)[0], 0.5, 0.9, {}, FOUND)
    numbers = tuple(sorted(half))
    return ThingPlan("mug", found, len(half), dict.fromkeys(numbers, (shift, *BOX[1:])), numbers, False)


def test_it_is_taken_from_photos_in_which_it_was_covered_and_put_into_others(groups) -> None:
    plan = thing(groups)
    read = {n: cover_outcome(True) for n in plan.numbers}
    trials = paste_trials([plan], lambda key: read, groups, {})
    assert len(trials) == PHOTOS
    lamps = next(group for group in groups if group.guess == "lamp")
    assert set(trials) <= set(lamps.half(discover=False, seed=0)), "of the testing half, with other answers"
    pasted = [trial[PASTED + plan.key] for trial in trials.values()]
    mugs = next(group for group in groups if group.guess == "mug").rows
    assert {trial.file for trial in pasted} <= {mugs[number].file for number in plan.numbers}
    assert len({trial.file for trial in pasted}) == DONORS
    assert all(trial.guess == "mug" for trial in pasted)
    assert paste_trials([plan], lambda key: read, groups, {}) == trials


def test_photos_that_show_what_the_answer_says_are_left_alone(groups) -> None:
    plan = thing(groups)
    read = {n: cover_outcome(True) for n in plan.numbers}
    first = paste_trials([plan], lambda key: read, groups, {})
    missed = set(sorted(first)[:10])
    again = paste_trials([plan], lambda key: read, groups, {"mug": missed, "lamp": set(first)})
    assert not missed & set(again)
    every = set(range(MUGS, MUGS + OTHERS))
    assert paste_trials([plan], lambda key: read, groups, {"mug": every}) == {}


@pytest.mark.parametrize(("depends", "pasted"), [(0, False), (1, False), (2, True)])
def test_only_what_some_answers_depended_on_is_pasted(groups, depends: int, pasted: bool) -> None:
    plan = thing(groups)
    read = {number: cover_outcome(place < depends) for place, number in enumerate(plan.numbers)}
    assert bool(paste_trials([plan], lambda key: read, groups, {})) is pasted


def test_places_are_not_pasted_and_things_are_so_many_at_most(groups) -> None:
    plans = [thing(groups, shift=0.01 * number) for number in range(THINGS + 2)]
    place = CoverPlan("mug", HotSpot(BOX, FOUND), 9, 9, plans[0].numbers)
    read = {n: cover_outcome(True) for n in plans[0].numbers}
    trials = paste_trials([place, *plans], lambda key: read, groups, {})
    keys = {key for by_key in trials.values() for key in by_key}
    assert keys == {PASTED + plan.key for plan in plans[:THINGS]}


def outcome(made: bool, elsewhere: float | None) -> PastedThing:
    return PastedThing(
        pasted_from="a.jpg",
        made=made,
        made_elsewhere=elsewhere,
        pieces=3,
        before=0.1,
        after=0.6,
        elsewhere=0.1,
    )


def test_photos_are_counted_beside_equal_pieces() -> None:
    said = {"b.jpg": outcome(True, 1 / 3), "c.jpg": outcome(False, 0.0), "d.jpg": outcome(True, None)}
    summary = paste_summary(said)
    assert summary is not None
    assert (summary.photos, summary.made, summary.files) == (2, 1, ("b.jpg",))
    assert summary.made_elsewhere == pytest.approx(1 / 3, abs=1e-6)
    assert paste_summary({"d.jpg": outcome(True, None)}) is None
    assert paste_summary({}) is None
