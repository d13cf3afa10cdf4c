from __future__ import annotations

import pytest
from asgi import Answer, ask, finished
from hypothesis import given
from hypothesis import strategies as some

from ui.server.hosts import HostCheck, host_allowed

HERE = ["localhost", "LOCALHOST:8501", "localhost.", "spot.localhost", "127.0.0.1", "127.0.0.1:8501"]
ADDRESSES = ["192.168.1.20:80", "0.0.0.0", "[::1]", "[::1]:8501", "[fe80::1]:1"]
EVIL = [
    "evil.example",
    "evil.example:8501",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evillocalhost",
]
NO_HOST = [
    "",
    ".",
    ":8501",
    "localhost:",
    "localhost:99999",
    "localhost:x",
    "a b",
    "localhost/",
    "me@localhost",
]
NO_HOST += [
    "localhost@evil.example",
    "localhost#",
    "localhost?",
    "[::1",
    "::1]",
    "localhost\\",
    "[evil]",
    "1.2.3",
]


@pytest.mark.parametrize("host", HERE + ADDRESSES)
def test_the_app_answers_under_localhost_and_addresses(host):
    assert host_allowed(host)


@pytest.mark.parametrize("host", [*EVIL, *NO_HOST, None])
def test_and_under_no_other_name(host):
    assert not host_allowed(host, own=["", "localhost"])


def test_names_are_whole_or_below_one_or_any():
    names = ["spot.example.com", "*.shop.example."]
    assert host_allowed("SPOT.example.com:443", names)
    assert host_allowed("spot.example.com.", names)
    assert host_allowed("a.b.shop.example", names)
    for host in (
        "shop.example",
        "evilshop.example",
        "example.com",
        "xspot.example.com",
        "localhost",
        "127.0.0.1",
    ):
        assert not host_allowed(host, names)
    assert host_allowed("anything.example", ["*"])
    assert not host_allowed("any thing", ["*"])


def test_the_addresses_the_server_was_given_count_where_no_names_are_listed():
    assert host_allowed("spot.example", own=["spot.example"])
    assert not host_allowed("other.example", own=["spot.example"])


@given(some.text(max_size=30))
def test_no_host_ends_in_an_error(host):
    assert host_allowed(host) in (True, False)
    assert not host_allowed(f"{host}.evil.example")


@pytest.fixture
def check(monkeypatch):
    """Asks an app behind the check, with options of the server."""

    def asked(*hosts, path="/", kind="http", **options):
        monkeypatch.setattr("ui.server.hosts.st.get_option", lambda name: options.get(name.split(".")[1], []))
        headers = [(b"host", host.encode("latin-1")) for host in hosts]
        return ask(HostCheck(answer), path=path, kind=kind, headers=headers)

    async def answer(scope, receive, send):
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    return asked


def test_a_page_of_somebody_else_is_refused_with_a_sentence_and_without_its_websocket(check):
    assert check("localhost:8501") == Answer(200, b"page")
    refused = check("evil.example:8501")
    assert refused.status == 403
    assert b"--server.allowedHosts" in refused.body
    assert check("evil.example", kind="websocket") == Answer(1008)
    assert check("localhost", kind="websocket") == Answer(101)


def test_no_host_and_two_are_refused(check):
    assert check().status == 403
    assert check("localhost", "evil.example").status == 403


def test_the_deployer_says_which_names(check):
    assert check("spot.example", allowedHosts=["spot.example"]).status == 200
    assert check("localhost", allowedHosts=["spot.example"]).status == 403
    assert check("spot.example", serverAddress="spot.example").status == 200
    assert check("spot.example", address="spot.example").status == 200


def test_what_watches_over_the_server_may_ask_under_any_name(check):
    assert check("10-0-0-7.pod", path="/_stcore/health").status == 200
    assert check("10-0-0-7.pod", path="/_stcore/health", kind="websocket").status == 1008


def test_what_is_no_request_passes():
    reached = []

    async def app(scope, receive, send):
        reached.append(scope["type"])

    finished(HostCheck(app)({"type": "lifespan"}, None, None))
    assert reached == ["lifespan"]
