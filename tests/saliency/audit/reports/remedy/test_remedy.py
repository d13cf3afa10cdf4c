"""A rehearsal in the reports: plain sentences with their numbers, never more than was tested."""

from __future__ import annotations

import csv
import json

import pytest
from fake_audit import fake
from fake_rehearsal import figures, finding_rehearsal, rehearsal
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from saliency.audit.json_types import as_json, from_json
from saliency.audit.remedy.judged_rehearsal import judged_rehearsal
from saliency.audit.remedy.record import ClassChange, Share, write_rehearsal
from saliency.audit.reports.blocks import TWIN, Gallery, Shot, Table, parts
from saliency.audit.reports.files import write
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.remedy import words
from saliency.audit.reports.remedy.examples import FOLDER, TwinExample, read_examples, write_examples
from saliency.audit.reports.remedy.pictures import twin_sheet
from saliency.audit.reports.remedy.section import remedy_sections

EXAMPLE = TwinExample("mug/1.png", "a.png", "mug", "f1", "The corner covered", "lamp", "mug")


def test_three_sentences_tell_what_came_out() -> None:
    assert words.sentences(rehearsal()) == (
        "In a rehearsal with 60 of your pictures and 120 changed copies of them (twins), answers “mug” that "
        "depend on the lower right corner fell from 58 of 62 to 4 of 62 in pictures that it did not learn "
        "from (with plain copies instead: 57).",
        "Without it, right answers rose from 25 of 62 to 55 of 62 (with plain copies instead: 26); put into "
        "photos of other things, it brought the answer “mug” in 33 of 40 before, and in 2 of 40 after (with "
        "plain copies instead: 32).",
        "Of all 75 photos that it did not learn from, as they are, 73 answers were right before and 72 "
        "after. Fewer are right of “lamp” (9 right of 10, before 10).",
    )
    assert words.conclusion(rehearsal()) == words.HONEST


def test_what_plain_copies_do_too_is_no_merit_of_the_twins() -> None:
    both = rehearsal(findings=(finding_rehearsal(control=figures(20, 50, 33)),))
    assert words.conclusion(both) == f"{words.HONEST} {words.COPIES_TOO}"
    no_help = rehearsal(outcome="does not help", findings=both.findings)
    assert words.COPIES_TOO not in words.conclusion(no_help)


def test_what_got_worse_and_what_did_not_help_is_said() -> None:
    changes = tuple(ClassChange(name, 10, 9, 8) for name in ("lamp", "chair", "plant", "clock"))
    assert words.sentences(rehearsal(classes=changes))[-1].endswith(", and 1 more.")
    better = rehearsal(classes=(ClassChange("lamp", 10, 8, 9),))
    assert "Fewer" not in words.sentences(better)[-1]
    for outcome in ("does not help", "helps in part"):
        said = words.conclusion(rehearsal(outcome=outcome))
        assert "deeper" in said
    assert "would help" not in words.conclusion(rehearsal(outcome="does not help"))
    sound = rehearsal(outcome="nothing to mend", findings=())
    assert words.sentences(sound) == (f"{words.WHAT_IT_IS} {words.NOTHING}",)
    assert words.conclusion(sound) == ""
    assert remedy_sections(judged_rehearsal(sound, ())) == remedy_sections(None) == []
    second = finding_rehearsal("f2", after=figures(50, 25, 33))
    several = rehearsal(findings=(finding_rehearsal(), second))
    assert "It helps with 0 of 1 more finding." in words.sentences(several)[0]


@given(st.integers(1, 99), st.data())
def test_every_number_is_in_its_sentence_and_the_verb_fits(photos: int, data: st.DataObject) -> None:
    before = data.draw(st.integers(1, photos))
    after = data.draw(st.integers(0, photos))
    part = finding_rehearsal(
        guess=None, before=figures(before, 0, 0, photos), after=figures(after, 0, 0, photos)
    )
    (said,) = words.rehearsed(rehearsal(findings=(part,))).values()
    verb = "fell from" if after < before else "rose from" if after > before else "stayed at"
    assert f"answers that depend on the lower right corner {verb} {before} of {photos}" in said
    assert f"{after} of {photos}" in said
    assert "with plain copies instead: 57" in said


def test_of_what_no_answer_depends_on_the_sentence_is_about_other_things() -> None:
    part = finding_rehearsal(before=figures(0, 62, 33), after=figures(0, 62, 2))
    (said,) = words.rehearsed(rehearsal(findings=(part,))).values()
    assert "answers “mug” to other things with it put in fell from 33 of 40 to 2 of 40" in said


def test_the_table_has_intervals_and_leaves_out_what_was_not_asked() -> None:
    nothing = Share(0, 0)
    (section,) = remedy_sections(
        judged_rehearsal(rehearsal(before=nothing, control=nothing, after=nothing), ())
    )
    (table,) = parts(section.blocks, Table)
    assert section.page
    assert [row[0] for row in table.rows] == [
        "Answers “mug” that depend on the lower right corner",
        "Other things with it put in that get the answer “mug”",
        "Right answers to photos of “mug” with it",
        "Right answers to photos of “mug” without it",
    ]
    assert table.rows[0][1:] == ("58 of 62 (84 to 98 %)", "4 of 62 (2 to 16 %)", "57 of 62 (82 to 97 %)")
    assert not list(parts(section.blocks, Gallery))
    assert len(words.main_rows(rehearsal())) == 4


def test_examples_are_kept_beside_the_audit_and_lead_nowhere_else(tmp_path) -> None:
    assert read_examples(tmp_path) == ()
    write_examples(tmp_path, [EXAMPLE])
    assert read_examples(tmp_path) == (EXAMPLE,)
    path = tmp_path / FOLDER / "examples.json"
    right = as_json(EXAMPLE)
    for wrong in ({"twin": "../a.png"}, {"twin": "/etc/a.png"}, {"photo": "a/../../b"}, {"label": 3}):
        path.write_text(json.dumps({"examples": [{**right, **wrong}]}))
        assert read_examples(tmp_path) == (), wrong
    for content in ("", "{", "[]", '{"examples": [{}]}'):
        path.write_text(content)
        assert read_examples(tmp_path) == (), content


def test_a_photo_stands_beside_its_twin(tmp_path) -> None:
    for name, colour in (("photo.png", "red"), ("twin.png", "blue")):
        Image.new("RGB", (60, 40), colour).save(tmp_path / name)
    sheet = twin_sheet(tmp_path / "photo.png", tmp_path / "twin.png")
    assert sheet is not None
    assert sheet.getpixel((5, 5)) == (255, 0, 0)
    assert sheet.getpixel((sheet.width - 5, 5)) == (0, 0, 255)
    on_page = twin_sheet(tmp_path / "photo.png", tmp_path / "twin.png", between=None)
    assert on_page is not None
    assert on_page.getpixel((on_page.width // 2, 5))[3] == 0, "a page may be dark"
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
        shown = str(photo.relative_to(tmp_path / "photos"))
        told = rehearsal(key)
        write_rehearsal(tmp_path / "job", told)
        write_examples(tmp_path / "job", [TwinExample(shown, "a.png", "mug", key, "Covered", "lamp", "mug")])
        Image.new("RGB", (64, 64), "blue").save(tmp_path / "job" / FOLDER / "a.png")
        write(job, audit, tmp_path / "out", tmp_path / "photos", "Mugs")
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
    sections = remedy_sections(judged_rehearsal(told, record.findings), [EXAMPLE])
    shots = [shot for section in sections for shot in parts(section.blocks, Shot)]
    assert [shot.finding for shot in shots] == [TWIN]
    assert shots[0].lines[1:] == ("Before: lamp, wrong", "After: mug, right")
