"""What the page says of an audit that stands still."""

from __future__ import annotations

from ui.audit import words


def test_what_is_finished_is_not_called_a_pause_in_the_middle() -> None:
    """“Paused at 84 of 84 photos” left people wondering what was missing."""
    assert words.paused(0, 0).startswith("Paused before the first photo.")
    assert words.paused(3, 84).startswith("Paused at 3 of 84 photos.")
    assert "all 84 photos" in words.paused(84, 84)
    assert "84 of 84" not in words.paused(84, 84)
