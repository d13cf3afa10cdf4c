"""Whose an audit is, and who else may open it."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
from handed_over import kept
from persons import ANA, BEN, BROWSER, EVERYBODY, HERE, NAMELESS, OLGA, UNKNOWN

from saliency.errors import SaliencyError
from ui.audit import store
from ui.audit.ownership import access, words
from ui.audit.ownership.access import ACCESS, Access
from ui.words import plain


@pytest.fixture
def here(monkeypatch):
    """Says who uses the tab."""

    def sits(someone):
        monkeypatch.setattr(access, "person", lambda: someone)

    return sits


@pytest.mark.parametrize(
    ("held", "opens", "changes"),
    [
        (access.new(ANA), {ANA}, {ANA}),
        (access.new(BROWSER), {BROWSER}, {BROWSER}),
        (access.new(UNKNOWN), {UNKNOWN}, {UNKNOWN}),
        (access.new(HERE), set(), set()),
        (Access("person-a", "", ("ben@example.com",)), {ANA, BEN}, {ANA}),
        (Access("person-a", "", ("eve@example.com", "ben@example.com")), {ANA, BEN}, {ANA}),
        (Access("person-a", "", everyone=True), {ANA, BEN, NAMELESS}, {ANA}),
        (Access("browser-1", "", everyone=True), {BROWSER, ANA, BEN, NAMELESS}, {BROWSER}),
        (Access(), set(), set()),
        (Access("", "", ("",)), set(), set()),
        (Access(named=("ben@example.com",)), {BEN}, set()),
    ],
)
def test_who_may_open_and_change_it(held, opens, changes):
    owners = {OLGA, HERE}
    assert {someone for someone in EVERYBODY if held.may_open(someone)} == opens | owners
    assert {someone for someone in EVERYBODY if held.may_change(someone)} == changes | owners


def test_it_survives_the_disk_and_nobody_else_lists_it(home):
    folder, other = kept(), kept()
    access.write(folder, access.new(ANA))
    access.write(other, access.new(BEN))
    assert access.read(folder) == access.new(ANA)
    assert [entry.folder for entry in access.entries(ANA)] == [folder]
    assert access.entry(other.name, ANA) is None
    assert {entry.folder for entry in access.entries(OLGA)} == {folder, other}
    assert access.entries(UNKNOWN) == []
    assert not list(folder.glob("*.part"))


def test_old_audits_belong_to_this_computer_or_to_owners(home):
    folder = kept()
    assert access.entries(HERE)[0].access.belongs_to(HERE)
    assert [entry.folder for entry in access.entries(OLGA)] == [folder]
    for someone in (ANA, BROWSER, UNKNOWN, NAMELESS):
        assert access.entries(someone) == []
        with pytest.raises(SaliencyError, match="no audit here that is open to you"):
            access.check_open(folder, someone)


CONTENTS = (b"", b"{", b"[]", b"null", b"1", b'"person-a"', b"\xff", b"[" * 100_000, b'{"owner": 1}')
CONTENTS += (b'{"owner": "person-a", "named": 7}', b'{"owner": "person-a", "named": [1]}')
CONTENTS += (b'{"owner": "person-a", "everyone": "yes"}', b'{"owner": null, "everyone": true}')


@pytest.mark.parametrize("content", CONTENTS)
def test_a_damaged_file_opens_an_audit_to_owners_alone(home, content):
    folder, good = kept(), kept()
    access.write(good, access.new(ANA))
    (folder / ACCESS).write_bytes(content)
    assert {someone for someone in EVERYBODY if access.read(folder).may_open(someone)} == {OLGA, HERE}
    assert [entry.folder for entry in access.entries(ANA)] == [good]


def test_what_is_no_file_opens_an_audit_to_owners_alone(home):
    folders = [kept() for _ in range(3)]
    (folders[0] / ACCESS).mkdir()
    os.mkfifo(folders[1] / ACCESS)
    (folders[2] / ACCESS).symlink_to("/dev/zero")
    for folder in folders:
        assert access.read(folder) == Access()
    assert access.entries(ANA) == []


def test_later_programs_may_write_more(home):
    folder = kept()
    access.write(folder, access.new(ANA))
    record = json.loads((folder / ACCESS).read_text())
    (folder / ACCESS).write_text(json.dumps({**record, "later": 1}))
    assert access.read(folder) == access.new(ANA)


def test_sharing_and_taking_back(home, here):
    folder = kept()
    access.write(folder, access.new(ANA))
    here(ANA)
    access.share(folder, ["Ben@Example.com "])
    assert access.read(folder) == Access("person-a", "Ana Lima", ("ben@example.com",))
    assert access.entry(folder.name, BEN)
    here(BEN)
    for act in (lambda: access.share(folder, everyone=True), lambda: access.check_change(folder)):
        with pytest.raises(SaliencyError, match="no audit here that is open to you"):
            act()
    here(OLGA)
    access.share(folder, everyone=True)
    assert access.read(folder).owner == "person-a", "it stays whose it is"
    here(ANA)
    access.share(folder)
    assert access.entry(folder.name, BEN) is None
    store.discard(folder)
    with pytest.raises(SaliencyError, match="no audit here"):
        access.share(folder, everyone=True)
    assert not folder.exists()


def test_an_address_that_only_looks_alike_opens_nothing(home, here):
    folder = kept()
    access.write(folder, access.new(ANA))
    here(ANA)
    access.share(folder, ["KIM@strasse.example"])
    assert access.read(folder).may_open(replace(BEN, address="kim@strasse.example"))
    for address in ("\u212aim@strasse.example", "kim@stra\u00dfe.example", "kim@\u017ftrasse.example", ""):
        assert not access.read(folder).may_open(replace(BEN, address=address))


def test_names_are_told_apart_among_one_s_own(home):
    for someone, name in ((ANA, "Shop"), (ANA, "Shop (2)"), (BEN, "Fair")):
        access.write(folder := kept(name=name), access.new(someone))
        assert store.read(folder).name == name
    assert access.free_name("Shop", ANA) == "Shop (3)"
    assert access.free_name("Shop", BEN) == "Shop", "names of others are not told"
    assert access.free_name("Fair", OLGA) == "Fair"


def test_damaged_audits_and_strangers_are_for_who_may_delete_them(home):
    folder = kept()
    access.write(folder, access.new(ANA))
    (folder / "asked.json").write_text("{")
    (home / "notes.txt").write_text("x")
    assert access.damaged(ANA) == access.damaged(OLGA) == [folder]
    assert access.damaged(BEN) == access.damaged(BROWSER) == []
    assert access.strangers(OLGA) == access.strangers(HERE) == [home / "notes.txt"]
    assert access.strangers(ANA) == access.strangers(BROWSER) == []


def test_addresses_are_read_as_people_type_them():
    typed = "Ben@Example.com, eve@example.com;\n ana@example.com  ben@example.com"
    assert access.addresses(typed, ANA) == ("ben@example.com", "eve@example.com")
    assert access.addresses("jörg@müller.example", ANA) == ("jörg@müller.example",)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("ben", "“ben” is no mail address"),
        ("ben@example.com everybody", "“everybody” is no mail address"),
        ("@example.com", "no mail address"),
        ("a@b@c", "no mail address"),
        ("", "at least one colleague"),
        (" ,; \n", "at least one colleague"),
        ("ana@example.com", "at least one colleague"),
        (
            " ".join(f"c{n}@example.com" for n in range(101)),
            "101 colleagues; an audit is shared with at most 100",
        ),
    ],
)
def test_what_is_no_list_of_addresses_is_said(typed, sentence):
    with pytest.raises(SaliencyError, match=sentence):
        access.addresses(typed, ANA)


def test_whose_it_is_is_said_to_others():
    def said(held, someone):
        return words.standing(held, someone)

    shared = Access("person-a", "Ana *Lima*", ("ben@example.com", "c@d.e", "f@g.h"))
    assert said(shared, ANA) == [words.WITH_NAMED.format(who=plain("ben@example.com, c@d.e and 1 more"))]
    assert said(shared, BEN) == [words.OF.format(name=r"Ana \*Lima\*")], "others' addresses are not for him"
    assert said(Access("person-a", "Ana", everyone=True), OLGA) == ["of Ana", words.WITH_EVERYONE]
    assert said(access.new(ANA), ANA) == said(Access(), HERE) == []
    assert said(Access(), OLGA) == [words.OF_NOBODY]
    assert said(access.new(HERE), OLGA) == [words.OF_COMPUTER]
    assert said(access.new(BROWSER), OLGA) == [words.OF_BROWSER]
