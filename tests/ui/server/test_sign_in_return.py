from __future__ import annotations

import pytest
from asgi import ask
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from ui.server.sign_in_return import COOKIE, SignInReturn, came_from, failed, kept


def answering(status=302, **cookies):
    """Streamlit: what it answers to who goes to sign in, or comes back."""
    answer = (
        RedirectResponse("/", status) if status == 302 else PlainTextResponse("Authentication error", status)
    )
    for name, value in cookies.items():
        answer.set_cookie(name, value, max_age=100 if value else 0)
    return SignInReturn(answer)


def asked(app, path, **headers):
    named = [(name.encode(), value.encode()) for name, value in ({"host": "a.example"} | headers).items()]
    path, _, query = path.partition("?")

    async def with_query(scope, receive, send):
        await app({**scope, "query_string": query.encode()}, receive, send)

    return ask(with_query, path=path, headers=named)


def test_whoever_signs_in_comes_back_to_where_they_were():
    gone = asked(answering(), "/auth/login?provider=x", referer="https://a.example/audit?audit=2026&x=%C3%A9")
    cookie, *attributes = gone.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(attributes)
    back = asked(answering(_streamlit_user="signed"), "/oauth2callback?code=x&state=y", cookie=cookie)
    assert back.headers["location"] == "/audit?audit=2026&x=%C3%A9"
    assert cookie_parser(back.headers["set-cookie"])[COOKIE] == ""


def test_who_could_not_is_told_there():
    cookie = f"{COOKIE}=%2Fguide%3Fa%3Db"
    for query in ("state=y&code=x", "error=access_denied"):
        back = asked(answering(_streamlit_user=""), f"/oauth2callback?{query}", cookie=cookie)
        assert back.headers["location"] == "/guide?a=b&sign-in=failed"
    gone = asked(
        answering(400), "/auth/login?provider=x", referer="https://a.example/guide?a=b&sign-in=failed"
    )
    assert (gone.status, gone.headers["location"]) == (302, "/guide?a=b&sign-in=failed")
    assert gone.body == b""


def test_whoever_signed_out_comes_to_the_start():
    assert asked(answering(), "/oauth2callback", cookie=f"{COOKIE}=%2Fguide").headers["location"] == "/"


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/audit",
        "https://a.example//evil.example/audit",
        "https://a.example/\\evil.example",
        "https://a.example/sign-out",
        "https://a.example/account?x=1",
        "https://a.example/" + "a" * 3000,
        "https://a.example/a\r\nSet-Cookie: x=1",
        "not an address",
        "https://[a.example/audit",
    ],
)
def test_it_leads_to_no_other_server_and_to_no_page_in_passing(referer):
    assert came_from(Headers({"host": "a.example", "referer": referer}), "/") in ("/", "/aSet-Cookie:%20x=1")


@pytest.mark.parametrize("path", ["//evil.example/auth/login", "//evil.example/oauth2callback?error=x"])
def test_an_address_that_only_ends_like_ones_of_sign_in_leads_nowhere(path):
    assert asked(answering(405), path).status == 405
    assert asked(answering(), path).headers["location"] == "/"


@pytest.mark.parametrize(
    "value", ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil", "x", "%0d%0a", "%"]
)
def test_a_forged_address_leads_to_the_start(value):
    assert kept(Headers({"cookie": f"{COOKIE}={value}"}), "/") == "/"


def test_a_server_below_a_path_keeps_to_it():
    assert came_from(Headers({"host": "a", "referer": "https://a/team/audit"}), "/team/") == "/team/audit"
    assert came_from(Headers({"host": "a", "referer": "https://a/other"}), "/team/") == "/team/"
    assert failed("/team/") == "/team/?sign-in=failed"


def test_all_else_is_left_alone():
    assert asked(
        SignInReturn(Response("page", 200)), "/guide", referer="https://a.example/audit"
    ).headers.keys() <= {"content-length"}
