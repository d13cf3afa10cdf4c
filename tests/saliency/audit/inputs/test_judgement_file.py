"""What people hand over of what findings are: tables and JSON, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from saliency.audit.inputs.judgement_file import read_judgement_file
from saliency.errors import SaliencyError
from saliency.verdict.advice import AreaRole

KEY = "f0123456789a"


def read(tmp_path: Path, name: str, text: str) -> list[tuple[object, ...]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [(h.finding, h.role, h.name, h.note, h.by, h.at) for h in read_judgement_file(path)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_as_spreadsheets_write_it(tmp_path: Path, separator: str) -> None:
    rows = (
        ("Finding", "verdict", "role", "name", "by"),
        (KEY, "depends", "Product", "the “cup”", "Ana"),
        ("2", "depends", "Something else", "", ""),
        ("3", "depends", "", "", ""),
        ("4", "depends", "none", "", ""),
    )
    assert read(tmp_path, "judged.csv", "\n".join(map(separator.join, rows))) == [
        (KEY, AreaRole.PRODUCT, "the “cup”", "", "Ana", ""),
        ("2", AreaRole.OTHER, "", "", "", ""),
        ("4", None, "", "", "", ""),
    ]


def test_the_json_of_an_audit(tmp_path: Path) -> None:
    log = {"judgements": [{"finding": KEY, "role": "other"}, {"finding": KEY, "role": "detail", "name": "a"}]}
    assert read(tmp_path, "judgements.json", json.dumps(log)) == [(KEY, AreaRole.DETAIL, "a", "", "", "")]
    assert read(tmp_path, "list.json", json.dumps(log["judgements"][:1])) == [
        (KEY, AreaRole.OTHER, "", "", "", "")
    ]
    taken_back = [{"finding": KEY, "role": None}]
    assert read(tmp_path, "back.json", json.dumps(taken_back)) == [(KEY, None, "", "", "", "")]
    said = {"role": "both", "name": "", "note": "n", "by": "Ben", "at": "2026-11-28"}
    record = {"findings": [{"key": KEY, "judgement": said}, {"key": "f1"}, {"key": "f2", "judgement": 3}]}
    assert read(tmp_path, "findings.json", json.dumps(record)) == [
        (KEY, AreaRole.BOTH, "", "n", "Ben", "2026-11-28")
    ]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "a.csv",
            "finding,role\n1,good",
            "a.csv, line 2: “good” is none of the roles. Expected: product",
        ),
        ("a.csv", "finding,role\n,product", "line 2: it does not say which finding"),
        ("a.csv", "finding,role,at\n1,product,yesterday", "“yesterday” is no time"),
        ("a.csv", "finding,is\n1,product", "the column “role” is missing"),
        ("a.csv", "", "is empty"),
        ("a.json", "{", "a.json is not what was expected"),
        ("a.json", "3", "is not what was expected"),
        ("a.json", "[3]", "is not what was expected"),
        ("a.json", '{"photos": 3}', "is not what was expected"),
        ("a.json", '[{"finding": "1", "role": "good"}]', "a.json, entry 1: “good” is none"),
        ("a.json", '[{"role": "other"}]', "entry 1: it does not say which finding"),
    ],
)
def test_what_is_wrong_is_said_with_where(tmp_path: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(SaliencyError, match=says):
        read(tmp_path, name, text)


@pytest.mark.parametrize("name", ["gone.csv", "gone.json"])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(SaliencyError, match="could not be read"):
        read_judgement_file(tmp_path / name)
