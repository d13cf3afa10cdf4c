from __future__ import annotations

import pytest
from stand_in import text
from streamlit.runtime.pages_manager import PagesManager

from ui.models import words as model_words
from ui.people import settings, sign_in, words
from ui.people.roles import Role
from ui.words import APP


@pytest.fixture(autouse=True)
def served(monkeypatch):
    """As on a server (`ui/start/serving.py`), a page is never run but by the main script."""
    make = PagesManager.__init__

    def made(self, *settings, **more):
        PagesManager.uses_pages_directory = False
        make(self, *settings, **more)

    monkeypatch.setattr(PagesManager, "__init__", made)


def titles(app):
    return [title.value for title in app.title]


def labels(app):
    return [button.label for button in app.button]


def notes(app):
    return [note.value for note in (*app.info, *app.warning, *app.error)]


def test_nobody_sees_a_page_before_signing_in(page, signing_in):
    signing_in()
    for name in ("explain", "audit", "models", "guide"):
        app = page().switch_page(f"pages/{name}.py").run()
        assert not app.exception
        assert titles(app) == [APP]
        assert labels(app) == [words.SIGN_IN]
        assert words.INTRO in text(app)


def test_each_provider_has_a_button(page, signing_in):
    section = {"client_id": "x", "client_secret": "x", "server_metadata_url": "https://x.example"}
    auth = {"redirect_uri": "http://localhost:8501/oauth2callback", "cookie_secret": "c" * 40}
    signing_in(auth=auth | {"google": section, "microsoft": section})
    assert labels(page()) == ["Sign in with Google", "Sign in with Microsoft"]


def test_it_leads_to_the_address_at_which_people_sign_in(page, signing_in):
    signing_in()
    app = page()
    app.context = {"url": "http://10.0.0.7:8501/guide?a=b"}
    app.run()
    assert notes(app) == [words.ELSEWHERE]
    assert not app.button
    assert app.get("link_button")[0].proto.url == "http://localhost:8501/guide?a=b"


def test_a_sign_in_that_has_run_out_says_so(page, signing_in):
    signing_in("ana@example.com", exp=1)
    app = page()
    assert notes(app) == [words.OVER]
    assert labels(app) == [words.SIGN_IN]


def test_one_that_did_not_work_says_so(page, signing_in):
    signing_in()
    assert notes(page(**{"sign-in": "failed"})) == [words.FAILED]


def test_what_is_not_set_is_said(page, signing_in, monkeypatch):
    signing_in("ana@example.com")
    monkeypatch.setattr(settings, "find_spec", lambda name: None)
    app = page()
    assert settings.INSTALL in notes(app)[0].replace("\\", "")
    assert not app.button
    assert not app.exception


@pytest.mark.parametrize(("name", "refused"), [("audit", True), ("models", True), ("guide", False)])
def test_pages_of_members_are_refused_to_visitors(page, signing_in, name, refused):
    signing_in("vi@elsewhere.example")
    app = page().switch_page(f"pages/{name}.py").run()
    assert not app.exception
    said = any(words.REFUSED.get(name, "…") in note and "elsewhere.example" in note for note in notes(app))
    assert said is refused
    assert not (refused and app.button)


@pytest.mark.parametrize("verified", [True, None])
def test_who_is_refused_is_told_where_their_address_does_not_count(page, signing_in, verified):
    signing_in("vi@elsewhere.example" if verified else "ana@example.com", email_verified=verified)
    app = page().switch_page("pages/audit.py").run()
    assert len(notes(app)) == 1
    assert (words.UNVERIFIED in [caption.value for caption in app.caption]) is not verified


def test_visitors_may_come_in_without_signing_in_where_that_is_set(page, signing_in):
    signing_in(spotlight={"visitors": True})
    app = page()
    assert len(app.selectbox) > 0  # a photo, a model, a view
    app.switch_page("pages/audit.py").run()
    assert notes(app) == [f"{words.REFUSED['audit']} {words.TO_VISITORS}"]
    assert labels(app) == [words.SIGN_IN]


@pytest.mark.parametrize(("email", "adds"), [("ana@example.com", True), ("bo@example.com", False)])
def test_owners_add_models(page, signing_in, email, adds):
    signing_in(email)
    app = page().switch_page("pages/models.py").run()
    assert bool(app.file_uploader) is adds
    assert (model_words.not_allowed(off=False, signed_in=True) in notes(app)) is not adds


def test_signing_out_ends_it_for_all_tabs(signing_in, monkeypatch):
    monkeypatch.setattr(sign_in.st, "logout", lambda: None)
    signing_in("ana@example.com", nonce="a")
    assert sign_in.claims()
    sign_in.sign_out()
    assert sign_in.claims() is None
    assert not sign_in.is_over()
    signing_in("ana@example.com", nonce="b")
    assert sign_in.claims()


def test_hours_count_from_signing_in(signing_in):
    settled = {"hours": 2}
    signing_in("ana@example.com", spotlight=settled, exp=1)
    assert sign_in.claims()
    signing_in("ana@example.com", spotlight=settled, iat=sign_in.time.time() - 7201)
    assert sign_in.claims() is None
    assert sign_in.is_over()
    signing_in("ana@example.com", spotlight=settled, iat=None)
    assert sign_in.claims() is None


def test_every_role_is_told_what_it_may_do():
    assert set(words.ROLES) == set(Role)
