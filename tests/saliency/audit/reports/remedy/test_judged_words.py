"""A rehearsal after what people said since: nothing judged to be the product is still offered as mended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_audit import fake
from fake_rehearsal import figures, finding_rehearsal, rehearsal

from saliency.audit.evidence.judgement import Judgement
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.remedy.judged_rehearsal import judged_rehearsal, judged_since
from saliency.audit.reports.blocks import Shot, Table, Text, parts
from saliency.audit.reports.judged_record import judged_record
from saliency.audit.reports.record import AuditRecord, audit_record
from saliency.audit.reports.remedy import judged_words, nothing, words
from saliency.audit.reports.remedy.examples import TwinExample
from saliency.audit.reports.remedy.section import remedy_sections
from saliency.verdict.advice import AreaRole


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> AuditRecord:
    """Two findings to look into, both rehearsed."""
    folder = tmp_path_factory.mktemp("audit")
    job, audit = fake(folder / "job", folder / "photos", 64, guesses=("mug", "lamp"))
    with job:
        made = audit_record(audit)
    keys = [finding.key for finding in made.findings if finding.to_look_into]
    told = [finding_rehearsal(key, where=f"place {key}") for key in keys]
    return replace(made, remedy=rehearsal(findings=tuple(told), to_mend=tuple(keys)))


def said(record: AuditRecord, *roles: AreaRole) -> AuditRecord:
    """The record with what a person said of the first findings to look into."""
    keys = [finding.key for finding in record.findings if finding.to_look_into]
    words_of = {
        key: Judgement(role, "", "", "Ana", "2026-11-29T10:00:00+01:00")
        for key, role in zip(keys, roles, strict=False)
    }
    return judged_record(record, words_of)


def test_without_a_word_nothing_changes(record: AuditRecord) -> None:
    remedy = record.judged_remedy
    assert remedy.rehearsal is record.remedy
    assert not remedy.since.any
    assert judged_words.since(remedy.since) == ()
    assert judged_words.estimates(remedy) == words.rehearsed(record.remedy)
    other = said(record, AreaRole.OTHER, AreaRole.DETAIL).judged_remedy
    assert other.rehearsal is record.remedy, "these are still to be mended"
    assert judged_words.estimates(None) == {}
    assert replace(record, remedy=None).judged_remedy is None


def test_what_is_the_product_is_told_nowhere_as_mended(record: AuditRecord) -> None:
    first, second = record.remedy.findings
    judged = said(record, AreaRole.PRODUCT)
    remedy = judged.judged_remedy
    assert [finding.key for finding in remedy.since.withdrawn] == [first.finding]
    estimates = judged_words.estimates(remedy)
    assert set(estimates) == {second.finding}
    assert "before people judged that to be as it should be" in estimates[second.finding]
    examples = [
        TwinExample("a.png", f"{part.finding}.png", "mug", part.finding, "Covered", "lamp", "mug")
        for part in (first, second)
    ]
    (section,) = remedy_sections(remedy, examples)
    text = " ".join(block.text for block in parts(section.blocks, Text))
    assert "Rehearse it again" in text
    assert first.where not in text.replace(remedy.since.withdrawn[0].where, "")
    assert not any(first.where in row[0] for table in parts(section.blocks, Table) for row in table.rows)
    assert [shot.file for shot in parts(section.blocks, Shot)] == [f"{second.finding}.png"]
    assert judged_words.on_slide(remedy).endswith("Judged since: rehearse again.")
    assert first.where not in judged_words.on_slide(remedy)


def test_where_all_of_it_is_the_product_no_figure_is_left(record: AuditRecord) -> None:
    judged = said(record, AreaRole.PRODUCT, AreaRole.PRODUCT)
    remedy = judged.judged_remedy
    assert not remedy.told
    assert judged_words.estimates(remedy) == {}
    assert judged_words.on_slide(remedy) == ""
    (section,) = remedy_sections(remedy)
    assert not section.page
    assert not list(parts(section.blocks, Table))
    assert "as it should be" in " ".join(block.text for block in parts(section.blocks, Text))
    told = nothing.nothing(judged)
    assert "depend on what was judged to be the product" in told
    assert nothing.AS_HOPED not in told, "once is enough"


def test_what_is_to_be_mended_since_is_said_to_be_missing(record: AuditRecord) -> None:
    first, second = (part.finding for part in record.remedy.findings)
    since = judged_since([second], record.findings)
    assert [finding.key for finding in since.added] == [first]
    (sentence,) = judged_words.since(since)
    assert sentence.endswith("Rehearse it again.")
    assert not judged_words.since(since, again="")[0].endswith("again.")
    earlier = replace(record.remedy, to_mend=(), findings=record.remedy.findings[1:])
    assert not judged_rehearsal(earlier, record.findings).since.any, "earlier programs did not keep which"
    sound = replace(record.remedy, outcome="nothing to mend", findings=(), to_mend=())
    assert len(judged_rehearsal(sound, record.findings).since.added) == 2


def test_a_slide_has_before_after_and_what_was_trained(record: AuditRecord) -> None:
    one = judged_rehearsal(rehearsal(), ())
    assert judged_words.on_slide(one) == (
        "In a rehearsal of the model's last step only, answers “mug” that depend on the lower right corner "
        "fell from 58 of 62 to 4 of 62 (with plain copies instead: 57)."
    )
    stays = finding_rehearsal(after=figures(58, 25, 33))
    assert "stayed at 58 of 62" in judged_words.on_slide(judged_rehearsal(rehearsal(findings=(stays,)), ()))
    assert "; it helps with 1 of 1 more finding." in judged_words.on_slide(record.judged_remedy)
    assert judged_words.on_slide(None) == ""


def test_that_there_is_nothing_to_mend_is_said_only_as_far_as_was_searched(record: AuditRecord) -> None:
    bare = replace(record, findings=())
    assert nothing.NOT_FOUND in nothing.nothing(bare)
    assert "no shortcut was found" in nothing.nothing(bare)
    assert "photos searched)" in nothing.nothing(bare)
    small = tuple(replace(group, searched=False) for group in record.classes)
    unsearched = replace(bare, classes=small)
    assert nothing.nothing(unsearched) == f"{words.WHAT_IT_IS} {nothing.NOT_SEARCHED}"
    partly = nothing.nothing(replace(bare, classes=(record.classes[0], *small[1:])))
    assert "For 1 other answer, there are too few photos" in partly
    open_question = replace(record.findings[0], verdict=Verdict.SUGGESTIVE)
    said = nothing.nothing(replace(record, findings=(open_question,)))
    assert "not clear yet" in said
    assert nothing.NOT_FOUND not in said
    asks = replace(record.findings[0], kind="thing", expected=False)
    assert "only a person can tell" in nothing.nothing(replace(record, findings=(asks,)))
