"""The page of somebody's account lists their links, and to owners of the server everybody's."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from ui.people.person import Person
from ui.people.roles import Role
from ui.server.places import AUDITS
from ui.sharing import section, store, words
from ui.words import DOT

ANA = Person("person-a", "Ana", Role.MEMBER, signed_in=True)
OLU = Person("person-o", "Olu", Role.OWNER, signed_in=True)


def drawn():
    from ui.sharing import section

    section.all_links(section.person())


@pytest.fixture
def account(tmp_path, monkeypatch):
    """What somebody is shown."""
    monkeypatch.setenv(AUDITS, str(tmp_path / "audits"))
    monkeypatch.setattr(section, "address", lambda key: f"https://spotlight.example.com/shared/{key}")

    def opened(someone):
        monkeypatch.setattr(section, "person", lambda: someone)
        return AppTest.from_function(drawn).run()

    return opened


def texts(app):
    return " ".join(entry.value for entry in app.markdown)


def test_links_are_listed_for_who_made_them_and_for_owners(account):
    assert texts(account(ANA)) == ""
    of_ana = store.add(b"a", owner=ANA.key, name="Ana", title="mug.jpg", days=7, now=time.time())
    of_olu = store.add(b"o", owner=OLU.key, name="Olu", title="chair.jpg", days=7, now=time.time())
    app = account(ANA)
    assert "mug.jpg" in texts(app)
    assert "chair.jpg" not in texts(app)
    assert {button.key for button in app.button} == {f"take-back-{of_ana.key}"}

    app = account(OLU)
    assert {button.key for button in app.button} == {f"take-back-{link.key}" for link in (of_ana, of_olu)}
    assert words.OTHERS.format(count=1) in texts(app)
    assert "mug.jpg](https://spotlight.example.com/shared/" in texts(app)
    assert f"{DOT}Ana{DOT}" in texts(app)
    app.button(key=f"take-back-{of_ana.key}").click().run()
    assert not app.exception
    assert app.info[0].value == words.TAKEN_BACK
    assert store.all_links(time.time()) == [of_olu]


def test_who_is_no_owner_any_more_takes_back_nothing_of_others(account, monkeypatch):
    link = store.add(b"a", owner=ANA.key, title="mug.jpg", days=7, now=time.time())
    app = account(OLU)
    monkeypatch.setattr(section, "person", lambda: Person(OLU.key, "Olu", Role.MEMBER, signed_in=True))
    app.button(key=f"take-back-{link.key}").click().run()
    assert app.info[0].value == words.NOT_YOURS
    assert store.all_links(time.time()) == [link]


def test_a_link_from_before_names_were_kept_is_somebodys(account):
    store.add(b"a", owner=ANA.key, title="mug.jpg", days=7, now=time.time())
    assert f"{DOT}{words.SOMEBODY}{DOT}" in texts(account(OLU))
