"""Jobs: killed at any moment and gone on with, the result is that of one that nothing happened to."""

from __future__ import annotations

import contextlib
import datetime
import json
import shutil
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from photo_set import JUDGE, METHOD, audited, begun, gather, make_set
from read_only import read_only

from saliency.audit import Job, audit, damaged_jobs, delete, expired, jobs
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.inputs.areas import NamedBox
from saliency.audit.json_types import as_json
from saliency.audit.reports.files import FINDINGS, write
from saliency.errors import Cancelled, SaliencyError

BADGE = NamedBox("badge", (0.6, 0.6, 0.25, 0.25))


class Crash(BaseException):
    """Nothing in the program catches it."""


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_set(tmp_path_factory.mktemp("set") / "photos")
    shutil.copy(folder / "bright" / "03.png", folder / "dark" / "twin.png")
    return folder


@pytest.fixture(scope="module")
def source(photos: Path):
    return gather(photos, labels="folders", everywhere=[BADGE])


def everything(folder: Path) -> dict[str, str]:
    """All results in text, and the database's."""
    with Job(folder) as job:
        rows = [(n, row, None if cells is None else cells.tobytes()) for n, _, row, cells in job.finished()]
        tests = job._base.execute("SELECT * FROM tests ORDER BY at, spot").fetchall()
    files = {name: (folder / name).read_text() for name in ("results.json", "results.csv", FINDINGS)}
    return {"rows": repr(rows), "tests": repr(tests), **files}


def finished(folder: Path, source) -> dict[str, str]:
    with begun(folder, source) as job:
        write(job, audit(job, JUDGE, source.folder), folder)
    return everything(folder)


@pytest.fixture(scope="module")
def whole(source, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return finished(tmp_path_factory.mktemp("whole"), source)


def test_a_job_finds_the_corner(whole) -> None:
    found = json.loads(whole[FINDINGS])
    assert (found["photos"], found["audited"], found["right"], found["wrong"]) == (23, 21, 21, 0)
    assert [row["file"] for row in found["left_out"]] == ["broken/0.png", "dark/twin.png"]
    best = found["findings"][0]
    assert (best["guess"], best["place"], best["verdict"]) == ("bright", "upper left corner", "depends")
    assert best["tested"] == best["changed"] == best["pictures"] == 9
    assert "changed the answer in 9 of 9" in best["sentence"]
    named = [one for one in found["findings"] if one["named"]]
    assert {one["verdict"] for one in named} == {"no evidence"}
    assert found["review"][0]["reasons"] == ["With the upper left corner covered, the answer changes."]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_every_commit(moment: str, source, whole, tmp_path: Path, monkeypatch) -> None:
    """The job goes on after each crash and is killed at its next commit, until there is none left."""
    real, since, crashes = Job.commit, Counter(), 0
    worth = 2 if moment == "before" else 1  # killed before the commit, the next attempt has to get past it

    def commit(self: Job) -> None:
        since["commits"] += 1
        if since["commits"] == worth:
            if moment == "after":
                real(self)
            raise Crash
        real(self)

    monkeypatch.setattr(Job, "commit", commit)
    while True:
        since.clear()
        try:
            results = finished(tmp_path / "job", source)
            break
        except Crash:
            crashes += 1
            Job(tmp_path / "job").close()  # the process is gone: its lock is free
    assert crashes >= 23 + 9
    assert results == whole


@pytest.mark.slow
def test_killed_once_at_a_moment(source, whole, tmp_path: Path, monkeypatch) -> None:
    real = Job.commit
    for moment in (1, 2, 7, 24, 25, 30):
        count = Counter()

        def commit(self: Job, count=count, moment=moment) -> None:
            count["commits"] += 1
            if count["commits"] == moment:
                raise Crash
            real(self)

        with monkeypatch.context() as patched:
            patched.setattr(Job, "commit", commit)
            with pytest.raises(Crash):
                finished(tmp_path / str(moment), source)
        assert finished(tmp_path / str(moment), source) == whole


def test_nothing_is_computed_twice(source, tmp_path: Path, monkeypatch) -> None:
    rows, covered = Counter(), Counter()
    real_row, real_cover = PhotoProbe.row, PhotoProbe.cover

    def row(self, item, masks):
        rows[item.file] += 1
        return real_row(self, item, masks)

    def cover(self, area):
        covered[self.photo.digest, area.boxes] += 1
        return real_cover(self, area)

    monkeypatch.setattr(PhotoProbe, "row", row)
    monkeypatch.setattr(PhotoProbe, "cover", cover)
    stop = Counter()

    def cancel(step: str, done: int, total: int) -> None:
        stop[step] += 1
        if (step, done) in {("photos", 9), ("spots", 4)} and stop[step, done] == 0:
            stop[step, done] += 1
            raise Cancelled("Stopped.")

    for _ in range(2):
        with begun(tmp_path, source) as job, pytest.raises(Cancelled):
            audit(job, JUDGE, source.folder, on_progress=cancel)
    with begun(tmp_path, source) as job:
        audit(job, JUDGE, source.folder, on_progress=cancel)
    audited(tmp_path, source)
    assert set(rows.values()) == {1}
    assert len(rows) == 21
    assert set(covered.values()) == {1}
    assert sum(boxes != (BADGE.box,) for _, boxes in covered) == 9


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"method": "gradient"}, "another method"),
        ({"seed": 1}, "another seed"),
        ({"framing": "crop"}, "another framing"),
        ({"second": "gradient"}, "another second"),
        ({"controls": 9}, "another controls"),
    ],
)
def test_other_settings_are_refused(photos: Path, tmp_path: Path, more, says: str) -> None:
    begun(tmp_path, gather(photos)).close()
    with pytest.raises(SaliencyError, match=says):
        begun(tmp_path, gather(photos), **more)
    with pytest.raises(SaliencyError, match="set of photos"):
        begun(tmp_path, gather(photos, labels="folders"))
    begun(tmp_path, gather(photos)).close()


def test_a_photo_that_changed_since_is_noticed(tmp_path: Path) -> None:
    photos = make_set(tmp_path / "photos", dark=0, broken=0)
    source = gather(photos)

    def stop(step: str, done: int, total: int) -> None:
        if step == "spots":
            raise Cancelled("Stopped.")

    with begun(tmp_path / "job", source) as job:
        with pytest.raises(Cancelled):
            audit(job, JUDGE, photos, on_progress=stop)
        for path in photos.rglob("*.png"):
            path.write_bytes(path.read_bytes() + b"\0")
        with pytest.raises(SaliencyError, match="has changed"):
            audit(job, JUDGE, photos)


def test_photos_that_disappear_before_places_are_tested_are_left_out(tmp_path: Path) -> None:
    photos = make_set(tmp_path / "photos", dark=0, broken=0)
    source = gather(photos)
    gone: list[str] = []

    def remove(step: str, done: int, total: int) -> None:
        if step == "spots" and not gone:
            for number, path in enumerate(sorted(photos.rglob("*.png"))[::3]):
                gone.append(path.relative_to(photos).as_posix())
                path.unlink()
                if number % 2:
                    path.mkdir()  # there, and no photo

    with begun(tmp_path / "job", source) as job:
        found = audit(job, JUDGE, photos, on_progress=remove)
        write(job, found, tmp_path / "out", photos)
    untested = {photo.file: photo.problem for photo in found.problems}
    assert set(untested) < set(gone)
    assert len(untested) > 1
    assert all("no place was tested in it" in problem for problem in untested.values())
    (corner,) = found.findings
    assert corner.summary.tested == corner.gathered - len(untested)
    assert found.total == sum(len(group.rows) for group in found.groups) == 18
    with begun(
        tmp_path / "job",
        source,
    ) as job:
        assert audit(job, JUDGE, photos).problems == found.problems


def test_one_process_at_a_time(photos: Path, tmp_path: Path) -> None:
    job = begun(tmp_path / "job", gather(photos))
    with pytest.raises(SaliencyError, match="Another process"):
        begun(tmp_path / "job", gather(photos))
    with pytest.raises(SaliencyError, match="Another process"):
        delete(tmp_path / "job")
    assert jobs(tmp_path)[0].total == 23  # looking on is fine
    job.close()


def test_jobs_are_listed_expire_and_are_deleted_with_all_they_hold(photos: Path, tmp_path: Path) -> None:
    day = datetime.date(2026, 11, 25)
    begun(tmp_path / "one", gather(photos), expires=day).close()
    begun(tmp_path / "two", gather(photos)).close()
    (tmp_path / "other").mkdir()
    (tmp_path / "one" / "photos").mkdir()
    listed = jobs(tmp_path)
    assert [(job.folder.name, job.done, job.total, job.expires) for job in listed] == [
        ("one", 0, 23, "2026-11-25"),
        ("two", 0, 23, None),
    ]
    assert listed[0].settings.method == METHOD
    assert expired(tmp_path, day) == []
    assert expired(tmp_path, day + datetime.timedelta(1)) == [tmp_path / "one"]
    delete(tmp_path / "one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "two"]
    with pytest.raises(SaliencyError, match="no audit"):
        delete(tmp_path / "other")


DAMAGES = {
    "no database": lambda path: path.write_bytes(b"no database" * 400),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "empty": lambda path: path.write_bytes(b""),
    "holes": lambda path: path.write_bytes(
        path.read_bytes()[:1000] + bytes(20_000) + path.read_bytes()[21_000:]
    ),
    "no settings": lambda path: changed(path, "UPDATE meta SET value = '[1' WHERE key = 'settings'"),
    "odd settings": lambda path: changed(path, "UPDATE meta SET value = '[7]' WHERE key = 'settings'"),
    "lacking settings": lambda path: changed(path, "UPDATE meta SET value = '{}' WHERE key = 'settings'"),
    "odd lock": lambda path: (path.with_name("lock.sqlite").unlink(), path.with_name("lock.sqlite").mkdir()),
    "no table": lambda path: changed(path, "DROP TABLE photos"),
}


def changed(path: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute(statement)
        base.commit()


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_job_is_named_and_harms_no_other(photos: Path, tmp_path: Path, damage: str) -> None:
    for name in ("a", "b", "c"):
        begun(tmp_path / name, gather(photos)).close()
    DAMAGES[damage](tmp_path / "b" / "job.sqlite")
    readable = damage == "odd lock"
    assert [job.folder.name for job in jobs(tmp_path)] == (["a", "b", "c"] if readable else ["a", "c"])
    named = damaged_jobs(tmp_path)
    assert list(named) == (
        [] if readable or damage == "empty" else [tmp_path / "b"]
    )  # an empty one has not begun
    assert all("is damaged and cannot be read" in sentence for sentence in named.values())
    assert expired(tmp_path, datetime.date(2999, 1, 1)) == []
    if damage != "empty":
        with pytest.raises(SaliencyError):
            begun(tmp_path / "b", gather(photos))
    delete(tmp_path / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


@pytest.mark.parametrize("row", ["{", "[]", '{"file": 1}', "7", '{"state": "done"}', "null"])
def test_a_row_of_odd_values_is_said_to_be_damage(photos: Path, tmp_path: Path, row: str) -> None:
    begun(tmp_path / "job", gather(photos)).close()
    changed(tmp_path / "job" / "job.sqlite", f"UPDATE photos SET row = '{row}' WHERE at = 3")
    with Job(tmp_path / "job", alone=False) as job, pytest.raises(SaliencyError, match="is damaged"):
        list(job.finished())


@pytest.fixture
def public():
    """A folder that every user may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_job_in_a_folder_that_is_read_only_can_be_read(source, public: Path) -> None:
    audited(public / "job", source)
    with Job(public / "job") as job:
        rows = [photo.row for photo in job.finished()]
    with read_only(public):
        with Job(public / "job", alone=False) as job:
            assert [photo.row for photo in job.finished()] == rows
            number = next(photo.number for photo in job.finished() if photo.coarse_map is not None)
        assert job.coarse_map(number).shape == (16, 16)
        assert len(jobs(public)) == 1
        for act in (lambda: Job(public / "job"), lambda: delete(public / "job")):
            with pytest.raises(SaliencyError, match="cannot be written to"):
                act()
    assert len(jobs(public)) == 1


def test_a_killed_job_is_read_with_its_last_rows_in_a_read_only_folder(source, public: Path) -> None:
    with begun(public / "job", source) as job:
        _compute_some(job, source)
        shutil.copytree(public / "job", public / "killed")  # as a process leaves it that is killed
        counts = job.counts()
    assert (public / "killed" / "job.sqlite-wal").stat().st_size > 0
    (public / "killed" / "job.sqlite-shm").unlink()
    with read_only(public / "killed"), Job(public / "killed", alone=False) as job:
        assert job.counts() == counts


def _compute_some(job: Job, source) -> None:
    def stop(step: str, done: int, total: int) -> None:
        if done == 5:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        audit(job, JUDGE, source.folder, on_progress=stop)


def test_a_full_disk_is_said_what_is_finished_stays_and_it_goes_on(source, whole, tmp_path: Path) -> None:
    with begun(tmp_path / "job", source) as job:
        _compute_some(job, source)
        pages = job._base.execute("PRAGMA page_count").fetchone()[0]
        job._base.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(SaliencyError, match="no room left on its disk"):
            audit(job, JUDGE, source.folder)
        assert job.counts()[0] >= 5
    assert finished(tmp_path / "job", source) == whole


def test_the_order_of_photos_does_not_matter(source, tmp_path: Path) -> None:
    audited(tmp_path / "all", source)
    alone = gather(source.folder / "dark", everywhere=[BADGE])
    audited(tmp_path / "dark", alone)
    with Job(tmp_path / "all") as job, Job(tmp_path / "dark") as other:
        by_file = {photo.row.file: photo for photo in job.finished()}
        for photo in other.finished():
            if photo.row.file == "twin.png":
                continue
            same = by_file[f"dark/{photo.row.file}"]
            differing = {"file": 0, "label": 0, "right": 0}
            assert {**as_json(same.row), **differing} == {**as_json(photo.row), **differing}
            assert (photo.coarse_map is None) == (same.coarse_map is None)
            assert photo.coarse_map is None or np.array_equal(photo.coarse_map, same.coarse_map)


def test_maps_stay_on_disk_and_are_those_that_were_kept(source, tmp_path: Path) -> None:
    groups = audited(tmp_path / "job", source).groups
    with Job(tmp_path / "job") as job:
        maps = {photo.number: photo.coarse_map for photo in job.finished() if photo.coarse_map is not None}
        (bright,) = [
            group for group in guess_groups(job.finished(), job.coarse_map) if group.guess == "bright"
        ]
        assert len(bright.with_map) == 18
        assert all(np.array_equal(bright.coarse_map(number), maps[number]) for number in bright.with_map)
    (closed,) = [group for group in groups if group.guess == "bright"]
    assert closed.with_map == bright.with_map
    assert all(np.array_equal(closed.coarse_map(number), maps[number]) for number in closed.with_map)


def test_stopped_while_an_area_is_covered_nothing_is_kept_of_the_photo(source, tmp_path: Path) -> None:
    calls, last = Counter(), -1

    def tell(step: str, done: int, total: int) -> None:
        calls[step, done] += 1
        if calls["photos", 2] == last:
            raise Cancelled("Stopped.")

    with begun(tmp_path / "whole", source) as job:
        audit(job, JUDGE, source.folder, on_progress=tell)
    last = calls.pop(("photos", 2))  # as the third photo's area is covered, just before its row is kept
    with begun(tmp_path / "job", source) as job:
        with pytest.raises(Cancelled):
            audit(job, JUDGE, source.folder, on_progress=tell)
        assert job.counts()[0] == 2
        audit(job, JUDGE, source.folder)
        assert not any("Stopped" in str(photo.row) for photo in job.finished())


def test_a_job_that_sqlite_locked_is_gone_on_with(source, whole, tmp_path: Path) -> None:
    begun(tmp_path / "job", source).close()
    (tmp_path / "job" / "lock.sqlite").write_bytes(b"")
    assert finished(tmp_path / "job", source) == whole
