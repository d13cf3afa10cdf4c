"""Whose the files are that pages show."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from asgi import ask
from streamlit.runtime import media_file_manager
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.web.server.starlette import starlette_websocket
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from ui.people import files, settings, sign_in
from ui.people import person as people
from ui.people.files import FileCheck, FileLedger
from ui.server import browser_cookie, reach
from ui.server.secret import SECRET


@pytest.fixture
def server(monkeypatch):
    """A server that others reach: draws files for browsers, and answers requests of browsers."""
    monkeypatch.setenv(SECRET, "s" * 40)
    monkeypatch.setattr(settings, "is_on", lambda: False)
    monkeypatch.setattr(reach, "only_this_computer", lambda headers=None: False)
    monkeypatch.setattr(files, "get_script_run_ctx", lambda **_: object())
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "session")
    manager, ledger = MediaFileManager(MemoryMediaFileStorage("/media")), FileLedger()
    ledger.watch(manager)
    ledger.watch(manager)  # once is enough

    def drawing(browser):
        key = people._key("browser", browser) if browser else "tab-1"
        monkeypatch.setattr(files, "person", lambda: SimpleNamespace(key=key))

    def draw(browser, content, name=None):
        drawing(browser)
        return manager.add(content, "image/png", f"{browser}-{content}", name)

    async def inner(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"the file"})

    app = FileCheck(inner, ledger)

    def answer(path, browser="", **cookies):
        if browser:
            cookies[browser_cookie.cookie_name()] = browser_cookie.signed(browser)
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return ask(app, path=path, headers=[(b"cookie", sent.encode())] if sent else [])

    def get(path, browser="", **cookies):
        return answer(path, browser, **cookies).status

    return SimpleNamespace(draw=draw, drawing=drawing, get=get, answer=answer, manager=manager, ledger=ledger)


def test_a_file_is_for_whom_it_was_drawn(server):
    address = server.draw("ana", b"photo")
    assert server.get(address, "ana") == 200
    assert server.get(address, "ben") == 404
    assert server.get(address) == 404
    assert server.get(f"/base{address}", "ben") == 404
    assert server.get(address, spotlight="made up") == 404
    assert server.get("/media/0123", "ana") == 404
    assert server.draw("ben", b"photo") == address, "the same sample, say"
    assert server.get(address, "ana") == server.get(address, "ben") == 200


def test_what_is_no_file_of_a_page_passes(server):
    for path in ("/", "/static/media/font.woff2", "/audit", "/_stcore/health"):
        assert server.get(path) == 200


@pytest.mark.parametrize("folder", ["/base", "/static"])
def test_below_a_folder_of_any_name_a_file_is_for_whom_it_was_drawn(server, monkeypatch, folder):
    monkeypatch.setattr(files, "base", lambda: folder)
    address = f"{folder}{server.draw('ana', b'photo')}"
    assert (server.get(address, "ana"), server.get(address, "ben")) == (200, 404)
    assert server.get(f"{folder}/static/media/font.woff2") == 200


def test_a_download_is_for_whose_button_it_is(server):
    made = []
    server.drawing("ana")
    file = server.manager.add_deferred(
        lambda: made.append(1) or b"report", "application/pdf", "place", "r.pdf"
    )
    server.drawing("ben")  # whoever runs meanwhile
    address = server.manager.execute_deferred(file)
    assert made
    assert server.get(address, "ana") == 200
    assert server.get(address, "ben") == 404
    server.manager._drop_deferred_id(file)
    assert not server.ledger._deferred


def test_no_proxy_keeps_a_file_for_others(server, monkeypatch):
    address = server.draw("ana", b"photo")
    for browser in ("ana", "ben"):
        assert server.answer(address, browser).headers["cache-control"] == "private, no-cache"
    assert "cache-control" not in server.answer("/audit", "ana").headers
    monkeypatch.setattr(reach, "only_this_computer", lambda headers=None: True)
    assert "cache-control" not in server.answer(address).headers


def test_what_is_let_go_of_is_forgotten(server):
    server.draw("ana", b"photo")
    server.manager.clear_session_refs("session")
    server.manager.remove_orphaned_files()
    assert not server.ledger._keys


def test_a_browser_without_cookies_gets_what_was_drawn_for_its_tab(server):
    assert server.get(server.draw("", b"photo")) == 200


def test_on_one_s_own_computer_nothing_is_looked_at(server, monkeypatch):
    address = server.draw("ana", b"photo")
    monkeypatch.setattr(reach, "only_this_computer", lambda headers=None: True)
    assert server.get(address) == 200


def test_who_signed_in_is_known_by_streamlit_s_signed_cookie(server, monkeypatch):
    monkeypatch.setattr(settings, "is_on", lambda: True)
    monkeypatch.setattr(sign_in, "settings", lambda: SimpleNamespace(hours=None))
    said = {"is_logged_in": True, "iss": "https://login.example.com", "sub": "17", "exp": 1e12}
    monkeypatch.setattr(files, "person", lambda: SimpleNamespace(key=people._person_key(said)))
    address = server.manager.add(b"photo", "image/png", "place")

    def get(said):
        monkeypatch.setattr(
            sign_in,
            "_get_signed_cookie_with_chunks",
            lambda cookies, name: json.dumps(said) if said else None,
        )
        return server.get(address)

    assert get(said) == 200
    for other in (
        {**said, "sub": "18"},
        {**said, "exp": 1},
        {**said, "is_logged_in": False},
        {},
        [],
        7,
        None,
    ):
        assert get(other) == 404


def test_streamlit_s_signed_cookies_are_read(monkeypatch):
    monkeypatch.setattr(starlette_websocket, "get_cookie_secret", lambda: "s" * 40)
    monkeypatch.setattr(sign_in, "settings", lambda: SimpleNamespace(hours=None))
    said = {"is_logged_in": True, "iss": "https://login.example.com", "sub": "17", "exp": 1e12}

    def signed(secret):
        value = create_signed_value(secret, sign_in.USER_COOKIE_NAME, json.dumps(said))
        return {sign_in.USER_COOKIE_NAME: value.decode("latin-1")}

    assert sign_in.claims_of(signed("s" * 40)) == said
    assert sign_in.claims_of(signed("x" * 40)) is None
    assert sign_in.claims_of({}) is None
    assert sign_in.claims_of({sign_in.USER_COOKIE_NAME: "made up"}) is None


def test_large_files_are_told_apart_by_all_that_is_in_them(server):
    one = b"a" * 3 * 2**20
    other = bytearray(one)
    other[2**20] = 0
    assert server.draw("ana", one) != server.draw("ana", bytes(other))
