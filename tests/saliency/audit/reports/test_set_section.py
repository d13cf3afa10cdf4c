"""What is wrong with the set itself is said in every report, with its numbers; nothing where nothing is."""

from __future__ import annotations

import csv
import datetime
import html
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_audit import fake
from pypdf import PdfReader

from saliency.audit.evidence.hygiene.copies import CopyGroup, CopyPhoto
from saliency.audit.evidence.hygiene.flaws import FlawedPhoto
from saliency.audit.evidence.hygiene.labels import DoubtfulLabel
from saliency.audit.evidence.hygiene.origins import ClassOrigin
from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.json_types import as_json, conforms, from_json
from saliency.audit.reports.files import write
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.set_sentences import (
    HEADING,
    copies_sentence,
    copy_sentence,
    doubt_sentence,
    doubts_sentence,
    flaw_sentence,
    flaws_sentence,
    origin_sentence,
    with_sentences,
)

DOUBT = DoubtfulLabel(
    file="0001.png", label="lamp", other="mug", model=True, agreeing=9, own=0, nearest=10, doubt=0.9
)
ACROSS = CopyGroup(False, True, (CopyPhoto("0000.png", "lamp"), CopyPhoto("0002.png", "mug")))
SAME = CopyGroup(True, False, (CopyPhoto("0003.png", "mug"), CopyPhoto("=4.png", "mug")))
DARK = FlawedPhoto(file="0005.png", label="mug", flaw="dark", value=0.06, usual=0.47)
SIZE = ClassOrigin(
    label="mug",
    trait="size",
    value="640 × 480",
    having=60,
    photos=60,
    others_having=3,
    others=90,
    p_value=1e-9,
)
HYGIENE = SetHygiene(
    photos=12,
    with_neighbours=12,
    labelled=12,
    copies=(ACROSS, SAME),
    flawed=(DARK,),
    doubtful=(DOUBT,),
    origins=(SIZE,),
)


def test_sentences() -> None:
    assert doubt_sentence(DOUBT) == (
        "Is the label right? It says “lamp”; the model and 9 of its 10 nearest photos say “mug”."
    )
    assert doubt_sentence(replace(DOUBT, model=None), "the middle").endswith(
        "; 9 of its 10 nearest photos say “mug”. "
        "But that answer depends on the middle, which may mislead here too."
    )
    assert copy_sentence(ACROSS) == (
        "“0000.png” (label “lamp”) and “0002.png” (label “mug”) are nearly the same photo "
        "under different labels."
    )
    assert copy_sentence(SAME) == "“0003.png” and “=4.png” are the same file."
    many = replace(SAME, photos=tuple(CopyPhoto(f"{n}.png", None) for n in range(6)))
    assert copy_sentence(many) == "“0.png”, “1.png”, “2.png” and 3 more are the same file."
    assert origin_sentence(SIZE) == "All 60 photos of “mug” have 640 × 480 pixels; of the 90 others, 3."
    assert flaw_sentence(DARK) == "Very dark: its brightness is 6 %, in the set mostly 47 %."
    assert flaws_sentence(HYGIENE) == "1 photo of 12 to look at: 1 very dark."
    assert doubts_sentence(HYGIENE) == "1 of 12 labels to check: the nearest photos have another one."
    assert copies_sentence(HYGIENE) == (
        "4 photos are copies of one another, in 2 groups; 1 of these groups has different labels, "
        "which are to be settled."
    )
    nothing = SetHygiene(photos=3, with_neighbours=0, labelled=0)
    assert doubts_sentence(nothing) == copies_sentence(nothing) == flaws_sentence(nothing) == ""


def test_what_a_shortcut_may_do_to_a_suggestion_is_said() -> None:
    corner = SimpleNamespace(to_look_into=True, guess="mug", place="lower right corner", kind="place")
    (doubt,) = with_sentences(HYGIENE, [corner]).doubtful
    assert doubt.sentence.endswith(
        "But that answer depends on the lower right corner, which may mislead here too."
    )
    (doubt,) = with_sentences(HYGIENE, [SimpleNamespace(to_look_into=False, guess="mug")]).doubtful
    assert doubt.sentence == doubt_sentence(DOUBT)


TRAITS = [
    ("shape", "square"),
    ("camera", "Canon"),
    ("compression", "ab"),
    ("format", "PNG"),
    ("background", "white"),
    ("background", "one colour"),
]


@pytest.mark.parametrize("traits", TRAITS)
def test_every_trait_has_a_sentence(traits: tuple[str, str]) -> None:
    sentence = origin_sentence(replace(SIZE, trait=traits[0], value=traits[1], having=58, others_having=0))
    assert re.fullmatch(r"58 of 60 photos of “mug” .+; of the 90 others, none\.", sentence)


def written(tmp_path: Path, hygiene: SetHygiene | None) -> Path:
    job, audit = fake(tmp_path / "job", tmp_path / "photos", 12)
    with job:
        write(
            job,
            replace(audit, hygiene=hygiene),
            tmp_path / "out",
            tmp_path / "photos",
            date=datetime.date(2026, 3, 9),
        )
    return tmp_path / "out"


def test_every_report_says_it(tmp_path: Path) -> None:
    out = written(tmp_path, HYGIENE)
    record = from_json(AuditRecord, json.loads((out / "findings.json").read_text()))
    assert conforms(AuditRecord, record)
    assert as_json(record.hygiene) == as_json(with_sentences(HYGIENE, record.findings))
    page = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", (out / "report.html").read_text())).split())
    sheets = [" ".join(page.extract_text().split()) for page in PdfReader(out / "report.pdf").pages]
    paper = " ".join(sheets)
    doubt = record.hygiene.doubtful[0]
    for text in (
        HEADING,
        doubt.sentence,
        copy_sentence(ACROSS),
        SIZE.value,
        doubts_sentence(HYGIENE),
    ):
        assert text in page
        assert text in paper
    assert HEADING not in sheets[0]
    entries = [item for item in record.shopping_list if item.to == "the set"]
    assert [item.what.split(":")[0] for item in entries] == [
        "Check the label of “0001.png”.",
        "Decide on one label for 1 photo in the set under different ones, and take out the copies.",
        "Take out 1 copy",
        "Look at 1 photo, and exchange what shows too little.",
        "Add photos of “mug” from other sources, and of others from the same.",
    ]
    with (out / "set.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["kind"] for line in lines] == [
        "doubtful label", "near copy", "near copy", "same file", "same file", "dark", "origin",
    ]  # fmt: skip
    assert (lines[0]["file"], lines[0]["label"], lines[0]["other"]) == ("0001.png", "lamp", "mug")
    assert lines[4]["file"] == "'=4.png"
    assert [line["group"] for line in lines[1:5]] == ["1", "1", "2", "2"]


@pytest.mark.parametrize("hygiene", [None, SetHygiene(photos=12, with_neighbours=12, labelled=12)])
def test_where_nothing_is_wrong_nothing_is_said(tmp_path: Path, hygiene: SetHygiene | None) -> None:
    out = written(tmp_path, hygiene)
    assert HEADING not in (out / "report.html").read_text()
    assert (out / "set.csv").read_text().count("\n") == 1
    assert ("hygiene" in json.loads((out / "findings.json").read_text())) == (hygiene is not None)
