"""Links that end: how long they last, who takes them back, how many there can be; the clock is given in."""

from __future__ import annotations

import json
import os

import pytest

from saliency.errors import SaliencyError
from ui.server.places import AUDITS, shared_folder
from ui.sharing import store
from ui.sharing.store import DAY

NOW = 1_800_000_000.0


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(AUDITS, str(tmp_path / "audits"))
    return tmp_path / "shared"


def add(page=b"<!doctype html>", owner="person-a", title="mug.jpg", days=1, now=NOW):
    return store.add(page, owner=owner, title=title, days=days, now=now)


@pytest.mark.parametrize("days", store.DAYS)
def test_a_link_lasts_as_long_as_it_says(days):
    link = add(b"page", days=days)
    assert store.shared_page(link.key, NOW) == b"page"
    assert store.shared_page(link.key, NOW + days * DAY - 1) == b"page"
    assert store.shared_page(link.key, NOW + days * DAY) is None
    assert store.links_of("person-a", NOW + days * DAY) == []


def test_nobody_guesses_a_key_and_a_key_is_no_path(folder):
    links = [add() for _ in range(5)]
    assert len({link.key for link in links}) == 5
    assert all(len(bytes.fromhex(link.key)) * 8 >= 128 for link in links)
    (folder.parent / ("a" * 40 + ".html")).write_bytes(b"no")
    for key in ("", "..", "../" + links[0].key, links[0].key.upper(), links[0].key + "\n", "a" * 40, "\x00"):
        assert store.shared_page(key, NOW) is None
        store.take_back(key, "person-a")
    assert len(store.links_of("person-a", NOW)) == 5


def test_taken_back_leaves_no_file(folder):
    link = add()
    store.take_back(link.key, "person-a")
    assert store.shared_page(link.key, NOW) is None
    assert [path.name for path in folder.iterdir() if path.name != ".lock"] == []
    store.take_back(link.key, "person-a")


def test_only_who_made_it_takes_it_back():
    link = add()
    with pytest.raises(SaliencyError, match="somebody else's"):
        store.take_back(link.key, "person-b")
    assert store.shared_page(link.key, NOW)
    assert store.links_of("person-b", NOW) == []


def test_an_owner_of_the_server_sees_and_takes_back_everybodys():
    link, other = add(), add(owner="person-c", now=NOW + 60)
    assert store.all_links(NOW + 60) == [other, link]
    store.take_back(link.key, "person-b", anybodys=True)
    assert store.shared_page(link.key, NOW) is None
    assert store.all_links(NOW + 60) == [other]


def test_the_newest_link_stands_first():
    older, newer = add(title="a", days=30), add(title="b", now=NOW + 60)
    assert store.links_of("person-a", NOW + 60) == [newer, older]


def test_a_sweep_deletes_what_has_ended_and_what_was_cut_short(folder):
    ended, other = add(days=1), add(days=30)
    for name in ("b" * 40 + ".html", "c" * 40 + ".json.part", "d" * 40 + ".html"):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (NOW, NOW))
    os.utime(folder / ("d" * 40 + ".html"), (NOW + DAY, NOW + DAY))  # somebody may be at work on it
    (folder / "notes.txt").write_text("of whoever runs the server")
    store.sweep(NOW + DAY)
    assert {path.name for path in folder.iterdir()} == {
        f"{other.key}.json",
        f"{other.key}.html",
        "d" * 40 + ".html",
        "notes.txt",
        ".lock",
    }
    assert store.shared_page(ended.key, NOW) is None


def test_one_person_has_so_many_links_at_most(monkeypatch):
    monkeypatch.setattr(store, "MOST", 2)
    first, _ = add(days=1), add(days=7)
    with pytest.raises(SaliencyError, match=r"2, or 30 MB together\. Take one back first"):
        add()
    add(owner="person-b")
    store.take_back(first.key, "person-a")
    add(days=1)
    assert add(now=NOW + DAY).made == NOW + DAY  # another one has ended by then


@pytest.mark.parametrize(("limit", "owner"), [("MOST_BYTES", "person-a"), ("MOST_BYTES_OF_ALL", "person-b")])
def test_pages_have_so_many_bytes_together_at_most(monkeypatch, folder, limit, owner):
    monkeypatch.setattr(store, limit, 100)
    add(b"x" * 60)
    with pytest.raises(SaliencyError, match=r"Take one back|Download the page"):
        add(b"x" * 60, owner=owner)
    assert len(list(folder.glob("*.html"))) == 1


def test_a_full_server_says_so(monkeypatch):
    monkeypatch.setattr(store, "MOST_OF_ALL", 1)
    add()
    with pytest.raises(SaliencyError, match="keeps no more links"):
        add(owner="person-b")


def test_damaged_records_are_no_links(folder):
    link = add()
    record = folder / f"{link.key}.json"
    whole = json.loads(record.read_text())
    for damaged in (b"", b"[]", b"{}", b"\xff", json.dumps(whole | {"ends": "never"}).encode()):
        record.write_bytes(damaged)
        assert store.shared_page(link.key, NOW) is None
    record.write_text(json.dumps(whole | {"key": "e" * 40}))
    assert store.links_of("person-a", NOW) == []
    store.sweep(NOW * 2)
    assert not list(folder.glob("*.*"))[1:]


def test_a_disk_that_cannot_be_written_is_a_sentence(folder):
    folder.parent.joinpath("shared").write_text("a file in the way")
    with pytest.raises(SaliencyError, match="could not be kept on this server") as caught:
        add()
    assert str(folder) not in caught.value.message


def test_files_are_for_this_account_alone(folder):
    link = add()
    assert (shared_folder() / f"{link.key}.html").stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_there_is_no_link_of_another_length():
    with pytest.raises(SaliencyError, match="1, 7, 30 days"):
        add(days=365)
