"""Which pictures to take: as many of each kind as the sentence says, of the classes that need them most."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from saliency.audit.evidence.statistics import exact_interval
from saliency.audit.evidence.true_classes import TakenFor, TrueClassRecord
from saliency.audit.reports.shopping.batch import (
    CLASSES,
    LEFT_OUT,
    PUT_IN,
    other_labels,
    shared_out,
    with_and_without,
)


def true_class(label: str, photos: int, **taken: int) -> TrueClassRecord:
    missed = sum(taken.values())
    others = tuple(TakenFor(guess, count) for guess, count in taken.items())
    right = photos - missed
    return TrueClassRecord(label, photos, right, missed, exact_interval(right, photos), others)


@given(st.integers(1, 100), st.integers(1, 12))
def test_photos_are_shared_out_to_the_last_one(number: int, count: int) -> None:
    shares = shared_out(number, [f"c{place}" for place in range(count)])
    assert sum(photos for _, photos in shares) == number
    assert len(shares) <= min(count, CLASSES)
    assert max(photos for _, photos in shares) - min(photos for _, photos in shares) <= 1
    assert shared_out(number, []) == []


def test_classes_that_are_taken_for_it_come_first() -> None:
    classes = (true_class("lamp", 40), true_class("teapot", 10, mug=8), true_class("mug", 30, lamp=2))
    assert other_labels("mug", classes, ()) == ("teapot", "lamp")
    assert other_labels("mug", (), ("plant", "mug", "lamp")) == ("lamp", "plant"), "answers, without labels"
    assert other_labels(None, classes, ()) == ("lamp", "mug", "teapot")


def test_each_kind_is_asked_for_as_often_as_the_other() -> None:
    def batches(guess: str | None, others: tuple[str, ...]):
        return with_and_without(
            25,
            guess,
            lambda whose: f"photos of {whose} without a {{badge}}",
            lambda whose: f"photos of {whose} with a {{badge}}",
            others,
            (LEFT_OUT, PUT_IN),
        )

    first, *rest = batches("mug", ("teapot", "lamp"))
    assert (first.photos, first.label, first.how) == (25, "mug", LEFT_OUT)
    assert first.which == "photos of “mug” without a {badge}", "braces of a name are only text"
    assert [(batch.photos, batch.label) for batch in rest] == [(13, "teapot"), (12, "lamp")]
    assert {batch.how for batch in rest} == {PUT_IN}
    for guess, others in (("mug", ()), (None, ("teapot", "lamp"))):
        _, other = batches(guess, others)
        assert (other.photos, other.label) == (25, None)
        assert other.which == "photos of other things with a {badge}"
