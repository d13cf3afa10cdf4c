"""``python -m saliency remedy``: a rehearsal on standard output, a pack, a model kept, and exit codes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from photo_set import METHOD
from two_spots import make_photos, two_spots

import commands.remedy
import models
from commands.main import main
from saliency.audit import audit, gather, start
from saliency.audit.reports.remedy.nothing import NOT_SEARCHED

SHORTCUT, SOUND = two_spots(20.0, 4.0), two_spots(0.0, 20.0)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_photos(tmp_path_factory.mktemp("photos"), badged=1)


@pytest.fixture(scope="module")
def jobs(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {}
    for name, classifier, labels in (
        ("shortcut", SHORTCUT, "folders"),
        ("sound", SOUND, "folders"),
        ("unlabelled", SHORTCUT, None),
    ):
        folders[name] = tmp_path_factory.mktemp(name)
        with start(folders[name], classifier, gather(photos, labels=labels), method=METHOD) as job:
            audit(job, classifier, photos)
    return folders


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    def go(classifier, *arguments: object):
        monkeypatch.setattr(models, "load", lambda *_, **options: classifier)
        try:
            code = main(["remedy", *map(str, arguments)])
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return go


def test_a_rehearsal_and_a_pack(run, jobs, photos: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack.zip"
    code, told, err = run(SHORTCUT, jobs["shortcut"], "--model", "spots", "--photos", photos, "--pack", pack)
    assert code == 0
    assert told["outcome"] == "helps"
    assert told["packed"] > 0
    assert zipfile.is_zipfile(pack)
    assert (jobs["shortcut"] / "rehearsal.json").is_file()
    assert "In a rehearsal with" in err
    assert "trains only the model's last step" in err


def test_a_sound_model_has_nothing_to_mend(run, jobs, photos: Path) -> None:
    code, told, err = run(SOUND, jobs["sound"], "--model", "spots", "--photos", photos)
    assert (code, told["outcome"]) == (0, "nothing to mend")
    assert "nothing here that a rehearsal could mend" in err or NOT_SEARCHED in err
    code, told, err = run(SOUND, jobs["sound"], "--model", "spots", "--photos", photos, "--keep")
    assert (code, told) == (2, None)
    assert "no rehearsed model" in err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("{none}",), "There is no audit in"),
        (("{shortcut}",), "Say where they are: --photos FOLDER"),
        (("{shortcut}", "--photos", "{none}"), "There is no folder"),
        (("{shortcut}", "--photos", "{photos}"), "not in the list of models"),
        (("{sound}", "--photos", "{photos}", "--model", "spots"), "other weights"),
        (("{unlabelled}", "--photos", "{photos}", "--model", "spots"), "labels"),
        (("{shortcut}", "--photos", "{photos}", "--model", "spots", "--pack", "a.txt"), "name of a ZIP"),
        (("{shortcut}", "--photos", "{photos}", "--model", "spots", "--seed", "-1"), "--seed takes"),
        (("{shortcut}", "--photos", "{photos}", "--model", "spots", "--keep"), "has to be in the list"),
    ],
)
def test_what_cannot_be_is_said(run, jobs, photos: Path, tmp_path: Path, arguments, problem) -> None:
    places = {name: str(folder) for name, folder in jobs.items()}
    filled = [part.format(none=tmp_path / "none", photos=photos, **places) for part in arguments]
    code, told, err = run(SHORTCUT, *filled)
    assert (code, told) == (2, None)
    assert problem in err
    assert "Traceback" not in err


def test_an_unfinished_audit_is_said(run, photos: Path, tmp_path: Path) -> None:
    with start(tmp_path / "job", SHORTCUT, gather(photos, labels="folders"), method=METHOD):
        pass
    code, _, err = run(SHORTCUT, tmp_path / "job", "--photos", photos, "--model", "spots")
    assert code == 2
    assert "not finished: 0 of 80 photos" in err


def test_the_model_is_found_by_its_name(run, jobs, photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = models.choices()[0]
    named = [type(choice)(**{**vars(choice), "key": "spots", "name": "Two spots", "kind": "own"})]
    monkeypatch.setattr(commands.remedy.models, "choices", lambda: named)
    code, told, _ = run(SHORTCUT, jobs["shortcut"], "--photos", photos)
    assert (code, told["model"]) == (0, "Two spots")
