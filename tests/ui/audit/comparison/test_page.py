"""Two audits beside each other on the page: what is said, who may see it, and how it is come to."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from fake_pair import fake_pair
from fake_rehearsal import rehearsal
from handed_over import BEGUN, finished, kept
from persons import ANA, BEN, HERE
from stand_in import make_model, text

import models
from models.inventory import Facts
from saliency.audit import Job
from saliency.audit.job import PHOTOS
from saliency.audit.remedy.record import write_rehearsal
from saliency.audit.reports.comparison import words as report_words
from saliency.errors import SaliencyError
from ui.audit import store
from ui.audit.comparison import both, repeat, words
from ui.audit.ownership import access
from ui.audit.runner import runner
from ui.audit.store import DONE, RESULTS, AuditRequest


@pytest.fixture(scope="session")
def _pair(tmp_path_factory):
    home = tmp_path_factory.mktemp("pair")
    fake_pair(home / "old", home / "new", results=RESULTS)
    return home


@pytest.fixture
def pair(_pair, home):
    """An older and a newer audit of the same photos, both finished and of whoever is said."""

    def make(old=HERE, new=HERE):
        folders = []
        for name, owner, begun in (("old", old, BEGUN), ("new", new, "2026-11-26T10:00:00")):
            folder = store.make()
            shutil.copytree(_pair / name, folder, dirs_exist_ok=True)
            request = AuditRequest(f"The {name} one", models.SHOWROOM, "grad-cam", begun=begun, days=3000)
            store.write(folder, replace(request, state=DONE))
            access.write(folder, access.new(owner))
            folders.append(folder)
        return folders

    return make


@pytest.fixture
def opened(page, office):
    def at(**address):
        app = page().switch_page("pages/audit.py")
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return at


def test_a_new_model_that_learned_from_these_photos_is_not_simply_called_better(opened, pair):
    old, new = pair()
    with Job(new, alone=False) as job:
        weights = job.settings.weights
    write_rehearsal(old, rehearsal(kept_as="ours", kept_weights=weights))
    app = opened(audit=new.name, against=old.name)
    assert [error.value for error in app.error] == [report_words.LEARNED.format(which="new", count=60)]
    headline = next(element.value for element in app.markdown if element.value.startswith("## "))
    assert "The new model is better" in headline
    assert ":green[" not in headline
    assert report_words.COMPARE_ON_OTHERS in text(app)
    write_rehearsal(old, rehearsal(kept_as="ours", kept_weights="0" * 64))
    assert not opened(audit=new.name, against=old.name).error


def test_the_first_sentence_says_which_is_better_and_what_is_gone(opened, pair):
    old, new = pair()
    app = opened(audit=new.name, against=old.name)
    headline = next(element.value for element in app.markdown if element.value.startswith("## "))
    assert "The new model is better: answers “lamp” no longer depend on the lower right corner" in headline
    assert ":green[" in headline
    said = text(app)
    assert "Old audit: The old one" in said
    assert "No photo that was answered right is wrong now." in said
    assert not app.warning
    (table,) = (table for table in app.table if words.report_words.FINDING_COLUMNS[0] in table.value.columns)
    assert all("Gone" in cell for cell in table.value.iloc[:, -1])
    app.button(key="compare-swap").click().run()
    assert app.query_params["audit"] == old.name
    assert "not tested with the other model" in text(app)


def test_results_lead_to_the_comparison_and_back(opened, pair):
    old, new = pair()
    app = opened(audit=old.name)
    app.button(key="compare-go").click().run()
    assert (app.query_params["audit"], app.query_params["against"]) == (new.name, old.name)
    app.button(key="compare-back").click().run()
    assert app.query_params["audit"] == new.name
    assert "against" not in app.query_params
    store.change(new, against=old.name)
    app = opened(audit=new.name)
    assert app.button(key="compare-older").label == words.COMPARE_WITH.format(name="The old one")


def test_the_choice_says_how_many_labels_a_model_knows_and_begins_with_one_that_knows_some(
    opened, pair, monkeypatch
):
    old, _ = pair()
    keys = ["strange", "fitting"]
    names = {"strange": ("kettle", "shoe"), "fitting": ("Mug", "lamp", "shoe")}
    others = {key: models.Choice(key, key, "", key, 1, "own", front=True, present=True) for key in keys}
    monkeypatch.setattr(repeat, "others", lambda request: others)
    monkeypatch.setattr(repeat, "facts", lambda choice: Facts(names[choice.key]))
    app = opened(audit=old.name)
    assert app.selectbox(key="compare-model").value == keys[-1]
    assert "This model knows 2 of the 2 labels of these photos." in [caption.value for caption in app.caption]
    app.selectbox(key="compare-model").set_value(keys[0]).run()
    (warning,) = app.warning
    assert warning.value.startswith("This model knows 0 of the 2 labels of these photos")
    assert words.CHOOSE_ANOTHER in warning.value


def test_who_may_not_see_both_sees_nothing(pair):
    old, new = pair(ANA, BEN)
    for visitor in (ANA, BEN):
        with pytest.raises(SaliencyError, match="not open to you"):
            both.entry_pair(old.name, new.name, visitor)
    open_pair = both.EntryPair(
        *(access.Entry(folder, store.read(folder), access.read(folder)) for folder in (old, new))
    )
    with pytest.raises(SaliencyError):
        both.content(open_pair, "comparison.json", BEN)


def test_an_address_of_what_is_gone_says_so(opened, pair):
    old, new = pair()
    shutil.rmtree(old)
    app = opened(audit=new.name, against=old.name)
    assert app.warning[0].value == words.GONE


def test_the_files_are_made_when_they_are_asked_for(pair):
    old, new = pair()
    entries = both.entry_pair(old.name, new.name, HERE)
    assert both.content(entries, "comparison.json", HERE).startswith(b"{")
    assert both.content(entries, "changed.csv", HERE).startswith(b'"change"')


@pytest.mark.slow
def test_another_model_is_asked_the_same_and_the_comparison_is_ready(office, page, tmp_path, monkeypatch):
    folder = kept()
    access.write(folder, access.new(HERE))
    office.begin(folder)
    assert finished(folder).state == DONE
    make_model(tmp_path / "custom" / "second", seed=3, name="Second")
    entry = access.entry(folder.name, HERE)
    choice = next(choice for choice in repeat.others(entry.request).values() if "econd" in choice.key)
    new = store.home() / repeat.begin(entry, choice, HERE)
    request = finished(new)
    assert (request.state, request.against, request.model) == (DONE, folder.name, choice.key)
    with Job(folder, alone=False) as before, Job(new, alone=False) as after:
        assert before.digests() == after.digests()
    shown = both.compared(both.entry_pair(folder.name, new.name, HERE)).comparison
    assert shown.photos == 6
    assert shown.untested == 0
    office.delete(folder)  # its photos stay with the new one
    assert len(list((new / PHOTOS).rglob("*.jpg"))) == 6
    assert runner() is office
