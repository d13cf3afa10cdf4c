from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
import streamlit as st
from asgi import ask

from ui.server.headers import HEADERS, SecurityHeaders, policy


async def page(scope, receive, send):
    headers = [(b"content-type", b"text/html"), (b"x-frame-options", b"DENY")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"page"})


def test_every_answer_has_the_headers_and_keeps_its_own():
    answer = ask(SecurityHeaders(page), headers=[(b"host", b"localhost:8501")])
    for name, value in HEADERS.items():
        assert answer.headers[name.lower()] == ("DENY" if name == "X-Frame-Options" else value)
    assert answer.headers["content-security-policy"] == policy("localhost:8501")
    assert answer.headers["content-type"] == "text/html"


def test_nothing_of_other_servers_is_let_in_and_no_frame_of_theirs_shows_the_page():
    rules = dict(rule.split(" ", 1) for rule in policy("localhost:8501").split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'self'"
    assert rules["object-src"] == "'none'"
    for rule in rules.values():
        assert "*" not in rule
        assert "http" not in rule
    assert "'unsafe-inline'" not in rules["script-src"]
    assert rules["connect-src"].endswith("ws://localhost:8501 wss://localhost:8501")


def test_the_one_script_inside_streamlits_page_is_let_in():
    streamlits_page = Path(st.__file__).parent / "static" / "index.html"
    inline = streamlits_page.read_text(encoding="utf-8").split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy("localhost")


@pytest.mark.parametrize("host", ["", "evil; script-src *", "a b", "x\r\ny", "ä.example"])
def test_no_host_gets_into_the_policy_that_is_none(host):
    assert policy(host) == policy("")
    assert "ws:" not in policy(host)


def test_what_is_no_request_passes_as_it_is():
    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})

    assert ask(SecurityHeaders(app), kind="websocket").status == 101
