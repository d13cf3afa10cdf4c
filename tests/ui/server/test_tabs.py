from __future__ import annotations

import asyncio
import gc
import weakref

from asgi import finished
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.session_manager import SessionInfo

from ui.server import heap, tabs


class Tab:
    """As Streamlit's session of one tab."""

    def __init__(self, name):
        self.id, self.ended = name, 0
        self.itself = self  # as Streamlit's is part of a circle
        self._session_state, self._fragment_storage = {"photo": name}, {"pictures": name}

    def shutdown(self):
        self.ended += 1


def stored(storage, name):
    tab = Tab(name)
    storage.save(SessionInfo(None, tab, 1))
    return tab


def test_closed_tabs_are_forgotten_when_their_time_is_over_though_no_other_leaves(monkeypatch):
    now = [0.0]
    storage = MemorySessionStorage(ttl_seconds=120)
    monkeypatch.setattr(storage._cache, "_timer", lambda: now[0])
    first = stored(storage, "first")
    now[0] = 60.0
    second = stored(storage, "second")
    assert tabs.forget_closed(storage) == 0
    now[0] = 121.0
    assert tabs.forget_closed(storage) == 1
    assert (first.ended, second.ended) == (1, 0)
    assert "photo" not in first._session_state
    assert not first._fragment_storage
    assert "photo" in second._session_state
    assert [info.session.id for info in storage.list()] == ["second"]
    gone = weakref.ref(first)
    del first
    heap.trim()
    assert gone() is None
    now[0] = 300.0
    assert tabs.forget_closed(storage) == 1
    assert tabs.forget_closed(storage) == 0


def test_the_sweep_goes_on_after_an_error_and_tidies_up_only_after_somebody_left(monkeypatch, caplog):
    storage, tidied, answers = MemorySessionStorage(), [], iter([0, RuntimeError("no"), 2, 0])

    def forget(given):
        assert given is storage
        answer = next(answers, 0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    class Runtime:
        class _session_mgr:  # noqa: N801
            _session_storage = storage

    monkeypatch.setattr(tabs, "forget_closed", forget)
    monkeypatch.setattr(tabs.runtime, "get_instance", lambda: Runtime)

    async def served():
        async with tabs.sweeping(lambda: tidied.append(1), every=0.01):
            await asyncio.sleep(0.5)

    finished(served())
    assert tidied == [1]
    assert "could not be forgotten" in caplog.text
    assert next(answers, None) is None


def test_trimming_lets_go_of_circles():
    tab = Tab("one")
    gone = weakref.ref(tab)
    gc.disable()
    try:
        del tab
        assert gone() is not None
        heap.trim()
    finally:
        gc.enable()
    assert gone() is None


def test_the_server_sweeps_for_as_long_as_it_runs(monkeypatch):
    from ui.start import serving

    monkeypatch.setattr(tabs, "EVERY", 0.01)

    async def served():
        before = {task.get_name() for task in asyncio.all_tasks()}
        async with serving.lifespan(None):
            during = {task.get_name() for task in asyncio.all_tasks()}
        after = {task.get_name() for task in asyncio.all_tasks()}
        return during - before, after - before

    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    assert finished(served()) == ({"tabs-sweep", "links-sweep"}, set())
    assert PagesManager.uses_pages_directory is False  # else the first visitor's page lacks its navigation
