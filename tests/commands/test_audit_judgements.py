"""``python -m saliency audit --judgements``: what people say of findings, brought in and given out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from photo_set import JUDGE, METHOD, make_set

import models
from commands.main import main
from saliency.audit.judgements import JUDGEMENTS


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(models, "load", lambda *_, **options: JUDGE)

    def go(*arguments: object):
        code = main(["audit", *map(str, arguments), "--method", METHOD, "--fail-on", "depends"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return go


def fill_in(path: Path, **cells: str) -> None:
    """Writes into the first line of a table, as a spreadsheet program does."""
    with path.open(newline="") as file:
        lines = list(csv.DictReader(file))
    lines[0] |= cells
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(lines)


def test_a_finding_that_is_the_product_is_no_reason_to_fail(run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set", dark=1, broken=0), tmp_path / "out"
    code, found, err = run(photos, "--out", out)
    assert (code, found["to_be_judged"], len(found["depends_on"])) == (3, 1, 1)
    assert "1 finding is still to be judged" in err
    table = tmp_path / "judged.csv"
    table.write_bytes((out / "findings.csv").read_bytes())
    fill_in(table, role="product", name="the white corner", by="Ana Lima")
    code, found, err = run(photos, "--out", out, "--resume", "--judgements", table)
    assert (code, found["to_be_judged"], found["depends_on"]) == (0, 0, [])
    assert "Judged by Ana Lima on " in err
    assert "still to be judged" not in err
    finding = json.loads((out / "findings.json").read_text())["findings"][0]
    assert (finding["judgement"]["role"], finding["judgement"]["by"]) == ("product", "Ana Lima")
    with (out / "findings.csv").open(newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["finding"], first["role"], first["name"]) == (finding["key"], "product", "the white corner")
    (kept,) = json.loads((out / JUDGEMENTS).read_text())["judgements"]
    assert (kept["finding"], kept["place"]) == (finding["key"], "upper left corner")


@pytest.mark.slow
def test_it_stays_until_it_is_taken_back_and_damage_is_said(run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set", dark=1, broken=0), tmp_path / "out"
    table = tmp_path / "judged.csv"
    table.write_text("finding,role\n1,product\nfgone,other\n")
    code, _, err = run(photos, "--out", out, "--judgements", table)
    assert code == 0
    assert "judged.csv, line 3: there is no finding “fgone” in this audit." in err
    before = (out / JUDGEMENTS).read_bytes()
    assert run(photos, "--out", out, "--resume", "--judgements", table)[0] == 0
    assert (out / JUDGEMENTS).read_bytes() == before
    assert run(photos, "--out", out, "--resume")[0] == 0
    table.write_text("finding,role\n1,other\n")
    assert run(photos, "--out", out, "--resume", "--judgements", table)[0] == 3
    table.write_text("finding,role\n1,none\n")
    code, found, _ = run(photos, "--out", out, "--resume", "--judgements", table)
    assert (code, found["to_be_judged"]) == (3, 1)
    (out / JUDGEMENTS).write_text("{")
    code, _, err = run(photos, "--out", out, "--resume")
    assert code == 3
    assert "Warning: What people said of the findings cannot be read" in err
    assert (out / JUDGEMENTS).read_text() == "{"


def test_a_file_that_says_nothing_usable_is_refused_before_anything_begins(run, tmp_path: Path) -> None:
    photos, out = make_set(tmp_path / "set", bright=2, dark=0, broken=0), tmp_path / "out"
    table = tmp_path / "judged.csv"
    table.write_text("finding,role\n1,good\n")
    for path, says in ((table, "line 2: “good” is none of the roles"), (tmp_path / "gone.json", "gone.json")):
        code, found, err = run(photos, "--out", out, "--judgements", path)
        assert (code, found) == (2, None)
        assert says in err
        assert not out.exists()
    table.write_text("finding,role\n7,product\n")
    code, found, err = run(photos, "--out", out, "--judgements", table)
    assert (code, found) == (2, None)
    assert "judged.csv, line 2: there is no finding 7." in err
    assert not (out / JUDGEMENTS).exists()
