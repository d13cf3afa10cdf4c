from __future__ import annotations

import numpy as np
import pytest

from ui.widgets.marks import Mark, box_mark, boxes_mark, line_around, read_mark, reported_mark, written


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ({"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}, box_mark(0.1, 0.2, 0.3, 0.4)),
        ({"x": 0.1, "y": 0.2, "width": 0.3}, None),
        ({"x": "0.1", "y": 0.2, "width": 0.3, "height": 0.4}, None),
        ({"x": float("nan"), "y": 0.2, "width": 0.3, "height": 0.4}, None),
        ({"x": 0.1, "y": 0.2, "width": 0.001, "height": 0.4}, None),
        ([0.1, 0.2, 0.3, 0.4], None),
        (None, None),
    ],
)
def test_only_a_box_that_is_one_is_taken_from_the_browser(reported, expected):
    assert reported_mark(reported) == expected


def test_a_mark_is_drawn_as_a_line():
    assert line_around(box_mark(0.1, 0.2, 0.3, 0.4), None) == "M0.1000 0.2000h0.3000v0.4000h-0.3000z"
    assert line_around(Mark(fields=(0, 8)), None).count("M") == 2
    outline = np.zeros((90, 120), bool)
    outline[30:60, 40:80] = True
    path = line_around(Mark(outline=True), outline)
    corners = np.array([p.split() for p in path.strip("Mz").split("L")], float)
    assert corners.min(0) == pytest.approx([1 / 3, 1 / 3], abs=0.01)
    assert corners.max(0) == pytest.approx([2 / 3, 2 / 3], abs=0.02)


@pytest.mark.parametrize(
    "mark",
    [
        box_mark(0.1, 0.2, 0.3333, 0.4),
        boxes_mark([(0.1, 0.2, 0.3333, 0.4), (0.5, 0.5, 0.2, 0.1)]),
        Mark(fields=(0, 4, 8)),
        Mark(outline=True),
        None,
    ],
)
def test_a_mark_goes_through_a_link(mark):
    assert read_mark(written(mark)) == mark


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2",
        "0.1,0.2,0.3,0.4;",
        "0.1,0.2,0.3,0.4;" * 9 + "0.1,0.2,0.3,0.4",
        "0.1,0.2,0.3,0.4;x",
        "0.1,0.2,0,0.4",
        "nan,0,1,1",
        "a,b,c,d",
        "fields:",
        "fields:9",
        "fields:x",
        "x:1,2,3,4",
    ],
)
def test_what_is_no_mark_in_a_link_is_refused(text):
    with pytest.raises(ValueError, match=r"^"):
        read_mark(text)
