"""What to add: there is always something, and each thing has its number."""

from __future__ import annotations

from fake_audit import area_row, cover_outcome, covered, finished, photo_row, planted

from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import cover_plans, guess_groups
from saliency.audit.evidence.true_classes import judged_rows, true_class_records
from saliency.audit.evidence.wrong_photos import shared_properties
from saliency.audit.reports.answers import how_good, unused_areas, what_to_add, why_wrong
from saliency.audit.reports.shopping.amounts import LEAST, MOST, about
from saliency.audit.reports.shopping.item import ShoppingItem
from saliency.audit.reports.shopping.shopping_list import shopping_list
from saliency.audit.reports.shopping.shown import Shown


def shown(photos, classes=("mug", "lamp"), unjudged=0, depends=True) -> Shown:
    groups = guess_groups(photos)
    plans = cover_plans(groups)
    found = findings(groups, plans, covered(plans, lambda _: depends))
    by_class = judged_rows(groups, classes)
    return Shown(
        true_classes=true_class_records(by_class),
        shared=shared_properties(by_class, groups, found)[0],
        findings=found,
        groups=groups,
        unjudged=unjudged,
        classes=classes,
    )


def judged(count: int, label: str = "mug", guess: str = "", first: int = 0, **more):
    guess = guess or label
    return [
        finished(n, photo_row(n, guess, label=label, right=guess == label, **more))
        for n in range(first, first + count)
    ]


def test_where_nothing_is_wrong_and_no_place_was_found_there_is_something_to_add() -> None:
    (item,) = shopping_list(shown(judged(30) + judged(30, "lamp", first=30)))
    assert (item.to, item.photos) == ("next audit", 60)
    assert item.reason == "No answer of 60 is wrong; of photos like these, up to 6 % may still get one."
    for photos in ([], judged(1), [finished(0, photo_row(0))]):
        assert shopping_list(shown(photos))


def test_missed_photos_are_asked_for_with_what_they_were_taken_for() -> None:
    items = shopping_list(
        shown(judged(25) + judged(5, guess="lamp", first=25) + judged(20, "lamp", first=30))
    )
    (item,) = [item for item in items if item.to == "training data"]
    assert item.what == (
        "Ask whoever trains the model to add about 30 photos like the 5 of “mug” that were not recognised."
    )
    assert item.reason == "5 of 30 photos of “mug” were not recognised, but taken for “lamp”."


def test_more_missed_photos_never_ask_for_fewer() -> None:
    """It was “about 15” for 2 missed of 20, “about 10” for 5, and “about 10” where all were missed."""

    def number(missed: int) -> int:
        photos = judged(20 - missed) + judged(missed, guess="lamp", first=20 - missed)
        items = shopping_list(shown(photos + judged(20, "lamp", first=20)))
        return next(item.photos for item in items if item.to == "training data" and "not" in item.which)

    assert [number(missed) for missed in (2, 5, 20)] == [20, 20, 20]


def test_a_badge_is_asked_for_on_other_things_and_mugs_without_it() -> None:
    badge = (area_row("badge", cover_outcome(True)),)
    photos = judged(25, areas=badge) + judged(5, guess="lamp", first=25) + judged(20, "lamp", first=30)
    first, *others = shopping_list(shown(photos))
    assert first.what == (
        "Ask whoever trains the model to add about 25 photos of “mug” without “badge”, and as many of other "
        "things with it."
    )
    assert what_to_add([first]).splitlines() == [
        "1. Look at the photos: is “badge” a part of “mug”? Then this is as it should be, and nothing has to "
        "be added.",
        f"2. If not: a{first.what[1:]}",
    ], "what has to be looked at stands before what may have to be added"
    assert "All 5 unrecognised photos of “mug” lack the marked area “badge”; all 25" in first.reason
    assert not [item for item in others if item.to == "training data"]


def test_what_photos_to_add_begins_with_photos() -> None:
    """“Which photos to add?” was answered with “Check the label of …”."""
    label = ShoppingItem("the set", 0, "labels to check", "Check the label of “a.jpg”.", "5 of 6 say “mug”.")
    mugs = ShoppingItem("training data", 10, "photos of “mug”", "Add about 10 photos of “mug”.", "3 missed.")
    assert what_to_add([label, mugs]).splitlines() == [
        "1. Add about 10 photos of “mug”.",
        "2. Before that: check the label of “a.jpg”.",
    ]
    assert what_to_add([label]) == label.what
    assert what_to_add([mugs]) == mugs.what


def test_a_place_nobody_named_is_asked_for_without_labels_too() -> None:
    first, *others = shopping_list(shown(planted(60, 0.8)))
    assert "without what is in the lower right corner" in first.what
    assert first.reason.startswith("Covering the lower right corner changed ")
    assert [item.to for item in others] == ["labels"]


def test_small_classes_and_those_without_a_photo_are_for_the_next_audit() -> None:
    items = shopping_list(shown(judged(20) + judged(3, "lamp", first=20), classes=("mug", "lamp", "chair")))
    assert [item.to for item in items] == ["next audit"] * 2
    assert "“lamp” (now 3)" in items[0].what
    assert items[0].reason == "3 of 3 photos of “lamp” are right; of all such photos, it may be 29 to 100 %."
    assert items[1].what == "Add about 20 photos of “chair” to the next audit."
    many = shopping_list(shown(judged(20), classes=("mug", *map(str, range(999)))))
    assert "999" not in " ".join(item.what for item in many)  # nobody has photos of all of them


def test_labels_that_are_missing_are_asked_for() -> None:
    assert shopping_list(shown(judged(20), unjudged=7))[0].to == "labels"
    assert "not known" in shopping_list(shown([finished(n, photo_row(n)) for n in range(20)]))[0].reason


def test_numbers_of_photos_are_in_fives_and_within_reason() -> None:
    assert [about(count) for count in (-3, 0, 11, 20, 9999)] == [LEAST, LEAST, 15, 20, MOST]


def test_how_good_tells_what_is_missed_most() -> None:
    records = shown(judged(25) + judged(5, guess="lamp", first=25)).true_classes
    said = how_good(records, 0, 30)
    assert said == (
        "25 of 30 answers are right. Most often not recognised: “mug”, 5 of its 30 photos, taken for “lamp”."
    )
    assert "2 photos could not be judged" in how_good(records, 2, 32)
    assert "not known" in how_good((), 0, 9)
    assert "up to 12 % may still get a wrong answer" in how_good(shown(judged(30)).true_classes, 0, 30)


def test_a_mark_on_most_photos_that_changes_nothing_is_said_to_change_nothing() -> None:
    """What people suspect is answered, with its numbers, where it is there often enough to be asked about."""

    def said(name: str, having: int, of: int = 30, changes: int = 0, lamps: int = 40, **more) -> str:
        marks = [(area_row(name, cover_outcome(number < changes, **more)),) for number in range(having)]
        photos = [
            finished(n, photo_row(n, areas=marks[n] if n < having else ())) for n in range(of)
        ] + judged(lamps, "lamp", first=of)
        return unused_areas(shown(photos).findings, {"mug": of, "lamp": lamps})

    assert said("badge", 24) == (
        "“badge” is on 24 of 30 photos with the answer “mug”; covering it changed 0 of 24 answers."
    )
    assert said("badge", 24, lamps=0) == said("badge", 24), "one answer is told by its name"
    assert "covering it changed 1 of 30 answers." in said("badge", 30, changes=1, elsewhere=0.05)
    assert said("badge", 15) == "", "not on most of them"
    assert said("badge", 4, of=5) == "", "too few to tell"
    assert said("badge", 24, changes=20) == "", "it does change answers"
    assert said("badge", 24, enough=True) == "", "alone it brings the answer"
    assert said("product", 24) == "", "the thing itself should change something"


def test_where_nothing_tells_wrong_photos_apart_that_is_said() -> None:
    assert why_wrong(7, 30, (), 9, ()).startswith("Nothing that was compared (marked areas, ")
    assert "too few" in why_wrong(1, 30, (), 0, ())
    assert why_wrong(0, 30, (), 0, ()) == "No answer is wrong."
