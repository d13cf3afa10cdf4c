"""The command line with models that give tags, yes or no, and a number."""

from __future__ import annotations

import json

import pytest
from stand_in import draw, make_model

from commands.main import main

KINDS = {
    "labels": {"labels": ("outdoor", "people", "dog"), "threshold": 0.6},
    "yes-no": {"labels": ("defect",)},
    "score": {"labels": ("ad score",), "usual_range": [0, 10]},
}


@pytest.fixture
def run(tmp_path, capsys):
    """Runs a command on a photo with a model of a kind."""
    photo = tmp_path / "photo.png"
    draw().save(photo)

    def asked(command, kind, *arguments):
        folder = make_model(tmp_path / kind, outputs=kind, **KINDS[kind])
        code = main([command, str(photo), "--model", str(folder), *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return asked


@pytest.mark.parametrize("kind", KINDS)
def test_explain_says_the_kind(run, tmp_path, kind):
    code, (record,), err = run("explain", kind, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert record["outputs"]["kind"] == kind
    assert record["outputs"].get("usual_range") == ([0, 10] if kind == "score" else None)
    assert ("given" in record) == (kind == "labels")


@pytest.mark.parametrize("kind", KINDS)
def test_check_says_the_kind(run, kind):
    code, (record,), err = run("check", kind, "--area", "0.2,0.2,0.3,0.3")
    assert (code, err) == (0, "")
    assert record["explanation"]["outputs"]["kind"] == kind
    said = {"labels": "tag", "yes-no": "answer", "score": "ad score"}[kind]
    assert said in record["conclusion"]["headline"]


def test_a_tag_can_be_asked_for(run, tmp_path):
    code, (record,), _ = run("explain", "labels", "--target", "dog", "--out", tmp_path / "out")
    assert (code, record["target"]) == (0, "dog")


@pytest.mark.parametrize(
    ("kind", "arguments", "said"),
    [
        ("labels", ("--rather-than", "dog"), "of tags several may be true"),
        ("labels", ("--target", "mug"), "This model does not know “mug”"),
        (
            "score",
            ("--rather-than", "dog"),
            "This model gives one number, so there is nothing to compare it with.",
        ),
        ("score", ("--target", "dog"), "This model gives one number, “ad score”"),
        ("yes-no", ("--target", "defect", "--rather-than", "defect"), "cannot be told from itself"),
    ],
)
def test_what_a_kind_cannot_be_asked(run, tmp_path, kind, arguments, said):
    code, records, err = run("explain", kind, *arguments, "--out", tmp_path / "out")
    assert (code, records) == (2, [])
    assert said in err
    assert len(err.splitlines()) == 1
