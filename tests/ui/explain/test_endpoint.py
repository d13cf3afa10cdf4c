"""A model behind an address on the page: what it costs is said before it is asked, and where photos go."""

from __future__ import annotations

import json

import pytest
import torch
from scoring_service import ADDRESSES, served
from stand_in import LABELS, text

from models.endpoint.client import client_of
from models.sources import folder as custom
from ui.explain.words import BOTH

SPREAD = torch.linspace(-1, 1, 3 * len(LABELS)).reshape(3, -1)


@pytest.fixture
def tested_at_once():
    """The strongest place of a map is tested, as on the page."""
    return True


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with served(lambda x: (9 * x[:, :, 8:32, 8:32].mean((2, 3)) @ SPREAD).softmax(1), LABELS) as service:
        yield service


@pytest.fixture
def asked(page, pace, service, monkeypatch):
    """Opens a page with a model behind an address."""

    def opened(budget=10_000, **link):
        folder = custom.OWN_FOLDER / f"ours-{budget}"
        folder.mkdir(parents=True, exist_ok=True)
        endpoint = {
            "preset": "torchserve",
            "address": service.address + ADDRESSES["torchserve"],
            "requests_a_second": 1000,
            "budget": budget,
        }
        about = {"crop_size": 64, "resize_size": 64, "name": "Ours", "endpoint": endpoint}
        (folder / "model.json").write_text(json.dumps(about))
        return page(model=folder.name, **link)

    return opened


def test_what_a_view_costs_is_said_before_it_is_asked(asked, service):
    app = asked()
    assert not app.exception
    assert not app.error
    host = service.address.removeprefix("http://")
    shown = text(app).replace("\u2060", "")  # plain text keeps addresses from becoming links
    assert f"asked at {host}: the photo and changed copies of it are sent there" in shown
    assert f"It asks the service at {host} about up to" in shown
    assert "were asked about today" in shown
    assert BOTH not in shown
    before = len(service.asked)
    assert before <= 6
    app.button(key="start").click().run()
    assert not app.exception
    assert not app.error
    assert BOTH in text(app)
    assert before < len(service.asked)
    assert any("more are allowed" in part.value for part in app.markdown)  # of the test of an area
    assert app.button(key="run-cover")


def test_at_the_budget_the_page_says_so_and_keeps_what_it_has(asked, service):
    app = asked(budget=8)
    assert "so it may stop before its end" in text(app)
    app.button(key="start").click().run()
    assert not app.exception
    (error,) = app.error
    assert "may be asked about 8" in error.value
    assert "What is finished stays" in error.value
    (client,) = {client_of(p.classifier.digest) for p in app.session_state["spotlight"].prepared.values()}
    assert client.asked == len(service.asked) <= 8
    assert app.markdown  # the answer still stands
