"""Which photos of a finished audit fit, and where a place is in them."""

from __future__ import annotations

from dataclasses import replace

from fake_audit import area_row, cover_outcome, photo_row
from fake_audit import finished as finished_photo

from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import guess_groups
from ui.audit.results.results import AuditedPhoto, fitting


def test_filters():
    photos = [
        AuditedPhoto(number, photo_row(number, guess, right=right), True, ())
        for number, (guess, right) in enumerate([("mug", True), ("mug", False), ("lamp", None)])
    ]

    def numbers(**filters):
        every = {"guess": "", "files": None, "right": "all"}
        return [photo.number for photo in fitting(photos, **every | filters)]

    assert numbers() == [0, 1, 2]
    assert numbers(guess="mug") == [0, 1]
    assert numbers(right="wrong") == [1]
    assert numbers(right="right") == [0]
    assert numbers(files=frozenset({"002.jpg"})) == [2]
    assert numbers(files=frozenset({"002.jpg"}), guess="mug") == []


def test_where_a_findings_place_is_in_a_photo():
    row = photo_row(0, areas=(area_row("badge", cover_outcome(True)),))
    photo, groups = AuditedPhoto(0, row, True, ()), guess_groups([finished_photo(0, row)])
    (named,) = findings(groups, [], {})
    assert photo.place(named) == row.areas[0].box
    assert photo.place(replace(named, place="tag")) is None
    assert photo.place(replace(named, box=(0.1, 0.2, 0.3, 0.4))) == (0.1, 0.2, 0.3, 0.4)
    assert photo.place(None) is None
