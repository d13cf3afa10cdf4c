from __future__ import annotations

import threading

import pytest
from stand_in import draw, encoded

import models
from saliency.errors import SaliencyError
from saliency.explanation import explain
from saliency.photo.reading import read_photo
from ui.session import Cache, Session, of_samples
from ui.work.jobs import jobs
from ui.work.line import line
from ui.work.slow_work import Task
from ui.work.slow_work import answers as work_answers

VIEW = "occlusion"


@pytest.fixture
def slow(pace):
    """A view that waits for its button, whatever it takes here."""
    for _ in range(8):
        pace.took(models.SHOWROOM, VIEW, 1e6)
    return VIEW


def start(app):
    return next((button for button in app.button if button.key == "start"), None)


def answers(app):
    return [answer for answer in app.session_state["spotlight"].results.values() if answer.method == VIEW]


def test_a_slow_view_of_a_sample_is_there_at_once_for_whoever_comes_later(page, slow):
    first = page(sample="sample-1", view=slow)
    start(first).click().run()
    assert not first.error
    second = page(sample="sample-1", view=slow)
    assert start(second) is None
    assert answers(second) == answers(first) != []
    assert start(page(sample="sample-2", view=slow)) is not None


def test_a_slow_view_of_ones_own_photo_is_computed_by_each_tab(page, slow):
    content = encoded(draw(seed=7))
    tabs = [page(view=slow) for _ in range(2)]
    for number, tab in enumerate(tabs):
        tab.session_state["spotlight"].take_photo(read_photo(content, name=f"photo-{number}.jpg"), "")
        tab.run()
        start(tab).click().run()
        assert not tab.error
    names = [[answer.photo.name for answer in answers(tab)] for tab in tabs]
    assert names == [["photo-0.jpg"], ["photo-1.jpg"]]
    assert answers(tabs[0])[0] is not answers(tabs[1])[0]


def test_two_who_ask_for_the_same_view_of_a_sample_watch_one_computation(page, slow, monkeypatch):
    """As far as one thread can show: the second asks while the first one's work is held up."""
    begun, go_on, calls = threading.Event(), threading.Event(), []

    def held_up(*args, **settings):
        calls.append(settings["method"])
        if settings["method"] == slow:
            begun.set()
            assert go_on.wait(60)
        return explain(*args, **settings)

    tabs = [page(sample="sample-1", view=slow) for _ in range(2)]
    monkeypatch.setattr("ui.work.explanations.explain", held_up)
    threads = [threading.Thread(target=start(tab).click().run) for tab in tabs]
    for thread in threads:
        thread.start()
        assert begun.wait(60)
    while sum(len(job.watchers) for job in list(jobs()._jobs.values())) < 2:
        assert threads[1].is_alive()
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert calls.count(slow) == 1
    assert answers(tabs[0]) == answers(tabs[1]) != []
    assert not line().busy


def test_what_failed_does_not_start_again_by_itself(page, slow, monkeypatch):
    def fails(*args, **settings):
        if settings["method"] == slow:
            calls.append(slow)
            raise SaliencyError("It failed.")
        return explain(*args, **settings)

    calls: list[str] = []
    app = page(sample="sample-1", view=slow)
    monkeypatch.setattr("ui.work.explanations.explain", fails)
    start(app).click().run()
    assert any("It failed." in error.value for error in app.error)
    app.run()
    assert calls == [slow]
    assert not start(app).disabled


def test_what_the_tab_takes_over_from_everybody_pushes_out_nothing_that_was_asked_for():
    """Two views beside each other: the one that the tab knows is the one it has not seen for longest."""
    left, right = (
        Task(part, ("digest",), models.SHOWROOM, 1.0, "", lambda *_: None, shared=True)
        for part in ("left", "right")
    )
    state = Session(results=Cache(2))
    state.results[left.key], state.results["other",] = "from before", "of another photo"
    of_samples().results[right.key] = "everybody's"
    assert work_answers(state, state.results, [left, right], None) == ["from before", "everybody's"]
