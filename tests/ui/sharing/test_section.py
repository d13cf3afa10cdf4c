""" "Share this result" on the Explain page: what it says, the file, and links where people sign in."""

from __future__ import annotations

import time

import pytest

from saliency.errors import SaliencyError
from saliency.export.words import LIMITS
from ui.people.person import Person
from ui.people.roles import Role
from ui.sharing import section, store, words

ANA = Person("person-a", "Ana", Role.VISITOR, signed_in=True)


def texts(app):
    return " ".join(entry.value for entry in app.markdown)


@pytest.fixture
def signed_in(monkeypatch):
    """Whoever uses the tab is signed in."""
    monkeypatch.setattr(section, "person", lambda: ANA)
    monkeypatch.setattr(section, "address", lambda key: f"https://spotlight.example.com/shared/{key}")


def test_it_says_first_what_is_shared_and_without_sign_in_there_is_only_the_file(page):
    app = page()
    assert words.WHAT in texts(app)
    assert "the photo and its name" in words.WHAT
    assert "page" in {button.key for button in app.get("download_button")}
    assert words.MAKE not in [button.label for button in app.button]
    assert words.WHO not in texts(app)


def test_a_link_is_made_listed_and_taken_back(page, signed_in):
    app = page()
    assert words.WHO in texts(app)
    assert words.MINE not in texts(app)
    app.segmented_control(key="share-days").set_value(30).run()
    app.button(key="share-make").click().run()
    (link,) = store.links_of(ANA.key, time.time())
    assert link.ends - link.made == 30 * store.DAY
    assert link.title.startswith("sample-0.jpg: The model")
    assert app.code[0].value == f"https://spotlight.example.com/shared/{link.key}"
    shared = store.shared_page(link.key, time.time()).decode()
    assert "<!doctype html>" in shared
    assert LIMITS in shared
    assert words.MINE in texts(app)
    app.button(key=f"take-back-{link.key}").click().run()
    assert store.shared_page(link.key, time.time()) is None
    assert app.info[0].value == words.TAKEN_BACK
    assert words.MINE not in texts(app)
    app.run()
    assert not [entry for entry in app.info if entry.value == words.TAKEN_BACK]


def test_a_limit_is_a_sentence_in_the_page(page, signed_in, monkeypatch):
    monkeypatch.setattr(store, "MOST", 0)
    app = page()
    app.button(key="share-make").click().run()
    assert "Take one back first" in app.error[0].value
    assert not app.exception


def test_what_cannot_be_taken_back_is_said(page, signed_in, monkeypatch):
    app = page()
    app.button(key="share-make").click().run()
    (link,) = store.links_of(ANA.key, time.time())

    def fail(key, owner, **_):
        raise SaliencyError(words.NOT_YOURS)

    monkeypatch.setattr(store, "take_back", fail)
    app.button(key=f"take-back-{link.key}").click().run()
    assert app.info[0].value == words.NOT_YOURS
    assert words.MINE in texts(app)
