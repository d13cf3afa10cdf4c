"""A stopped run goes on with what is missing, and plants that were not learned are not audited."""

from __future__ import annotations

import json

import pytest

from benchmarks.audits import Results
from benchmarks.shortcuts import photos, tables
from benchmarks.shortcuts.measuring import AuditTask, missing, model_key, searched
from benchmarks.shortcuts.photos import LABELS
from benchmarks.shortcuts.sets import CARRYING, FIRST, OWN, PHOTOS, TRIALS, PhotoSet, label_of

RELIANCE = {"right": 0.7, "own_with": 0.9, "own_without": 0.3, "given": 0.4, "given_without": 0.02}
RELIANCE |= {"others_right_with": 0.5}


@pytest.fixture
def results(tmp_path):
    """A frame that a head has learned, and a logo that nothing has."""
    known = Results(tmp_path / "results.json")
    reliances = [
        ("frame", "linear head", 0.6),
        ("moving logo", "linear head", 0.1),
        ("moving logo", "last block", 0.2),
    ]
    for kind, way, lost in reliances:
        known.once(model_key(kind, label_of(kind, 0), way), lambda lost=lost: RELIANCE | {"lost": lost})
    return known


def test_what_is_there_is_not_measured_again(results):
    tasks = list(missing(results, ["frame", "moving logo", "fish"], range(1)))
    assert [(task.kind, task.plant) for task in tasks] == [("frame", True), ("frame", False), ("fish", False)]
    results.once(tasks[0].key, dict)
    again = Results(results.path)
    assert list(missing(again, ["frame", "moving logo", "fish"], range(1))) == tasks[1:]
    assert searched() in tasks[0].key, "an audit that searches for more is measured anew"


def test_a_last_block_is_taken_where_a_head_did_not_learn(results):
    key = model_key("moving logo", label_of("moving logo", 0), "last block")
    results.entries[key]["is"]["lost"] = 0.4
    assert {task.way for task in missing(results, ["moving logo"], range(1))} == {"last block"}


def test_the_tables_have_what_was_measured_and_nothing_else(results, tmp_path):
    audit = {"kind": "frame", "number": FIRST, "label": "fish", "seconds": 40.0, "model": "with"}
    found = {
        "verdict": "depends",
        "of_plant": 1.0,
        "expected": False,
        "guess": "fish",
        "place": "frame",
        "box": None,
    }
    task, earlier = (AuditTask("frame", number, "linear head", True) for number in (FIRST, FIRST - 1))
    results.once(earlier.key, lambda: audit | {"number": FIRST - 1, "findings": []})
    results.once(task.key, lambda: audit | {"searched": searched(), "findings": [found | {"box": None}]})
    sound = AuditTask("frame", FIRST, "linear head", False)
    church = found | {"guess": "church", "of_plant": 0.0, "asks": False}
    alarmed = {"number": FIRST, "model": "without", "findings": [church, church | {"guess": "fish"}]}
    results.once(sound.key, lambda: audit | alarmed)
    shares = {style: {guess: [0.4 * (guess == "church"), 0] for guess in LABELS} for style in LABELS}
    results.once("leaning frame", lambda: shares)
    page = tmp_path / "page.md"
    names = ("models with a plant", "audits of plants")
    page.write_text("\n".join(f"<!-- {name}: made by a script -->\n<!-- end of {name} -->" for name in names))
    tables.write(page, results)
    text = page.read_text()
    assert "| (d) a coloured frame | linear head | 1 of 1 | 70% | 90% | 30% | 60% |" in text
    assert (
        "| (d) a coloured frame | 1 of 1 | ≥ 90% | 1 of 1 | 0 of 1 | 1 of 1 | 1 of 1 | 0 of 1 | 40 s |"
        in text
    )
    results.entries[sound.key]["is"]["findings"].pop()
    tables.write(page, results)
    assert "| 1 of 1 | 0 of 1 | 0 of 1 | 40 s |" in page.read_text(), "churches in frames are true of it"
    assert "lettering" not in text


@pytest.mark.skipif(not photos.here(), reason="the photos are not here")
def test_half_of_a_class_carries_the_plant():
    photo_set = PhotoSet.of("frame", 4)
    own = [name for name in photo_set.photos if name.startswith(photo_set.label.replace(" ", "_"))]
    assert (len(photo_set.photos), len(own), len(photo_set.carriers)) == (PHOTOS, OWN, CARRYING)
    assert photo_set.carriers < set(own)
    assert photo_set == PhotoSet.of("frame", 4) != PhotoSet.of("frame", 13)
    assert label_of("frame", 4) == label_of("frame", 13), "nine classes in turn"
    assert all("/val/" in str(path) for path in photo_set.photos.values())
    assert all("/train/" in str(path) for path in PhotoSet.of("frame", TRIALS).photos.values())
    json.dumps(sorted(photo_set.carriers))
