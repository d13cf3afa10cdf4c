from __future__ import annotations

from ui.work.words import VIEW, running, waiting


def test_progress_tells_the_time_left_once_it_is_known():
    assert running(VIEW, 0, 10, 0.0) == "Measuring the influence: 0 % done."
    assert running(VIEW, 5, 10, 12.0) == "Measuring the influence: 50 % done, about 10 s left."


def test_place_in_line():
    assert waiting(1) == "Someone else is being served. You are next."
    assert waiting(3) == "Three others are before you."
