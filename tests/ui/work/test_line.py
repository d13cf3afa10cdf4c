from __future__ import annotations

import threading
import time

import pytest

from ui.work import line as work
from ui.work.line import Lane, Line, threads_a_slot
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
