"""One line for heavy work: two jobs side by side would each run many times slower than one after the other.

A job runs in the thread of the page that asked for it, while it holds a slot. Its progress callback draws on
the page, and that is where Streamlit ends a run (a click on Cancel, another setting, a closed tab): the
exception passes through `Line.turn`, which gives the slot back whatever happened. So there is no job without
a page that waits for it, and nothing to tidy up.

Jobs stand in one of two lanes. Quick ones (a first look, a second or so) go first; a long one is asked to
`step_aside` at each of its checkpoints, lets the quick ones by and goes on. Within a lane it is first come,
first served.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition

SLOTS = 1  # how many jobs may compute at once
POLL = 0.2  # seconds between two looks at the line, each of which lets a waiting page be stopped
HOLD = 1.0  # seconds a long job works at least before it steps aside again

OnWait = Callable[[int], None]


@dataclass(eq=False)
class Turn:
    """A place in the line, and later the slot.

    Attributes:
        quick: In which lane it stands.
        since: When it last got the slot, in seconds of `time.monotonic`.
    """

    line: Line
    quick: bool
    since: float = 0.0

    def step_aside(self, on_wait: OnWait | None = None) -> None:
        """Lets quick jobs that wait go first; returns at once where there are none, or too soon."""
        if not self.quick and time.monotonic() - self.since >= HOLD:
            self.line.yield_to_quick(self, on_wait)


@dataclass(eq=False)
class Line:
    """Tickets in two lanes before a few slots; any number of threads may use one line.

    Attributes:
        slots: How many jobs may work at once.
    """

    slots: int = SLOTS
    _changed: Condition = field(default_factory=Condition)
    _quick: deque[Turn] = field(default_factory=deque)
    _long: deque[Turn] = field(default_factory=deque)
    _working: list[Turn] = field(default_factory=list)

    @contextmanager
    def turn(self, *, quick: bool = False, on_wait: OnWait | None = None) -> Iterator[Turn]:
        """Waits for a slot and holds it for the block.

        Args:
            quick: Whether the job is over in a second or so.
            on_wait: Told, every `POLL` seconds while waiting, how many jobs are ahead. May raise to give up.

        Yields:
            The turn, whose `step_aside` a long job calls at its checkpoints.
        """
        turn = Turn(self, quick)
        with self._changed:
            self._lane(turn).append(turn)
        try:
            self._wait(turn, on_wait)
            yield turn
        finally:
            self._leave(turn)

    def yield_to_quick(self, turn: Turn, on_wait: OnWait | None = None) -> None:
        """Gives a long job's slot to the quick ones that wait, then takes it again, ahead of its lane."""
        with self._changed:
            if not self._quick:
                return
            self._working.remove(turn)
            self._long.appendleft(turn)
            self._changed.notify_all()
        self._wait(turn, on_wait)

    def ahead(self, turn: Turn) -> int:
        """How many jobs are worked on or served before this one."""
        with self._changed:
            queue = [*self._quick, *self._long]
            return len(self._working) + queue.index(turn) if turn in queue else 0

    @property
    def busy(self) -> bool:
        """Whether any job works or waits."""
        with self._changed:
            return bool(self._working or self._quick or self._long)

    def _lane(self, turn: Turn) -> deque[Turn]:
        return self._quick if turn.quick else self._long

    def _may_start(self, turn: Turn) -> bool:
        first = self._quick[0] if self._quick else self._long[0]
        return len(self._working) < self.slots and first is turn

    def _wait(self, turn: Turn, on_wait: OnWait | None) -> None:
        while True:
            with self._changed:
                if self._may_start(turn) or (self._changed.wait(POLL) and self._may_start(turn)):
                    self._lane(turn).remove(turn)
                    self._working.append(turn)
                    turn.since = time.monotonic()
                    self._changed.notify_all()
                    return
            if on_wait is not None:
                on_wait(self.ahead(turn))

    def _leave(self, turn: Turn) -> None:
        with self._changed:
            for place in (self._working, self._quick, self._long):
                if turn in place:
                    place.remove(turn)
            self._changed.notify_all()


LINE = Line()


def threads_a_slot(slots: int = SLOTS) -> int:
    """How many threads one job may use, so that all slots together fill the processor.

    `OMP_NUM_THREADS` wins where whoever runs the server has set it.
    """
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // slots)
