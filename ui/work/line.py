"""One line for heavy work: two jobs side by side would each run many times slower than one after the other.

A job computes while it holds a slot. Its progress callback is where it is ended once nobody waits for it
(`ui/work/jobs.py`): the exception passes through `Line.turn`, which gives the slot back whatever happened.

Jobs stand in one of three lanes. Quick ones (a first look, a second or so) go first, then long ones that
somebody waits for, then work in the background (audits), which nobody watches. Whoever works is asked to
`step_aside` at each checkpoint, lets those of the lanes before its own by and goes on. Within a lane it is
first come, first served, but who has several jobs in a lane has one of them served in each round: when one
begins, the others go to the end. Long jobs take turns, too: after a `SLICE` of work, the next one goes on.
Two audits take turns where they read photos.

No lane starves: where nobody of a lane has worked for its `PATIENCE`, the first who waits there goes before
all others, and works for a `STRETCH` before it steps aside again. Of a server that never rests, long work
thus gets a third, audits a thirteenth. But nobody waits twice: who stands in the lane of quick work while a
job of another lane works is served before any such job goes first again. What goes on in the lane of quick
work for longer than `QUICK_MOST` is long work from then on.

No more than `MOST_WAITING` jobs wait at a time, and `MOST_EACH` of one person; audits do not count.
"""

from __future__ import annotations

import math
import time
from bisect import insort_left, insort_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from threading import Condition

import streamlit as st

from saliency.errors import SaliencyError
from ui.server.metrics import LINE_WAITS
from ui.work.limits import whole_number
from ui.work.words import line_full, too_many_at_once

SLOTS = 1  # how many jobs may compute at once
POLL = 0.2  # seconds between two looks at the line, each of which lets a waiting page be stopped
HOLD = 1.0  # seconds a long job works at least before it steps aside again; in the background, none
STRETCH = 2.0  # the same of a job that has waited for its lane's patience
SLICE = 5.0  # seconds of work after which a long job lets the next long one go first
QUICK_MOST = 3.0  # seconds after which quick work is long work
MOST_WAITING, MOST_EACH = 64, 4  # jobs that may wait at a time: of everybody, and of one person

OnWait = Callable[[int], object]
"""Told how many jobs are ahead; may raise to give up."""


class Lane(IntEnum):
    """Who goes first."""

    QUICK = 0
    LONG = 1
    BACKGROUND = 2


PATIENCE = {Lane.LONG: 4.0, Lane.BACKGROUND: 24.0}
"""Seconds without work of a lane after which its first job goes before all others; quick ones do anyway."""


@dataclass(eq=False)
class Turn:
    """A place in the line, and later the slot.

    Attributes:
        lane: The lane it stands in.
        since: Since when it works, or else waits, in seconds of the line's clock.
        hold: How many seconds it works before it may be asked to step aside.
        owed: How many of those were left when it paused; it then goes on before all others.
        person: Whose job it is; empty where that is not known.
        worked: How many seconds it has worked since it let another of its lane go first.
        passed: Whether a job of another lane has worked while it waited.
    """

    line: Line
    lane: Lane
    person: str = ""
    since: float = 0.0
    hold: float = 0.0
    owed: float = 0.0
    worked: float = 0.0
    passed: bool = False

    def step_aside(self, on_wait: OnWait | None = None) -> None:
        """Lets jobs that go before its own go first; returns at once where none wait, or too soon."""
        worked = self.line.clock() - self.since
        if self.lane is Lane.QUICK and worked >= QUICK_MOST:
            self.lane = Lane.LONG
        if self.lane is not Lane.QUICK and worked >= self.hold:
            self.line.let_by(self, on_wait)

    @property
    def sliced(self) -> bool:
        """Whether a long job has worked for its slice."""
        return self.lane is Lane.LONG and self.worked + self.line.clock() - self.since >= SLICE

    @contextmanager
    def paused(self, on_wait: OnWait | None = None) -> Iterator[None]:
        """Gives the slot back for the block, which computes nothing heavy, and takes it again after it.

        Pictures are decoded so: one made to be slow then keeps nobody waiting but its own job.
        """
        self.line.pause(self)
        try:
            yield
        except Exception:  # a picture that cannot be decoded; the job may well go on
            self.line.go_on(self, on_wait)
            raise
        self.line.go_on(self, on_wait)


@dataclass(eq=False)
class Line:
    """Tickets in three lanes before a few slots; any number of threads may use one line.

    Attributes:
        slots: How many jobs may work at once.
        clock: Seconds that only ever go forward.
        most: How many jobs may wait at once, audits aside.
        most_each: How many of those may be one person's.
    """

    slots: int = SLOTS
    clock: Callable[[], float] = time.monotonic
    most: int = MOST_WAITING
    most_each: int = MOST_EACH
    _changed: Condition = field(default_factory=Condition)
    _waiting: list[Turn] = field(default_factory=list)  # by lane; who was there first, or was before, first
    _working: list[Turn] = field(default_factory=list)
    _worked: dict[Lane, float] = field(default_factory=dict)  # when somebody of a lane gave a slot back last

    @contextmanager
    def turn(
        self, lane: Lane = Lane.LONG, *, on_wait: OnWait | None = None, person: str = ""
    ) -> Iterator[Turn]:
        """Waits for a slot and holds it for the block.

        Args:
            lane: Where to stand: quick if the job is over in a second or so.
            on_wait: Told, every `POLL` seconds while waiting, how many jobs are ahead. May raise to give up.
            person: Whose job it is.

        Yields:
            The turn, whose `step_aside` a long job calls at its checkpoints.

        Raises:
            SaliencyError: Too many wait already.
        """
        turn = Turn(self, lane, person, self.clock())
        with self._changed:
            self._check_room(turn)
            turn.passed = any(other.lane is not Lane.QUICK for other in self._working)
            insort_right(self._waiting, turn, key=_lane)
        try:
            self._wait(turn, on_wait)
            yield turn
        finally:
            self._leave(turn)

    def let_by(self, turn: Turn, on_wait: OnWait | None = None) -> None:
        """Gives a job's slot to those that go before it, then takes it again, ahead of its own lane."""
        with self._changed:
            before = [other for other in self._waiting if self._goes_before(turn, other)]
            if turn not in self._working or not before:
                return
            last, turn.worked = turn.sliced, turn.worked + self.clock() - turn.since
            self._give_back(turn)
            self._take_place(turn, last=last)
        self._wait(turn, on_wait)

    def pause(self, turn: Turn) -> None:
        """Gives a job's slot back, until it goes on."""
        with self._changed:
            turn.owed = max(0.0, turn.hold - (self.clock() - turn.since))
            self._give_back(turn)

    def go_on(self, turn: Turn, on_wait: OnWait | None = None) -> None:
        """Takes a slot again for a job that has paused, ahead of its own lane."""
        with self._changed:
            self._take_place(turn)
        self._wait(turn, on_wait)

    def ahead(self, turn: Turn) -> int:
        """How many jobs are worked on or served before this one."""
        with self._changed:
            waiting = turn in self._waiting
            return len(self._working) + self._waiting.index(turn) if waiting else 0

    def waits(self) -> dict[Lane, list[float]]:
        """For how many seconds each job has waited since it stood in line, by lane."""
        with self._changed:
            now = self.clock()
            return {lane: [now - t.since for t in self._waiting if t.lane is lane] for lane in Lane}

    @property
    def waiting(self) -> int:
        """How many jobs wait, audits included."""
        with self._changed:
            return len(self._waiting)

    @property
    def busy(self) -> bool:
        """Whether any job works or waits."""
        with self._changed:
            return bool(self._working or self._waiting)

    def _overdue(self, turn: Turn) -> bool:
        """Whether a waiting job goes before all others: it is the first of a lane that waited too long."""
        if turn.owed:
            return True
        if any(other.passed for other in self._waiting if other.lane is Lane.QUICK):
            return False
        first = next(other for other in self._waiting if other.lane is turn.lane)
        since = max(turn.since, self._worked.get(turn.lane, turn.since))
        return first is turn and self.clock() - since >= PATIENCE.get(turn.lane, math.inf)

    def _next(self) -> Turn:
        """Who is served next of those who wait."""
        return next(filter(self._overdue, self._waiting), self._waiting[0])

    def _goes_before(self, turn: Turn, other: Turn) -> bool:
        """Whether somebody who waits is to be served before a job goes on."""
        if other.lane is turn.lane:
            return turn.sliced
        return other.lane < turn.lane or self._overdue(other)

    def _check_room(self, turn: Turn) -> None:
        """Makes sure that a job may wait, too.

        Raises:
            SaliencyError: It may not.
        """
        waiting = [other for other in self._waiting if other.lane is not Lane.BACKGROUND]
        of_the_same = sum(other.person == turn.person for other in waiting) if turn.person else 0
        if turn.lane is not Lane.BACKGROUND and of_the_same >= self.most_each:
            raise SaliencyError(too_many_at_once(of_the_same))
        if turn.lane is not Lane.BACKGROUND and len(waiting) >= self.most:
            raise SaliencyError(line_full(len(waiting)))

    def _give_back(self, turn: Turn) -> None:
        self._working.remove(turn)
        self._worked[turn.lane] = self.clock()
        self._changed.notify_all()

    def _take_place(self, turn: Turn, *, last: bool = False) -> None:
        """Lets a job wait again: the first of its lane, or the last, with another slice of work before it."""
        turn.since = self.clock()
        if last:
            turn.worked = 0.0
            insort_right(self._waiting, turn, key=_lane)
        else:
            insort_left(self._waiting, turn, key=_lane)

    def _note_served(self, turn: Turn) -> None:
        """Notes who now has waited for it, and lets other people go before its person's other jobs."""
        for other in self._waiting:
            other.passed = other.passed or (other.lane is Lane.QUICK and turn.lane is not Lane.QUICK)
        same = [o for o in self._waiting if turn.person and o.person == turn.person and o.lane is turn.lane]
        for other in same:
            self._waiting.remove(other)
            insort_right(self._waiting, other, key=_lane)

    def _may_start(self, turn: Turn) -> bool:
        return len(self._working) < self.slots and self._next() is turn

    def _wait(self, turn: Turn, on_wait: OnWait | None) -> None:
        while True:
            with self._changed:
                if self._may_start(turn) or (self._changed.wait(POLL) and self._may_start(turn)):
                    turn.hold, turn.owed = self._hold(turn), 0.0
                    LINE_WAITS.note(turn.lane.name.lower(), self.clock() - turn.since)
                    self._waiting.remove(turn)
                    self._working.append(turn)
                    turn.since = self.clock()
                    self._note_served(turn)
                    self._changed.notify_all()
                    return
            if on_wait is not None:
                on_wait(self.ahead(turn))

    def _hold(self, turn: Turn) -> float:
        """For how many seconds a job that is served now may work."""
        if self._overdue(turn):
            return turn.owed or STRETCH
        return HOLD if turn.lane is Lane.LONG else 0.0

    def _leave(self, turn: Turn) -> None:
        with self._changed:
            if turn in self._working:
                self._give_back(turn)
            if turn in self._waiting:
                self._waiting.remove(turn)
                self._changed.notify_all()


def _lane(turn: Turn) -> Lane:
    return turn.lane


@st.cache_resource(show_spinner=False)
def line() -> Line:
    """The line of this server, in which everybody stands."""
    return Line(most=whole_number("SPOTLIGHT_MOST_WAITING", MOST_WAITING))
