"""Audits at work: paused, gone on with, expired, deleted."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta

from handed_over import finished, kept, until

from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.workers import pool
from ui.audit import progress, store
from ui.audit.store import DONE, FAILED, PAUSED, RESULTS
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


def test_what_has_expired_is_deleted_with_all_its_data(office):
    old = kept(begun=f"{date.today() - timedelta(days=8)}T10:00:00", days=7, state=PAUSED)
    kept_today = kept(begun=f"{date.today() - timedelta(days=7)}T10:00:00", days=7, state=PAUSED)
    office.sweep(date.today())
    assert not old.exists()
    assert kept_today.exists()


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
