from __future__ import annotations

import pytest
import streamlit as st

from saliency.errors import SaliencyError
from ui.people import settings
from ui.people.settings import is_on, problem

GOOGLE = {"client_id": "g", "client_secret": "…", "server_metadata_url": "https://accounts.google.com/…"}


@pytest.fixture
def auth():
    return {"redirect_uri": "http://localhost:8501/oauth2callback", "cookie_secret": "c" * 40, **GOOGLE}


def without(section, name):
    return {key: value for key, value in section.items() if key != name}


def test_one_provider_needs_no_name(signing_in, auth):
    signing_in(auth=auth, spotlight={})
    assert settings.settings().providers == {"": ""}
    assert settings.settings().origin == "http://localhost:8501"
    assert settings.settings().visitors is False
    assert problem() == ""


def test_several_are_told_apart(signing_in, auth):
    shared = {"redirect_uri": auth["redirect_uri"], "cookie_secret": auth["cookie_secret"]}
    signing_in(auth=shared | {"google": GOOGLE, "our-company": GOOGLE, "client_kwargs": {"prompt": "login"}})
    assert settings.settings().providers == {"google": "Google", "our-company": "Our-company"}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda auth: without(auth, "redirect_uri"), "redirect_uri"),
        (lambda auth: auth | {"redirect_uri": "localhost:8501/oauth2callback"}, "redirect_uri"),
        (lambda auth: auth | {"redirect_uri": "http://localhost:8501/"}, "/oauth2callback"),
        (
            lambda auth: auth | {"redirect_uri": "https://a.example/oauth2callback"},
            "--server.allowedHosts a.example",
        ),
        (lambda auth: without(auth, "cookie_secret"), "cookie_secret"),
        (lambda auth: auth | {"cookie_secret": "xxx"}, "secrets.token_urlsafe"),
        (lambda auth: without(auth, "client_secret"), "client_secret"),
        (lambda auth: auth | {"google": without(GOOGLE, "client_id")}, r"\[auth.google\] lacks client_id"),
        (lambda auth: auth | {"our_company": GOOGLE}, "our_company"),
        (
            lambda auth: {key: auth[key] for key in ("redirect_uri", "cookie_secret")},
            "nobody to sign in with",
        ),
        (lambda auth: "yes", "sections"),
    ],
)
def test_what_cannot_work_is_said(signing_in, auth, change, named):
    signing_in(auth=change(auth))
    with pytest.raises(SaliencyError, match=named):
        settings.settings()
    assert is_on()
    assert problem()


@pytest.mark.parametrize(
    ("spotlight", "named"),
    [
        ({"hours": 0}, "hours"),
        ({"hours": "8"}, "hours"),
        ({"hours": True}, "hours"),
        ({"hours": 1e6}, "hours"),
        ({"visitors": "no"}, "visitors"),
        ({"owners": ["ana@example.com"]}, "roles, visitors, hours"),
        ({"roles": {"owners": "ana@example.com"}}, "owners"),
        ([], "sections"),
    ],
)
def test_so_is_what_was_not_meant(signing_in, spotlight, named):
    signing_in(spotlight=spotlight)
    assert named in problem()


def test_packages_that_are_missing_are_named(signing_in, monkeypatch):
    signing_in()
    monkeypatch.setattr(settings, "find_spec", lambda name: None)
    assert settings.INSTALL in problem()


def test_secrets_that_cannot_be_read_let_nobody_in(tmp_path, monkeypatch):
    path = tmp_path / "secrets.toml"
    path.write_text("[auth\n", encoding="utf-8")
    monkeypatch.setattr(
        settings.st, "secrets", type("Broken", (), {"load_if_toml_exists": lambda self: False})()
    )
    monkeypatch.setattr(settings.st, "get_option", {"secrets.files": [str(path)]}.get)
    assert is_on()
    assert str(path) in problem()
    path.unlink()
    assert not is_on()
    assert problem() == ""


def test_without_a_section_it_is_off():
    assert not st.secrets.load_if_toml_exists()
    assert not is_on()
    assert problem() == ""
