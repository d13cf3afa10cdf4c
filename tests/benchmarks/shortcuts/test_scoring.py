"""What counts as found, and what as a false alarm."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.shortcuts import scoring
from benchmarks.shortcuts.scoring import alarms, crops, found, of_plant, warned

PLACE = (0.0, 0.0, 0.25, 0.25)


def mask(top, left, side=40):
    where = np.zeros((160, 160), bool)
    where[top : top + side, left : left + side] = True
    return where


def finding(**facts):
    usual = {"named": False, "kind": "place", "place": "upper left corner", "box": PLACE, "files": ()}
    return SimpleNamespace(**usual | facts)


def test_a_place_is_the_plants_if_it_covers_half_of_it_or_is_half_plant():
    assert of_plant(finding(), "corner logo", {"a": mask(0, 0)}) == 1
    assert of_plant(finding(), "corner logo", {"a": mask(0, 20), "b": mask(0, 0)}) == 0.75
    assert of_plant(finding(), "corner logo", {"a": mask(100, 100)}) == 0
    frame = ~np.pad(np.ones((136, 136), bool), 12)
    assert of_plant(finding(), "frame", {"a": frame}) > 0.5
    assert of_plant(finding(named=True), "frame", {"a": frame}) == 0
    assert of_plant(finding(), "fish", {}) == 0


def test_findings_of_earlier_audits_have_no_kind():
    earlier = finding()
    del earlier.kind
    assert of_plant(earlier, "corner logo", {"a": mask(0, 0)}) == 1


@pytest.mark.parametrize(
    ("name", "kind", "share"),
    [
        ("darkness", "brightness", 1),
        ("over-exposure", "brightness", 1),
        ("low JPEG quality", "softness", 1),
        ("frame", "frame", 1),
        ("lack of a frame", "frame", 0),
        ("strong contrast", "brightness", 0),
        ("cold tint", "colour", 1),
        ("frame", "lettering", 0),
    ],
)
def test_a_property_is_the_plants_if_its_name_says_so(name, kind, share):
    assert of_plant(finding(kind="property", place=name, box=None), kind, {"a": mask(0, 0)}) == share


def test_a_thing_is_the_plants_if_most_photos_that_depend_have_it_there():
    boxes = [SimpleNamespace(file=name, box=PLACE) for name in "abcd"]
    thing = finding(kind="thing", box=None, crops=boxes, files=("a", "b", "c"))
    masks = {"a": mask(0, 0), "b": mask(0, 10), "d": mask(100, 100)}
    assert of_plant(thing, "moving logo", masks) == pytest.approx(2 / 3), "c carries none, d does not depend"
    thing.files = ()
    assert crops(thing).keys() == set("abcd"), "all of them where it was enough alone"


def record(model="with", **facts):
    usual = {"verdict": "depends", "of_plant": 0.0, "expected": False, "guess": "fish", "place": "darkness"}
    about = {"kind": "brightness", "number": 3, "label": "fish", "model": model}
    return about | {"findings": [{"box": None, **usual, **facts}]}


def test_only_what_is_confirmed_of_the_planted_class_counts():
    assert found(record(of_plant=0.6))
    assert warned(record(of_plant=0.6))
    assert not warned(record(of_plant=0.6, expected=True))
    assert not found(record(of_plant=0.4))
    assert not found(record(of_plant=0.6, verdict="suggestive"))
    assert not found(record(of_plant=0.6, guess="church"))
    assert not found(record("without", of_plant=0.6))


def test_a_false_alarm_is_neither_the_plant_nor_the_thing_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "JUDGED", tmp_path / "judged.json")
    assert alarms(record())
    assert not alarms(record(of_plant=0.6))
    assert alarms(record("without", of_plant=0.6)), "no plant was learned"
    assert not alarms(record(expected=True))
    scoring.JUDGED.write_text('{"brightness 03 with: fish, darkness": "the thing itself"}')
    assert not alarms(record())
    assert alarms(record("without")), "judged of the other model"
