"""What leaves with the answer: the verdict, the check, the photo, and what has to be said with them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from corner import Corner, CornerNumber, bright_corner, classifier, scale, tags
from PIL import Image

import saliency
from saliency.checks.check import Check
from saliency.export.check_slide import check_slide, scores_of
from saliency.export.checked_area import CheckedArea
from saliency.export.page import ALARM, BOTTOM, INNER, SIDE, TOP, small
from saliency.export.parcel import answer, parcel
from saliency.export.slide import _blocks, paragraphs, slide
from saliency.export.slide_words import SlideWords, slide_words
from saliency.export.words import shape
from saliency.photo.area import Area
from saliency.verdict.advice import OPEN, SAID, advice
from saliency.verdict.conclusion import Conclusion, conclusion_of
from saliency.verdict.evidence import Verdict
from saliency.verdict.rightness import KNOWN, UNKNOWN
from saliency.verdict.words import MAP_BRIGHT, ONE_PHOTO, SCORE_MEANS, TO_DO

WARNING = "Trained wrong on purpose."
WORDS = SlideWords(
    "A title", "A finding.", "Model: Test", "One picture only.", ("a", "b", "c"), ("less", "more")
)


def checked(warning: str = "", side: int = 64, area: tuple[float, ...] = (0, 0, 0.25, 0.25)) -> Check:
    model = replace(classifier(Corner()), warning=warning)
    return saliency.check(model, bright_corner(side), Area.box(*area), method="input-x-gradient")


def with_verdict(check: Check) -> CheckedArea:
    return CheckedArea(check.test, conclusion_of(check, familiarity=check.explanation.familiarity))


def test_what_a_score_is_stands_on_every_slide_that_shows_one() -> None:
    for model, means in ((classifier(Corner()), True), (scale(CornerNumber()), False)):
        e = saliency.explain(model, bright_corner(), method="input-x-gradient")
        limits = slide_words(e, date(2026, 3, 9)).limits
        assert (SCORE_MEANS in limits) is means, "a number on a scale is no such score"
        assert len(small(limits, INNER, most=2).lines) == 1 + means
        assert not small(limits, INNER, most=2).lines[-1].endswith("…")


def test_a_parcel_has_slides_original_check_and_the_answer_in_words() -> None:
    check = checked()
    area = with_verdict(check)
    files = parcel(check.explanation, WORDS, checked=area, record=check.record())
    assert {name.removeprefix("test-") for name in files} == {
        "answer.txt",
        "page.html",
        "slide.png",
        "check-slide.png",
        "check.json",
        "before.png",
        "covered-blur.png",
        "covered-grown.png",
        "photo.png",
        "overlay.png",
        "heat-map.png",
        "heat-map.npy",
    } | {"test.json"}
    original = np.asarray(Image.open(io.BytesIO(files["test-photo.png"])))
    assert (original == check.explanation.photo.pixels).all()
    record = json.loads(files["test-check.json"])
    assert record["conclusion"]["verdict"] == "depends"
    assert record["cover"]["finding"] == "depends"
    assert json.loads(files["test.json"])["familiarity"]["footing"] == "does not know this"
    text = files["test-answer.txt"].decode()
    for part in (area.conclusion.headline, area.conclusion.own_doubt, "Photo: test.png", "is not sure"):
        assert part in text
    assert "WARNING" not in text


def test_both_slides_carry_the_verdict_as_text_and_it_follows_what_the_area_is() -> None:
    model = replace(classifier(Corner()), sure_from=0.0)
    check = saliency.check(model, bright_corner(), Area.box(0, 0, 0.25, 0.25), method="input-x-gradient")
    for role in (None, "product", "other"):
        conclusion = conclusion_of(check, familiarity=check.explanation.familiarity, role=role)
        files = parcel(check.explanation, WORDS, checked=CheckedArea(check.test, conclusion))
        for name in ("test-slide.png", "test-check-slide.png"):
            said = Image.open(io.BytesIO(files[name])).text["Description"]
            assert said == files["test-answer.txt"].decode()
            for part in (conclusion.title, conclusion.reason, conclusion.advice):
                assert part in said


def test_a_slide_cuts_nothing_of_any_advice() -> None:
    for by_role in (OPEN, *SAID.values()):
        for said in by_role.values():
            assert not any("…" in line for line in small(f"What to do: {said.to_do}", INNER, most=3).lines)


def test_a_slide_cuts_nothing_of_what_is_said_of_a_wrong_answer() -> None:
    for sentence in (KNOWN, UNKNOWN):
        said = sentence.format(shown="a pair of ballet flats", answer="rock crab, Cancer irroratus")
        assert not any("…" in line for line in small(f"What to do: {said}", INNER, most=3).lines)


def test_a_slide_says_that_a_bright_place_need_not_matter_where_the_verdict_says_so() -> None:
    verdict = Conclusion(Verdict.DOES_NOT, "Not.", "It stays.", f"{MAP_BRIGHT} {ONE_PHOTO}", "Go on.", ())
    assert paragraphs(verdict)[0] == f"It stays. {MAP_BRIGHT}"
    assert paragraphs(replace(verdict, doubt=ONE_PHOTO))[0] == "It stays."


@pytest.mark.parametrize(
    ("area", "name"),
    [
        (Area.box(0.1, 0.1, 0.2, 0.2), "Blue box"),
        (Area(((0.1, 0.1, 0.2, 0.2), (0.6, 0.6, 0.2, 0.2))), "Blue boxes"),
        (Area(((0.1, 0.1, 0.2, 0.2), (0.2, 0.2, 0.2, 0.2))), "Blue line"),
    ],
)
def test_the_line_around_an_area_is_called_what_it_looks_like(area, name) -> None:
    assert shape(area) == name


def test_without_a_check_there_is_the_finding() -> None:
    e = checked().explanation
    files = parcel(e, WORDS)
    assert "A finding." in files["test-answer.txt"].decode()
    assert not [name for name in files if "check" in name or "covered" in name]


def test_a_models_warning_is_on_everything() -> None:
    check = checked(WARNING)
    files = parcel(check.explanation, WORDS, checked=with_verdict(check))
    assert files["test-answer.txt"].decode().startswith(f"WARNING: {WARNING}")
    assert json.loads(files["test.json"])["warning"] == WARNING
    for name in ("test-slide.png", "test-check-slide.png"):
        assert _bar(Image.open(io.BytesIO(files[name]))) > 0.5
    for name, content in files.items():
        if name.endswith(".html"):
            assert content.decode().index(WARNING) < content.decode().index("<h1")
        if name.endswith(".png") and name != "test-photo.png":
            assert WARNING in " ".join(Image.open(io.BytesIO(content)).text.values())
    assert _bar(slide(checked().explanation, WORDS)) == 0


def _bar(page: Image.Image) -> float:
    """How much of the row below the upper margin has the colour of a warning."""
    return float((np.asarray(page)[TOP + 4] == ALARM).all(-1).mean())


@pytest.mark.parametrize("area", [(0, 0, 0.25, 0.25), (0, 0, 0.8, 0.8)])
@pytest.mark.parametrize("label", ["bright", "W" * 90, "a label of many short words " * 8])
def test_the_check_slide_stays_inside_its_margins(area, label) -> None:
    check = checked(WARNING, area=area)
    made = with_verdict(check)
    conclusion = replace(made.conclusion, headline=f"The answer “{label}”.", because=label, doubt=label * 3)
    page = np.asarray(
        check_slide(check.explanation, replace(made, conclusion=conclusion), replace(WORDS, details=label))
    )
    assert page.shape == (1080, 1920, 3)
    for margin in (page[: TOP - 2], page[-BOTTOM + 2 :], page[:, : SIDE - 2], page[:, -SIDE + 2 :]):
        assert (margin == 255).all()


def test_the_strip_has_every_score() -> None:
    before, covered, elsewhere = scores_of(checked().test)
    assert (len(before), len(covered), len(elsewhere)) == (1, 2, 38)
    assert max(covered) < min(elsewhere)


def test_the_answer_is_the_same_text_each_time() -> None:
    check = checked()
    first, second = (answer(check.explanation, WORDS, with_verdict(check)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("model", "said", "kind"),
    [
        (tags(Corner()), "Tags given: “bright” (0.99)", {"kind": "labels", "threshold": 0.5}),
        (
            scale(CornerNumber(-40.0, -2.0), -30.0, 0.0),
            "for “ad score” (usually -30 to 0).",
            {"kind": "score", "usual_range": [-30.0, 0.0]},
        ),
    ],
)
def test_tags_and_numbers_are_said_as_such(model, said, kind) -> None:
    check = saliency.check(model, bright_corner(64), Area.box(0, 0, 0.25, 0.25), method="input-x-gradient")
    area = with_verdict(check)
    files = parcel(check.explanation, WORDS, checked=area, record=check.record())
    assert said in files["test-answer.txt"].decode()
    record = json.loads(files["test.json"])
    assert record["outputs"] == kind
    assert record.get("given") == (["bright", "dark"] if kind["kind"] == "labels" else None)
    assert json.loads(files["test-check.json"])["explanation"]["outputs"] == kind
    for made in (check_slide(check.explanation, area, WORDS), slide(check.explanation, WORDS)):
        pixels = np.asarray(made)
        for margin in (pixels[:, : SIDE - 2], pixels[:, -SIDE + 2 :]):
            assert (margin == 255).all(), "all dots lie on the axis, also those beside the usual range"


def test_a_slide_leaves_out_whole_sentences_and_the_reason_before_the_advice() -> None:
    """“Its score falls to 0.5…” told a meeting another number than the page."""
    reason = " ".join(f"Covering place number {n} changes the score from 0.68 to 0.5{n}." for n in range(9))
    to_do = f"{TO_DO} {advice('stranger', None).to_do}"
    drawn = [" ".join(block.lines) for block in _blocks([reason, to_do])]
    assert drawn[1] == to_do
    assert drawn[0]
    assert reason.startswith(f"{drawn[0]} ")
    assert drawn[0].endswith(".")
    (cut,) = _blocks(["a word of one sentence " * 60])
    assert cut.lines[-1].endswith("…"), "one that is too long by itself is cut"
