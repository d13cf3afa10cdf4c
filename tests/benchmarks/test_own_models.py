"""The table of models of one's own: rows are kept one by one, and none of another version is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks import own_models
from benchmarks.own_models import Row, keep, kept_rows, write_page

ROW = Row("timm", "resnet10t", "2e-07", "29 (no attention)", own_models.VERSION, "1 May 2026", "A machine")


def test_a_row_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    keep(ROW, path)
    keep(replace(ROW, model="levit_128s"), path)
    keep(replace(ROW, difference="3e-07"), path)
    assert [(row.model, row.difference) for row in kept_rows(path).values()] == [
        ("resnet10t", "3e-07"),
        ("levit_128s", "2e-07"),
    ]


def test_rows_of_another_version_are_not_shown_and_named_as_missing(tmp_path: Path) -> None:
    path, page = tmp_path / "rows.jsonl", tmp_path / "models.md"
    keep(replace(ROW, model="levit_128s", version=own_models.VERSION - 1), path)
    keep(ROW, path)
    write_page(page, path)
    text = page.read_text()
    assert "| timm | resnet10t | 2e-07 | 29 (no attention) |" in text
    assert "| levit_128s" not in text
    missing = text.partition("Not measured with this version of the script: ")[2].partition(".\n")[0]
    assert "levit_128s (timm)" in missing
    assert "resnet10t" not in missing
    assert "A machine; 1 May 2026" in text
