"""Audits at work: paused, gone on with, expired, deleted."""

from __future__ import annotations

import errno
import threading
import time
from datetime import date, timedelta

import pytest
from handed_over import BEGUN, finished, kept, until

import models
from saliency.audit import Job
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.rows import FinishedPhoto
from saliency.audit.reports import files
from saliency.audit.workers import pool
from saliency.errors import SaliencyError
from ui.audit import progress, sample_set, store, words
from ui.audit.runner import PHOTOS, REPORT, AuditRunner
from ui.audit.store import DONE, FAILED, PAUSED, RESULTS, RUNNING, AuditRequest
from ui.audit.works import Work
from ui.work.line import Lane, line


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


def test_who_waits_for_others_says_so_and_who_does_not_is_at_work(tmp_path):
    request = AuditRequest("A", "m", "v", begun=BEGUN, state=RUNNING)
    waiting, at_work = Work(tmp_path, ahead=2), Work(tmp_path, step=PHOTOS, done=1, total=9)
    assert words.line(request, 0, 9, waiting).startswith(words.STATES["waiting"])
    assert words.WAITS.format(ahead=2) in words.progress(waiting)[1]
    assert words.line(request, 1, 9, at_work).startswith(words.STATES["running"])
    at_work.wait(1)
    assert words.line(request, 1, 9, at_work).startswith(words.STATES["waiting"])
    paused = AuditRequest("A", "m", "v", begun=BEGUN, state=PAUSED)
    assert words.line(paused, 1, 9, waiting).startswith(words.STATES["paused"])


def test_the_time_left_is_measured_on_the_first_photos_but_for_the_first_one(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("ui.audit.works.time.monotonic", lambda: now[0])
    work = Work(tmp_path)
    work.note(PHOTOS, 0, 101)
    for seconds, done in ((60, 1), (2, 2), (2, 3)):  # the first one loads what the others have
        now[0] += seconds
        assert work.seconds_left == 0
        work.note(PHOTOS, done, 101)
    assert work.seconds_left == pytest.approx(2 * 98)
    assert "left in this step" in words.progress(work)[1]
    work.note(REPORT, 0, 8)
    assert work.seconds_left == 0
    assert words.progress(work)[1] == words.STEPS["report"].format(done=0, total=8) + "."


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


def begun_days_ago(days):
    return f"{date.today() - timedelta(days=days)}T10:00:00"


def later(office, hours, *, today=None, awake=None):
    """A sweep so many hours from now; `awake`: as many of them as the server ran."""
    seconds = hours * 3600
    office.sweep(today or date.today(), time.time() + seconds, 3600 * (hours if awake is None else awake))


def test_what_has_expired_is_deleted_with_all_its_data(office):
    old = kept(begun=begun_days_ago(8), days=7, state=PAUSED)
    kept_today = kept(begun=begun_days_ago(7), days=7, state=PAUSED)
    later(office, 0)
    later(office, 23)
    assert old.exists()
    later(office, 25)
    assert not old.exists()
    assert kept_today.exists()


def test_a_clock_that_jumps_forward_deletes_nothing(office):
    folder, far = kept(state=DONE), date.today() + timedelta(days=9999)
    for hours in (0, 1, 2):
        later(office, hours, today=far)
    later(office, 3)  # the clock is right again
    assert not (folder / "expired").exists()
    later(office, 9999 * 24, today=far, awake=4)
    later(office, 2 * 9999 * 24, today=far, awake=5)  # and jumps once more, and once more
    assert folder.exists()


def test_a_server_that_runs_an_hour_a_day_deletes_what_has_expired_too(office):
    old = kept(begun=begun_days_ago(9), days=7, state=PAUSED)
    for day in (0, 1, 2):
        office._expired.clear()  # it was begun anew
        later(office, 24 * day, awake=0)
        if day < 1:
            assert old.exists()
        later(office, 24 * day + 1, awake=1)
    assert not old.exists()


def test_one_that_cannot_be_deleted_keeps_no_other(office, monkeypatch, caplog):
    old = [kept(begun="2020-01-01T10:00:00", days=1, state=PAUSED) for _ in range(3)]
    discard = store.discard

    def stubborn(folder):
        if folder == old[-1]:
            raise OSError("in use")
        discard(folder)

    monkeypatch.setattr(store, "discard", stubborn)
    later(office, 0)
    later(office, 25)
    assert [folder.exists() for folder in old] == [False, False, True]
    assert "in use" in caplog.text


def test_an_expired_audit_is_not_gone_on_with(office):
    folder = kept(begun="2020-01-01T10:00:00", days=1)
    office.open()
    until(lambda: (folder / "expired").exists())
    time.sleep(0.2)
    assert office.work(folder) is None
    assert store.read(folder).state == RUNNING


def test_going_on_after_a_full_disk_says_so_and_works_once_there_is_room(office, monkeypatch):
    folder, write = kept(state=PAUSED), store.write

    def full(*_):
        raise store.disk_problem(OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr(store, "write", full)
    for _ in range(2):
        with pytest.raises(SaliencyError, match="no room left"):
            office.begin(folder)
        assert office.work(folder) is None
    monkeypatch.setattr(store, "write", write)
    office.begin(folder)
    assert finished(folder).state == DONE


@pytest.mark.parametrize("where", ["job", "report"])
def test_a_disk_that_is_full_while_running_is_said_without_a_path_and_nothing_is_lost(
    office, monkeypatch, where
):
    folder = kept()
    if where == "job":

        def few_pages(self, result):
            self._base.execute(
                f"PRAGMA max_page_count={self._base.execute('PRAGMA page_count').fetchone()[0]}"
            )
            large = isinstance(result, FinishedPhoto)
            keep(self, result._replace(digest=result.digest * 500) if large else result)

        keep = Job.keep
        monkeypatch.setattr(Job, "keep", few_pages)
    else:

        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(files, "write_pdf", full)
    office.begin(folder)
    asked = finished(folder)
    assert asked.state == FAILED
    assert "no room left on its disk" in asked.problem
    assert "A set" in asked.problem
    assert str(folder.parent) not in asked.problem
    monkeypatch.undo()
    monkeypatch.setenv(store.HOME, str(folder.parent))
    store.change(folder, state=PAUSED)
    assert (progress.counts(folder)[0] > 0) == (where == "report")


def test_another_server_cannot_delete_the_sample_set_that_is_rendered(office, monkeypatch):
    folder, reached, go = store.make(), threading.Event(), threading.Event()
    store.write(
        folder, AuditRequest("S", models.SHOWROOM, "hires-cam", begun=BEGUN, days=3000, rendered=True)
    )

    def slow(folder, on_progress):
        reached.set()
        go.wait(30)
        on_progress(0, 1)

    monkeypatch.setattr(sample_set, "make", slow)
    office.begin(folder)
    assert reached.wait(30)
    with pytest.raises(SaliencyError, match="Another process"):
        AuditRunner().delete(folder)  # of another server
    assert folder.exists()
    work = office.work(folder)
    office.pause(folder)
    go.set()
    work.thread.join(30)
    AuditRunner().delete(folder)
    assert not folder.exists()


def test_pausing_what_is_finished_changes_nothing(office):
    folder = kept(state=DONE)
    office.pause(folder)
    assert store.read(folder).state == DONE


@pytest.mark.slow
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


def test_deleting_stops_who_is_at_work(office):
    folder = kept()
    office.begin(folder)
    office.delete(folder)
    assert not folder.exists()
    assert office.work(folder) is None


def test_a_picture_that_is_slow_to_decode_keeps_nobody_waiting(office, monkeypatch):
    decoding, go, free = threading.Event(), threading.Event(), []

    def slow(*args, **kwargs):
        decoding.set()
        free.append(not line().busy)
        assert go.wait(60)
        return original(*args, **kwargs)

    original = pool.read_photo
    monkeypatch.setattr(pool, "read_photo", slow)
    folder = kept()
    office.begin(folder)
    assert decoding.wait(60)
    begun = time.monotonic()
    with line().turn(Lane.QUICK):  # as another person's view
        pass
    assert time.monotonic() - begun < 1
    assert folder.is_dir()
    go.set()
    assert finished(folder).state == DONE
    assert all(free)
