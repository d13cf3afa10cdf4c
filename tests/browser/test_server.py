"""What the server refuses, asked as no browser of a visitor would."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from browsing import ready
from playwright.sync_api import expect

from ui.words import PAGES

pytestmark = pytest.mark.browser


def asked(server, method, path, *, host="", body=b"", **headers):
    """The answer to a request under a name."""
    address = urlsplit(server).netloc
    with closing(http.client.HTTPConnection(address, timeout=20)) as connection:
        connection.request(method, path, body or None, {"Host": host or address, **headers})
        answer = connection.getresponse()
        with closing(answer):
            return answer.status, answer.read().decode(), answer.headers


def test_a_name_nobody_gave_the_app_leads_nowhere(server):
    status, text, _ = asked(server, "GET", "/", host="evil.example")
    assert status == 403
    assert "--server.allowedHosts" in text
    socket = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    socket |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": "http://evil.example"}
    assert asked(server, "GET", "/_stcore/stream", host="evil.example", **socket)[0] == 403
    assert asked(server, "GET", "/", host="127.0.0.1")[0] == 200
    assert asked(server, "GET", "/_stcore/health", host="10-0-0-7.pod")[0] == 200


def test_a_file_that_no_page_asked_for_is_not_taken(server):
    status, text, _ = asked(server, "PUT", "/_stcore/upload_file/tab/file", body=b"x" * 100_000)
    assert status == 403
    assert "did not ask" in text


def test_a_link_to_a_page_has_headers_and_navigation(tab, server):
    _, _, headers = asked(server, "GET", "/audit")
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    page = tab("/audit")
    for title, _, _ in PAGES.values():
        expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()


@pytest.mark.slow
def test_no_page_asks_for_what_its_policy_refuses(tab, server):
    event = "securitypolicyviolation"
    told = f"window.refused = []; addEventListener('{event}', e => refused.push(e.violatedDirective))"
    page = tab()
    page.add_init_script(told)
    for name in PAGES:
        page.goto(f"{server}/{name}" if name != "explain" else server)
        ready(page)
        assert page.evaluate("refused") == []


def test_health_is_told_under_any_name_with_all_headers_and_says_nothing_of_anybody(server):
    status, text, headers = asked(server, "GET", "/health", host="10-0-0-7.pod")
    told = json.loads(text)
    assert (status == 200) == (told["status"] == "ok")
    assert told.keys() == {"status", "reasons", "disk", "line", "models"}
    assert told["disk"]["writable"] is True
    assert told["models"] == {"usable": True}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
