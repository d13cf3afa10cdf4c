"""A rehearsal in the reports: plain sentences with their numbers, never more than was tested."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest
from fake_audit import fake
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from saliency.audit.json_types import as_json, from_json
from saliency.audit.reports.blocks import TWIN, Gallery, Shot, Table, parts
from saliency.audit.reports.files import write, write_again
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.remedy import words
from saliency.audit.reports.remedy.file import FOLDER, RECORD, read_remedy, write_remedy
from saliency.audit.reports.remedy.pictures import twin_sheet
from saliency.audit.reports.remedy.record import (
    Course,
    FindingRemedy,
    RemedyRecord,
    RemedyVerdict,
    TwinExample,
)
from saliency.audit.reports.remedy.section import remedy_sections


def remedy(finding: str = "f1", **more) -> RemedyRecord:
    part = FindingRemedy(
        finding,
        RemedyVerdict.HELPS,
        "mug",
        "the lower right corner",
        "place",
        Course(62, 58, 4, 57),
        Course(62, 25, 55, 26),
    )
    usual = {
        "verdict": RemedyVerdict.HELPS,
        "learned": 60,
        "twins": 120,
        "judged": 75,
        "findings": (part,),
        "ordinary": Course(75, 73, 72, 73),
    }
    return RemedyRecord(**(usual | more))


def test_three_sentences_tell_what_came_out() -> None:
    assert words.sentences(remedy()) == (
        "In a rehearsal with 60 of your pictures and 120 twins of them, answers “mug” that depend on the "
        "lower right corner fell from 58 of 62 to 4 of 62 (with plain copies instead: 57 of 62).",
        "Without it, right answers of “mug” rose from 40\u00a0% to 89\u00a0% (62 photos).",
        "On 75 photos as they are, right answers went from 97\u00a0% to 96\u00a0%.",
    )
    assert "not how much a full training would" in words.conclusion(remedy())


def test_what_got_worse_and_what_did_not_help_is_said() -> None:
    worse = remedy(worse=("lamp", "chair", "plant", "clock"))
    assert words.sentences(worse)[-1].endswith("Worse than before: “lamp”, “chair”, “plant” and 1 more.")
    no_help = remedy(verdict=RemedyVerdict.NO_HELP)
    assert "sits deeper" in words.conclusion(no_help)
    assert "would help" not in words.conclusion(no_help)
    assert "too few" in words.conclusion(remedy(verdict=RemedyVerdict.UNCLEAR))
    assert words.sentences(remedy(verdict=RemedyVerdict.NOTHING, findings=())) == (words.NOTHING,)
    assert remedy_sections(remedy(verdict=RemedyVerdict.NOTHING, findings=())) == []
    assert remedy_sections(None) == []


@given(st.integers(1, 99), st.data())
def test_every_number_is_in_its_sentence_and_the_verb_fits(photos: int, data: st.DataObject) -> None:
    before, after = (data.draw(st.integers(0, photos)) for _ in range(2))
    part = FindingRemedy(
        "f", RemedyVerdict.UNCLEAR, None, "“badge”", "place", Course(photos, before, after), None
    )
    (said,) = words.rehearsed(remedy(findings=(part,))).values()
    verb = "fell from" if after < before else "rose from" if after > before else "stayed at"
    assert f"answers that depend on “badge” {verb} {before} of {photos}" in said
    assert f"{after} of {photos}" in said
    assert "plain copies" not in said, "what was not tried is not told"


def test_the_table_has_intervals_and_leaves_out_what_was_not_asked() -> None:
    (section,) = remedy_sections(remedy(ordinary=None))
    (table,) = parts(section.blocks, Table)
    assert section.page
    assert [row[0] for row in table.rows] == [
        "Answers “mug” that depend on the lower right corner",
        "Right answers of “mug” without it",
    ]
    assert table.rows[0][1:] == ("58 of 62 (84 to 98 %)", "4 of 62 (2 to 16 %)", "57 of 62 (82 to 97 %)")
    assert not list(parts(section.blocks, Gallery))


def test_it_is_kept_beside_the_audit_and_read_again(tmp_path) -> None:
    assert read_remedy(tmp_path) is None
    write_remedy(tmp_path, remedy())
    assert read_remedy(tmp_path) == remedy()
    assert from_json(RemedyRecord, json.loads(json.dumps(as_json(remedy())))) == remedy()
    for content in ("", "{", "[]", '{"verdict": "helps"}', json.dumps({**as_json(remedy()), "twins": "3"})):
        (tmp_path / FOLDER / RECORD).write_text(content)
        assert read_remedy(tmp_path) is None, content


def test_a_photo_stands_beside_its_twin(tmp_path) -> None:
    for name, colour in (("photo.png", "red"), ("twin.png", "blue")):
        Image.new("RGB", (60, 40), colour).save(tmp_path / name)
    sheet = twin_sheet(tmp_path / "photo.png", tmp_path / "twin.png")
    assert sheet is not None
    assert sheet.getpixel((5, 5)) == (255, 0, 0)
    assert sheet.getpixel((sheet.width - 5, 5)) == (0, 0, 255)
    assert twin_sheet(tmp_path / "photo.png", tmp_path / "gone.png") is None


@pytest.mark.slow
def test_all_reports_tell_the_rehearsal(tmp_path) -> None:
    job, audit = fake(tmp_path / "job", tmp_path / "photos", 64, guesses=("mug", "lamp"), area="badge")
    with job:
        write(job, audit, tmp_path / "out", tmp_path / "photos", "Mugs")
        before = json.loads((tmp_path / "out" / "findings.json").read_text())
        assert "remedy" not in before
        record = from_json(AuditRecord, before)
        key = next(item.finding for item in record.shopping_list if item.finding)
        photo = next((tmp_path / "photos").rglob("*.*"))
        twin = tmp_path / "job" / FOLDER / "twins" / "a.png"
        twin.parent.mkdir(parents=True)
        Image.new("RGB", (64, 64), "blue").save(twin)
        example = TwinExample(
            str(photo.relative_to(tmp_path / "photos")),
            "twins/a.png",
            "mug",
            "The badge covered",
            "lamp",
            "mug",
        )
        told = remedy(key, examples=(example,))
        write_remedy(tmp_path / "job", told)
        write_again(job, replace(record, remedy=told), tmp_path / "out", tmp_path / "photos", "Mugs")
        assert "remedy" in json.loads((tmp_path / "out" / "findings.json").read_text())
        write(job, audit, tmp_path / "out", tmp_path / "photos", "Mugs")  # all of it anew keeps it
    assert json.loads((tmp_path / "out" / "findings.json").read_text())["remedy"] == as_json(told)
    pages = PdfReader(tmp_path / "out" / "report.pdf").pages
    sheet = next(page for page in pages if words.HEADING in page.extract_text())
    text = " ".join(sheet.extract_text().split())
    for sentence in (*words.sentences(told), words.HONEST):
        assert " ".join(sentence.split()) in text
    assert len(sheet.images) == 1
    assert words.HEADING in (tmp_path / "out" / "report.html").read_text()
    lines = list(csv.DictReader((tmp_path / "out" / "checklist.csv").read_text().splitlines()))
    assert {line["in a rehearsal"] for line in lines if line["finding"] == key} == {
        words.rehearsed(told)[key]
    }
    assert {shot.finding for section in remedy_sections(told) for shot in parts(section.blocks, Shot)} == {
        TWIN
    }
