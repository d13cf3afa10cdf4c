"""Audits of one test only."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from fake_audit import fake
from handed_over import BEGUN

import models
from saliency.audit.job import PHOTOS
from saliency.audit.reports.files import write
from ui.audit import store
from ui.audit.runner import runner
from ui.audit.store import DONE, RESULTS, AuditRequest


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


@pytest.fixture(scope="session")
def _corner(tmp_path_factory):
    """A finished audit, its photos gone: answers “mug” and “lamp” depend on the lower right corner."""
    folder = tmp_path_factory.mktemp("corner")
    job, audit = fake(folder, folder / PHOTOS, 64, guesses=("mug", "lamp"))
    with job:
        write(job, audit, folder / RESULTS)
    shutil.rmtree(folder / PHOTOS)
    return folder


@pytest.fixture
def corner(_corner, home):
    """Makes such an audit; what was asked can be said."""

    def make(**values):
        folder = store.make()
        shutil.copytree(_corner, folder, dirs_exist_ok=True)
        request = AuditRequest("Corner", models.SHOWROOM, "grad-cam", begun=BEGUN, days=3000, state=DONE)
        store.write(folder, replace(request, **values))
        return folder

    return make


@pytest.fixture
def opened(page, office):
    """Opens the Audit page at a finished audit."""

    def at(folder):
        app = page().switch_page("pages/audit.py")
        app.query_params["audit"] = folder.name
        app.run()
        assert not app.exception
        return app

    return at
