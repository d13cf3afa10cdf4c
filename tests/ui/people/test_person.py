from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
import streamlit as st

from ui.people import person as people
from ui.people.person import THIS_COMPUTER, Action, by_browser, may, person
from ui.people.roles import Role
from ui.server import browser_cookie
from ui.server.secret import SECRET


class User(dict):
    def to_dict(self):
        return dict(self)


@pytest.fixture
def tab(monkeypatch):
    """A tab that is open, on a server with these secrets, of somebody of whom the provider said something."""
    monkeypatch.setenv(SECRET, "s" * 40)

    def opened(*, alone=False, secrets=None, said=None, cookies=None):
        loaded = type("Loaded", (dict,), {"load_if_toml_exists": lambda self: True})(secrets or {})
        monkeypatch.setattr(st, "secrets", loaded)
        monkeypatch.setattr(st, "user", User(said or {}))
        monkeypatch.setattr(st, "session_state", {})
        monkeypatch.setattr(st, "context", SimpleNamespace(cookies=cookies or {}, headers={}))
        monkeypatch.setattr(people, "only_this_computer", lambda headers=None: alone)
        return person()

    return opened


def claims(**more):
    """What a provider says of Ana."""
    said = {"is_logged_in": True, "iss": "https://login.example.com", "sub": "17", "exp": time.time() + 60}
    return said | {"email": "Ana@Example.com", "name": "Ana Lima"} | more


def test_one_s_own_computer_has_one_person_who_may_do_all(tab):
    someone = tab(alone=True)
    assert (someone.key, someone.role, someone.signed_in) == (THIS_COMPUTER, Role.OWNER, False)
    assert all(may(someone, action) for action in Action)


def test_a_browser_is_told_by_its_signed_cookie(tab):
    def with_cookie(value):
        return tab(cookies={browser_cookie.cookie_name(): value})

    one = with_cookie(browser_cookie.signed("a"))
    assert one == with_cookie(browser_cookie.signed("a"))
    assert one.role is Role.MEMBER
    assert may(one, Action.AUDIT)
    assert not may(one, Action.SEE_ALL)
    others = [with_cookie(browser_cookie.signed("b")), with_cookie("a"), with_cookie("a.x.y"), tab()]
    assert len({one.key, *(other.key for other in others)}) == 5


def test_who_keeps_no_cookies_is_the_same_in_the_same_tab(tab):
    assert tab() == person()
    assert tab() != tab()


def test_whoever_signed_in_has_a_key_that_tells_nothing(tab):
    someone = tab(secrets={"auth": {}}, said=claims())
    assert (someone.name, someone.address, someone.role) == ("Ana Lima", "ana@example.com", Role.MEMBER)
    assert someone.signed_in
    assert "ana" not in someone.key
    assert someone.key == tab(secrets={"auth": {}}, said=claims(name="Ana", email="a@b.example")).key
    assert someone.key != tab(secrets={"auth": {}}, said=claims(sub="18")).key
    assert someone.key != tab(secrets={"auth": {}}, said=claims(iss="https://other.example.com")).key


def test_roles_come_from_the_settings(tab):
    roles = {"auth": {}, "spotlight": {"roles": {"owners": ["ana@example.com"]}}}
    assert tab(secrets=roles, said=claims()).role is Role.OWNER
    assert tab(secrets=roles, said=claims(email="x@example.com")).role is Role.MEMBER


@pytest.mark.parametrize(
    "said",
    [
        {},
        claims(is_logged_in=False),
        claims(is_logged_in="no"),
        claims(sub=""),
        claims(iss=None),
        claims(exp=1),
        claims(exp=None),
        claims(exp="later"),
    ],
)
def test_who_has_not_signed_in_is_a_visitor_even_on_this_computer(tab, said):
    someone = tab(alone=True, secrets={"auth": {}}, said=said)
    assert (someone.role, someone.signed_in, someone.name) == (Role.VISITOR, False, "")


def test_without_sign_in_nothing_that_somebody_says_counts(tab):
    assert tab(said=claims()).signed_in is False


@pytest.mark.parametrize(
    ("alone", "secrets", "told"), [(True, {}, False), (False, {}, True), (False, {"auth": {}}, False)]
)
def test_only_browsers_of_others_without_sign_in_get_a_cookie(tab, alone, secrets, told):
    tab(alone=alone, secrets=secrets)
    assert by_browser({}) is told
