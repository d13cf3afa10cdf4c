from __future__ import annotations

from types import SimpleNamespace

import pytest
import streamlit as st

from ui.people import settings, sign_in
from ui.people.person import THIS_COMPUTER, Action, by_browser, may, person
from ui.people.roles import Role
from ui.server import browser_cookie, reach


@pytest.fixture
def tab(monkeypatch, signing_in):
    """A tab that is open on a server without sign-in."""
    signing_in()  # for its stand-ins

    def opened(*, alone=False, auth=False, cookies=None):
        monkeypatch.setattr(settings, "_secrets", lambda: {"auth": {}} if auth else {})
        monkeypatch.setattr(st, "session_state", {})
        monkeypatch.setattr(st, "context", SimpleNamespace(cookies=cookies or {}, headers={}))
        monkeypatch.setattr(reach, "only_this_computer", lambda headers=None: alone)
        return None if auth else person()

    return opened


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


def test_whoever_signed_in_has_a_key_that_tells_nothing(signing_in):
    def who(email, **claims):
        signing_in(email, **{"sub": "17"} | claims)
        return person()

    someone = who("Ana@Example.com")
    assert (someone.name, someone.address, someone.role) == ("Ana Lima", "ana@example.com", Role.OWNER)
    assert someone.signed_in
    assert "ana" not in someone.key
    assert someone.key == who("a@b.example", name="Ana").key
    assert someone.key != who("Ana@Example.com", sub="18").key
    assert someone.key != who("Ana@Example.com", iss="https://other.example.com").key


@pytest.mark.parametrize("claims", [{"exp": 1}, {"exp": None}, {"exp": "later"}])
def test_who_has_not_signed_in_is_a_visitor_even_on_this_computer(tab, signing_in, claims):
    tab(alone=True)
    signing_in("ana@example.com", **claims)
    assert (person().role, person().signed_in, person().name) == (Role.VISITOR, False, "")
    signing_in()
    assert person().role is Role.VISITOR


@pytest.mark.parametrize("said", [{}, {"is_logged_in": "yes"}, {"is_logged_in": True, "sub": "17"}])
def test_only_what_a_provider_says_in_full_counts(monkeypatch, said):
    monkeypatch.setattr(st, "user", type("User", (dict,), {"to_dict": dict})(said))
    assert sign_in._said() == {}


@pytest.mark.parametrize(
    ("setting", "others"), [("yes", True), (" Yes ", True), ("1", True), ("no", False), ("?", False)]
)
def test_the_server_s_owner_decides_whether_others_add_models(tab, signing_in, monkeypatch, setting, others):
    monkeypatch.setenv(reach.ADD_MODELS, setting)
    assert [may(tab(alone=alone), Action.ADD_MODELS) for alone in (True, False)] == [others, others]
    signing_in("bo@example.com")
    assert may(person(), Action.ADD_MODELS) is others
    signing_in("vi@elsewhere.example")
    assert not may(person(), Action.ADD_MODELS)


@pytest.mark.parametrize(
    ("alone", "auth", "told"), [(True, False, False), (False, False, True), (False, True, False)]
)
def test_only_browsers_of_others_without_sign_in_get_a_cookie(tab, alone, auth, told):
    tab(alone=alone, auth=auth)
    assert by_browser({}) is told
