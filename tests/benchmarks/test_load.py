from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.proto.Element_pb2 import Element

from benchmarks import load_report
from benchmarks.load import Act, Load
from benchmarks.page_client import Tab
from benchmarks.visitors import Question, answer, own_photo, place_told, problem

QUESTION = Question("sample", "plant")
LONE = Act(0, QUESTION, 0.0, 1.0, answer=frozenset({"map a.jpg", "## Plant"}))


@pytest.fixture
def load():
    return Load(lone={QUESTION: LONE})


def said(text, kind="markdown"):
    element = Element()
    getattr(element, kind).body = text
    return element


def test_an_answer_is_held_against_the_lone_persons(load):
    assert load_report.wrong(load, LONE) == ""
    assert load_report.wrong(load, replace(LONE, answer=frozenset({"map b.jpg", "## Plant"}))).startswith(
        "wrong"
    )
    assert load_report.wrong(load, replace(LONE, answer=frozenset())).startswith("wrong")
    assert load_report.wrong(load, replace(LONE, problem="lost: nothing came")).startswith("lost")
    load.lone[QUESTION] = replace(LONE, problem="lost: nothing came")
    assert "alone, too" in load_report.wrong(load, LONE)


def test_a_wait_counts_as_told_with_a_place_or_progress(load):
    load.acts = [
        replace(LONE, answered=3.5),
        replace(LONE, answered=3.5, told=[1]),
        replace(LONE, answered=2.5),
    ]
    assert load_report.untold(load) == load.acts[:1]


@pytest.mark.parametrize(
    ("text", "ahead"),
    [
        ("Someone else is being served. You are next.", 1),
        ("Three others are before you.", 3),
        ("57 others are before you.", 57),
        ("Nothing of the kind.", None),
    ],
)
def test_the_place_in_line_is_read_from_the_page(text, ahead):
    assert place_told(said(text)) == ahead


def test_somebody_elses_file_on_the_page_is_noticed():
    tab = Tab("")
    image = Element()
    image.imgs.imgs.add(alt="The photo 'of-person-001.jpg' under the colours", url="/media/abc.jpg")
    tab.elements = {(0,): image, (1,): said("## A mug")}
    assert problem(tab, "of-person-001.jpg") == ""
    assert problem(tab, "of-person-002.jpg").startswith("mixed")
    assert problem(tab, "").startswith("mixed")
    assert answer(tab, "of-person-001.jpg") == {"The photo '…' under the colours abc.jpg", "## A mug"}


def test_memory_that_grows_in_the_last_half_hour_counts():
    minutes = [(60.0 * minute, 500.0 + (100 if minute < 30 else 0)) for minute in range(61)]
    assert load_report.growth(minutes) == pytest.approx(-1 / 6, abs=0.17)
    steady = [(60.0 * minute, 500.0) for minute in range(61)]
    assert load_report.growth(steady) == 0.0
    rising = [(60.0 * minute, 500.0 + minute) for minute in range(61)]
    assert 0.03 < load_report.growth(rising) < 0.05
    assert load_report.growth([]) == 0.0


def test_the_table_counts_and_the_chart_is_drawn(load, tmp_path):
    load.acts = [
        replace(LONE, known=True),
        replace(LONE, answered=2.0, told=[3]),
        replace(LONE, problem="lost: x"),
    ]
    load.memory, load.alive = [(0.0, 500.0), (60.0, 510.0)], {"at the end": {"tabs": 0}}
    text = "\n".join(load_report.table(load, 2))
    assert (
        "| a known result of a sample | 1 | 1.0 s | 1.0 s | 1.0 s | 95 % within 1 s | 100 % within |" in text
    )
    assert "| lost | 1 | 0 |" in text
    assert "| wrong | 0 | 0 |" in text
    assert "| most people told to be ahead | 3 |  |" in text
    load_report.chart(load, tmp_path / "load.png")
    assert (tmp_path / "load.png").stat().st_size < 100_000


def test_photos_of_ones_own_are_the_same_for_the_same_name():
    assert own_photo("photo 1") == own_photo("photo 1") != own_photo("photo 2")
