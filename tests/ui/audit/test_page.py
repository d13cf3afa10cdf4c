"""The Audit page, from the form to what was found."""

from __future__ import annotations

import errno
import html
import io
import json
import re
import sqlite3
import threading
import zipfile
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from handed_over import BEGUN, LABELS, Upload, finished, kept, packed, until
from PIL import Image
from pypdf import PdfReader
from stand_in import draw, encoded, text

import models
from saliency.audit import Job, job_files
from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.json_types import from_json
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.summary_words import unfamiliar
from saliency.audit.reports.verdict import audit_verdict
from saliency.audit.reports.words import day
from ui.audit import store, uploads, words
from ui.audit.results import words as results_words
from ui.audit.store import DONE, FAILED, PAUSED, RESULTS, RUNNING, AuditRequest
from ui.photo.words import BACK_TO_AUDIT, OWN_PHOTO, from_audit
from ui.words import APP, plain


def audit_page(page):
    return page().switch_page("pages/audit.py").run()


def opened(app):
    """The buttons of the list that open a photo in Explain."""
    return [button for button in app.button if (button.key or "").startswith("audit-open-")]


def report_texts(folder):
    """The first page of an audit's PDF, and its web page, as texts without regard to where lines break."""
    web = re.sub(r"<[^>]+>", " ", (folder / "report.html").read_text(encoding="utf-8"))
    texts = PdfReader(folder / "report.pdf").pages[0].extract_text(), html.unescape(web)
    return [" ".join(text.replace("\u00a0", " ").split()) for text in texts]


def test_from_upload_to_findings_and_on_to_explain(page, office):
    app = audit_page(page)
    assert words.NONE_YET in text(app)
    assert app.button(key="audit-start").disabled
    app.file_uploader(key="audit-files-0").upload("shop photos.zip", packed(12, broken=2)).run()
    assert "1 ZIP" in text(app)
    assert words.photos_in_folders(12, 4) in text(app)
    assert app.selectbox(key="audit-labels").value == "folders", "they are named like classes"
    app.selectbox(key="audit-labels").select("").run()
    assert words.folders_fit(4, 4) in text(app)
    assert "The model is asked about" in text(app)  # what it costs, before it begins
    app.selectbox(key="audit-labels").select("folders").run()
    app.button(key="audit-start").click().run()
    assert not app.exception
    assert not app.error
    ((folder, asked),) = store.listed()
    assert asked.name == f"shop photos, {day(date.today())}"
    assert app.query_params["audit"] == folder.name
    assert finished(folder).state == DONE
    app.run()
    found = json.loads((folder / RESULTS / "findings.json").read_text(encoding="utf-8"))
    assert [metric.value for metric in app.metric] == ["10", "2", str(found["right"]), str(found["wrong"])]
    assert found["right"] + found["wrong"] == 10
    answers = [line for answer in found["answers"].values() for line in answer.splitlines()]
    for answer in answers:
        assert plain(answer) in text(app)
    paper, web = report_texts(folder / RESULTS)
    said = [audit_verdict(from_json(AuditRecord, found)).sentence, *answers]
    if found["unfamiliar"]:
        said.append(unfamiliar(found["unfamiliar"], found["audited"]))
    for sentence in said:  # word for word what the page says
        assert plain(sentence) in text(app)
        assert sentence in paper
        assert sentence in web
    for item in found["shopping_list"]:
        assert plain(item["what"]) in text(app)
    table = app.table[0].value
    assert sorted(table[results_words.TRUTH[0]]) == sorted(one["label"] for one in found["true_classes"])
    assert app.selectbox(key="audit-what").value == "wrong"
    assert len(opened(app)) == found["wrong"]
    for one in found["left_out"]:
        assert plain(one["file"]) in text(app)
        assert plain(one["problem"]) in text(app)
    app.selectbox(key="audit-what").select("all").run()
    assert len(opened(app)) == 10
    app.selectbox(key="audit-right").select("wrong").run()
    assert len(opened(app)) == found["wrong"]
    opened(app)[0].click().run()
    assert not app.exception
    assert any(title.value == APP for title in app.title)
    assert OWN_PHOTO in text(app)
    wrong = next(entry for entry in found["review"] if entry["kind"] == "wrong")
    assert from_audit(asked.name, wrong["file"], wrong["label"], wrong["guess"], False) in text(app)
    (back,) = app.get("page_link")
    assert back.proto.label == BACK_TO_AUDIT
    place = parse_qs(back.proto.query_string)
    assert place.pop("photo")
    assert place == {"audit": [folder.name], "show": ["all"], "doubt": ["wrong"]}


def test_the_list_opens_and_deletes_with_all_data(page, office):
    folder = kept()
    office.begin(folder)
    assert finished(folder).state == DONE
    app = audit_page(page)
    assert "A set" in text(app)
    app.button(key=f"open-{folder.name}").click().run()
    assert app.metric
    assert results_words.NOT_SEARCHED.format(least=2 * LEAST) in text(app)
    app.button(key="audit-back").click().run()
    assert not app.metric
    app.button(key=f"delete-{folder.name}").click().run()
    assert not folder.exists()
    assert words.NONE_YET in text(app)
    app.query_params["audit"] = folder.name
    assert words.GONE in text(app.run())


def test_an_address_leads_to_no_other_folder(page, office, home):
    folder = kept()
    office.begin(folder)
    assert finished(folder).state == DONE
    outside = home.parent / "outside"
    folder.rename(outside)
    app = audit_page(page)
    for name in ("../outside", str(outside), "outside"):
        app.query_params["audit"] = name
        app.run()
        assert words.GONE in text(app)
        assert not app.metric


def test_a_damaged_audit_leaves_the_others_and_the_form_as_they_are(page, office):
    damaged, folder = kept(name="Damaged", state=PAUSED), kept(state=PAUSED)
    (damaged / "job.sqlite").write_bytes(b"no database" * 100)
    app = audit_page(page)
    assert app.button(key=f"open-{folder.name}")
    assert app.button(key="audit-start").disabled
    app.button(key=f"delete-{damaged.name}").click().run()
    assert not damaged.exists()


@pytest.mark.parametrize("content", ["{", '{"name": 7}', '{"name": "\\ud800"}', "odd begun"])
def test_an_audit_with_damaged_settings_is_shown_and_can_be_deleted(page, office, content):
    damaged, folder = kept(state=PAUSED), kept(state=PAUSED)
    if content == "odd begun":
        content = (damaged / "asked.json").read_text().replace("2026-11-25", "one day")
    (damaged / "asked.json").write_text(content)
    app = audit_page(page)
    assert not app.exception
    assert not app.error
    assert app.button(key=f"open-{folder.name}")
    assert plain(damaged.name) in text(app)
    assert words.DAMAGED in text(app)
    app.query_params["audit"] = damaged.name
    assert words.DAMAGED in text(app.run())
    app.button(key="delete-open").click().run()
    assert not damaged.exists()
    assert folder.exists()


def test_what_is_no_audit_is_named_and_can_be_cleaned(page, office, home):
    folder = kept(state=PAUSED)
    (home / "my *own* photos").mkdir()
    (home / "notes.txt").write_text("x")
    app = audit_page(page)
    assert words.STRANGERS.format(count=2) in [part.label for part in app.expander]
    assert plain("my *own* photos") in text(app)
    app.button(key="clean-notes.txt").click().run()
    assert {path.name for path in home.iterdir()} == {folder.name, "my *own* photos"}
    assert not app.exception


@pytest.mark.slow
def test_a_finished_audit_with_damaged_results_writes_them_again(page, office):
    folder = kept()
    office.begin(folder)
    assert finished(folder).state == DONE
    whole = (folder / RESULTS / "findings.json").read_bytes()
    for content in (b"{", b"[]", whole.replace(b'"audited": 6', b'"audited": "6"'), None):
        path = folder / RESULTS / "findings.json"
        path.write_bytes(content) if content is not None else path.unlink()
        app = audit_page(page)
        app.button(key=f"open-{folder.name}").click().run()
        assert "damaged or missing" in app.error[0].value
        assert app.button(key="delete-open")
        app.button(key="audit-again").click().run()
        assert finished(folder).state == DONE
        assert path.read_bytes() == whole


def test_a_finished_audit_with_a_damaged_database_says_so_and_keeps_its_files(page, office):
    folder = kept()
    office.begin(folder)
    assert finished(folder).state == DONE
    (folder / "job.sqlite").write_bytes(b"no database" * 999)
    app = audit_page(page)
    assert "is damaged and cannot be read" in text(app)
    app.button(key=f"open-{folder.name}").click().run()
    assert "“A set” is damaged and cannot be read" in app.error[0].value
    assert str(folder.parent) not in text(app)
    assert app.get("download_button")
    app.button(key="delete-open").click().run()
    assert not folder.exists()


def test_finished_audits_in_a_read_only_folder_can_be_read(page, office, home, monkeypatch):
    folder = kept()
    office.begin(folder)
    assert finished(folder).state == DONE
    until(lambda: office.work(folder) is None)
    connected = job_files._connected

    def read_only(path, mode):
        if mode.startswith("rw"):
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        return connected(path, mode)

    def refused(self, *_, **__):
        raise OSError(errno.EROFS, "Read-only file system", str(folder))

    monkeypatch.setattr(job_files, "_connected", read_only)
    monkeypatch.setattr(job_files.FileLock, "acquire", refused)
    monkeypatch.setattr(Path, "rename", refused)
    app = audit_page(page)
    app.button(key=f"open-{folder.name}").click().run()
    assert not app.exception
    assert not app.error
    assert [metric.value for metric in app.metric][:2] == ["6", "0"]
    assert app.get("download_button")
    app.selectbox(key="audit-what").select("all").run()
    assert not app.error
    app.button(key="delete-open").click().run()
    assert "cannot be written to" in app.error[0].value
    assert str(home) not in text(app)
    assert (folder / "asked.json").is_file()


def test_nothing_is_lost_is_not_said_of_what_is_gone(page, office):
    folder = kept(state=PAUSED)
    app = audit_page(page)
    app.button(key=f"open-{folder.name}").click().run()
    assert words.paused(0, 0) in [bar.proto.text for bar in app.get("progress")]
    (folder / "job.sqlite").write_bytes(b"no database" * 999)
    app.run()
    assert "is damaged and cannot be read" in app.error[0].value
    assert not app.get("progress")
    (folder / "job.sqlite").unlink()
    for path in sorted((folder / "photos").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (folder / "photos").rmdir()
    office.begin(folder)
    assert "photos of this audit are not here any more" in finished(folder).problem


def test_labels_that_the_model_lacks_are_named_on_the_page(page, office):
    labels, folder = ("cups", "*jugs*", "mug"), store.make()
    photos = [Upload(f"{label}/{n}.jpg", encoded(draw(96, 96, seed=n))) for n, label in enumerate(labels)]
    uploads.keep_photos(folder, photos)
    request = AuditRequest("S", models.SHOWROOM, "hires-cam", labels="folders", begun=BEGUN, days=3000)
    store.write(folder, request)
    office.begin(folder)
    assert finished(folder).state == DONE
    app = audit_page(page)
    app.button(key=f"open-{folder.name}").click().run()
    (warning,) = (shown for shown in app.warning if "for 2 photos cannot be judged" in shown.value)
    assert "“cups” (1 photo" in warning.value
    assert plain("“*jugs*” (1 photo") in warning.value
    assert [metric.value for metric in app.metric if metric.label == results_words.UNJUDGED] == ["2"]


def test_what_goes_wrong_is_said_and_the_audit_kept(page, office):
    folder = kept(method="no-such-view")
    office.begin(folder)
    asked = finished(folder)
    assert asked.state == FAILED
    assert "no-such-view" in asked.problem
    app = audit_page(page)
    app.button(key=f"open-{folder.name}").click().run()
    assert "no-such-view" in app.error[0].value
    assert app.button(key="audit-go-on")
    app.button(key="audit-cancel").click().run()
    assert not folder.exists()


def test_a_running_audit_shows_how_far_it_is(page, office, monkeypatch):
    folder, go = kept(), threading.Event()
    source = store.source

    def later(folder, asked):
        go.wait(30)
        return source(folder, asked)

    monkeypatch.setattr(store, "source", later)
    office.begin(folder)
    app = audit_page(page)
    app.button(key=f"open-{folder.name}").click().run()
    assert words.LOADING in [bar.proto.text for bar in app.get("progress")]
    assert words.LEAVE in text(app)
    app.button(key="audit-pause").click().run()
    go.set()
    assert app.button(key="audit-go-on")
    assert store.read(folder).state == PAUSED


def test_another_server_at_work_is_left_alone(page, office):
    folder = kept()
    with Job(folder):
        office.begin(folder)
        until(lambda: office.work(folder) is None)
        assert store.read(folder).state == RUNNING
        app = audit_page(page)
        app.button(key=f"open-{folder.name}").click().run()
        said = words.NOBODY.format(done=0, total=0)  # once the sweep has tried to go on with it, in vain
        until(lambda: said in [bar.proto.text for bar in app.run().get("progress")])
        app.button(key="audit-cancel").click().run()
        assert "Another process" in text(app)
        assert folder.exists()
    office.begin(folder)
    assert finished(folder).state == DONE


def test_a_failing_disk_is_no_work_for_ever(page, office, monkeypatch):
    folder = kept()
    monkeypatch.setattr(store, "source", lambda *_: 1 / 0)
    change = store.change

    def full(folder, **values):
        if values.get("state") == FAILED:
            raise OSError("no room")
        change(folder, **values)

    monkeypatch.setattr(store, "change", full)
    office.begin(folder)
    until(lambda: office.work(folder) is None)
    app = audit_page(page)
    app.button(key=f"open-{folder.name}").click().run()
    assert app.button(key="audit-go-on")


def test_a_wrong_table_is_said_at_once_and_nothing_is_kept(page, office, home):
    app = audit_page(page)
    app.file_uploader(key="audit-files-0").upload("set.zip", packed()).run()
    app.selectbox(key="audit-labels").select("labels.csv").run()
    app.button(key="audit-start").click().run()
    assert app.error[0].value == words.TABLE_MISSING.format(none=words.LABEL_KINDS[""])
    app.file_uploader(key="audit-labels-csv-0").upload("my labels.csv", b"photo,what\n1,2\n").run()
    app.button(key="audit-start").click().run()
    assert app.error[0].value.startswith("my labels.csv, line 1: the column “file” is missing.")
    assert not home.exists()
    assert app.file_uploader(key="audit-files-0").value  # what was handed over is still there


def test_no_photo_in_the_zip_is_said(page, office, home):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    app = audit_page(page)
    app.file_uploader(key="audit-files-0").upload("set.zip", content.getvalue()).run()
    assert "holds no photo" in app.error[0].value
    assert app.button(key="audit-start").disabled
    assert not home.exists()


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_zip_is_refused_as_soon_as_it_is_there(page, office, home, damage):
    whole = packed(12)
    half = len(whole) // 2
    content = whole[:half] if damage == "cut" else whole[:half] + b"x" * 60 + whole[half + 60 :]
    app = audit_page(page)
    app.file_uploader(key="audit-files-0").upload("my set.zip", content).run()
    assert (
        app.error[0].value == "“my set.zip” is no ZIP archive, or is damaged. Please pack the photos again."
    )
    assert app.button(key="audit-start").disabled
    assert not home.exists()


def test_folders_that_the_model_does_not_know_are_said_before_the_start(page, office):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number, label in enumerate(("mug", "mugs", "*jugs*", "mug", "mug")):
            archive.writestr(f"{label}/{number}.jpg", encoded(draw(96, 96, seed=number)))
    app = audit_page(page)
    app.file_uploader(key="audit-files-0").upload("set.zip", content.getvalue()).run()
    app.selectbox(key="audit-labels").select("folders").run()
    assert words.labels_fit(1, 3, 0) in text(app)
    (warning,) = (shown for shown in app.warning if "for 2 photos cannot be judged" in shown.value)
    assert "“mugs” (1 photo, perhaps “mug”)" in warning.value
    assert plain("“*jugs*” (1 photo)") in warning.value
    assert not app.error
    app.selectbox(key="audit-labels").select("labels.csv").run()
    app.file_uploader(key="audit-labels-csv-0").upload("l.csv", b"file,label\n0.jpg,lamp\n1.jpg,cup\n").run()
    assert words.labels_fit(1, 2, 3) in text(app)
    assert "“cup” (1 photo" in app.warning[0].value


def zipped_flat():
    """A ZIP of a photo in no folder."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.jpg", encoded(draw(96, 96)))
    return content.getvalue()


def test_labels_of_folders_need_folders(page, office, home):
    app = audit_page(page)
    app.file_uploader(key="audit-files-0").upload("set.zip", zipped_flat()).run()
    app.selectbox(key="audit-labels").select("folders").run()
    assert [error.value for error in app.error] == [words.NO_FOLDERS]
    app.button(key="audit-start").click().run()
    assert [error.value for error in app.error] == [words.NO_FOLDERS]
    assert not home.exists()


def test_the_address_alone_says_which_audit_is_shown(page, office):
    """Back led to the audit again, as the tab remembered it."""
    folder = kept(state=PAUSED)
    app = audit_page(page)
    app.button(key=f"open-{folder.name}").click().run()
    assert app.button(key="audit-go-on")
    app.query_params.clear()
    assert app.run().button(key=f"open-{folder.name}")


@pytest.mark.slow
def test_an_area_for_all_photos_is_tested(page, office):
    app = audit_page(page)
    app.selectbox(key="audit-areas").select("one").run()
    assert words.DRAW_FIRST in text(app)
    app.file_uploader(key="audit-files-0").upload("set.zip", packed(8)).run()
    assert words.DRAW in text(app)
    app.button(key="audit-start").click().run()
    assert app.error[0].value == words.DRAW_MISSING
    app.text_input(key="audit-area-name-").set_value("corner").run()
    app.slider(key="across").set_range(60, 95).run()
    app.slider(key="down").set_range(60, 95).run()
    app.button(key="audit-start").click().run()
    assert not app.error
    ((folder, asked),) = store.listed()
    assert asked.area_name == "corner"
    assert asked.area == pytest.approx((0.6, 0.6, 0.35, 0.35))
    assert finished(folder).state == DONE
    table = (folder / RESULTS / "results.csv").read_text(encoding="utf-8")
    assert table.count("corner") == 8


@pytest.mark.slow
def test_masks_are_tested_as_what_they_mark(page, office):
    masks = io.BytesIO()
    with zipfile.ZipFile(masks, "w") as archive:
        for number in range(6):
            mask = Image.new("L", (96, 96))
            mask.paste(255, (20, 20, 60, 60))
            archive.writestr(f"{LABELS[number % 4]}/{number:02}.png", encoded(mask, "PNG"))
    app = audit_page(page)
    app.file_uploader(key="audit-files-0").upload("set.zip", packed(6)).run()
    app.selectbox(key="audit-areas").select("masks").run()
    app.button(key="audit-start").click().run()
    assert app.error[0].value == words.MASKS_MISSING
    app.file_uploader(key="audit-masks-0").upload("masks.zip", masks.getvalue()).run()
    app.button(key="audit-start").click().run()
    assert not app.error
    ((folder, _),) = store.listed()
    assert finished(folder).state == DONE
    table = (folder / RESULTS / "results.csv").read_text(encoding="utf-8")
    assert table.count("product") == 6
