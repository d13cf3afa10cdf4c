"""Checks at work: in line with all other heavy work, remembered in the tab, with a button if slow.

Nothing here catches what Streamlit raises to stop a page; see `ui.work.explanations`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.progress import Progress
from ui import words as wording
from ui.check import words as wording_check
from ui.session import Session
from ui.widgets.places import Place
from ui.work import explanations
from ui.work.line import LINE, Lane
from ui.work.pace import SLOW
from ui.work.waiting import place_in, progress_in

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class CheckTask(Generic[T]):
    """A check that takes time.

    Attributes:
        part: Which check it is.
        key: Everything its answer depends on.
        model: Key of the model.
        passes: Rough cost in forward passes.
        said: What it does, in a sentence.
        work: Does it; told a callback for its progress.
    """

    part: str
    key: tuple[object, ...]
    model: str
    passes: float
    said: str
    work: Callable[[Progress], T]

    @property
    def seconds(self) -> float:
        """How long it will take on this computer."""
        return explanations.PACE.estimate(self.model, f"check-{self.part}", self.passes)


def is_known(state: Session, job: CheckTask[T]) -> bool:
    """Whether the tab remembers the answer, so that it can be shown at once."""
    return ("check", job.part, *job.key) in state.checks


def done(state: Session, job: CheckTask[T], place: Place, *, wait: bool | None = None) -> T | None:
    """The answer of a check, or None while it waits for a click.

    Args:
        state: The tab, which remembers answers.
        job: The check.
        place: Holds what is drawn meanwhile, and then nothing of an older answer.
        wait: Whether to wait for a click; None: if it is slow.
    """
    key = ("check", job.part, *job.key)
    if is_known(state, job):
        return state.check(key)
    waits = job.seconds > SLOW if wait is None else wait
    if state.started != key and (state.started or ())[:2] == key[:2]:
        state.started = None  # the same check of something else: it would have to be started again
    if not waits:
        return _worked(state, job, key, place.meanwhile().empty(), Lane.QUICK)
    running = state.started == key
    with place.meanwhile(border=True):
        st.markdown(f"{job.said} {wording_check.TAKES.format(about=wording.about(job.seconds))}")
        bar = st.empty()
        _buttons(state, job, key, running=running)
    if not running:
        return None
    result = _worked(state, job, key, bar, Lane.LONG)
    state.started = None
    return result


def _buttons(state: Session, job: CheckTask[T], key: tuple[object, ...], *, running: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            wording_check.RUN.format(about=wording.about(job.seconds)),
            type="primary",
            icon=":material/play_arrow:",
            key=f"run-{job.part}",
            disabled=running,
            on_click=state.start,
            args=(key,),
        )
        if running:
            st.button(wording.CANCEL, icon=":material/close:", key=f"cancel-{job.part}", on_click=state.stop)
        elif state.stopped:
            st.caption(wording.CANCELLED)
            state.stopped = False


def _worked(state: Session, job: CheckTask[T], key: tuple[object, ...], bar: DeltaGenerator, lane: Lane) -> T:
    """Does the work in line, with a progress bar; drawing it is also where the page can be stopped."""
    place = place_in(bar)
    with LINE.turn(lane, on_wait=place) as turn:
        started = time.monotonic()
        answer = job.work(progress_in(bar, turn, place, wording_check.running))
        explanations.PACE.took(job.model, f"check-{job.part}", time.monotonic() - started)
    bar.empty()
    state.remember_check(key, answer)
    return answer
