"""The pack that is handed to whoever trains the model."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from photo_set import METHOD
from PIL import Image
from two_spots import make_photos, two_spots

from saliency.audit import audit, gather, start
from saliency.audit.remedy import pack as packs
from saliency.audit.remedy.material import Material
from saliency.audit.remedy.pack import write_pack
from saliency.audit.remedy.rehearsal import rehearse
from saliency.errors import Cancelled, SaliencyError

SHORTCUT, SOUND = two_spots(20.0, 4.0), two_spots(0.0, 20.0)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_photos(tmp_path_factory.mktemp("photos"), badged=1)


@pytest.fixture(scope="module")
def audited(photos: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("job")
    with start(folder, SHORTCUT, gather(photos, labels="folders"), method=METHOD) as job:
        yield job, audit(job, SHORTCUT, photos)


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def test_twins_have_labels_and_folders_and_the_judging_half_is_kept_out(audited, photos, tmp_path) -> None:
    job, result = audited
    rehearse(job, SHORTCUT, photos, result)
    told: list[tuple[int, int]] = []
    count = write_pack(
        job,
        SHORTCUT,
        photos,
        result,
        tmp_path / "a.zip",
        name="Shelf",
        on_progress=lambda *at: told.append(at),
    )
    material = Material.of(SHORTCUT, result)
    assert told[-1] == (len(material.learning),) * 2
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        rows, apart = table(archive, "twins.csv"), table(archive, "keep-apart.csv")
        names, readme = archive.namelist(), archive.read("README.txt").decode()
        assert json.loads(archive.read("rehearsal.json"))["outcome"] == "helps"
        pictures = {
            row["file"]: np.asarray(Image.open(io.BytesIO(archive.read(row["file"])))) for row in rows
        }
    assert count == len(rows) == sum(name.startswith("twins/") for name in names)
    assert {row["made"] for row in rows} == {"covered with a blur", "covered by what is around it", "put in"}
    learning = {material.rows[number].file for number in material.learning}
    assert {row["source"] for row in rows} <= learning
    assert {row["file"] for row in apart} == {material.rows[number].file for number in material.judging}
    assert all(row["file"].split("/")[1] == row["label"] == row["source"].split("/")[0] for row in rows)
    assert "upper left corner" in readme
    assert f"{count} changed copies" in readme
    assert SHORTCUT.digest in readme
    for row in rows:  # the corner, and nothing else far from it, is another one
        before = np.asarray(Image.open(photos / row["source"]).convert("RGB"), int)
        change = np.abs(before - pictures[row["file"]]).max(2)
        assert change[: len(change) // 2, : len(change) // 2].max() > 20
        assert change[-len(change) // 4 :].max() <= 1


def test_the_same_audit_gives_the_same_pack(audited, photos, tmp_path) -> None:
    job, result = audited
    for name in ("a.zip", "b.zip"):
        write_pack(job, SHORTCUT, photos, result, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_it_is_bounded_and_says_what_it_left_out(audited, photos, tmp_path, monkeypatch) -> None:
    job, result = audited
    monkeypatch.setattr(packs, "LARGEST", 4000)
    count = write_pack(job, SHORTCUT, photos, result, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        twins = [entry for entry in archive.infolist() if entry.filename.startswith("twins/")]
        assert 0 < count == len(twins)
        assert sum(entry.file_size for entry in twins) <= 4000
        assert "were left out" in archive.read("README.txt").decode()


def test_stopped_it_leaves_nothing(audited, photos, tmp_path) -> None:
    job, result = audited

    def stop(done: int, _: int) -> None:
        if done == 5:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        write_pack(job, SHORTCUT, photos, result, tmp_path / "a.zip", on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_said(audited, photos, tmp_path) -> None:
    job, result = audited
    with pytest.raises(SaliencyError, match="cannot be written"):
        write_pack(job, SHORTCUT, photos, result, tmp_path / "none" / "a.zip")


def test_of_a_sound_model_there_is_nothing_to_make_pictures_of(photos, tmp_path) -> None:
    with start(tmp_path / "job", SOUND, gather(photos, labels="folders"), method=METHOD) as job:
        result = audit(job, SOUND, photos)
        with pytest.raises(SaliencyError, match="nothing to make pictures of"):
            write_pack(job, SOUND, photos, result, tmp_path / "a.zip")
