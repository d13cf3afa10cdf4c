"""One line for heavy work: two jobs side by side would each run many times slower than one after the other.

A job runs in the thread of the page that asked for it, while it holds a slot. Its progress callback draws on
the page, and that is where Streamlit ends a run (a click on Cancel, another setting, a closed tab): the
exception passes through `Line.turn`, which gives the slot back whatever happened. So there is no job without
a page that waits for it, and nothing to tidy up.

Jobs stand in one of three lanes. Quick ones (a first look, a second or so) go first, then long ones that
somebody waits for, then work in the background (audits), which nobody watches. Whoever works is asked to
`step_aside` at each checkpoint, lets those of the lanes before its own by and goes on. Within a lane it is
first come, first served.
"""

from __future__ import annotations

import os
import time
from bisect import insort_left, insort_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from threading import Condition

import streamlit as st

SLOTS = 1  # how many jobs may compute at once
POLL = 0.2  # seconds between two looks at the line, each of which lets a waiting page be stopped
HOLD = 1.0  # seconds a long job works at least before it steps aside again; in the background, none

OnWait = Callable[[int], object]
"""Told how many jobs are ahead; may raise to give up."""


class Lane(IntEnum):
    """Who goes first."""

    QUICK = 0
    LONG = 1
    BACKGROUND = 2


@dataclass(eq=False)
class Turn:
    """A place in the line, and later the slot.

    Attributes:
        lane: The lane it stands in.
        since: When it last got the slot, in seconds of `time.monotonic`.
    """

    line: Line
    lane: Lane
    since: float = 0.0

    def step_aside(self, on_wait: OnWait | None = None) -> None:
        """Lets jobs of the lanes before its own go first; returns at once where none wait, or too soon."""
        hold = 0.0 if self.lane is Lane.BACKGROUND else HOLD
        if self.lane is not Lane.QUICK and time.monotonic() - self.since >= hold:
            self.line.let_by(self, on_wait)


@dataclass(eq=False)
class Line:
    """Tickets in three lanes before a few slots; any number of threads may use one line.

    Attributes:
        slots: How many jobs may work at once.
    """

    slots: int = SLOTS
    _changed: Condition = field(default_factory=Condition)
    _waiting: list[Turn] = field(default_factory=list)  # in the order in which they will be served
    _working: list[Turn] = field(default_factory=list)

    @contextmanager
    def turn(self, lane: Lane = Lane.LONG, *, on_wait: OnWait | None = None) -> Iterator[Turn]:
        """Waits for a slot and holds it for the block.

        Args:
            lane: Where to stand: quick if the job is over in a second or so.
            on_wait: Told, every `POLL` seconds while waiting, how many jobs are ahead. May raise to give up.

        Yields:
            The turn, whose `step_aside` a long job calls at its checkpoints.
        """
        turn = Turn(self, lane)
        with self._changed:
            insort_right(self._waiting, turn, key=_lane)
        try:
            self._wait(turn, on_wait)
            yield turn
        finally:
            self._leave(turn)

    def let_by(self, turn: Turn, on_wait: OnWait | None = None) -> None:
        """Gives a job's slot to those of the lanes before it, then takes it again, ahead of its own lane."""
        with self._changed:
            if not self._waiting or self._waiting[0].lane >= turn.lane:
                return
            self._working.remove(turn)
            insort_left(self._waiting, turn, key=_lane)
            self._changed.notify_all()
        self._wait(turn, on_wait)

    def ahead(self, turn: Turn) -> int:
        """How many jobs are worked on or served before this one."""
        with self._changed:
            waiting = turn in self._waiting
            return len(self._working) + self._waiting.index(turn) if waiting else 0

    @property
    def busy(self) -> bool:
        """Whether any job works or waits."""
        with self._changed:
            return bool(self._working or self._waiting)

    def _may_start(self, turn: Turn) -> bool:
        return len(self._working) < self.slots and self._waiting[0] is turn

    def _wait(self, turn: Turn, on_wait: OnWait | None) -> None:
        while True:
            with self._changed:
                if self._may_start(turn) or (self._changed.wait(POLL) and self._may_start(turn)):
                    self._waiting.remove(turn)
                    self._working.append(turn)
                    turn.since = time.monotonic()
                    self._changed.notify_all()
                    return
            if on_wait is not None:
                on_wait(self.ahead(turn))

    def _leave(self, turn: Turn) -> None:
        with self._changed:
            for turns in (self._working, self._waiting):
                if turn in turns:
                    turns.remove(turn)
            self._changed.notify_all()


def _lane(turn: Turn) -> Lane:
    return turn.lane


@st.cache_resource(show_spinner=False)
def line() -> Line:
    """The line of this server, in which everybody stands."""
    return Line()


def threads_a_slot(slots: int = SLOTS) -> int:
    """How many threads one job may use, so that all slots together fill the processor.

    `OMP_NUM_THREADS` wins where whoever runs the server has set it.
    """
    setting = os.environ.get("OMP_NUM_THREADS", "")
    if setting.isdigit() and int(setting) > 0:
        return int(setting)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // slots)
