"""What follows from what people say of findings: in the record, and in every file that shows findings."""

from __future__ import annotations

import csv
import datetime
import html
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_audit import fake
from PIL import Image
from pypdf import PdfReader

from saliency.audit.evidence.judgement import Judgement
from saliency.audit.inputs.judgement_file import read_judgement_file
from saliency.audit.json_types import as_json, conforms, from_json
from saliency.audit.judgements import with_judgements
from saliency.audit.reports.files import write, write_again
from saliency.audit.reports.judged_record import judged_record
from saliency.audit.reports.judgement_words import METHOD, judged_sentence, judgements, role_name, roles
from saliency.audit.reports.record import AuditRecord, audit_record
from saliency.audit.reports.review import left_to_review
from saliency.audit.reports.sentences import next_step
from saliency.audit.reports.verdict import audit_verdict
from saliency.audit.run import Audit
from saliency.verdict.advice import AreaRole, Merit

DAY = datetime.date(2026, 11, 29)
AT = "2026-11-28T14:30:00+01:00"
PRODUCT = Judgement(AreaRole.PRODUCT, "the handle & all", "Seen on all.", "Ana Lima", AT)


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """Answers “mug” and “lamp” that depend on the lower right corner."""
    folder = tmp_path_factory.mktemp("made")
    job, made = fake(folder / "job", folder / "photos", 64, guesses=("mug", "lamp"))
    job.close()
    return made


@pytest.fixture(scope="module")
def record(audit: Audit) -> AuditRecord:
    return audit_record(audit)


def said(record: AuditRecord, *roles: AreaRole | None, name: str = "") -> dict[str, Judgement]:
    """Of each finding to look into in turn, what it is."""
    pairs = zip([f for f in record.findings if f.to_look_into], roles, strict=False)
    return {f.key: Judgement(role, name, "", "Ana Lima", AT) for f, role in pairs if role is not None}


def test_nothing_said_changes_nothing(record: AuditRecord) -> None:
    assert judged_record(record, {}) == record
    assert judged_record(record, {"fgone": PRODUCT}) == record
    assert record.to_be_judged == len(record.depends_on) == 2
    assert "2 findings are still to be judged" in judgements(record)


def test_what_is_the_product_is_no_alarm_any_more(record: AuditRecord) -> None:
    one = judged_record(record, said(record, AreaRole.PRODUCT))
    assert (one.to_be_judged, len(one.depends_on)) == (1, 1)
    assert (
        judgements(one) == "1 finding was judged by Ana Lima. Of those to look into, 1 is still to be judged."
    )
    assert audit_verdict(one).merit is Merit.BAD
    both = judged_record(record, said(record, AreaRole.PRODUCT, AreaRole.PRODUCT))
    assert (both.to_be_judged, both.depends_on) == (0, ())
    assert (
        judgements(both)
        == "2 findings were judged by Ana Lima. Of those to look into, none is still to be judged."
    )
    verdict = audit_verdict(both)
    assert verdict.merit is not Merit.BAD
    assert "Do not rely" not in verdict.sentence
    assert not any("lower right corner" in item.what for item in both.shopping_list)
    assert both.shopping_list, "there is always something to add"
    assert both.answers is not None
    assert "lower right corner" not in both.answers.why_wrong.partition("The model goes by")[0]
    assert both.verdicts == record.verdicts, "what was measured stays"
    assert [f.summary for f in both.findings] == [f.summary for f in record.findings]


def test_pictures_are_no_longer_doubtful_for_the_product_alone(record: AuditRecord) -> None:
    before = left_to_review(record.review, record.findings)
    assert before == list(record.review)
    both = judged_record(record, said(record, AreaRole.PRODUCT, AreaRole.PRODUCT))
    after = left_to_review(both.review, both.findings)
    assert 0 < len(after) < len(before)
    assert {entry.kind for entry in after} == {"wrong"}
    assert not any("lower right corner" in reason for entry in after for reason in entry.reasons)
    one = judged_record(record, said(record, AreaRole.PRODUCT))
    guess = next(f.guess for f in one.findings if f.role is AreaRole.PRODUCT)
    doubtful = [e for e in left_to_review(one.review, one.findings) if e.kind == "doubtful"]
    assert doubtful
    assert guess not in {entry.guess for entry in doubtful}


@pytest.mark.parametrize(
    ("roles", "merit", "says"),
    [
        ((AreaRole.OTHER, AreaRole.PRODUCT), Merit.BAD, "depends on the lower right corner (“tag”)"),
        ((AreaRole.BOTH, AreaRole.PRODUCT), Merit.BAD, "Do not rely on this model for"),
        ((AreaRole.DETAIL, None), Merit.BAD, "Do not rely on this model for"),
        (
            (AreaRole.DETAIL, AreaRole.PRODUCT),
            Merit.MIXED,
            "depends on a detail of the product: the lower right",
        ),
        ((AreaRole.DETAIL, AreaRole.DETAIL), Merit.MIXED, "and 1 more such finding"),
    ],
)
def test_the_headline_follows_the_worst(
    record: AuditRecord, roles: tuple[AreaRole | None, ...], merit: Merit, says: str
) -> None:
    verdict = audit_verdict(judged_record(record, said(record, *roles, name="tag")))
    assert verdict.merit is merit
    assert says in verdict.sentence


def test_without_labels_the_headline_says_whose_word_it_is(record: AuditRecord) -> None:
    unlabelled = replace(record, right=0, wrong=0, true_classes=(), unjudged=())
    both = judged_record(unlabelled, said(record, AreaRole.PRODUCT, AreaRole.PRODUCT))
    verdict = audit_verdict(both)
    assert (verdict.merit, verdict.sentence) == (
        Merit.OPEN,
        "Answers depend on the product, as a person says",
    )


@pytest.mark.parametrize("role", AreaRole)
def test_what_to_do_follows_what_it_is(record: AuditRecord, role: AreaRole) -> None:
    judged = judged_record(record, said(record, role))
    (finding,) = (f for f in judged.findings if f.judgement)
    assert finding.next != next(f.next for f in record.findings if f.key == finding.key)
    assert finding.sentence == next(f.sentence for f in record.findings if f.key == finding.key)
    asked = [item.unless for item in judged.shopping_list if item.finding == finding.key]
    assert (
        asked
        == {
            AreaRole.PRODUCT: [],
            AreaRole.OTHER: [""],
            AreaRole.DETAIL: [
                "Do all such products have it, and nothing else? Then nothing has to be added."
            ],
            AreaRole.BOTH: [
                next(item.unless for item in record.shopping_list if item.finding == finding.key)
            ],
        }[role]
    )


def test_a_middle_that_is_something_else_is_an_alarm(record: AuditRecord) -> None:
    usual = tuple(replace(finding, expected=True) for finding in record.findings)
    proper = replace(record, findings=usual, depends_on=(), shopping_list=(), to_be_judged=0)
    key = usual[0].key
    judged = judged_record(proper, {key: Judgement(AreaRole.OTHER)})
    assert [one.place for one in judged.depends_on] == [usual[0].place]
    assert [item.finding for item in judged.shopping_list] == [key]
    assert audit_verdict(judged).merit is Merit.BAD


@pytest.mark.parametrize(
    "roles", [(AreaRole.PRODUCT,), (AreaRole.OTHER, AreaRole.DETAIL), (None, AreaRole.BOTH)]
)
def test_whatever_was_said_can_be_taken_back(record: AuditRecord, roles: tuple[AreaRole | None, ...]) -> None:
    judged = judged_record(record, said(record, *roles, name="tag"))
    assert judged != record
    again: AuditRecord = from_json(AuditRecord, json.loads(json.dumps(as_json(judged))))
    assert conforms(AuditRecord, again)
    assert again == judged
    assert judged_record(again, {}) == record
    assert judged_record(again, said(record, *roles, name="tag")) == judged


def test_results_of_earlier_programs_are_judged_too(record: AuditRecord) -> None:
    written = as_json(record)
    del written["to_be_judged"]
    for finding in written["findings"]:
        del finding["key"]
    for item in written["shopping_list"]:
        item.pop("finding", None)
    old: AuditRecord = from_json(AuditRecord, written)
    assert old.to_be_judged == 0
    assert judged_record(old, {}).to_be_judged == 2
    wanted = judged_record(record, said(record, AreaRole.PRODUCT, AreaRole.OTHER))
    assert judged_record(old, said(record, AreaRole.PRODUCT, AreaRole.OTHER)) == wanted


def test_an_audit_that_was_judged_has_the_record_that_was(audit: Audit, record: AuditRecord) -> None:
    words = said(record, AreaRole.PRODUCT)
    judged = replace(audit, findings=list(with_judgements(audit.findings, words)))
    assert len(judged.depends) == 1
    assert audit_record(judged) == record, "what an audit finds does not depend on what people say"


class Files:
    """What the files of an audit say."""

    def __init__(self, folder: Path) -> None:
        self.findings = json.loads((folder / "findings.json").read_text())
        with (folder / "findings.csv").open(newline="") as file:
            self.table = list(csv.DictReader(file))
        web = re.sub(r"<[^>]+>", " ", (folder / "report.html").read_text(encoding="utf-8"))
        self.web = " ".join(html.unescape(web).replace("\u00a0", " ").split())
        self.pages = [
            " ".join(page.extract_text().replace("\u00a0", " ").split())
            for page in PdfReader(folder / "report.pdf").pages
        ]
        with Image.open(folder / "slide.png") as slide:
            self.slide = np.asarray(slide)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, AuditRecord]:
    """The folders of an audit's files, and of the same written again after something was said; its record."""
    folder = tmp_path_factory.mktemp("written")
    job, audit = fake(folder / "job", folder / "photos", 40)
    with job:
        write(job, audit, folder / "before", folder / "photos", "Mugs", date=DAY)
        record = judged_record(audit_record(audit), {audit.findings[0].key: PRODUCT})
        shutil.copytree(folder / "before", folder / "after")
        write_again(job, record, folder / "after", folder / "photos", "Mugs", date=DAY)
    return folder / "before", folder / "after", record


def test_every_file_says_what_was_said_with_who_and_when(written: tuple[Path, Path, AuditRecord]) -> None:
    before, after, record = Files(written[0]), Files(written[1]), written[2]
    sentence = judged_sentence(replace(record.findings[0], judgement=PRODUCT))
    assert sentence == (
        "Judged by Ana Lima on 28 November 2026: Product, or most of it, “the handle & all”. "
        "Note: Seen on all."
    )
    assert "1 finding is still to be judged" in before.pages[0]
    for text in (after.pages[0], after.web):
        assert "1 finding was judged by Ana Lima. Of those to look into, none is still to be judged." in text
        assert "0 places to look into" in text
        assert audit_verdict(record).sentence in text
    for text in (" ".join(after.pages), after.web):
        assert sentence in text
        assert METHOD in text
        assert "Depends, judged “Product, or most of it”" in text
        assert "lower right corner: “the handle & all”" in text
    for text in (" ".join(before.pages), before.web):
        assert METHOD not in text
        assert "Judged" not in text
    said_in_json = after.findings["findings"][0]["judgement"]
    assert (said_in_json["role"], said_in_json["by"], said_in_json["at"]) == ("product", "Ana Lima", AT)
    assert (after.findings["to_be_judged"], after.findings["depends_on"]) == (0, [])
    assert "judgement" not in before.findings["findings"][0]
    first = after.table[0]
    assert [first[c] for c in ("finding", "role", "name", "by", "at")] == [
        record.findings[0].key, "product", "the handle & all", "Ana Lima", AT,
    ]  # fmt: skip
    assert {one["role"] for one in before.table} == {""}
    assert len(before.table) == len(before.findings["findings"])
    assert (before.slide != after.slide).any(), "its headline and its foot"


@pytest.mark.slow
def test_files_written_again_are_those_that_an_audit_writes(tmp_path: Path) -> None:
    job, audit = fake(tmp_path / "job", tmp_path / "photos", 40)
    words = {audit.findings[0].key: PRODUCT}
    judged = replace(audit, findings=list(with_judgements(audit.findings, words)))
    with job:
        write(job, audit, tmp_path / "again", tmp_path / "photos", "Mugs", date=DAY)
        write(job, judged, tmp_path / "once", tmp_path / "photos", "Mugs", date=DAY)
        record = judged_record(audit_record(audit), words)
        write_again(job, record, tmp_path / "again", tmp_path / "photos", "Mugs", date=DAY)
    for path in (tmp_path / "once").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_the_table_of_findings_can_be_handed_over_again(written: tuple[Path, Path, AuditRecord]) -> None:
    _, folder, record = written
    (handed,) = read_judgement_file(folder / "findings.csv")
    assert (handed.finding, handed.role, handed.name) == (record.findings[0].key, "product", PRODUCT.name)
    assert (handed.note, handed.by, handed.at) == (PRODUCT.note, PRODUCT.by, PRODUCT.at)
    (same,) = read_judgement_file(folder / "findings.json")
    assert same == replace(handed, where="findings.json, entry 1")


@pytest.mark.parametrize(
    ("judgement", "says"),
    [
        (Judgement(AreaRole.OTHER), "Judged: Something else."),
        (Judgement(AreaRole.OTHER, at="no time"), "Judged: Something else."),
        (Judgement(AreaRole.DETAIL, "rim", by="Ben"), "Judged by Ben: Detail of it, “rim”."),
    ],
)
def test_what_is_not_known_of_a_judgement_is_left_out(
    record: AuditRecord, judgement: Judgement, says: str
) -> None:
    finding = record.findings[0]
    assert judged_sentence(finding) == ""
    assert judged_sentence(replace(finding, judgement=judgement)) == says


def test_a_property_of_the_whole_picture_belongs_to_the_product_or_does_not(record: AuditRecord) -> None:
    """It has no details; what a table says of it all the same is shown as it is."""
    finding = replace(record.findings[0], kind="property", place="warm tint", box=None)
    assert list(roles(finding)) == [AreaRole.PRODUCT, AreaRole.OTHER]
    assert list(roles(record.findings[0])) == list(AreaRole)
    for role in AreaRole:
        said = replace(finding, judgement=Judgement(role))
        assert said.to_look_into is (role is not AreaRole.PRODUCT)
        assert judged_sentence(said) == f"Judged: {role_name(finding, role)}."
        step = next_step(said)
        assert (f"belongs to “{finding.guess}” itself" in step) is (role is AreaRole.PRODUCT)
    assert finding.key not in {other.key for other in record.findings}


def test_of_many_people_only_the_first_are_named(record: AuditRecord) -> None:
    finding = record.findings[0]
    by = ("Ana", "Ben", "Ana", "Cem", "Dee", "Eve", "")
    many = [replace(finding, judgement=Judgement(AreaRole.PRODUCT, by=name)) for name in by]
    sentence = judgements(replace(record, findings=tuple(many), to_be_judged=3))
    assert sentence == (
        "7 findings were judged by Ana, Ben, Cem and 2 more. Of those to look into, 3 are still to be judged."
    )
