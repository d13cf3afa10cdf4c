from __future__ import annotations

from types import SimpleNamespace

import pytest

from ui.audit.results import panels


def photo(file, right, shows="lamp"):
    return SimpleNamespace(row=SimpleNamespace(file=file, right=right), shows=shows)


def results(findings, photos):
    return SimpleNamespace(
        telling=findings,
        photos=photos,
        resting_on=lambda finding: [photo for photo in photos if photo.row.file in finding.files],
    )


RIGHT, WRONG = photo("right.jpg", True), photo("wrong.jpg", False)
USUAL = SimpleNamespace(as_hoped=True, to_look_into=False, files=["right.jpg"])
CORNER = SimpleNamespace(as_hoped=False, to_look_into=True, files=["right.jpg"])


@pytest.mark.parametrize(
    ("findings", "photos", "shown"),
    [
        ([USUAL], [RIGHT, WRONG], (WRONG, None)),
        ([], [RIGHT, WRONG], (WRONG, None)),
        ([CORNER], [RIGHT, WRONG], (RIGHT, CORNER)),
        ([USUAL], [RIGHT], (RIGHT, USUAL)),
        ([], [RIGHT], None),
    ],
    ids=["as it should be", "nothing found", "a finding", "all right", "nothing to show"],
)
def test_wrong_answers_are_seen_first_unless_there_is_a_finding(findings, photos, shown):
    assert panels._example(results(findings, photos), "") == shown


def test_the_wrong_photo_is_one_of_the_class_that_the_headline_names():
    other = photo("other.jpg", False, "mug")
    assert panels._example(results([], [WRONG, other]), "mug") == (other, None)
    assert panels._example(results([], [WRONG]), "mug") == (WRONG, None)
