"""How long things take on this computer, measured as people use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

import streamlit as st

from ui.server.metrics import VIEWS

SLOW = 3.0  # seconds from which a view gets a button instead of starting by itself
OVERHEAD = 0.15  # seconds a view takes beside its forward passes


@dataclass(eq=False)
class Pace:
    """A running record of seconds a view took and seconds a forward pass took, by model.

    Any number of threads may write and read it.
    """

    _forward: dict[str, float] = field(default_factory=dict)
    _seconds: dict[tuple[str, str], float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def forward(self, model: str, seconds: float) -> None:
        """Notes what one forward pass of a model took; the fastest counts, the first one warms up."""
        with self._lock:
            self._forward[model] = min(seconds, self._forward.get(model, seconds))

    def took(self, model: str, method: str, seconds: float) -> None:
        """Notes what a whole view took; half the weight is on the newest."""
        VIEWS.add(method)
        with self._lock:
            before = self._seconds.get((model, method), seconds)
            self._seconds[model, method] = (before + seconds) / 2

    def estimate(self, model: str, method: str, passes: float) -> float:
        """Seconds a view will take: as measured, else its passes times the measured forward pass, else 0."""
        with self._lock:
            if (model, method) in self._seconds:
                return self._seconds[model, method]
            forward = self._forward.get(model)
        return 0.0 if forward is None else OVERHEAD + passes * forward


@st.cache_resource(show_spinner=False)
def pace() -> Pace:
    """What was measured on this computer since the server was started."""
    return Pace()


def left(elapsed: float, done: int, total: int) -> float:
    """Seconds left of a job that has done so many of its steps in so many seconds."""
    return elapsed * (total - done) / done if done else 0.0
