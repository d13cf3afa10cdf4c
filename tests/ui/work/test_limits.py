from __future__ import annotations

import pytest

from ui.work.limits import whole_number


@pytest.mark.parametrize(
    ("text", "expected"), [("7", 7), (" 7 ", 7), ("", 64), ("0", 64), ("-1", 64), ("2.5", 64), ("²", 64)]
)
def test_what_is_no_number_from_one_up_leaves_the_usual_one(monkeypatch, text, expected):
    monkeypatch.setenv("SPOTLIGHT_MOST_WAITING", text)
    assert whole_number("SPOTLIGHT_MOST_WAITING", 64) == expected
