from __future__ import annotations

import threading
import time

import pytest

from saliency.errors import SaliencyError
from ui.work import line as work
from ui.work.limits import threads_a_slot
from ui.work.line import Lane, Line
from ui.work.pace import Pace, left


class Stopped(BaseException):
    """As Streamlit stops a page: no Exception."""


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def start(target):
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def waiting(line):
    return len(line._waiting)


def in_line(line, order, name, lane=Lane.LONG):
    """Starts a job that notes when it is its turn, and waits until it stands in the line."""

    def job():
        with line.turn(lane):
            order.append(name)

    before = waiting(line)
    thread = start(job)
    until(lambda: waiting(line) > before)
    return thread


def test_first_come_first_served():
    line, order = Line(), []
    with line.turn():
        threads = [in_line(line, order, number) for number in range(5)]
    for thread in threads:
        thread.join(5)
    assert order == [0, 1, 2, 3, 4]
    assert not line.busy


def test_quick_ones_go_first():
    line, order = Line(), []
    with line.turn():
        threads = [in_line(line, order, "long"), in_line(line, order, "quick", Lane.QUICK)]
    for thread in threads:
        thread.join(5)
    assert order == ["quick", "long"]


def test_eight_threads_never_work_side_by_side():
    line, working, most, done = Line(), [], [], []
    lock = threading.Lock()

    def job(number):
        with line.turn(Lane(number % 3)):
            with lock:
                working.append(number)
                most.append(len(working))
            time.sleep(0.005)
            with lock:
                working.remove(number)
        done.append(number)

    threads = [start(lambda n=number: job(n)) for number in range(8)]
    for thread in threads:
        thread.join(10)
    assert sorted(done) == list(range(8))
    assert max(most) == 1
    assert not line.busy


def test_two_slots_let_two_work():
    line, together = Line(slots=2), threading.Barrier(2, timeout=60)

    def job():
        with line.turn():
            together.wait()

    threads = [start(job), start(job)]
    for thread in threads:
        thread.join(5)
    assert not line.busy


def test_place_in_line_is_told():
    line, told = Line(), []

    def job():
        with line.turn(on_wait=told.append):
            pass

    with line.turn():
        first = in_line(line, [], "first")
        second = start(job)
        until(lambda: told)
    first.join(5)
    second.join(5)
    assert told[0] == 2
    assert all(place in (1, 2) for place in told)


@pytest.mark.parametrize("error", [RuntimeError, Stopped])
def test_a_failed_or_stopped_job_frees_the_slot(error):
    line = Line()
    with pytest.raises(error), line.turn():
        raise error
    assert not line.busy
    with line.turn():
        assert line.busy


def test_whoever_gives_up_leaves_the_line():
    line, order = Line(), []
    gave_up = []

    def give_up(ahead):
        raise Stopped

    def job():
        try:
            with line.turn(on_wait=give_up):
                order.append("never")
        except Stopped:
            gave_up.append(True)

    with line.turn():
        impatient = start(job)
        until(lambda: gave_up)
        patient = in_line(line, order, "patient")
    impatient.join(5)
    patient.join(5)
    assert order == ["patient"]
    assert not line.busy


def test_a_long_job_lets_quick_ones_by_and_goes_on(monkeypatch):
    monkeypatch.setattr(work, "HOLD", 0.0)
    line, order = Line(), []
    with line.turn() as turn:
        other = in_line(line, order, "other long job")
        quick = in_line(line, order, "quick", Lane.QUICK)
        turn.step_aside()
        order.append("goes on")
    quick.join(5)
    other.join(5)
    assert order == ["quick", "goes on", "other long job"]
    assert not line.busy


def test_work_in_the_background_lets_everybody_by_at_once():
    line, order = Line(), []
    with line.turn(Lane.BACKGROUND) as turn:
        threads = [
            in_line(line, order, "another audit", Lane.BACKGROUND),
            in_line(line, order, "long"),
            in_line(line, order, "quick", Lane.QUICK),
        ]
        turn.step_aside()
        order.append("goes on")
    for thread in threads:
        thread.join(5)
    assert order == ["quick", "long", "goes on", "another audit"]
    assert not line.busy


def test_a_long_job_keeps_its_slot_for_a_while():
    line, order = Line(), []
    with line.turn() as turn:
        quick = in_line(line, order, "quick", Lane.QUICK)
        turn.step_aside()
        order.append("still working")
    quick.join(5)
    assert order == ["still working", "quick"]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Crowd:
    """Tabs whose quick views never pause, beside one other job, on a clock of their own; no thread waits."""

    def __init__(self, lane, *, quick=0.2, tabs=8, seconds=5.0, step=0.1, read=0.0):
        self.clock = Clock()
        self.line, self.order = Line(clock=self.clock), []
        self.job = threading.Thread(target=self._work, args=(lane, seconds, step, read), daemon=True)
        self.tabs = [threading.Thread(target=self._view, args=(quick,), daemon=True) for _ in range(tabs)]
        self.done = threading.Event()
        self.latest = 0.0
        self.asks = 0  # 1 while the job is to wait for its turn, which a busy computer may be late to begin

    def run(self):
        """Seconds that the job took from when it was asked for, by the clock."""
        for tab in self.tabs:
            tab.start()
        until(lambda: waiting(self.line) >= len(self.tabs) - 1)
        begun, self.asks = self.clock.now, 1
        self.job.start()
        self.job.join(60)
        assert self.done.is_set()
        for tab in self.tabs:
            tab.join(10)
        assert not self.line.busy
        return self.finished - begun

    def _view(self, quick):
        while not self.done.is_set():
            asked = self.clock.now
            with self.line.turn(Lane.QUICK):
                self.latest = max(self.latest, self.clock.now - asked)
                self.clock.now += quick
                until(lambda: waiting(self.line) >= len(self.tabs) - 1 + self.asks or self.done.is_set())

    def _work(self, lane, seconds, step, read):
        with self.line.turn(lane) as turn:
            self.asks = 0
            for _ in range(round(seconds / step)):
                if read:
                    self.asks = 1
                    with turn.paused():
                        pass
                    self.asks = 0
                self.clock.now += step
                self.asks = 1
                turn.step_aside()
                self.asks = 0
            self.finished = self.clock.now
            self.done.set()


def test_a_long_view_gets_in_beside_tabs_that_never_pause():
    crowd = Crowd(Lane.LONG)
    taken = crowd.run()
    assert taken <= 5.0 / work.STRETCH * (work.PATIENCE[Lane.LONG] + work.STRETCH) + 4
    assert crowd.latest <= work.STRETCH + 9 * 0.2 + 0.5  # and quick ones wait for one stretch at most


@pytest.mark.parametrize("read", [0.0, 0.1])
def test_an_audit_gets_in_beside_tabs_that_never_pause(read):
    taken = Crowd(Lane.BACKGROUND, seconds=4.0, read=read).run()
    assert taken <= 2 * (work.PATIENCE[Lane.BACKGROUND] + work.STRETCH) + 3


def test_an_audit_gets_in_beside_long_views_that_never_pause():
    clock = Clock()
    line, order = Line(clock=clock), []
    with line.turn(Lane.LONG) as turn:
        audit = in_line(line, order, "audit", Lane.BACKGROUND)
        turn.step_aside()
        clock.now += work.PATIENCE[Lane.BACKGROUND] - 1
        turn.step_aside()
        assert order == []
        clock.now += 2
        turn.step_aside()
        order.append("goes on")
    audit.join(5)
    assert order == ["audit", "goes on"]


def test_a_second_long_job_waits_for_a_slice_of_the_first():
    clock = Clock()
    line, order = Line(clock=clock), []
    with line.turn() as turn:
        second = in_line(line, order, "second")
        clock.now += work.SLICE - 0.1
        turn.step_aside()
        assert order == []
        clock.now += 0.2
        turn.step_aside()
        order.append("goes on")
    second.join(5)
    assert order == ["second", "goes on"]
    assert not line.busy


class Script:
    """Jobs on one clock that work in steps of a second and note, each time, that they did."""

    def __init__(self, line, clock):
        self.line, self.clock, self.steps, self.threads = line, clock, [], []

    def add(self, name, seconds, lane=Lane.LONG, person=""):
        def job():
            with self.line.turn(lane, person=person) as turn:
                for second in range(seconds):
                    self.steps.append(name)
                    self.clock.now += 1
                    if second < seconds - 1:
                        turn.step_aside()

        before = waiting(self.line)
        self.threads.append(start(job))
        until(lambda: waiting(self.line) > before)

    def order(self):
        """Who worked, one after the other; each as often as it got its turn."""
        for thread in self.threads:
            thread.join(10)
        assert not self.line.busy
        return [name for name, before in zip(self.steps, [None, *self.steps], strict=False) if name != before]


@pytest.fixture
def script():
    clock = Clock()
    return Script(Line(clock=clock), clock)


def test_long_jobs_take_turns_in_slices(script):
    slices = round(work.SLICE)
    with script.line.turn():
        for name in "abc":
            script.add(name, 2 * slices)
    assert script.order() == ["a", "b", "c", "a", "b", "c"]
    assert script.steps[:slices] == ["a"] * slices


def test_a_long_job_that_let_quick_ones_by_still_has_the_rest_of_its_slice(script):
    with script.line.turn():
        script.add("a", 7)
        script.add("b", 7)
        script.add("quick", 1, Lane.QUICK)
    assert script.order() == ["quick", "a", "b", "a", "b"]
    assert script.steps[1:6] == ["a"] * 5


def test_who_has_many_jobs_has_one_of_them_served_a_round(script):
    with script.line.turn(Lane.QUICK):
        for name, person in (("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c"), ("b2", "b")):
            script.add(name, 1, Lane.QUICK, person)
    assert script.order() == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_jobs_of_nobody_known_are_served_as_they_come(script):
    with script.line.turn():
        for name in "abc":
            script.add(name, 1, Lane.QUICK)
    assert script.order() == ["a", "b", "c"]


def test_many_long_jobs_of_one_person_hold_up_another_one_for_one_slice(script):
    with script.line.turn():
        for name in ("a1", "a2", "a3"):
            script.add(name, 5, person="a")
        script.add("b", 5, person="b")
    assert script.order() == ["a1", "b", "a2", "a3"]


def test_nobody_waits_for_two_long_jobs_between_two_quick_ones_of_their_own():
    """Once a long job has worked, who stood there then goes before the next, however long that waits."""
    clock = Clock()
    line, order = Line(clock=clock), []
    with line.turn(Lane.LONG) as turn:
        threads = [
            in_line(line, order, "other long job"),
            in_line(line, order, "audit", Lane.BACKGROUND),
            in_line(line, order, "quick", Lane.QUICK),
            in_line(line, order, "another quick one", Lane.QUICK),
        ]
        clock.now += 60  # all lanes have lost their patience
        turn.step_aside()
        order.append("goes on")
    for thread in threads:
        thread.join(5)
    assert order[:2] == ["quick", "another quick one"]
    assert sorted(order[2:]) == ["audit", "goes on", "other long job"]


def test_a_line_that_is_full_says_so_and_goes_on():
    line, order = Line(most=2), []
    with line.turn():
        threads = [in_line(line, order, name) for name in "ab"]
        threads.append(in_line(line, order, "audit", Lane.BACKGROUND))  # nobody waits for it at a page
        with pytest.raises(SaliencyError, match="two others are waiting"), line.turn(Lane.QUICK):
            order.append("never")
        assert waiting(line) == 3
    for thread in threads:
        thread.join(5)
    assert order == ["a", "b", "audit"]
    with line.turn(Lane.QUICK):
        assert line.busy


def test_one_person_may_wait_for_so_many_jobs_and_others_still_come_in():
    line, order = Line(most_each=2), []

    def job(person):
        with line.turn(Lane.QUICK, person=person):
            order.append(person)

    with line.turn():
        threads = []
        for count, person in enumerate(("a", "a", "b")):
            threads.append(start(lambda person=person: job(person)))
            until(lambda count=count: waiting(line) > count)
        with pytest.raises(SaliencyError, match="You have two"), line.turn(Lane.QUICK, person="a"):
            order.append("never")
    for thread in threads:
        thread.join(5)
    assert sorted(order) == ["a", "a", "b"]


def test_the_server_may_set_how_many_wait(monkeypatch):
    monkeypatch.setenv("SPOTLIGHT_MOST_WAITING", "7")
    assert work.line.__wrapped__().most == 7
    monkeypatch.setenv("SPOTLIGHT_MOST_WAITING", "-1")
    assert work.line.__wrapped__().most == work.MOST_WAITING


def test_quick_work_that_is_not_quick_lets_others_by():
    clock = Clock()
    line, order = Line(clock=clock), []
    with line.turn(Lane.QUICK) as turn:
        quick = in_line(line, order, "quick", Lane.QUICK)
        clock.now += work.QUICK_MOST - 0.1
        turn.step_aside()
        assert order == []
        clock.now += 0.2
        turn.step_aside()
        order.append("goes on")
    quick.join(5)
    assert order == ["quick", "goes on"]


def test_a_paused_job_keeps_nobody_waiting():
    line, order = Line(), []

    def quick():
        with line.turn(Lane.QUICK):
            order.append("quick")

    with line.turn(Lane.BACKGROUND) as turn:
        with turn.paused():
            assert not line.busy
            quick_thread = start(quick)
            until(lambda: order)
            turn.step_aside()  # has nothing to give
        assert line.busy
        order.append("goes on")
    quick_thread.join(5)
    assert order == ["quick", "goes on"]
    assert not line.busy


def test_a_picture_that_cannot_be_decoded_costs_no_slot():
    line = Line()
    with line.turn(Lane.BACKGROUND) as turn:
        for _ in range(3):
            with pytest.raises(RuntimeError), turn.paused():
                raise RuntimeError
            assert line._working == [turn]
    assert not line.busy


@pytest.mark.parametrize("error", [RuntimeError, Stopped])
def test_a_job_that_fails_or_is_stopped_while_it_pauses_leaves_the_line(error):
    line = Line()

    def stop(ahead):
        raise error

    with pytest.raises(error), line.turn() as turn, turn.paused():
        raise error
    assert not line.busy
    hold = line.turn(Lane.QUICK)

    def paused():
        with line.turn() as turn, turn.paused(stop):
            hold.__enter__()

    with pytest.raises(error):
        paused()
    hold.__exit__(None, None, None)
    assert not line.busy


def test_stopped_while_stepping_aside(monkeypatch):
    monkeypatch.setattr(work, "HOLD", 0.0)
    line, go_on = Line(), threading.Event()

    def quick():
        with line.turn(Lane.QUICK):
            go_on.wait(60)

    def stop(ahead):
        raise Stopped

    with line.turn() as turn:
        thread = start(quick)
        until(lambda: waiting(line))
        with pytest.raises(Stopped):
            turn.step_aside(stop)
    go_on.set()
    thread.join(5)
    assert not line.busy


def test_threads_fill_the_processor(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert threads_a_slot(1) >= threads_a_slot(2) >= 1
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert threads_a_slot(1) == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert threads_a_slot(1) >= 1


def test_pace_estimates_until_it_has_measured():
    pace = Pace()
    assert pace.estimate("model", "rise", 1000) == 0.0
    pace.forward("model", 0.05)
    pace.forward("model", 0.02)
    assert pace.estimate("model", "rise", 1000) == pytest.approx(20, rel=0.02)
    pace.took("model", "rise", 12.0)
    assert pace.estimate("model", "rise", 1000) == 12.0
    pace.took("model", "rise", 8.0)
    assert pace.estimate("model", "rise", 1000) == 10.0


def test_time_left():
    assert left(10.0, 0, 100) == 0.0
    assert left(10.0, 25, 100) == 30.0
