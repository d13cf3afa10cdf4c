"""What is said of products with other surroundings."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fake_audit import fake
from photo_set import METHOD
from pypdf import PdfReader
from surrounded import Ground, boxed, classifier, make_set

from saliency.audit import audit, start
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.statistics import exact_interval
from saliency.audit.evidence.surroundings.figures import (
    PairedTest,
    SurroundCount,
    SurroundingsGroup,
    SurroundingsRecord,
    SurroundingsVerdict,
)
from saliency.audit.evidence.verdicts import CoverSummary, Verdict
from saliency.audit.reports import surroundings_words as words
from saliency.audit.reports.blocks import Table, Text, parts
from saliency.audit.reports.files import write
from saliency.audit.reports.record import AuditRecord, audit_record
from saliency.audit.reports.surroundings_section import surroundings_sections
from saliency.audit.reports.verdict import audit_verdict

DEPENDS, ANY, NOTHING = SurroundingsVerdict


def count(hits: int, photos: int = 60) -> SurroundCount:
    return SurroundCount(photos, hits, exact_interval(hits, photos), hits)


def group(label: str | None, verdict: SurroundingsVerdict = NOTHING, **more):
    lost = 17
    return SurroundingsGroup(
        label=label,
        verdict=verdict,
        photos=60,
        **{
            "own": count(58), "greyed": count(55), "blurred": count(54), "same": count(56),
            "other": count(41), "alone": count(50), "without": count(22),
            "own_or_elsewhere": PairedTest(60, lost, 0, 0.5**lost, 0.5**lost),
            "same_or_other": PairedTest(60, lost - 2, 0, 0.5**lost, 0.5**lost),
        } | more,
    )  # fmt: skip


def record_of(*groups: SurroundingsGroup, judged: bool = False, boxed: int = 0) -> SurroundingsRecord:
    return SurroundingsRecord(judged=judged, photos=60, boxed=boxed, left_out=0, groups=groups)


@pytest.mark.parametrize(
    ("label", "judged", "more", "sentence"),
    [
        (
            "mug",
            False,
            {"same": count(41), "other": None},
            "With the surroundings of other photos, 41 of 60 answers “mug” stay; with their own, 58 of 60. "
            "Shown only the surroundings, the model still says “mug” in 22 of 60.",
        ),
        (
            None,
            False,
            {},
            "With the surroundings of photos with other answers, 41 of 60 answers stay; with those of photos "
            "of the same kind, 56 of 60; with their own, 58 of 60. Shown only the surroundings, the model "
            "still says the same in 22 of 60.",
        ),
        (
            None,
            True,
            {"same": None},
            "With the surroundings of photos of other things, 41 of 60 photos are recognised; with their "
            "own, 58 of 60. Shown only the surroundings, the model still says what was there in 22 of 60.",
        ),
    ],
)
def test_sentences(label, judged, more, sentence) -> None:
    assert words.sentence(group(label, **more), judged=judged) == sentence


@pytest.mark.parametrize(
    ("verdict", "headline", "step"),
    [
        (DEPENDS, "Answers “mug” depend on the surroundings", "add photos of “mug” in other places"),
        (ANY, "“mug”: any other surroundings cost answers", "it is any change that counts"),
        (NOTHING, "“mug”: no evidence that the surroundings carry the answer", "may be chance"),
    ],
)
def test_headlines_and_steps(verdict, headline, step) -> None:
    unclear = {"own_or_elsewhere": PairedTest(60, 3, 1, 0.6, 0.6)} if verdict is NOTHING else {}
    one = group("mug", verdict, **unclear)
    assert words.headline(one) == headline
    assert step in words.next_step(one, judged=True)


def test_boxes_are_said() -> None:
    assert not words.corners(record_of(group("mug")))
    assert words.corners(record_of(group("mug"), boxed=60)).startswith("The products are marked by boxes.")
    assert words.corners(record_of(group("mug"), boxed=7)).startswith(
        "7 of the products are marked by boxes."
    )


def shown(tmp_path: Path, surroundings: SurroundingsRecord | None, *more: AuditFinding) -> AuditRecord:
    job, made = fake(tmp_path / "job", tmp_path / "photos", 4, found=False)
    with job:
        return audit_record(replace(made, surroundings=surroundings, findings=[*made.findings, *more]))


def test_a_report_has_a_section_on_it_where_there_is_something_to_say(tmp_path: Path) -> None:
    assert surroundings_sections(shown(tmp_path / "none", None), str) == []
    record = shown(tmp_path / "some", record_of(group(None), group("mug" * 40, DEPENDS), boxed=60))
    (section,) = surroundings_sections(record, lambda text: text[:70])
    headings = [text.heading for text in parts(section, Text) if text.heading]
    assert headings[1] == "All photos: no evidence that the surroundings carry the answer"
    assert len(headings[0]) == 70  # what depends goes first
    (table,) = parts(section, Table)
    assert table.head == ("Surroundings", *words.COLUMNS.values())
    assert table.rows[0][0] == "All photos"
    assert table.rows[1][5] == "41 of 60"
    assert len(table.rows[1][0]) <= 30


def dependence(label: str | None) -> AuditFinding:
    lost = exact_interval(17, 60)
    return AuditFinding(
        verdict=Verdict.DEPENDS, kind="surroundings", guess=label, place="surroundings", named=False,
        box=None, expected=False, pictures=60, gathered=60, q_value=1e-4, discovered=None,
        files=("0000.png",),
        summary=CoverSummary(
            tested=60, depends=17, changed=17, changed_elsewhere=2.0, share_that_depends=lost,
            changed_more_than_elsewhere=lost, enough_alone=0, enough_alone_elsewhere=0.0,
            share_enough_alone=lost, p_value=1e-5,
        ),
    )  # fmt: skip


def test_the_main_finding_says_it(tmp_path: Path) -> None:
    record = shown(
        tmp_path / "mug", record_of(group(None, DEPENDS), group("mug", DEPENDS)), dependence("mug")
    )
    assert audit_verdict(record).sentence == (
        "Do not rely on this model for “mug” yet: that answer depends on the surroundings"
    )
    assert record.shopping_list[0].which == "photos of “mug” in other places"
    record = shown(tmp_path / "all", record_of(group(None, DEPENDS), group("mug")), dependence(None))
    assert audit_verdict(record).sentence == (
        "Do not rely on this model yet: its answers depend on the surroundings"
    )
    record = shown(tmp_path / "any", record_of(group(None, ANY), group("mug", ANY)))
    assert "surroundings" not in audit_verdict(record).sentence


def test_every_report_says_and_shows_it(tmp_path: Path) -> None:
    photos = make_set(tmp_path / "photos")
    judge = classifier(Ground())
    with start(tmp_path / "job", judge, boxed(photos, labels="folders"), method=METHOD, controls=1) as job:
        write(job, audit(job, judge, photos), tmp_path / "out", photos)
    page = html.unescape((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    pages = PdfReader(tmp_path / "out" / "report.pdf").pages
    paper = " ".join(" ".join(part.extract_text() for part in pages).split())
    for text in (page, paper):
        assert "In the surroundings of other things, 6 of 6 “square” photos lose the answer" in text
        for caption in (words.PICTURES[name] for name in words.EXAMPLE):
            assert caption in text
    shown_so = re.findall(r'<img[^>]*alt="[^"]*: (Surroundings of another thing)"', page)
    assert len(shown_so) == 3  # both classes, and all photos
    table = (tmp_path / "out" / "findings.csv").read_text(encoding="utf-8")
    assert table.count('"surroundings"') == 2
