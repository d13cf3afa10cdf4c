"""What `/shared/…` answers: to whom, how long, and under which headers."""

from __future__ import annotations

import asyncio
import json
import secrets as secrets_of
import time
from datetime import date

import pytest
import streamlit as st
from asgi import ask, finished
from explanations import explanation
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from saliency.export.result_page import result_page
from saliency.export.slide_words import slide_words
from ui.people import settings, sign_in
from ui.server.headers import SecurityHeaders
from ui.server.places import AUDITS
from ui.sharing import store, words
from ui.sharing.ending import ending
from ui.sharing.shared_pages import SharedPages, address

SECRET, ORIGIN = "s" * 40, "https://spotlight.example.com"
COOKIE = "_streamlit_user"


async def elsewhere(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def clock():
    """The seconds since 1970, in a list of one, for a test to change."""
    return [1_800_000_000.0]


@pytest.fixture
def secrets(monkeypatch, tmp_path):
    """What stands in the file of secrets: sign-in is on."""
    monkeypatch.setenv(AUDITS, str(tmp_path / "audits"))
    monkeypatch.setattr(settings, "find_spec", lambda name: object())
    auth = {
        "redirect_uri": f"{ORIGIN}/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "spotlight",
        "client_secret": "x",
        "server_metadata_url": "https://login.example.com/.well-known/openid-configuration",
    }
    held = type("Loaded", (dict,), {"load_if_toml_exists": lambda self: True})({"auth": auth})
    monkeypatch.setattr(st, "secrets", held)
    monkeypatch.setattr(
        "streamlit.web.server.starlette.starlette_websocket.get_cookie_secret", lambda: SECRET
    )
    monkeypatch.setattr(settings, "answers_under", lambda host: True)
    sign_in.signed_out.cache_clear()
    return held


def said(clock, **more):
    """What Streamlit keeps of somebody who signed in."""
    known = {"is_logged_in": True, "origin": ORIGIN, "iss": "https://login.example.com", "sub": "17"}
    return known | {"iat": clock[0] - 60, "exp": clock[0] + 3600} | more


def cookie(value, secret=SECRET):
    """The cookies in which Streamlit keeps it."""
    kept = {}
    set_cookie_with_chunks(
        lambda name, text: kept.__setitem__(name, create_signed_value(secret, name, text).decode()),
        lambda name, text: create_signed_value(secret, name, text),
        COOKIE,
        value,
        cookie_attr_size=60,
    )
    return "; ".join(f"{name}={text}" for name, text in kept.items())


@pytest.fixture
def get(clock, secrets):
    app = SecurityHeaders(SharedPages(elsewhere, lambda: clock[0]))

    def asked(path, cookies="", method="GET", query=""):
        headers = [(b"host", b"spotlight.example.com"), (b"cookie", cookies.encode("latin-1"))]
        return ask(app, path=path, method=method, headers=headers, query=query.encode())

    return asked


@pytest.fixture
def link(clock, secrets):
    e = explanation()
    page = result_page(e, slide_words(e, date(2026, 11, 28)))
    return store.add(page, owner="person-a", title="mug.jpg", days=1, now=clock[0])


def test_who_is_signed_in_and_has_the_link_sees_the_page(get, link, clock):
    answer = get(f"/shared/{link.key}", cookie(said(clock)))
    assert (answer.status, answer.body) == (200, store.shared_page(link.key, clock[0]))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "noindex" in answer.headers["x-robots-tag"]
    rules = {rule.strip() for rule in answer.headers["content-security-policy"].split(";")}
    assert {"default-src 'none'", "sandbox allow-scripts", "frame-ancestors 'none'"} <= rules
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert address(link.key) == f"{ORIGIN}/shared/{link.key}"
    assert get(f"/shared/{link.key}", cookie(said(clock)), "HEAD").status == 200


def test_a_large_cookie_comes_in_pieces(get, link, clock):
    groups = [secrets_of.token_hex(16) for _ in range(200)]
    pieces = cookie(said(clock, groups=groups))
    assert pieces.count(COOKIE) > 1
    assert get(f"/shared/{link.key}", pieces).status == 200
    assert get(f"/shared/{link.key}", pieces.rpartition(";")[0]).status == 401


def test_unknown_ended_and_taken_back_are_one_answer(get, link, clock):
    answers = [get(f"/shared/{key}", cookie(said(clock))) for key in ("f" * 40, "", "x", "..", link.key[:-1])]
    clock[0] = link.ends
    answers.append(get(f"/shared/{link.key}", cookie(said(clock))))
    clock[0] = link.made
    store.take_back(link.key, "person-a")
    answers.append(get(f"/shared/{link.key}", cookie(said(clock))))
    assert {answer.status for answer in answers} == {404}
    assert {answer.body.decode() for answer in answers} == {words.NOT_HERE}
    assert len({json.dumps(answer.headers, sort_keys=True) for answer in answers}) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda clock: "",
        lambda clock: f"{COOKIE}=made-up",
        lambda clock: f"{COOKIE}=\xff\xfe",
        lambda clock: f"{COOKIE}=" + json.dumps(said(clock)),
        lambda clock: cookie(said(clock), "another secret of a server"),
        lambda clock: cookie(said(clock), SECRET)[:-2],
        lambda clock: cookie(said(clock, is_logged_in=False)),
        lambda clock: cookie(said(clock, sub="")),
        lambda clock: cookie(said(clock, exp=clock[0] - 1)),
        lambda clock: cookie(said(clock, exp=None)),
        lambda clock: cookie(said(clock, origin="https://elsewhere.example.com")),
        lambda clock: cookie([]),
        lambda clock: cookie(said(clock)).replace(COOKIE, "other"),
    ],
)
def test_who_is_not_signed_in_learns_nothing_but_where_to(get, link, clock, wrong):
    answer, unknown = (get(f"/shared/{key}", wrong(clock)) for key in (link.key, "f" * 40))
    assert answer.status == 401
    assert words.SIGN_IN_FIRST in answer.body.decode()
    assert "mug.jpg" not in answer.body.decode()
    assert answer.body.decode().replace(link.key, "f" * 40) == unknown.body.decode()
    assert answer.headers == unknown.headers


def test_who_signed_out_is_out(get, link, clock):
    sign_in.signed_out().add(said(clock))
    assert get(f"/shared/{link.key}", cookie(said(clock))).status == 401
    assert get(f"/shared/{link.key}", cookie(said(clock, sub="18"))).status == 200


def test_whoever_signs_in_for_it_comes_to_it(get, link, clock):
    page = get(f"/shared/{link.key}").body.decode()
    assert f'href="/?shared={link.key}"' in page
    assert "?shared" not in get("/shared/<script>").body.decode()
    query = f"shared={link.key}"
    assert get("/", query=query).status == 204  # where people sign in
    answer = get("/", cookie(said(clock)), query=query)
    assert (answer.status, answer.headers["location"]) == (302, f"/shared/{link.key}")
    for other in ("shared=//elsewhere.example.com", "shared=", "view=careful"):
        assert get("/", cookie(said(clock)), query=other).status == 204


def test_without_sign_in_nothing_is_shared(get, link, clock, secrets):
    secrets.clear()
    answer = get(f"/shared/{link.key}", cookie(said(clock)))
    assert (answer.status, answer.body.decode()) == (404, words.NOT_HERE)
    assert get("/", cookie(said(clock)), query=f"shared={link.key}").status == 204


def test_what_is_set_wrong_lets_nobody_in(get, link, clock, secrets):
    secrets["auth"]["cookie_secret"] = "short"
    assert get(f"/shared/{link.key}", cookie(said(clock))).status == 401


def test_only_reading_is_answered_and_all_else_goes_on(get, link, clock):
    for method in ("POST", "DELETE", "PUT"):
        assert get(f"/shared/{link.key}", cookie(said(clock)), method).status == 405
    for path in ("/", "/shared", f"/x/shared/{link.key}", f"/shared/{link.key}/more", "/explain"):
        assert get(path, cookie(said(clock))).status == 204


def test_a_server_in_a_folder(get, link, clock, monkeypatch):
    options = {"server.baseUrlPath": "a/b", "server.port": 8501}
    monkeypatch.setattr(st, "get_option", options.get)
    assert get(f"/a/b/shared/{link.key}", cookie(said(clock))).status == 200
    assert get(f"/shared/{link.key}", cookie(said(clock))).status == 204
    assert address(link.key) == f"{ORIGIN}/a/b/shared/{link.key}"


def test_ended_links_are_deleted_while_nobody_looks(link, clock, tmp_path):
    async def wait():
        async with ending(0.01, lambda: link.ends):
            give_up = time.monotonic() + 20
            while list((tmp_path / "shared").glob("*.html")) and time.monotonic() < give_up:
                await asyncio.sleep(0.01)

    finished(wait())
    assert not list((tmp_path / "shared").glob("*.html"))
