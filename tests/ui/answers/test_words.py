from __future__ import annotations

import pytest

from saliency.classifier import OutputKind, Outputs, Score
from saliency.familiarity import Familiarity, Footing
from ui.answers.words import (
    answer,
    comparable,
    ends,
    enumerated,
    guess,
    standing,
    topic,
    unsteady,
    usual_range,
)

TAGS = Outputs(OutputKind.LABELS, threshold=0.5)
YES_NO = Outputs(OutputKind.YES_NO)
POINTS = Outputs(OutputKind.SCORE, usual_range=(0, 10))


def scores(**values):
    return [Score(label, value, index) for index, (label, value) in enumerate(values.items())]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"outdoor": 0.81, "people": 0.62, "dog": 0.1},
            "Tags given: **outdoor** (0.81) and **people** (0.62).",
        ),
        ({"outdoor": 0.81, "dog": 0.1}, "Tag given: **outdoor** (0.81)."),
        ({"outdoor": 0.5}, "Tag given: **outdoor** (0.50)."),
        ({"outdoor": 0.41, "dog": 0.1}, "No tag is given; nearest is **outdoor** (0.41, given from 0.50)."),
        (
            {"outdoor": 0.499},
            "No tag is given; nearest is **outdoor** (just below 0.50, given from 0.50).",
        ),
        (
            dict.fromkeys("abcdefg", 0.9),
            "Tags given: **a** (0.90), **b** (0.90), **c** (0.90) and 4 more.",
        ),
    ],
)
def test_tags_given(values, expected):
    assert answer(scores(**values), TAGS) == expected


def test_a_tag_is_given_from_its_own_threshold():
    assert answer(scores(x=0.6), Outputs(OutputKind.LABELS, threshold=0.7)).endswith("given from 0.70).")


@pytest.mark.parametrize(
    ("yes", "expected"),
    [
        (0.93, "The answer is **defect** (score 0.93 of 1)."),
        (0.71, "The model leans towards **defect** (score 0.71 of 1)."),
        (0.501, "The model hesitates between **defect** and not defect (score 0.50 of 1 each)."),
    ],
)
def test_yes_or_no(yes, expected):
    assert answer([Score("defect", yes, 0), Score("not defect", 1 - yes, 1)], YES_NO) == expected


@pytest.mark.parametrize(
    ("usual", "value", "expected"),
    [
        ((0, 10), 7.21, "The model gives **7.2** for “ad score” (usually 0 to 10)."),
        ((0, 1), 0.72, "The model gives **0.72** for “ad score” (usually 0 to 1)."),
        ((0, 2500), 1234.5, "The model gives **1,234** for “ad score” (usually 0 to 2,500)."),
        ((-1, 1), -0.2, "The model gives **-0.20** for “ad score” (usually -1 to 1)."),
        ((0.25, 0.5), 0.3, "The model gives **0.300** for “ad score” (usually 0.25 to 0.5)."),
        ((0, 10), 14, "The model gives **14.0** for “ad score” (usually 0 to 10)."),
    ],
)
def test_a_number(usual, value, expected):
    outputs = Outputs(OutputKind.SCORE, usual_range=usual)
    assert answer([Score("ad score", value, 0)], outputs) == expected


@pytest.mark.parametrize("outputs", [TAGS, YES_NO, POINTS])
def test_names_from_outside_are_shown_as_they_are(outputs):
    named = [Score("a*b", 0.9, 0), Score("c", 0.1, 1)][: 1 if outputs is POINTS else 2]
    assert r"a\*b" in answer(named, outputs)
    assert "a*b" in answer(named, outputs, markup=False)
    assert "*" not in answer(named, outputs, markup=False).replace("a*b", "")


def test_what_a_map_is_about():
    assert topic("mug", Outputs()) == topic("mug", YES_NO) == "the score for 'mug'"
    assert topic("outdoor", TAGS) == "the tag 'outdoor'"
    assert topic("ad score", POINTS) == topic("the ad score", POINTS) == "the ad score"


def test_what_each_answer_is_given():
    given, number = Score("x", 0.81, 0), Score("ad score", 7.2, 0)
    assert (standing(given, Outputs()), guess(given)) == ("0.81", "x · 0.81")
    assert (standing(given, TAGS), guess(given, TAGS)) == ("given (0.81)", ":material/check: x · 0.81")
    assert standing(Score("x", 0.3, 0), TAGS) == "not given (0.30)"
    assert standing(number, POINTS) == "7.2"
    assert usual_range(POINTS) == "usually 0 to 10"


def test_the_ends_of_a_signed_map():
    assert ends(signed=True, outputs=POINTS)[0] == "lowers the score"
    assert ends(signed=True, outputs=TAGS) == ends(signed=True)
    assert ends(signed=False, outputs=POINTS) == ends(signed=False)


def test_only_answers_that_exclude_each_other_are_compared():
    assert [comparable(each) for each in (Outputs(), YES_NO, TAGS, POINTS)] == [True, False, False, False]


def test_names_one_after_the_other():
    assert [enumerated("abc"[:count]) for count in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


@pytest.mark.parametrize(("footing", "said"), [(Footing.SURE, False), (Footing.LEANS, True)])
def test_how_steady_a_number_is_is_said_beside_it(footing, said):
    known = Familiarity(footing, "ad score", 7.0, 6.0, 1, 2, outputs=POINTS, furthest=4.0)
    assert bool(unsteady(known)) == said
    assert not unsteady(Familiarity(footing, "mug", 0.6, 0.5, 1, 2))  # the answer itself says it
