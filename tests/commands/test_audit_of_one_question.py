"""Audits of models that give tags, a number, or yes and no, from the command line to the reports."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from kinds import score, tags, yes_no
from photo_set import METHOD, make_set
from pypdf import PdfReader

import models
from commands.main import main
from saliency.audit import Job, audit, gather, start
from saliency.audit.inputs.true_answers import true_answer
from saliency.classifier import Classifier, yes_no_classifier, yes_no_question
from saliency.errors import SaliencyError

Run = Callable[..., tuple[int, dict, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def go(model: Classifier, *arguments: object):
        monkeypatch.setattr(models, "load", lambda *_, **options: model)
        code = main(["audit", *map(str, arguments), "--method", METHOD])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else {}, err

    return go


def table(photos: Path, label: Callable[[Path], str]) -> Path:
    """A table of labels."""
    path = photos.parent / "labels.csv"
    files = sorted(photos.rglob("*.png"))
    lines = [f"{photo.relative_to(photos).as_posix()};{label(photo)}\n" for photo in files]
    path.write_text("file;label\n" + "".join(lines), encoding="utf-8")
    return path


def texts(out: Path) -> list[str]:
    """All pages of the PDF, and the web page, without regard to where lines break."""
    paper = " ".join(page.extract_text() for page in PdfReader(out / "report.pdf").pages)
    web = html.unescape(re.sub("(<[^>]*>)+", " ", (out / "report.html").read_text(encoding="utf-8")))
    return [" ".join(text.replace("\u00a0", " ").split()) for text in (paper, web)]


def rows(out: Path) -> dict[str, dict[str, str]]:
    with (out / "results.csv").open(newline="") as file:
        return {line["file"]: line for line in csv.DictReader(file)}


def test_a_tag(run: Run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set", broken=0), tmp_path / "out"

    def label(photo: Path) -> str:
        if photo.stem == "00":
            return "dark; none of both" if photo.parent.name == "bright" else "brigth"  # wrong, and unknown
        return "none of both;bright" if photo.parent.name == "bright" else "none"

    code, found, err = run(
        tags(), photos, "--target", "Bright", "--labels", table(photos, label), "--out", out
    )
    assert code == 0
    assert (found["right"], found["wrong"]) == (19, 1)
    assert found["depends_on"][0]["place"] == "upper left corner"
    assert "Asked of each photo: is the tag “bright” given (from 0.50)?" in err
    assert "“brigth” (1 photo, perhaps “bright”)" in err
    assert err.index("“brigth”") < err.index("21 of 21 photos")
    record = json.loads((out / "findings.json").read_text())
    assert record["settings"]["question"]["label"] == "bright"
    said = "The model gives the tag “bright” (0.99), but the label is “not bright”."
    assert any(reason.startswith(said) for reason in record["review"][0]["reasons"])
    lines = rows(out)
    assert (lines["bright/01.png"]["label"], lines["bright/01.png"]["guess"]) == ("bright", "bright")
    assert (lines["dark/01.png"]["label"], lines["dark/01.png"]["right"]) == ("not bright", "yes")
    assert float(lines["bright/01.png"]["value"]) > 0.9 > 0.1 > float(lines["dark/01.png"]["value"])
    takes = "With it covered, the share of “bright” goes from 0.99 to "
    assert takes in found["depends_on"][0]["sentence"]
    for text in texts(out):
        assert takes in text
        assert "is the tag “bright” given (from 0.50)?" in text
        assert "The tag “bright” depends on the upper left corner" in text
        assert "True answer Photos Right Wrong" in text
        assert (
            "do not answer the question: “brigth” (1 photo, perhaps “bright”). Write each photo's tags"
            in text
        )
        assert said in text


def test_a_number(run: Run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set", broken=0), tmp_path / "out"
    labels = table(
        photos, lambda photo: "7,5" if photo.parent.name == "bright" and photo.stem != "00" else "1"
    )
    code, found, err = run(score(), photos, "--labels", labels, "--out", out)
    assert code == 0
    assert (found["right"], found["wrong"]) == (20, 1)
    assert "No number was said, so 5 is taken, the middle of the usual 0 to 10." in err
    lines = rows(out)
    assert float(lines["bright/01.png"]["value"]) == pytest.approx(10)
    assert lines["bright/01.png"]["guess"] == lines["bright/01.png"]["label"] == "ad score 5 or more"
    step = "If what you see at this place should count for “ad score 5 or more”, this is as it should be."
    assert step in json.loads((out / "findings.json").read_text())["findings"][0]["next"]
    takes = "With it covered, the ad score goes from 10.0 to "
    assert takes in found["depends_on"][0]["sentence"]
    values = json.loads((out / "findings.json").read_text())["findings"][0]["values"]
    assert values["before"] == pytest.approx(10) == pytest.approx(values["elsewhere"], abs=0.5)
    assert values["after"] < 5
    for text in texts(out):
        assert takes in text
        assert "Asked of each photo: is the ad score 5 or more?" in text
        assert "“ad score 5 or more” depends on the upper left corner" in text
        assert "The model says ad score 10.0, but the label is “ad score below 5”." in text


def test_an_audit_goes_on_with_what_it_was_asked(run: Run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set", bright=3, dark=1, broken=0), tmp_path / "out"
    _, found, _ = run(score(), photos, "--at-least", 4.5, "--out", out)
    code, again, err = run(score(), photos, "--resume", "--out", out)
    assert (code, again) == (0, found)
    assert "is the ad score 4.5 or more?" in err
    assert "middle" not in err
    code, _, err = run(score(), photos, "--at-least", 6, "--resume", "--out", out)
    assert code == 2
    assert "another question (is the ad score 4.5 or more?, now is the ad score 6 or more?)" in err


@pytest.mark.parametrize(
    ("model", "arguments", "says"),
    [
        (tags, (), "Name it (--target on the command line). Its tags: “bright”, “dark”, “none of both”."),
        (tags, ("--target", "blue"), "does not know “blue”"),
        (score, ("--at-least", 11), "usually lies between 0 and 10"),
        (score, ("--at-least", "nan"), "usually lies between 0 and 10"),
        (yes_no, ("--target", "bright"), "exclude each other"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_begun(
    run: Run, tmp_path: Path, model: Callable[[], Classifier], arguments: tuple, says: str
) -> None:
    photos = make_set(tmp_path / "set", bright=1, dark=0, broken=0)
    code, _, err = run(model(), photos, *arguments, "--out", tmp_path / "out")
    assert code == 2
    assert says in err
    assert not (tmp_path / "out" / "findings.json").exists()


def test_yes_and_no_need_no_question(run: Run, tmp_path: Path) -> None:
    photos = make_set(tmp_path / "set", broken=0)
    (photos / "dark").rename(photos / "not bright")
    out = tmp_path / "out"
    code, found, _ = run(yes_no(), photos, "--labels", "folders", "--out", out)
    assert (code, found["right"], found["wrong"]) == (0, 21, 0)
    assert found["depends_on"][0]["guess"] == "bright"
    assert "value" not in rows(out)["bright/01.png"]


def test_a_model_without_its_question_is_refused(tmp_path: Path) -> None:
    photos = make_set(tmp_path / "set", bright=1, dark=0, broken=0)
    with pytest.raises(SaliencyError, match="yes_no_classifier"):
        start(tmp_path / "out", tags(), gather(photos))


def test_a_job_keeps_its_question(tmp_path: Path) -> None:
    photos, question = (
        make_set(tmp_path / "set", bright=2, dark=1, broken=0),
        yes_no_question(tags(), "dark", 0.7),
    )
    model = yes_no_classifier(tags(), question)
    with start(tmp_path / "out", model, gather(photos), method=METHOD) as job:
        audit(job, model, photos)
    with Job(tmp_path / "out", alone=False) as job:
        assert job.settings.question == question


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("dark", "not bright"), ("BRIGHT", "bright"), ("dark | bright", "bright"), ("none", "not bright"),
        ("not bright", "not bright"), ("kitchen", "kitchen"), ("kitchen; dark", "not bright"),
        ("brihgt; dark", "brihgt; dark"), (" ; ", " ; "), ("kitchen; bright", "bright"),
    ],
)  # fmt: skip
def test_the_true_answer_of_tags(label: str, answer: str) -> None:
    model = tags()
    assert true_answer(label, yes_no_question(model, "bright"), model.labels) == answer


@pytest.mark.parametrize(
    ("label", "answer"),
    [("kitchen", "not bright"), ("brihgt", "brihgt"), ("bright", "bright"), (" ; ", " ; ")],
)
def test_a_list_of_tags_without_it_says_no(label: str, answer: str) -> None:
    model = tags()
    assert true_answer(label, yes_no_question(model, "bright"), model.labels, complete=True) == answer


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("6", "ad score 6 or more"), ("5,99", "ad score below 6"), ("-1e3", "ad score below 6"),
        ("Ad score 6 or more", "ad score 6 or more"), ("ad_score below 6", "ad score below 6"),
        ("high", "high"), ("nan", "nan"), ("inf", "inf"),
    ],
)  # fmt: skip
def test_the_true_answer_of_a_number(label: str, answer: str) -> None:
    model = score()
    assert true_answer(label, yes_no_question(model, at_least=6), model.labels) == answer
