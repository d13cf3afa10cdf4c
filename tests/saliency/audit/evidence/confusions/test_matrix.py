"""What is taken for what: counted, the pairs confused most, and no matrix of a thousand classes."""

from __future__ import annotations

from dataclasses import replace

from fake_audit import photo_row

from saliency.audit.evidence.confusions.matrix import (
    EXPLAINED,
    MAPPED,
    PAIRS,
    SHOWN,
    confusions,
    contrast_numbers,
)
from saliency.audit.evidence.contrast import ContrastOutcome
from saliency.audit.evidence.rows import LabelScore, LeftOutTest
from saliency.audit.json_types import as_json, conforms, from_json
from saliency.audit.reports import confusion_words as words
from saliency.classifier import YesNoQuestion
from saliency.heat.scale import MapKind


def set_of(*pairs):
    """Judged rows by class: so many photos that show the first and were called the second."""
    by_class, number = {}, 0
    for label, guess, count in pairs:
        for _ in range(count):
            scores = (LabelScore(guess, round(0.5 + number / 1000, 4)),)
            row = photo_row(number, guess, label=label, right=label == guess, scores=scores)
            by_class.setdefault(label, {})[number] = row
            number += 1
    return by_class


SAWS = set_of(("saw", "saw", 8), ("saw", "tractor", 6), ("tractor", "tractor", 5), ("tractor", "saw", 1))


def outcome(**more):
    given = {"guess": "tractor", "rather_than": "saw", "lead": 1.5, "map": MapKind.SPOTS}
    return ContrastOutcome(**given | more)


TESTED = {"cells": ((0.0, 1.0), (0.5, 0.0)), "box": (0.1, 0.2, 0.3, 0.4), "controls": 9}


def test_counts_and_pairs():
    found = confusions(SAWS, {})
    assert found.classes == ("saw", "tractor")
    assert found.counts == ((8, 6), (1, 5))
    assert (found.wrong, found.inside, found.all_classes, found.all_pairs) == (7, 7, 2, 2)
    first, second = found.pairs
    assert (first.label, first.guess, first.photos, first.of) == ("saw", "tractor", 6, 14)
    assert first.files == tuple(f"{number:03}.jpg" for number in range(13, 7, -1)), "the most certain first"
    assert (second.photos, second.of) == (1, 6)
    assert words.sentence(first) == "6 of 14 photos of “saw” were called “tractor”."
    assert words.sentence(second) == "1 of 6 photos of “tractor” was called “saw”."
    assert words.extent(found) == ""


def test_nothing_where_no_answer_is_wrong():
    assert confusions(set_of(("saw", "saw", 3)), {}) is None
    assert confusions({}, {}) is None
    assert words.worst(None, None) == ""


def test_of_a_thousand_classes_only_those_confused_most_are_shown():
    pairs = [(f"c{n}", f"c{(n + 1) % 1000}", 1 + (n == 500) * 9) for n in range(1000)]
    found = confusions(set_of(*pairs, *((f"c{n}", f"c{n}", 1) for n in range(1000))), {})
    assert len(found.classes) == len(found.counts) == SHOWN
    assert found.classes[:2] == ("c500", "c501")
    assert len(found.pairs) == PAIRS
    assert (found.all_pairs, found.all_classes, found.wrong) == (1000, 1000, 1009)
    assert found.inside < found.wrong
    assert "The 12 of 1,000 classes that are confused most" in words.extent(found)


def test_a_class_that_is_only_an_answer_has_a_row_without_photos():
    found = confusions(set_of(("saw", "tractor", 2)), {})
    assert found.counts == ((0, 2), (0, 0))


def test_which_photos_are_explained():
    numbers = contrast_numbers(SAWS)
    assert numbers == dict.fromkeys(range(13, 13 - MAPPED, -1), "saw"), "one photo is no confusion"
    many = set_of(*((f"c{n}", f"d{n}", 9) for n in range(9)))
    assert len(contrast_numbers(many)) == EXPLAINED * MAPPED


def test_what_maps_show_is_counted_and_no_more():
    def said(*outcomes):
        numbers = range(13, 13 - len(outcomes), -1)
        return words.maps_sentence(confusions(SAWS, dict(zip(numbers, outcomes, strict=True))).pairs[0])

    assert said() == ""
    assert said(LeftOutTest("gone")) == ""
    yes = outcome(**TESTED, overtaken=True, overtaken_elsewhere=0.0)
    no = outcome(**TESTED, overtaken=False, overtaken_elsewhere=0.5)
    sentence = said(yes, yes, no, yes)
    assert "For 4 of these 6 photos" in sentence
    assert (
        "put “saw” before “tractor” in 3 of 4; with equal places elsewhere covered, in 0.5 of 4" in sentence
    )
    assert words.FEW in sentence
    assert "“tractor” stayed ahead in all 2: that place alone does not explain it." in said(no, no)
    assert said(no).endswith(words.ONE)
    assert "Other places do much the same" in said(replace(yes, overtaken_elsewhere=0.6), no)
    assert "do not tell why" in said(outcome(map=MapKind.EMPTY))
    assert "could not be tested" in said(outcome(cells=((1.0,),)))


def test_it_is_kept_as_json():
    yes = outcome(**TESTED, overtaken=True, overtaken_elsewhere=0.25)
    found = words.said(confusions(SAWS, {13: yes}), None)
    again = from_json(type(found), as_json(found))
    assert again == found
    assert conforms(type(found), again)
    assert as_json(found)["pairs"][0]["contrasts"][0]["rather_than"] == "saw"


def test_a_question_with_yes_or_no():
    question = YesNoQuestion("labels", "ripe", 0.5)
    found = words.said(confusions(set_of(("ripe", "not ripe", 3)), {}), question)
    assert found.pairs[0].sentence == "3 of 3 photos with the true answer “ripe” got the answer “not ripe”."
