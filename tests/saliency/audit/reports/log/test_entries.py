"""The log of audits: each with its date, weights, set, and what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_audit import SETTINGS, fake

from commands.main import main
from saliency.audit.judgements import entry_of, keep
from saliency.audit.reports.files import write
from saliency.audit.reports.log.entries import audit_log, log_entry
from saliency.errors import SaliencyError
from saliency.verdict.advice import AreaRole


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("log")
    for name, found in (("march", True), ("november", False)):
        job, audit = fake(home / name, home / "photos", 24, found=found)
        with job:
            job._base.execute(
                "INSERT OR REPLACE INTO meta VALUES ('begun', ?)",
                [{"march": "2026-03-01", "november": "2026-11-28"}[name]],
            )
            job.commit()
            write(job, audit, home / name)
            if found:
                keep(home / name, [entry_of(audit.findings[0], AreaRole.PRODUCT, at="2026-03-02T10:00:00")])
    (home / "nothing").mkdir()
    return home


def test_the_oldest_comes_first_with_what_people_said_of_it(audits: Path) -> None:
    march, november = audit_log(audits)
    assert (march.audit, march.date, november.date) == ("march", "2026-03-01", "2026-11-28")
    assert (march.model, march.weights, march.set) == (SETTINGS.model, SETTINGS.weights, SETTINGS.photos)
    assert (march.photos, march.right, march.wrong) == (24, 20, 4)
    assert march.share_right is not None
    assert march.share_right.low < 20 / 24 < march.share_right.high
    assert (march.judged, march.depends_on) == (1, ())  # judged to be the product since


def test_what_is_none_or_damaged_is_left_out(audits: Path, tmp_path: Path) -> None:
    assert log_entry(audits / "nothing") is None
    (tmp_path / "job.sqlite").write_bytes(b"")
    (tmp_path / "findings.json").write_text("[]")
    assert log_entry(tmp_path) is None
    with pytest.raises(SaliencyError, match="There is no folder"):
        audit_log(tmp_path / "gone")


def test_on_the_command_line(audits: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audits", str(audits)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["audit"] for line in lines] == ["march", "november"]
    assert main(["audits", str(audits), "--csv", "--model", "a MODEL"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].startswith('"date","audit","model"')
    assert len(table) == 3
    assert main(["audits", str(audits), "--model", "another"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["audits", str(audits / "gone")]) == 2
    assert "There is no folder" in capsys.readouterr().err
