from __future__ import annotations

import os
import stat
import threading

import pytest
from asgi import ask
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse

from ui.server import browser_cookie, secret
from ui.server.browser_cookie import BrowserCookie, browser_id, cookie_name, signed
from ui.server.places import AUDITS, secret_file

PAGE = BrowserCookie(HTMLResponse("page", headers={"Cache-Control": "no-cache"}), wanted=lambda headers: True)


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """A server that keeps its secret in a folder of this test."""
    secret._kept.cache_clear()
    monkeypatch.delenv(secret.SECRET, raising=False)
    monkeypatch.setenv(AUDITS, str(tmp_path / "audits"))


def opened(app=PAGE, cookie="", accept="text/html", **headers):
    sent = {"accept": accept, "cookie": cookie, **headers}
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items() if value]
    return ask(app, headers=named).headers


def test_a_browser_gets_one_once():
    answer = opened()
    cookie, *attributes = answer["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(attributes)
    assert "Secure" not in attributes
    assert answer["cache-control"] == "private, no-store"
    assert "set-cookie" not in opened(cookie=f"other=1; {cookie}")
    assert browser_id(cookie_parser(cookie))


@pytest.mark.parametrize("forwarded", ["https", "https, http"])
def test_by_https_it_is_never_sent_otherwise(forwarded):
    assert "Secure" in opened(x_forwarded_proto=forwarded)["set-cookie"]


@pytest.mark.parametrize("forged", ["", "x", "x.y.z", "{}x", "x{}", "é", "a b", "{}.{}"])
def test_a_forged_or_broken_one_is_replaced(forged):
    value = forged.replace("{}", signed("somebody"))
    assert browser_id({cookie_name(): value}) is None
    assert "set-cookie" in opened(cookie=f"{cookie_name()}={value}")


def test_one_of_another_server_is_none():
    other, value = cookie_name(), signed("somebody")
    secret_file().unlink()
    secret._kept.cache_clear()
    assert cookie_name() != other  # two servers on one computer share their cookies, and leave each other's
    assert browser_id({cookie_name(): value, other: value}) is None


def test_it_is_renewed_for_the_same_browser(monkeypatch):
    cookie = f"{cookie_name()}={signed('somebody')}"
    monkeypatch.setattr(browser_cookie, "RENEWED", -1)
    renewed = opened(cookie=cookie)["set-cookie"].partition(";")[0]
    assert browser_id(cookie_parser(renewed)) == "somebody"


def test_only_who_opens_a_page_gets_one():
    assert "set-cookie" not in opened(accept="application/json")
    assert "set-cookie" not in opened(BrowserCookie(HTMLResponse("page"), wanted=lambda headers: False))
    assert "set-cookie" not in opened(
        BrowserCookie(PlainTextResponse("no", 403), wanted=lambda headers: True)
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_the_secret_stays_and_only_this_account_reads_it():
    first = secret.secret()
    assert stat.S_IMODE(secret_file().stat().st_mode) == 0o600
    secret._kept.cache_clear()
    assert secret.secret() == first
    assert len(first) >= 64


def test_servers_that_start_at_once_agree():
    kept = []
    threads = [
        threading.Thread(target=lambda: kept.append(secret._kept.__wrapped__(secret_file())))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(kept)) == 1


def test_a_secret_that_is_too_short_is_left_out(monkeypatch, caplog):
    monkeypatch.setenv(secret.SECRET, "short")
    assert len(secret.secret()) >= 64
    assert secret.SECRET in caplog.text
    monkeypatch.setenv(secret.SECRET, "l" * 32)
    assert secret.secret() == "l" * 32


def test_where_nothing_can_be_kept_it_lasts_while_the_server_runs(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(AUDITS, str(tmp_path / "file" / "below" / "audits"))
    assert secret.secret() == secret.secret()
    assert "cannot be kept" in caplog.text
