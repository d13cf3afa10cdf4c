"""``python -m saliency audit --against JOB``: the same photos by another model, compared; exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from corner import Deaf, classifier
from photo_set import JUDGE, METHOD, make_set

import models
from commands.main import main

NEW = replace(classifier(Deaf()), name="Deaf", digest="ee" * 32)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    by_name = {"old": replace(JUDGE, digest="dd" * 32), "new": NEW}
    monkeypatch.setattr(models, "load", lambda key, **options: by_name[key])
    monkeypatch.setattr(models, "choices", list)

    def go(*arguments: object):
        try:
            code = main(["audit", *map(str, arguments)])
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return go


@pytest.mark.slow
def test_another_model_is_asked_the_same_and_what_is_worse_fails(run, tmp_path: Path) -> None:
    photos, old, new = make_set(tmp_path / "set", broken=0), tmp_path / "old", tmp_path / "new"
    asked = "--method", METHOD
    assert run(photos, "--model", "old", "--labels", "folders", "--out", old, *asked)[0] == 0
    told = "--against", old, "--model", "new", "--out", new, "--old-model", "old", *asked
    code, (summary, compared), err = run(*told, "--fail-on", "worse")
    assert summary["right"] == 18  # deaf to everything, it says “bright” always
    assert compared["comparison"] in ("better", "no difference shown")  # three dark photos show nothing
    assert code == 0
    assert "Is the new one better?" in err
    assert {Path(file).name for file in compared["files"]} == {
        "comparison.pdf", "comparison.html", "comparison.png", "comparison.json", "changed.csv",
    }  # fmt: skip
    back = "--against", new, "--model", "old", "--out", tmp_path / "back", "--old-model", "new", *asked
    code, (_, compared), _ = run(*back, "--fail-on", "worse")
    assert (code == 3) is compared["worse"]
    code, lines, _ = run(*told, "--resume")  # two audits that are there: only compared
    assert code == 0
    assert lines[1]["sentence"].startswith("The new model is")


@pytest.mark.slow
def test_a_model_that_knows_none_of_the_labels_is_worse_and_fails(run, tmp_path: Path, monkeypatch) -> None:
    photos, old, new = make_set(tmp_path / "set", broken=0), tmp_path / "old", tmp_path / "new"
    asked = "--method", METHOD
    assert run(photos, "--model", "old", "--labels", "folders", "--out", old, *asked)[0] == 0
    strange = replace(NEW, labels=tuple(f"thing {number}" for number in range(len(NEW.labels))))
    monkeypatch.setattr(models, "load", lambda key, **options: strange)
    told = "--against", old, "--model", "new", "--out", new, *asked
    code, (_, compared), err = run(*told, "--fail-on", "worse")
    assert (code, compared["comparison"], compared["worse"]) == (3, "worse", True)
    assert compared["sentence"].startswith("The new model does not know 2 of the 2 labels of these photos")
    assert "Nothing is shown to be worse" not in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--out", "x"], "Name the folder or ZIP with the photos"),
        (["photos", "--out", "x", "--fail-on", "worse"], "--fail-on worse compares with an older audit"),
        (["photos", "--out", "x", "--old-model", "a"], "--old-model compares with an older audit"),
        (["--against", "a", "--out", "x", "--labels", "folders"], "--labels is taken from the audit"),
        (["--against", "a", "--out", "x", "--mask-name", "m"], "--mask-name"),
        (["--against", "a", "--out", "a"], "are the same folder"),
        (["gone.zip", "--against", "a", "--out", "x"], "a folder"),
        (["--against", "gone", "--out", "x"], "gone"),
    ],
)
def test_what_does_not_fit_together_is_said(run, tmp_path: Path, monkeypatch, arguments, sentence) -> None:
    monkeypatch.chdir(tmp_path)
    code, lines, err = run(*arguments)
    assert (code, lines) == (2, [])
    assert sentence in err
    assert err.count("\n") == 1
