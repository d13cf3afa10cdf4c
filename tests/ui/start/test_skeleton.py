from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from asgi import ask
from stand_in import ROOT

from ui.start.skeleton import TITLES, Skeleton
from ui.words import PAGES, page_title

PAGE = (Path(st.__file__).parent / "static" / "index.html").read_bytes()
STYLE = ROOT / "ui" / "start" / "page.css"
BROWSER = [(b"accept", b"text/html,application/xhtml+xml"), (b"if-none-match", b'"old"')]


def answering(body, kind=b"text/html; charset=utf-8", status=200, **more):
    """An app that answers in two parts, as a file is sent, and notes what it was asked."""

    async def app(scope, receive, send):
        app.asked = dict(scope["headers"])
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"etag", b'"e"')]
        headers += [(name.encode(), value) for name, value in more.items()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:100], "more_body": True})
        await send({"type": "http.response.body", "body": body[100:]})

    return app


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_named_before_it_is_there(name):
    answer = ask(Skeleton(answering(PAGE)), path=f"/team/{name}", headers=BROWSER)
    text = answer.body.decode()
    assert text.index('<div id="root"></div>') < text.index(f"<h1>{TITLES[name]}</h1>")
    assert f"<title>{page_title(PAGES[name][0])}</title>" in text
    assert answer.headers["content-length"] == str(len(answer.body))
    assert "etag" not in answer.headers


def test_the_first_page_is_the_one_without_a_name():
    assert f"<h1>{TITLES['explain']}</h1>" in ask(Skeleton(answering(PAGE)), headers=BROWSER).body.decode()


def test_it_is_asked_for_a_whole_page_that_is_not_packed():
    app = answering(PAGE)
    ask(Skeleton(app), headers=[*BROWSER, (b"accept-encoding", b"gzip"), (b"range", b"bytes=0-9")])
    assert app.asked == {b"accept": BROWSER[0][1]}


def test_the_skeleton_adds_no_script():
    added = ask(Skeleton(answering(PAGE)), headers=BROWSER).body.decode()
    assert added.count("<script") == PAGE.decode().count("<script")


@pytest.mark.parametrize(
    ("app", "headers"),
    [
        (answering(b"<p>another page</p>" * 20), BROWSER),
        (answering(PAGE, kind=b"application/zip"), BROWSER),
        (answering(PAGE, status=404), BROWSER),
        (answering(PAGE, **{"content-encoding": b"gzip"}), BROWSER),
        (answering(PAGE), [(b"accept", b"*/*")]),
    ],
)
def test_all_else_passes_as_it_is(app, headers):
    assert ask(Skeleton(app), headers=headers).body == ask(app, headers=headers).body


def test_what_is_no_request_passes_as_it_is():
    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})

    assert ask(Skeleton(app), kind="websocket").status == 101


def test_the_style_of_the_page_comes_with_it():
    text = ask(Skeleton(answering(PAGE)), headers=BROWSER).body.decode()
    assert STYLE.read_text(encoding="utf-8") in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_small_or_on_a_button_can_be_read(scheme):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][scheme]
    style = STYLE.read_text(encoding="utf-8")
    opacity = float(re.search(r"CaptionContainer\"\] { opacity: ([\d.]+)", style)[1])
    on_button = re.search(r"primary.*light-dark\((#\w{6}), (#\w{6})\)", style)[1 + (scheme == "dark")]
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        below, text = rgb(theme[background]), rgb(theme["textColor"])
        assert contrast(below + opacity * (text - below), below) >= 4.5
        assert contrast(rgb(theme["linkColor"]), below) >= 4.5
    assert contrast(rgb(on_button), rgb(theme["primaryColor"])) >= 4.5


def rgb(colour):
    """A colour like #1F5FA8 as three values in [0, 1]."""
    return np.frombuffer(bytes.fromhex(colour[1:]), np.uint8) / 255


def contrast(one, other):
    """The contrast of two colours by WCAG 2.2."""
    linear = [np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) for c in (one, other)]
    lighter, darker = sorted((float(c @ (0.2126, 0.7152, 0.0722)) for c in linear), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_its_colours_are_those_of_the_page():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    text = ask(Skeleton(answering(PAGE)), headers=BROWSER).body.decode()
    for scheme in ("light", "dark"):
        for name in ("backgroundColor", "textColor", "secondaryBackgroundColor"):
            assert re.search(rf": {theme[scheme][name]};", text)
