"""The rehearsal on the page of a finished audit: offered, watched, told; whom it is not for, and why."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from fake_rehearsal import figures, finding_rehearsal, rehearsal
from handed_over import until
from PIL import Image
from stand_in import text

from saliency.audit.job import PHOTOS
from saliency.audit.judgements import entry_of, keep
from saliency.audit.remedy.record import write_rehearsal
from saliency.audit.reports.remedy import words as report_words
from saliency.audit.reports.remedy.examples import FOLDER, TwinExample, write_examples
from saliency.errors import SaliencyError
from saliency.verdict.advice import AreaRole
from ui.audit.remedy import panel, rehearsals, store, words
from ui.audit.remedy.bars import bars
from ui.audit.remedy.store import PACK
from ui.audit.results.files import content, record_in
from ui.audit.store import DONE, FAILED, PAUSED, RESULTS, RUNNING
from ui.audit.works import Work
from ui.words import plain


@pytest.fixture(autouse=True)
def _no_rehearsals():
    """Those of another test are none of this one's."""
    rehearsals.rehearsals.clear()


def key_of(folder):
    return next(f.key for f in record_in(folder / RESULTS / "findings.json").findings if f.to_look_into)


def button(app, label):
    return [button for button in app.button if button.label == label]


def told(folder, **more):
    key = key_of(folder)
    write_rehearsal(folder, rehearsal(key, **more))
    store.change(folder, state=DONE)
    return key


@pytest.mark.parametrize("reason", ["", words.NO_LABELS])
def test_a_finished_audit_offers_a_rehearsal_and_says_what_it_is(opened, corner, monkeypatch, reason):
    monkeypatch.setattr(panel, "why_not", lambda record: reason)
    app = opened(corner())
    assert f"## {report_words.HEADING}" in [element.value for element in app.markdown]
    assert (words.ABOUT in text(app)) == bool(button(app, words.START)) == (not reason)
    assert not reason or reason in text(app)


def test_it_is_begun_once_watched_and_cancelled(opened, corner, monkeypatch):
    folder, reached, go = corner(), threading.Event(), threading.Event()

    def slow(work: Work) -> None:
        work.note(words.REHEARSE, 3, 60)
        reached.set()
        go.wait(30)
        work.note(words.REHEARSE, 4, 60)

    monkeypatch.setattr(rehearsals, "_run", slow)
    monkeypatch.setattr(panel, "why_not", lambda record: "")
    app = opened(folder)
    button(app, words.START)[0].click().run()
    assert reached.wait(30)
    assert store.read(folder).state == RUNNING
    app.run()
    assert not app.exception
    assert button(app, words.PAUSE)
    work = rehearsals.rehearsals().works.at(folder)
    rehearsals.rehearsals().begin(folder)
    assert rehearsals.rehearsals().works.at(folder) is work, "one of an audit"
    button(app, words.PAUSE)[0].click().run()
    go.set()
    work.thread.join(30)
    app.run()
    assert store.read(folder).state == PAUSED
    assert button(app, words.GO_ON)
    button(app, words.CANCEL)[0].click().run()
    assert store.read(folder) is None
    assert button(app, words.START)


def test_what_stopped_it_is_said_and_it_goes_on(opened, corner, monkeypatch):
    folder = corner()

    def fails(work: Work) -> None:
        raise SaliencyError("“mug/1.jpg” has changed since the audit.")

    monkeypatch.setattr(rehearsals, "_run", fails)
    runner = rehearsals.rehearsals()
    runner.begin(folder)
    until(lambda: runner.works.at(folder) is None)
    assert store.read(folder).state == FAILED
    app = opened(folder)
    assert "has changed since the audit" in app.error[0].value
    assert button(app, words.GO_ON)


def test_it_is_told_in_sentences_figures_and_the_plan(opened, corner):
    folder = corner()
    key = told(folder)
    app = opened(folder)
    said = text(app)
    for sentence in report_words.sentences(rehearsal(key)):
        assert plain(sentence) in said
    assert report_words.HONEST in said
    assert plain(report_words.rehearsed(rehearsal(key))[key]) in said
    heads = [list(table.value.columns) for table in app.table]
    assert list(report_words.HEAD) in heads
    assert button(app, words.AGAIN)
    assert words.ABOUT not in said


def test_what_was_judged_to_be_the_product_since_is_no_longer_told_as_mended(opened, corner):
    folder = corner()
    record = record_in(folder / RESULTS / "findings.json")
    findings = [finding for finding in record.findings if finding.to_look_into]
    parts = [finding_rehearsal(f.key, guess=f.guess, where=f"place {f.guess}") for f in findings]
    keys = tuple(finding.key for finding in findings)
    write_rehearsal(folder, rehearsal(findings=tuple(parts), to_mend=keys))
    store.change(folder, state=DONE, twins=3, to_mend=keys)
    (folder / PACK).write_bytes(b"PK")
    assert button(opened(folder), words.KEEP_DO)
    for place, finding in enumerate(findings):
        at = "2026-11-29T10:00:00+01:00"
        keep(folder, [entry_of(finding, AreaRole.PRODUCT, name="", note="", by="Ana", at=at)])
        app = opened(folder)
        said = text(app)
        assert f"place {finding.guess}" not in said
        assert (f"place {findings[-1].guess}" in said) == (place == 0)
        assert "before people judged" in app.warning[-1].value
        assert words.OLD_PACK in [taken.proto.label for taken in app.get("download_button")]
        assert not button(app, words.KEEP_DO), "it would be a model that was taught to pass over the product"
        assert button(app, words.AGAIN)
    assert not any(report_words.HONEST in markdown.value for markdown in app.markdown)


def test_why_nothing_could_be_rehearsed_and_that_there_is_nothing_to_mend(opened, corner):
    folder = corner()
    store.change(folder, state=DONE, why_not="This model has no linear last step.")
    assert "no linear last step" in text(opened(folder))
    sound = corner()
    told(sound, outcome="nothing to mend", findings=())
    said = text(opened(sound))
    assert "does not show whether that can be mended" in said, "there is something to mend now"
    assert report_words.HONEST not in said
    assert report_words.ANSWERS["helps"] not in said


def test_why_not_beforehand(corner):
    record = record_in(corner() / RESULTS / "findings.json")
    assert panel.why_not(replace(record, asked_from_outside="It answers over the network.")) == (
        words.FROM_OUTSIDE
    )
    assert panel.why_not(replace(record, right=0, wrong=0)) == words.NO_LABELS
    assert panel.why_not(replace(record, right=9, wrong=1)) == ""


@pytest.mark.slow
def test_files_that_are_taken_along_have_it(office, corner):
    from ui.people.person import person

    folder = corner()
    before = content(folder, "checklist.csv", person())
    assert b"In a rehearsal" not in before
    told(folder)
    assert b"In a rehearsal with 60" in content(folder, "checklist.csv", person())
    assert b'"remedy"' in (folder / RESULTS / "findings.json").read_bytes()


def test_twins_stand_beside_their_photos(opened, corner):
    folder = corner()
    key = told(folder)
    (folder / PHOTOS).mkdir()
    for path in (folder / PHOTOS / "a.png", folder / FOLDER / "0.png"):
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (40, 30), "red").save(path)
    made = "The corner covered by a blur"
    gone = TwinExample("gone.png", "0.png", "mug", key, "Gone", "lamp", "mug")
    write_examples(folder, [TwinExample("a.png", "0.png", "mug", key, made, "lamp", "mug"), gone])
    captions = [element.value for element in opened(folder).caption]
    assert f"{made} · Before: lamp, wrong · After: mug, right" in captions
    assert not any("Gone" in caption for caption in captions)


def test_bars_escape_names_and_are_as_long_as_the_share():
    part = finding_rehearsal(guess="<b>", before=figures(31, 0, 0), after=figures(0, 0, 0))
    html = bars(report_words.main_rows(rehearsal(findings=(part,))))
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "width:50.0%" in html
    assert "width:0.5%" in html, "none is seen, too"


def test_what_was_at_work_when_the_server_stopped_goes_on(office, corner, monkeypatch):
    folder, ran = corner(), threading.Event()
    store.change(folder, state=RUNNING)
    monkeypatch.setattr(rehearsals, "_run", lambda work: ran.set())
    rehearsals.rehearsals.clear()
    rehearsals.rehearsals()
    assert ran.wait(30)


def test_an_audit_is_deleted_once_its_rehearsal_has_stopped(office, corner, monkeypatch):
    folder, stopped = corner(), threading.Event()

    def waits(work: Work) -> None:
        work.stop.wait(30)
        stopped.set()

    monkeypatch.setattr(rehearsals, "_run", waits)
    rehearsals.rehearsals.clear()
    rehearsals.rehearsals().begin(folder)
    office.delete(folder)
    assert stopped.is_set()
    assert not folder.exists()
