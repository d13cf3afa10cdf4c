"""Figures are written in one style, by one function each, and divide as said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stand_in import ROOT

from saliency.audit.reports import figures, sentences
from saliency.audit.reports import words as reports
from saliency.classifier import Outputs
from saliency.verdict.words import beside, course, percent, ratio, score
from ui.check.more.words import hide_sentence

UNIT = st.floats(0, 1)
STYLE = re.compile(r"0\.\d\d|above 0\.99|below 0\.01")
ROOMS = ("saliency/audit/reports", "saliency/checks", "saliency/export", "saliency/verdict", "commands", "ui")
EXPERT = {  # two decimals of something that is no score, in lists for experts and in charts
    "saliency/export/charts.py",  # where a dot lies
    "ui/check/words.py",  # p
    "ui/compare/words.py",  # rank correlation
    "saliency/export/provenance.py",  # seconds
}
SHARES = {  # ends of an interval, the level of one, a length in CSS, shares of a sum for experts
    "saliency/audit/reports/sentences.py",
    "saliency/audit/reports/words.py",
    "saliency/audit/reports/comparison/words.py",
    "ui/guide/panels.py",
    "saliency/export/charts.py",
    "saliency/export/provenance.py",
}
STYLED = "saliency/verdict/words.py"


@given(UNIT, UNIT)
@example(0.0, 1.0)
@example(0.005, 0.995)
@example(0.00499, 0.99499)
def test_a_score_is_never_quite_0_or_1_and_keeps_its_order(first, second):
    for value in (first, second):
        assert STYLE.fullmatch(score(value))
        assert score(value) not in ("0.00", "1.00")
    order = ("below 0.01", *(f"{number / 100:.2f}" for number in range(1, 100)), "above 0.99")
    low, high = sorted((first, second))
    assert order.index(score(low)) <= order.index(score(high))


@given(UNIT, UNIT, UNIT)
@example(1.0, 0.999, 0.998)
@example(0.0, 0.004, 0.0)
@example(0.52, 0.521, 0.52)
@example(0.988, 0.996, 0.99)
def test_scores_that_read_the_same_are_said_to_stay(before, after, elsewhere):
    said = course(before, after)
    ends = "a" in score(before) + score(after) or "b" in score(before) + score(after)
    if score(before) == score(after) or (ends and abs(after - before) < 0.01):
        assert said in (f"stays {score(before)}", f"stays at {score(before)}")
        assert re.fullmatch(r"stays (at 0\.\d\d|above 0\.99|below 0\.01)", said)
    else:
        assert said == f"goes from {score(before)} to {score(after)}"
    assert ("too" in beside(before, after, elsewhere)) == (score(after) == score(elsewhere))
    assert (", too" in hide_sentence(0.2, after, elsewhere, Outputs())) == (score(after) == score(elsewhere))


@given(UNIT)
def test_a_share_is_none_or_all_only_where_it_is(share):
    said = percent(share)
    assert (said == "0") == (share == 0)
    assert (said == "100") == (share == 1)
    assert re.fullmatch(r"\d{1,3}|less than 1|more than 99", said)


@given(UNIT, UNIT)
@example(0.183, 0.0265)  # 18 % in 3 %: 6 times, not 7
def test_what_is_written_divides_as_said(part, whole):
    said = ratio(part, whole)
    if said:
        times = int(re.fullmatch(r"(?:about )?(\d+) times", said)[1])
        assert abs(int(percent(part)) / int(percent(whole)) - times) <= 0.5
        assert said.startswith("about") == (int(percent(part)) % int(percent(whole)) != 0)


def test_no_ratio_is_said_of_what_is_not_written() -> None:
    assert ratio(0.183, 0.0265) == "6 times"
    assert ratio(0.2, 0.03) == "about 7 times"
    for part, whole in ((0.18, 0.004), (0.002, 0.001), (0.5, 0.0), (0.05, 0.04), (0.999, 0.1)):
        assert ratio(part, whole) == ""


def test_reports_write_scores_as_the_page_does() -> None:
    assert reports.guessed("mug", 1.0) == "Answer “mug”, score above 0.99"
    assert reports.guessed("mug", 0.001) == "Answer “mug”, score below 0.01"
    assert figures.share(0.9975) == "more than 99\u00a0%", "399 of 400 are not all"
    assert figures.share(-0.04) == "−4\u00a0%"
    assert [sentences.on_average(count) for count in (0, 0.02, 0.26, 12.4)] == [
        "none", "fewer than 0.1 on average", "0.3 on average", "12 on average",
    ]  # fmt: skip


def formatted(path: Path) -> Iterator[tuple[str, str]]:
    """What is written with a number of decimals in a module: the expression, and how."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(part.value for part in node.format_spec.values if isinstance(part, ast.Constant))
            yield ast.unparse(node.value), spec
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\{(\w+):([^{}]*[fg%])\}", node.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "round" and len(node.args) == 2:
            yield ast.unparse(node.args[0]), f"round {ast.unparse(node.args[1])}"


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_else_writes_scores_or_shares(room):
    for path in (ROOT / room).rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        for expression, spec in formatted(path):
            if name == STYLED or (spec.startswith("round") and spec[-1] in "456"):  # six decimals: JSON
                continue
            assert "score" not in expression.lower(), f"{name}: {expression}:{spec}"
            assert not spec.endswith("2f") or name in EXPERT, f"{name}: {expression}:{spec}"
            assert not spec.endswith("%"), f"{name}: {expression}:{spec}"
            assert not (expression.startswith("100 *") and spec.endswith("f")) or name in SHARES, (
                f"{name}: {expression}:{spec}"
            )
