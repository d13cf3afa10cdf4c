"""``python -m saliency audit``: a summary on standard output, files in a folder, and exit codes."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from photo_set import JUDGE, METHOD, make_set
from PIL import Image
from pypdf import PdfReader

import commands.audit
import commands.audit_summary
import models
from commands.main import main
from saliency import audit
from saliency.audit.evidence import probe
from saliency.audit.inputs import archive, masks, source, tables
from saliency.audit.reports import files as outputs
from saliency.audit.reports import review, sentences
from saliency.audit.reports import tables as written_tables
from saliency.export import spreadsheet

FORBIDDEN = re.compile(r"looks at|because|proves|confidence", re.IGNORECASE)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(models, "load", lambda *_, **options: JUDGE)

    def go(*arguments: object):
        try:
            code = main(["audit", *map(str, arguments), "--method", METHOD])
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return go


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for photo in sorted(folder.rglob("*.png")):
            archive.write(photo, photo.relative_to(folder.parent).as_posix())
    return path


def test_a_folder(run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set"), tmp_path / "out"
    code, found, err = run(photos, "--labels", "folders", "--area", "badge=0.6,0.6,0.25,0.25", "--out", out)
    assert code == 0
    assert (found["photos"], found["audited"], found["left_out_count"]) == (22, 21, 1)
    assert (found["right"], found["wrong"]) == (21, 0)
    assert found["verdicts"]["depends"] == 1
    assert "22 of 22 photos" in err
    assert "broken/0.png: " in err
    assert err.index("22 photos in 3 folders") < err.index(" of 22 photos")
    assert err.index("6,576 to test what stands out") < err.index("How good is it?")
    assert "How good is it? 21 of 21 answers are right." in err
    rows = json.loads((out / "results.json").read_text())
    assert [one["state"] for one in rows].count("done") == 21
    assert len(rows[0]["cells"]) == 16
    with (out / "results.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 22
    assert {line["area"] for line in lines if line["state"] == "done"} == {"badge"}
    findings = json.loads((out / "findings.json").read_text())
    assert {key: findings[key] for key in ("photos", "audited", "verdicts")} == {
        key: found[key] for key in ("photos", "audited", "verdicts")
    }
    said = json.dumps(found) + json.dumps(findings) + err
    assert not FORBIDDEN.search(said)


def test_labels_that_the_model_lacks_are_said_with_their_number_and_what_to_do(run, tmp_path: Path) -> None:
    """Five folders that the model does not know: the report said that there was nothing to do."""
    photos, out = make_set(tmp_path / "set", bright=12, dark=0, broken=0), tmp_path / "out"
    for number, photo in enumerate(sorted((photos / "bright").iterdir())):
        label = ("bottle", "brigth", "cup", "lamp", "mug")[number % 5]
        (photos / label).mkdir(exist_ok=True)
        photo.rename(photos / label / photo.name)
    code, found, err = run(photos, "--labels", "folders", "--out", out)
    assert (code, found["right"], found["wrong"]) == (0, 0, 0)
    findings = json.loads((out / "findings.json").read_text())
    assert findings["unjudged"] == [
        {"label": label, "photos": count, "ambiguous": False, "classes": near}
        | {"answer": "bright", "answered": count}
        for label, count, near in (
            ("bottle", 3, []), ("brigth", 3, ["bright"]), ("cup", 2, []), ("lamp", 2, []), ("mug", 2, []),
        )
    ]  # fmt: skip
    page = html.unescape(re.sub("(<[^>]*>)+", " ", (out / "report.html").read_text()))
    paper = " ".join(PdfReader(out / "report.pdf").pages[0].extract_text().split())
    assert err.count("for 12 photos cannot be judged") == 2  # before the first photo is asked, and at the end
    assert err.index("for 12 photos cannot be judged") < err.index("12 of 12 photos")
    for text in (err, page, paper):
        assert "for 12 photos cannot be judged" in text
        for label in ("“bottle” (3 photos", "“brigth” (3 photos", "“mug” (2 photos"):
            assert label in text
        assert "as the model's classes are written" in text
        assert "Its classes are, for example, “bright”, “dark”" in text
    for text in (page, paper):
        assert "12 not judged" in text
        assert "“brigth” (3 photos, 3 answered “bright”, perhaps the same)" in text


def test_what_is_wrong_with_the_set_is_said_in_a_few_lines_and_where_each_photo_is_listed(
    run, tmp_path: Path
) -> None:
    photos, out = make_set(tmp_path / "set", bright=3, dark=2, broken=0), tmp_path / "out"
    shutil.copy(photos / "bright" / "00.png", photos / "dark" / "copy.png")
    Image.new("RGB", (96, 96), (4, 4, 4)).save(photos / "dark" / "black.png")
    code, _, err = run(photos, "--labels", "folders", "--out", out)
    assert code == 0
    lines = [line for line in err.splitlines() if line.startswith("The set: ")]
    with (out / "set.csv").open(newline="") as file:
        kinds = [line["kind"] for line in csv.DictReader(file)]
    assert (
        "2 photos are copies of one another, in 1 group; 1 of these groups has different labels" in lines[0]
    )
    assert f"{kinds.count('dark')} very dark" in lines[1]
    assert lines[-1] == f"The set: each of these is a line of “{out / 'set.csv'}”."
    assert "The set: " not in run(make_set(tmp_path / "fine", dark=0, broken=0), "--out", tmp_path / "f")[2]


@pytest.mark.slow
def test_exit_code_3_where_something_is_found(run, tmp_path: Path) -> None:
    photos = make_set(tmp_path / "set")
    code, found, err = run(photos, "--out", tmp_path / "one", "--fail-on", "depends")
    assert code == 3
    assert found["depends_on"][0]["place"] == "upper left corner"
    assert "depends: In 9 of the 9 pictures with the answer “bright” that were kept for testing" in err
    few = make_set(tmp_path / "few", bright=5)
    assert run(few, "--out", tmp_path / "two", "--fail-on", "depends")[0] == 0
    area = ("--area", "product=0,0,0.25,0.25")
    assert run(few, "--out", tmp_path / "three", "--fail-on", "depends", *area)[0] == 0  # as it should be
    area = ("--area", "badge=0,0,0.25,0.25")
    assert run(few, "--out", tmp_path / "four", "--fail-on", "depends", *area)[0] == 3


def test_an_archive_is_unpacked_once_and_gone_on_with(run, tmp_path: Path) -> None:
    photos = make_set(tmp_path / "set", bright=3, dark=1)
    archive, out = zipped(photos, tmp_path / "set.zip"), tmp_path / "out"
    options = (archive, "--labels", "folders", "--out", out)
    code, found, _ = run(*options)
    assert (code, found["audited"], found["right"]) == (0, 4, 4)
    before = [path.read_bytes() for path in map(Path, found["files"])]
    code, _, err = run(*options)
    assert code == 2
    assert "--resume" in err
    code, again, _ = run(*options, "--resume")
    assert (code, again) == (0, found)
    assert [path.read_bytes() for path in map(Path, again["files"])] == before
    zipped(make_set(tmp_path / "other", bright=2), archive)
    code, _, err = run(*options, "--resume")
    assert code == 2
    assert "another set of photos" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gone"], "no folder or ZIP"),
        (["notes.txt"], "neither a folder nor a ZIP"),
        (["set", "--labels", "bad.csv"], "bad.csv, line 2"),
        (["set", "--labels", "gone.csv"], "gone.csv could not be read"),
        (["set", "--areas", "bad.csv"], "bad.csv, line 1"),
        (["set", "--area", "0,0"], "four numbers"),
        (["set", "--area", "=0,0,.2,.2"], "needs a name"),
        (["set", "--second", "rollout"], "does not work with this model"),
        (["set", "--second", "nothing"], "nothing"),
        (["set", "--fail-on", "everything"], "--fail-on"),
        (["empty"], "no photo"),
        (["set", "--expires", "999999999999"], "0 to 36500 days"),
        (["set", "--expires", "-1"], "0 to 36500 days"),
    ],
)
def test_bad_input(run, tmp_path: Path, monkeypatch, arguments: list[str], says: str) -> None:
    monkeypatch.chdir(tmp_path)
    make_set(Path("set"), bright=1, dark=0, broken=0)
    Path("empty").mkdir()
    Path("notes.txt").write_text("x")
    Path("bad.csv").write_text("file,label\ngone.jpg,mug\n")
    code, found, err = run(*arguments, "--out", "out")
    assert (code, found) == (2, None)
    assert says in err
    assert "Traceback" not in err


def test_a_second_view_and_an_area_outside_what_the_model_received(run, tmp_path: Path) -> None:
    photos = make_set(tmp_path / "set", bright=2, dark=0, broken=0)
    out = tmp_path / "out"
    assert run(photos, "--second", "gradient", "--area", "0,0,0.01,0.01", "--out", out)[0] == 0
    (first, _) = json.loads((out / "results.json").read_text())
    assert first["second_view"]["verdict"] in {"agree", "partly", "disagree"}
    assert "too small" in first["areas"][0]["problem"]


def test_a_text_that_begins_like_a_formula_is_not_run_as_one() -> None:
    assert [spreadsheet.cell(v) for v in ("=1+1", "-x", "mug", True, 0.5, None)] == [
        "'=1+1", "'-x", "mug", "yes", 0.5, None,
    ]  # fmt: skip


def test_no_part_of_a_text_is_a_formula_wherever_a_spreadsheet_begins_a_cell(tmp_path: Path) -> None:
    """Excel splits at semicolons where the decimal sign is a comma, also within quotation marks."""
    odd = (
        "x;=1+1",
        'x";=1+1',
        "x; -1",
        "a;b;@SUM(1)",
        "＝1+1",
        '"=1',
        "\t=1",
        "a\n=1",
        "a\r=1",
        " =1",
        "\x00=1",
    )
    for text in odd:
        cell = spreadsheet.cell(text)
        for part in re.split(r"[;\t\r\n|]", cell):
            assert (
                not re.match(r"""[\s"']*[=+\-@＝]""", part.replace("'=", "").replace("'-", "")) or "'" in part
            )
        assert not re.search(r"""(^|[;\t|\r\n])[\s"]*[=+\-@＝]""", cell)
        assert cell.isprintable()
    assert [spreadsheet.cell(text) for text in ("a-b.jpg", "x = y", "mug; red", "a,b")] == [
        "a-b.jpg", "x = y", "mug; red", "a,b",
    ]  # fmt: skip


def test_all_text_of_the_table_is_in_quotation_marks(run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set", bright=1, dark=1), tmp_path / "out"
    assert run(photos, "--labels", "folders", "--out", out)[0] == 0
    for line in (out / "results.csv").read_text().splitlines():
        assert all(re.fullmatch(r'".*"|[\d.e-]+', cell) for cell in line.split(",")), line


def test_names_that_are_not_utf8_or_hold_marks_are_audited_and_can_be_read(run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set", bright=2, dark=0, broken=1), tmp_path / "out"
    (photos / "bright" / "00.png").rename(os.fsdecode(os.fsencode(photos) + b"/bright/caf\xe9.png"))
    (photos / "bright" / "01.png").rename(photos / "bright" / "a\u202egnp.\nb\x1b[31m.png")
    (photos / "broken").rename(os.fsdecode(os.fsencode(photos) + b"/br\xf6ken"))
    (photos / "bright").rename(photos / "bri\u202eght\n")
    code, found, err = run(photos, "--labels", "folders", "--out", out, "--masks", photos)
    assert (code, found["audited"], found["left_out_count"]) == (0, 2, 1)
    assert "br\\udcf6ken/0.png: " in err
    rows = json.loads((out / "results.json").read_text())
    assert [os.fsencode(row["file"])[-8:] for row in rows if "caf" in row["file"]] == [b"caf\xe9.png"]
    assert {row["label"] for row in rows if row["state"] == "done"} == {"bright"}
    table, page = (out / "results.csv").read_text(), (out / "report.html").read_text()
    for text in (table, page):
        assert "caf\\udce9.png" in text
        assert "a\\u202egnp.\\nb\\x1b[31m.png" in text
        assert not re.search("[\x00-\x09\x0b-\x1f\u200e\u200f\u202a-\u202e]", text)
    paper = " ".join(sheet.extract_text() for sheet in PdfReader(out / "report.pdf").pages)
    assert "u202egnp" in re.sub(r"\s", "", paper)


def test_folders_whose_names_are_not_utf8_are_fine(run, tmp_path: Path) -> None:
    photos = Path(os.fsdecode(os.fsencode(tmp_path) + b"/s\xe9t"))
    make_set(photos, bright=2, dark=0, broken=0)
    out = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xf6ut"))
    for resume in ((), ("--resume",)):
        code, found, err = run(photos, "--masks", photos, "--out", out, *resume)
        assert (code, found["audited"]) == (0, 2), err
    assert "s\\udce9t" in (out / "report.html").read_text()


@pytest.mark.parametrize("source", ["set", "set.zip"])
def test_a_place_that_cannot_be_written_is_said(run, tmp_path: Path, source: str) -> None:
    photos = make_set(tmp_path / "set", bright=1, dark=0, broken=0)
    zipped(photos, tmp_path / "set.zip")
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "below", Path("/dev/null/x"), Path("/proc/x")):
        code, _, err = run(tmp_path / source, "--out", out)
        assert code == 2
        assert "cannot be used" in err
        assert "Traceback" not in err
    assert (tmp_path / "file").read_text() == "x"


def test_a_damaged_audit_is_said_and_left_as_it_is(run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set", bright=1, dark=0, broken=0), tmp_path / "out"
    archive = zipped(photos, tmp_path / "set.zip")
    assert run(archive, "--out", out)[0] == 0
    (out / "job.sqlite").write_bytes(b"no database" * 999)
    before = sorted(out.rglob("*"))
    for resume in ((), ("--resume",)):
        code, _, err = run(archive, "--out", out, *resume)
        assert code == 2
        assert "is damaged and cannot be read" in err
    assert sorted(out.rglob("*")) == before


def test_a_summary_is_printed_whatever_standard_output_takes(monkeypatch) -> None:
    for encoding, text in (("utf-8", '"é"'), ("ascii", '"\\u00e9"'), ("cp1252", '"é"')):
        monkeypatch.setattr(commands.audit_summary.sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding))
        assert commands.audit_summary._json("é") == text


def test_no_sentence_says_more_than_is_known() -> None:
    texts = (audit, outputs, written_tables, review, probe, sentences, source, tables, masks, archive)
    for module in (*texts, commands.audit, commands.audit_summary):
        assert module.__file__ is not None
        quoted = re.findall(r'f?"([^"\n]*)"', Path(module.__file__).read_text(encoding="utf-8"))
        assert not [text for text in quoted if FORBIDDEN.search(text)]
