from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from fake_audit import area_row, cover_outcome, photo_row
from fake_audit import finished as finished_photo
from PIL import Image
from stand_in import draw, encoded, text

import models
from saliency.audit import Job
from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.job import PHOTOS
from saliency.errors import SaliencyError
from ui.audit import progress, store, uploads, words
from ui.audit.results import words as results_words
from ui.audit.results.results import AuditedPhoto, fitting
from ui.audit.runner import runner
from ui.audit.store import DONE, FAILED, PAUSED, RESULTS, RUNNING, AuditRequest
from ui.explain.words import TITLE
from ui.photo.words import OWN_PHOTO
from ui.words import plain

BEGUN = "2026-11-25T10:00:00"
LABELS = ("mug", "bottle", "lamp", "chair")


class Upload(io.BytesIO):
    """A file that was handed over."""

    def __init__(self, name, content):
        super().__init__(content)
        self.name, self.size = name, len(content)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Audits of this test only, and nobody at work after it."""
    monkeypatch.setenv(store.HOME, str(tmp_path / "audits"))
    runner.clear()
    yield tmp_path / "audits"
    for folder, _ in store.listed():
        work = runner().work(folder)
        if work is not None:
            work.stop.set()
            work.thread.join(30)


@pytest.fixture
def office(page, home):
    """Who works on this test's audits; the built-in model is the stand-in."""
    return runner()


def packed(count=6, broken=0, folder=""):
    """A ZIP of photos, the last ones broken."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(count):
            good = encoded(draw(96, 96, seed=number))
            archive.writestr(
                f"{folder}{LABELS[number % 4]}/{number:02}.jpg",
                good if number < count - broken else b"no photo",
            )
    return content.getvalue()


def kept(**values):
    """A new audit on disk, with the photos of a ZIP."""
    folder = store.make()
    refused = uploads.keep_photos(folder, [Upload("set.zip", packed())])
    asked = AuditRequest(
        "A set", models.SHOWROOM, "hires-cam", begun="2026-11-25T10:00:00", refused=refused, days=3000
    )
    store.write(folder, replace(asked, **values))
    return folder


def until(condition, seconds=240):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def finished(folder):
    until(lambda: store.read(folder).state != RUNNING)
    return store.read(folder)


def audit_page(page):
    return page().switch_page("pages/audit.py").run()


def test_from_upload_to_findings_and_on_to_explain(page, office):
    app = audit_page(page)
    assert words.NONE_YET in text(app)
    assert app.button(key="audit-start").disabled
    app.file_uploader(key="audit-files-0").upload("shop photos.zip", packed(12, broken=2)).run()
    assert "1 ZIP" in text(app)
    app.selectbox(key="audit-labels").select("folders").run()
    app.button(key="audit-start").click().run()
    assert not app.exception
    assert not app.error
    ((folder, asked),) = store.listed()
    assert asked.name == "shop photos"
    assert app.query_params["audit"] == folder.name
    assert finished(folder).state == DONE
    app.run()
    found = json.loads((folder / RESULTS / "findings.json").read_text(encoding="utf-8"))
    assert [metric.value for metric in app.metric] == ["10", "2", str(found["right"]), str(found["wrong"])]
    assert found["right"] + found["wrong"] == 10
    for one in found["left_out"]:
        assert plain(one["file"]) in text(app)
        assert plain(one["problem"]) in text(app)
    app.selectbox(key="audit-what").select("all").run()
    assert sum(b.label == results_words.OPEN_PICTURE for b in app.button) == 10
    app.segmented_control(key="audit-right").set_value("wrong").run()
    assert sum(b.label == results_words.OPEN_PICTURE for b in app.button) == found["wrong"]
    next(b for b in app.button if b.label == results_words.OPEN_PICTURE).click().run()
    assert not app.exception
    assert any(title.value == TITLE for title in app.title)
    assert OWN_PHOTO in text(app)


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


def test_pause_and_go_on_compute_nothing_twice(office, monkeypatch):
    folder, reached, go = kept(), threading.Event(), threading.Event()
    computed = []

    def slow(self, item, masks):
        computed.append(item.file)
        if len(computed) == 3:
            reached.set()
            go.wait(30)
            self.on_progress(0, 1)
        return original(self, item, masks)

    original = PhotoProbe.row
    monkeypatch.setattr(PhotoProbe, "row", slow)
    office.begin(folder)
    assert reached.wait(60)
    work = office.work(folder)
    assert (work.step, work.done, work.total) == ("photos", 2, 6)
    office.pause(folder)
    go.set()
    work.thread.join(30)
    assert store.read(folder).state == PAUSED
    assert progress.counts(folder) == (2, 6)
    office.begin(folder)
    assert finished(folder).state == DONE
    assert len(computed) == 7  # the one it was at is computed again
    assert (folder / RESULTS / "results.csv").is_file()


def test_a_stopped_server_goes_on_when_it_is_opened_again(office):
    folder = kept()
    assert office.work(folder) is None
    office.open()
    assert finished(folder).state == DONE
    until(lambda: office.work(folder) is None)
    office.open()  # once is enough
    assert office.work(folder) is None


def test_paused_and_failed_ones_are_left_alone(office):
    paused, failed = kept(state=PAUSED), kept(state=FAILED, problem="No.")
    office.open()
    time.sleep(0.2)
    assert store.read(paused).state == PAUSED
    assert store.read(failed).state == FAILED


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


def test_what_has_expired_is_deleted_with_all_its_data(office):
    old = kept(begun=f"{date.today() - timedelta(days=8)}T10:00:00", days=7, state=PAUSED)
    kept_today = kept(begun=f"{date.today() - timedelta(days=7)}T10:00:00", days=7, state=PAUSED)
    office.sweep(date.today())
    assert not old.exists()
    assert kept_today.exists()


def test_what_no_list_shows_is_deleted_too(office, home):
    cut_short, deleted, other = store.make(), kept(), home / "my own photos"
    (cut_short / "photo.jpg").write_bytes(b"photo")
    deleted.rename(home / f".deleted-{deleted.name}")
    other.mkdir()
    store.tidy(time.time())
    assert {path.name for path in home.iterdir()} == {cut_short.name, other.name}
    store.tidy(time.time() + 2 * 24 * 3600)
    assert {path.name for path in home.iterdir()} == {other.name}


def test_one_that_cannot_be_deleted_keeps_no_other(office, monkeypatch, caplog):
    old = [kept(begun="2020-01-01T10:00:00", days=1, state=PAUSED) for _ in range(3)]
    discard = store.discard

    def stubborn(folder):
        if folder == old[-1]:
            raise OSError("in use")
        discard(folder)

    monkeypatch.setattr(store, "discard", stubborn)
    office.sweep(date.today())
    assert [folder.exists() for folder in old] == [False, False, True]
    assert "in use" in caplog.text


def test_an_expired_audit_is_not_gone_on_with(office):
    folder = kept(begun="2020-01-01T10:00:00", days=1)
    office.open()
    until(lambda: not folder.exists())


def test_pausing_what_is_finished_changes_nothing(office):
    folder = kept(state=DONE)
    office.pause(folder)
    assert store.read(folder).state == DONE


def test_another_server_at_work_is_left_alone(page, office):
    folder = kept()
    with Job(folder):
        office.begin(folder)
        office.work(folder).thread.join(30)
        assert store.read(folder).state == RUNNING
        app = audit_page(page)
        app.button(key=f"open-{folder.name}").click().run()
        assert words.NOBODY.format(done=0, total=0) in [bar.proto.text for bar in app.get("progress")]
        app.button(key="audit-cancel").click().run()
        assert "Another process" in text(app)
        assert folder.exists()
    office.begin(folder)
    assert finished(folder).state == DONE


def test_deleting_while_somebody_looks_on_leaves_nothing(office, home):
    stop = threading.Event()

    def look():
        while not stop.is_set():
            for folder, _ in store.listed():
                progress.counts(folder)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(5):
            folder = kept()
            office.begin(folder)
            assert finished(folder).state == DONE
            office.delete(folder)
    finally:
        stop.set()
        thread.join(10)
    assert not list(home.iterdir())


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
    office.work(folder).thread.join(30)
    app = audit_page(page)
    app.button(key=f"open-{folder.name}").click().run()
    assert app.button(key="audit-go-on")


def test_deleting_stops_who_is_at_work(office):
    folder = kept()
    office.begin(folder)
    office.delete(folder)
    assert not folder.exists()
    assert office.work(folder) is None


def test_a_wrong_table_is_said_at_once_and_nothing_is_kept(page, office, home):
    app = audit_page(page)
    app.file_uploader(key="audit-files-0").upload("set.zip", packed()).run()
    app.selectbox(key="audit-labels").select("labels.csv").run()
    app.button(key="audit-start").click().run()
    assert app.error[0].value == words.TABLE_MISSING.format(none=words.LABEL_KINDS[""])
    app.file_uploader(key="audit-labels-csv-0").upload("my labels.csv", b"photo,what\n1,2\n").run()
    app.button(key="audit-start").click().run()
    assert app.error[0].value.startswith("my labels.csv, line 1: the column “file” is missing.")
    assert not list(home.iterdir())
    assert app.file_uploader(key="audit-files-0").value  # what was handed over is still there


def test_no_photo_in_the_zip_is_said(page, office, home):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    app = audit_page(page)
    app.file_uploader(key="audit-files-0").upload("set.zip", content.getvalue()).run()
    app.button(key="audit-start").click().run()
    assert "holds no photo" in app.error[0].value
    assert not list(home.iterdir())


def test_what_is_wrong_with_an_archive_is_said_by_its_own_name(home):
    folder = store.make()
    with pytest.raises(SaliencyError, match=r"“set\.zip” is no ZIP archive, or is damaged"):
        uploads.keep_photos(folder, [Upload("set.zip", b"PK no archive")])


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


def test_photos_keep_their_names_and_lead_nowhere_else(office, home):
    folder = store.make()
    photo = encoded(draw(64, 64))
    names = ["a.jpg", "a.jpg", "../../out.jpg", "/etc/out.jpg", "notes.txt", "C:\\x\\b.png"]
    names += [f"/{home}/far.jpg", "\\\\server\\share\\a.jpg"]
    uploads.keep_photos(folder, [Upload(name, photo) for name in names])
    found = {
        path.relative_to(folder / PHOTOS).as_posix()
        for path in (folder / PHOTOS).rglob("*")
        if path.is_file()
    }
    far = f"{home.as_posix().lstrip('/')}/far.jpg"
    assert found == {"a.jpg", "a-2.jpg", "out.jpg", "etc/out.jpg", "C_/x/b.png", far, "server/share/a.jpg"}
    assert {path.name for path in home.iterdir()} == {folder.name}


def test_a_folder_handed_over_names_the_classes_below_it(office):
    folder = store.make()
    photo = encoded(draw(64, 64))
    uploads.keep_photos(folder, [Upload(f"shop/{label}/1.jpg", photo) for label in LABELS])
    assert {path.name for path in (folder / PHOTOS).iterdir()} == set(LABELS)


def test_what_is_asked_survives_the_disk(office):
    folder = store.make()
    asked = AuditRequest(
        "näme", "m", "v", area=(0.1, 0.2, 0.3, 0.4), refused=(("a", "b"),), begun="2026-11-25T10:00:00"
    )
    store.write(folder, asked)
    assert store.read(folder) == asked
    (folder / "asked.json").write_text("{", encoding="utf-8")
    assert store.read(folder) is None
    assert store.listed() == []


def test_filters():
    photos = [
        AuditedPhoto(number, photo_row(number, guess, right=right), True, ())
        for number, (guess, right) in enumerate([("mug", True), ("mug", False), ("lamp", None)])
    ]

    def numbers(**filters):
        every = {"guess": "", "files": None, "right": "all"}
        return [photo.number for photo in fitting(photos, **every | filters)]

    assert numbers() == [0, 1, 2]
    assert numbers(guess="mug") == [0, 1]
    assert numbers(right="wrong") == [1]
    assert numbers(right="right") == [0]
    assert numbers(files=frozenset({"002.jpg"})) == [2]
    assert numbers(files=frozenset({"002.jpg"}), guess="mug") == []


def test_where_a_findings_place_is_in_a_photo():
    row = photo_row(0, areas=(area_row("badge", cover_outcome(True)),))
    photo, groups = AuditedPhoto(0, row, True, ()), guess_groups([finished_photo(0, row)])
    (named,) = findings(groups, [], {})
    assert photo.place(named) == row.areas[0].box
    assert photo.place(replace(named, place="tag")) is None
    assert photo.place(replace(named, box=(0.1, 0.2, 0.3, 0.4))) == (0.1, 0.2, 0.3, 0.4)
    assert photo.place(None) is None
