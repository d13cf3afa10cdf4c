"""Checks, from the page: in line with all other heavy work, remembered in the tab, with a button if slow.

Nothing here catches what Streamlit raises to stop a page; see `ui.computing`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from saliency.agreement import Forgotten, forgotten
from saliency.area import Area
from saliency.controls import COUNT, Controls, controls
from saliency.cover import Cover, Kept, cover, covering, keep
from saliency.explanation import Explanation
from saliency.fills import Fill, edge_of
from saliency.hiding import HideCurve, hidden_passes, hide
from saliency.influence import Influence, influence
from saliency.paste import PASSES, Paste, paste
from saliency.photo import Photo
from saliency.question import Question, later
from saliency.registry import Method, Progress
from ui import computing, wording, wording_check
from ui.area_pictures import small_size
from ui.pace import SLOW, left
from ui.panels import png
from ui.session import Session
from ui.work import LINE

STEP = 5  # percent
LEVELS = tuple(percent / 100 for percent in range(0, 101, STEP))
"""How much is hidden; every step is measured."""

T = TypeVar("T")

_REDRAW = 0.15  # seconds between two drawings of the progress bar


@dataclass(frozen=True, eq=False)
class Subject:
    """What is checked.

    Attributes:
        asked: The question that the map answers.
        result: The map.
    """

    asked: computing.Question
    result: Explanation

    @property
    def question(self) -> Question:
        """The question, to be asked of changed copies of the photo."""
        return Question(self.asked.known, self.result.target, self.result.rather_than)

    @property
    def key(self) -> tuple[object, ...]:
        """Everything an answer depends on, whatever the view."""
        weights, photo, framing, _, target, rival = self.asked.key
        return weights, photo, framing, target, rival

    def small(self, pixels: NDArray[np.uint8]) -> bytes:
        """A changed copy ``(h, w, 3)`` of what the model received, small and in the photo's frame, as PNG."""
        return png(self.question.in_photo(pixels, small_size(self.result.photo)))

    @property
    def label(self) -> str:
        """The class asked about, to stand between single quotation marks."""
        return wording.asked(self.result.target, self.result.rather_than)


@dataclass(frozen=True, eq=False)
class Tested:
    """An area, tested.

    Attributes:
        area: The area.
        mask: The same on what the model received.
        elsewhere: The equal areas it is compared with.
        cover: What covering it does.
        kept: What the model says to it alone.
    """

    area: Area
    mask: torch.Tensor
    elsewhere: Controls
    cover: Cover
    kept: Kept


@dataclass(frozen=True, eq=False)
class Job(Generic[T]):
    """A check that takes time.

    Attributes:
        part: Which check it is.
        key: Everything its answer depends on.
        model: Key of the model.
        passes: Rough cost in forward passes.
        work: Does it; told a callback for its progress.
    """

    part: str
    key: tuple[object, ...]
    model: str
    passes: float
    work: Callable[[Progress], T]

    @property
    def seconds(self) -> float:
        """How long it will take on this computer."""
        return computing.PACE.estimate(self.model, f"check-{self.part}", self.passes)


def testing(subject: Subject, area: Area, mask: torch.Tensor, mark: object) -> Job[Tested]:
    """Cover an area and ask again; keep only it and ask again.

    Args:
        subject: What is checked.
        area: The area.
        mask: The same on what the model received.
        mark: What tells this area from others.
    """
    edge = edge_of(subject.asked.known.x, outline=area.mask is not None)
    elsewhere = controls(mask, edge, count=COUNT)
    total = covering(elsewhere) + len(Fill)

    def work(on_progress: Progress) -> Tested:
        covered = cover(
            subject.question,
            mask,
            edge=edge,
            elsewhere=elsewhere,
            on_progress=later(on_progress, 0, total),
        )
        kept = keep(
            subject.question, mask, edge=edge, on_progress=later(on_progress, total - len(Fill), total)
        )
        return Tested(area, mask, elsewhere, covered, kept)

    return Job("cover", (*subject.key, mark), subject.asked.model, total, work)


def shared(state: Session, subject: Subject, mask: torch.Tensor, mark: object) -> Influence | None:
    """How much of the influence is inside an area, remembered; None if the map has nothing to show."""
    key = ("share", *subject.asked.key, mark)
    if key not in state.checks:
        state.remember_check(key, influence(subject.result, mask))
    return state.check(key)


def hiding(subject: Subject) -> Job[HideCurve | None]:
    """Hide the strongest places, step by step."""

    def work(on_progress: Progress) -> HideCurve | None:
        return hide(subject.question, subject.result, levels=LEVELS, on_progress=on_progress)

    return Job("hide", subject.asked.key, subject.asked.model, hidden_passes(LEVELS), work)


def pasting(subject: Subject, tested: Tested, mark: object, photos: Sequence[Photo]) -> Job[Paste]:
    """Paste an area into other photos."""
    edge = edge_of(subject.asked.known.x, outline=tested.area.mask is not None)

    def work(on_progress: Progress) -> Paste:
        return paste(
            subject.question, tested.mask, photos, tested.elsewhere, edge=edge, on_progress=on_progress
        )

    digests = tuple(photo.digest for photo in photos)
    passes = PASSES * len(photos)
    return Job(f"paste-{passes}", (*subject.key, mark, digests), subject.asked.model, passes, work)


def second_view(subject: Subject, state: Session, method: Method) -> Job[Explanation]:
    """Ask the same question with another view; the page then remembers that view's answer, too."""
    asked = subject.asked
    other = computing.Question(asked.model, asked.known, method, asked.target, asked.rival)

    def work(on_progress: Progress) -> Explanation:
        return state.result(other.key) or computing.explained(state, other, on_progress)

    return Job(f"second-{method.key}", other.key, asked.model, method.passes, work)


def learning(subject: Subject) -> Job[Forgotten]:
    """Draw the view for copies of the model that have forgotten what they learned."""
    asked = subject.asked

    def work(on_progress: Progress) -> Forgotten:
        return forgotten(asked.known, subject.result)

    return Job(f"learned-{asked.method.key}", asked.key, asked.model, 3 * asked.method.passes, work)


def done(state: Session, job: Job[T], slot: DeltaGenerator, *, wait: bool | None = None) -> T | None:
    """The answer of a check, or None while it waits for a click.

    Args:
        state: The tab, which remembers answers.
        job: The check.
        slot: A placeholder; holds what is drawn meanwhile and nothing of an older answer.
        wait: Whether to wait for a click; None: if it is slow.
    """
    key = ("check", job.part, *job.key)
    if key in state.checks:
        return state.check(key)
    waits = job.seconds > SLOW if wait is None else wait
    if state.started != key and (state.started or ())[:2] == key[:2]:
        state.started = None  # the same check of something else: it would have to be started again
    if not waits:
        return _worked(state, job, key, slot.container().empty(), quick=True)
    running = state.started == key
    with slot.container(border=True):
        st.markdown(wording_check.TAKES.format(about=wording.about(job.seconds)))
        bar = st.empty()
        _buttons(state, job, key, running=running)
    if not running:
        return None
    result = _worked(state, job, key, bar, quick=False)
    state.started = None
    return result


def _buttons(state: Session, job: Job[T], key: tuple[object, ...], *, running: bool) -> None:
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


def _worked(state: Session, job: Job[T], key: tuple[object, ...], bar: DeltaGenerator, *, quick: bool) -> T:
    """Does the work in line, with a progress bar; drawing it is also where the page can be stopped."""

    def place(ahead: int) -> None:
        bar.caption(wording.waiting(ahead))

    with LINE.turn(quick=quick, on_wait=place) as turn:
        started = drawn = time.monotonic()
        bar.progress(0.0, text=wording_check.running(0, 1, 0.0))

        def progress(finished: int, total: int) -> None:
            nonlocal drawn
            turn.step_aside(place)
            now = time.monotonic()
            if now - drawn >= _REDRAW:
                drawn = now
                text = wording_check.running(finished, total, left(now - started, finished, total))
                bar.progress(min(1.0, finished / total), text=text)

        answer = job.work(progress)
        computing.PACE.took(job.model, f"check-{job.part}", time.monotonic() - started)
    bar.empty()
    state.remember_check(key, answer)
    return answer
