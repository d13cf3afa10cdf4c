"""The Audit page of a server that several people use: each sees their own, and what is shared with them."""

from __future__ import annotations

import time

import pytest
from handed_over import finished, kept
from persons import ANA, BEN, BROWSER, EVE, OLGA, OTHER_BROWSER
from stand_in import text

from saliency.audit import judgements
from saliency.errors import SaliencyError
from saliency.verdict.advice import AreaRole
from ui.audit import store, words
from ui.audit.ownership import access, limits, sharing
from ui.audit.ownership import words as ownership_words
from ui.audit.results import words as results_words
from ui.audit.results.files import content, record_in
from ui.audit.runner import runner
from ui.audit.store import DONE, PAUSED
from ui.people import gate, settings, sign_in
from ui.people import person as people
from ui.people.roles import RoleRules
from ui.people.settings import Settings
from ui.server import reach
from ui.words import plain


@pytest.fixture
def opened(page, office, monkeypatch):
    """Opens the Audit page for a person, at an audit's address if one is given; whoever opens last acts."""
    who = {}

    def said():
        someone = who["is"]
        named = {"iss": "https://login.example.com", "sub": someone.key, "email": someone.address}
        return {**named, "email_verified": True, "name": someone.name, "exp": time.time() + 900}

    rules = RoleRules(owners=(OLGA.address,), members=(ANA.address, BEN.address))
    settled = Settings("http://localhost", {"": ""}, rules, visitors=True)
    monkeypatch.setattr(people, "_person_key", lambda claims: claims["sub"])
    monkeypatch.setattr(people, "_browser_key", lambda: who["is"].key)
    monkeypatch.setattr(reach, "only_this_computer", lambda headers=None: False)
    monkeypatch.setattr(sign_in, "_said", said)
    for module in (settings, gate):
        monkeypatch.setattr(module, "is_on", lambda: who["is"].signed_in)
    for module in (settings, gate, sign_in):
        monkeypatch.setattr(module, "settings", lambda: settled)

    def act(someone, folder=None):
        who["is"] = someone
        app = page().switch_page("pages/audit.py")
        if folder is not None:
            app.query_params["audit"] = folder.name
        return app.run()

    act.now = lambda someone: who.update({"is": someone})
    return act


def of(someone, **values):
    """An audit of a person, finished if nothing else is said."""
    folder = kept(**values)
    access.write(folder, access.new(someone))
    return folder


def done(someone, **values):
    folder = of(someone, **values)
    runner().begin(folder)
    assert finished(folder).state == DONE
    return folder


def press(app, label):
    (button,) = (button for button in app.button if button.label == label)
    return button.click().run()


def folders_listed(app):
    return {
        button.key.removeprefix("open-") for button in app.button if (button.key or "").startswith("open-")
    }


@pytest.mark.parametrize(("one", "other"), [(ANA, BEN), (BROWSER, OTHER_BROWSER)])
def test_nobody_else_lists_opens_or_deletes_it(opened, one, other):
    mine, theirs = of(one, state=PAUSED), of(other, state=PAUSED)
    app = opened(one)
    assert folders_listed(app) == {mine.name}
    assert ownership_words.rule(one) in text(app)
    for someone, folder in ((one, theirs), (other, mine), (one, store.home() / "20261125-100000-00000000")):
        app = opened(someone, folder)
        assert not app.exception
        assert [warning.value for warning in app.warning] == [access.REFUSED], "the same whether it exists"
        assert "A set" not in text(app)
        assert {button.key for button in app.button if button.key} == {"audit-back"}
    assert opened(one, mine).button(key="audit-go-on")


def test_what_was_drawn_before_somebody_else_came_does_nothing(opened):
    """Buttons of a page that stayed open, pressed by who may not: another person signed in meanwhile."""
    folder = of(ANA, state=PAUSED)
    for key in ("audit-go-on", "audit-cancel"):
        app = opened(ANA, folder)
        opened.now(BEN)
        app.button(key=key).click().run()
        assert access.REFUSED in [error.value for error in app.error]
        assert folder.exists()
        assert store.read(folder).state == PAUSED


def test_an_audit_that_is_begun_belongs_to_who_began_it(opened):
    app = opened(ANA)
    app.button(key="audit-sample").click().run()
    (entry,) = access.entries(ANA)
    assert (entry.access.owner, entry.access.name, entry.access.shared) == (ANA.key, ANA.name, False)
    assert folders_listed(opened(BEN)) == set()
    runner().delete(entry.folder)


def test_shared_with_a_colleague_and_taken_back(opened):
    folder = done(ANA)
    app = opened(ANA, folder)
    (kind,) = (control for control in app.segmented_control if control.label == ownership_words.SHARING)
    assert kind.value == sharing.NOBODY
    kind.set_value(sharing.NAMED).run()
    assert ownership_words.WHAT in text(app), "it says first what will be shared"
    press(app, ownership_words.SAVE)
    assert "at least one colleague" in app.error[0].value
    (named,) = (area for area in app.text_area if area.label == ownership_words.NAMED)
    named.set_value("Ben@example.com").run()
    press(app, ownership_words.SAVE)
    assert not app.error
    assert access.read(folder).named == (BEN.address,)
    assert any(code.value.endswith(f"?audit={folder.name}") for code in app.code)

    guest = opened(BEN)
    assert folders_listed(guest) == {folder.name}
    assert ownership_words.SHARED_WITH_YOU in text(guest)
    assert "of Ana Lima" in text(guest)
    assert BEN.address not in text(guest)
    guest = opened(BEN, folder)
    assert guest.metric
    assert guest.get("download_button")
    labels = {button.label for button in guest.button}
    assert results_words.OPEN_PICTURE in labels
    assert not labels & {words.DELETE_YES, ownership_words.SAVE, ownership_words.TAKE_BACK}

    opened.now(ANA)
    press(app, ownership_words.TAKE_BACK)
    assert access.read(folder).named == ()
    opened.now(BEN)
    assert [warning.value for warning in guest.run().warning] == [access.REFUSED]
    assert not guest.get("download_button")
    assert not guest.get("imgs")


def test_shared_with_all_members_and_nobody_else(opened):
    folder = done(ANA)
    access.write(folder, access.Access(ANA.key, ANA.name, everyone=True))
    assert opened(BEN, folder).metric
    for someone in (EVE, BROWSER):
        refused = opened(someone, folder)
        assert [warning.value for warning in refused.warning] == [access.REFUSED]
        assert not refused.metric


def test_downloads_are_asked_for_anew_when_they_are_pressed(opened):
    folder = done(ANA)
    access.write(folder, access.Access(ANA.key, "", (BEN.address,)))
    assert content(folder, "results.csv", BEN)
    access.write(folder, access.new(ANA))
    with pytest.raises(Exception, match="no audit here that is open to you"):
        content(folder, "results.csv", BEN)
    assert content(folder, "results.csv", ANA)


def test_a_colleague_judges_with_their_name_until_it_is_taken_back(opened, corner):
    folder = corner()
    access.write(folder, access.Access(ANA.key, ANA.name, (BEN.address,)))
    finding = next(f for f in record_in(folder / store.RESULTS / "findings.json").findings if f.to_look_into)
    key = f"audit-judge-role-{finding.key}"
    guest = opened(BEN, folder)
    guest.segmented_control(key=key).set_value(AreaRole.PRODUCT).run()
    assert not guest.error
    said = judgements.read(folder)[0][finding.key]
    assert (said.role, said.by) == (AreaRole.PRODUCT, BEN.name)
    assert not [field for field in guest.text_input if field.key == f"audit-judge-by-{finding.key}"]
    owner = opened(ANA, folder)
    assert "Judged by Ben Okoro" in text(owner)
    owner.segmented_control(key=key).set_value(AreaRole.OTHER).run()
    assert judgements.read(folder)[0][finding.key].by == ANA.name
    access.write(folder, access.new(ANA))
    opened.now(BEN)
    guest.segmented_control(key=key).set_value(AreaRole.DETAIL).run()
    assert access.REFUSED in [error.value for error in guest.error]
    assert judgements.read(folder)[0][finding.key].by == ANA.name


@pytest.mark.parametrize(
    ("someone", "may"), [(ANA, True), (BEN, True), (OLGA, True), (EVE, False), (BROWSER, False)]
)
def test_who_may_judge(corner, monkeypatch, someone, may):
    folder = corner()
    access.write(folder, access.Access(ANA.key, ANA.name, everyone=True))
    monkeypatch.setattr(access, "person", lambda: someone)
    if may:
        assert access.check_judge(folder) == someone
        store.discard(folder)
    with pytest.raises(SaliencyError, match="no audit here that is open to you"):
        access.check_judge(folder)


def test_a_photo_is_not_opened_in_explain_once_it_is_taken_back(opened):
    folder = done(ANA)
    access.write(folder, access.Access(ANA.key, "", everyone=True))
    guest = opened(BEN, folder)
    button = next(button for button in guest.button if button.label == results_words.OPEN_PICTURE)
    access.write(folder, access.new(ANA))
    button.click().run()
    assert [warning.value for warning in guest.warning] == [access.REFUSED]


def test_owners_of_the_server_see_everybody_s_with_whose_they_are(opened):
    ana, ben, old = of(ANA, state=PAUSED), of(BEN, state=PAUSED), kept(state=PAUSED)
    app = opened(OLGA)
    assert folders_listed(app) == {ana.name, ben.name, old.name}
    assert ownership_words.OTHERS.format(count=3) in [box.label for box in app.expander]
    for whose in ("of Ana Lima", "of Ben Okoro", ownership_words.OF_NOBODY):
        assert whose in text(app)
    app.button(key=f"delete-{ben.name}").click().run()
    assert not ben.exists()
    assert opened(OLGA, ana).button(key="audit-go-on")


def test_the_same_name_of_two_persons_is_two_audits(opened):
    one, other = of(ANA, state=PAUSED), of(BEN, state=PAUSED)
    access.write(other, access.Access(BEN.key, BEN.name, everyone=True))
    app = opened(ANA)
    assert folders_listed(app) == {one.name, other.name}
    assert text(app).count("**A set**") == 2
    assert "of Ben Okoro" in text(app)


def test_a_reached_limit_is_said_and_nothing_is_lost(opened, monkeypatch):
    monkeypatch.setenv(limits.AUDITS, "0")
    app = opened(ANA)
    app.button(key="audit-sample").click().run()
    assert app.error[0].value == plain(ownership_words.TOO_MANY_AUDITS.format(count=0))
    assert access.entries(ANA) == []
    folder = of(ANA, state=PAUSED)
    app = opened(ANA, folder)
    app.button(key="audit-go-on").click().run()
    assert "as many as one person may have" in app.error[0].value
    assert store.read(folder).state == PAUSED
