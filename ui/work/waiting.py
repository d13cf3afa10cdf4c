"""What is drawn while work waits in line or goes on; drawing is also where a page can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from ui import words as wording
from ui.work.line import OnWait, Turn
from ui.work.pace import left

_REDRAW = 0.15  # seconds between two drawings of the progress bar

Said = Callable[[int, int, float], str]
"""The words beside a bar, from what is done, what there is in all, and the seconds left."""


def place_in(slot: DeltaGenerator) -> OnWait:
    """Says in a slot how many are ahead."""

    def place(ahead: int) -> None:
        slot.caption(wording.waiting(ahead))

    return place


def progress_in(
    slot: DeltaGenerator, turn: Turn, place: OnWait, said: Said = wording.running
) -> Callable[[int, int], None]:
    """A callback that draws progress and time left in a slot, and lets quick questions of others go first."""
    started = drawn = time.monotonic()
    slot.progress(0.0, text=said(0, 1, 0.0))

    def progress(done: int, total: int) -> None:
        nonlocal drawn
        turn.step_aside(place)
        now = time.monotonic()
        if now - drawn >= _REDRAW:
            drawn = now
            slot.progress(min(1.0, done / total), text=said(done, total, left(now - started, done, total)))

    return progress
