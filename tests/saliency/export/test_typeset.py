"""Text on pictures: what can be drawn, where lines break, and in which order letters are seen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saliency.export.typeset import ELLIPSIS, block, readable, visual_order


@given(st.text(max_size=80), st.integers(40, 900), st.integers(1, 3))
def test_lines_are_never_wider_than_asked_for(text: str, width: int, most: int) -> None:
    set_text = block(text, width, sizes=(40, 36), most=most)
    assert len(set_text.lines) <= max(most, 1)
    assert all(set_text.font.getlength(line) <= width for line in set_text.lines if len(line) > 1)


def test_a_long_text_ends_in_an_ellipsis_and_a_short_one_is_whole() -> None:
    assert block("one two three " * 50, 400, sizes=(36,), most=2).lines[-1].endswith(ELLIPSIS)
    assert " ".join(block("one two three", 220, sizes=(36,), most=2).lines) == "one two three"


@given(
    st.lists(st.text("aäm4 ", min_size=1, max_size=30).filter(str.strip), min_size=2, max_size=5),
    st.integers(60, 900),
)
def test_no_line_begins_with_a_dot_between_two_parts(parts: list[str], width: int) -> None:
    text = "x" + " · ".join(parts)
    lines = block(text, width, sizes=(36,), most=99).lines
    assert not any(line.startswith("·") for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_letters_that_cannot_be_drawn_leave_a_trace() -> None:
    assert readable("a 杯子 mug") == "a … mug"
    assert readable("杯子") == ELLIPSIS
    assert readable("a\nb\u0000") == "a b"
    assert readable("") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mug (12)", "mug (12)"),
        ("שלום", "םולש"),
        ("a שלום 12 (ב) z", "a (ב) 12 םולש z"),
        ("כוס (12)", "(12) סוכ"),
        ("3 > 2 (ב) [c]", "3 > 2 (ב) [c]"),
        ("ספל-007.png", "007-לפס.png"),
        ("שלום…", "םולש…"),
        ("", ""),
    ],
)
def test_hebrew_is_put_into_the_order_in_which_it_is_seen(text: str, expected: str) -> None:
    assert visual_order(text) == expected


def test_arabic_letters_are_joined_and_drawable() -> None:
    shown = visual_order("كوب")
    assert [unicodedata.name(letter).rpartition(" ")[0] for letter in shown] == [
        "ARABIC LETTER BEH ISOLATED",
        "ARABIC LETTER WAW FINAL",
        "ARABIC LETTER KAF INITIAL",
    ]
    assert unicodedata.normalize("NFKC", shown)[::-1] == "كوب"
    assert "ُ" in visual_order("كُوب")  # marks of vowels stay
    for text in ("الله", "سلام", "پنجره", "ٹماٹر"):
        assert readable(visual_order(text)) == visual_order(text)


def test_each_line_of_a_block_has_its_own_order() -> None:
    assert block("שלום mug כוס", 10_000, sizes=(36,), most=1).lines == ("םולש mug סוכ",)
    narrow = block("שלום כוס", 110, sizes=(36,), most=2)
    assert narrow.lines == ("םולש", "סוכ")
