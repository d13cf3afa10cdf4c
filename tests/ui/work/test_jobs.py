from __future__ import annotations

import gc
import threading
import time
import weakref
from types import SimpleNamespace

import pytest

from saliency.errors import Cancelled, SaliencyError
from ui.work.jobs import Jobs, person
from ui.work.line import Lane, Line


class Left(BaseException):
    """As Streamlit ends the run of a page: no Exception."""


def until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class Work:
    """Work that goes on a step at a time, when a test says so."""

    def __init__(self, answer="answer", error=None):
        self.answer, self.error = answer, error
        self.begun = self.ended = 0
        self.steps = threading.Semaphore(0)

    def __call__(self, progress, sketch):
        self.begun += 1
        try:
            for step in range(3):
                assert self.steps.acquire(timeout=20)
                sketch(f"sketch {step}")
                progress(step + 1, 3)
            if self.error:
                raise self.error
            return self.answer
        finally:
            self.ended += 1

    def go_on(self, steps=3):
        self.steps.release(steps)


class Page:
    """Somebody who watches work, in a thread of their own, and may leave."""

    def __init__(self, jobs, key, work, lane=Lane.LONG, person="somebody"):
        self.left, self.watches = threading.Event(), threading.Event()
        self.answer = self.error = self.job = None
        self.thread = threading.Thread(target=self._watch, args=(jobs, key, work, lane, person), daemon=True)
        self.thread.start()
        assert self.watches.wait(10)

    def _watch(self, jobs, key, work, lane, person):
        try:
            with jobs.watched(key, lane, work, person) as self.job:
                self.watches.set()
                self.answer = self.job.result(self._look, poll=0.01)
        except BaseException as error:
            self.error = error

    def _look(self):
        if self.left.is_set():
            raise Left

    def leave(self):
        self.left.set()
        self.thread.join(10)
        assert isinstance(self.error, Left)

    def end(self):
        self.thread.join(10)
        assert not self.thread.is_alive()
        return self.error or self.answer


@pytest.fixture
def jobs():
    jobs = Jobs(Line())
    yield jobs
    until(lambda: not jobs and not jobs.line.busy)


def test_two_who_ask_for_the_same_get_one_answer_computed_once(jobs):
    work = Work()
    pages = [Page(jobs, ("sample", "view"), work, person=person) for person in "ab"]
    work.go_on()
    assert [page.end() for page in pages] == ["answer", "answer"]
    assert pages[0].job is pages[1].job
    assert work.begun == 1


def test_what_it_took_is_noted_once_whoever_watches(jobs):
    work, noted = Work(), []
    with jobs.watched(("sample",), Lane.LONG, work, "a", noted.append) as job:
        second = Page(jobs, ("sample",), work, person="b")
        work.go_on()
        assert job.result(lambda: None) == second.end()
    assert noted == [pytest.approx(job.seconds(jobs.line.clock()), abs=5)]


def test_what_failed_or_was_left_took_nothing(jobs):
    noted, work = [], Work(error=SaliencyError("No."))
    with jobs.watched(("sample",), Lane.LONG, work, "a", noted.append) as job:
        work.go_on()
        with pytest.raises(SaliencyError):
            job.result(lambda: None)
    assert noted == []


@pytest.mark.parametrize("leaver", [0, 1])
def test_who_leaves_ends_it_for_nobody_else(jobs, leaver):
    work = Work()
    pages = [Page(jobs, ("sample",), work, person=person) for person in "ab"]
    work.go_on(1)
    until(lambda: pages[0].job.done == 1)
    pages[leaver].leave()
    work.go_on(2)
    assert pages[1 - leaver].end() == "answer"
    assert work.begun == 1


def test_one_person_in_two_tabs_may_close_one_of_them(jobs):
    work = Work()
    pages = [Page(jobs, ("sample",), work, person="same") for _ in range(2)]
    pages[0].leave()
    work.go_on()
    assert pages[1].end() == "answer"


def test_work_that_nobody_watches_any_more_ends_at_its_next_checkpoint(jobs):
    work = Work()
    pages = [Page(jobs, ("sample",), work) for _ in range(2)]
    for page in pages:
        page.leave()
    assert work.ended == 0
    work.go_on(1)
    until(lambda: work.ended)
    until(lambda: not jobs)
    assert isinstance(pages[0].job.error, Cancelled)


def test_who_comes_back_before_the_next_checkpoint_finds_the_work_where_it_was(jobs):
    work = Work()
    first = Page(jobs, ("sample",), work)
    work.go_on(1)
    until(lambda: first.job.done == 1)
    first.leave()
    again = Page(jobs, ("sample",), work)
    assert again.job is first.job
    work.go_on(2)
    assert again.end() == "answer"
    assert work.begun == 1


def test_who_comes_after_it_was_ended_begins_it_anew(jobs):
    work = Work()
    Page(jobs, ("sample",), work).leave()
    work.go_on(1)
    until(lambda: work.ended)
    work.go_on()
    assert Page(jobs, ("sample",), work).end() == "answer"
    assert work.begun == 2


def test_other_questions_are_not_joined(jobs):
    first, second = Work("first"), Work("second")
    pages = [Page(jobs, ("one",), first), Page(jobs, ("other",), second)]
    for work in (second, first):
        work.go_on()
    assert [page.end() for page in pages] == ["first", "second"]


def test_what_goes_wrong_is_told_to_all_and_not_remembered(jobs):
    work = Work(error=SaliencyError("No."))
    pages = [Page(jobs, ("sample",), work) for _ in range(2)]
    work.go_on()
    for page in pages:
        assert str(page.end()) == "No."
    work.error = None
    work.go_on()
    assert Page(jobs, ("sample",), work).end() == "answer"


def test_who_waits_is_told_their_place_and_leaves_the_line_when_they_leave(jobs):
    first, second = Work(), Work()
    working = Page(jobs, ("first",), first)
    waiting = Page(jobs, ("second",), second)
    until(lambda: waiting.job.ahead == 1)
    assert jobs.line.waiting == 1
    waiting.leave()
    until(lambda: not jobs.line.waiting)
    assert second.begun == 0
    first.go_on()
    assert working.end() == "answer"


def test_whoever_joins_sees_how_far_it_is_and_the_latest_sketch(jobs):
    work = Work()
    first = Page(jobs, ("sample",), work)
    work.go_on(2)
    until(lambda: first.job.done == 2)
    second = Page(jobs, ("sample",), work)
    assert (second.job.done, second.job.total, second.job.sketch) == (2, 3, "sketch 1")
    work.go_on(1)
    assert second.end() == first.end() == "answer"


def test_time_in_which_others_go_first_is_not_taken_for_work():
    class Clock:
        now = 100.0

        def __call__(self):
            return self.now

    clock = Clock()
    jobs = Jobs(Line(clock=clock))
    long, go_on = threading.Event(), threading.Event()

    def work(progress, sketch):
        clock.now += 2
        long.set()
        assert go_on.wait(10)
        progress(1, 2)  # the quick one below goes first, for four seconds
        clock.now += 1

    def quick():
        with jobs.line.turn(Lane.QUICK):
            clock.now += 4

    with jobs.watched(("sample",), Lane.LONG, work) as job:
        assert long.wait(10)
        thread = threading.Thread(target=quick)
        thread.start()
        until(lambda: jobs.line.waiting)
        go_on.set()
        job.result(lambda: None)
    thread.join(10)
    assert clock.now == 107.0
    assert job.seconds(clock.now) == pytest.approx(3.0)


def test_a_full_line_is_told_to_whoever_would_have_to_wait():
    jobs = Jobs(Line(most=1))
    first, second, third = Work(), Work(), Work()
    pages = [Page(jobs, ("first",), first), Page(jobs, ("second",), second)]
    until(lambda: jobs.line.waiting)
    assert "waiting already" in str(Page(jobs, ("third",), third).end())
    joined = Page(jobs, ("second",), second)  # takes no place
    for work in (first, second):
        work.go_on()
    assert [page.end() for page in (*pages, joined)] == ["answer"] * 3
    assert third.begun == 0


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({}, "the tab"),
        ({"email": "a@example.com"}, "the tab"),  # said by nobody who signs people in
        ({"is_logged_in": False}, "the tab"),
        ({"is_logged_in": True, "email": "a@example.com"}, "a@example.com"),
        ({"is_logged_in": True, "sub": "7"}, "7"),
        ({"is_logged_in": True}, "the tab"),
    ],
)
def test_a_person_is_who_is_signed_in_or_else_a_tab(monkeypatch, user, expected):
    context = SimpleNamespace(session_id="the tab")
    monkeypatch.setattr("ui.work.jobs.get_script_run_ctx", lambda: context)
    monkeypatch.setattr("ui.work.jobs.st.user", SimpleNamespace(to_dict=lambda: user))
    assert person() == expected
    monkeypatch.setattr("ui.work.jobs.get_script_run_ctx", lambda: None)
    assert person() == ""


def test_a_hundred_who_close_their_tab_in_the_middle_leave_nothing():
    class Answer:
        """Something large."""

    jobs, alive = Jobs(Line(most=100, most_each=100)), []

    def work(progress, sketch):
        answer = Answer()
        alive.append(weakref.ref(answer))
        while True:
            progress(0, 1)
            time.sleep(0.002)

    threads = threading.active_count()
    pages = [Page(jobs, ("own", number), work) for number in range(100)]
    until(lambda: alive)
    for page in pages:
        page.leave()
    until(lambda: not jobs and not jobs.line.busy)
    until(lambda: threading.active_count() <= threads)
    del page, pages
    gc.collect()
    assert alive
    assert not any(answer() for answer in alive)
