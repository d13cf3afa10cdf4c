"""What a person says of a finding on the page: at once in the headline, and in every file taken along."""

from __future__ import annotations

import json

import pytest
from persons import HERE
from stand_in import text

from saliency.audit.job_files import locked
from saliency.audit.judgements import JUDGEMENTS, entry_of, keep, read
from saliency.errors import SaliencyError
from saliency.verdict.advice import AreaRole
from saliency.verdict.words import ROLES
from ui.audit.results import files, words
from ui.audit.results.files import content, record_in
from ui.audit.store import RESULTS
from ui.words import plain

ALARM = "Do not rely on this model"
AT = "2026-11-28T14:30:00+01:00"


def findings(folder):
    return [f for f in record_in(folder / RESULTS / "findings.json").findings if f.to_look_into]


def headline(app):
    return next(element.value for element in app.markdown if element.value.startswith("## "))


def choose(app, finding, role):
    app.segmented_control(key=f"audit-judge-role-{finding.key}").set_value(role).run()
    assert not app.exception
    assert not app.error


def test_a_word_changes_headline_and_files_at_once_and_can_be_taken_back(opened, corner):
    folder = corner()
    first, second = findings(folder)
    app = opened(folder)
    before = headline(app)
    assert ALARM in before
    assert ":red[" in before
    assert "2 findings are still to be judged" in text(app)
    worth = app.selectbox(key="audit-what").options
    assert not any((field.key or "").startswith("audit-judge") for field in app.text_input), (
        "quiet until used"
    )

    choose(app, first, AreaRole.PRODUCT)
    assert ALARM in headline(app), "there is another one"
    assert "1 finding was judged. Of those to look into, 1 is still to be judged." in text(app)
    choose(app, second, AreaRole.PRODUCT)
    assert ALARM not in headline(app)
    assert ":red[" not in headline(app)
    assert f":green[:material/check_circle: **Depends** · {ROLES[AreaRole.PRODUCT]}]" in text(app)
    assert plain(words.NOTHING) in text(app) or words.NOTHING in text(app)
    assert app.selectbox(key="audit-what").options != worth, "fewer are worth a look"

    app.text_input(key=f"audit-judge-name-{first.key}").set_value("the *handle*").run()
    app.text_input(key=f"audit-judge-by-{first.key}").set_value("Ana Lima").run()
    app.text_input(key=f"audit-judge-note-{first.key}").set_value("On all of them.").run()
    assert not app.exception
    said = read(folder)[0][first.key]
    assert (said.role, said.name, said.note, said.by) == (
        "product", "the *handle*", "On all of them.", "Ana Lima",
    )  # fmt: skip
    assert plain("Judged by Ana Lima") in text(app)
    assert plain("(“the *handle*”)") in text(app)
    report = content(folder, "report.html", HERE).decode()
    for sentence in ("Ana Lima", "the *handle*", "On all of them.", "2 findings were judged by Ana Lima"):
        assert sentence in report
    written = json.loads((folder / RESULTS / "findings.json").read_text())
    assert (written["to_be_judged"], written["depends_on"]) == (0, [])

    for finding in (first, second):
        app.button(key=f"audit-judge-undo-{finding.key}").click().run()
    assert headline(app) == before
    assert app.selectbox(key="audit-what").options == worth
    assert read(folder) == ({}, None)
    kept = json.loads((folder / JUDGEMENTS).read_text())["judgements"]
    assert kept[0]["role"] == "product", "what was said stays on record"
    assert kept[-1]["role"] is None
    assert "judged by" not in content(folder, "report.html", HERE).decode()


def test_what_is_something_else_stays_an_alarm_with_its_name(opened, corner):
    folder = corner()
    first, _ = findings(folder)
    app = opened(folder)
    choose(app, first, AreaRole.OTHER)
    app.text_input(key=f"audit-judge-name-{first.key}").set_value("price tag").run()
    assert ALARM in headline(app)
    assert "(“price tag”)" in headline(app)
    assert f":red[:material/warning: **Depends** · {ROLES[AreaRole.OTHER]}]" in text(app)
    assert (
        app.selectbox(key="audit-what")
        .options[-2]
        .startswith("Depends on the lower right corner (“price tag”)")
    )


def test_what_another_person_says_is_seen_when_the_page_is_drawn_again(opened, corner):
    folder = corner()
    first, second = findings(folder)
    app = opened(folder)
    keep(folder, [entry_of(first, AreaRole.PRODUCT, by="Ben Okoro", at=AT)])
    choose(app, second, AreaRole.DETAIL)
    assert "Judged by Ben Okoro on 28 November 2026" in text(app)
    assert "depends on a detail of the product" in headline(app)
    assert ":orange[" in headline(app)


def test_a_damaged_file_is_said_without_the_server_s_path_and_nothing_is_lost(opened, corner):
    folder = corner()
    (folder / JUDGEMENTS).write_text("{", encoding="utf-8")
    app = opened(folder)
    (warning,) = (one.value for one in app.warning if "What people said" in one.value)
    assert str(folder) not in warning
    assert "Corner" in warning
    before = content(folder, "report.html", HERE)
    assert before == (folder / RESULTS / "report.html").read_bytes(), "files are not written from nothing"
    choose(app, findings(folder)[0], AreaRole.PRODUCT)
    assert not [one for one in app.warning if "What people said" in one.value]
    assert (folder / "judgements.damaged-1.json").read_text(encoding="utf-8") == "{"


def test_what_was_typed_is_not_lost_to_a_press_that_comes_with_it(opened, corner):
    """A browser may send both at once, as a box is left by pressing something else."""
    folder = corner()
    first, _ = findings(folder)
    app = opened(folder)
    choose(app, first, AreaRole.DETAIL)
    app.text_input(key=f"audit-judge-name-{first.key}").set_value("rim")
    app.text_input(key=f"audit-judge-note-{first.key}").set_value("Of all cups.")
    choose(app, first, AreaRole.PRODUCT)
    said = read(folder)[0][first.key]
    assert (said.role, said.name, said.note) == ("product", "rim", "Of all cups.")


def test_where_it_cannot_be_kept_that_is_said(opened, corner, monkeypatch):
    folder = corner()
    app = opened(folder)

    def fails(*_):
        raise SaliencyError("There is no room left.")

    monkeypatch.setattr("ui.audit.results.judging.keep", fails)
    finding = findings(folder)[0]
    app.segmented_control(key=f"audit-judge-role-{finding.key}").set_value(AreaRole.PRODUCT).run()
    assert [error.value for error in app.error] == ["There is no room left."]
    assert ALARM in headline(app)
    assert app.segmented_control(key=f"audit-judge-role-{finding.key}").value is None


def test_files_are_written_again_once_and_only_those_that_show_findings(corner, monkeypatch):
    folder = corner()
    written = []
    real = files.write_again
    monkeypatch.setattr(
        files, "write_again", lambda *given, **more: written.append(1) or real(*given, **more)
    )
    path = folder / RESULTS / "findings.json"
    record = json.loads(path.read_text())
    del record["to_be_judged"]  # an earlier program's
    path.write_text(json.dumps(record))
    assert content(folder, "slide.png", HERE)
    assert written == []
    keep(folder, [entry_of(findings(folder)[0], AreaRole.PRODUCT, at=AT)])
    for name in ("results.csv", "results.json"):
        assert content(folder, name, HERE)
    assert written == []
    for name in ("slide.png", "report.pdf", "report.html", "findings.csv", "findings.json"):
        assert content(folder, name, HERE)
    assert written == [1]
    assert b"product" in content(folder, "findings.csv", HERE)


def test_while_others_write_the_same_that_is_said(corner, monkeypatch):
    folder = corner()
    monkeypatch.setattr(files, "_PATIENCE", 0.1)
    keep(folder, [entry_of(findings(folder)[0], AreaRole.PRODUCT, at=AT)])
    with (
        locked(folder),
        pytest.raises(SaliencyError, match="Another process is at work on the audit in “Corner”"),
    ):
        content(folder, "slide.png", HERE)
