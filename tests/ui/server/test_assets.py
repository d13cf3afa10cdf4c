from __future__ import annotations

import gzip

import pytest
from asgi import ask
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from ui.server import assets
from ui.server.assets import Assets
from ui.server.headers import SecurityHeaders
from ui.start.front_end import contents, fonts, listed, scripts

ADDRESSES = (*listed()[:2], *[name for name in listed() if name.endswith(".css")], scripts()[0], *fonts())
BROWSER = [(b"accept-encoding", b"gzip, deflate, br")]


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    monkeypatch.setattr(assets, "_KEPT", {})
    assets.keep(contents(ADDRESSES))


async def nobody(scope, receive, send):
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_answer_is_streamlits_but_packed(address):
    theirs = ask(create_streamlit_static_handler(file_util.get_static_dir(), None), path=f"/{address}")
    ours = ask(Assets(nobody), path=f"/{address}", headers=BROWSER)
    packed = ours.headers.get("content-encoding") == "gzip"
    assert (gzip.decompress(ours.body) if packed else ours.body) == theirs.body
    assert packed == (not address.endswith("woff2"))
    for name in ("content-type", "cache-control"):
        assert ours.headers[name].split(";")[0] == theirs.headers[name].split(";")[0]
    assert ours.headers["content-length"] == str(len(ours.body))
    assert ours.headers.get("vary") == ("Accept-Encoding" if packed else None)


def test_it_is_found_wherever_the_app_is():
    assert ask(Assets(nobody), path=f"/team/{ADDRESSES[0]}", headers=BROWSER).status == 200


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        (f"/{ADDRESSES[0]}", "GET", []),
        (f"/{ADDRESSES[0]}", "GET", [*BROWSER, (b"range", b"bytes=0-9")]),
        (f"/{ADDRESSES[0]}", "POST", BROWSER),
        ("/static/js/another.js", "GET", BROWSER),
        ("/static/../ui/main.py", "GET", BROWSER),
        ("/", "GET", BROWSER),
    ],
)
def test_all_else_is_handed_on(path, method, headers):
    assert ask(Assets(nobody), path=path, method=method, headers=headers).status == 418


def test_what_one_visitor_is_told_is_not_kept_for_the_next():
    app = SecurityHeaders(Assets(nobody))
    for host in ("one.example", "another.example"):
        answer = ask(app, path=f"/{ADDRESSES[0]}", headers=[*BROWSER, (b"host", host.encode())])
        assert f"wss://{host}" in answer.headers["content-security-policy"]
