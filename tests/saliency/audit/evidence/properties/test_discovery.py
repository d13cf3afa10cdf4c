"""Properties that go with a guess are found, few where none does, and each is tried on photos of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from fake_audit import cover_outcome, finished, photo_row

from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.properties.catalogue import PROPERTIES
from saliency.audit.evidence.properties.discovery import PropertyPlan, property_plans
from saliency.audit.evidence.rows import CoverOutcome
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.property_words import PROPERTY_WORDS
from saliency.audit.reports.sentences import finding_sentence, next_step


def look(r: np.random.Generator, **more) -> PhotoLook:
    """How a photo looks, at random."""
    brightness, contrast, sharpness, saturation = r.uniform(0.2, 0.8, 4).tolist()
    red_blue, green_magenta = r.normal(0, 0.1, 2).tolist()
    plain = PhotoLook(
        brightness,
        contrast,
        sharpness,
        saturation,
        red_blue,
        green_magenta,
        detail=float(r.random()),
        frame=(0.0,) * 4,
        blocks=float(r.normal(0, 0.05)),
        jpeg_quality=int(r.choice([75, 85, 95])),
    )
    return replace(plain, **more)


def photos(count: int = 80, seed: int = 0, guesses: int = 4, **planted):
    """Photos of a few guesses; every second one of "mug" has what is planted."""
    r = np.random.default_rng(seed)
    names = ["mug", *(f"thing {number}" for number in range(1, guesses))]
    made = []
    for number in range(count):
        guess = names[number % guesses]
        more = planted if guess == "mug" and number % (2 * guesses) == 0 else {}
        made.append(finished(number, photo_row(number, guess, look=look(r, **more))))
    return made


def tried(plans: list[PropertyPlan], taken: bool, given: bool) -> dict[str, dict[int, CoverOutcome]]:
    """What trying them did: to all alike."""
    return {
        plan.key: {number: cover_outcome(taken) for number in plan.numbers}
        | {number: cover_outcome(False, enough=given) for number in plan.others}
        for plan in plans
    }


def test_a_frame_on_half_of_a_class_is_found_and_tried_on_the_other_half() -> None:
    planted = {"frame": (0.05, 0.05, 0.05, 0.05), "frame_colour": (0.9, 0.1, 0.1)}
    made = photos(200, **planted)
    groups = guess_groups(made)
    (plan,) = property_plans(groups)
    by_number = {number: row for number, _, row, _ in made}
    assert (plan.guess, plan.name, plan.prop.key) == ("mug", "frame", "frame")
    assert plan.typical == (0.05, 0.05, 0.05, 0.05, 0.9, 0.1, 0.1)
    assert plan.usual == (0.0,) * 7
    assert plan.discovery.auc is not None
    assert plan.discovery.auc > 0.65
    assert plan.discovery.by_chance == 0
    own = next(group for group in groups if group.guess == "mug")
    found_in = set(own.half(discover=True, seed=0, every=True))
    assert len(plan.numbers) == plan.gathered >= 5
    assert not found_in & set(plan.numbers)
    assert all(sum(by_number[number].look.frame) for number in plan.numbers)
    assert not any(sum(by_number[number].look.frame) for number in plan.others)
    assert all(by_number[number].guess != "mug" for number in plan.others)


def test_a_property_that_makes_the_guess_of_others_is_to_be_looked_into() -> None:
    made = photos(200, frame=(0.05,) * 4, frame_colour=(0.9, 0.1, 0.1))
    groups = guess_groups(made)
    plans = property_plans(groups)
    (found,) = findings(groups, plans, tried(plans, taken=True, given=True))
    assert (found.kind, found.verdict, found.expected, found.to_look_into) == (
        "property",
        Verdict.DEPENDS,
        False,
        True,
    )
    assert (found.box, found.named, found.where) == (None, False, "the frame")
    sentence, count = finding_sentence(found), found.summary.tested
    assert f"With the frame taken away, {count} of {count} answers “mug” change" in sentence
    assert "With the frame of these, 40 of 40 pictures with other answers get the answer “mug”" in sentence
    assert "to add photos without a frame of “mug”, and photos with a frame of other classes" in next_step(
        found
    )
    assert len(found.files) == count


def test_one_that_makes_the_guess_of_nothing_else_probably_is_the_thing_itself() -> None:
    groups = guess_groups(photos(200, red_blue=0.6))
    plans = property_plans(groups)
    (found,) = findings(groups, plans, tried(plans, taken=True, given=False))
    assert (found.place, found.verdict, found.expected, found.to_look_into) == (
        "warm tint",
        Verdict.DEPENDS,
        True,
        False,
    )
    assert "hardly more often than equal changes do, so it probably belongs to “mug” itself" in next_step(
        found
    )
    (nothing,) = findings(groups, plans, tried(plans, taken=False, given=False))
    assert nothing.verdict is Verdict.NO_EVIDENCE
    assert "no evidence that the answer depends on this property" in next_step(nothing)


def test_what_cannot_be_taken_away_is_judged_by_what_giving_it_does() -> None:
    groups = guess_groups(photos(200, saturation=0.0))
    plans = property_plans(groups)
    outcomes = tried(plans, taken=False, given=True)
    for plan in plans:
        for number in plan.numbers:
            del outcomes[plan.key][number]
    (found,) = findings(groups, plans, outcomes)
    assert (found.place, found.verdict, found.summary.tested) == ("pale colours", Verdict.DEPENDS, 0)
    assert finding_sentence(found).startswith("With the colours taken out as far as in these, 40 of 40")
    assert len(found.files) == len(plans[0].numbers)  # those that have it


def test_where_nothing_goes_with_a_guess_little_is_tried() -> None:
    plans = [len(property_plans(guess_groups(photos(100, seed)))) for seed in range(30)]
    # 4 guesses and 9 measures; 1 in 100 of each by chance, of small groups also by how far apart they are
    assert np.mean(plans) < 1
    assert property_plans(guess_groups(photos(12, frame=(0.05,) * 4, frame_colour=(0.0,) * 3))) == []


def test_rows_of_earlier_programs_have_no_properties() -> None:
    r = np.random.default_rng(0)
    for old in (None, PhotoLook(0.5, 0.2, 0.1)):
        made = [finished(n, photo_row(n, f"{n % 2}", look=old)) for n in range(60)]
        assert property_plans(guess_groups(made)) == []
    mixed = [
        finished(n, photo_row(n, f"{n % 2}", look=look(r, red_blue=n % 2 * 0.5) if n < 60 else None))
        for n in range(90)
    ]
    assert {plan.name for plan in property_plans(guess_groups(mixed))} >= {"warm tint", "cold tint"}


def test_every_property_has_its_words_and_its_own_key() -> None:
    assert {name for prop in PROPERTIES for name in (prop.little, prop.much)} == set(PROPERTY_WORDS)
    assert len({prop.key for prop in PROPERTIES}) == len(PROPERTIES)


def test_what_equal_changes_make_as_well_is_no_shortcut() -> None:
    groups = guess_groups(photos(200, red_blue=0.6))
    (plan,) = property_plans(groups)
    outcomes = tried([plan], taken=True, given=True)
    (alarm,) = findings(groups, [plan], outcomes)
    assert alarm.to_look_into
    made = {
        number: replace(cover_outcome(False, enough=place % 4 == 0), stays_alone_elsewhere=0.1)
        for place, number in enumerate(plan.others)
    }
    outcomes[plan.key] |= made
    (weak,) = findings(groups, [plan], outcomes)  # a quarter, of which equal changes make two fifths
    assert (weak.verdict, weak.to_look_into) == (Verdict.DEPENDS, False)
