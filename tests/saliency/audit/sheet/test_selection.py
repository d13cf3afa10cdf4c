"""Which photos a sheet shows, and in which order; a page of them."""

from __future__ import annotations

import pytest
from fake_audit import area_row, cover_outcome, photo_row

from saliency.audit.evidence.hygiene.copies import CopyGroup, CopyPhoto
from saliency.audit.evidence.hygiene.flaws import FlawedPhoto
from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.rows import LabelScore
from saliency.audit.sheet.selection import COPIES, SheetQuery, page_of, photo_properties, selected
from ui.audit.results.results import AuditedPhoto

GUESSES = [("mug", True, "mug"), ("mug", False, "lamp"), ("lamp", None, None)]


def photos():
    return [
        AuditedPhoto(number, photo_row(number, guess, right=right), True, (), shows)
        for number, (guess, right, shows) in enumerate(GUESSES)
    ]


def numbers(asked, some=None, **more):
    known = {"properties": {}} | more
    return [photo.number for photo in selected(some or photos(), SheetQuery(**asked), **known)]


@pytest.mark.parametrize(
    ("asked", "fitting"),
    [
        ({}, [0, 1, 2]),
        ({"guess": "mug"}, [0, 1]),
        ({"label": "lamp"}, [1]),
        ({"label": "lamp", "guess": "mug"}, [1]),
        ({"label": "mug", "guess": "lamp"}, []),
        ({"doubt": "wrong"}, [1]),
        ({"doubt": "right"}, [0]),
        ({"files": frozenset({"002.jpg"})}, [2]),
        ({"files": frozenset({"002.jpg"}), "guess": "mug"}, []),
        ({"files": frozenset()}, []),
        ({"property": "nobody knows it"}, []),
    ],
)
def test_filters_leave_out_what_does_not_fit(asked, fitting):
    assert numbers(asked) == fitting


def test_doubts():
    some = photos()
    unsure = AuditedPhoto(3, photo_row(3, score=0.3, unknown=True), True, ())
    assert numbers({"doubt": "unsure"}, [*some, unsure]) == [3]
    assert numbers({"doubt": "unknown"}, [*some, unsure]) == [3]
    assert numbers({"doubt": "label"}, some, doubtful=frozenset({"001.jpg"})) == [1]


def test_order():
    scores = [0.5, 0.9, 0.5]
    some = [
        AuditedPhoto(n, photo_row(n, scores=(LabelScore("mug", s),)), True, ()) for n, s in enumerate(scores)
    ]
    some = some[::-1]
    assert numbers({}, some) == [2, 1, 0], "as they are handed over"
    assert numbers({"order": "surest"}, some) == [1, 0, 2]
    assert numbers({"order": "least"}, some) == [0, 2, 1]
    assert numbers({"order": "file"}, some) == [0, 1, 2]


def test_properties_are_quarters_areas_flaws_and_copies():
    look = [PhotoLook(brightness=number / 8, contrast=0.2, sharpness=0.1) for number in range(8)]
    areas = (area_row("badge", cover_outcome(True)),)
    some = [
        AuditedPhoto(n, photo_row(n, look=look[n], areas=areas if n == 5 else ()), True, ()) for n in range(8)
    ]
    hygiene = SetHygiene(
        photos=8,
        with_neighbours=0,
        labelled=0,
        flawed=(FlawedPhoto(file="000.jpg", label=None, flaw="dark", value=0.0, usual=0.5),),
        copies=(CopyGroup(False, False, (CopyPhoto("003.jpg", None), CopyPhoto("gone.jpg", None))),),
    )
    having = photo_properties(some, hygiene)
    assert having["darkest"] == {0, 1}
    assert having["brightest"] == {6, 7}
    assert "flattest" not in having, "all are alike"
    assert having["area:badge"] == {5}
    assert having["flaw:dark"] == {0}
    assert having[COPIES] == {3}
    assert numbers({"property": "darkest"}, some, properties=having) == [0, 1]
    assert photo_properties([]) == {}
    without_look = [AuditedPhoto(n, photo_row(n), True, ()) for n in range(8)]
    assert set(photo_properties(without_look)) <= {"smallest", "widest", "tallest"}


@pytest.mark.parametrize(
    ("count", "asked", "expected"),
    [
        (312, 1, (1, 24, 312, 1, 13)),
        (312, 13, (289, 312, 312, 13, 13)),
        (25, 2, (25, 25, 25, 2, 2)),
        (25, 99, (25, 25, 25, 2, 2)),
        (25, 0, (1, 24, 25, 1, 2)),
        (0, 4, (0, 0, 0, 1, 1)),
    ],
)
def test_a_page(count, asked, expected):
    page = page_of(range(count), asked, 24)
    assert (page.first, page.last, page.total, page.number, page.pages) == expected
    assert list(page.photos) == list(range(max(0, page.first - 1), page.last))
