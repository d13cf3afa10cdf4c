from __future__ import annotations

import json
from dataclasses import replace

import pytest
from asgi import ask

from ui.server import health
from ui.server.health import PATIENCE, SPARE, Condition, Health

WELL = Condition(free=50 * 2**30, writable=True, waiting=3, longest=4.0)


async def page(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


def test_a_server_that_can_work_says_so():
    answer = ask(Health(page, lambda: WELL), path="/health")
    told = json.loads(answer.body)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert told["status"] == "ok"
    assert told["reasons"] == []
    assert told["line"] == {"waiting": 3, "longest_wait_seconds": 4.0}
    assert told["disk"] == {"free_bytes": 50 * 2**30, "writable": True}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"free": SPARE - 1}, "free"),
        ({"free": None, "writable": False}, "written"),
        ({"longest": PATIENCE + 1}, "waited"),
        ({"models": False}, "model"),
    ],
)
def test_one_that_cannot_says_why(change, word):
    answer = ask(Health(page, lambda: replace(WELL, **change)), path="/base/health/")
    told = json.loads(answer.body)
    assert answer.status == 503
    assert told["status"] == "degraded"
    assert [word in reason for reason in told["reasons"]] == [True]


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/base/_stcore/health", "/healthy"])
def test_other_addresses_are_handed_on(path):
    assert ask(Health(page, lambda: WELL), path=path).body == b"page"


def test_asking_often_measures_once(monkeypatch):
    measured = []
    app = Health(page, lambda: measured.append(1) or WELL)
    for _ in range(5):
        ask(app, path="/health")
    assert len(measured) == 1
    monkeypatch.setattr(health, "_FRESH", 0.0)
    ask(app, path="/health")
    assert len(measured) == 2
