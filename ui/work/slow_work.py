"""Work that takes a while: begun at once or by a button, in line with all other work, watched by its page.

Equal work on samples is done once, whoever asks (`ui/work/jobs.py`), and its answer kept for everybody.
Work on photos of one's own is each tab's own. Nothing here catches what Streamlit raises to stop a page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.progress import Progress
from ui.session import Cache, Key, Session, known_to_all, tell_all
from ui.widgets.places import Place
from ui.work import words
from ui.work.jobs import checkpoint, jobs, person
from ui.work.line import QUICK_MOST, Lane, OnWait, line
from ui.work.pace import SLOW, left, pace
from ui.work.words import CHECK, TaskWords

T = TypeVar("T")
_REDRAW = 0.15  # seconds between two drawings of a progress bar


@dataclass(frozen=True, eq=False)
class Task(Generic[T]):
    """Work with an answer that the tab remembers.

    Attributes:
        part: Which work it is, in its key, on its button and in the record of how long things take.
        inputs: Everything else that its answer depends on.
        model: Key of the model.
        passes: Rough cost in forward passes.
        sentence: What it does.
        work: Does it, in a thread of its own; told a callback for its progress and, where something draws
            unfinished answers, one that takes them.
        words: What is said of work of this kind.
        name: What people call it, where the words name it.
        cost: How many pictures a service is asked for it, in sentences; it waits for a click then. Empty for
            a model on this computer.
        shared: Whether all that its answer depends on is everybody's, as samples are.
        draw: Draws an unfinished answer in a placeholder.
    """

    part: str
    inputs: Key
    model: str
    passes: float
    sentence: str
    work: Callable[..., T]
    words: TaskWords = CHECK
    name: str = ""
    cost: str = ""
    shared: bool = False
    draw: Callable[[T, DeltaGenerator], None] | None = None

    @property
    def key(self) -> Key:
        """What the answer is remembered by."""
        return (self.part, *self.inputs)

    @property
    def seconds(self) -> float:
        """How long it will take on this computer."""
        return pace().estimate(self.model, self.part, self.passes)

    @property
    def slow(self) -> bool:
        """Whether to wait for a click before it is begun."""
        return bool(self.cost) or self.seconds > SLOW


def answer(
    state: Session, cache: Cache[T], task: Task[T], place: Place, *, wait: bool | None = None
) -> T | None:
    """The answer to one task, or None while it waits for a click; arguments as for `answers`."""
    single = answers(state, cache, [task], place, wait=wait)
    return None if single is None else single[0]


def known_answer(state: Session, cache: Cache[T], task: Task[T]) -> T | None:
    """The answer where it is there: in this tab or, of a sample, for everybody; the tab then has it, too.

    Whoever asks keeps it: the next one that the tab is given, or another thread, may push it out.
    """
    ready = cache.find(task.key)
    if ready is None and task.shared and (known := known_to_all(state, cache)) is not None:
        ready = known.find(task.key)
        if ready is not None:
            cache[task.key] = ready
    return ready


def answers(
    state: Session,
    cache: Cache[T],
    tasks: Sequence[Task[T]],
    place: Place,
    *,
    wait: bool | None = None,
    button: str = "",
    silent: bool = False,
) -> list[T] | None:
    """The answers to all tasks, or None while slow ones wait for the click that starts all that is missing.

    Args:
        state: The tab.
        cache: What it remembers of such work.
        tasks: What is to be done.
        place: Holds what is drawn meanwhile, and then nothing of an older answer.
        wait: Whether to wait for a click; None: if a task is slow. What costs something always waits.
        button: Key of the button; empty for one named after the first task.
        silent: Whether quick tasks are done below a grey area, without a progress bar.
    """
    known = ((task.key, known_answer(state, cache, task)) for task in tasks)
    ready = {key: answer for key, answer in known if answer is not None}
    missing = [task for task in tasks if task.key not in ready]
    slow = [task for task in missing if task.cost or (task.slow if wait is None else wait)]
    key = tuple(task.key for task in missing)
    if missing:
        if state.started and state.started != key and state.started[0][0] == missing[0].part:
            state.started = None  # the same work on something else: it would have to be started again
        with place.meanwhile(border=bool(slow)):
            for task in slow:
                offer = words.offer(task.words, task.name, task.sentence, task.seconds)
                st.markdown(f"{offer} {task.cost}".strip())
            bar = st.empty()
            if slow:
                label = words.start(missing[0].words, sum(task.seconds for task in missing))
                with st.container(horizontal=True, vertical_alignment="center"):
                    start_and_cancel(state, key, label, button or f"run-{missing[0].part}")
                    if state.stopped:
                        st.caption(words.CANCELLED)
                        state.stopped = False
                if state.started != key:
                    return None
            elif silent:
                st.skeleton(height=360)
            try:
                ready |= _work_through(state, cache, missing, slow, bar, silent=silent)
            except Exception:
                if slow:
                    state.started = None  # it is over, and begins, or costs, nothing anew without a click
                raise
        if slow:
            state.started = None
    return [ready[task.key] for task in tasks]


def start_and_cancel(
    state: Session, key: tuple[Key, ...], label: str, button: str, icon: str = ":material/play_arrow:"
) -> None:
    """Start and, while work goes on, cancel; start stays there, since Streamlit would grey it out anyway."""
    running = state.started == key
    st.button(
        label, type="primary", icon=icon, key=button, disabled=running, on_click=state.start, args=(key,)
    )
    if running:
        st.button(words.CANCEL, icon=":material/close:", key=f"cancel-{button}", on_click=state.stop)


def place_in_line(slot: DeltaGenerator | Place) -> OnWait:
    """Says in a slot how many are ahead."""
    return lambda ahead: slot.caption(words.waiting(ahead))


def progress_bar(slot: DeltaGenerator, text: Callable[[int, int], str], total: int = 1) -> Progress:
    """A callback that draws progress in a slot, with these words beside the bar."""
    drawn = time.monotonic()
    slot.progress(0.0, text=text(0, total))

    def draw(done: int, total: int) -> None:
        nonlocal drawn
        if time.monotonic() - drawn >= _REDRAW:
            drawn = time.monotonic()
            slot.progress(min(1.0, done / max(1, total)), text=text(done, total))

    return draw


def _work_through(
    state: Session,
    cache: Cache[T],
    missing: Sequence[Task[T]],
    slow: Sequence[Task[T]],
    bar: DeltaGenerator,
    *,
    silent: bool,
) -> dict[Key, T]:
    """Does what is missing, and tells everybody what is everybody's; the answers by their keys."""
    done: dict[Key, T] = {}
    for task in missing:
        lane = Lane.LONG if task in slow else Lane.QUICK
        cache[task.key] = done[task.key] = result = _worked(state, task, bar, lane, silent=silent)
        if task.shared and (known := known_to_all(state, cache)) is not None:
            tell_all(known, task.key, result)
    return done


def _worked(state: Session, task: Task[T], slot: DeltaGenerator, lane: Lane, *, silent: bool) -> T:
    """Watches the work, which stands in line and lets quick work of others go first."""
    place, bar = place_in_line(slot), None
    space = st.empty() if task.draw is not None and task.slow else None
    sketch: T | None = None

    def work(progress: Progress, on_sketch: Callable[[T], object]) -> T:
        if task.draw is None:
            return task.work(progress)
        return task.work(progress, on_sketch if space is not None else None)

    key, took = (None if task.shared else state, *task.key), partial(pace().took, task.model, task.part)
    with jobs().watched(key, lane, work, person(), took) as job:

        def text(done: int, total: int) -> str:
            return words.running(task.words, done, total, left(job.seconds(line().clock()), done, total))

        def look() -> None:
            nonlocal bar, sketch
            checkpoint()
            if job.ahead:
                place(job.ahead)
                bar = None
            elif not (silent and lane is Lane.QUICK and job.seconds(line().clock()) < QUICK_MOST):
                bar = bar or progress_bar(slot, text)
                bar(job.done, job.total)
            if space is not None and task.draw is not None and job.sketch not in (None, sketch):
                sketch = job.sketch
                task.draw(sketch, space)

        result = job.result(look)
    for drawn in (slot, space):
        if drawn is not None:
            drawn.empty()
    return result
