"""Audits of one test only."""

from __future__ import annotations

import pytest

from ui.audit import store
from ui.audit.runner import runner


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Audits of this test only, and nobody at work after it."""
    monkeypatch.setenv(store.HOME, str(tmp_path / "audits"))
    runner.clear()
    yield tmp_path / "audits"
    for folder, _ in store.listed():
        work = runner().work(folder)
        if work is not None:
            work.stop.set()
            work.thread.join(30)


@pytest.fixture
def office(page, home):
    """Who works on this test's audits; the built-in model is the stand-in."""
    return runner()
